/** What a flow problem is made of, and what comes back. Nodes and arcs are numbers, in the order the user gave them. */
import { InvalidInputError, type Issue, type Limit } from '../contract/index.ts'

export interface Arc {
  readonly from: number
  readonly to: number
  /** Cost per unit of flow. */
  readonly cost: number
  /** Least flow. @default 0 */
  readonly lower?: number
  /** Greatest flow. @default Infinity */
  readonly upper?: number
}

export interface FlowNetwork {
  /** Net outflow wanted of each node: > 0 supply, < 0 demand. Its length is the number of nodes. */
  readonly supplies: readonly number[] | Float64Array
  readonly arcs: readonly Arc[]
}

/** The network as flat arrays. */
export interface FlatNetwork {
  readonly nodes: number
  readonly arcs: number
  readonly supplies: Float64Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly cost: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface FlowCheck {
  readonly checked: true
  /** Bound on the cost of every flow, proved by the potentials. */
  readonly bound: number
  readonly gap: number
  /** Largest violation of a node's balance or an arc's limits. */
  readonly maxViolation: number
}

/**
 * Nodes whose net supply cannot be what is wanted of them: whatever flows, it stays between `least` (lower limits out - upper limits
 * in) and `most` (upper limits out - lower limits in).
 */
export interface InfeasibleCut {
  readonly nodes: readonly number[]
  readonly supply: number
  readonly least: number
  readonly most: number
}

export type FlowResult = { readonly elapsedMs: number } & (
  | {
      readonly status: 'optimal'
      /** Flow of each arc. */
      readonly flows: Float64Array
      readonly cost: number
      /**
       * Node potentials p: cost - p(from) + p(to) is >= 0 for arcs that could carry more and <= 0 for arcs that could carry less.
       * p(i) is what one more unit of supply at i and one more of demand at the last node would cost, up to a constant.
       */
      readonly potentials: Float64Array
      readonly check: FlowCheck
    }
  | { readonly status: 'infeasible'; readonly cut: InfeasibleCut }
  /** The cost falls without end: arcs of unlimited capacity that form a cycle of negative cost, and a feasible flow exists. */
  | { readonly status: 'unbounded'; readonly cycle: readonly number[]; readonly costPerUnit: number }
  | { readonly status: 'unknown'; readonly limit: Limit }
)

const LARGEST_MAGNITUDE = 1e100

/** @throws InvalidInputError with all faults */
export function readNetwork(network: FlowNetwork): FlatNetwork {
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length < 100) issues.push({ code, path, message, hint })
  }
  const nodes = network.supplies.length
  const arcs = network.arcs.length
  network.supplies.forEach((supply, i) => {
    if (!(Math.abs(supply) <= LARGEST_MAGNITUDE))
      report('not-a-number', ['supplies', i], `the supply of node ${i} is ${supply}`, 'give a finite number')
  })
  const flat = {
    nodes,
    arcs,
    supplies: Float64Array.from(network.supplies),
    from: new Int32Array(arcs),
    to: new Int32Array(arcs),
    cost: new Float64Array(arcs),
    lower: new Float64Array(arcs),
    upper: new Float64Array(arcs),
  }
  network.arcs.forEach((arc, a) => {
    const { from, to, cost, lower = 0, upper = Number.POSITIVE_INFINITY } = arc
    for (const [end, node] of [
      ['from', from],
      ['to', to],
    ] as const) {
      if (Number.isInteger(node) && node >= 0 && node < nodes) continue
      report('unknown-index', ['arcs', a, end], `arc ${a} ends at node ${node}`, `nodes are 0 to ${nodes - 1}`)
    }
    if (!(Math.abs(cost) <= LARGEST_MAGNITUDE))
      report('not-a-number', ['arcs', a, 'cost'], `the cost of arc ${a} is ${cost}`, 'give a finite number')
    if (!(Math.abs(lower) <= LARGEST_MAGNITUDE))
      report('not-a-number', ['arcs', a, 'lower'], `the lower limit of arc ${a} is ${lower}`, 'give a finite number')
    if (Number.isNaN(upper) || upper < lower) {
      const message = `arc ${a} may carry at most ${upper}, but at least ${lower}`
      report('out-of-range', ['arcs', a, 'upper'], message, 'make the upper limit at least the lower, or Infinity')
    }
    flat.from[a] = from
    flat.to[a] = to
    flat.cost[a] = cost
    flat.lower[a] = lower
    flat.upper[a] = upper
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return flat
}
