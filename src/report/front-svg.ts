/** A Pareto front of two objectives, both minimised, as SVG. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { clipped, colour, drawing, element, escapeMarkup, FAINT, GRID, INK, label, textWidth } from './svg.ts'

export interface ChartPoint {
  readonly x: number
  readonly y: number
  /** false draws the point hollow. */
  readonly proved: boolean
  /** Shown on hovering. */
  readonly note?: string
}

export interface FrontChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  /** In increasing x. */
  readonly points: readonly ChartPoint[]
  /** Index of the point that is marked as the knee; null marks none. */
  readonly knee: number | null
}

const WIDTH = 720
const HEIGHT = 440
const LEFT = 74
const BOTTOM = 56

export function renderFrontSvg(chart: FrontChart): string {
  const { points } = chart
  const x = scaleLinear()
    .domain(padded(points.map((point) => point.x)))
    .range([LEFT, WIDTH - 28])
    .nice()
  const y = scaleLinear()
    .domain(padded(points.map((point) => point.y)))
    .range([HEIGHT - BOTTOM, 52])
    .nice()
  const parts = [label(16, 26, clipped(chart.title, WIDTH - 32, 16), { size: 16, weight: 'bold' })]
  for (const tick of x.ticks(10)) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: 52, y2: HEIGHT - BOTTOM, stroke: GRID }))
    parts.push(label(x(tick), HEIGHT - BOTTOM + 18, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  for (const tick of y.ticks(8)) {
    parts.push(element('line', { x1: LEFT, x2: WIDTH - 28, y1: y(tick), y2: y(tick), stroke: GRID }))
    parts.push(label(LEFT - 8, y(tick) + 4, formatNumber(tick), { size: 11, anchor: 'end', fill: FAINT }))
  }
  parts.push(label((LEFT + WIDTH - 28) / 2, HEIGHT - 16, chart.xLabel, { anchor: 'middle' }))
  parts.push(label(18, (52 + HEIGHT - BOTTOM) / 2, chart.yLabel, { anchor: 'middle', rotate: -90 }))
  // What is attainable lies above and to the right of the staircase.
  if (points.length > 1) {
    let path = ''
    points.forEach((point, index) => {
      const before = points[index - 1]
      path +=
        before === undefined
          ? `M${fixed(x(point.x))} ${fixed(y(point.y))}`
          : `L${fixed(x(point.x))} ${fixed(y(before.y))}L${fixed(x(point.x))} ${fixed(y(point.y))}`
    })
    parts.push(element('path', { d: path, fill: 'none', stroke: '#9fb3c8', 'stroke-width': 1.5 }))
  }
  points.forEach((point, index) => {
    const knee = index === chart.knee
    const note =
      point.note ??
      `${chart.xLabel} ${formatNumber(point.x)}, ${chart.yLabel} ${formatNumber(point.y)}${point.proved ? '' : ' (not proved)'}`
    const fill = knee ? colour(5) : colour(0)
    const attributes = {
      cx: x(point.x),
      cy: y(point.y),
      r: knee ? 7 : 4.5,
      fill: point.proved ? fill : '#ffffff',
      stroke: fill,
      'stroke-width': 2,
    }
    parts.push(element('circle', attributes, element('title', {}, escapeMarkup(note))))
    if (points.length <= 12 || knee) {
      const text = `${knee ? 'knee ' : ''}(${formatNumber(point.x)}, ${formatNumber(point.y)})`
      const flip = x(point.x) + 10 + textWidth(text, 11) > WIDTH - 4
      parts.push(
        label(x(point.x) + (flip ? -9 : 9), y(point.y) - 7, text, {
          size: 11,
          anchor: flip ? 'end' : 'start',
          fill: knee ? INK : FAINT,
          ...(knee ? { weight: 'bold' as const } : {}),
        }),
      )
    }
  })
  return drawing(WIDTH, HEIGHT, chart.title, parts)
}

function padded(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const margin = (high - low) * 0.06 || Math.max(1, Math.abs(high) * 0.05)
  return [low - margin, high + margin]
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
