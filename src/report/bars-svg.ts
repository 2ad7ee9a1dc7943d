/** Horizontal bars with their limits: amounts per budget line, loads per agent. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { ALERT, clipped, colour, drawing, element, FAINT, GRID, label, textWidth } from './svg.ts'

export interface Bar {
  readonly name: string
  readonly value: number
  /** Drawn as a mark; null: none. */
  readonly limit: number | null
  /** Written behind the bar. @default the value */
  readonly note?: string
}

export interface BarChart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

const WIDTH = 720
const ROW = 28

export function renderBarsSvg(chart: BarChart): string {
  const left = 24 + Math.min(220, Math.max(50, ...chart.bars.map((bar) => textWidth(bar.name))))
  const notes = chart.bars.map((bar) => bar.note ?? formatNumber(bar.value))
  const right = WIDTH - 24 - Math.max(30, ...notes.map((note) => textWidth(note, 11)))
  const highest = Math.max(1e-9, ...chart.bars.map((bar) => Math.max(bar.value, bar.limit ?? 0)))
  const x = scaleLinear().domain([0, highest]).range([left, right])
  const height = 52 + chart.bars.length * ROW + 30
  const parts = [label(16, 26, clipped(chart.title, WIDTH - 32, 16), { size: 16, weight: 'bold' })]
  for (const tick of x.ticks(8)) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: 44, y2: height - 28, stroke: GRID }))
    parts.push(label(x(tick), height - 12, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  parts.push(label(WIDTH - 12, height - 12, chart.unit, { size: 11, anchor: 'end', fill: FAINT }))
  chart.bars.forEach((bar, index) => {
    const y = 48 + index * ROW
    const over = bar.limit !== null && bar.value > bar.limit + 1e-9
    parts.push(label(left - 8, y + 17, clipped(bar.name, left - 16), { anchor: 'end' }))
    parts.push(
      element('rect', {
        x: left,
        y: y + 4,
        width: Math.max(0, x(bar.value) - left),
        height: ROW - 9,
        rx: 3,
        fill: over ? ALERT : colour(0),
      }),
    )
    if (bar.limit !== null) {
      parts.push(
        element('line', {
          x1: x(bar.limit),
          x2: x(bar.limit),
          y1: y + 1,
          y2: y + ROW - 2,
          stroke: ALERT,
          'stroke-width': 2,
        }),
      )
    }
    parts.push(
      label(Math.max(x(bar.value), bar.limit === null ? 0 : x(bar.limit)) + 6, y + 17, notes[index] as string, {
        size: 11,
        fill: FAINT,
      }),
    )
  })
  return drawing(WIDTH, height, chart.title, parts)
}
