/**
 * Finite two-person zero-sum games. The row player picks a distribution x over rows and receives x'Ay, the column player picks y
 * over columns and pays it.
 *
 *     value v = max_x min_j (x'A)_j = min_y max_i (Ay)_i          (von Neumann 1928)
 *
 * Method: the payoffs are mapped to M in [1, 2], which keeps strategies and moves the value; then  max sum(w), M w <= 1, w >= 0
 * starts feasible, y = w / sum(w), x are its duals / sum(w) (Dantzig 1951). One dictionary of rows x columns on a preallocated
 * Float64Array, Dantzig's rule, Bland's rule after STALL degenerate steps. About min(rows, columns) pivots of
 * rows * columns multiply-adds; exponential in the worst case.
 *
 * Proof: the strategies themselves. The row strategy secures `lower`, the column strategy concedes at most `upper`; the value
 * lies between, and the gap is computed from the strategies and the payoffs alone. When it is wider than EXACT_ABOVE relative to
 * the value, a game of at most EXACT_CELLS payoffs is solved again in exact rationals and rounded once.
 */
import { InternalError, InvalidInputError, type Issue } from '../contract/index.ts'
import { Rational, solveModelExactly } from '../linear/exact/index.ts'
import { LinearModel } from '../linear/model.ts'

/** Gap relative to max(1, |value|) above which floating-point strategies are replaced by rounded exact ones. */
const EXACT_ABOVE = 1e-12
/** Largest game that is solved exactly unasked. */
const EXACT_CELLS = 2_500
/** Gap relative to max(1, |largest payoff|) up to which strategies are called optimal. */
export const GAME_TOLERANCE = 1e-9
const PIVOT = 1e-9
const COST = 1e-11
const STALL = 30

export interface MatrixGameOptions {
  /** Also give value and strategies as exact rationals of the payoffs' shortest decimals. @default false */
  readonly exact?: boolean
}

/** What each strategy guarantees, computed from the payoffs. */
export interface GameCertificate {
  /** Least the row player receives with `row`, over all columns. */
  readonly lower: number
  /** Most the column player pays with `column`, over all rows. */
  readonly upper: number
  /** upper - lower, >= 0 up to rounding. No deviation gains more than this. */
  readonly gap: number
}

export interface ExactGame {
  readonly value: Rational
  readonly row: readonly Rational[]
  readonly column: readonly Rational[]
}

/** `optimal`: the gap is at most GAME_TOLERANCE. `feasible`: it is wider, and only the guarantees hold. */
export type MatrixGameSolution = GameStrategies &
  ({ readonly status: 'optimal' } | { readonly status: 'feasible'; readonly limit: 'method' })

export interface GameStrategies {
  /** Expected payment to the row player under optimal play. */
  readonly value: number
  /** Probability of each row. */
  readonly row: Float64Array
  /** Probability of each column. */
  readonly column: Float64Array
  readonly certificate: GameCertificate
  /** Where the strategies come from: `exact` when the floating-point ones were too rough. */
  readonly method: 'simplex' | 'exact'
  /** Present when asked for. */
  readonly exact?: ExactGame
}

/**
 * Solves a matrix game.
 * @param payoff payoff[i][j] goes to the row player when row i meets column j; rectangular, finite, not empty
 * @returns value, an optimal strategy of each player, and the gap that proves them
 * @throws InvalidInputError when the payoffs are no matrix of finite numbers
 */
export async function solveMatrixGame(
  payoff: readonly (readonly number[])[],
  options: MatrixGameOptions = {},
): Promise<MatrixGameSolution> {
  validate(payoff)
  const rows = payoff.length
  const columns = (payoff[0] as readonly number[]).length
  const kernel = new MatrixGameKernel(rows, columns)
  let largest = 1
  for (let i = 0; i < rows; i++) {
    const line = payoff[i] as readonly number[]
    for (let j = 0; j < columns; j++) {
      kernel.payoff[i * columns + j] = line[j] as number
      largest = Math.max(largest, Math.abs(line[j] as number))
    }
  }
  kernel.solve()
  const size = Math.max(1, Math.min(Math.abs(kernel.lower), Math.abs(kernel.upper)))
  const rough = !(kernel.gap <= EXACT_ABOVE * size) && rows * columns <= EXACT_CELLS
  const exact = rough || options.exact === true ? await solveExactGame(payoff) : null
  if (rough && exact !== null) {
    exact.row.forEach((probability, i) => {
      kernel.row[i] = probability.toNumber()
    })
    exact.column.forEach((probability, j) => {
      kernel.column[j] = probability.toNumber()
    })
    kernel.certify()
  }
  const { lower, upper, gap, row, column } = kernel
  const strategies: GameStrategies = {
    value: exact !== null ? exact.value.toNumber() : (lower + upper) / 2,
    row: row.slice(0, rows),
    column: column.slice(0, columns),
    certificate: { lower, upper, gap },
    method: rough ? 'exact' : 'simplex',
    ...(options.exact === true && exact !== null ? { exact } : {}),
  }
  if (gap <= GAME_TOLERANCE * largest) return { status: 'optimal', ...strategies }
  return { status: 'feasible', limit: 'method', ...strategies }
}

/**
 * Workspace for any number of games. Fill `payoff` (row-major, row stride `columns`), call `solve`; nothing is allocated
 * unless `resize` has to grow.
 */
export class MatrixGameKernel {
  rows: number
  columns: number
  payoff: Float64Array
  /** Strategies of the last game, the first `rows` and `columns` entries. */
  row: Float64Array
  column: Float64Array
  /** What the strategies guarantee; the value lies between. */
  lower = 0
  upper = 0
  gap = 0
  iterations = 0

  #tableau: Float64Array
  #side: Float64Array
  #costs: Float64Array
  #basic: Int32Array
  #nonbasic: Int32Array

  constructor(rows: number, columns: number) {
    this.rows = rows
    this.columns = columns
    this.payoff = new Float64Array(rows * columns)
    this.row = new Float64Array(rows)
    this.column = new Float64Array(columns)
    this.#tableau = new Float64Array(rows * columns)
    this.#side = new Float64Array(rows)
    this.#costs = new Float64Array(columns)
    this.#basic = new Int32Array(rows)
    this.#nonbasic = new Int32Array(columns)
  }

  /** Sets the size of the next game; `payoff` is undefined afterwards when it had to grow. */
  resize(rows: number, columns: number): void {
    if (this.payoff.length < rows * columns) {
      this.payoff = new Float64Array(rows * columns)
      this.#tableau = new Float64Array(rows * columns)
    }
    if (this.row.length < rows) {
      this.row = new Float64Array(rows)
      this.#side = new Float64Array(rows)
      this.#basic = new Int32Array(rows)
    }
    if (this.column.length < columns) {
      this.column = new Float64Array(columns)
      this.#costs = new Float64Array(columns)
      this.#nonbasic = new Int32Array(columns)
    }
    this.rows = rows
    this.columns = columns
  }

  /**
   * Solves the game in `payoff`. The strategies are always distributions and `gap` always what they leave open; a gap that
   * is not small means that rounding or the iteration limit of 50 (rows + columns) won, and only the guarantees hold.
   */
  solve(): void {
    const { rows, columns, payoff } = this
    const tableau = this.#tableau
    const side = this.#side
    const costs = this.#costs
    const basic = this.#basic
    const nonbasic = this.#nonbasic
    const cells = rows * columns

    // Map to [1, 2].
    let least = payoff[0] as number
    let most = least
    for (let k = 1; k < cells; k++) {
      const value = payoff[k] as number
      if (value < least) least = value
      else if (value > most) most = value
    }
    const factor = most > least ? 1 / (most - least) : 0
    for (let k = 0; k < cells; k++) tableau[k] = 1 + ((payoff[k] as number) - least) * factor
    for (let i = 0; i < rows; i++) {
      side[i] = 1
      basic[i] = columns + i
    }
    for (let j = 0; j < columns; j++) {
      costs[j] = 1
      nonbasic[j] = j
    }

    const limit = 50 * (rows + columns)
    let stalled = 0
    this.iterations = 0
    while (this.iterations < limit) {
      const bland = stalled > STALL
      let q = -1
      let best = COST
      for (let j = 0; j < columns; j++) {
        const cost = costs[j] as number
        if (cost <= COST) continue
        if (bland ? q < 0 || (nonbasic[j] as number) < (nonbasic[q] as number) : cost > best) {
          best = cost
          q = j
        }
      }
      if (q < 0) break

      // Ratio test; ties to the larger pivot, or to the smaller index.
      let p = -1
      let step = Number.POSITIVE_INFINITY
      for (let i = 0, k = q; i < rows; i++, k += columns) {
        const entry = tableau[k] as number
        if (entry <= PIVOT) continue
        const ratio = (side[i] as number) / entry
        if (ratio > step) continue
        if (
          ratio < step ||
          (bland ? (basic[i] as number) < (basic[p] as number) : entry > (tableau[p * columns + q] as number))
        ) {
          step = ratio
          p = i
        }
      }
      if (p < 0) break
      this.iterations++
      stalled = step <= 1e-13 ? stalled + 1 : 0

      const base = p * columns
      const inverse = 1 / (tableau[base + q] as number)
      for (let j = 0; j < columns; j++) tableau[base + j] = (tableau[base + j] as number) * inverse
      tableau[base + q] = inverse
      const height = (side[p] as number) * inverse
      side[p] = height
      for (let i = 0, row = 0; i < rows; i++, row += columns) {
        if (i === p) continue
        const entry = tableau[row + q] as number
        if (entry === 0) continue
        tableau[row + q] = 0
        for (let j = 0; j < columns; j++) {
          tableau[row + j] = (tableau[row + j] as number) - entry * (tableau[base + j] as number)
        }
        const rest = (side[i] as number) - entry * height
        side[i] = Math.max(0, rest)
      }
      const cost = costs[q] as number
      costs[q] = 0
      for (let j = 0; j < columns; j++) costs[j] = (costs[j] as number) - cost * (tableau[base + j] as number)
      const leaving = basic[p] as number
      basic[p] = nonbasic[q] as number
      nonbasic[q] = leaving
    }

    for (let i = 0; i < rows; i++) this.row[i] = 0
    for (let j = 0; j < columns; j++) this.column[j] = 0
    for (let i = 0; i < rows; i++) {
      const v = basic[i] as number
      if (v < columns) this.column[v] = side[i] as number
    }
    for (let j = 0; j < columns; j++) {
      const v = nonbasic[j] as number
      const price = -(costs[j] as number)
      if (v >= columns && price > 0) this.row[v - columns] = price
    }
    this.certify()
  }

  /** Scales the strategies to sum 1 and computes what they guarantee. */
  certify(): void {
    const { rows, columns, payoff, row, column } = this
    normalise(row, rows)
    normalise(column, columns)
    let upper = Number.NEGATIVE_INFINITY
    const sums = this.#costs
    for (let j = 0; j < columns; j++) sums[j] = 0
    for (let i = 0, base = 0; i < rows; i++, base += columns) {
      const weight = row[i] as number
      let paid = 0
      for (let j = 0; j < columns; j++) {
        const entry = payoff[base + j] as number
        paid += entry * (column[j] as number)
        sums[j] = (sums[j] as number) + entry * weight
      }
      if (paid > upper) upper = paid
    }
    let lower = Number.POSITIVE_INFINITY
    for (let j = 0; j < columns; j++) if ((sums[j] as number) < lower) lower = sums[j] as number
    this.lower = lower
    this.upper = upper
    this.gap = upper - lower
  }
}

/** A distribution from non-negative weights; the uniform one when they are all 0. */
function normalise(weights: Float64Array, length: number): void {
  let total = 0
  for (let k = 0; k < length; k++) total += weights[k] as number
  for (let k = 0; k < length; k++) weights[k] = total > 0 ? (weights[k] as number) / total : 1 / length
}

/**
 * The game in exact rationals: max v subject to (x'A)_j >= v for every column, x a distribution; y are the duals. Optimal because
 * both strategies guarantee the same rational.
 * @throws InternalError when they do not
 */
async function solveExactGame(payoff: readonly (readonly number[])[]): Promise<ExactGame> {
  const model = new LinearModel('matrix game', 'maximize')
  const rows = payoff.length
  const columns = (payoff[0] as readonly number[]).length
  const everyRow = Array.from({ length: rows }, (_, i) => i)
  for (const i of everyRow) model.addVariable(`x${i}`)
  const value = model.addVariable('v', { lower: Number.NEGATIVE_INFINITY, objective: 1 })
  for (let j = 0; j < columns; j++) {
    const terms = everyRow.map((i) => [i, (payoff[i] as readonly number[])[j] as number] as const)
    model.addRow(`column ${j}`, [...terms, [value, -1]], '>=', 0)
  }
  model.addRow(
    'distribution',
    everyRow.map((i) => [i, 1] as const),
    '=',
    1,
  )
  const answer = await solveModelExactly(model, { numbers: 'decimal', cellLimit: Number.POSITIVE_INFINITY })
  if (answer.status !== 'optimal' || answer.certificate.kind !== 'dual') {
    throw new InternalError('an exact matrix game has no proved optimum')
  }
  const column = answer.certificate.duals.slice(0, columns).map((dual) => dual.negate())
  const row = answer.values.slice(0, rows)
  requireEquilibrium(payoff, row, column, answer.objective)
  return { value: answer.objective, row, column }
}

function requireEquilibrium(
  payoff: readonly (readonly number[])[],
  row: readonly Rational[],
  column: readonly Rational[],
  value: Rational,
): void {
  const entry = (i: number, j: number): Rational =>
    Rational.from((payoff[i] as readonly number[])[j] as number, 'decimal')
  const total = (weights: readonly Rational[], of: (k: number) => Rational): Rational =>
    weights.reduce((sum, weight, k) => (weight.sign === 0 ? sum : sum.add(weight.multiply(of(k)))), Rational.zero)
  const isDistribution = (weights: readonly Rational[]): boolean =>
    weights.every((weight) => weight.sign >= 0) && total(weights, () => Rational.one).equals(Rational.one)
  const secured = column.every((_, j) => total(row, (i) => entry(i, j)).compare(value) >= 0)
  const conceded = row.every((_, i) => total(column, (j) => entry(i, j)).compare(value) <= 0)
  if (!isDistribution(row) || !isDistribution(column) || !secured || !conceded) {
    throw new InternalError('an exact equilibrium does not hold')
  }
}

function validate(payoff: readonly (readonly number[])[]): void {
  const issues: Issue[] = []
  const columns = payoff[0]?.length ?? 0
  if (payoff.length === 0 || columns === 0) {
    issues.push({
      code: 'empty',
      path: ['payoff'],
      message: 'a game needs at least one row and one column',
      hint: 'give a payoff for every pair of actions',
    })
  }
  payoff.forEach((line, i) => {
    if (line.length !== columns) {
      issues.push({
        code: 'ragged',
        path: ['payoff', i],
        message: `row ${i} has ${line.length} payoffs where row 0 has ${columns}`,
        hint: 'give every row the same number of payoffs',
      })
    }
    line.forEach((value, j) => {
      if (Number.isFinite(value)) return
      issues.push({
        code: 'not-a-number',
        path: ['payoff', i, j],
        message: `the payoff ${value} is not finite`,
        hint: 'give a finite number',
        value,
      })
    })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
