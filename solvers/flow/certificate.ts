/**
 * Checks of flow answers against the network as the user gave it. Nothing here shares code with the solver.
 *
 * Optimality: for any potentials p, every flow costs at least
 *   sum_i b(i) p(i) + sum_a min(r(a) lower(a), r(a) upper(a)),   r(a) = cost(a) - p(from) + p(to),
 * where a reduced cost below the rounding of its terms counts as 0 on arcs without an upper limit.
 * Infeasibility: a set of nodes whose wanted net supply lies outside what its boundary can carry.
 */
import { FEASIBILITY, sum } from '../numeric/index.ts'
import type { FlatNetwork, FlowCheck, InfeasibleCut } from './network.ts'

const GAP_TOLERANCE = 1e-9
const ROUNDING = 1e-11

export type FlowVerdict =
  | { readonly valid: true; readonly cost: number; readonly check: FlowCheck }
  | { readonly valid: false; readonly reason: string }

export function checkFlow(network: FlatNetwork, flows: Float64Array, potentials: Float64Array): FlowVerdict {
  const { nodes, arcs, supplies, from, to, cost, lower, upper } = network
  const balance = new Float64Array(nodes)
  const volume = new Float64Array(nodes).fill(1)
  const paid = new Float64Array(arcs)
  const dual = new Float64Array(nodes + arcs)
  let maxViolation = 0
  let scale = 0
  for (let a = 0; a < arcs; a++) {
    const flow = flows[a] as number
    const [i, j] = [from[a] as number, to[a] as number]
    const [low, high] = [lower[a] as number, upper[a] as number]
    const over = Math.max(low - flow, flow - high, 0)
    if (!(over <= FEASIBILITY * Math.max(1, Math.abs(flow))))
      return { valid: false, reason: `arc ${a} carries ${flow}, outside ${low} to ${high}` }
    maxViolation = Math.max(maxViolation, over)
    balance[i] = (balance[i] as number) + flow
    balance[j] = (balance[j] as number) - flow
    volume[i] = (volume[i] as number) + Math.abs(flow)
    volume[j] = (volume[j] as number) + Math.abs(flow)
    paid[a] = flow * (cost[a] as number)
    const terms = Math.abs(cost[a] as number) + Math.abs(potentials[i] as number) + Math.abs(potentials[j] as number)
    const reduced = (cost[a] as number) - (potentials[i] as number) + (potentials[j] as number)
    const rounded = Math.abs(reduced) <= ROUNDING * terms
    if (reduced >= 0) dual[nodes + a] = reduced * low
    else if (high !== Number.POSITIVE_INFINITY) dual[nodes + a] = reduced * high
    else if (!rounded) return { valid: false, reason: `arc ${a} could carry more at a gain of ${-reduced} a unit` }
    scale += Math.abs(paid[a] as number) + Math.abs(dual[nodes + a] as number)
  }
  for (let i = 0; i < nodes; i++) {
    const off = Math.abs((balance[i] as number) - (supplies[i] as number))
    if (!(off <= FEASIBILITY * (volume[i] as number)))
      return { valid: false, reason: `node ${i} sends out ${balance[i]} net instead of ${supplies[i]}` }
    maxViolation = Math.max(maxViolation, off)
    dual[i] = (supplies[i] as number) * (potentials[i] as number)
    scale += Math.abs(dual[i] as number)
  }
  const total = sum(paid)
  const bound = sum(dual)
  const gap = Math.abs(total - bound)
  if (!(gap <= GAP_TOLERANCE * scale))
    return { valid: false, reason: `its potentials prove only ${bound} for ${total}` }
  return { valid: true, cost: total + 0, check: { checked: true, bound: bound + 0, gap, maxViolation } }
}

/** The cut with its figures, or null when it proves nothing. */
export function checkCut(network: FlatNetwork, members: readonly number[]): InfeasibleCut | null {
  const inside = new Uint8Array(network.nodes)
  for (const node of members) inside[node] = 1
  let least = 0
  let most = 0
  for (let a = 0; a < network.arcs; a++) {
    const out = inside[network.from[a] as number] === 1
    if (out === (inside[network.to[a] as number] === 1)) continue
    const [low, high] = [network.lower[a] as number, network.upper[a] as number]
    least += out ? low : -high
    most += out ? high : -low
  }
  const nodes = [...new Set(members)].sort((a, b) => a - b)
  const supply = sum(nodes.map((node) => network.supplies[node] as number))
  const margin = 1e-9 * nodes.reduce((total, node) => total + Math.abs(network.supplies[node] as number), 0)
  return supply > most + margin || supply < least - margin ? { nodes, supply, least, most } : null
}
