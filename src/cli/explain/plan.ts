/** Explains a plan from its own JSON: what every step needs, where that comes from, what it serves, which task it is part of. */
import { whyStep } from '../../causal/links.ts'
import type { CausalLink, Plan } from '../../domain/plan.ts'

const MOST_STEPS = 200

/** One sentence or two for every step. */
export function causesOf(plan: Plan): string[] {
  const names = new Map(
    plan.steps.map((step, index) => [step.id, `${[step.name, ...step.args].join(' ')} (step ${index + 1})`]),
  )
  const nodes = new Map(plan.decomposition?.nodes.map((node) => [node.id, node]))
  for (const node of nodes.values())
    names.set(node.id, `the choice of ${node.method} for ${[node.task, ...node.args].join(' ')}`)
  const parent = new Map<number, number>()
  for (const node of nodes.values()) for (const child of node.subtasks) parent.set(child, node.id)
  const structure = { links: plan.links, threats: [], initialFacts: [], unused: [], methods: new Set(nodes.keys()) }
  const called = (id: number | null, none: string): string => (id === null ? none : (names.get(id) ?? String(id)))
  const lines = plan.steps.slice(0, MOST_STEPS).flatMap((step) => {
    const own = names.get(step.id) as string
    const above = nodes.get(parent.get(step.id) ?? -1)
    const by = above?.method.startsWith('by ') === true ? '' : 'by '
    const part = above === undefined ? '' : `, part of ${[above.task, ...above.args].join(' ')} ${by}${above.method},`
    const needs = plan.links.filter((link) => link.consumer === step.id)
    const sources = [...new Set(needs.map((link) => `${factOf(link)}, from ${called(link.producer, 'the start')}`))]
    const chain = whyStep(structure, step.id)
    const direct = chain ?? plan.links.filter((link) => link.producer === step.id).slice(0, 1)
    const serves = direct.length === 0 ? '' : ` It brings about ${describeChain(direct, called)}.`
    const resting = sources.length === 0 ? '' : ` rests on ${sources.join('; ')}`
    return `${`${own}${part}${resting}`.replace(/,$/, '')}.${serves}`
  })
  if (plan.steps.length > MOST_STEPS) lines.push(`... and ${plan.steps.length - MOST_STEPS} steps more.`)
  return lines
}

function factOf(link: CausalLink): string {
  return link.positive ? `"${link.fact}"` : `"not ${link.fact}"`
}

/** `"loaded red van-1" for unload red (step 4), "at red harbour" for the goal`. */
function describeChain(chain: readonly CausalLink[], called: (id: number | null, none: string) => string): string {
  return chain.map((link) => `${factOf(link)} for ${called(link.consumer, 'the goal')}`).join(', then ')
}
