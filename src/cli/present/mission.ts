/** A mission plan: timeline, battery, memory and power against their limits, what binds, what was dropped and why. */
import { exclusions, type MissionResult } from '../../../models/mission/index.ts'
import type { MissionProblem } from '../../domain/mission.ts'
import type { ProjectProblem, Schedule } from '../../domain/project.ts'
import {
  formatNumber,
  type LineSeries,
  type Report,
  renderGanttSvg,
  renderGanttText,
  renderLineChartSvg,
  renderTable,
  type Section,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentUnknown } from './conflict.ts'

export function presentMission(problem: MissionProblem, result: MissionResult, width: number): Outcome {
  if (result.status === 'unknown') return presentUnknown('mission', problem.title, result.limit, 'linear')
  if (result.status === 'infeasible') return presentImpossible(problem, result.conflict)
  const { plan, evaluation, binding, solver } = result
  const { check, battery, memory, power } = evaluation
  const excluded = exclusions(problem, plan)
  const energy = problem.energyUnit ?? ''
  const data = problem.dataUnit ?? ''
  const rows = plan.steps.map((step) => [
    step.id,
    `${step.start}`,
    `${step.end}`,
    clock(problem, step.start),
    formatNumber(problem.activities.find((activity) => activity.id === step.id)?.value ?? 0),
  ])
  const columns = ['activity', 'from slot', 'to slot', 'from', 'value']
  const dropped = excluded.map(({ activity, reason }) => [activity, reason])
  const levels = [
    curve(
      'battery',
      battery,
      problem.battery.capacity,
      `${range(battery, energy)}, at the end ${formatNumber(battery.at(-1) ?? 0)}`,
    ),
    curve('memory', memory, problem.memory.capacity, range(memory, data)),
    curve('power', power, problem.peakPower ?? Math.max(...power, 1), `up to ${formatNumber(Math.max(...power))}`),
  ]
  const total = problem.activities.reduce((sum, activity) => sum + activity.value, 0)
  const value = `value ${formatNumber(result.objective)} of ${formatNumber(total)}`
  const lines = [
    `${result.status}   ${value}`,
    `bound ${formatNumber(result.bound)} by ${solver}; ${check.rules} rules re-checked: ${check.violations.length} violations`,
    '',
    renderTable(
      columns.map((header, k) => ({ header, align: k === 0 ? ('left' as const) : ('right' as const) })),
      rows,
      { width },
    ),
    '',
    renderGanttText(...asProject(problem, result), { width }),
    ...levels,
    '',
    `binding: ${binding.length === 0 ? 'nothing' : binding.join(', ')}; sent ${withUnit(evaluation.sent, data)}`,
    ...(dropped.length === 0
      ? []
      : ['', renderTable([{ header: 'left out' }, { header: 'why, beside this plan' }], dropped, { width })]),
  ]
  const sections: Section[] = [
    {
      kind: 'figure',
      heading: 'Timeline',
      name: 'gantt',
      svg: renderGanttSvg(...asProject(problem, result)),
      caption: 'Activities by slot.',
    },
    ...curveSections(problem, result.evaluation),
    { kind: 'table', heading: 'Activities', columns, rows },
    { kind: 'table', heading: 'Left out', columns: ['activity', 'why, beside this plan'], rows: dropped },
  ]
  const report: Report = {
    title: problem.title,
    summary: `${result.status === 'optimal' ? 'Proved best' : 'Best found'}: ${value}.`,
    facts: [
      ['status', result.status],
      ['value', formatNumber(result.objective)],
      ['bound', formatNumber(result.bound)],
      ['solver', solver],
      ['binding', binding.join(', ')],
    ],
    sections,
  }
  const json = {
    kind: 'mission',
    title: problem.title,
    status: result.status,
    objective: result.objective,
    bound: result.bound,
    steps: plan.steps,
    sent: plan.sent,
    downlinked: evaluation.sent,
    battery: { levels: battery, least: Math.min(...battery), end: battery.at(-1) },
    memory: { levels: memory, most: Math.max(...memory) },
    power: { levels: power, most: Math.max(...power) },
    dropped: result.dropped,
    exclusions: excluded,
    binding,
    solver,
    check,
  }
  return { result: json, text: lines.join('\n'), limit: result.status === 'feasible' ? result.limit : null, report }
}

function presentImpossible(problem: MissionProblem, conflict: readonly string[]): Outcome {
  const constraints = conflict.map((description) => ({ name: description.split(':')[0] ?? '', description }))
  const explanation = `No plan exists: ${conflict.join('; ')}.`
  return {
    result: { kind: 'mission', title: problem.title, status: 'infeasible', conflict: constraints, explanation },
    text: [`infeasible   ${problem.title}`, ...conflict.map((line) => `  - ${line}`)].join('\n'),
    limit: null,
    report: {
      title: problem.title,
      summary: explanation,
      facts: [['status', 'infeasible']],
      sections: [{ kind: 'table', heading: 'What breaks', columns: ['rule'], rows: conflict.map((line) => [line]) }],
    },
  }
}

/** Time of day of a slot, or nothing. */
function clock({ startOfDay, slotMinutes }: MissionProblem, slot: number): string {
  if (startOfDay === undefined || startOfDay === null) return ''
  const [hours = 0, minutes = 0] = startOfDay.split(':').map(Number)
  const total = hours * 60 + minutes + slot * slotMinutes
  const day = Math.floor(total / 1440)
  const text = `${Math.floor((total % 1440) / 60)}`.padStart(2, '0')
  return `${text}:${`${Math.floor(total % 60)}`.padStart(2, '0')}${day > 0 ? ` +${day}d` : ''}`
}

function range(levels: readonly number[], unit: string): string {
  return `${formatNumber(Math.min(...levels))} to ${withUnit(Math.max(...levels), unit)}`
}

const BLOCKS = ' ▁▂▃▄▅▆▇█'

/** A level as one line of blocks, full blocks at its capacity. */
function curve(name: string, levels: readonly number[], capacity: number, note: string): string {
  const blocks = levels.map((level) => {
    const eighth = capacity <= 0 ? 0 : Math.round((8 * Math.max(0, level)) / capacity)
    return BLOCKS[Math.min(8, eighth)]
  })
  return `${name.padEnd(8)} ${blocks.join('')}  ${note}`
}

function asProject(
  problem: MissionProblem,
  { plan }: Extract<MissionResult, { status: 'optimal' | 'feasible' }>,
): [ProjectProblem, Schedule] {
  const task = { release: 0, deadline: null, due: null, weight: 0, value: 0, optional: true }
  const project: ProjectProblem = {
    title: problem.title,
    timeUnit: 'slots',
    costUnit: '',
    resources: [],
    tasks: problem.activities.map(({ id, duration }) => ({
      id,
      ...task,
      modes: [{ id: '', duration, cost: 0, requires: [], produces: [] }],
    })),
    precedence: [],
    deadline: problem.slots,
    budget: null,
    objectives: ['value'],
  }
  const tasks = plan.steps.map((step) => ({ ...step, mode: '' }))
  return [project, { tasks, makespan: problem.slots, cost: 0 }]
}

function curveSections(
  problem: MissionProblem,
  { battery, memory }: { readonly battery: readonly number[]; readonly memory: readonly number[] },
): Section[] {
  const flat = (name: string, level: number): LineSeries => ({
    name,
    dashed: true,
    points: [
      [0, level],
      [problem.slots, level],
    ],
  })
  const line = (name: string, levels: readonly number[]): LineSeries => ({
    name,
    points: levels.map((level, slot) => [slot, level] as const),
  })
  const draw = (name: string, unit: string | undefined, series: readonly LineSeries[]): Section => ({
    kind: 'figure',
    heading: name,
    name: name.toLowerCase(),
    svg: renderLineChartSvg({ title: `${name} by slot`, xLabel: 'slot', yLabel: unit ?? '', series }),
    caption: 'Dashed lines are the limits.',
  })
  return [
    draw('Battery', problem.energyUnit, [
      line('level', battery),
      flat('reserve', problem.battery.reserve),
      flat('capacity', problem.battery.capacity),
    ]),
    draw('Memory', problem.dataUnit, [line('level', memory), flat('capacity', problem.memory.capacity)]),
  ]
}
