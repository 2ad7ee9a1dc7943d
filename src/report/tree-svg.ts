/**
 * A tree read from left to right, as SVG: decomposition trees, decision trees, reason trees. Layout by d3-hierarchy
 * (Buchheim, Juenger, Leipert 2002, "Improving Walker's algorithm to run in linear time"), columns as wide as their texts.
 */
import { type HierarchyPointNode, hierarchy, tree } from 'd3-hierarchy'
import { clipped, colour, drawing, element, escapeMarkup, FAINT, INK, label, textWidth } from './svg.ts'

export interface TreeNode {
  /** First line, bold. */
  readonly label: string
  /** Further lines under it. */
  readonly lines?: readonly string[]
  /** Written on the edge from the parent: an outcome, a probability. */
  readonly edge?: string
  /** Index into the palette; the legend names it. @default neutral */
  readonly group?: number
  readonly children?: readonly TreeNode[]
}

export interface TreeChart {
  readonly title: string
  readonly root: TreeNode
  /** Names of the groups, by index. */
  readonly groups?: readonly string[]
  /** Nodes drawn before the rest of a branch is folded into "n more". @default 400 */
  readonly maxNodes?: number
}

const LINE = 15
const PADDING = 8
const GAP = 46
const TOP = 48
const WIDEST = 260

export function renderTreeSvg(chart: TreeChart): string {
  const root = hierarchy<TreeNode>(folded(chart.root, chart.maxNodes ?? 400), (node) => node.children)
  const tallest = Math.max(...root.descendants().map((node) => boxHeight(node.data)))
  const layout = tree<TreeNode>()
    .nodeSize([tallest + 10, 1])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1.15))
  const placed = layout(root)
  const nodes = placed.descendants()
  const columns = columnOffsets(nodes)
  const lowest = Math.min(...nodes.map((node) => node.x))
  const highest = Math.max(...nodes.map((node) => node.x))
  const y = (node: HierarchyPointNode<TreeNode>): number => TOP + tallest / 2 + node.x - lowest
  const x = (node: HierarchyPointNode<TreeNode>): number => columns.start[node.depth] as number
  const parts = [label(16, 26, chart.title, { size: 16, weight: 'bold' })]
  for (const node of nodes) {
    if (node.parent === null) continue
    const from = x(node.parent) + boxWidth(node.parent.data)
    const to = x(node)
    const bend = to - (columns.edge[node.depth] as number)
    const middle = bend - GAP / 2
    const above = fixed(y(node.parent))
    const here = fixed(y(node))
    // Level again before the text of the edge, which stands on the line.
    const curve = `C${fixed(middle + 10)} ${above} ${fixed(middle)} ${here} ${fixed(bend)} ${here}`
    const path = `M${fixed(from)} ${above}L${fixed(middle - 8)} ${above}${curve}L${fixed(to)} ${here}`
    parts.push(element('path', { d: path, fill: 'none', stroke: '#9fb3c8', 'stroke-width': 1.3 }))
  }
  for (const node of nodes) {
    const { data } = node
    const height = boxHeight(data)
    const top = y(node) - height / 2
    const edge = data.group === undefined ? '#9fb3c8' : colour(data.group)
    parts.push(
      element(
        'rect',
        {
          x: x(node),
          y: top,
          width: boxWidth(data),
          height,
          rx: 5,
          fill: '#ffffff',
          stroke: edge,
          'stroke-width': data.group === undefined ? 1.2 : 2,
        },
        element('title', {}, escapeMarkup([data.label, ...(data.lines ?? [])].join(' · '))),
      ),
    )
    parts.push(label(x(node) + PADDING, top + 17, clipped(data.label, WIDEST), { weight: 'bold', fill: INK }))
    data.lines?.forEach((line, index) => {
      parts.push(label(x(node) + PADDING, top + 17 + (index + 1) * LINE, clipped(line, WIDEST, 11), { size: 11 }))
    })
    if (data.edge !== undefined) {
      parts.push(label(x(node) - 6, y(node) - 4, data.edge, { size: 11, anchor: 'end', fill: FAINT }))
    }
  }
  const height = TOP + highest - lowest + tallest + 16
  const legend = (chart.groups ?? []).map((name, index) => ({ name, index }))
  let at = 16
  for (const { name, index } of legend) {
    parts.push(element('rect', { x: at, y: height, width: 12, height: 12, rx: 2, fill: colour(index) }))
    parts.push(label(at + 17, height + 11, name, { size: 11, fill: FAINT }))
    at += 34 + textWidth(name, 11)
  }
  const width = Math.max(columns.width, textWidth(chart.title, 16) + 32, at)
  return drawing(width, height + (legend.length > 0 ? 24 : 0), chart.title, parts)
}

/** At most `limit` nodes, breadth first; what is left out becomes one node that counts it. */
function folded(root: TreeNode, limit: number): TreeNode {
  let left = limit - 1
  const kept = new Map<TreeNode, number>([[root, 0]])
  const queue: TreeNode[] = [root]
  for (const node of queue) {
    const children = node.children ?? []
    // Siblings stay together as far as they fit, so a fold never hides between two shown ones.
    const shown = Math.min(children.length, Math.max(0, left))
    left -= shown
    kept.set(node, shown)
    for (const child of children.slice(0, shown)) queue.push(child)
  }
  const build = (node: TreeNode): TreeNode => {
    const children = node.children ?? []
    const shown = kept.get(node) ?? 0
    const built: TreeNode[] = children.slice(0, shown).map(build)
    if (shown < children.length) {
      const hidden = children.slice(shown).reduce((sum, child) => sum + size(child), 0)
      built.push({ label: `… ${hidden} more` })
    }
    return { ...node, children: built }
  }
  return build(root)
}

function size(root: TreeNode): number {
  let count = 0
  const stack = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    count++
    stack.push(...(node.children ?? []))
  }
  return count
}

function boxHeight(node: TreeNode): number {
  return 26 + (node.lines?.length ?? 0) * LINE
}

function boxWidth(node: TreeNode): number {
  const widest = Math.max(textWidth(node.label) * 1.06, ...(node.lines ?? []).map((line) => textWidth(line, 11)))
  return Math.min(WIDEST, widest) + 2 * PADDING
}

/** Left edge of every depth's column. */
function columnOffsets(nodes: readonly HierarchyPointNode<TreeNode>[]): {
  start: number[]
  edge: number[]
  width: number
} {
  const depths = Math.max(...nodes.map((node) => node.depth)) + 1
  const widths = new Array<number>(depths).fill(0)
  const edges = new Array<number>(depths).fill(0)
  for (const node of nodes) {
    widths[node.depth] = Math.max(widths[node.depth] as number, boxWidth(node.data))
    if (node.data.edge !== undefined) {
      edges[node.depth] = Math.max(edges[node.depth] as number, textWidth(node.data.edge, 11) + 12)
    }
  }
  const start: number[] = []
  let at = 16
  for (let depth = 0; depth < depths; depth++) {
    start.push(at + (depth === 0 ? 0 : (edges[depth] as number)))
    at = (start[depth] as number) + (widths[depth] as number) + GAP
  }
  return { start, edge: edges, width: at - GAP + 16 }
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}
