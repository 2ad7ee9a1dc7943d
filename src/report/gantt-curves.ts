/** What stands around the bars of a Gantt chart: its legend, and the curves of resources and stocks under it. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import type { ResourceProfile } from './resource-profile.ts'
import type { StockProfile } from './stock-profile.ts'
import { ALERT, clipped, colour, element, FAINT, INK, label, textWidth } from './svg.ts'

/** Height of a curve. */
export const CURVE = 64
const LEGEND_ROW = 18
const NAME = 220

export interface Legend {
  /** The entries, laid out from (0, 0) to the right and down. */
  readonly at: (x: number, y: number) => string[]
  readonly width: number
  readonly height: number
}

/** @param room widest row */
export function legendOf(modeNames: readonly string[], critical: boolean, room: number): Legend {
  const entries = [
    ...modeNames.map((name, index) => ({ name: clipped(name, NAME, 11), fill: colour(index), stroke: 'none' })),
    ...(critical ? [{ name: 'critical', fill: '#ffffff', stroke: INK }] : []),
  ]
  let x = 0
  let row = 0
  let width = 0
  const placed = entries.map((entry) => {
    const wide = 16 + textWidth(entry.name, 11) + 14
    if (x > 0 && x + wide > room) {
      x = 0
      row++
    }
    const at = { ...entry, x, y: row * LEGEND_ROW }
    x += wide
    width = Math.max(width, x)
    return at
  })
  return {
    width,
    height: entries.length === 0 ? 0 : (row + 1) * LEGEND_ROW,
    at: (left, top) =>
      placed.flatMap((entry) => [
        element('rect', {
          ...{ x: left + entry.x, y: top + entry.y - 10, width: 11, height: 11, rx: 2 },
          ...{ fill: entry.fill, stroke: entry.stroke, 'stroke-width': 2 },
        }),
        label(left + entry.x + 16, top + entry.y, entry.name, { size: 11, fill: FAINT }),
      ]),
  }
}

export interface CurvePlace {
  readonly top: number
  readonly left: number
  /** End of the time axis. */
  readonly horizon: number
  readonly x: (time: number) => number
}

/** Use of a reusable resource below what is there. */
export function resourceCurve(profile: ResourceProfile, { top, left, horizon, x }: CurvePlace): string[] {
  const { capacity, peak, available } = profile
  const highest = Math.max(capacity ?? 0, peak, 1e-12)
  const y = scaleLinear()
    .domain([0, highest])
    .range([top + CURVE, top + 4])
  const stairs = (steps: ResourceProfile['steps']): string =>
    steps
      .filter((step) => step.time < horizon)
      .map((step, index, all) => {
        const next = all[index + 1]?.time ?? horizon
        return `L${fixed(x(step.time))} ${fixed(y(step.amount))}L${fixed(x(next))} ${fixed(y(step.amount))}`
      })
      .join('')
  const over = capacity !== null && peak > capacity + 1e-9
  const used = `M${x(0)} ${y(0)}${stairs(profile.steps)}L${fixed(x(horizon))} ${y(0)}Z`
  const parts = [
    label(left - 10, top + CURVE / 2 + 4, clipped(profile.resource, left - 20), { anchor: 'end' }),
    element('path', { d: used, fill: over ? ALERT : '#9fb3c8', 'fill-opacity': 0.75 }),
    element('line', { x1: left, x2: x(horizon), y1: y(0), y2: y(0), stroke: FAINT }),
  ]
  if (capacity === null) return parts
  const line = y(capacity)
  const dashed = { stroke: ALERT, 'stroke-dasharray': '4 3' }
  if (available === undefined) {
    parts.push(element('line', { x1: left, x2: x(horizon), y1: line, y2: line, ...dashed }))
  } else {
    const steps = stairs(available)
    const away = `M${x(0)} ${fixed(line)}${steps}L${fixed(x(horizon))} ${fixed(line)}Z`
    const tip = element('title', {}, 'not there')
    parts.push(element('path', { d: away, fill: '#e4e7eb', 'fill-opacity': 0.8 }, tip))
    parts.push(element('path', { d: `M${steps.slice(1)}`, fill: 'none', ...dashed }))
  }
  parts.push(label(x(horizon) + 6, line + 4, `${formatNumber(capacity)} max`, { size: 11, fill: ALERT }))
  return parts
}

/** Level of a stock below its room. */
export function stockCurve(profile: StockProfile, { top, left, horizon, x }: CurvePlace): string[] {
  const { capacity, peak, points } = profile
  const y = scaleLinear()
    .domain([0, Math.max(capacity ?? 0, peak, 1e-12)])
    .range([top + CURVE, top + 4])
  const last = points.at(-1)?.level ?? 0
  const corners = [...points, { time: horizon, level: last }].map(
    ({ time, level }) => `${fixed(x(time))} ${fixed(y(level))}`,
  )
  const area = `M${x(0)} ${y(0)}L${corners.join('L')}L${fixed(x(horizon))} ${y(0)}Z`
  const parts = [
    label(left - 10, top + CURVE / 2 + 4, clipped(`stock ${profile.resource}`, left - 20), { anchor: 'end' }),
    element('path', { d: area, fill: '#c9d8b6', 'fill-opacity': 0.75 }),
    element('path', { d: `M${corners.join('L')}`, fill: 'none', stroke: '#5b7f3a', 'stroke-width': 1.5 }),
    element('line', { x1: left, x2: x(horizon), y1: y(0), y2: y(0), stroke: FAINT }),
  ]
  if (capacity !== null) {
    const line = y(capacity)
    const dashed = { stroke: ALERT, 'stroke-dasharray': '4 3' }
    parts.push(element('line', { x1: left, x2: x(horizon), y1: line, y2: line, ...dashed }))
    parts.push(label(x(horizon) + 6, line + 4, `${formatNumber(capacity)} max`, { size: 11, fill: ALERT }))
  } else if (peak > 0) {
    parts.push(label(x(horizon) + 6, y(peak) + 4, `${formatNumber(peak)} peak`, { size: 11, fill: FAINT }))
  }
  return parts
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
