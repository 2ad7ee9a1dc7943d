/** A message sequence chart: a line of life for each agent, time downwards, an arrow for each message. */
import { clipped, colour, drawing, element, FAINT, GRID, INK, label, textWidth } from './svg.ts'

export interface SequenceMessage {
  readonly from: string
  readonly to: string
  readonly text: string
  /** Index into the palette, e.g. by kind of message. @default 0 */
  readonly group?: number
  /** Drawn dashed with a cross: it never arrived. @default false */
  readonly lost?: boolean
}

export interface SequenceChart {
  readonly title: string
  /** Those without a message are left out. */
  readonly agents: readonly string[]
  readonly messages: readonly SequenceMessage[]
}

const ROW = 22
const TOP = 84
/** First and last messages drawn of a longer exchange. */
const FIRST = 40
const LAST = 20

export function renderSequenceSvg(chart: SequenceChart): string {
  const spoken = new Set(chart.messages.flatMap(({ from, to }) => [from, to]))
  const agents = [
    ...chart.agents.filter((agent) => spoken.has(agent)),
    ...[...spoken].filter((one) => !chart.agents.includes(one)),
  ]
  const cut = chart.messages.length > FIRST + LAST
  const rows: (SequenceMessage | null)[] = cut
    ? [...chart.messages.slice(0, FIRST), null, ...chart.messages.slice(-LAST)]
    : [...chart.messages]
  const longest = Math.max(0, ...chart.messages.map(({ text }) => textWidth(text, 10)))
  const lane = Math.min(
    260,
    Math.max(90, ...agents.map((agent) => textWidth(agent) + 24), agents.length < 4 ? longest + 40 : 0),
  )
  const width = Math.max(420, 40 + agents.length * lane)
  const height = TOP + rows.length * ROW + 30
  const place = new Map(agents.map((agent, k) => [agent, 20 + lane * (k + 0.5)]))
  const parts = [label(16, 26, clipped(chart.title, width - 32, 16), { size: 16, weight: 'bold' })]
  for (const agent of agents) {
    const x = place.get(agent) as number
    parts.push(element('line', { x1: x, x2: x, y1: TOP - 14, y2: height - 16, stroke: GRID, 'stroke-width': 2 }))
    const box = Math.min(lane - 12, textWidth(agent) + 18)
    parts.push(
      element('rect', { x: x - box / 2, y: TOP - 40, width: box, height: 24, rx: 4, fill: '#eef4fb', stroke: INK }),
    )
    parts.push(label(x, TOP - 24, clipped(agent, box - 6), { anchor: 'middle' }))
  }
  rows.forEach((message, k) => {
    const y = TOP + k * ROW + 8
    if (message === null) {
      const hidden = chart.messages.length - FIRST - LAST
      parts.push(label(width / 2, y + 4, `… ${hidden} further messages …`, { size: 11, anchor: 'middle', fill: FAINT }))
      return
    }
    const from = place.get(message.from) as number
    const to = place.get(message.to) as number
    const ink = colour(message.group ?? 0)
    if (from === to) {
      parts.push(label(from + 6, y + 4, clipped(message.text, lane - 10, 10), { size: 10, fill: ink }))
      return
    }
    const sign = to > from ? 1 : -1
    const end = message.lost === true ? from + (to - from) * 0.6 : to - sign * 2
    parts.push(
      element('line', {
        x1: from,
        x2: end,
        y1: y,
        y2: y,
        stroke: ink,
        'stroke-width': 1.5,
        'stroke-dasharray': message.lost === true ? '4 3' : undefined,
      }),
    )
    const head =
      message.lost === true
        ? `M${end - 4} ${y - 4} L${end + 4} ${y + 4} M${end - 4} ${y + 4} L${end + 4} ${y - 4}`
        : `M${end} ${y} L${end - sign * 7} ${y - 3.5} L${end - sign * 7} ${y + 3.5} Z`
    parts.push(element('path', { d: head, fill: message.lost === true ? 'none' : ink, stroke: ink }))
    const room = Math.abs(to - from) - 12
    const text = clipped(message.text, Math.max(room, 60), 10)
    parts.push(label((from + to) / 2, y - 4, text, { size: 10, anchor: 'middle', fill: ink }))
  })
  return drawing(width, height, chart.title, parts)
}
