/** The value and policy of a POMDP: bounds, first action, vectors, policy graph. */
import type { PomdpModel, PomdpResult } from '../../../solvers/pomdp/index.ts'
import { formatNumber, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

const SHOWN_NODES = 30

export function presentPomdp(title: string, model: PomdpModel, result: PomdpResult, width: number): Outcome {
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
    ...(result.reachable === undefined ? {} : { nodes: result.reachable.length }),
  }
  const horizon =
    result.horizon === 'infinite'
      ? `infinite horizon, discount ${result.discount}`
      : `horizon ${result.horizon}, discount ${result.discount}`
  const lines = [
    exact
      ? `optimal   V(start) = ${formatNumber(result.value, 6)}   in [${formatNumber(result.lower, 8)}, ${formatNumber(result.upper, 8)}]`
      : `feasible   V(start) between ${formatNumber(result.lower, 6)} and ${formatNumber(result.upper, 6)}`,
    `${horizon}; ${result.vectors} alpha vectors, ${result.iterations} iterations, method ${result.method}${result.errorBound === undefined ? '' : `; proved within ${result.errorBound.toExponential(1)} at every belief`}`,
    `first action: ${result.action}`,
  ]
  if (result.byHorizon !== undefined) {
    const rows = result.byHorizon.map((stage) => [
      String(stage.horizon),
      formatNumber(stage.value, 6),
      String(stage.vectors),
    ])
    lines.push(
      '',
      renderTable(
        [
          { header: 'h', align: 'right' },
          { header: 'V_h(start)', align: 'right' },
          { header: 'vectors', align: 'right' },
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
  return {
    result: json,
    text: lines.join('\n'),
    limit: result.status === 'feasible' ? result.limit : null,
    report: null,
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
