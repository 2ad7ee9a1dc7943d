/** What `--out` draws of a plan: the tree of decomposition, the causal graph, and where there are times, the steps in time. */
import type { CausalLink, DecompositionNode, Plan, PlanStep } from '../../domain/plan.ts'
import { formatNumber } from '../../report/format.ts'
import { type GraphEdge, type GraphNode, renderGraphSvg } from '../../report/graph-svg.ts'
import type { Report, Section } from '../../report/html.ts'
import { renderTreeSvg, type TreeNode } from '../../report/tree-svg.ts'

/** Steps of a plan up to which its causal graph can be read. */
const MOST_DRAWN_STEPS = 60
const MOST_LISTED_STEPS = 2000
/** Facts written on an edge of the causal graph. */
const SHOWN_FACTS = 2

export function planReport(
  title: string,
  plan: Plan,
  summary: string,
  facts: Report['facts'],
  why: readonly string[],
): Report {
  const sections: Section[] = [
    { kind: 'table', heading: 'Steps', columns: ['', 'step', 'start', 'end', 'cost'], rows: stepRows(plan) },
  ]
  const tree = decompositionTree(title, plan)
  if (tree !== null) {
    sections.push({
      kind: 'figure',
      heading: 'Decomposition',
      name: 'decomposition',
      svg: renderTreeSvg({ title: 'Tasks and the methods that refine them', root: tree, groups: ['task', 'step'] }),
      caption: 'From left to right: what was asked for, how each task was refined, the steps that are carried out.',
    })
  }
  if (plan.links.length > 0 && plan.steps.length <= MOST_DRAWN_STEPS) {
    sections.push({
      kind: 'figure',
      heading: 'Causes',
      name: 'causes',
      svg: renderGraphSvg({ title: 'What needs what', direction: 'top-down', ...causalGraph(plan) }),
      caption:
        'An edge is a causal link: its producer must come before its consumer, and nothing may undo the fact in between.',
    })
  }
  if (why.length > 0) sections.push({ kind: 'text', heading: 'Why', text: why.join('\n') })
  return { title, summary, facts, sections }
}

function stepRows(plan: Plan): string[][] {
  const number = (value: number | undefined): string => (value === undefined ? '' : formatNumber(value))
  return plan.steps
    .slice(0, MOST_LISTED_STEPS)
    .map((step, index) => [String(index + 1), called(step), number(step.start), number(step.end), number(step.cost)])
}

function called(step: PlanStep): string {
  return [step.name, ...step.args].join(' ')
}

function decompositionTree(title: string, plan: Plan): TreeNode | null {
  if (plan.decomposition === null) return null
  const { roots } = plan.decomposition
  const nodes = new Map(plan.decomposition.nodes.map((node) => [node.id, node]))
  const steps = new Map(plan.steps.map((step, index) => [step.id, { step, number: index + 1 }]))
  // Bottom up and without recursion: decompositions may be thousands of tasks deep.
  const drawn = new Map<number, TreeNode>()
  const draw = (id: number): TreeNode | null => {
    const known = drawn.get(id)
    if (known !== undefined) return known
    const step = steps.get(id)
    if (step === undefined) return null
    return { label: called(step.step), lines: [`step ${step.number}`], group: 1 }
  }
  for (const node of childrenFirst(roots, nodes)) {
    const children = node.subtasks.flatMap((child) => draw(child) ?? [])
    drawn.set(node.id, { label: [node.task, ...node.args].join(' '), lines: [node.method], group: 0, children })
  }
  const tops = roots.flatMap((id) => draw(id) ?? [])
  return tops.length === 1 ? (tops[0] as TreeNode) : { label: title, children: tops }
}

function childrenFirst(roots: readonly number[], nodes: ReadonlyMap<number, DecompositionNode>): DecompositionNode[] {
  const order: DecompositionNode[] = []
  const open = [...roots]
  while (open.length > 0) {
    const node = nodes.get(open.pop() as number)
    if (node === undefined) continue
    order.push(node)
    open.push(...node.subtasks)
  }
  return order.reverse()
}

function causalGraph(plan: Plan): { nodes: GraphNode[]; edges: GraphEdge[]; groups: string[] } {
  const steps = new Set(plan.steps.map((step) => step.id))
  const shown = plan.links.filter((link) => link.consumer === null || steps.has(link.consumer))
  const bundles = new Map<string, CausalLink[]>()
  for (const link of shown) {
    const key = `${link.producer ?? 'start'} ${link.consumer ?? 'goal'}`
    bundles.set(key, [...(bundles.get(key) ?? []), link])
  }
  const nodes: GraphNode[] = [{ id: 'start', label: 'at the start', marked: true }]
  plan.steps.forEach((step, index) => {
    nodes.push({ id: String(step.id), label: called(step), lines: [`step ${index + 1}`], group: 0 })
  })
  const reaches = shown.some((link) => link.consumer === null)
  if (reaches) nodes.push({ id: 'goal', label: 'goal', marked: true, group: 1 })
  const edges = [...bundles].map(([key, links]): GraphEdge => {
    const [from, to] = key.split(' ') as [string, string]
    const facts = [...new Set(links.map((link) => (link.positive ? link.fact : `not ${link.fact}`)))]
    const more = facts.length > SHOWN_FACTS ? `, ${facts.length - SHOWN_FACTS} more` : ''
    return {
      from,
      to,
      label: `${facts.slice(0, SHOWN_FACTS).join(', ')}${more}`,
      ...(from === 'start' ? { dashed: true } : {}),
    }
  })
  return { nodes, edges, groups: reaches ? ['step', 'goal'] : ['step'] }
}
