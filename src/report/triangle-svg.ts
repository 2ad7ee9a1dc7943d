/** A function over the beliefs about three states, as a shaded triangle: a corner a state, a small triangle a belief. */
import { colour, drawing, element, escapeMarkup, FAINT, INK, label, textWidth } from './svg.ts'

type Belief = readonly [number, number, number]

export interface TriangleChart {
  readonly title: string
  readonly corners: readonly [string, string, string]
  /** Names of the groups (actions), by index; those that occur get a legend. */
  readonly groups: readonly string[]
  /** Group, piece (cells of different pieces are parted by a line) and value at a belief. */
  readonly at: (belief: Belief) => { readonly group: number; readonly piece: number; readonly value: number }
  readonly marks?: readonly { readonly belief: Belief; readonly text: string }[]
  /** Cells along an edge. @default 60 */
  readonly resolution?: number
}

const SIDE = 520
const LEFT = 70
const TOP = 80
const TALL = (SIDE * Math.sqrt(3)) / 2

/** Complexity: resolution^2 evaluations. */
export function renderTriangleSvg(chart: TriangleChart): string {
  const count = chart.resolution ?? 60
  const parts = [label(16, 26, chart.title, { size: 16, weight: 'bold' })]
  const cells: { corners: Belief[]; group: number; piece: number; value: number }[] = []
  const point = (i: number, j: number): Belief => [i / count, j / count, (count - i - j) / count]
  const addCell = (corners: Belief[]): void => {
    const centre = [0, 1, 2].map((k) => corners.reduce((sum, corner) => sum + corner[k]!, 0) / 3) as unknown as Belief
    cells.push({ corners, ...chart.at(centre) })
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; i + j < count; j++) {
      addCell([point(i, j), point(i + 1, j), point(i, j + 1)])
      if (i + j + 1 < count) addCell([point(i + 1, j), point(i, j + 1), point(i + 1, j + 1)])
    }
  }
  const low = cells.reduce((least, cell) => Math.min(least, cell.value), Number.POSITIVE_INFINITY)
  const high = cells.reduce((most, cell) => Math.max(most, cell.value), Number.NEGATIVE_INFINITY)
  // Edges between cells of different pieces, found by their shared ends.
  const edges = new Map<string, { readonly piece: number; readonly from: Belief; readonly to: Belief }>()
  const borders: string[] = []
  for (const { corners, group, piece, value } of cells) {
    const shade = high > low ? (value - low) / (high - low) : 1
    const d = `M${corners.map((corner) => place(corner)).join('L')}Z`
    const fill = colour(group)
    // The stroke of its own colour closes the seams between neighbours.
    parts.push(element('path', { d, fill, stroke: fill, 'stroke-width': 0.4, opacity: (0.3 + 0.6 * shade).toFixed(2) }))
    for (let k = 0; k < 3; k++) {
      const [from, to] = [corners[k]!, corners[(k + 1) % 3]!]
      const key = [place(from), place(to)].toSorted().join('|')
      const before = edges.get(key)
      if (before === undefined) edges.set(key, { piece, from, to })
      else if (before.piece !== piece) borders.push(`M${place(from)}L${place(to)}`)
    }
  }
  parts.push(element('path', { d: borders.join(''), fill: 'none', stroke: '#ffffff', 'stroke-width': 1.4 }))
  const outline: Belief[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]
  parts.push(
    element('path', { d: `M${outline.map(place).join('L')}Z`, fill: 'none', stroke: INK, 'stroke-width': 1.2 }),
  )
  const [first, second, third] = chart.corners
  parts.push(label(LEFT + SIDE / 2, TOP - 12, first, { anchor: 'middle', weight: 'bold' }))
  parts.push(label(LEFT, TOP + TALL + 22, second, { anchor: 'middle', weight: 'bold' }))
  parts.push(label(LEFT + SIDE, TOP + TALL + 22, third, { anchor: 'middle', weight: 'bold' }))
  for (const mark of chart.marks ?? []) {
    const [x, y] = coordinates(mark.belief)
    const dot = { cx: x, cy: y, r: 5, fill: '#ffffff', stroke: INK, 'stroke-width': 2 }
    parts.push(element('circle', dot, element('title', {}, escapeMarkup(mark.text))))
    parts.push(label(x + 9, y + 4, mark.text, { weight: 'bold' }))
  }
  let at = 16
  const bottom = TOP + TALL + 40
  for (const [index, name] of chart.groups.entries()) {
    if (!cells.some((cell) => cell.group === index)) continue
    parts.push(element('rect', { x: at, y: bottom, width: 12, height: 12, rx: 2, fill: colour(index) }))
    parts.push(label(at + 17, bottom + 11, name, { size: 11, fill: FAINT }))
    at += 34 + textWidth(name, 11)
  }
  return drawing(LEFT * 2 + SIDE, bottom + 28, chart.title, parts)
}

/** First corner on top, the second left below, the third right below. */
function coordinates([p, , r]: Belief): [number, number] {
  return [LEFT + SIDE * (r + p / 2), TOP + TALL * (1 - p)]
}

function place(belief: Belief): string {
  const [x, y] = coordinates(belief)
  return `${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`
}
