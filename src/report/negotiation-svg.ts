/** A negotiation in the space of two parties' utilities: all deals, the Pareto set, the offers, the agreement, what there is without. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { ALERT, clipped, colour, drawing, element, FAINT, GRID, label, textWidth } from './svg.ts'

type Point = readonly [number, number]

export interface NegotiationChart {
  readonly title: string
  readonly unit: string
  /** Names of the parties: across and up. */
  readonly parties: readonly [string, string]
  /** Utilities of all deals; at most 4000 are drawn. */
  readonly deals: readonly Point[]
  /** In order along the front. */
  readonly pareto: readonly Point[]
  /** Offers of each party in order. */
  readonly offers: readonly [readonly Point[], readonly Point[]]
  readonly agreement: Point | null
  /** Utilities without a deal. */
  readonly disagreement: Point
}

const WIDTH = 720
const HEIGHT = 560
const LEFT = 84
const RIGHT = WIDTH - 28
const TOP = 74
const BOTTOM = HEIGHT - 58
const MOST = 4000

export function renderNegotiationSvg(chart: NegotiationChart): string {
  const all = [...chart.deals, ...chart.pareto, chart.disagreement]
  const x = scaleLinear()
    .domain(span(all.map(([first]) => first)))
    .range([LEFT, RIGHT])
    .nice()
  const y = scaleLinear()
    .domain(span(all.map(([, second]) => second)))
    .range([BOTTOM, TOP])
    .nice()
  const parts = [label(16, 26, clipped(chart.title, WIDTH - 32, 16), { size: 16, weight: 'bold' })]
  for (const tick of x.ticks(8)) {
    parts.push(element('line', { x1: x(tick), x2: x(tick), y1: TOP, y2: BOTTOM, stroke: GRID }))
    parts.push(label(x(tick), BOTTOM + 18, formatNumber(tick), { size: 11, anchor: 'middle', fill: FAINT }))
  }
  for (const tick of y.ticks(8)) {
    parts.push(element('line', { x1: LEFT, x2: RIGHT, y1: y(tick), y2: y(tick), stroke: GRID }))
    parts.push(label(LEFT - 8, y(tick) + 4, formatNumber(tick), { size: 11, anchor: 'end', fill: FAINT }))
  }
  const unit = chart.unit === '' ? '' : ` [${chart.unit}]`
  parts.push(label((LEFT + RIGHT) / 2, HEIGHT - 16, `${chart.parties[0]}${unit}`, { anchor: 'middle' }))
  parts.push(label(20, (TOP + BOTTOM) / 2, `${chart.parties[1]}${unit}`, { anchor: 'middle', rotate: -90 }))
  const [dx, dy] = chart.disagreement
  // Individually rational deals lie to the upper right of the disagreement point.
  parts.push(
    element('rect', {
      x: x(dx),
      y: TOP,
      width: Math.max(0, RIGHT - x(dx)),
      height: Math.max(0, y(dy) - TOP),
      fill: '#009e73',
      opacity: 0.06,
    }),
  )
  const step = Math.max(1, Math.ceil(chart.deals.length / MOST))
  chart.deals.forEach(([first, second], k) => {
    if (k % step === 0) parts.push(element('circle', { cx: x(first), cy: y(second), r: 1.8, fill: '#bcccdc' }))
  })
  if (chart.pareto.length > 0) {
    parts.push(
      path(
        chart.pareto.map(([a, b]) => [x(a), y(b)]),
        FAINT,
        1.4,
        '3 3',
      ),
    )
    for (const [a, b] of chart.pareto) parts.push(element('circle', { cx: x(a), cy: y(b), r: 2.6, fill: FAINT }))
  }
  chart.offers.forEach((offers, party) => {
    if (offers.length === 0) return
    parts.push(
      path(
        offers.map(([a, b]) => [x(a), y(b)]),
        colour(party),
        2,
      ),
    )
    for (const [a, b] of offers) parts.push(element('circle', { cx: x(a), cy: y(b), r: 3.2, fill: colour(party) }))
    const [a, b] = offers[0] as Point
    const right = x(a) > (LEFT + RIGHT) / 2
    parts.push(
      label(x(a) + (right ? -8 : 8), y(b) + (right ? 14 : -8), `${chart.parties[party]} begins`, {
        size: 11,
        anchor: right ? 'end' : 'start',
        fill: colour(party),
      }),
    )
  })
  parts.push(element('path', { d: cross(x(dx), y(dy)), stroke: ALERT, 'stroke-width': 2 }))
  parts.push(label(x(dx) + 8, y(dy) + 16, 'no deal', { size: 11, fill: ALERT }))
  if (chart.agreement !== null) {
    const [a, b] = chart.agreement
    parts.push(element('circle', { cx: x(a), cy: y(b), r: 8, fill: 'none', stroke: '#009e73', 'stroke-width': 3 }))
    const text = `agreement ${formatNumber(a, 2)} / ${formatNumber(b, 2)}`
    // Above and to the right of the front there is nothing to cover.
    const left = Math.min(x(a) + 12, RIGHT - textWidth(text) * 1.1)
    parts.push(label(left, y(b) - 36, text, { weight: 'bold', fill: '#00734f' }))
  }
  const keys: [string, string][] = [
    ['#bcccdc', 'deals'],
    [FAINT, 'best for both (Pareto)'],
    [colour(0), `offers of ${chart.parties[0]}`],
    [colour(1), `offers of ${chart.parties[1]}`],
  ]
  keys.forEach(([fill, text], k) => {
    const left = 16 + k * 176
    parts.push(element('circle', { cx: left + 5, cy: 48, r: 4, fill }))
    parts.push(label(left + 14, 52, clipped(text, 158, 11), { size: 11 }))
  })
  return drawing(WIDTH, HEIGHT, chart.title, parts)
}

function path(points: readonly (readonly [number, number])[], stroke: string, width: number, dash?: string): string {
  const d = points.map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join(' ')
  return element('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-dasharray': dash, opacity: 0.8 })
}

function cross(cx: number, cy: number): string {
  return `M${cx - 5} ${cy - 5} L${cx + 5} ${cy + 5} M${cx - 5} ${cy + 5} L${cx + 5} ${cy - 5}`
}

function span(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(least)) return [0, 1]
  return least === most ? [least - 1, most + 1] : [least, most]
}
