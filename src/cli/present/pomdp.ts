/** The value and policy of a POMDP: bounds, first action, vectors, policy graph or policy tree. */
import type { PlanNode, PomdpModel, PomdpResult, SimulationResult } from '../../../solvers/pomdp/index.ts'
import { formatNumber, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { isOver, pomdpReport } from './pomdp-report.ts'

const SHOWN_NODES = 30
/** Lines of a policy tree that are printed, and nodes that the JSON holds. */
const SHOWN_LINES = 40
const LISTED_NODES = 10_000

/** @param plan the plan over reachable beliefs of a finite horizon, where there is one */
export function presentPomdp(
  title: string,
  model: PomdpModel,
  result: PomdpResult,
  width: number,
  plan: PlanNode | null = null,
  simulation: SimulationResult | null = null,
): Outcome {
  const exact = result.status === 'optimal'
  const json = {
    kind: 'pomdp',
    title,
    status: result.status,
    ...(result.status === 'feasible' ? { limit: result.limit } : {}),
    objective: result.value,
    bound: result.upper,
    value: result.value,
    lower: result.lower,
    upper: result.upper,
    vectors: result.vectors,
    iterations: result.iterations,
    action: result.action,
    method: result.method,
    horizon: result.horizon,
    discount: result.discount,
    epsilon: result.epsilon,
    seed: result.seed,
    ...(result.errorBound === undefined ? {} : { errorBound: result.errorBound }),
    ...(result.byHorizon === undefined ? {} : { byHorizon: result.byHorizon }),
    ...(result.reachable === undefined ? {} : { nodes: result.reachable.length, policy: graphJson(model, result) }),
    ...(plan === null ? {} : { plan: planJson(model, plan) }),
    ...(result.controller === undefined ? {} : { controller: result.controller }),
    ...(simulation === null ? {} : { simulation }),
  }
  const horizon =
    result.horizon === 'infinite'
      ? `infinite horizon, discount ${result.discount}`
      : `horizon ${result.horizon}, discount ${result.discount}`
  const size = result.plan === undefined ? `${result.vectors} alpha vectors` : 'plan over reachable beliefs'
  const lines = [
    exact
      ? `optimal   V(start) = ${formatNumber(result.value, 6)}   in [${formatNumber(result.lower, 8)}, ${formatNumber(result.upper, 8)}]`
      : `feasible   V(start) between ${formatNumber(result.lower, 6)} and ${formatNumber(result.upper, 6)}`,
    `${horizon}; ${size}, ${result.iterations} iterations, method ${result.method}${result.errorBound === undefined ? '' : `; proved within ${result.errorBound.toExponential(1)} at every belief`}`,
    `first action: ${result.action}`,
  ]
  if (simulation !== null) {
    const [from, to] = simulation.interval
    const { steps, cutWeight } = simulation
    const cut = result.horizon === 'infinite' && cutWeight > 1e-5
    const share = `${formatNumber(100 * cutWeight, 3)} %`
    lines.push(
      `in ${simulation.runs} simulated episodes the policy earned ${formatNumber(simulation.mean, 4)} on average, 95 % between ${formatNumber(from, 4)} and ${formatNumber(to, 4)}${cut ? `; episodes were cut after ${steps} steps, when a step counted ${share} of the first` : ''}`,
    )
  }
  if (result.byHorizon !== undefined) {
    const counted = result.plan === undefined ? 'vectors' : 'beliefs'
    const rows = result.byHorizon.map((stage) => [
      String(stage.horizon),
      formatNumber(stage.value, 6),
      String(counted === 'vectors' ? stage.vectors : stage.beliefs),
    ])
    lines.push(
      '',
      renderTable(
        [
          { header: 'h', align: 'right' },
          { header: 'V_h(start)', align: 'right' },
          { header: counted, align: 'right' },
        ],
        rows,
        { width },
      ),
    )
  }
  const graph = policyRows(model, result)
  if (graph.length > 0) {
    const columns = [
      { header: 'node', align: 'right' as const },
      { header: 'action' },
      ...model.observations.map((observation) => ({ header: `after ${observation}` })),
    ]
    lines.push(
      '',
      'policy graph from the start belief (first row: start)',
      renderTable(columns, graph.slice(0, SHOWN_NODES), { width }),
    )
    if (graph.length > SHOWN_NODES) lines.push(`... and ${graph.length - SHOWN_NODES} more nodes (--graph writes all)`)
  }
  if (plan !== null) {
    const tree = planLines(model, plan, SHOWN_LINES + 1)
    lines.push('', 'policy tree from the start belief', ...tree.slice(0, SHOWN_LINES))
    if (tree.length > SHOWN_LINES) lines.push('... (--json has all of it)')
  }
  return {
    result: json,
    text: lines.join('\n'),
    limit: result.status === 'feasible' ? result.limit : null,
    report: pomdpReport(title, model, result, lines[0] as string, plan),
  }
}

function policyRows(model: PomdpModel, result: PomdpResult): string[][] {
  const { graph, reachable } = result
  if (graph === undefined || reachable === undefined || model.observations.length > 8) return []
  return reachable.map((node) => [
    String(node),
    model.actions[graph.actions[node] as number] ?? '',
    ...model.observations.map((_, observation) => {
      const next = graph.successors[node * graph.observationCount + observation] as number
      return next < 0 ? '-' : String(next)
    }),
  ])
}

function graphJson(model: PomdpModel, { graph, reachable }: PomdpResult): Record<string, unknown>[] {
  if (graph === undefined || reachable === undefined) return []
  return reachable.map((node) => ({
    node,
    action: model.actions[graph.actions[node] as number],
    next: Object.fromEntries(
      model.observations.flatMap((observation, o) => {
        const next = graph.successors[node * graph.observationCount + o] as number
        return next < 0 ? [] : [[observation, next]]
      }),
    ),
  }))
}

/** The plan's beliefs, each once; branches name them by number, the start is 0. Null when there are too many. */
function planJson(model: PomdpModel, root: PlanNode): Record<string, unknown>[] | null {
  const ids = new Map<PlanNode, number>([[root, 0]])
  const queue = [root]
  const result: Record<string, unknown>[] = []
  for (const node of queue) {
    if (queue.length > LISTED_NODES) return null
    const branches = node.branches.flatMap(({ observation, probability, node: next }) => {
      if (next.action < 0) return []
      if (!ids.has(next)) {
        ids.set(next, queue.length)
        queue.push(next)
      }
      return [{ observation: model.observations[observation], probability, node: ids.get(next) }]
    })
    result.push({
      action: model.actions[node.action] ?? null,
      value: node.value,
      belief: Object.fromEntries(
        model.states.flatMap((state, s) => (node.belief[s]! > 1e-12 ? [[state, node.belief[s]]] : [])),
      ),
      branches,
    })
  }
  return result
}

/** Indented lines; a line repeats the observations that lead to it, P is that of the last one. What has no value left is left out. */
function planLines(model: PomdpModel, root: PlanNode, most: number): string[] {
  const lines: string[] = []
  const walk = (node: PlanNode, prefix: string, share: string): void => {
    if (lines.length >= most) return
    lines.push(`${prefix}${model.actions[node.action]}  [${share}value ${node.value.toFixed(4)}]`)
    for (const branch of node.branches) {
      if (branch.node.action < 0 || isOver(branch.node)) continue
      const seen = `${prefix}  (${model.observations[branch.observation]}) `
      walk(branch.node, seen, `P=${branch.probability.toFixed(4)}, `)
    }
  }
  walk(root, '', '')
  return lines
}
