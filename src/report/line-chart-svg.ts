/** Lines over a common axis: belief and entropy over time, alpha vectors, cash curves, bounds against time. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { clipped, colour, drawing, element, escapeMarkup, FAINT, GRID, label, textWidth } from './svg.ts'

export interface LineSeries {
  readonly name: string
  /** [x, y] in increasing x; a null y interrupts the line. */
  readonly points: readonly (readonly [number, number | null])[]
  /** Holds each value until the next point. @default false */
  readonly step?: boolean
  readonly dashed?: boolean
  /** Circles on the points. @default false */
  readonly dots?: boolean
}

export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly LineSeries[]
  /** Vertical marks with a text: thresholds, events. */
  readonly marks?: readonly { readonly x: number; readonly text: string }[]
  /** Coloured ranges of x under the axis: the region where each action is best. */
  readonly regions?: readonly {
    readonly from: number
    readonly to: number
    readonly text: string
    readonly group: number
  }[]
  /** Fixed range of y. @default that of the data */
  readonly range?: readonly [number, number]
}

const WIDTH = 760
const PLOT_TOP = 52
const PLOT_HEIGHT = 320
const LEFT = 78
const RIGHT = WIDTH - 24

export function renderLineChartSvg(chart: LineChart): string {
  const xs = chart.series.flatMap((series) => series.points.map((point) => point[0]))
  const ys = chart.series.flatMap((series) => series.points.flatMap((point) => (point[1] === null ? [] : [point[1]])))
  for (const region of chart.regions ?? []) xs.push(region.from, region.to)
  const bottom = PLOT_TOP + PLOT_HEIGHT
  const x = scaleLinear().domain(span(xs)).range([LEFT, RIGHT])
  const y = scaleLinear()
    .domain(chart.range ?? span(ys))
    .range([bottom, PLOT_TOP])
  if (chart.range === undefined) y.nice()
  const parts = [label(16, 26, clipped(chart.title, WIDTH - 32, 16), { size: 16, weight: 'bold' })]
  for (const tick of x.ticks(10)) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: PLOT_TOP, y2: bottom, stroke: GRID }))
    parts.push(label(x(tick), bottom + 18, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  for (const tick of y.ticks(8)) {
    parts.push(element('line', { x1: LEFT, x2: RIGHT, y1: y(tick), y2: y(tick), stroke: GRID }))
    parts.push(label(LEFT - 8, y(tick) + 4, formatNumber(tick), { size: 11, anchor: 'end', fill: FAINT }))
  }
  parts.push(label((LEFT + RIGHT) / 2, bottom + 38, chart.xLabel, { anchor: 'middle' }))
  parts.push(label(18, (PLOT_TOP + bottom) / 2, chart.yLabel, { anchor: 'middle', rotate: -90 }))
  for (const mark of chart.marks ?? []) {
    const at = x(mark.x)
    parts.push(
      element('line', { x1: at, x2: at, y1: PLOT_TOP, y2: bottom, stroke: '#627d98', 'stroke-dasharray': '2 3' }),
    )
    const flip = at + 6 + textWidth(mark.text, 11) > WIDTH
    parts.push(label(flip ? at - 4 : at + 4, PLOT_TOP + 11, mark.text, { size: 11, anchor: flip ? 'end' : 'start' }))
  }
  chart.series.forEach((series, index) => {
    parts.push(...drawSeries(series, colour(index), x, y))
  })
  let below = bottom + 50
  if (chart.regions !== undefined && chart.regions.length > 0) {
    for (const region of chart.regions) {
      const wide = x(region.to) - x(region.from)
      parts.push(
        element(
          'rect',
          {
            x: x(region.from),
            y: below,
            width: Math.max(0.5, wide),
            height: 20,
            fill: colour(region.group),
            opacity: 0.85,
          },
          element(
            'title',
            {},
            escapeMarkup(`${region.text}: ${formatNumber(region.from)} to ${formatNumber(region.to)}`),
          ),
        ),
      )
      if (wide > textWidth(region.text, 11)) {
        const options = { size: 11, anchor: 'middle', fill: '#ffffff', weight: 'bold' } as const
        parts.push(label(x(region.from) + wide / 2, below + 14, region.text, options))
      }
    }
    below += 32
  }
  const legend = drawLegend(chart.series, below)
  return drawing(WIDTH, below + legend.height, chart.title, [...parts, ...legend.parts])
}

type Scale = (value: number) => number

function drawSeries(series: LineSeries, stroke: string, x: Scale, y: Scale): string[] {
  let path = ''
  let before: number | null = null
  const dots: string[] = []
  for (const [at, value] of series.points) {
    if (value === null) {
      before = null
      continue
    }
    const point = `${fixed(x(at))} ${fixed(y(value))}`
    if (before === null) path += `M${point}`
    else if (series.step === true) path += `L${fixed(x(at))} ${fixed(y(before))}L${point}`
    else path += `L${point}`
    before = value
    if (series.dots === true) {
      const text = `${series.name}: ${formatNumber(at)}, ${formatNumber(value)}`
      dots.push(
        element('circle', { cx: x(at), cy: y(value), r: 3.2, fill: stroke }, element('title', {}, escapeMarkup(text))),
      )
    }
  }
  const line = { d: path, fill: 'none', stroke, 'stroke-width': 2 }
  return [element('path', { ...line, 'stroke-dasharray': series.dashed === true ? '6 4' : undefined }), ...dots]
}

function drawLegend(series: readonly LineSeries[], top: number): { parts: string[]; height: number } {
  if (series.length < 2) return { parts: [], height: 4 }
  const parts: string[] = []
  let at = LEFT
  let line = top + 6
  series.forEach((entry, index) => {
    const wide = 34 + textWidth(entry.name, 11)
    if (at > LEFT && at + wide > RIGHT) {
      at = LEFT
      line += 18
    }
    const dash = entry.dashed === true ? '6 4' : undefined
    parts.push(
      element('line', {
        x1: at,
        x2: at + 18,
        y1: line,
        y2: line,
        stroke: colour(index),
        'stroke-width': 3,
        'stroke-dasharray': dash,
      }),
    )
    parts.push(label(at + 23, line + 4, entry.name, { size: 11, fill: FAINT }))
    at += wide
  })
  return { parts, height: line - top + 14 }
}

function span(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return low === high ? [low - 1, high + 1] : [low, high]
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
