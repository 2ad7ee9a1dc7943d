/**
 * A small branch and bound (Land and Doig 1960) on the dense simplex: depth first along the promising child, best bound
 * first when a dive ends, pseudo-costs (Benichou et al. 1971) for the branching column. A child differs from its parent
 * in one bound, so the dictionary of the last node stays dual feasible and the dual simplex repairs it in a few pivots.
 *
 * A node is closed when its relaxation is infeasible (Farkas), or its bound is no better than the incumbent by more than
 * OBJECTIVE_TOLERANCE (relative), or by less than the step of an objective that can only take multiples of it. An incumbent
 * has its integers rounded, fixed, and its continuous columns solved again. Nodes whose relaxation could not be decided stay open:
 * the result is then no proof.
 */
import FlatQueue from 'flatqueue'
import type { Limit, Run } from '../../contract/index.ts'
import type { DenseStatus } from './program.ts'
import type { DenseSimplex } from './simplex.ts'

export const OBJECTIVE_TOLERANCE = 1e-9
const INTEGRALITY_TOLERANCE = 1e-6
/** Longest time between two visits to the event loop, so that an abort can arrive. */
const YIELD_MS = 25

export interface TreeOptions {
  readonly relativeGap: number
  readonly absoluteGap: number
  readonly nodeLimit: number
  /** Objective values differ by multiples of this; 0 when unknown. */
  readonly step: number
  /** The limit that has been hit, or null. */
  readonly stop: () => Limit | null
  /** Called with every improving point and the bound proved so far. */
  readonly onIncumbent: (values: Float64Array, objective: number, bound: number) => void
}

export type TreeResult =
  | { readonly status: 'optimal'; readonly values: Float64Array; readonly objective: number }
  | {
      readonly status: 'feasible'
      readonly values: Float64Array
      readonly objective: number
      readonly bound: number
      readonly limit: Limit
    }
  | { readonly status: 'infeasible' }
  | { readonly status: 'unbounded' }
  | { readonly status: 'unknown'; readonly bound: number; readonly limit: Limit }

interface Node {
  readonly parent: Node | null
  readonly column: number
  readonly lower: number
  readonly upper: number
  /** Objective of the parent's relaxation. */
  readonly bound: number
  readonly direction: 0 | 1
  /** How far the parent's value had to move. */
  readonly distance: number
}

/** Minimises over the points whose columns marked in `integrality` are integers. Bounds of those columns are integers. */
export async function branchAndBound(
  lp: DenseSimplex,
  integrality: Uint8Array,
  options: TreeOptions,
  run: Run,
): Promise<TreeResult> {
  const { columns } = lp
  const rootLower = lp.lower.slice(0, columns)
  const rootUpper = lp.upper.slice(0, columns)
  const open = new FlatQueue<Node>()
  const history = new PseudoCosts(columns)
  let incumbent: Float64Array | null = null
  let best = Number.POSITIVE_INFINITY
  /** Smallest bound among nodes given up without proof. */
  let unproved = Number.POSITIVE_INFINITY
  let failure: Limit | null = null
  let nodes = 0
  let lastYield = run.elapsedMs
  let current: Node | null = null
  let fresh = true

  const proof = (): number =>
    best - (options.step > 0 ? options.step * (1 - 1e-6) : OBJECTIVE_TOLERANCE * Math.max(1, Math.abs(best)))
  const goodEnough = (bound: number): boolean =>
    best - bound <= Math.max(options.absoluteGap, options.relativeGap * Math.abs(best))
  const giveUp = (bound: number, limit: Limit): void => {
    if (bound < unproved) unproved = bound
    failure ??= limit
  }
  const finish = (): TreeResult => {
    while (open.length > 0) giveUp((open.pop() as Node).bound, 'nodes')
    const proved = unproved >= (incumbent === null ? Number.POSITIVE_INFINITY : proof())
    if (incumbent === null) {
      return proved ? { status: 'infeasible' } : { status: 'unknown', bound: unproved, limit: failure ?? 'method' }
    }
    if (proved) return { status: 'optimal', values: incumbent, objective: best }
    return {
      status: 'feasible',
      values: incumbent,
      objective: best,
      bound: Math.min(unproved, best),
      limit: failure ?? 'method',
    }
  }

  for (;;) {
    // Next node: the child of the last one, or the open node with the best bound.
    if (current === null && !fresh) {
      const next = open.pop()
      if (next === undefined) return finish()
      if (next.bound >= proof()) continue
      current = next
    }
    const inherited = current === null ? Number.NEGATIVE_INFINITY : current.bound
    const limit = options.stop() ?? (nodes >= options.nodeLimit ? 'nodes' : null)
    if (limit !== null) {
      failure = limit
      giveUp(inherited, limit)
      return finish()
    }
    if (run.elapsedMs - lastYield > YIELD_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      lastYield = run.elapsedMs
    }
    nodes++
    restore(lp, rootLower, rootUpper, current)
    const status: DenseStatus = decided(lp, fresh)
    const root = fresh
    fresh = false
    const node = current
    current = null
    if (status === 'infeasible') continue
    if (status === 'unbounded') {
      if (root) return unboundedOrInfeasible(lp, integrality, options, run, rootLower, rootUpper)
      giveUp(Number.NEGATIVE_INFINITY, 'method')
      continue
    }
    if (status !== 'optimal') {
      giveUp(inherited, lp.stoppedBy ?? (status === 'iterations' ? 'iterations' : 'method'))
      continue
    }
    const bound = lp.objectiveValue
    if (node !== null) history.learn(node, bound)
    if (bound >= proof()) continue
    if (incumbent !== null && goodEnough(bound)) {
      giveUp(bound, 'gap')
      continue
    }

    let column = history.choose(lp, integrality)
    if (column < 0) {
      const point = lp.value.slice(0, columns)
      const found = roundAndFix(lp, integrality, point)
      if (found === 'optimal') {
        if (lp.objectiveValue < best) {
          best = lp.objectiveValue
          incumbent = lp.value.slice(0, columns)
          for (let j = 0; j < columns; j++) if (integrality[j] === 1) incumbent[j] = Math.round(incumbent[j] as number)
          options.onIncumbent(
            incumbent,
            best,
            Math.min(bound, unproved, open.length > 0 ? (open.peekValue() as number) : bound),
          )
        }
        // Rounding may cost more than the tolerance; then the node holds something better or nothing at all.
        if (bound >= proof()) continue
      }
      column = leastIntegral(integrality, point)
      if (column < 0) {
        giveUp(bound, 'method')
        continue
      }
      lp.value.set(point)
    }
    const at = lp.value[column] as number
    const floor = Math.floor(at)
    const [lower, upper] = boundsOf(node, column, rootLower, rootUpper)
    const down: Node = { parent: node, column, lower, upper: floor, bound, direction: 0, distance: at - floor }
    const up: Node = { parent: node, column, lower: floor + 1, upper, bound, direction: 1, distance: floor + 1 - at }
    const climb = at - floor > 0.5
    current = climb ? up : down
    open.push(climb ? down : up, bound)
  }
}

/** Solves the relaxation, from the slack basis when the last dictionary leads nowhere. */
function decided(lp: DenseSimplex, cold: boolean): DenseStatus {
  const status = cold ? lp.solve() : lp.resolve()
  return !cold && (status === 'numerical' || status === 'iterations') ? lp.solve() : status
}

/** Meyer 1974: with rational data, an unbounded relaxation and one integer point make the integer problem unbounded. */
async function unboundedOrInfeasible(
  lp: DenseSimplex,
  integrality: Uint8Array,
  options: TreeOptions,
  run: Run,
  rootLower: Float64Array,
  rootUpper: Float64Array,
): Promise<TreeResult> {
  lp.lower.set(rootLower)
  lp.upper.set(rootUpper)
  lp.objective.fill(0, 0, lp.columns)
  const any = await branchAndBound(lp, integrality, { ...options, step: 1, onIncumbent: () => {} }, run)
  if (any.status === 'infeasible') return any
  if (any.status === 'optimal' || any.status === 'feasible') return { status: 'unbounded' }
  return { status: 'unknown', bound: Number.NEGATIVE_INFINITY, limit: any.status === 'unknown' ? any.limit : 'method' }
}

function restore(lp: DenseSimplex, rootLower: Float64Array, rootUpper: Float64Array, node: Node | null): void {
  lp.lower.set(rootLower)
  lp.upper.set(rootUpper)
  for (let at = node; at !== null; at = at.parent) {
    const { column } = at
    if (at.lower > (lp.lower[column] as number)) lp.lower[column] = at.lower
    if (at.upper < (lp.upper[column] as number)) lp.upper[column] = at.upper
  }
}

function boundsOf(node: Node | null, column: number, lower: Float64Array, upper: Float64Array): [number, number] {
  for (let at = node; at !== null; at = at.parent) if (at.column === column) return [at.lower, at.upper]
  return [lower[column] as number, upper[column] as number]
}

function roundAndFix(lp: DenseSimplex, integrality: Uint8Array, point: Float64Array): DenseStatus {
  for (let j = 0; j < lp.columns; j++) {
    if (integrality[j] !== 1) continue
    const rounded = Math.round(point[j] as number)
    lp.lower[j] = rounded
    lp.upper[j] = rounded
  }
  return decided(lp, false)
}

/** The integer column farthest from an integer, however near it is; -1 when all are integers exactly. */
function leastIntegral(integrality: Uint8Array, point: Float64Array): number {
  let column = -1
  let largest = 0
  for (let j = 0; j < point.length; j++) {
    if (integrality[j] !== 1) continue
    const distance = Math.abs((point[j] as number) - Math.round(point[j] as number))
    if (distance > largest) {
      largest = distance
      column = j
    }
  }
  return column
}

/** Average loss of the bound per unit of rounding, by column and direction. */
class PseudoCosts {
  readonly #sum: readonly [Float64Array, Float64Array]
  readonly #count: readonly [Int32Array, Int32Array]

  constructor(columns: number) {
    this.#sum = [new Float64Array(columns), new Float64Array(columns)]
    this.#count = [new Int32Array(columns), new Int32Array(columns)]
  }

  learn(node: Node, bound: number): void {
    const sum = this.#sum[node.direction]
    const count = this.#count[node.direction]
    const loss = Math.max(0, bound - node.bound) / Math.max(INTEGRALITY_TOLERANCE, node.distance)
    sum[node.column] = (sum[node.column] as number) + loss
    count[node.column] = (count[node.column] as number) + 1
  }

  /** The fractional column whose worse child promises most; -1 when none is fractional. */
  choose(lp: DenseSimplex, integrality: Uint8Array): number {
    let column = -1
    let score = -1
    for (let j = 0; j < lp.columns; j++) {
      if (integrality[j] !== 1) continue
      const value = lp.value[j] as number
      const fraction = value - Math.floor(value)
      if (fraction <= INTEGRALITY_TOLERANCE || fraction >= 1 - INTEGRALITY_TOLERANCE) continue
      const down = Math.max(1e-6, this.#average(0, j) * fraction)
      const up = Math.max(1e-6, this.#average(1, j) * (1 - fraction))
      if (down * up > score) {
        score = down * up
        column = j
      }
    }
    return column
  }

  #average(direction: 0 | 1, column: number): number {
    const count = this.#count[direction][column] as number
    return count === 0 ? 1 : (this.#sum[direction][column] as number) / count
  }
}
