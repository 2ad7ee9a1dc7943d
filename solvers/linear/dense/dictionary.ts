/**
 * The homogeneous dictionary  x_B = T x_N  with  objective = d.x_N : the state of the simplex between two pivots, and the
 * operations on it that every method shares.
 *
 * Rows are variables too (variable columns + i is the activity of row i), so there are always `rows` basic and `columns`
 * nonbasic variables; the slack basis has T = A and d = c. A pivot costs rows * columns multiply-adds.
 */
import type { Program } from './program.ts'
import { DUAL_TOLERANCE, PRIMAL_TOLERANCE } from './tolerances.ts'

/** Rounding to expect in reduced costs, relative to the largest cost. */
const COST_NOISE = 1e-13
/** Smaller entries do not bring a variable into a basis that is rebuilt. */
const REBUILD_PIVOT = 1e-11

/** Place of a variable in a basis, as stored by `saveBasis`. */
export const BASIC = 0
export const AT_LOWER = 1
export const AT_UPPER = 2
export const FREE = 3

export class Dictionary {
  readonly program: Program
  /** T, row-major with row stride `columns`. */
  tableau = new Float64Array(0)
  /** d, the reduced costs of the nonbasic variables, by columns of the dictionary. */
  costs = new Float64Array(0)
  /** The same for the sum of infeasibilities; at other times a work array. */
  phaseCosts = new Float64Array(0)
  /** Variable that is basic in a row. */
  head = new Int32Array(0)
  /** Variable that is nonbasic in a column of the dictionary. */
  side = new Int32Array(0)
  /** Work arrays of the ratio tests: step or ratio of a candidate, its row or column, the bound it would reach. */
  breakStep = new Float64Array(0)
  breakRow = new Int32Array(0)
  breakBound = new Float64Array(0)
  /** One number for each column. */
  scratch = new Float64Array(0)
  largestCost = 0
  /** Reduced costs within it count as 0. */
  dualTolerance = DUAL_TOLERANCE

  constructor(program: Program) {
    this.program = program
    this.resize()
  }

  /** Makes room for the problem as it is now. */
  resize(): void {
    const { rows, columns } = this.program
    if (this.tableau.length < rows * columns) this.tableau = new Float64Array(rows * columns)
    if (this.costs.length < columns) {
      this.costs = new Float64Array(columns)
      this.phaseCosts = new Float64Array(columns)
      this.side = new Int32Array(columns)
      this.scratch = new Float64Array(columns)
    }
    if (this.head.length < rows) this.head = new Int32Array(rows)
    const breaks = 2 * rows + columns
    if (this.breakStep.length < breaks) {
      this.breakStep = new Float64Array(breaks)
      this.breakRow = new Int32Array(breaks)
      this.breakBound = new Float64Array(breaks)
    }
  }

  /** Sets the tolerance of the reduced costs by the size of the costs. */
  measureCosts(): void {
    const { columns, objective } = this.program
    let largest = 0
    let smallest = 1
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(objective[j] as number)
      if (size > largest) largest = size
      if (size < smallest && size > 0) smallest = size
    }
    this.largestCost = largest
    this.dualTolerance = Math.max(DUAL_TOLERANCE * smallest, COST_NOISE * largest)
  }

  /** The dictionary of the slack basis, except for d. */
  loadSlackBasis(): void {
    const { rows, columns } = this.program
    const cells = rows * columns
    const tableau = this.tableau
    const matrix = this.program.matrix
    for (let k = 0; k < cells; k++) tableau[k] = matrix[k] as number
    for (let i = 0; i < rows; i++) this.head[i] = columns + i
    for (let j = 0; j < columns; j++) this.side[j] = j
  }

  /** Rebuilds the dictionary of the given basis from the original matrix: Gauss-Jordan with the largest pivot of a column. */
  factorise(basis: Int8Array | null): void {
    const { rows, columns } = this.program
    const marks = basis ?? new Int8Array(columns + rows)
    if (basis === null) this.saveBasis(marks)
    this.loadSlackBasis()
    const tableau = this.tableau
    for (let j = 0; j < columns; j++) {
      if (marks[j] !== BASIC) continue
      let best = -1
      let size = REBUILD_PIVOT
      for (let i = 0; i < rows; i++) {
        const basic = this.head[i] as number
        if (basic < columns || marks[basic] === BASIC) continue
        const entry = Math.abs(tableau[i * columns + j] as number)
        if (entry > size) {
          size = entry
          best = i
        }
      }
      if (best >= 0) this.pivot(best, j)
    }
  }

  /** Writes the place of every variable into `basis` (columns + rows entries). */
  saveBasis(basis: Int8Array): void {
    const { rows, columns, lower, upper, value } = this.program
    for (let i = 0; i < rows; i++) basis[this.head[i] as number] = BASIC
    for (let j = 0; j < columns; j++) {
      const v = this.side[j] as number
      basis[v] = value[v] === lower[v] ? AT_LOWER : value[v] === upper[v] ? AT_UPPER : FREE
    }
  }

  /** d = c_N + T' c_B */
  priceOut(): void {
    const { rows, columns, objective } = this.program
    const costs = this.costs
    for (let j = 0; j < columns; j++) {
      const v = this.side[j] as number
      costs[j] = v < columns ? (objective[v] as number) : 0
    }
    const tableau = this.tableau
    for (let i = 0; i < rows; i++) {
      const v = this.head[i] as number
      const cost = v < columns ? (objective[v] as number) : 0
      if (cost === 0) continue
      const base = i * columns
      for (let j = 0; j < columns; j++) costs[j] = (costs[j] as number) + cost * (tableau[base + j] as number)
    }
  }

  /** Puts every nonbasic variable on the bound it is nearest to; free ones to 0. */
  keepSides(): void {
    const { columns, lower, upper, value } = this.program
    const side = this.side
    for (let j = 0; j < columns; j++) {
      const v = side[j] as number
      const low = lower[v] as number
      const high = upper[v] as number
      const at = value[v] as number
      if (low === Number.NEGATIVE_INFINITY) value[v] = high === Number.POSITIVE_INFINITY ? 0 : high
      else value[v] = at - low <= high - at ? low : high
    }
  }

  /** x_B = T x_N */
  computeBasics(): void {
    const { rows, columns, value } = this.program
    const tableau = this.tableau
    const side = this.side
    const head = this.head
    const scratch = this.scratch
    let origin = true
    for (let j = 0; j < columns; j++) {
      const at = value[side[j] as number] as number
      scratch[j] = at
      if (at !== 0) origin = false
    }
    if (origin) {
      for (let i = 0; i < rows; i++) value[head[i] as number] = 0
      return
    }
    for (let i = 0, base = 0; i < rows; i++, base += columns) {
      let total = 0
      for (let j = 0; j < columns; j++) total += (tableau[base + j] as number) * (scratch[j] as number)
      value[head[i] as number] = total
    }
  }

  /** Whether the basic variables are within their bounds. */
  primalFeasible(): boolean {
    const { rows, lower, upper, value } = this.program
    const head = this.head
    for (let i = 0; i < rows; i++) {
      const v = head[i] as number
      const at = value[v] as number
      const low = lower[v] as number
      if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) return false
      const high = upper[v] as number
      if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) return false
    }
    return true
  }

  /** Moves a nonbasic variable by `step` and the basics with it. */
  move(q: number, step: number): void {
    const { rows, columns, value } = this.program
    const tableau = this.tableau
    const head = this.head
    const entering = this.side[q] as number
    value[entering] = (value[entering] as number) + step
    if (step === 0) return
    for (let i = 0, k = q; i < rows; i++, k += columns) {
      const rate = tableau[k] as number
      if (rate !== 0) {
        const v = head[i] as number
        value[v] = (value[v] as number) + rate * step
      }
    }
  }

  /** Exchanges the basic variable of row p with the nonbasic variable of column q. */
  pivot(p: number, q: number): void {
    const { rows, columns } = this.program
    const tableau = this.tableau
    const costs = this.costs
    const pivotRow = this.scratch
    const base = p * columns
    const inverse = 1 / (tableau[base + q] as number)
    for (let j = 0; j < columns; j++) {
      const entry = -(tableau[base + j] as number) * inverse
      tableau[base + j] = entry
      pivotRow[j] = entry
    }
    tableau[base + q] = inverse
    pivotRow[q] = inverse
    for (let i = 0, row = 0; i < rows; i++, row += columns) {
      const factor = tableau[row + q] as number
      if (factor === 0 || i === p) continue
      tableau[row + q] = 0
      for (let j = 0; j < columns; j++) {
        tableau[row + j] = (tableau[row + j] as number) + factor * (pivotRow[j] as number)
      }
    }
    const cost = costs[q] as number
    if (cost !== 0) {
      costs[q] = 0
      for (let j = 0; j < columns; j++) costs[j] = (costs[j] as number) + cost * (pivotRow[j] as number)
    }
    const leaving = this.head[p] as number
    this.head[p] = this.side[q] as number
    this.side[q] = leaving
  }
}
