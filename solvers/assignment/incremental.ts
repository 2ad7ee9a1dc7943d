/**
 * Re-solving after a change. Prices stay valid for everything that did not change: a changed row is freed and re-assigned by one
 * shortest path, a changed column gets the highest price that its new costs allow and its row is re-assigned. O(n^2) a changed
 * line instead of O(n^3) from scratch. Every answer passes the same checks as `assign`.
 *
 * Source: R. Burkard, M. Dell'Amico and S. Martello, Assignment Problems (2009), section 4.1.3; G. Mills-Tettey, A. Stentz and
 * M. B. Dias, The dynamic Hungarian algorithm for the assignment problem with changing costs, CMU-RI-TR-07-27 (2007).
 */
import { BackendError, InvalidInputError, Run, type RunOptions } from '../contract/index.ts'
import { type AssignmentSense, type CostMatrix, type DenseCosts, readCosts } from './cost-matrix.ts'
import { type PaddedProblem, pad, paddedCost, unpad } from './padded.ts'
import type { AssignmentResult } from './result.ts'
import { assignDense, DenseSearch } from './shortest-augmenting-path.ts'
import { assign, judge, normalise } from './solve.ts'

export interface IncrementalOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
}

export class IncrementalAssignment {
  readonly #sense: AssignmentSense
  readonly #costs: DenseCosts
  readonly #padded: PaddedProblem
  #columnOf: Int32Array
  #rowOf: Int32Array
  #prices: Float64Array
  #search: DenseSearch | null = null
  readonly #changedRows = new Set<number>()
  readonly #changedColumns = new Set<number>()

  /** @throws InvalidInputError as `assign` */
  constructor(matrix: CostMatrix, options: IncrementalOptions = {}) {
    this.#sense = options.sense ?? 'minimize'
    const { rows, columns, values } = readCosts(matrix, this.#sense)
    this.#costs = { rows, columns, values: values.slice() }
    this.#padded = pad(this.#costs, this.#sense)
    this.#columnOf = new Int32Array(0)
    this.#rowOf = new Int32Array(0)
    this.#prices = new Float64Array(0)
  }

  /** Replaces the costs of a row; null forbids. @throws InvalidInputError */
  setRow(row: number, costs: readonly (number | null)[]): void {
    this.#requireLine('row', row, this.#costs.rows, costs.length, this.#costs.columns)
    const line = readCosts([costs], this.#sense).values
    for (let j = 0; j < line.length; j++) this.#write(row, j, line[j] as number)
    this.#changedRows.add(row)
  }

  /** Replaces the costs of a column; null forbids. @throws InvalidInputError */
  setColumn(column: number, costs: readonly (number | null)[]): void {
    this.#requireLine('column', column, this.#costs.columns, costs.length, this.#costs.rows)
    const line = readCosts([costs], this.#sense).values
    for (let i = 0; i < line.length; i++) this.#write(i, column, line[i] as number)
    this.#changedColumns.add(column)
  }

  /** Solves what has changed since the last call; everything, the first time. */
  solve(options: RunOptions = {}): AssignmentResult {
    const run = new Run('assignment', options)
    const costs = this.#costs
    if (costs.rows === 0 || costs.columns === 0) {
      return assign(
        { rows: costs.rows, columns: costs.columns, costs: costs.values },
        { ...options, sense: this.#sense },
      )
    }
    const stopped = this.#search === null ? this.#solveAll(run) : this.#solveChanges(run)
    const solver = 'incremental-shortest-augmenting-path 1'
    const attempts = [{ backend: 'incremental-shortest-augmenting-path', outcome: 'answered' }] as const
    if (stopped) return { status: 'unknown', limit: run.limit ?? 'time', solver, attempts, elapsedMs: run.elapsedMs }
    const answer = this.#columnOf.includes(-1)
      ? ({ claim: 'infeasible', violator: null } as const)
      : unpad(costs, this.#padded, this.#columnOf, this.#prices)
    const verdict = judge(costs, this.#sense, normalise(costs, this.#sense), answer, false)
    if (typeof verdict === 'string') throw new BackendError('incremental-shortest-augmenting-path', verdict)
    return { ...verdict, solver, attempts, elapsedMs: run.elapsedMs }
  }

  #solveAll(run: Run): boolean {
    const { size, costs } = this.#padded
    const first = assignDense(size, size, costs, () => run.limit !== null)
    if (first.outcome === 'stopped') return true
    this.#columnOf = first.columnOf
    this.#rowOf = first.rowOf
    this.#prices = first.prices
    this.#search = new DenseSearch(size, costs, this.#columnOf, this.#rowOf, this.#prices)
    this.#changedRows.clear()
    this.#changedColumns.clear()
    return this.#assignFree(run)
  }

  #solveChanges(run: Run): boolean {
    const { size, costs } = this.#padded
    for (const row of this.#changedRows) this.#free(row)
    for (const column of this.#changedColumns) {
      const holder = this.#rowOf[column] as number
      if (holder !== -1) this.#free(holder)
    }
    for (const column of this.#changedColumns) {
      let highest = Number.POSITIVE_INFINITY
      for (let i = 0; i < size; i++) {
        const own = this.#columnOf[i] as number
        if (own === -1) continue
        const level = (costs[i * size + own] as number) - (this.#prices[own] as number)
        highest = Math.min(highest, (costs[i * size + column] as number) - level)
      }
      this.#prices[column] = highest === Number.POSITIVE_INFINITY ? 0 : highest
    }
    this.#changedRows.clear()
    this.#changedColumns.clear()
    return this.#assignFree(run)
  }

  /** True when a limit of the run was hit. Rows that cannot be assigned now stay free for the next time. */
  #assignFree(run: Run): boolean {
    for (let i = 0; i < this.#padded.size; i++) {
      if (this.#columnOf[i] !== -1) continue
      if (run.limit !== null) return true
      this.#search?.augment(i)
    }
    return false
  }

  #free(row: number): void {
    const column = this.#columnOf[row] as number
    if (column === -1) return
    this.#columnOf[row] = -1
    this.#rowOf[column] = -1
  }

  #write(row: number, column: number, cost: number): void {
    this.#costs.values[row * this.#costs.columns + column] = cost
    this.#padded.costs[row * this.#padded.size + column] = paddedCost(cost, this.#sense)
  }

  #requireLine(what: string, index: number, lines: number, length: number, wanted: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= lines) {
      throw new InvalidInputError([
        {
          code: 'unknown-index',
          path: [what],
          message: `there is no ${what} ${index}`,
          hint: `the ${what}s are numbered from 0 to ${lines - 1}`,
          value: index,
        },
      ])
    }
    if (length !== wanted) {
      throw new InvalidInputError([
        {
          code: 'wrong-size',
          path: [what, index],
          message: `${what} ${index} was given ${length} costs`,
          hint: `give ${wanted} costs, null where forbidden`,
        },
      ])
    }
  }
}
