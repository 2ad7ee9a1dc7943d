/**
 * A dense bounded-variable simplex on preallocated Float64Arrays, for thousands of tiny linear programs and for models of
 * a few hundred rows and columns.
 *
 *     minimise  c.x   subject to   r = A x,   l_j <= x_j <= u_j,   L_i <= r_i <= U_i
 *
 * Rows are variables too (the row activities r), so that free, boxed, fixed, ranged and equality rows need no case of
 * their own. The state is the homogeneous dictionary  x_B = T x_N  with  objective = d.x_N ; the slack basis has T = A and
 * d = c, and exchanging one basic for one nonbasic variable costs rows * columns multiply-adds. The entries of d are the
 * reduced costs; those of row activities are the duals of their rows.
 *
 * Method: a primal feasible start goes to the primal simplex; a dual feasible one (after moving boxed variables to their
 * better side) to the dual simplex with bound flipping (Maros 2003); any other to a composite phase 1 that minimises the
 * sum of infeasibilities with a long step over its breakpoints. Dantzig's rule and Harris's two-pass ratio test (1973).
 * After STALL degenerate steps in a row the primal relaxes the bounds of its basic variables, the dual shifts its reduced
 * costs away from zero, each by a fixed pseudo-random trifle per variable; the shift is taken back at the end and the other
 * method repairs what is left. Twice at most; then Bland's rule (1977) takes over while a stall lasts, which rules out cycling
 * in exact arithmetic.
 *
 * Tolerances: PRIMAL_TOLERANCE relative to 1 + |bound|; DUAL_TOLERANCE times the smallest cost that is not 0 (1 when it is
 * larger), at least COST_NOISE times the largest; entries below PIVOT_TOLERANCE are no pivots. Before it answers, the kernel
 * multiplies point, duals or ray with the original matrix; when they miss by more than RESIDUAL_TOLERANCE of their terms the
 * dictionary is rebuilt from the basis and the run goes on, and after REBUILDS rebuilds the answer is `numerical`.
 *
 * Proves: `optimal` by the dual solution, `infeasible` by a Farkas combination of rows, `unbounded` by a ray from a
 * feasible point, all within these tolerances and all left in the workspace. Worst case exponential (Klee and Minty 1972).
 */
import type { Limit } from '../../contract/index.ts'

export const PRIMAL_TOLERANCE = 1e-9
export const DUAL_TOLERANCE = 1e-9
export const PIVOT_TOLERANCE = 1e-9

/** Rounding to expect in reduced costs, relative to the largest cost. */
const COST_NOISE = 1e-13
const RESIDUAL_TOLERANCE = 1e-9
const REBUILDS = 3
/** Steps shorter than this count as degenerate. */
const DEGENERATE = 1e-12
/** Degenerate steps in a row that count as a stall. */
const STALL = 24
/** Size of a perturbation relative to the bound or the largest cost. */
const PERTURBATION = 1e-6
/** Rounds of `optimise` in which a stall is answered by a perturbation. */
const PERTURBED_ROUNDS = 2
/** Table cells worked on between two looks at the clock. */
const WORK_BETWEEN_STOPS = 2_000_000

export type DenseStatus =
  /** `value` is optimal, `reduced` proves it. */
  | 'optimal'
  /** `ray` is a Farkas combination. */
  | 'infeasible'
  /** `value` is feasible and `ray` improves without end. */
  | 'unbounded'
  /** The iteration limit was reached. */
  | 'iterations'
  /** `stop` asked for it; see `stoppedBy`. */
  | 'stopped'
  /** The dictionary could not be kept accurate. */
  | 'numerical'

/** Place of a variable in a basis, as stored by `saveBasis`. */
export const BASIC = 0
export const AT_LOWER = 1
export const AT_UPPER = 2
export const FREE = 3

/**
 * Workspace for any number of solves; grows when `resize` asks for more, allocates nothing else.
 *
 * Fill `matrix` (row-major, row stride `columns`), `objective`, `lower` and `upper`, then call `solve`. Positions
 * 0 .. columns - 1 of `lower`, `upper`, `value`, `reduced` and `ray` belong to the columns, columns + i to row i. Bounds
 * may be infinite and must satisfy lower <= upper.
 */
export class DenseSimplex {
  rows = 0
  columns = 0
  matrix: Float64Array
  objective: Float64Array
  lower: Float64Array
  upper: Float64Array

  /** The point: columns, then row activities. */
  value: Float64Array
  /** Reduced costs of the columns, then duals of the rows: change of the minimum per unit of the active side. */
  reduced: Float64Array
  /**
   * `infeasible`: coefficients of an identity sum(ray_v x_v) = 0 that no point within all bounds satisfies; its row part is the
   * Farkas combination. `unbounded`: a direction.
   */
  ray: Float64Array
  objectiveValue = 0
  /** Pivots and bound flips of the last solve. */
  iterations = 0
  /** @default 200 + 20 (rows + columns) at every solve when null */
  iterationLimit: number | null = null
  /** Asked now and then; a limit ends the solve. */
  stop: (() => Limit | null) | null = null
  stoppedBy: Limit | null = null

  #tableau: Float64Array
  #costs: Float64Array
  #phaseCosts: Float64Array
  /** Variable that is basic in a row. */
  #head: Int32Array
  /** Variable that is nonbasic in a column of the dictionary. */
  #side: Int32Array
  #breakStep: Float64Array
  #breakRow: Int32Array
  #breakBound: Float64Array
  #scratch: Float64Array
  #keptLower = new Float64Array(0)
  #keptUpper = new Float64Array(0)
  #boundsShifted = false
  #mayPerturb = false
  #largestCost = 0
  #dualTolerance = DUAL_TOLERANCE
  #limit = 0
  #work = 0

  /** @param rows @param columns capacity to start with */
  constructor(rows = 0, columns = 0) {
    this.matrix = new Float64Array(rows * columns)
    this.objective = new Float64Array(columns)
    this.lower = new Float64Array(rows + columns)
    this.upper = new Float64Array(rows + columns)
    this.value = new Float64Array(rows + columns)
    this.reduced = new Float64Array(rows + columns)
    this.ray = new Float64Array(rows + columns)
    this.#tableau = new Float64Array(rows * columns)
    this.#costs = new Float64Array(columns)
    this.#phaseCosts = new Float64Array(columns)
    this.#head = new Int32Array(rows)
    this.#side = new Int32Array(columns)
    this.#breakStep = new Float64Array(2 * rows + columns)
    this.#breakRow = new Int32Array(2 * rows + columns)
    this.#breakBound = new Float64Array(2 * rows + columns)
    this.#scratch = new Float64Array(columns)
    this.rows = rows
    this.columns = columns
  }

  /** Sets the size of the next problem. The contents of the input arrays are undefined afterwards when they had to grow. */
  resize(rows: number, columns: number): void {
    const total = rows + columns
    if (this.matrix.length < rows * columns) {
      this.matrix = new Float64Array(rows * columns)
      this.#tableau = new Float64Array(rows * columns)
    }
    if (this.objective.length < columns) {
      this.objective = new Float64Array(columns)
      this.#costs = new Float64Array(columns)
      this.#phaseCosts = new Float64Array(columns)
      this.#side = new Int32Array(columns)
      this.#scratch = new Float64Array(columns)
    }
    if (this.#head.length < rows) this.#head = new Int32Array(rows)
    if (this.lower.length < total) {
      this.lower = new Float64Array(total)
      this.upper = new Float64Array(total)
      this.value = new Float64Array(total)
      this.reduced = new Float64Array(total)
      this.ray = new Float64Array(total)
    }
    if (this.#breakStep.length < rows + total) {
      this.#breakStep = new Float64Array(rows + total)
      this.#breakRow = new Int32Array(rows + total)
      this.#breakBound = new Float64Array(rows + total)
    }
    this.rows = rows
    this.columns = columns
  }

  /** Solves from the slack basis. */
  solve(): DenseStatus {
    const { rows, columns } = this
    this.#loadSlackBasis()
    for (let v = 0; v < columns + rows; v++) this.value[v] = 0
    this.#costs.set(columns === this.objective.length ? this.objective : this.objective.subarray(0, columns))
    return this.#run()
  }

  /**
   * Solves from the basis of the previous solve. Bounds and objective may have changed since, the matrix and the size may
   * not.
   */
  resolve(): DenseStatus {
    this.#priceOut()
    return this.#run()
  }

  /** Solves from a basis stored by `saveBasis`; a singular one is completed with slacks. */
  solveFrom(basis: Int8Array): DenseStatus {
    const { rows, columns, lower, upper, value } = this
    for (let v = 0; v < columns + rows; v++) {
      const place = basis[v]
      value[v] = place === AT_LOWER ? (lower[v] as number) : place === AT_UPPER ? (upper[v] as number) : 0
    }
    this.#factorise(basis)
    this.#priceOut()
    return this.#run()
  }

  /** Writes the place of every variable into `basis` (columns + rows entries). */
  saveBasis(basis: Int8Array): void {
    const { rows, columns, lower, upper, value } = this
    for (let i = 0; i < rows; i++) basis[this.#head[i] as number] = BASIC
    for (let j = 0; j < columns; j++) {
      const v = this.#side[j] as number
      basis[v] = value[v] === lower[v] ? AT_LOWER : value[v] === upper[v] ? AT_UPPER : FREE
    }
  }

  #loadSlackBasis(): void {
    const { rows, columns } = this
    const cells = rows * columns
    const tableau = this.#tableau
    const matrix = this.matrix
    for (let k = 0; k < cells; k++) tableau[k] = matrix[k] as number
    for (let i = 0; i < rows; i++) this.#head[i] = columns + i
    for (let j = 0; j < columns; j++) this.#side[j] = j
  }

  /** Rebuilds the dictionary of the given basis from the original matrix: Gauss-Jordan with the largest pivot of a column. */
  #factorise(basis: Int8Array | null): void {
    const { rows, columns } = this
    const marks = basis ?? new Int8Array(columns + rows)
    if (basis === null) this.saveBasis(marks)
    this.#loadSlackBasis()
    const tableau = this.#tableau
    for (let j = 0; j < columns; j++) {
      if (marks[j] !== BASIC) continue
      let best = -1
      let size = 1e-11
      for (let i = 0; i < rows; i++) {
        const basic = this.#head[i] as number
        if (basic < columns || marks[basic] === BASIC) continue
        const entry = Math.abs(tableau[i * columns + j] as number)
        if (entry > size) {
          size = entry
          best = i
        }
      }
      if (best >= 0) this.#pivot(best, j)
    }
  }

  /** d = c_N + T' c_B */
  #priceOut(): void {
    const { rows, columns, objective } = this
    const costs = this.#costs
    for (let j = 0; j < columns; j++) {
      const v = this.#side[j] as number
      costs[j] = v < columns ? (objective[v] as number) : 0
    }
    const tableau = this.#tableau
    for (let i = 0; i < rows; i++) {
      const v = this.#head[i] as number
      const cost = v < columns ? (objective[v] as number) : 0
      if (cost === 0) continue
      const base = i * columns
      for (let j = 0; j < columns; j++) costs[j] = (costs[j] as number) + cost * (tableau[base + j] as number)
    }
  }

  #run(): DenseStatus {
    const { rows, columns, objective } = this
    let largest = 0
    let smallest = 1
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(objective[j] as number)
      if (size > largest) largest = size
      if (size < smallest && size > 0) smallest = size
    }
    this.#largestCost = largest
    this.#dualTolerance = Math.max(DUAL_TOLERANCE * smallest, COST_NOISE * largest)
    this.#limit = this.iterationLimit ?? 200 + 20 * (rows + columns)
    this.#work = 0
    this.iterations = 0
    this.stoppedBy = null
    let status: DenseStatus = 'numerical'
    for (let rebuild = 0; rebuild <= REBUILDS; rebuild++) {
      status = this.#optimise()
      if (status === 'iterations' || status === 'stopped') break
      if (status !== 'numerical' && this.#accurate(status)) break
      if (rebuild === REBUILDS) {
        status = 'numerical'
        break
      }
      this.#factorise(null)
      this.#priceOut()
      status = 'numerical'
    }
    let total = 0
    for (let j = 0; j < columns; j++) total += (objective[j] as number) * (this.value[j] as number)
    this.objectiveValue = total
    return status
  }

  #optimise(): DenseStatus {
    this.#keepSides()
    this.#computeBasics()
    for (let round = 0; round <= PERTURBED_ROUNDS + 1; round++) {
      this.#mayPerturb = round < PERTURBED_ROUNDS
      if (!this.#primalFeasible()) {
        if (this.#moveToDualFeasible()) {
          const status = this.#dual()
          if (status !== 'optimal') return status
        }
        if (!this.#primalFeasible()) {
          const status = this.#primal(true)
          if (status !== 'optimal') {
            this.#restoreBounds()
            return status
          }
        }
      }
      const status = this.#primal(false)
      const shifted = this.#restoreBounds()
      if (status !== 'optimal' && !(status === 'unbounded' && shifted)) return status
      // Harris's steps and taken back perturbations may have left basic variables outside.
      if (this.#primalFeasible() && status === 'optimal') return status
    }
    return 'numerical'
  }

  /** A fixed number in [0.5, 1) for each variable. */
  #trifle(v: number): number {
    const hash = Math.imul(v + 1, 0x9e3779b1) >>> 8
    return 0.5 + hash / 0x2000000
  }

  /** Relaxes the bounds of the basic variables, so that ties of the ratio test part. */
  #shiftBounds(): void {
    const { rows, columns, lower, upper } = this
    this.#mayPerturb = false
    this.#boundsShifted = true
    if (this.#keptLower.length < rows + columns) {
      this.#keptLower = new Float64Array(rows + columns)
      this.#keptUpper = new Float64Array(rows + columns)
    }
    for (let v = 0; v < columns + rows; v++) {
      this.#keptLower[v] = lower[v] as number
      this.#keptUpper[v] = upper[v] as number
    }
    for (let i = 0; i < rows; i++) {
      const v = this.#head[i] as number
      const low = lower[v] as number
      const high = upper[v] as number
      lower[v] = low - PERTURBATION * this.#trifle(v) * (1 + Math.abs(low))
      upper[v] = high + PERTURBATION * this.#trifle(v + rows) * (1 + Math.abs(high))
    }
  }

  /** Takes a relaxation back. @returns whether there was one */
  #restoreBounds(): boolean {
    if (!this.#boundsShifted) return false
    const { rows, columns, lower, upper } = this
    this.#boundsShifted = false
    for (let v = 0; v < columns + rows; v++) {
      lower[v] = this.#keptLower[v] as number
      upper[v] = this.#keptUpper[v] as number
    }
    this.#keepSides()
    this.#computeBasics()
    return true
  }

  /** Moves reduced costs away from zero, into their feasible side, so that ties of the dual ratio test part. */
  #shiftCosts(): void {
    const { columns, lower, upper, value } = this
    const costs = this.#costs
    const size = PERTURBATION * (this.#largestCost > 0 ? this.#largestCost : 1)
    this.#mayPerturb = false
    for (let j = 0; j < columns; j++) {
      const v = this.#side[j] as number
      const low = lower[v] as number
      const high = upper[v] as number
      if (low === high) continue
      const shift = size * this.#trifle(v)
      if (value[v] === low) costs[j] = Math.max(0, costs[j] as number) + shift
      else if (value[v] === high) costs[j] = Math.min(0, costs[j] as number) - shift
    }
  }

  /** Puts every nonbasic variable on the bound it is nearest to; free ones to 0. */
  #keepSides(): void {
    const { columns, lower, upper, value } = this
    const side = this.#side
    for (let j = 0; j < columns; j++) {
      const v = side[j] as number
      const low = lower[v] as number
      const high = upper[v] as number
      const at = value[v] as number
      if (low === Number.NEGATIVE_INFINITY) value[v] = high === Number.POSITIVE_INFINITY ? 0 : high
      else value[v] = at - low <= high - at ? low : high
    }
  }

  /** Moves boxed nonbasic variables to the side their reduced cost asks for. False, and nothing moved, when that cannot do. */
  #moveToDualFeasible(): boolean {
    const { columns, lower, upper, value } = this
    const costs = this.#costs
    const tolerance = this.#dualTolerance
    for (let j = 0; j < columns; j++) {
      const cost = costs[j] as number
      const v = this.#side[j] as number
      if (cost > tolerance && lower[v] === Number.NEGATIVE_INFINITY) return false
      if (cost < -tolerance && upper[v] === Number.POSITIVE_INFINITY) return false
    }
    let moved = false
    for (let j = 0; j < columns; j++) {
      const cost = costs[j] as number
      const v = this.#side[j] as number
      const target = cost > tolerance ? lower[v] : cost < -tolerance ? upper[v] : value[v]
      if (target !== value[v]) {
        value[v] = target as number
        moved = true
      }
    }
    if (moved) this.#computeBasics()
    return true
  }

  #computeBasics(): void {
    const { rows, columns, value } = this
    const tableau = this.#tableau
    const side = this.#side
    const head = this.#head
    const scratch = this.#scratch
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

  #primalFeasible(): boolean {
    const { rows, lower, upper, value } = this
    const head = this.#head
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

  /**
   * Primal simplex. Phase 1 minimises the sum of infeasibilities and returns `optimal` when there is none left or
   * `infeasible`; phase 2 returns `optimal` or `unbounded`.
   */
  #primal(phaseOne: boolean): DenseStatus {
    const { columns, lower, upper, value } = this
    const costs = phaseOne ? this.#phaseCosts : this.#costs
    const side = this.#side
    let stalled = 0
    for (;;) {
      let tolerance = this.#dualTolerance
      if (phaseOne) {
        const infeasible = this.#pricePhaseOne()
        if (infeasible === 0) return 'optimal'
        tolerance = DUAL_TOLERANCE
      }
      if (stalled > STALL && this.#mayPerturb) {
        this.#shiftBounds()
        stalled = 0
      }
      const bland = stalled > STALL

      // Entering variable: the steepest reduced cost (Dantzig), or the smallest index (Bland).
      let q = -1
      let best = tolerance
      let lowest = Number.MAX_SAFE_INTEGER
      for (let j = 0; j < columns; j++) {
        const cost = costs[j] as number
        if (cost <= tolerance && cost >= -tolerance) continue
        const v = side[j] as number
        const at = value[v] as number
        if (cost < 0 ? at >= (upper[v] as number) : at <= (lower[v] as number)) continue
        if (bland) {
          if (v < lowest) {
            lowest = v
            q = j
          }
        } else if (cost > best || -cost > best) {
          best = cost < 0 ? -cost : cost
          q = j
        }
      }
      if (q < 0) {
        if (!phaseOne) return 'optimal'
        this.#rayOfPhaseOne()
        return 'infeasible'
      }
      const limit = this.#spend()
      if (limit !== null) return limit

      const entering = side[q] as number
      const direction = (costs[q] as number) < 0 ? 1 : -1
      const range = (upper[entering] as number) - (lower[entering] as number)
      let p = phaseOne ? this.#longStep(q, direction, bland) : this.#ratioTest(q, direction, bland)
      let step = p < 0 ? Number.POSITIVE_INFINITY : (this.#breakStep[0] as number)
      if (range <= step) {
        step = range
        p = -1
      }
      if (step === Number.POSITIVE_INFINITY) {
        if (phaseOne) return 'numerical'
        this.#rayOfColumn(q, direction)
        return 'unbounded'
      }
      stalled = step <= DEGENERATE ? stalled + 1 : 0
      this.#move(q, direction * step)
      if (p < 0) value[entering] = (direction > 0 ? upper[entering] : lower[entering]) as number
      else {
        value[this.#head[p] as number] = this.#breakBound[0] as number
        this.#pivot(p, q)
      }
    }
  }

  /** Gradient of the sum of infeasibilities by the nonbasic variables. @returns the number of infeasible basics */
  #pricePhaseOne(): number {
    const { rows, columns, lower, upper, value } = this
    const gradient = this.#phaseCosts
    const tableau = this.#tableau
    const head = this.#head
    let infeasible = 0
    for (let j = 0; j < columns; j++) gradient[j] = 0
    for (let i = 0; i < rows; i++) {
      const v = head[i] as number
      const at = value[v] as number
      const low = lower[v] as number
      const high = upper[v] as number
      const base = i * columns
      if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) {
        infeasible++
        for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] as number) - (tableau[base + j] as number)
      } else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) {
        infeasible++
        for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] as number) + (tableau[base + j] as number)
      }
    }
    return infeasible
  }

  /**
   * Harris's two passes: the longest step that oversteps no bound by more than the tolerance, then the largest pivot within
   * it. With Bland's rule: the exact minimum, ties by index. Leaves step and bound at position 0 of the break arrays.
   * @returns the leaving row, or -1
   */
  #ratioTest(q: number, direction: number, bland: boolean): number {
    const { rows, columns, lower, upper, value } = this
    const tableau = this.#tableau
    const head = this.#head
    const slacks = this.#breakStep
    const breakRow = this.#breakRow
    const bounds = this.#breakBound
    // Position 0 is kept for the answer.
    let count = 1
    let longest = Number.POSITIVE_INFINITY
    for (let i = 0, k = q; i < rows; i++, k += columns) {
      const rate = direction * (tableau[k] as number)
      if (rate <= PIVOT_TOLERANCE && rate >= -PIVOT_TOLERANCE) continue
      const v = head[i] as number
      const bound = (rate > 0 ? upper[v] : lower[v]) as number
      if (bound === Number.POSITIVE_INFINITY || bound === Number.NEGATIVE_INFINITY) continue
      const slack = rate > 0 ? bound - (value[v] as number) : (value[v] as number) - bound
      const size = rate > 0 ? rate : -rate
      slacks[count] = slack
      breakRow[count] = i
      bounds[count++] = bound
      const relaxed = bland ? Math.max(0, slack) : slack + PRIMAL_TOLERANCE * (bound < 0 ? 1 - bound : 1 + bound)
      if (relaxed < longest * size) longest = relaxed / size
    }
    if (count === 1) return -1
    if (bland) longest += DEGENERATE * (1 + longest)
    let chosen = 0
    let best = 0
    let leaving = Number.MAX_SAFE_INTEGER
    for (let k = 1; k < count; k++) {
      const i = breakRow[k] as number
      const rate = tableau[i * columns + q] as number
      const size = rate < 0 ? -rate : rate
      if (!((slacks[k] as number) <= longest * size)) continue
      const v = head[i] as number
      if (bland ? v < leaving : size > best) {
        best = size
        leaving = v
        chosen = k
      }
    }
    if (chosen === 0) return -1
    const slack = slacks[chosen] as number
    slacks[0] = slack <= 0 ? 0 : slack / best
    bounds[0] = bounds[chosen] as number
    return breakRow[chosen] as number
  }

  /**
   * Phase 1: the sum of infeasibilities is piecewise linear along the step; go on past breakpoints while it falls. Same
   * outputs as `#ratioTest`.
   */
  #longStep(q: number, direction: number, bland: boolean): number {
    const { rows, columns, lower, upper, value } = this
    const tableau = this.#tableau
    const steps = this.#breakStep
    const breakRow = this.#breakRow
    const bounds = this.#breakBound
    // Position 0 is kept for the answer.
    let count = 1
    for (let i = 0, k = q; i < rows; i++, k += columns) {
      const rate = direction * (tableau[k] as number)
      if (rate <= PIVOT_TOLERANCE && rate >= -PIVOT_TOLERANCE) continue
      const v = this.#head[i] as number
      const at = value[v] as number
      const low = lower[v] as number
      const high = upper[v] as number
      const near = rate > 0 ? low : high
      const far = rate > 0 ? high : low
      const outside = rate > 0 ? low - at : at - high
      const size = rate < 0 ? -rate : rate
      if (outside > PRIMAL_TOLERANCE * (1 + Math.abs(near))) {
        steps[count] = outside / size
        breakRow[count] = i
        bounds[count++] = near
        if (far === near) {
          // An equality: the same point stops it twice, coming in and going out.
          steps[count] = outside / size
          breakRow[count] = i
          bounds[count++] = near
          continue
        }
      } else if ((rate > 0 ? at - high : low - at) > PRIMAL_TOLERANCE * (1 + Math.abs(far))) continue
      if (far === Number.POSITIVE_INFINITY || far === Number.NEGATIVE_INFINITY) continue
      steps[count] = Math.max(0, (rate > 0 ? far - at : at - far) / size)
      breakRow[count] = i
      bounds[count++] = far
    }
    let slope = -Math.abs(this.#phaseCosts[q] as number)
    let p = -1
    while (count > 1) {
      let first = 1
      for (let k = 2; k < count; k++) {
        const difference = (steps[k] as number) - (steps[first] as number)
        if (difference > 0) continue
        if (difference < 0) first = k
        else if (bland) {
          if ((this.#head[breakRow[k] as number] as number) < (this.#head[breakRow[first] as number] as number))
            first = k
        } else {
          const size = Math.abs(tableau[(breakRow[k] as number) * columns + q] as number)
          if (size > Math.abs(tableau[(breakRow[first] as number) * columns + q] as number)) first = k
        }
      }
      p = breakRow[first] as number
      steps[0] = steps[first] as number
      bounds[0] = bounds[first] as number
      slope += Math.abs(tableau[p * columns + q] as number)
      if (slope >= -DUAL_TOLERANCE || bland) break
      count--
      steps[first] = steps[count] as number
      breakRow[first] = breakRow[count] as number
      bounds[first] = bounds[count] as number
    }
    return p
  }

  /** Dual simplex from a dual feasible dictionary. `optimal` means primal feasible. */
  #dual(): DenseStatus {
    const { rows, columns, lower, upper, value } = this
    const tableau = this.#tableau
    const costs = this.#costs
    const side = this.#side
    const head = this.#head
    const ratios = this.#breakStep
    const candidates = this.#breakRow
    let stalled = 0
    let shifted = false
    for (;;) {
      if (stalled > STALL && this.#mayPerturb) {
        this.#shiftCosts()
        shifted = true
        stalled = 0
      }
      const bland = stalled > STALL

      // Leaving variable: the largest infeasibility, or the smallest index.
      let p = -1
      let worst = 0
      let lowest = Number.MAX_SAFE_INTEGER
      for (let i = 0; i < rows; i++) {
        const v = head[i] as number
        const at = value[v] as number
        const low = lower[v] as number
        const high = upper[v] as number
        let outside = 0
        if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) outside = low - at
        else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) outside = at - high
        if (outside <= 0) continue
        if (bland) {
          if (v < lowest) {
            lowest = v
            p = i
          }
        } else if (outside > worst) {
          worst = outside
          p = i
        }
      }
      if (p < 0) {
        if (shifted) this.#priceOut()
        return 'optimal'
      }
      const limit = this.#spend()
      if (limit !== null) return limit
      const leaving = head[p] as number
      const up = (value[leaving] as number) < (lower[leaving] as number)
      const bound = (up ? lower[leaving] : upper[leaving]) as number
      let remaining = Math.abs(bound - (value[leaving] as number))

      // Candidates: nonbasic variables whose move brings the leaving one back, with the reduced cost they have to spend.
      let count = 0
      const base = p * columns
      for (let j = 0; j < columns; j++) {
        const entry = up ? (tableau[base + j] as number) : -(tableau[base + j] as number)
        if (entry <= PIVOT_TOLERANCE && entry >= -PIVOT_TOLERANCE) continue
        const v = side[j] as number
        if (entry > 0 ? (value[v] as number) >= (upper[v] as number) : (value[v] as number) <= (lower[v] as number)) {
          continue
        }
        const spend = entry > 0 ? (costs[j] as number) : -(costs[j] as number)
        ratios[count] = Math.max(0, spend)
        candidates[count++] = j
      }

      // Bound flipping: pass a boxed candidate while the infeasibility outlasts its range.
      let q = -1
      let dualStep = 0
      let flips = 0
      while (count > 0) {
        let shortest = Number.POSITIVE_INFINITY
        for (let k = 0; k < count; k++) {
          const size = Math.abs(tableau[base + (candidates[k] as number)] as number)
          const relaxed = (ratios[k] as number) + (bland ? 0 : this.#dualTolerance)
          if (relaxed < shortest * size) shortest = relaxed / size
        }
        if (bland) shortest += DEGENERATE * (1 + shortest)
        let chosen = -1
        let best = 0
        lowest = Number.MAX_SAFE_INTEGER
        for (let k = 0; k < count; k++) {
          const j = candidates[k] as number
          const size = Math.abs(tableau[base + j] as number)
          if (!((ratios[k] as number) <= shortest * size)) continue
          if (bland ? (side[j] as number) < lowest : size > best) {
            best = size
            lowest = side[j] as number
            chosen = k
          }
        }
        if (chosen < 0) break
        q = candidates[chosen] as number
        const size = Math.abs(tableau[base + q] as number)
        dualStep = (ratios[chosen] as number) / size
        const v = side[q] as number
        const range = (upper[v] as number) - (lower[v] as number)
        if (
          !bland &&
          range < Number.POSITIVE_INFINITY &&
          remaining - size * range > PRIMAL_TOLERANCE * (1 + Math.abs(bound))
        ) {
          remaining -= size * range
          // Passed candidates gather at the end of the array.
          count--
          const kept = candidates[count] as number
          candidates[chosen] = kept
          ratios[chosen] = ratios[count] as number
          candidates[count] = q
          flips++
          q = -1
          continue
        }
        break
      }
      if (q < 0) {
        this.#rayOfRow(p)
        return 'infeasible'
      }
      for (let k = count; k < count + flips; k++) {
        const j = candidates[k] as number
        const v = side[j] as number
        const target = value[v] === lower[v] ? (upper[v] as number) : (lower[v] as number)
        this.#move(j, target - (value[v] as number))
        value[v] = target
      }
      stalled = dualStep <= DEGENERATE ? stalled + 1 : 0
      this.#move(q, (bound - (value[leaving] as number)) / (tableau[base + q] as number))
      value[leaving] = bound
      this.#pivot(p, q)
    }
  }

  /** Moves a nonbasic variable by `step` and the basics with it. */
  #move(q: number, step: number): void {
    const { rows, columns, value } = this
    const tableau = this.#tableau
    const head = this.#head
    const entering = this.#side[q] as number
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
  #pivot(p: number, q: number): void {
    const { rows, columns } = this
    const tableau = this.#tableau
    const costs = this.#costs
    const pivotRow = this.#scratch
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
    const leaving = this.#head[p] as number
    this.#head[p] = this.#side[q] as number
    this.#side[q] = leaving
  }

  /** Counts an iteration; a status when a limit is reached. */
  #spend(): 'iterations' | 'stopped' | null {
    if (this.iterations >= this.#limit) return 'iterations'
    this.iterations++
    this.#work += this.rows * this.columns + 1
    if (this.#work > WORK_BETWEEN_STOPS && this.stop !== null) {
      this.#work = 0
      this.stoppedBy = this.stop()
      if (this.stoppedBy !== null) return 'stopped'
    }
    return null
  }

  /** Row p reads x_B = sum T x_N, and no choice of x_N within bounds brings x_B into its own. */
  #rayOfRow(p: number): void {
    const { rows, columns, ray } = this
    for (let v = 0; v < rows + columns; v++) ray[v] = 0
    ray[this.#head[p] as number] = 1
    for (let j = 0; j < columns; j++) ray[this.#side[j] as number] = -(this.#tableau[p * columns + j] as number)
  }

  /** The infeasible rows added up: their sum cannot fall any further. */
  #rayOfPhaseOne(): void {
    const { rows, columns, lower, upper, value, ray } = this
    for (let v = 0; v < rows + columns; v++) ray[v] = 0
    for (let i = 0; i < rows; i++) {
      const v = this.#head[i] as number
      const at = value[v] as number
      const low = lower[v] as number
      const high = upper[v] as number
      if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) ray[v] = -1
      else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) ray[v] = 1
    }
    for (let j = 0; j < columns; j++) ray[this.#side[j] as number] = -(this.#phaseCosts[j] as number)
  }

  #rayOfColumn(q: number, direction: number): void {
    const { rows, columns, ray } = this
    for (let v = 0; v < rows + columns; v++) ray[v] = 0
    ray[this.#side[q] as number] = direction
    for (let i = 0; i < rows; i++) {
      const rate = direction * (this.#tableau[i * columns + q] as number)
      ray[this.#head[i] as number] = rate > PIVOT_TOLERANCE || rate < -PIVOT_TOLERANCE ? rate : 0
    }
  }

  /**
   * Multiplies the answer with the original matrix: the point (row activities) and, by status, the duals, the Farkas
   * combination or the ray. Fills `reduced`.
   */
  #accurate(status: DenseStatus): boolean {
    const { rows, columns, matrix, value, reduced, objective, ray } = this
    const scratch = this.#scratch
    const sizes = this.#phaseCosts
    const side = this.#side
    const costs = this.#costs
    for (let v = 0; v < columns + rows; v++) reduced[v] = 0
    for (let j = 0; j < columns; j++) reduced[side[j] as number] = costs[j] as number
    if (status === 'optimal' && this.#missesNothing()) return true
    const multipliers = status === 'infeasible' ? ray : reduced
    const checkRay = status === 'unbounded'
    for (let j = 0; j < columns; j++) {
      scratch[j] = status === 'infeasible' ? 0 : (objective[j] as number)
      sizes[j] = Math.abs(scratch[j] as number)
    }
    for (let i = 0, base = 0; i < rows; i++, base += columns) {
      const multiplier = multipliers[columns + i] as number
      let activity = 0
      let size = 1
      let change = 0
      let changeSize = 1
      for (let j = 0; j < columns; j++) {
        const entry = matrix[base + j] as number
        if (entry === 0) continue
        const term = entry * (value[j] as number)
        activity += term
        size += term < 0 ? -term : term
        if (multiplier !== 0) {
          const part = multiplier * entry
          scratch[j] = (scratch[j] as number) - part
          sizes[j] = (sizes[j] as number) + (part < 0 ? -part : part)
        }
        if (checkRay) {
          change += entry * (ray[j] as number)
          changeSize += Math.abs(entry * (ray[j] as number))
        }
      }
      if (Math.abs(activity - (value[columns + i] as number)) > RESIDUAL_TOLERANCE * size) return false
      if (checkRay && Math.abs(change - (ray[columns + i] as number)) > 10 * PIVOT_TOLERANCE * changeSize) return false
    }
    if (checkRay) return true
    if (status === 'infeasible' && !this.#excludesZero()) return false
    for (let j = 0; j < columns; j++) {
      const miss = Math.abs((scratch[j] as number) - (multipliers[j] as number))
      if (!(miss <= RESIDUAL_TOLERANCE * Math.max(1, sizes[j] as number))) return false
    }
    return true
  }

  /** The same for an optimum, absolutely and hence more strictly: most answers need no more. */
  #missesNothing(): boolean {
    const { rows, columns, matrix, value, reduced, objective } = this
    const scratch = this.#scratch
    for (let j = 0; j < columns; j++) scratch[j] = (objective[j] as number) - (reduced[j] as number)
    for (let i = 0, base = 0; i < rows; i++, base += columns) {
      const multiplier = reduced[columns + i] as number
      let miss = -(value[columns + i] as number)
      for (let j = 0; j < columns; j++) miss += (matrix[base + j] as number) * (value[j] as number)
      if (!(miss <= RESIDUAL_TOLERANCE && miss >= -RESIDUAL_TOLERANCE)) return false
      if (multiplier === 0) continue
      for (let j = 0; j < columns; j++) {
        scratch[j] = (scratch[j] as number) - multiplier * (matrix[base + j] as number)
      }
    }
    for (let j = 0; j < columns; j++) {
      const miss = scratch[j] as number
      if (!(miss <= RESIDUAL_TOLERANCE && miss >= -RESIDUAL_TOLERANCE)) return false
    }
    return true
  }

  /** True when sum(ray_v x_v) has one sign over all points within bounds, by more than rounding. */
  #excludesZero(): boolean {
    const { rows, columns, lower, upper, ray } = this
    let largest = 0
    for (let v = 0; v < columns + rows; v++) largest = Math.max(largest, Math.abs(ray[v] as number))
    const noise = 1e-11 * largest
    let least = 0
    let most = 0
    let size = 0
    for (let v = 0; v < columns + rows; v++) {
      const factor = ray[v] as number
      if (factor === 0) continue
      const first = factor * ((factor > 0 ? lower[v] : upper[v]) as number)
      const second = factor * ((factor > 0 ? upper[v] : lower[v]) as number)
      if (factor <= noise && factor >= -noise) {
        // Rounding left a trace on a variable that is not part of the combination.
        if (Number.isFinite(first) && Number.isFinite(second)) {
          least += first
          most += second
        }
        continue
      }
      least += first
      most += second
      if (Number.isFinite(first)) size += Math.abs(first)
      if (Number.isFinite(second)) size += Math.abs(second)
    }
    const margin = 1e-12 * size
    return least > margin || most < -margin
  }
}
