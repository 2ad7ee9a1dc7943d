/** A project as planned and as it went. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import type { ProjectProblem } from '../../domain/project.ts'
import { formatNumber, renderPlannedActualSvg, renderTable, withUnit } from '../../report/index.ts'
import type { WorldView } from './execution.ts'

export function viewProject(problem: ProjectProblem, trace: ExecutionTrace, width: number): WorldView {
  const planned = trace.plans[0]?.plan
  const first = new Map(planned?.steps.map((step) => [step.name, step]))
  const columns = ['task', 'planned', 'mode', 'happened', 'mode', 'cost']
  const rows = trace.results.map((result) => {
    const step = first.get(result.step.name)
    return [
      result.step.name,
      step === undefined ? '' : `${formatNumber(step.start ?? 0)}–${formatNumber(step.end ?? 0)}`,
      step?.mode ?? '',
      `${formatNumber(result.start)}–${formatNumber(result.end)}`,
      result.step.mode === step?.mode ? '' : (result.step.mode ?? ''),
      formatNumber(result.cost),
    ]
  })
  const finish = Math.max(0, ...trace.results.map((result) => result.end))
  const plannedFinish = Math.max(0, ...(planned?.steps.map((step) => step.end ?? 0) ?? []))
  const kept = problem.deadline === null || finish <= problem.deadline + 1e-9
  const { timeUnit, costUnit } = problem
  return {
    summary: `finished at ${withUnit(finish, timeUnit)} (${formatNumber(plannedFinish)} planned${problem.deadline === null ? '' : `, deadline ${formatNumber(problem.deadline)} ${kept ? 'kept' : 'missed'}`}), cost ${withUnit(trace.totalCost, costUnit)} (${formatNumber(planned?.cost ?? 0)} planned)`,
    fields: { finish, plannedFinish, plannedCost: planned?.cost ?? 0, deadlineKept: kept },
    facts: [
      ['finished', withUnit(finish, timeUnit)],
      ['planned', withUnit(plannedFinish, timeUnit)],
      ['cost', withUnit(trace.totalCost, costUnit)],
    ],
    text: [
      renderTable(
        columns.map((header) => ({ header })),
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
          title: problem.title,
          unit: timeUnit,
          planned: (planned?.steps ?? []).map((step) => ({
            row: step.name,
            name: step.mode ?? '',
            start: step.start ?? 0,
            end: step.end ?? 0,
            group: 0,
          })),
          actual: trace.results.map((result) => ({
            row: result.step.name,
            name: result.step.mode ?? '',
            start: result.start,
            end: result.end,
            group: result.status === 'delayed' ? 1 : 0,
          })),
          replans: trace.replans.map((replan) => ({ time: replan.time, text: replan.triggers[0]?.evidence ?? '' })),
        }),
        caption: 'Orange: took longer than planned.',
      },
      { kind: 'table', heading: 'Tasks', columns, rows },
    ],
  }
}
