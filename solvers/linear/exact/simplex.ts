/**
 * An exact bounded-variable simplex on integers: the homogeneous dictionary  D x_B = T x_N  of the dense simplex with
 * fraction-free pivots (Edmonds 1967, Bareiss 1968). Rows and objective are multiplied to integers, bounds brought to one
 * denominator Q, and every entry of T is then a minor of the integer matrix, so that each pivot divides without
 * remainder and numbers stay as short as determinants are.
 *
 * Primal method: phase 1 minimises the sum of infeasibilities, Dantzig's rule, and Bland's rule (1977) after
 * STALL degenerate steps in a row; with exact arithmetic that cannot cycle. Started from the basis a floating-point solve ended
 * with (`moveTo`), it mostly has nothing left to do but confirm (Applegate, Cook, Dash, Espinoza 2007).
 *
 * No tolerances. A pivot costs rows * columns products of integers whose length is at most that of the largest minor.
 */
import type { Limit } from '../../contract/index.ts'
import { AT_UPPER, BASIC } from '../dense/index.ts'
import type { ExactProblem } from './problem.ts'
import { commonDivisor, Rational } from './rational.ts'

const STALL = 30

export type ExactStatus = 'optimal' | 'infeasible' | 'unbounded' | Limit

export class ExactSimplex {
  readonly columns: number
  readonly rows: number
  /** Bounds of columns, then rows, as integers over `scale`; null is none. May be changed between solves. */
  readonly lower: (bigint | null)[]
  readonly upper: (bigint | null)[]
  /** Q: the common denominator of all bounds. */
  readonly scale: bigint
  /** Integer costs of the minimised objective: costFactor * (+-) objective. */
  readonly cost: bigint[]
  readonly costFactor: Rational
  /** Integer rows: rowFactor[i] * row i. */
  readonly matrix: readonly { readonly columns: readonly number[]; readonly values: readonly bigint[] }[]
  readonly rowFactor: readonly Rational[]
  iterations = 0

  #tableau: bigint[]
  #costs: bigint[]
  #denominator = 1n
  readonly #head: Int32Array
  readonly #side: Int32Array
  /** Values of nonbasic variables over Q, by dictionary column. */
  readonly #at: bigint[]
  /** Values of basic variables over Q D, by dictionary row. */
  readonly #basic: bigint[]
  #gradient: bigint[] = []
  #rayColumn = -1
  #rayDirection = 1n

  constructor(problem: ExactProblem) {
    const { columns } = problem
    const rows = problem.rows.length
    this.columns = columns
    this.rows = rows
    const rowFactor: Rational[] = []
    this.matrix = problem.rows.map((row) => {
      const factor = integerFactor(row.values)
      rowFactor.push(factor)
      return { columns: row.columns, values: row.values.map((value) => value.multiply(factor).numerator) }
    })
    this.rowFactor = rowFactor
    this.costFactor = integerFactor(problem.objective)
    const sign = problem.sense === 'minimize' ? 1n : -1n
    this.cost = problem.objective.map((cost) => sign * cost.multiply(this.costFactor).numerator)

    const bounds = (side: readonly (Rational | null)[]): (Rational | null)[] =>
      side.map((value, v) =>
        value === null || v < columns ? value : value.multiply(rowFactor[v - columns] as Rational),
      )
    const lower = bounds(problem.lower)
    const upper = bounds(problem.upper)
    let scale = 1n
    for (const value of [...lower, ...upper]) {
      if (value !== null) scale = (scale / commonDivisor(scale, value.denominator)) * value.denominator
    }
    this.scale = scale
    const scaled = (value: Rational | null): bigint | null =>
      value === null ? null : (value.numerator * scale) / value.denominator
    this.lower = lower.map(scaled)
    this.upper = upper.map(scaled)

    this.#tableau = new Array<bigint>(rows * columns).fill(0n)
    this.matrix.forEach((row, i) => {
      row.columns.forEach((j, k) => {
        this.#tableau[i * columns + j] = row.values[k] as bigint
      })
    })
    this.#costs = this.cost.slice()
    this.#head = Int32Array.from({ length: rows }, (_, i) => columns + i)
    this.#side = Int32Array.from({ length: columns }, (_, j) => j)
    this.#at = new Array<bigint>(columns).fill(0n)
    this.#basic = new Array<bigint>(rows).fill(0n)
    for (let j = 0; j < columns; j++) this.#place(j, false)
  }

  /**
   * Pivots towards a basis: variables marked BASIC enter where that is possible, the others go to the bound they are marked
   * with.
   * @param basis marks of columns, then rows, as the dense simplex stores them
   */
  moveTo(basis: ArrayLike<number>, stop: () => Limit | null = () => null): Limit | null {
    const { rows, columns } = this
    for (let q = 0; q < columns; q++) {
      if (basis[this.#side[q] as number] !== BASIC) continue
      let p = -1
      let shortest: bigint | null = null
      for (let i = 0; i < rows; i++) {
        if (basis[this.#head[i] as number] === BASIC) continue
        const entry = this.#tableau[i * columns + q] as bigint
        if (entry === 0n) continue
        const size = entry < 0n ? -entry : entry
        if (shortest === null || size < shortest) {
          shortest = size
          p = i
        }
      }
      if (p < 0) continue
      const limit = stop()
      if (limit !== null) return limit
      this.#pivot(p, q)
      // The variable that left is marked nonbasic, so this column is settled.
    }
    for (let q = 0; q < columns; q++) this.#place(q, basis[this.#side[q] as number] === AT_UPPER)
    return null
  }

  /** Solves from the current basis within the current bounds. @param stop asked before every pivot */
  solve(stop: () => Limit | null = () => null): ExactStatus {
    for (let v = 0; v < this.lower.length; v++) {
      const low = this.lower[v] ?? null
      const high = this.upper[v] ?? null
      if (low !== null && high !== null && low > high) {
        this.#gradient = []
        return 'infeasible'
      }
    }
    for (let q = 0; q < this.columns; q++) this.#settle(q)
    this.#computeBasics()
    for (const phaseOne of [true, false]) {
      const status = this.#primal(phaseOne, stop)
      if (status !== 'optimal') return status
    }
    return 'optimal'
  }

  /** The minimised objective at the current point, without the offset. */
  objective(): Rational {
    let total = Rational.zero
    const values = this.values()
    this.cost.forEach((cost, j) => {
      if (cost !== 0n) total = total.add((values[j] as Rational).multiply(Rational.of(cost)))
    })
    return total.divide(this.costFactor)
  }

  /** The current point, one number a column. */
  values(): Rational[] {
    const values: Rational[] = new Array(this.columns)
    for (let q = 0; q < this.columns; q++) {
      const v = this.#side[q] as number
      if (v < this.columns) values[v] = Rational.of(this.#at[q] as bigint, this.scale)
    }
    const denominator = this.scale * this.#denominator
    for (let i = 0; i < this.rows; i++) {
      const v = this.#head[i] as number
      if (v < this.columns) values[v] = Rational.of(this.#basic[i] as bigint, denominator)
    }
    return values
  }

  /** After `optimal`: one multiplier a row, for the minimised objective. */
  duals(): Rational[] {
    return this.#multipliers(this.#costs, this.costFactor)
  }

  /** After `infeasible`: a Farkas combination of the rows; null when a single variable has crossed bounds. */
  farkas(): Rational[] | null {
    if (this.#gradient.length === 0) return null
    const multipliers = this.#multipliers(this.#gradient, Rational.of(-1n))
    for (let i = 0; i < this.rows; i++) {
      const v = this.#head[i] as number
      if (v < this.columns) continue
      const row = v - this.columns
      multipliers[row] = (this.rowFactor[row] as Rational).multiply(Rational.of(BigInt(this.#outside(i))))
    }
    return multipliers
  }

  /** After `unbounded`: a direction that improves for ever. */
  ray(): Rational[] {
    const ray: Rational[] = new Array(this.columns).fill(Rational.zero)
    const q = this.#rayColumn
    const v = this.#side[q] as number
    if (v < this.columns) ray[v] = Rational.of(this.#rayDirection)
    for (let i = 0; i < this.rows; i++) {
      const basic = this.#head[i] as number
      if (basic >= this.columns) continue
      ray[basic] = Rational.of(this.#rayDirection * (this.#tableau[i * this.columns + q] as bigint), this.#denominator)
    }
    return ray
  }

  #multipliers(costs: readonly bigint[], factor: Rational): Rational[] {
    const multipliers: Rational[] = new Array(this.rows).fill(Rational.zero)
    for (let q = 0; q < this.columns; q++) {
      const v = this.#side[q] as number
      if (v < this.columns) continue
      const row = v - this.columns
      multipliers[row] = Rational.of(costs[q] as bigint, this.#denominator)
        .multiply(this.rowFactor[row] as Rational)
        .divide(factor)
    }
    return multipliers
  }

  #place(q: number, up: boolean): void {
    const v = this.#side[q] as number
    const low = this.lower[v] ?? null
    const high = this.upper[v] ?? null
    this.#at[q] = (up ? (high ?? low) : (low ?? high)) ?? 0n
  }

  /** Puts a nonbasic variable back on the nearer of its bounds, which may have moved. */
  #settle(q: number): void {
    const v = this.#side[q] as number
    const low = this.lower[v] ?? null
    const high = this.upper[v] ?? null
    const at = this.#at[q] as bigint
    this.#place(q, low === null ? high !== null : high !== null && high - at < at - low)
  }

  #computeBasics(): void {
    const { rows, columns } = this
    for (let i = 0; i < rows; i++) {
      let total = 0n
      for (let q = 0; q < columns; q++) {
        const at = this.#at[q] as bigint
        if (at !== 0n) total += (this.#tableau[i * columns + q] as bigint) * at
      }
      this.#basic[i] = total
    }
  }

  /** -1 below its lower bound, 1 above its upper one, 0 within. */
  #outside(i: number): number {
    const v = this.#head[i] as number
    const value = this.#basic[i] as bigint
    const low = this.lower[v] ?? null
    if (low !== null && value < low * this.#denominator) return -1
    const high = this.upper[v] ?? null
    return high !== null && value > high * this.#denominator ? 1 : 0
  }

  #primal(phaseOne: boolean, stop: () => Limit | null): ExactStatus {
    const { rows, columns } = this
    let stalled = 0
    for (;;) {
      let costs = this.#costs
      if (phaseOne) {
        if (!this.#pricePhaseOne()) return 'optimal'
        costs = this.#gradient
      }
      const bland = stalled > STALL
      let q = -1
      let best = 0n
      for (let j = 0; j < columns; j++) {
        const cost = costs[j] as bigint
        if (cost === 0n) continue
        const v = this.#side[j] as number
        const at = this.#at[j] as bigint
        if (cost < 0n ? at === (this.upper[v] ?? null) : at === (this.lower[v] ?? null)) continue
        if (bland) {
          if (q < 0 || v < (this.#side[q] as number)) q = j
        } else {
          const size = cost < 0n ? -cost : cost
          if (size > best) {
            best = size
            q = j
          }
        }
      }
      if (q < 0) return phaseOne ? 'infeasible' : 'optimal'
      const limit = stop()
      if (limit !== null) return limit
      this.iterations++
      const direction = (costs[q] as bigint) < 0n ? 1n : -1n

      // Ratio test: the step over Q is room / size, compared by cross multiplication; ties to the smallest index.
      let p = -1
      let room = 0n
      let size = 1n
      let target = 0n
      for (let i = 0; i < rows; i++) {
        const rate = direction * (this.#tableau[i * columns + q] as bigint)
        if (rate === 0n) continue
        const v = this.#head[i] as number
        const outside = this.#outside(i)
        let bound: bigint | null
        if (rate > 0n) bound = outside < 0 ? (this.lower[v] ?? null) : outside > 0 ? null : (this.upper[v] ?? null)
        else bound = outside > 0 ? (this.upper[v] ?? null) : outside < 0 ? null : (this.lower[v] ?? null)
        if (bound === null) continue
        const gap = bound * this.#denominator - (this.#basic[i] as bigint)
        const ownRoom = gap < 0n ? -gap : gap
        const ownSize = rate < 0n ? -rate : rate
        const order = p < 0 ? -1n : ownRoom * size - room * ownSize
        if (order < 0n || (order === 0n && v < (this.#head[p] as number))) {
          p = i
          room = ownRoom
          size = ownSize
          target = bound
        }
      }
      const v = this.#side[q] as number
      const low = this.lower[v] ?? null
      const high = this.upper[v] ?? null
      const at = this.#at[q] as bigint
      const far = direction > 0n ? high : low
      if (far !== null) {
        const range = far < at ? at - far : far - at
        if (p < 0 || range * size <= room) {
          for (let i = 0; i < rows; i++) {
            const rate = this.#tableau[i * columns + q] as bigint
            if (rate !== 0n) this.#basic[i] = (this.#basic[i] as bigint) + rate * (far - at)
          }
          this.#at[q] = far
          stalled = 0
          continue
        }
      }
      if (p < 0) {
        this.#rayColumn = q
        this.#rayDirection = direction
        return 'unbounded'
      }
      stalled = room === 0n ? stalled + 1 : 0
      this.#exchange(p, q, target)
    }
  }

  /** @returns false when nothing is infeasible */
  #pricePhaseOne(): boolean {
    const { rows, columns } = this
    let any = false
    const gradient = new Array<bigint>(columns).fill(0n)
    for (let i = 0; i < rows; i++) {
      const outside = this.#outside(i)
      if (outside === 0) continue
      any = true
      for (let j = 0; j < columns; j++) {
        const entry = this.#tableau[i * columns + j] as bigint
        if (entry !== 0n) gradient[j] = outside > 0 ? (gradient[j] as bigint) + entry : (gradient[j] as bigint) - entry
      }
    }
    this.#gradient = gradient
    return any
  }

  /** Moves the entering variable until the basic one of row p reaches target, then pivots. */
  #exchange(p: number, q: number, target: bigint): void {
    const { rows, columns } = this
    const tableau = this.#tableau
    const pivot = tableau[p * columns + q] as bigint
    const denominator = this.#denominator
    // The entering variable moves by change / pivot, over Q.
    const change = target * denominator - (this.#basic[p] as bigint)
    for (let i = 0; i < rows; i++) {
      if (i === p) continue
      const value = ((this.#basic[i] as bigint) * pivot + (tableau[i * columns + q] as bigint) * change) / denominator
      this.#basic[i] = pivot < 0n ? -value : value
    }
    const entered = (this.#at[q] as bigint) * pivot + change
    this.#basic[p] = pivot < 0n ? -entered : entered
    this.#at[q] = target
    this.#pivot(p, q)
  }

  /** Fraction-free exchange of the basic variable of row p with the nonbasic variable of column q; values are the caller's. */
  #pivot(p: number, q: number): void {
    const { rows, columns } = this
    const tableau = this.#tableau
    const base = p * columns
    const pivot = tableau[base + q] as bigint
    const old = this.#denominator
    const flip = pivot < 0n
    for (let i = 0; i < rows; i++) {
      if (i === p) continue
      this.#eliminate(tableau, i * columns, base, q, pivot, old, flip)
    }
    this.#eliminate(this.#costs, 0, base, q, pivot, old, flip)
    for (let j = 0; j < columns; j++) {
      if (j !== q && !flip) tableau[base + j] = -(tableau[base + j] as bigint)
    }
    tableau[base + q] = flip ? -old : old
    this.#denominator = flip ? -pivot : pivot
    const leaving = this.#head[p] as number
    this.#head[p] = this.#side[q] as number
    this.#side[q] = leaving
  }

  #eliminate(target: bigint[], row: number, base: number, q: number, pivot: bigint, old: bigint, flip: boolean): void {
    const { columns } = this
    const tableau = this.#tableau
    const factor = target[row + q] as bigint
    for (let j = 0; j < columns; j++) {
      if (j === q) continue
      const entry = target[row + j] as bigint
      const other = tableau[base + j] as bigint
      if (entry === 0n && (factor === 0n || other === 0n)) continue
      let value = entry * pivot
      if (factor !== 0n && other !== 0n) value -= factor * other
      if (old !== 1n) value /= old
      target[row + j] = flip ? -value : value
    }
    if (flip) target[row + q] = -factor
  }
}

/** The positive number that makes all values integers without a common divisor; 1 when all are 0. */
function integerFactor(values: readonly Rational[]): Rational {
  let denominator = 1n
  for (const value of values) {
    denominator = (denominator / commonDivisor(denominator, value.denominator)) * value.denominator
  }
  let content = 0n
  for (const { numerator, denominator: own } of values) {
    const entry = (numerator * denominator) / own
    if (entry !== 0n) content = commonDivisor(content, entry < 0n ? -entry : entry)
  }
  return content === 0n ? Rational.one : Rational.of(denominator, content)
}
