/** A cost/time front: table, chart, and the schedule at its knee. */
import type { AllocationPoint, CostTimePoint, Front, FrontPoint } from '../../domain/front.ts'
import type { ProjectProblem } from '../../domain/project.ts'
import {
  formatNumber,
  type Report,
  renderFrontSvg,
  renderGanttSvg,
  renderGanttText,
  renderTable,
  type Section,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict } from './conflict.ts'

interface FrontUnits {
  readonly title: string
  readonly time: string
  readonly cost: string
  /** What is traded against time. */
  readonly measure: string
}

export function presentProjectFront(
  problem: ProjectProblem,
  front: Front<CostTimePoint>,
  interrupted: boolean,
  width: number,
  kind = 'project',
  measure = 'cost',
): Outcome {
  const cost = measure === 'cost' ? problem.costUnit : ''
  const units = { title: problem.title, time: problem.timeUnit, cost, measure }
  const plans = front.points.map((point) => point.schedule)
  const outcome = presentFront(kind, units, front, plans, interrupted, width)
  const pick = front.points[front.knee ?? 0]
  if (pick === undefined || outcome.report === null) return outcome
  const which = front.knee === null ? 'the cheapest point' : 'the knee'
  const heading = `Schedule at ${which}: ${withUnit(pick.makespan, problem.timeUnit)} for ${measure === 'cost' ? '' : `${measure} `}${withUnit(pick.cost, cost)}`
  const gantt: Section = {
    kind: 'figure',
    heading,
    name: 'gantt',
    svg: renderGanttSvg(problem, pick.schedule),
    caption: 'Dashed lines are capacities.',
  }
  return {
    ...outcome,
    text: `${outcome.text}\n\n${heading}\n${renderGanttText(problem, pick.schedule, { width })}`,
    report: { ...outcome.report, sections: [...outcome.report.sections, gantt] },
  }
}

export function presentAllocationFront(
  title: string,
  unit: string,
  agents: readonly string[],
  tasks: readonly string[],
  front: Front<AllocationPoint>,
  interrupted: boolean,
  width: number,
): Outcome {
  const plans = front.points.map((point) =>
    point.pairs.map(([agent, task]) => ({ task: tasks[task], agent: agents[agent] })),
  )
  return presentFront(
    'allocation',
    { title, time: unit, cost: unit, measure: 'cost' },
    front,
    plans,
    interrupted,
    width,
  )
}

function presentFront(
  kind: string,
  units: FrontUnits,
  front: Front<FrontPoint>,
  plans: readonly unknown[],
  interrupted: boolean,
  width: number,
): Outcome {
  const { title } = units
  if (front.status === 'infeasible' && front.conflict !== null)
    return presentConflict(kind, title, front.conflict, front.solver)
  const points = front.points.map((point, index) => ({
    cost: point.cost,
    ...(units.measure === 'cost' ? {} : { [units.measure]: point.cost }),
    makespan: point.makespan,
    proved: point.proved,
    plan: plans[index],
  }))
  const json = {
    kind,
    title,
    status: front.status,
    points,
    knee: front.knee,
    hypervolume: front.hypervolume,
    gaps: front.gaps,
    solver: front.solver,
  }
  const rows = front.points.map((point, index) => [
    formatNumber(point.makespan),
    formatNumber(point.cost),
    point.proved ? 'proved' : 'not proved',
    index === front.knee ? '← knee' : '',
  ])
  const columns = [
    `time${units.time === '' ? '' : ` ${units.time}`}`,
    `${units.measure}${units.cost === '' ? '' : ` ${units.cost}`}`,
    'proof',
    '',
  ]
  const lines = [
    `${front.status}   ${front.points.length} points, ${front.points.filter((point) => point.proved).length} proved   ${front.solver}`,
    '',
    renderTable(
      columns.map((header, index) => ({ header, align: index < 2 ? ('right' as const) : ('left' as const) })),
      rows,
      { width },
    ),
  ]
  for (const gap of front.gaps) {
    lines.push(
      `not searched to the end: times ${formatNumber(gap.makespanFrom)} to ${formatNumber(gap.makespanTo)}, cost at least ${formatNumber(gap.costAtLeast)}`,
    )
  }
  const ascending = front.points
    .map((point, index) => ({ x: point.makespan, y: point.cost, proved: point.proved, index }))
    .toSorted((a, b) => a.x - b.x)
  const knee = front.knee === null ? null : ascending.findIndex((point) => point.index === front.knee)
  const chart = {
    title: `${title}: ${units.measure} against time`,
    xLabel: columns[0] as string,
    yLabel: columns[1] as string,
    points: ascending,
    knee,
  }
  const report: Report = {
    title,
    summary: `${front.points.length} ways none of which is beaten in both time and ${units.measure}${front.status === 'complete' ? '; there are no others' : ''}.`,
    facts: [
      ['status', front.status],
      ['points', String(front.points.length)],
      ['proved', String(front.points.filter((point) => point.proved).length)],
      ['solver', front.solver],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Front',
        name: 'front',
        svg: renderFrontSvg(chart),
        caption: 'Filled: proved. Everything attainable lies above and to the right of the line.',
      },
      { kind: 'table', heading: 'Points', columns, rows },
    ],
  }
  const empty = front.points.length === 0
  return {
    result: json,
    text: lines.join('\n'),
    limit: interrupted ? 'interrupted' : front.status === 'partial' && empty ? 'time' : null,
    report,
    ...(empty && !interrupted ? { exitCode: 5 as const } : {}),
  }
}
