/**
 * A HiGHS instance that keeps its model, basis and last point between solves. Each new problem is compared with the last one
 * array by array and only the differences are sent: bounds, costs, sides, single coefficients, appended rows and columns. A LP
 * then continues from its last basis (usually a few dual simplex pivots), a MIP starts from its last point.
 *
 * O(non-zeros) per comparison; a model that shrank, that has a quadratic objective, or of which more than a tenth changed is
 * passed anew.
 */
import type { Highs, Model } from 'highs'
import type { Run } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'
import { highsBackend, highsModel, highsRuntime, runHighs } from './highs.ts'

/** Coefficients that may change one by one, at least this many. */
const FEW = 1000

export class HighsSession {
  #model: Model | undefined
  #last: LinearProblem | undefined
  #lastValues: Float64Array | undefined
  #armed = false

  /**
   * The session as a backend of the front. Only the first question after `arm` goes to the kept model; what the front asks
   * besides, to verify the answer, goes to a fresh one.
   */
  readonly backend: LinearBackend = {
    name: 'highs',
    capabilities: highsBackend.capabilities,
    load: () => highsBackend.load(),
    solve: (problem, options, run) => {
      if (!this.#armed || options.careful === true) return highsBackend.solve(problem, options, run)
      this.#armed = false
      return this.#solve(problem, options, run)
    },
  }

  arm(): void {
    this.#armed = true
  }

  /** Frees the WebAssembly memory. The session can be used again and then starts anew. */
  dispose(): void {
    this.#model?.dispose()
    this.#model = undefined
    this.#last = undefined
    this.#lastValues = undefined
  }

  async #solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    const highs = await highsRuntime()
    try {
      const model = this.#bring(highs, problem)
      this.#last = problem
      model.options.reset()
      model.zeroAllClocks()
      const start = options.start ?? this.#knownStart(problem)
      const answer = runHighs(highs, model, problem, start === undefined ? options : { ...options, start }, run)
      this.#lastValues = 'values' in answer ? answer.values.slice() : undefined
      return answer
    } catch (error) {
      this.dispose()
      throw error
    }
  }

  /** The last point as a start; new columns are left open. */
  #knownStart(problem: LinearProblem): Float64Array | undefined {
    const values = this.#lastValues
    if (values === undefined || !problem.hasIntegers) return undefined
    const start = new Float64Array(problem.columns).fill(Number.NaN)
    start.set(values.subarray(0, problem.columns))
    return start
  }

  #bring(highs: Highs, problem: LinearProblem): Model {
    const last = this.#last
    const model = this.#model
    if (model === undefined) {
      this.#model = highs.createModel(highsModel(highs, problem))
      return this.#model
    }
    if (last === undefined || !sendChanges(highs, model, last, problem)) model.passModel(highsModel(highs, problem))
    return model
  }
}

/** @returns false when the whole model is to be passed */
function sendChanges(highs: Highs, model: Model, last: LinearProblem, next: LinearProblem): boolean {
  if (next.columns < last.columns || next.rows < last.rows || last.hessian || next.hessian) return false
  const coefficients = changedCoefficients(last, next)
  if (coefficients === null) return false
  const added = next.columns - last.columns
  if (added > 0) {
    model.addCols({
      cost: next.objective.slice(last.columns),
      lower: next.columnLower.slice(last.columns),
      upper: next.columnUpper.slice(last.columns),
      matrix: {
        format: 'csc',
        numRows: last.rows,
        numCols: added,
        starts: new Int32Array(added + 1),
        indices: new Int32Array(0),
        values: new Float64Array(0),
      },
    })
  }
  for (const { row, column, value } of coefficients) model.changeCoefficient(row, column, value)
  if (next.rows > last.rows) {
    const from = next.starts[last.rows] as number
    model.addRows({
      lower: next.rowLower.slice(last.rows),
      upper: next.rowUpper.slice(last.rows),
      matrix: {
        format: 'csr',
        numRows: next.rows - last.rows,
        numCols: next.columns,
        starts: next.starts.slice(last.rows).map((position) => position - from),
        indices: next.indices.slice(from),
        values: next.values.slice(from),
      },
    })
  }
  const { minimize, maximize } = highs.constants.objectiveSense
  if (next.sense !== last.sense) model.changeObjectiveSense(next.sense === 'maximize' ? maximize : minimize)
  if (next.offset !== last.offset) model.changeObjectiveOffset(next.offset)
  const costs = differing(last.columns, (j) => next.objective[j] !== last.objective[j])
  if (costs.length > 0) model.changeColsCost({ kind: 'set', indices: costs }, picked(next.objective, costs))
  const bounds = differing(
    last.columns,
    (j) => next.columnLower[j] !== last.columnLower[j] || next.columnUpper[j] !== last.columnUpper[j],
  )
  if (bounds.length > 0) {
    const selection = { kind: 'set', indices: bounds } as const
    model.changeColsBounds(selection, picked(next.columnLower, bounds), picked(next.columnUpper, bounds))
  }
  const sides = differing(
    last.rows,
    (i) => next.rowLower[i] !== last.rowLower[i] || next.rowUpper[i] !== last.rowUpper[i],
  )
  if (sides.length > 0) {
    const selection = { kind: 'set', indices: sides } as const
    model.changeRowsBounds(selection, picked(next.rowLower, sides), picked(next.rowUpper, sides))
  }
  const kinds = differing(next.columns, (j) => (last.integrality[j] ?? 0) !== next.integrality[j])
  if (kinds.length > 0) {
    const types = Int32Array.from(kinds, (j) => next.integrality[j] as number)
    model.changeColsIntegrality({ kind: 'set', indices: kinds }, types)
  }
  return true
}

/** Entries of the rows both have that differ; null when they are too many to send one by one. */
function changedCoefficients(
  last: LinearProblem,
  next: LinearProblem,
): { row: number; column: number; value: number }[] | null {
  const most = Math.max(FEW, last.nonZeros / 10)
  const changes: { row: number; column: number; value: number }[] = []
  const before = new Float64Array(next.columns)
  for (let i = 0; i < last.rows; i++) {
    if (sameRow(last, next, i)) continue
    const from = last.starts[i] as number
    const to = last.starts[i + 1] as number
    for (let k = from; k < to; k++) before[last.indices[k] as number] = last.values[k] as number
    for (let k = next.starts[i] as number; k < (next.starts[i + 1] as number); k++) {
      const column = next.indices[k] as number
      const value = next.values[k] as number
      if (before[column] !== value) changes.push({ row: i, column, value })
      before[column] = 0
    }
    for (let k = from; k < to; k++) {
      const column = last.indices[k] as number
      if (before[column] !== 0) changes.push({ row: i, column, value: 0 })
      before[column] = 0
    }
    if (changes.length > most) return null
  }
  return changes
}

function sameRow(last: LinearProblem, next: LinearProblem, row: number): boolean {
  const a = last.starts[row] as number
  const b = next.starts[row] as number
  const length = (last.starts[row + 1] as number) - a
  if ((next.starts[row + 1] as number) - b !== length) return false
  for (let k = 0; k < length; k++) {
    if (last.indices[a + k] !== next.indices[b + k] || last.values[a + k] !== next.values[b + k]) return false
  }
  return true
}

function differing(count: number, differs: (index: number) => boolean): Int32Array {
  const found: number[] = []
  for (let index = 0; index < count; index++) if (differs(index)) found.push(index)
  return Int32Array.from(found)
}

function picked(values: Float64Array, indices: Int32Array): Float64Array {
  return Float64Array.from(indices, (index) => values[index] as number)
}
