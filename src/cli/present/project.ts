/** A schedule: table, Gantt chart with resource curves, what binds. */
import type { ProjectResult } from '../../../models/scheduling/index.ts'
import type { ProjectProblem } from '../../domain/project.ts'
import { priceOf } from '../../domain/project-rules.ts'
import {
  formatNumber,
  type Report,
  renderGanttSvg,
  renderGanttText,
  renderTable,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'
import { proofLine } from './proof.ts'

/** Objectives that neither the end nor the cost tells. */
const OTHERS = [
  ['weighted', 'weighted sum'],
  ['weighted-tardiness', 'weighted tardiness'],
  ['value', 'worth'],
] as const

/** @param gantt also draw the chart on the terminal */
export function presentProject(problem: ProjectProblem, result: ProjectResult, width: number, gantt: boolean): Outcome {
  if (result.status === 'infeasible') return presentConflict('project', problem.title, result.conflict, result.solver)
  if (result.status === 'unknown') return presentUnknown('project', problem.title, result.limit, result.solver)
  const { schedule } = result
  const modes = problem.tasks.some((task) => task.modes.length > 1)
  const rows = schedule.tasks.map((task) => {
    const stated = problem.tasks.find((entry) => entry.id === task.id)
    const mode = stated?.modes.find((entry) => entry.id === task.mode)
    const uses = mode?.requires.map((need) => `${formatNumber(need.amount)} ${need.resource}`).join(', ') ?? ''
    const critical = result.criticalPath.includes(task.id) ? '*' : ''
    return [
      task.id,
      modes && (stated?.modes.length ?? 1) > 1 ? task.mode : '',
      formatNumber(task.start),
      formatNumber(task.end),
      formatNumber(mode === undefined ? 0 : priceOf(problem, mode)),
      uses,
      critical,
    ]
  })
  const time = withUnit(schedule.makespan, problem.timeUnit)
  const { overspend = 0 } = result
  const beyond = overspend > 0 ? ` (${withUnit(overspend, problem.costUnit)} beyond the budget, penalty included)` : ''
  const cost = `${withUnit(schedule.cost, problem.costUnit)}${beyond}`
  // What else was optimised; lateness is weighted, so it has no unit.
  const others = OTHERS.flatMap(([objective, name]): [string, string][] => {
    const value = result.values[objective]
    return value === undefined ? [] : [[name, formatNumber(value)]]
  })
  const lines = [
    `${result.status}   ${time}, cost ${cost}${others.map(([name, value]) => `, ${name} ${value}`).join('')}   (${aimOf(problem)})`,
    proofLine(result.solver, result.variables === 0 ? null : result.variables, result.check, result.gap),
    '',
    renderTable(
      [
        { header: 'task' },
        { header: modes ? 'mode' : '' },
        { header: 'start', align: 'right' },
        { header: 'end', align: 'right' },
        { header: 'cost', align: 'right' },
        { header: 'uses' },
        { header: '*' },
      ],
      rows,
      { width },
    ),
    '* on the critical path',
    ...(gantt ? ['', renderGanttText(problem, schedule, { width })] : []),
  ]
  const plain = withoutModel(result)
  const json = {
    kind: 'project',
    title: problem.title,
    ...plain,
    makespan: schedule.makespan,
    cost: schedule.cost,
    tasks: schedule.tasks,
  }
  const report: Report = {
    title: problem.title,
    summary: `${result.status === 'optimal' ? 'Proved best' : 'Best found'}: finished after ${time} for ${cost}.`,
    facts: [
      ['status', result.status],
      ['finish', time],
      ['cost', cost],
      ...others,
      ['solver', result.solver],
      ['rules re-checked', `${result.check.rules}, ${result.check.violations.length} broken`],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Schedule',
        name: 'gantt',
        svg: renderGanttSvg(problem, schedule, { critical: result.criticalPath }),
        caption:
          'Framed bars are critical; dashed lines are capacities, grey areas below them units that are not there.',
      },
      { kind: 'table', heading: 'Tasks', columns: ['task', 'mode', 'start', 'end', 'cost', 'uses', 'critical'], rows },
    ],
  }
  return { result: json, text: lines.join('\n'), limit: result.status === 'feasible' ? result.limit : null, report }
}

/** What was optimised, in words. */
function aimOf({ objectives, weights }: ProjectProblem): string {
  if (weights === undefined) return objectives.join(', then ')
  const parts = Object.entries(weights).filter(([, weight]) => weight > 0)
  const signed = parts.map(([measure, weight], k) => {
    const sign = measure === 'value' ? '- ' : k === 0 ? '' : '+ '
    return `${sign}${formatNumber(weight)} ${measure}`
  })
  return `weighted: ${signed.join(' ')}`
}

/** Every field but the linear model, which would be built only to be dropped. */
function withoutModel<Plan extends { readonly linearModel: unknown }>(plan: Plan): Omit<Plan, 'linearModel'> {
  const { linearModel: _model, ...fields } = Object.getOwnPropertyDescriptors(plan)
  return Object.defineProperties({}, fields) as Omit<Plan, 'linearModel'>
}
