/** A plan that reaches a belief: cost, nodes, and the graph from belief to belief. */
import type { PomdpModel } from '../../../solvers/pomdp/index.ts'
import type { GoalPlanNode, GoalPlanResult } from '../../belief/index.ts'
import { formatNumber, formatPercent, type Report, renderGraphSvg, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

const SHOWN_NODES = 30
const DRAWN_NODES = 60

export function presentGoalPlan(
  title: string,
  model: PomdpModel,
  goal: { readonly probability: number },
  result: GoalPlanResult,
  width: number,
): Outcome {
  const common = { kind: 'pomdp', title, status: result.status, beliefs: result.beliefs, probability: goal.probability }
  if (result.status === 'infeasible') {
    const text = `infeasible   no plan reaches the goal with probability ${formatPercent(goal.probability)} at a finite cost`
    return { result: { ...common, conflict: [] }, text, limit: null, report: null }
  }
  if (result.status === 'unknown') {
    const { simulated } = result
    const lines = [`unknown   stopped (${result.limit}); any plan costs at least ${formatNumber(result.lowerBound, 6)}`]
    if (simulated !== null)
      lines.push(
        `a policy that begins with ${simulated.action} cost ${formatNumber(simulated.mean, 4)} ± ${formatNumber(simulated.standardError, 4)} in ${simulated.runs} simulated runs, of which ${simulated.reached} came to the goal`,
      )
    const json = { ...common, limit: result.limit, bound: result.lowerBound, simulated }
    return { result: json, text: lines.join('\n'), limit: result.limit, report: null }
  }
  const { nodes } = result
  const rows = nodes
    .slice(0, SHOWN_NODES)
    .map((node, index) => [
      String(index),
      node.action ?? 'stop',
      formatNumber(node.expectedCost, 4),
      formatPercent(node.satisfied, 2),
      node.branches
        .map((branch) => `${branch.observation} ${formatPercent(branch.probability)} > ${branch.node}`)
        .join(', '),
    ])
  const text = [
    `optimal   expected cost ${formatNumber(result.expectedCost, 6)} until the goal is ${formatPercent(goal.probability)} certain`,
    `${nodes.length} ${nodes.length === 1 ? 'belief' : 'beliefs'} in the plan, ${result.beliefs} examined; first action: ${nodes[0]?.action ?? 'none, the goal holds'}`,
    '',
    renderTable(
      [
        { header: 'node', align: 'right' },
        { header: 'action' },
        { header: 'cost', align: 'right' },
        { header: 'P(goal)', align: 'right' },
        { header: 'then' },
      ],
      rows,
      { width },
    ),
    ...(nodes.length > SHOWN_NODES ? [`... and ${nodes.length - SHOWN_NODES} more beliefs (--json has all)`] : []),
  ].join('\n')
  const json = {
    ...common,
    objective: result.expectedCost,
    bound: result.expectedCost,
    expectedCost: result.expectedCost,
    action: nodes[0]?.action ?? null,
    nodes: nodes.map((node) => ({
      action: node.action,
      expectedCost: node.expectedCost,
      satisfied: node.satisfied,
      belief: beliefJson(model, node),
      branches: node.branches,
    })),
  }
  return { result: json, text, limit: null, report: report(title, text, nodes) }
}

function beliefJson(model: PomdpModel, node: GoalPlanNode): Record<string, number> {
  return Object.fromEntries(
    model.states.flatMap((state, s) => (node.belief[s]! > 1e-12 ? [[state, node.belief[s]!] as const] : [])),
  )
}

function report(title: string, text: string, nodes: readonly GoalPlanNode[]): Report {
  const drawn = nodes.slice(0, DRAWN_NODES)
  return {
    title,
    summary: text.split('\n')[0] as string,
    facts: [
      ['status', 'optimal'],
      ['expected cost', formatNumber(nodes[0]?.expectedCost ?? 0, 6)],
      ['beliefs in the plan', String(nodes.length)],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Plan',
        name: 'plan',
        svg: renderGraphSvg({
          title,
          nodes: drawn.map((node, index) => ({
            id: String(index),
            label: node.action ?? 'stop',
            lines: [`cost ${formatNumber(node.expectedCost, 2)}`, `goal ${formatPercent(node.satisfied)}`],
            marked: index === 0,
            ...(node.action === null ? { group: 2 } : {}),
          })),
          edges: drawn.flatMap((node, index) =>
            node.branches.map((branch) => ({
              from: String(index),
              to: String(branch.node),
              label: `${branch.observation} ${formatPercent(branch.probability, 0)}`,
            })),
          ),
        }),
        caption:
          nodes.length > DRAWN_NODES
            ? `The first ${DRAWN_NODES} of ${nodes.length} beliefs.`
            : 'Every belief of the plan.',
      },
    ],
  }
}
