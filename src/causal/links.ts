/**
 * The causal structure of a plan: which step makes true what which other step, method or goal needs (causal links,
 * McAllester and Rosenblitt 1991; the validation structure of Kambhampati and Hendler 1992, with methods among the
 * consumers), which steps threaten a link, why a step is there, what breaks when a step or a fact fails, and what must
 * hold now for the rest of the plan to work (regression, Fikes, Hart and Nilsson 1972).
 *
 * One forward pass over the plan: time linear in the conditions and effects. The producer of a link is the step that
 * changed the fact last; a step that confirms what already held is no producer, so that links reach back as far as
 * they can.
 */
import type { Refinement } from '../check/htn-refinement.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { CausalLink, Plan } from '../domain/plan.ts'
import { type PlanEvent, planEvents } from './events.ts'
import { StepOrder } from './order.ts'

export interface CausalStructure {
  readonly links: readonly CausalLink[]
  /** Steps that the ordering lets come between the producer and the consumer (a step or the goal) of a link, and that undo its fact. */
  readonly threats: readonly { readonly link: CausalLink; readonly step: number }[]
  /** Compound tasks whose methods have conditions that links lead to. */
  readonly methods: ReadonlySet<number>
  /** Facts of the initial state that the plan uses. */
  readonly initialFacts: readonly string[]
  /** Steps from which no chain of links leads to the goal; empty when the problem has none. */
  readonly unused: readonly number[]
}

/** Links, threats, the initial facts used, and steps that serve nothing. A plan that is not valid has no structure. */
export function causalStructure(problem: HtnProblem, plan: Plan): CausalStructure {
  const events = planEvents(problem, plan)?.events ?? []
  const links = linksOf(events)
  const initialFacts = [
    ...new Set(links.filter((link) => link.producer === null && link.positive).map((link) => link.fact)),
  ]
  const methods = new Set(events.flatMap(({ kind, id }) => (kind === 'method' && id !== null ? [id] : [])))
  const threats = threatsOf(plan, events, links, methods)
  return { links, threats, methods, initialFacts, unused: unusedSteps(problem, plan, links) }
}

/**
 * The plan with its causal links filled in; the plan itself when it is not valid.
 * @param refinements of a plan that was verified before (examineHtnPlan), so that it is not verified again
 */
export function withLinks(problem: HtnProblem, plan: Plan, refinements?: readonly Refinement[]): Plan {
  const found = planEvents(problem, plan, refinements)
  return found === null ? plan : { ...plan, links: linksOf(found.events) }
}

/** The links between events in the order of execution. */
export function linksOf(events: readonly PlanEvent[]): readonly CausalLink[] {
  const lastChange = new Map<string, number>()
  const links: CausalLink[] = []
  for (const { kind, id, needs, gained, lost } of events) {
    // The condition of the initial network belongs to no task.
    if (id !== -1 || kind === 'step') {
      for (const { fact, positive } of needs)
        links.push({ producer: lastChange.get(fact) ?? null, fact, positive, consumer: id })
    }
    for (const fact of gained) lastChange.set(fact, id as number)
    for (const fact of lost) lastChange.set(fact, id as number)
  }
  return links
}

function threatsOf(
  plan: Plan,
  events: readonly PlanEvent[],
  links: readonly CausalLink[],
  methods: ReadonlySet<number>,
): { readonly link: CausalLink; readonly step: number }[] {
  const adders = new Map<string, number[]>()
  const deleters = new Map<string, number[]>()
  const note = (into: Map<string, number[]>, fact: string, step: number): void => {
    const list = into.get(fact)
    if (list === undefined) into.set(fact, [step])
    else list.push(step)
  }
  for (const { kind, id, adds, deletes } of events) {
    if (kind !== 'step') continue
    for (const fact of adds) note(adders, fact, id as number)
    for (const fact of deletes) note(deleters, fact, id as number)
  }
  const order = new StepOrder(plan)
  const threats: { link: CausalLink; step: number }[] = []
  for (const link of links) {
    // The condition of a method may be judged before anything comes in between.
    if (link.consumer !== null && methods.has(link.consumer)) continue
    for (const step of (link.positive ? deleters : adders).get(link.fact) ?? []) {
      if (step === link.producer || step === link.consumer) continue
      if (link.producer !== null && order.before(step, link.producer)) continue
      if (link.consumer !== null && order.before(link.consumer, step)) continue
      threats.push({ link, step })
    }
  }
  return threats
}

/** Steps below every compound task of the plan. */
function stepsBelow(plan: Plan): ReadonlyMap<number, readonly number[]> {
  const nodes = new Map(plan.decomposition?.nodes.map((node) => [node.id, node]))
  const parent = new Map<number, number>()
  for (const node of nodes.values()) for (const child of node.subtasks) parent.set(child, node.id)
  const below = new Map<number, number[]>([...nodes.keys()].map((id) => [id, []]))
  for (const { id } of plan.steps) {
    for (let at = parent.get(id); at !== undefined; at = parent.get(at)) below.get(at)?.push(id)
  }
  return below
}

/** A chain of links from a step to a goal, or failing that to a method's condition; null when it serves neither. */
export function whyStep(structure: CausalStructure, step: number): readonly CausalLink[] | null {
  const from = new Map<number, CausalLink[]>()
  for (const link of structure.links) {
    if (link.producer === null) continue
    const list = from.get(link.producer)
    if (list === undefined) from.set(link.producer, [link])
    else list.push(link)
  }
  const open: { at: number; path: readonly CausalLink[] }[] = [{ at: step, path: [] }]
  const seen = new Set([step])
  let method: readonly CausalLink[] | null = null
  for (const { at, path } of open) {
    if (structure.methods.has(at)) method ??= path
    for (const link of from.get(at) ?? []) {
      if (link.consumer === null) return [...path, link]
      if (seen.has(link.consumer)) continue
      seen.add(link.consumer)
      open.push({ at: link.consumer, path: [...path, link] })
    }
  }
  return method
}

/** Steps and tasks that can no longer be relied on when a step fails or a fact is lost: steps in the order of the plan. */
export function impactOf(
  structure: CausalStructure,
  plan: Plan,
  failed: { readonly step: number } | { readonly fact: string },
): readonly number[] {
  const broken = new Set<number>()
  for (const link of structure.links) {
    const first = 'step' in failed ? link.producer === failed.step : link.producer === null && link.fact === failed.fact
    if (first && link.consumer !== null) broken.add(link.consumer)
  }
  for (const step of broken) {
    for (const link of structure.links) if (link.producer === step && link.consumer !== null) broken.add(link.consumer)
  }
  return plan.steps.map((step) => step.id).filter((id) => broken.has(id))
}

/**
 * What must hold before each step for the rest of the plan, goal included, to work: facts, with `not` before those that
 * must be false. Entry i stands before step i, the last one after the plan. Conditions of methods count up to the first
 * step below the method.
 */
export function regression(problem: HtnProblem, plan: Plan): readonly (readonly string[])[] {
  const { links } = causalStructure(problem, plan)
  const place = new Map(plan.steps.map((step, index) => [step.id, index]))
  for (const [node, steps] of stepsBelow(plan)) {
    const first = Math.min(...steps.map((step) => place.get(step) as number))
    if (Number.isFinite(first)) place.set(node, first)
  }
  const end = plan.steps.length
  const result: Set<string>[] = Array.from({ length: end + 1 }, () => new Set())
  for (const link of links) {
    const from = link.producer === null ? 0 : (place.get(link.producer) as number) + 1
    const to = link.consumer === null ? end : place.get(link.consumer)
    if (to === undefined) continue
    for (let i = from; i <= to; i++) result[i]?.add(link.positive ? link.fact : `not ${link.fact}`)
  }
  return result.map((facts) => [...facts].sort())
}

function unusedSteps(problem: HtnProblem, plan: Plan, links: readonly CausalLink[]): number[] {
  if (problem.goal === null) return []
  const producers = new Map<number, number[]>()
  const useful = new Set<number>()
  for (const { producer, consumer } of links) {
    if (producer === null) continue
    if (consumer === null) useful.add(producer)
    else producers.set(consumer, [...(producers.get(consumer) ?? []), producer])
  }
  for (const step of useful) for (const producer of producers.get(step) ?? []) useful.add(producer)
  return plan.steps.map((step) => step.id).filter((id) => !useful.has(id))
}
