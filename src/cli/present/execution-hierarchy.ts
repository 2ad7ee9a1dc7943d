/** A plan of actions as it was made and as it went. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import { stepKey } from '../../domain/execution.ts'
import { formatNumber, renderPlannedActualSvg, renderTable } from '../../report/index.ts'
import type { WorldView } from './execution.ts'

export function viewHierarchy(title: string, trace: ExecutionTrace, width: number): WorldView {
  const planned = trace.plans[0]?.plan
  const waiting = new Map<string, number>()
  for (const step of planned?.steps ?? []) waiting.set(stepKey(step), (waiting.get(stepKey(step)) ?? 0) + 1)
  const columns = ['time', 'step', 'outcome', 'cost', '']
  const rows = trace.results.map((result) => {
    const key = stepKey(result.step)
    const left = waiting.get(key) ?? 0
    if (result.status === 'success') waiting.set(key, left - 1)
    return [
      `${formatNumber(result.start)}–${formatNumber(result.end)}`,
      [result.step.name, ...result.step.args].join(' '),
      result.status === 'success'
        ? 'done'
        : `${result.status}${result.message === undefined ? '' : `: ${result.message}`}`,
      formatNumber(result.cost),
      left > 0 ? '' : 'not in the first plan',
    ]
  })
  const plannedSteps = planned?.steps.length ?? 0
  const cost = formatNumber(planned?.cost ?? 0)
  return {
    summary: `${trace.results.length} steps (${plannedSteps} planned), cost ${formatNumber(trace.totalCost)} (${cost} planned)`,
    fields: { plannedSteps, plannedCost: planned?.cost ?? 0 },
    facts: [
      ['cost', formatNumber(trace.totalCost)],
      ['planned', cost],
    ],
    text: [
      renderTable(
        columns.map((header, index) => (index === 3 ? { header, align: 'right' as const } : { header })),
        rows,
        { width },
      ),
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Planned against actual',
        name: 'planned-actual',
        svg: renderPlannedActualSvg({
          title,
          unit: 'time units',
          planned: (planned?.steps ?? []).map((step, index) => ({
            row: step.name,
            name: step.args.join(' '),
            start: step.start ?? index,
            end: step.end ?? index + 1,
            group: 0,
          })),
          actual: trace.results.map((result) => ({
            row: result.step.name,
            name: result.step.args.join(' '),
            start: result.start,
            end: result.end,
            group: result.status === 'success' ? 0 : 1,
          })),
          replans: trace.replans.map((replan) => ({ time: replan.time, text: replan.triggers[0]?.evidence ?? '' })),
        }),
        caption: 'Orange: did not go as planned.',
      },
      { kind: 'table', heading: 'Steps', columns, rows },
    ],
  }
}
