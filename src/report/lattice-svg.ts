/** The lattice of coalitions: one row a size, a line from each coalition to those with one member more. */
import { formatNumber } from './format.ts'
import { clipped, colour, drawing, element, FAINT, GRID, INK, label, textWidth } from './svg.ts'

export interface LatticeChart {
  readonly title: string
  readonly unit: string
  readonly members: readonly string[]
  /** Worth by bitmask of members; values[0] is that of nobody. */
  readonly values: ArrayLike<number>
  /** Coalitions of the best structure, as bitmasks. */
  readonly chosen: readonly number[]
}

/** Most members that are drawn: 2^6 coalitions. */
export const LATTICE_MEMBERS = 6

const ROW = 74
const HIGH = 34

/** @returns null above LATTICE_MEMBERS members */
export function renderLatticeSvg(chart: LatticeChart): string | null {
  const n = chart.members.length
  if (n > LATTICE_MEMBERS || n === 0) return null
  const rows: number[][] = Array.from({ length: n + 1 }, () => [])
  for (let set = 0; set < 1 << n; set++) rows[size(set)]?.push(set)
  const name = (set: number): string =>
    set === 0 ? 'nobody' : chart.members.filter((_, i) => ((set >>> i) & 1) === 1).join(' ')
  // Every row has the width that its own names need.
  const cells = rows.map((row) => Math.min(130, Math.max(46, ...row.map((set) => textWidth(name(set), 9) + 8))))
  const lengths = rows.map((row, k) => row.length * ((cells[k] as number) + 6))
  const width = Math.max(420, 40 + Math.max(...lengths))
  const height = 60 + rows.length * ROW
  const place = new Map<number, readonly [number, number]>()
  rows.forEach((row, k) => {
    row.forEach((set, j) => {
      // The largest coalition on top.
      place.set(set, [width / 2 + (j - (row.length - 1) / 2) * ((cells[k] as number) + 6), 64 + (n - k) * ROW])
    })
  })
  const chosen = new Set(chart.chosen)
  const most = Math.max(1e-9, ...Array.from(chart.values, Math.abs))
  const parts = [label(16, 26, clipped(chart.title, width - 32, 16), { size: 16, weight: 'bold' })]
  for (const [set, [x, y]] of place) {
    for (let i = 0; i < n; i++) {
      const larger = place.get(set | (1 << i))
      if (((set >>> i) & 1) === 1 || larger === undefined) continue
      const line = { x1: x, y1: y, x2: larger[0], y2: larger[1] + HIGH, stroke: GRID, 'stroke-width': 1 }
      parts.push(element('line', line))
    }
  }
  for (const [set, [x, y]] of place) {
    const value = chart.values[set] as number
    const mark = chosen.has(set)
    const cell = cells[size(set)] as number
    parts.push(
      element('rect', {
        x: x - cell / 2,
        y,
        width: cell,
        height: HIGH,
        rx: 4,
        fill: mark ? colour(2) : '#ffffff',
        stroke: mark ? INK : '#bcccdc',
      }),
    )
    if (!mark && value !== 0) {
      const bar = { x: x - cell / 2 + 1, y: y + HIGH - 4, width: (cell - 2) * (Math.abs(value) / most), height: 3 }
      parts.push(element('rect', { ...bar, fill: colour(value < 0 ? 5 : 0), opacity: 0.6 }))
    }
    const ink = mark ? '#ffffff' : INK
    parts.push(label(x, y + 13, clipped(name(set), cell - 4, 9), { size: 9, anchor: 'middle', fill: ink }))
    parts.push(label(x, y + 26, formatNumber(value, 2), { size: 11, anchor: 'middle', fill: ink, weight: 'bold' }))
  }
  const unit = chart.unit === '' ? '' : ` in ${chart.unit}`
  parts.push(label(16, 46, `worth${unit}; green: the best structure`, { size: 11, fill: FAINT }))
  return drawing(width, height, chart.title, parts)
}

function size(set: number): number {
  let bits = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) bits++
  return bits
}
