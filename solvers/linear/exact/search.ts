/**
 * Exact optimum of a linear or mixed-integer model: floating-point arithmetic proposes, exact arithmetic decides.
 *
 * LP: the dense simplex proposes a basis, the exact simplex goes on from there. Integers: branch and bound in which the
 * dense simplex solves the relaxations and nothing is believed but
 *
 * - an incumbent: integers rounded and fixed, the continuous columns solved exactly;
 * - a node closed by its bound: the multipliers, rounded to multiples of 2^-BITS, give a bound by weak duality in integer
 *   arithmetic (Neumaier and Shcherbina 2004); when that is too weak, the exact simplex solves the node;
 * - a node closed as infeasible: the Farkas combination, rounded the same way, evaluated exactly; else the exact simplex.
 *
 * Proves everything it claims without tolerance. Terminates for bounded integer columns; NODE_LIMIT otherwise.
 */
import type { Limit, Run } from '../../contract/index.ts'
import { DenseSimplex, loadScaled, type Scale } from '../dense/index.ts'
import { isFeasible, objectiveAt } from './certificate.ts'
import { type ExactProblem, inDoubles } from './problem.ts'
import { Rational } from './rational.ts'
import { ExactSimplex, type ExactStatus } from './simplex.ts'

const BITS = 40
const NODE_LIMIT = 1_000_000
const YIELD_MS = 25

export type ExactSolution =
  | {
      readonly status: 'optimal'
      readonly values: readonly Rational[]
      /** Row multipliers of the LP in the model's own sense; null for integer models. */
      readonly duals: readonly Rational[] | null
      /** Nodes of the search; 1 for an LP. */
      readonly nodes: number
    }
  | {
      readonly status: 'infeasible'
      /** Farkas combination of the rows; null for integer models and for a variable without a value. */
      readonly farkas: readonly Rational[] | null
      readonly nodes: number
    }
  | {
      readonly status: 'unbounded'
      readonly values: readonly Rational[]
      readonly direction: readonly Rational[]
      readonly nodes: number
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly incumbent: readonly Rational[] | null }

export interface SearchOptions {
  /** A basis to start from: marks of columns, then rows, as the dense simplex stores them. @default its own */
  readonly basis?: ArrayLike<number> | null
  /** A point whose integers, rounded, may be feasible. */
  readonly point?: ArrayLike<number> | null
  readonly nodeLimit?: number
  readonly stop: () => Limit | null
}

export async function solveExactly(problem: ExactProblem, options: SearchOptions, run: Run): Promise<ExactSolution> {
  const crossed = problem.lower.some((low, v) => {
    const high = problem.upper[v] ?? null
    return low !== null && high !== null && low.compare(high) > 0
  })
  if (crossed) return { status: 'infeasible', farkas: null, nodes: 1 }
  const search = new Search(problem, options)
  return problem.hasIntegers ? search.integers(run) : search.relaxation()
}

interface Node {
  readonly parent: Node | null
  readonly column: number
  readonly lower: bigint | null
  readonly upper: bigint | null
}

class Search {
  readonly #problem: ExactProblem
  readonly #options: SearchOptions
  readonly #exact: ExactSimplex
  readonly #float: DenseSimplex
  readonly #scale: Scale
  readonly #basis: Int8Array
  readonly #rootLower: (bigint | null)[]
  readonly #rootUpper: (bigint | null)[]
  #incumbent: readonly Rational[] | null = null
  /** Objective of the incumbent, minimised, without the offset. */
  #best: Rational | null = null
  #warm = false
  readonly #hasContinuous: boolean
  /** The objective times costFactor is an integer at every integer point. */
  readonly #isIntegral: boolean

  constructor(problem: ExactProblem, options: SearchOptions) {
    this.#problem = problem
    this.#options = options
    this.#exact = new ExactSimplex(problem)
    this.#float = new DenseSimplex(problem.rows.length, problem.columns)
    this.#scale = loadScaled(this.#float, inDoubles(problem))
    this.#float.stop = options.stop
    this.#float.iterationLimit = 20_000 + 50 * (problem.rows.length + problem.columns)
    this.#basis = new Int8Array(problem.rows.length + problem.columns)
    this.#hasContinuous = problem.integrality.includes(false)
    this.#isIntegral = problem.integrality.every((flag, j) => flag || (problem.objective[j] as Rational).sign === 0)
    this.#rootLower = this.#exact.lower.slice()
    this.#rootUpper = this.#exact.upper.slice()
  }

  /** The LP with the current bounds, from the given basis or the one the dense simplex ends with. */
  relaxation(): ExactSolution {
    const status = this.#solveRelaxation(this.#options.basis ?? null)
    switch (status) {
      case 'optimal':
        return { status, values: this.#exact.values(), duals: this.#duals(), nodes: 1 }
      case 'infeasible':
        return { status, farkas: this.#exact.farkas(), nodes: 1 }
      case 'unbounded':
        return { status, values: this.#exact.values(), direction: this.#exact.ray(), nodes: 1 }
      default:
        return { status: 'unknown', limit: status, incumbent: null }
    }
  }

  #solveRelaxation(basis: ArrayLike<number> | null): ExactStatus {
    const { stop } = this.#options
    let proposed = basis
    if (proposed === null && this.#float.solve() !== 'stopped') {
      this.#float.saveBasis(this.#basis)
      proposed = this.#basis
    }
    if (proposed !== null) {
      const limit = this.#exact.moveTo(proposed, stop)
      if (limit !== null) return limit
    }
    return this.#exact.solve(stop)
  }

  #duals(): Rational[] {
    const duals = this.#exact.duals()
    return this.#problem.sense === 'minimize' ? duals : duals.map((dual) => dual.negate())
  }

  async integers(run: Run): Promise<ExactSolution> {
    const { stop } = this.#options
    const first = this.#solveRelaxation(null)
    if (first === 'unbounded') return this.#unbounded(run)
    if (first === 'infeasible') return { status: 'infeasible', farkas: this.#exact.farkas(), nodes: 1 }
    if (first !== 'optimal') return { status: 'unknown', limit: first, incumbent: null }
    if (this.#options.point) this.#tryRounding(null, this.#options.point)
    const open: (Node | null)[] = [null]
    let nodes = 0
    let lastYield = run.elapsedMs
    while (open.length > 0) {
      const limit = stop() ?? (nodes >= (this.#options.nodeLimit ?? NODE_LIMIT) ? 'nodes' : null)
      if (limit !== null) return { status: 'unknown', limit, incumbent: this.#incumbent }
      if (run.elapsedMs - lastYield > YIELD_MS) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        lastYield = run.elapsedMs
      }
      nodes++
      const branch = this.#visit(open.pop() as Node | null)
      if (branch === null) continue
      if (typeof branch === 'string') return { status: 'unknown', limit: branch, incumbent: this.#incumbent }
      open.push(branch.later, branch.sooner)
    }
    if (this.#incumbent === null) return { status: 'infeasible', farkas: null, nodes }
    return { status: 'optimal', values: this.#incumbent, duals: null, nodes }
  }

  /** Meyer 1974: rational data, an unbounded relaxation and one integer point make the integer problem unbounded. */
  async #unbounded(run: Run): Promise<ExactSolution> {
    const direction = this.#exact.ray()
    const zero = { ...this.#problem, objective: this.#problem.objective.map(() => Rational.zero) }
    const any = new Search(zero, this.#options)
    const point = await any.integers(run)
    return point.status === 'optimal'
      ? { status: 'unbounded', values: point.values, direction, nodes: point.nodes }
      : point
  }

  /** Closes the node (null), says where to branch, or which limit was hit. */
  #visit(node: Node | null): { readonly sooner: Node; readonly later: Node } | Limit | null {
    this.#enter(node)
    const lp = this.#float
    const status = this.#warm ? lp.resolve() : lp.solve()
    this.#warm = status === 'optimal' || status === 'infeasible'
    if (status === 'infeasible' && this.#farkasHolds()) return null
    if (status === 'optimal') {
      if (this.#best !== null && this.#boundHolds(this.#best)) return null
      const column = this.#fractional(lp.value)
      if (column >= 0 && !this.#beatenInDoubles()) {
        return this.#branch(node, column, Math.floor(lp.value[column] as number), lp.value[column] as number)
      }
      if (column < 0) {
        const limit = this.#tryRounding(node, lp.value)
        if (limit !== null) return limit
        this.#enter(node)
        if (this.#best !== null && this.#boundHolds(this.#best)) return null
      }
    }

    // The proposal is not good enough to close the node or to branch on: solve it exactly.
    if (status === 'optimal' || status === 'infeasible') {
      lp.saveBasis(this.#basis)
      const limit = this.#exact.moveTo(this.#basis, this.#options.stop)
      if (limit !== null) return limit
    }
    const exact = this.#exact.solve(this.#options.stop)
    if (exact === 'infeasible') return null
    if (exact !== 'optimal') return exact === 'unbounded' ? 'method' : exact
    const values = this.#exact.values()
    const objective = this.#exact.objective()
    if (this.#best !== null && objective.compare(this.#best) >= 0) return null
    const column = this.#problem.integrality.findIndex((flag, j) => flag && !(values[j] as Rational).isInteger)
    if (column < 0) {
      this.#keep(values)
      return null
    }
    const value = values[column] as Rational
    return this.#branch(node, column, Number(value.floor()), value.toNumber())
  }

  #branch(node: Node | null, column: number, floor: number, value: number): { sooner: Node; later: Node } {
    const { scale } = this.#exact
    const lower = this.#exact.lower[column] ?? null
    const upper = this.#exact.upper[column] ?? null
    const down: Node = { parent: node, column, lower, upper: BigInt(floor) * scale }
    const up: Node = { parent: node, column, lower: BigInt(floor + 1) * scale, upper }
    return value - floor > 0.5 ? { sooner: up, later: down } : { sooner: down, later: up }
  }

  /** Sets the bounds of a node in both simplexes. */
  #enter(node: Node | null): void {
    const { integrality, columns } = this.#problem
    for (let j = 0; j < columns; j++) {
      if (integrality[j] === true) this.#setBounds(j, this.#rootLower[j] ?? null, this.#rootUpper[j] ?? null)
    }
    const seen = new Set<number>()
    for (let at = node; at !== null; at = at.parent) {
      if (seen.has(at.column)) continue
      seen.add(at.column)
      this.#setBounds(at.column, at.lower, at.upper)
    }
  }

  #setBounds(column: number, lower: bigint | null, upper: bigint | null): void {
    const { scale } = this.#exact
    this.#exact.lower[column] = lower
    this.#exact.upper[column] = upper
    this.#float.lower[column] = lower === null ? Number.NEGATIVE_INFINITY : Number(lower / scale)
    this.#float.upper[column] = upper === null ? Number.POSITIVE_INFINITY : Number(upper / scale)
  }

  /** The most fractional integer column of a point; -1 when all are integers to 1e-6. */
  #fractional(point: ArrayLike<number>): number {
    const { integrality, columns } = this.#problem
    let column = -1
    let farthest = 1e-6
    for (let j = 0; j < columns; j++) {
      if (integrality[j] !== true) continue
      const value = point[j] as number
      const distance = Math.abs(value - Math.round(value))
      if (distance > farthest) {
        farthest = distance
        column = j
      }
    }
    return column
  }

  /** Fixes the integers at their rounded values, solves the rest exactly, keeps a better point. @returns a limit hit on the way */
  #tryRounding(node: Node | null, point: ArrayLike<number>): Limit | null {
    this.#enter(node)
    const { integrality, columns } = this.#problem
    const { scale } = this.#exact
    for (let j = 0; j < columns; j++) {
      if (integrality[j] !== true) continue
      const value = point[j] as number
      if (!Number.isFinite(value)) return null
      const rounded = BigInt(Math.round(value)) * scale
      const low = this.#exact.lower[j] ?? null
      const high = this.#exact.upper[j] ?? null
      if ((low !== null && rounded < low) || (high !== null && rounded > high)) return null
      this.#exact.lower[j] = rounded
      this.#exact.upper[j] = rounded
    }
    if (!this.#hasContinuous) {
      const values = Array.from({ length: columns }, (_, j) => Rational.of(BigInt(Math.round(point[j] as number))))
      if (isFeasible(this.#problem, values)) this.#keep(values)
      return null
    }
    this.#float.saveBasis(this.#basis)
    const limit = this.#exact.moveTo(this.#basis, this.#options.stop)
    if (limit !== null) return limit
    const status = this.#exact.solve(this.#options.stop)
    if (status === 'optimal') {
      this.#keep(this.#exact.values())
      return null
    }
    return status === 'infeasible' || status === 'unbounded' ? null : status
  }

  #keep(values: readonly Rational[]): void {
    const value = objectiveAt({ ...this.#problem, offset: Rational.zero }, values)
    const objective = this.#problem.sense === 'minimize' ? value : value.negate()
    if (this.#best !== null && objective.compare(this.#best) >= 0) return
    this.#best = objective
    this.#incumbent = values
  }

  /** Doubles say that the node is no better, though their bound was too weak to prove it. */
  #beatenInDoubles(): boolean {
    if (this.#best === null) return false
    const best = this.#best.toNumber()
    const bound = this.#float.objectiveValue / Math.abs(this.#scale.objective)
    return bound >= best - 1e-9 * Math.max(1, Math.abs(best))
  }

  /** True when the duals of the dense simplex, rounded, prove that no point of the node is better than `best`. */
  #boundHolds(best: Rational): boolean {
    const { matrix, lower, upper, scale, cost, costFactor, rowFactor, columns } = this.#exact
    const one = 1n << BigInt(BITS)
    const reduced = cost.map((value) => value * one)
    const factor = costFactor.toNumber() / Math.abs(this.#scale.objective)
    let total = 0n
    for (let i = 0; i < matrix.length; i++) {
      const raw = (this.#float.reduced[columns + i] as number) * (this.#scale.row[i] as number) * factor
      let y = rounded(raw / (rowFactor[i] as Rational).toNumber())
      const side = y > 0n ? lower[columns + i] : upper[columns + i]
      if (side === null || side === undefined) y = 0n
      if (y === 0n) continue
      total += y * (side as bigint)
      const row = matrix[i] as (typeof matrix)[number]
      for (let k = 0; k < row.columns.length; k++) {
        const j = row.columns[k] as number
        reduced[j] = (reduced[j] as bigint) - y * (row.values[k] as bigint)
      }
    }
    for (let j = 0; j < columns; j++) {
      const d = reduced[j] as bigint
      if (d === 0n) continue
      const side = d > 0n ? lower[j] : upper[j]
      if (side === null || side === undefined) return false
      total += d * side
    }
    // total / (2^BITS Q) against best, both times costFactor.
    const target = best.multiply(costFactor)
    if (this.#isIntegral) return total * target.denominator > (target.numerator - target.denominator) * one * scale
    return total * target.denominator >= target.numerator * one * scale
  }

  /** True when the Farkas combination of the dense simplex, rounded, holds exactly. */
  #farkasHolds(): boolean {
    const { matrix, lower, upper, rowFactor, columns } = this.#exact
    const weights = matrix.map(
      (_, i) =>
        ((this.#float.ray[columns + i] as number) * (this.#scale.row[i] as number)) /
        (rowFactor[i] as Rational).toNumber(),
    )
    const largest = Math.max(...weights.map(Math.abs))
    if (!(largest > 0) || !Number.isFinite(largest)) return false
    for (const sign of [1, -1]) {
      const combined = new Array<bigint>(columns).fill(0n)
      let total = 0n
      for (let i = 0; i < matrix.length; i++) {
        const y = rounded((sign * (weights[i] as number)) / largest)
        const side = y > 0n ? lower[columns + i] : upper[columns + i]
        if (y === 0n || side === null || side === undefined) continue
        total += y * side
        const row = matrix[i] as (typeof matrix)[number]
        for (let k = 0; k < row.columns.length; k++) {
          const j = row.columns[k] as number
          combined[j] = (combined[j] as bigint) - y * (row.values[k] as bigint)
        }
      }
      let finite = true
      for (let j = 0; j < columns && finite; j++) {
        const d = combined[j] as bigint
        if (d === 0n) continue
        const side = d > 0n ? lower[j] : upper[j]
        if (side === null || side === undefined) finite = false
        else total += d * side
      }
      if (finite && total > 0n) return true
    }
    return false
  }
}

/** value * 2^BITS, rounded. */
function rounded(value: number): bigint {
  const scaled = value * 2 ** BITS
  return Number.isFinite(scaled) ? BigInt(Math.round(scaled)) : 0n
}
