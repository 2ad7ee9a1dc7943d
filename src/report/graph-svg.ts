/**
 * A directed graph in layers, as SVG: causal graphs, policy graphs, coalition lattices, protocols. Layout by dagre
 * (Gansner, Koutsofios, North, Vo 1993, "A technique for drawing directed graphs"); cycles and loops are drawn too.
 */
import { Graph, layout } from '@dagrejs/dagre'
import { clipped, colour, drawing, element, escapeMarkup, FAINT, INK, label, textWidth } from './svg.ts'

export interface GraphNode {
  readonly id: string
  /** First line, bold. */
  readonly label: string
  readonly lines?: readonly string[]
  /** Index into the palette. @default neutral */
  readonly group?: number
  /** Drawn with a double border: a start, a chosen set. @default false */
  readonly marked?: boolean
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly label?: string
  /** Index into the palette. @default neutral */
  readonly group?: number
  /** A threat, a possibility. @default false */
  readonly dashed?: boolean
  /** Line width in pixels. @default 1.4 */
  readonly width?: number
}

export interface GraphChart {
  readonly title: string
  readonly nodes: readonly GraphNode[]
  /** Edges between nodes of `nodes`; parallel edges are drawn apart. */
  readonly edges: readonly GraphEdge[]
  /** @default 'left-right' */
  readonly direction?: 'left-right' | 'top-down'
  /** False draws edges without arrowheads. @default true */
  readonly arrows?: boolean
  /** Names of the groups, by index. */
  readonly groups?: readonly string[]
}

interface Point {
  readonly x: number
  readonly y: number
}

const LINE = 15
const PADDING = 9
const TOP = 44
const WIDEST = 240
/** Height of a loop's arc above its node. */
const LOOP = 20

/** Renders the graph. Complexity: that of layered layout, comfortable up to a few hundred nodes. */
export function renderGraphSvg(chart: GraphChart): string {
  const graph = new Graph({ directed: true, multigraph: true })
  const vertical = chart.direction === 'top-down'
  graph.setGraph({ rankdir: vertical ? 'TB' : 'LR', nodesep: 22, ranksep: vertical ? 44 : 56, edgesep: 14 })
  graph.setDefaultEdgeLabel(() => ({}))
  // Node names are ours, so that an id like "__proto__" is only ever data.
  const names = new Map(chart.nodes.map((node, index) => [node.id, `n${index}`]))
  chart.nodes.forEach((node, index) => {
    graph.setNode(`n${index}`, { width: boxWidth(node), height: boxHeight(node) })
  })
  const known = chart.edges.filter((edge) => names.has(edge.from) && names.has(edge.to))
  const edges = known.filter((edge) => edge.from !== edge.to)
  const loops = known.filter((edge) => edge.from === edge.to)
  edges.forEach((edge, index) => {
    const text = edge.label ?? ''
    const size = text === '' ? { width: 0, height: 0 } : { width: textWidth(text, 11) + 8, height: 14 }
    graph.setEdge(names.get(edge.from) as string, names.get(edge.to) as string, { ...size, labelpos: 'c' }, `e${index}`)
  })
  if (chart.nodes.length > 0) layout(graph)
  const parts: string[] = []
  edges.forEach((edge, index) => {
    const placed = graph.edge(names.get(edge.from) as string, names.get(edge.to) as string, `e${index}`)
    parts.push(...drawEdge(edge, (placed as { points?: Point[] }).points ?? [], placed as Partial<Point>, chart))
  })
  chart.nodes.forEach((node, index) => {
    const placed = graph.node(`n${index}`) as Point
    // Loops of one node share one arc above it, their texts joined.
    const own = loops.filter((edge) => edge.from === node.id)
    if (own.length > 0) parts.push(...drawLoop(node, placed, own, chart))
    parts.push(...drawNode(node, placed))
  })
  const bounds = extent(graph, loops.length > 0 ? LOOP + 16 : 0)
  const legend: string[] = []
  let at = 16
  const bottom = TOP + bounds.height + 12
  for (const [index, name] of (chart.groups ?? []).entries()) {
    legend.push(element('rect', { x: at, y: bottom, width: 12, height: 12, rx: 2, fill: colour(index) }))
    legend.push(label(at + 17, bottom + 11, name, { size: 11, fill: FAINT }))
    at += 34 + textWidth(name, 11)
  }
  const width = Math.max(bounds.width + 32, textWidth(chart.title, 16) + 32, at)
  return drawing(width, bottom + (legend.length > 0 ? 26 : 6), chart.title, [
    label(16, 26, chart.title, { size: 16, weight: 'bold' }),
    element('g', { transform: `translate(${fixed(16 - bounds.left)} ${fixed(TOP - bounds.top)})` }, parts),
    ...legend,
  ])
}

function drawNode(node: GraphNode, at: Point): string[] {
  const width = boxWidth(node)
  const height = boxHeight(node)
  const left = at.x - width / 2
  const top = at.y - height / 2
  const stroke = node.group === undefined ? '#627d98' : colour(node.group)
  const box = { x: left, y: top, width, height, rx: 6, fill: '#ffffff', stroke, 'stroke-width': 1.6 }
  const title = element('title', {}, escapeMarkup([node.label, ...(node.lines ?? [])].join(' · ')))
  const parts = [element('rect', box, title)]
  if (node.marked === true) {
    const inner = { x: left + 3, y: top + 3, width: width - 6, height: height - 6, rx: 4, fill: 'none', stroke }
    parts.push(element('rect', inner))
  }
  parts.push(label(at.x, top + 18, clipped(node.label, WIDEST), { anchor: 'middle', weight: 'bold', fill: INK }))
  node.lines?.forEach((line, index) => {
    const text = clipped(line, WIDEST, 11)
    parts.push(label(at.x, top + 18 + (index + 1) * LINE, text, { anchor: 'middle', size: 11 }))
  })
  return parts
}

function drawEdge(edge: GraphEdge, points: readonly Point[], at: Partial<Point>, chart: GraphChart): string[] {
  if (points.length < 2) return []
  const stroke = edge.group === undefined ? '#829ab1' : colour(edge.group)
  const width = edge.width ?? 1.4
  const last = points[points.length - 1] as Point
  const before = points[points.length - 2] as Point
  const parts = [
    element('path', {
      d: smooth(points),
      fill: 'none',
      stroke,
      'stroke-width': width,
      'stroke-dasharray': edge.dashed === true ? '5 4' : undefined,
    }),
  ]
  if (chart.arrows !== false) {
    // A drawn triangle, not a marker: ids of markers would clash between drawings of one page.
    const angle = Math.atan2(last.y - before.y, last.x - before.x)
    const wing = (turn: number): string =>
      `${fixed(last.x - 9 * Math.cos(angle + turn))} ${fixed(last.y - 9 * Math.sin(angle + turn))}`
    parts.push(element('path', { d: `M${fixed(last.x)} ${fixed(last.y)}L${wing(0.42)}L${wing(-0.42)}Z`, fill: stroke }))
  }
  if (edge.label !== undefined && edge.label !== '' && at.x !== undefined && at.y !== undefined) {
    const wide = textWidth(edge.label, 11) + 4
    parts.push(
      element('rect', { x: at.x - wide / 2, y: at.y - 8, width: wide, height: 15, fill: '#ffffff', opacity: 0.85 }),
    )
    parts.push(label(at.x, at.y + 4, edge.label, { size: 11, anchor: 'middle', fill: FAINT }))
  }
  return parts
}

function drawLoop(node: GraphNode, at: Point, edges: readonly GraphEdge[], chart: GraphChart): string[] {
  const top = at.y - boxHeight(node) / 2
  const first = edges[0] as GraphEdge
  const stroke = first.group === undefined ? '#829ab1' : colour(first.group)
  const [from, to] = [at.x - 14, at.x + 14]
  const high = top - LOOP - 6
  const d = `M${fixed(from)} ${fixed(top)}C${fixed(from - 6)} ${fixed(high)} ${fixed(to + 6)} ${fixed(high)} ${fixed(to)} ${fixed(top)}`
  const parts = [element('path', { d, fill: 'none', stroke, 'stroke-width': first.width ?? 1.4 })]
  if (chart.arrows !== false) {
    parts.push(
      element('path', {
        d: `M${fixed(to)} ${fixed(top)}L${fixed(to - 4)} ${fixed(top - 9)}L${fixed(to + 5)} ${fixed(top - 8)}Z`,
        fill: stroke,
      }),
    )
  }
  const text = edges.flatMap((edge) => (edge.label === undefined || edge.label === '' ? [] : [edge.label])).join(', ')
  if (text !== '')
    parts.push(label(at.x, top - LOOP - 4, clipped(text, 200, 11), { size: 11, anchor: 'middle', fill: FAINT }))
  return parts
}

/** Quadratic curves through the middles of the bend points. */
function smooth(points: readonly Point[]): string {
  const first = points[0] as Point
  let path = `M${fixed(first.x)} ${fixed(first.y)}`
  for (let i = 1; i + 1 < points.length; i++) {
    const bend = points[i] as Point
    const next = points[i + 1] as Point
    const end = i + 2 === points.length ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 }
    path += `Q${fixed(bend.x)} ${fixed(bend.y)} ${fixed(end.x)} ${fixed(end.y)}`
  }
  const last = points[points.length - 1] as Point
  return points.length === 2 ? `${path}L${fixed(last.x)} ${fixed(last.y)}` : path
}

/** The drawing's true extent: loops and labels may leave the box that the layout reports. */
function extent(graph: Graph, head: number): { left: number; top: number; width: number; height: number } {
  let left = 0
  let top = 0
  let right = 0
  let bottom = 0
  const cover = (x: number, y: number, width: number, height: number): void => {
    left = Math.min(left, x - width / 2)
    right = Math.max(right, x + width / 2)
    top = Math.min(top, y - height / 2)
    bottom = Math.max(bottom, y + height / 2)
  }
  for (const name of graph.nodes()) {
    const node = graph.node(name) as { x: number; y: number; width: number; height: number }
    cover(node.x, node.y - head / 2, node.width, node.height + head)
  }
  for (const name of graph.edges()) {
    const edge = graph.edge(name) as { points?: Point[]; x?: number; y?: number; width?: number }
    for (const point of edge.points ?? []) cover(point.x, point.y, 4, 4)
    if (edge.x !== undefined && edge.y !== undefined) cover(edge.x, edge.y, edge.width ?? 0, 16)
  }
  return { left, top, width: right - left, height: bottom - top }
}

function boxHeight(node: GraphNode): number {
  return 28 + (node.lines?.length ?? 0) * LINE
}

function boxWidth(node: GraphNode): number {
  const widest = Math.max(textWidth(node.label) * 1.06, ...(node.lines ?? []).map((line) => textWidth(line, 11)))
  return Math.min(WIDEST, widest) + 2 * PADDING
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}
