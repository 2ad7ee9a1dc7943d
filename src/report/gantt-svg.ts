/** A Gantt chart with the curves of the resources and the levels of the stocks under it, as SVG. */
import { scaleLinear } from 'd3-scale'
import type { ProjectProblem, Schedule } from '../domain/project.ts'
import { formatNumber } from './format.ts'
import { CURVE, legendOf, resourceCurve, stockCurve } from './gantt-curves.ts'
import { resourceProfiles } from './resource-profile.ts'
import { stockProfiles } from './stock-profile.ts'
import { ALERT, clipped, colour, drawing, element, escapeMarkup, FAINT, GRID, INK, label, textWidth } from './svg.ts'

const ROW = 26
/** Letter size of the title, with what bold letters are wider. */
const TITLE = 17.5
const WIDTH = 960

export interface GanttOptions {
  /** Tasks drawn as critical. @default none */
  readonly critical?: readonly string[]
}

export function renderGanttSvg(problem: ProjectProblem, schedule: Schedule, options: GanttOptions = {}): string {
  const critical = new Set(options.critical ?? [])
  const profiles = resourceProfiles(problem, schedule)
  const stocks = stockProfiles(problem, schedule)
  const names = [
    ...schedule.tasks.map((task) => task.id),
    ...profiles.map(({ resource }) => resource),
    ...stocks.map(({ resource }) => `stock ${resource}`),
  ]
  const left = Math.min(260, 24 + Math.max(60, ...names.map((name) => textWidth(name))))
  const right = WIDTH - 70
  const deadline = problem.deadline
  const horizon = Math.max(schedule.makespan, deadline ?? 0, 1)
  const x = scaleLinear().domain([0, horizon]).range([left, right])
  const modeNames = [
    ...new Set(problem.tasks.flatMap((task) => (task.modes.length > 1 ? task.modes.map((mode) => mode.id) : []))),
  ]
  const legend = legendOf(modeNames, critical.size > 0, WIDTH - 32)
  const title = clipped(problem.title, WIDTH - 32, TITLE)
  // Beside the title where both fit, else in rows of its own.
  const beside = legend.height <= 18 && 16 + textWidth(title, TITLE) + 24 + legend.width <= WIDTH - 16
  const top = 54 + (beside ? 0 : legend.height)
  const chartBottom = top + schedule.tasks.length * ROW
  const height = chartBottom + (profiles.length + stocks.length) * (CURVE + 22) + 36
  const parts: string[] = [label(16, 24, title, { size: 16, weight: 'bold' })]
  parts.push(...(beside ? legend.at(WIDTH - 16 - legend.width, 24) : legend.at(16, 44)))

  for (const tick of x.ticks(Math.min(20, Math.ceil(horizon)))) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: top - 6, y2: height - 30, stroke: GRID }))
    parts.push(label(x(tick), top - 10, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  parts.push(label(WIDTH - 8, top - 10, problem.timeUnit, { size: 11, anchor: 'end', fill: FAINT }))

  schedule.tasks.forEach((task, index) => {
    const y = top + index * ROW
    const definition = problem.tasks.find((candidate) => candidate.id === task.id)
    const mode = definition?.modes.find((candidate) => candidate.id === task.mode)
    const single = (definition?.modes.length ?? 1) <= 1
    const fill = single ? colour(0) : colour(Math.max(0, modeNames.indexOf(task.mode)))
    const isCritical = critical.has(task.id)
    parts.push(
      label(left - 10, y + 17, clipped(task.id, left - 20), {
        anchor: 'end',
        ...(isCritical ? { weight: 'bold' } : {}),
      }),
    )
    const width = Math.max(2, x(task.end) - x(task.start))
    const needs = mode?.requires.map((need) => `${formatNumber(need.amount)} ${need.resource}`).join(', ') ?? ''
    const tip = `${task.id}: ${formatNumber(task.start)} to ${formatNumber(task.end)} ${problem.timeUnit}${single ? '' : `, ${task.mode}`}${needs === '' ? '' : `, ${needs}`}`
    parts.push(
      element(
        'rect',
        {
          x: x(task.start),
          y: y + 4,
          width,
          height: ROW - 8,
          rx: 3,
          fill,
          stroke: isCritical ? INK : 'none',
          'stroke-width': 2,
        },
        element('title', {}, escapeMarkup(tip)),
      ),
    )
    const inside = `${formatNumber(task.start)}–${formatNumber(task.end)}`
    if (width > textWidth(inside, 11) + 6) {
      parts.push(label(x(task.start) + width / 2, y + 17, inside, { size: 11, anchor: 'middle', fill: '#ffffff' }))
    } else parts.push(label(x(task.end) + 5, y + 17, inside, { size: 11, fill: FAINT }))
  })
  if (deadline !== null) {
    parts.push(
      element('line', {
        x1: x(deadline),
        x2: x(deadline),
        y1: top - 6,
        y2: chartBottom,
        stroke: ALERT,
        'stroke-width': 2,
        'stroke-dasharray': '5 3',
      }),
    )
    parts.push(
      label(x(deadline), chartBottom + 13, `deadline ${formatNumber(deadline)}`, {
        size: 11,
        anchor: 'middle',
        fill: ALERT,
      }),
    )
  }
  const place = (index: number) => ({ top: chartBottom + 24 + index * (CURVE + 22), left, horizon, x })
  profiles.forEach((profile, index) => {
    parts.push(...resourceCurve(profile, place(index)))
  })
  stocks.forEach((profile, index) => {
    parts.push(...stockCurve(profile, place(profiles.length + index)))
  })
  return drawing(WIDTH, height, `Gantt chart: ${problem.title}`, parts)
}
