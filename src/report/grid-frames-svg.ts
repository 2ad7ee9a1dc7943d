/** Frames of a robot on a grid, one for each moment: terrain, what is known to be blocked, the way so far, old and new plan. */
import { ALERT, colour, drawing, element, escapeMarkup, FAINT, INK, label } from './svg.ts'

type Cell = readonly [number, number]

export interface GridFrame {
  readonly caption: string
  readonly at: Cell
  readonly walked: readonly Cell[]
  /** Known obstacles that are not on the map. */
  readonly blocked: readonly Cell[]
  /** What the plan was before; empty for none. */
  readonly before: readonly Cell[]
  readonly plan: readonly Cell[]
}

export interface GridFrames {
  readonly title: string
  readonly rows: readonly string[]
  readonly goal: Cell
  readonly frames: readonly GridFrame[]
}

const CELL = 24
const GAP = 28

export function renderGridFramesSvg(chart: GridFrames): string {
  const columns = Math.max(1, chart.rows[0]?.length ?? 1)
  const width = columns * CELL
  const height = chart.rows.length * CELL
  const across = Math.max(1, Math.min(chart.frames.length, Math.floor(1000 / (width + GAP)), 2))
  const parts = [label(16, 26, chart.title, { size: 16, weight: 'bold' }), ...legend(46)]
  chart.frames.forEach((frame, index) => {
    const left = 16 + (index % across) * (width + GAP)
    const top = 78 + Math.floor(index / across) * (height + GAP + 18)
    parts.push(label(left, top - 8, frame.caption, { size: 12 }))
    parts.push(...drawFrame(chart, frame, left, top))
  })
  const deep = Math.ceil(chart.frames.length / across)
  return drawing(32 + across * (width + GAP), 84 + deep * (height + GAP + 18), chart.title, parts)
}

function legend(y: number): string[] {
  const entries: [string, string, string][] = [
    ['way so far', INK, ''],
    ['old plan', FAINT, '3 4'],
    ['new plan', colour(0), '6 3'],
  ]
  return entries.flatMap(([text, stroke, dash], index) => {
    const x = 16 + index * 130
    const line = { x1: x, x2: x + 26, y1: y, y2: y, stroke, 'stroke-width': 3, 'stroke-dasharray': dash || undefined }
    return [element('line', line), label(x + 32, y + 4, text, { size: 11, fill: FAINT })]
  })
}

function drawFrame(chart: GridFrames, frame: GridFrame, left: number, top: number): string[] {
  const parts: string[] = []
  chart.rows.forEach((row, y) => {
    ;[...row].forEach((letter, x) => {
      const shade =
        letter === '#'
          ? INK
          : `rgb(${255 - Number(letter) * 12}, ${250 - Number(letter) * 9}, ${235 - Number(letter) * 8})`
      const box = { x: left + x * CELL, y: top + y * CELL, width: CELL, height: CELL, fill: shade, stroke: '#ffffff' }
      parts.push(element('rect', box, element('title', {}, escapeMarkup(`(${x},${y}) ${letter}`))))
      if (letter === '#') return
      const middle = { size: 9, anchor: 'middle' as const, fill: FAINT }
      parts.push(label(left + x * CELL + CELL / 2, top + y * CELL + CELL - 4, letter, middle))
    })
  })
  const centre = ([x, y]: Cell): Cell => [left + x * CELL + CELL / 2, top + y * CELL + CELL / 2]
  for (const [x, y] of frame.blocked) {
    const box = { x: left + x * CELL + 3, y: top + y * CELL + 3, width: CELL - 6, height: CELL - 6, fill: ALERT }
    parts.push(element('rect', box, element('title', {}, escapeMarkup(`(${x},${y}) blocked`))))
  }
  const path = (cells: readonly Cell[], stroke: string, dash: string | undefined, wide: number): void => {
    if (cells.length < 2) return
    const points = cells.map((cell) => centre(cell).join(',')).join(' ')
    const attributes = { points, fill: 'none', stroke, 'stroke-width': wide, 'stroke-dasharray': dash }
    parts.push(element('polyline', attributes))
  }
  path(frame.before, FAINT, '3 4', 2)
  path(frame.plan, colour(0), '6 3', 3)
  path(frame.walked, INK, undefined, 3)
  const [gx, gy] = centre(chart.goal)
  parts.push(element('circle', { cx: gx, cy: gy, r: 7, fill: 'none', stroke: colour(2), 'stroke-width': 3 }))
  const [ax, ay] = centre(frame.at)
  parts.push(element('circle', { cx: ax, cy: ay, r: 6, fill: colour(1), stroke: INK }))
  return parts
}
