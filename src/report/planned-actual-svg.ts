/** What was planned against what happened: two bars a row, moments of replanning as lines. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { ALERT, clipped, colour, drawing, element, escapeMarkup, FAINT, GRID, label, textWidth } from './svg.ts'

export interface PlannedActualBar {
  readonly row: string
  readonly name: string
  readonly start: number
  readonly end: number
  /** Colours; equal groups look equal. */
  readonly group: number
  /** Drawn in the colour of alarm. */
  readonly failed?: boolean
}

export interface PlannedActualChart {
  readonly title: string
  readonly unit: string
  /** What the plan in force at the start said; empty when it said nothing about a row. */
  readonly planned: readonly PlannedActualBar[]
  readonly actual: readonly PlannedActualBar[]
  readonly replans: readonly { readonly time: number; readonly text: string }[]
}

const WIDTH = 1000
const TOP = 66
const BAR = 15
const ROW = 44

export function renderPlannedActualSvg(chart: PlannedActualChart): string {
  // With a plan in the order of time, as in a Gantt chart; else by name.
  const bars = chart.planned.length > 0 ? [...chart.planned, ...chart.actual] : chart.actual
  const inOrder = chart.planned.length > 0 ? bars.toSorted((a, b) => a.start - b.start) : bars
  const rows = [...new Set(inOrder.map((bar) => bar.row))]
  if (chart.planned.length === 0) rows.sort(naturally)
  const left = Math.min(240, 24 + Math.max(60, ...rows.map((row) => textWidth(row))))
  const horizon = Math.max(1, ...[...chart.planned, ...chart.actual].map((bar) => bar.end))
  const x = scaleLinear()
    .domain([0, horizon])
    .range([left, WIDTH - 30])
  const height = TOP + rows.length * ROW + 34
  const parts = [label(16, 26, clipped(chart.title, WIDTH - 320, 16), { size: 16, weight: 'bold' })]
  const note = 'pale: planned at first   solid: happened   dashed line: new plan'
  parts.push(label(WIDTH - 16, 26, note, { size: 11, anchor: 'end', fill: FAINT }))
  for (const tick of x.ticks(Math.min(20, Math.ceil(horizon)))) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: TOP - 8, y2: height - 26, stroke: GRID }))
    parts.push(label(x(tick), TOP - 12, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  parts.push(label(left, height - 8, chart.unit, { size: 11, fill: FAINT }))
  for (const { time, text } of chart.replans) {
    const line = { x1: x(time), x2: x(time), y1: TOP - 8, y2: height - 26, stroke: ALERT, 'stroke-dasharray': '4 4' }
    parts.push(element('line', line, element('title', {}, escapeMarkup(text))))
  }
  rows.forEach((row, index) => {
    const top = TOP + index * ROW
    parts.push(label(left - 10, top + 22, clipped(row, left - 20), { anchor: 'end' }))
    for (const bar of chart.planned) if (bar.row === row) parts.push(...drawBar(bar, top + 2, 0.35))
    for (const bar of chart.actual) if (bar.row === row) parts.push(...drawBar(bar, top + 4 + BAR, 1))
  })
  return drawing(WIDTH, height, chart.title, parts)

  function drawBar(bar: PlannedActualBar, y: number, opacity: number): string[] {
    const width = Math.max(2, x(bar.end) - x(bar.start))
    const tip = `${bar.name}: ${formatNumber(bar.start)} to ${formatNumber(bar.end)}`
    const fill = bar.failed === true ? ALERT : colour(bar.group)
    const box = { x: x(bar.start), y, width, height: BAR, rx: 2, fill, 'fill-opacity': opacity, stroke: '#ffffff' }
    const drawn = [element('rect', box, element('title', {}, escapeMarkup(tip)))]
    if (width > textWidth(bar.name, 10) + 6) {
      const text = { size: 10, anchor: 'middle' as const, fill: opacity === 1 ? '#ffffff' : '#1f2933' }
      drawn.push(label(x(bar.start) + width / 2, y + 11, bar.name, text))
    }
    return drawn
  }
}

const COLLATOR = new Intl.Collator('en', { numeric: true })

function naturally(a: string, b: string): number {
  return COLLATOR.compare(a, b)
}
