/** Pictures of a POMDP's answer: vectors over the beliefs of two or three states, policy graph, policy tree, V_h. */
import type { PlanNode, PomdpModel, PomdpResult, VectorSet } from '../../../solvers/pomdp/index.ts'
import {
  formatNumber,
  formatPercent,
  type Report,
  renderGraphSvg,
  renderLineChartSvg,
  renderTreeSvg,
  renderTriangleSvg,
  type TreeNode,
} from '../../report/index.ts'

const DRAWN_NODES = 60
const DRAWN_VECTORS = 40
const DRAWN_TREE = 120

export function pomdpReport(
  title: string,
  model: PomdpModel,
  result: PomdpResult,
  summary: string,
  plan: PlanNode | null,
): Report {
  const sections: Report['sections'][number][] = []
  const value = result.valueFunction
  // A plan over reachable beliefs proves one vector only: no picture of the whole belief space.
  if (result.plan === undefined && model.states.length === 2) sections.push(vectorsOverInterval(model, value))
  if (result.plan === undefined && model.states.length === 3) sections.push(vectorsOverTriangle(model, value))
  if (result.graph !== undefined && result.reachable !== undefined) sections.push(graphSection(title, model, result))
  if (plan !== null) sections.push(planSection(title, model, plan))
  if (result.byHorizon !== undefined && result.byHorizon.length > 1) {
    sections.push({
      kind: 'figure',
      heading: 'Value by horizon',
      name: 'horizons',
      svg: renderLineChartSvg({
        title: 'Optimal value at the start by number of steps',
        xLabel: 'steps',
        yLabel: 'value',
        series: [{ name: 'V_h', points: result.byHorizon.map((stage) => [stage.horizon, stage.value]), dots: true }],
      }),
      caption: result.byHorizon.map((stage) => `V_${stage.horizon} = ${formatNumber(stage.value, 6)}`).join(', '),
    })
  }
  return {
    title,
    summary,
    facts: [
      ['status', result.status],
      ['lower bound', formatNumber(result.lower, 6)],
      ['upper bound', formatNumber(result.upper, 6)],
      ['first action', result.action],
      ['method', result.method],
      ['alpha vectors', String(result.vectors)],
    ],
    sections,
  }
}

function vectorsOverInterval(model: PomdpModel, value: VectorSet): Report['sections'][number] {
  const { pieces } = upperPieces(value)
  const drawn = pieces.slice(0, DRAWN_VECTORS)
  const actions = [...new Set(drawn.map(({ vector }) => value.actions[vector]!))]
  const high = Math.max(
    ...drawn.map(({ from, vector }) => height(value, vector, from)),
    height(value, drawn[drawn.length - 1]!.vector, 1),
  )
  const lowEnvelope = Math.min(
    ...drawn.flatMap(({ from, to, vector }) => [height(value, vector, from), height(value, vector, to)]),
  )
  const floor = lowEnvelope - 0.25 * Math.max(1e-9, high - lowEnvelope)
  const series = drawn.map(({ vector }) => ({
    name: `${vector}: ${model.actions[value.actions[vector]!]}`,
    points: clippedLine(value.data[2 * vector + 1]!, value.data[2 * vector]!, floor),
  }))
  return {
    kind: 'figure',
    heading: 'Value over the belief',
    name: 'alpha-vectors',
    svg: renderLineChartSvg({
      title: 'Alpha vectors and the best action',
      xLabel: `P(${model.states[0]})`,
      yLabel: 'value',
      series,
      marks: [{ x: model.start[0]!, text: 'start' }],
      regions: drawn.flatMap(({ from, vector }, index) => {
        const action = value.actions[vector]!
        if (index > 0 && value.actions[drawn[index - 1]!.vector] === action) return []
        // Neighbours with the same action are one region.
        const after = drawn.findIndex((piece, k) => k > index && value.actions[piece.vector] !== action)
        const to = after < 0 ? 1 : drawn[after]!.from
        return [{ from, to, text: model.actions[action]!, group: actions.indexOf(action) }]
      }),
      range: [floor, high + 0.05 * Math.max(1e-9, high - floor)],
    }),
    caption: `Each line is one of ${value.count} vectors; the value is the highest of them. Below: the action that is best there.`,
  }
}

/** The part of the line from (0, atZero) to (1, atOne) that lies above a floor. */
function clippedLine(atZero: number, atOne: number, floor: number): (readonly [number, number])[] {
  const at = (x: number): number => atZero + (atOne - atZero) * x
  const crossing = atOne === atZero ? Number.NaN : (floor - atZero) / (atOne - atZero)
  const from = atZero >= floor ? 0 : crossing
  const to = atOne >= floor ? 1 : crossing
  return from <= to
    ? [
        [from, at(from)],
        [to, at(to)],
      ]
    : []
}

function height(value: VectorSet, vector: number, x: number): number {
  return value.data[2 * vector]! * x + value.data[2 * vector + 1]! * (1 - x)
}

/** Intervals of P(first state) with the vector that is best there, from 0 to 1. */
function upperPieces(value: VectorSet): { pieces: { from: number; to: number; vector: number }[] } {
  const pieces: { from: number; to: number; vector: number }[] = []
  let from = 0
  let vector = value.best([0, 1])
  for (let guard = 0; guard <= value.count; guard++) {
    // The line that overtakes the present one first.
    let next = -1
    let at = 1
    const slope = value.data[2 * vector]! - value.data[2 * vector + 1]!
    for (let i = 0; i < value.count; i++) {
      const steeper = value.data[2 * i]! - value.data[2 * i + 1]! - slope
      if (steeper <= 1e-12) continue
      const crossing = (value.data[2 * vector + 1]! - value.data[2 * i + 1]!) / steeper
      if (crossing < at - 1e-12 && crossing >= from - 1e-12) {
        at = crossing
        next = i
      }
    }
    pieces.push({ from, to: at, vector })
    if (next < 0) break
    from = at
    vector = next
  }
  return { pieces: pieces.filter((piece) => piece.to > piece.from) }
}

function vectorsOverTriangle(model: PomdpModel, value: VectorSet): Report['sections'][number] {
  const corners = model.states as readonly [string, string, string]
  return {
    kind: 'figure',
    heading: 'Best action over the belief',
    name: 'alpha-vectors',
    svg: renderTriangleSvg({
      title: 'Best action and value by belief',
      corners,
      groups: model.actions,
      at: (belief) => {
        const vector = value.best(belief)
        return { group: value.actions[vector]!, piece: vector, value: value.dot(vector, belief) }
      },
      marks: [{ belief: [model.start[0]!, model.start[1]!, model.start[2]!], text: 'start' }],
    }),
    caption: `Every corner is one state for certain. Colour: action; shade: value; lines part the regions of the ${value.count} vectors.`,
  }
}

function graphSection(title: string, model: PomdpModel, result: PomdpResult): Report['sections'][number] {
  const graph = result.graph!
  const drawn = result.reachable!.slice(0, DRAWN_NODES)
  const edges = drawn.flatMap((node) => {
    const byTarget = new Map<number, string[]>()
    model.observations.forEach((observation, o) => {
      const next = graph.successors[node * graph.observationCount + o]!
      if (next >= 0) byTarget.set(next, [...(byTarget.get(next) ?? []), observation])
    })
    return [...byTarget].map(([to, seen]) => ({
      from: String(node),
      to: String(to),
      // All observations lead there: nothing to tell apart.
      label:
        seen.length === model.observations.length
          ? ''
          : seen.length > 4
            ? `${seen.length} observations`
            : seen.join(', '),
    }))
  })
  return {
    kind: 'figure',
    heading: 'Policy graph',
    name: 'policy-graph',
    svg: renderGraphSvg({
      title,
      nodes: drawn.map((node, index) => ({
        id: String(node),
        label: model.actions[graph.actions[node]!]!,
        lines: [`node ${node}`],
        group: graph.actions[node]!,
        marked: index === 0,
      })),
      edges,
    }),
    caption:
      result.reachable!.length > DRAWN_NODES
        ? `The first ${DRAWN_NODES} of ${result.reachable!.length} nodes in use from the start.`
        : 'Nodes in use from the start (double border); an arrow is what is observed.',
  }
}

function planSection(title: string, model: PomdpModel, plan: PlanNode): Report['sections'][number] {
  let left = DRAWN_TREE * 2
  const build = (node: PlanNode, edge: string | undefined): TreeNode => {
    left--
    const best = Array.from(node.belief.keys())
      .toSorted((a, b) => node.belief[b]! - node.belief[a]!)
      .slice(0, 2)
    return {
      label: model.actions[node.action]!,
      lines: [
        `value ${node.value.toFixed(3)}`,
        ...best.map((s) => `${model.states[s]} ${formatPercent(node.belief[s]!)}`),
      ],
      group: node.action,
      ...(edge === undefined ? {} : { edge }),
      children: node.branches.flatMap((branch) =>
        left <= 0 || branch.node.action < 0 || isOver(branch.node)
          ? []
          : [build(branch.node, `${model.observations[branch.observation]} ${formatPercent(branch.probability)}`)],
      ),
    }
  }
  return {
    kind: 'figure',
    heading: 'Policy tree',
    name: 'policy-tree',
    svg: renderTreeSvg({ title, root: build(plan, undefined), groups: model.actions, maxNodes: DRAWN_TREE }),
    caption: 'What to do, the value from here, the likeliest states; on the branches what is observed and how likely.',
  }
}

/** Nothing more can be earned or lost, whatever is done. */
export function isOver(node: PlanNode): boolean {
  return node.value === 0 && node.upper === 0 && node.branches.length === 1 && sameBelief(node)
}

function sameBelief(node: PlanNode): boolean {
  const next = node.branches[0]!.node
  return node.belief.every((probability, s) => Math.abs(probability - next.belief[s]!) < 1e-12)
}
