/**
 * The flat POMDP: states, actions and observations are numbers 0..n-1; their names are labels for people only.
 *
 *   T(s' | s, a)  sparse rows      O(o | s', a)  dense      R(s, a)  expected immediate reward, always maximised
 *
 * A reward that depends on the end state or the observation enters through its expectation, which leaves every value
 * function unchanged. Models stated in costs are stored negated and say so in `objective`.
 */
import type { Issue } from '../contract/index.ts'

/** Compressed sparse rows: row r holds entries `pointers[r] .. pointers[r + 1] - 1`, columns increasing. */
export interface SparseRows {
  readonly pointers: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
}

export interface PomdpModel {
  readonly name?: string
  readonly states: readonly string[]
  readonly actions: readonly string[]
  readonly observations: readonly string[]
  /** In [0, 1]; 1 is meaningful for finite horizons only. */
  readonly discount: number
  /** How the source states its values. Everything below is rewards: costs are stored negated. */
  readonly objective: 'reward' | 'cost'
  /** Start belief, one probability per state. */
  readonly start: Float64Array
  /** T: row `a * states + s`, one column per next state. */
  readonly transitions: SparseRows
  /** O: `observationProbabilities[(a * states + s') * observations + o]`. */
  readonly observationProbabilities: Float64Array
  /** R: `rewards[a * states + s]`. */
  readonly rewards: Float64Array
}

/** Sums of probabilities may differ from 1 by this much before a literal model is refused. */
export const LITERAL_SUM_TOLERANCE = 1e-9

/**
 * Every fault of a model: shapes, ranges, distributions that do not sum to 1, numbers that are not finite.
 * An empty list means the solvers may assume a valid model.
 * @param sumTolerance how far a distribution may be from 1, absolute
 */
export function modelIssues(model: PomdpModel, sumTolerance = LITERAL_SUM_TOLERANCE): Issue[] {
  const issues: Issue[] = []
  const { states, actions, observations } = model
  const stateCount = states.length
  const observationCount = observations.length
  reportNames(issues, 'states', states)
  reportNames(issues, 'actions', actions)
  reportNames(issues, 'observations', observations)
  const before = issues.length
  if (!(model.discount >= 0 && model.discount <= 1)) {
    issues.push({
      code: 'out-of-range',
      path: ['discount'],
      message: `the discount ${model.discount} is outside [0, 1]`,
      hint: 'give a number from 0 to 1, such as 0.95',
    })
  }
  const shapes: [string, number, number][] = [
    ['start', model.start.length, stateCount],
    ['transitions', model.transitions.pointers.length, actions.length * stateCount + 1],
    ['observationProbabilities', model.observationProbabilities.length, actions.length * stateCount * observationCount],
    ['rewards', model.rewards.length, actions.length * stateCount],
  ]
  for (const [field, found, wanted] of shapes) {
    if (found === wanted) continue
    issues.push({
      code: 'wrong-length',
      path: [field],
      message: `${field} has ${found} entries where the model needs ${wanted}`,
      hint: 'lengths follow from the numbers of states, actions and observations',
    })
  }
  const misshapen = issues.some((issue) => issue.code === 'wrong-length')
  if (before > 0 || misshapen) return issues

  reportDistribution(
    issues,
    ['start'],
    'the probabilities of the start belief',
    model.start,
    0,
    stateCount,
    sumTolerance,
  )
  const { pointers, columns, values } = model.transitions
  for (let a = 0; a < actions.length; a++) {
    for (let s = 0; s < stateCount; s++) {
      const row = a * stateCount + s
      const path = ['transitions', actions[a] as string, states[s] as string]
      const from = pointers[row] as number
      const to = pointers[row + 1] as number
      for (let k = from; k < to; k++) {
        const column = columns[k] as number
        if (column >= 0 && column < stateCount) continue
        issues.push({
          code: 'out-of-range',
          path,
          message: `the next state number ${column} does not exist`,
          hint: `use numbers from 0 to ${stateCount - 1}`,
        })
      }
      const what = `the next states of "${states[s]}" under "${actions[a]}"`
      reportDistribution(issues, path, what, values, from, to, sumTolerance)
      const reward = model.rewards[row] as number
      if (!Number.isFinite(reward)) {
        issues.push({
          code: 'not-finite',
          path: ['rewards', actions[a] as string, states[s] as string],
          message: `the reward ${reward} of "${actions[a]}" in "${states[s]}" is not a finite number`,
          hint: 'forbid an action by a large finite cost, or leave it out of the model',
        })
      }
      const observationRow = row * observationCount
      reportDistribution(
        issues,
        ['observationProbabilities', actions[a] as string, states[s] as string],
        `the observations after "${actions[a]}" in "${states[s]}"`,
        model.observationProbabilities,
        observationRow,
        observationRow + observationCount,
        sumTolerance,
      )
    }
  }
  return issues
}

/** Rows given one after another, each as [column, value] pairs with increasing columns; zeros are left out. */
export function sparseRows(rowCount: number, row: (index: number) => Iterable<readonly [number, number]>): SparseRows {
  const pointers = new Int32Array(rowCount + 1)
  const columns: number[] = []
  const values: number[] = []
  for (let r = 0; r < rowCount; r++) {
    for (const [column, value] of row(r)) {
      if (value === 0) continue
      columns.push(column)
      values.push(value)
    }
    pointers[r + 1] = columns.length
  }
  return { pointers, columns: Int32Array.from(columns), values: Float64Array.from(values) }
}

/** The dense rows of a row-major matrix, sparsely. */
export function sparseFromDense(dense: Float64Array, rowCount: number, columnCount: number): SparseRows {
  let nonzeros = 0
  for (let k = 0; k < dense.length; k++) if (dense[k] !== 0) nonzeros++
  const pointers = new Int32Array(rowCount + 1)
  const columns = new Int32Array(nonzeros)
  const values = new Float64Array(nonzeros)
  let next = 0
  for (let r = 0; r < rowCount; r++) {
    for (let c = 0; c < columnCount; c++) {
      const value = dense[r * columnCount + c] as number
      if (value === 0) continue
      columns[next] = c
      values[next++] = value
    }
    pointers[r + 1] = next
  }
  return { pointers, columns, values }
}

/** The same model with every distribution scaled to sum to exactly 1 (up to rounding). */
export function normaliseModel(model: PomdpModel): PomdpModel {
  const stateCount = model.states.length
  const observationCount = model.observations.length
  const start = model.start.slice()
  scaleToOne(start, 0, start.length)
  const values = model.transitions.values.slice()
  const { pointers } = model.transitions
  for (let row = 0; row + 1 < pointers.length; row++) {
    scaleToOne(values, pointers[row] as number, pointers[row + 1] as number)
  }
  const observationProbabilities = model.observationProbabilities.slice()
  for (let row = 0; row < model.actions.length * stateCount; row++) {
    scaleToOne(observationProbabilities, row * observationCount, (row + 1) * observationCount)
  }
  return { ...model, start, transitions: { ...model.transitions, values }, observationProbabilities }
}

function scaleToOne(values: Float64Array, from: number, to: number): void {
  let total = 0
  for (let k = from; k < to; k++) total += values[k] as number
  if (total === 0 || total === 1) return
  for (let k = from; k < to; k++) values[k] = (values[k] as number) / total
}

function reportNames(issues: Issue[], field: string, names: readonly string[]): void {
  if (names.length === 0) {
    issues.push({ code: 'empty', path: [field], message: `there are no ${field}`, hint: 'give at least one' })
  }
  const seen = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) {
      issues.push({
        code: 'duplicate-name',
        path: [field, index],
        message: `the name "${name}" is used twice`,
        hint: 'give every one its own name',
        value: name,
      })
    }
    seen.add(name)
  }
}

function reportDistribution(
  issues: Issue[],
  path: readonly (string | number)[],
  what: string,
  values: Float64Array,
  from: number,
  to: number,
  tolerance: number,
): void {
  let total = 0
  for (let k = from; k < to; k++) {
    const value = values[k] as number
    if (!(value >= 0 && value <= 1 + tolerance)) {
      issues.push({
        code: 'out-of-range',
        path,
        message: `${what} contain the probability ${value}`,
        hint: 'probabilities lie in [0, 1]',
        value,
      })
      return
    }
    total += value
  }
  if (Math.abs(total - 1) > tolerance) {
    issues.push({
      code: 'probability-sum',
      path,
      message: `${what} sum to ${total}, not to 1`,
      hint: 'correct the probabilities so that they sum to 1',
      value: total,
    })
  }
}
