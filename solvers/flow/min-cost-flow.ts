/**
 * Minimum-cost flow with supplies, lower and upper limits: the front of the network simplex. Lower limits are shifted away; every
 * answer is checked against the network as given: flows and potentials, an infeasible cut, or a free cycle of negative cost together
 * with a feasible flow.
 */
import { InternalError, Run, type RunOptions } from '../contract/index.ts'
import { sum } from '../numeric/index.ts'
import { checkCut, checkFlow } from './certificate.ts'
import { type FlatNetwork, type FlowNetwork, type FlowResult, readNetwork } from './network.ts'
import { networkSimplex, type SimplexAnswer, type SimplexProblem } from './network-simplex.ts'

/** Share of the total supply that may stay unrouted by rounding. */
const UNROUTED = 1e-9

/**
 * @returns `optimal` with flows and potentials, `infeasible` with a cut, `unbounded` with a cycle, `unknown` at a limit
 * @throws InvalidInputError with all faults of the network
 */
export function minCostFlow(network: FlowNetwork, options: RunOptions = {}): FlowResult {
  const run = new Run('flow', options)
  const flat = readNetwork(network)
  const shifted = shift(flat)
  const answer = networkSimplex(shifted, () => run.limit !== null)
  switch (answer.outcome) {
    case 'stopped':
      return { status: 'unknown', limit: run.limit ?? 'time', elapsedMs: run.elapsedMs }
    case 'unbounded': {
      const feasible = networkSimplex({ ...shifted, cost: new Float64Array(flat.arcs) }, () => run.limit !== null)
      if (feasible.outcome === 'stopped')
        return { status: 'unknown', limit: run.limit ?? 'time', elapsedMs: run.elapsedMs }
      if (isUnrouted(flat, feasible)) return infeasible(flat, feasible, run)
      return unbounded(flat, answer.cycle, run)
    }
    case 'optimal': {
      if (isUnrouted(flat, answer)) return infeasible(flat, answer, run)
      const flows = answer.flows.map((flow, a) => flow + (flat.lower[a] as number))
      const verdict = checkFlow(flat, flows, answer.potentials)
      if (!verdict.valid) throw new InternalError(`the flow fails its check: ${verdict.reason}`)
      const { cost, check } = verdict
      return { status: 'optimal', flows, cost, potentials: answer.potentials, check, elapsedMs: run.elapsedMs }
    }
  }
}

/** Flow beyond the lower limits. */
function shift(network: FlatNetwork): SimplexProblem {
  const { nodes, arcs, from, to, cost, lower } = network
  const supplies = network.supplies.slice()
  const upper = network.upper.slice()
  for (let a = 0; a < arcs; a++) {
    const low = lower[a] as number
    if (low === 0) continue
    supplies[from[a] as number] = (supplies[from[a] as number] as number) - low
    supplies[to[a] as number] = (supplies[to[a] as number] as number) + low
    upper[a] = (upper[a] as number) - low
  }
  return { nodes, arcs, supplies, from, to, cost, upper }
}

function isUnrouted(network: FlatNetwork, answer: SimplexAnswer): boolean {
  const total = sum(network.supplies.map(Math.abs)) + sum(network.lower.map(Math.abs))
  return sum(answer.unrouted.map(Math.abs)) > UNROUTED * total
}

/** Nodes that supply left over can still reach, or, with none left over, those that cannot reach a demand left open. */
function infeasible(network: FlatNetwork, answer: SimplexAnswer, run: Run): FlowResult {
  const balance = sum(network.supplies)
  const all = Array.from({ length: network.nodes }, (_, i) => i)
  const cut =
    checkCut(network, reach(network, answer, true)) ??
    checkCut(network, reach(network, answer, false)) ??
    (balance === 0 ? null : checkCut(network, all))
  if (cut === null) throw new InternalError('supply stays unrouted, but no cut shows why')
  return { status: 'infeasible', cut, elapsedMs: run.elapsedMs }
}

/** Residual reachability: forward from nodes with supply left over, or backward from nodes with demand left open. */
function reach(network: FlatNetwork, answer: SimplexAnswer, forward: boolean): number[] {
  const { nodes, arcs, from, to, lower, upper } = network
  const [tails, heads] = forward ? [from, to] : [to, from]
  const reached = new Uint8Array(nodes)
  const stack: number[] = []
  const visit = (node: number): void => {
    if (reached[node] === 1) return
    reached[node] = 1
    stack.push(node)
  }
  for (let i = 0; i < nodes; i++) if ((answer.unrouted[i] as number) * (forward ? 1 : -1) > 0) visit(i)
  const incident: number[][] = Array.from({ length: nodes }, () => [])
  for (let a = 0; a < arcs; a++) {
    incident[from[a] as number]?.push(a)
    incident[to[a] as number]?.push(a)
  }
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const a of incident[node] as number[]) {
      const flow = answer.flows[a] as number
      if (tails[a] === node && flow < (upper[a] as number) - (lower[a] as number)) visit(heads[a] as number)
      if (heads[a] === node && flow > 0) visit(tails[a] as number)
    }
  }
  const members: number[] = []
  for (let i = 0; i < nodes; i++) if (reached[i] === 1) members.push(i)
  return members
}

/** Checks that the arcs form closed walks of unlimited capacity and negative cost. */
function unbounded(network: FlatNetwork, cycle: readonly number[], run: Run): FlowResult {
  const balance = new Map<number, number>()
  for (const a of cycle) {
    const [i, j] = [network.from[a] as number, network.to[a] as number]
    balance.set(i, (balance.get(i) ?? 0) + 1)
    balance.set(j, (balance.get(j) ?? 0) - 1)
    if (network.upper[a] !== Number.POSITIVE_INFINITY) throw new InternalError(`arc ${a} of a free cycle is limited`)
  }
  const costPerUnit = sum(cycle.map((a) => network.cost[a] as number))
  if (!(costPerUnit < 0) || [...balance.values()].some((net) => net !== 0))
    throw new InternalError('the arcs are no cycle of negative cost')
  return { status: 'unbounded', cycle: [...cycle].sort((a, b) => a - b), costPerUnit, elapsedMs: run.elapsedMs }
}
