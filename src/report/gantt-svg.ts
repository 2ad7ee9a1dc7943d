/** A Gantt chart with the curves of the reusable resources under it, as SVG. */
import { scaleLinear } from 'd3-scale'
import type { ProjectProblem, Schedule } from '../domain/project.ts'
import { formatNumber } from './format.ts'
import { type ResourceProfile, resourceProfiles } from './resource-profile.ts'
import { ALERT, clipped, colour, drawing, element, escapeMarkup, FAINT, GRID, INK, label, textWidth } from './svg.ts'

const ROW = 26
const CURVE = 64
const WIDTH = 960
const TOP = 54

export interface GanttOptions {
  /** Tasks drawn as critical. @default none */
  readonly critical?: readonly string[]
}

export function renderGanttSvg(problem: ProjectProblem, schedule: Schedule, options: GanttOptions = {}): string {
  const critical = new Set(options.critical ?? [])
  const left = Math.min(260, 24 + Math.max(60, ...schedule.tasks.map((task) => textWidth(task.id))))
  const right = WIDTH - 70
  const deadline = problem.deadline
  const horizon = Math.max(schedule.makespan, deadline ?? 0, 1)
  const x = scaleLinear().domain([0, horizon]).range([left, right])
  const profiles = resourceProfiles(problem, schedule)
  const chartBottom = TOP + schedule.tasks.length * ROW
  const height = chartBottom + profiles.length * (CURVE + 22) + 36
  const modeNames = [
    ...new Set(problem.tasks.flatMap((task) => (task.modes.length > 1 ? task.modes.map((mode) => mode.id) : []))),
  ]
  const parts: string[] = [label(16, 24, problem.title, { size: 16, weight: 'bold' })]
  parts.push(...legend(modeNames, critical.size > 0))

  for (const tick of x.ticks(Math.min(20, Math.ceil(horizon)))) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: TOP - 6, y2: height - 30, stroke: GRID }))
    parts.push(label(x(tick), TOP - 10, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  parts.push(label(WIDTH - 8, TOP - 10, problem.timeUnit, { size: 11, anchor: 'end', fill: FAINT }))

  schedule.tasks.forEach((task, index) => {
    const y = TOP + index * ROW
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
        y1: TOP - 6,
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
  profiles.forEach((profile, index) => {
    parts.push(...curve(profile, chartBottom + 24 + index * (CURVE + 22), horizon, left, x))
  })
  return drawing(WIDTH, height, `Gantt chart: ${problem.title}`, parts)
}

function legend(modeNames: readonly string[], critical: boolean): string[] {
  const parts: string[] = []
  let at = WIDTH - 16
  const entries = [
    ...modeNames.map((name, index) => ({ name, fill: colour(index), stroke: 'none' })),
    ...(critical ? [{ name: 'critical', fill: '#ffffff', stroke: INK }] : []),
  ]
  for (const entry of entries.reverse()) {
    at -= textWidth(entry.name, 11)
    parts.push(label(at, 24, entry.name, { size: 11, fill: FAINT }))
    at -= 16
    parts.push(
      element('rect', {
        x: at,
        y: 14,
        width: 11,
        height: 11,
        rx: 2,
        fill: entry.fill,
        stroke: entry.stroke,
        'stroke-width': 2,
      }),
    )
    at -= 14
  }
  return parts
}

function curve(
  profile: ResourceProfile,
  top: number,
  horizon: number,
  left: number,
  x: (value: number) => number,
): string[] {
  const highest = Math.max(profile.capacity ?? 0, profile.peak, 1e-12)
  const y = scaleLinear()
    .domain([0, highest])
    .range([top + CURVE, top + 4])
  const over = profile.capacity !== null && profile.peak > profile.capacity + 1e-9
  let path = `M${x(0)} ${y(0)}`
  profile.steps.forEach((step, index) => {
    const next = profile.steps[index + 1]?.time ?? horizon
    path += `L${fixed(x(step.time))} ${fixed(y(step.amount))}L${fixed(x(next))} ${fixed(y(step.amount))}`
  })
  path += `L${fixed(x(horizon))} ${y(0)}Z`
  const parts = [
    label(left - 10, top + CURVE / 2 + 4, clipped(profile.resource, left - 20), { anchor: 'end' }),
    element('path', { d: path, fill: over ? ALERT : '#9fb3c8', 'fill-opacity': 0.75 }),
    element('line', { x1: left, x2: x(horizon), y1: y(0), y2: y(0), stroke: FAINT }),
  ]
  if (profile.capacity !== null) {
    const line = y(profile.capacity)
    parts.push(
      element('line', { x1: left, x2: x(horizon), y1: line, y2: line, stroke: ALERT, 'stroke-dasharray': '4 3' }),
    )
    parts.push(label(x(horizon) + 6, line + 4, `${formatNumber(profile.capacity)} max`, { size: 11, fill: ALERT }))
  }
  return parts
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
