/**
 * The causal structure of a plan: which step makes true what which other step needs (causal links, McAllester and
 * Rosenblitt 1991), which steps threaten a link, why a step is there, what breaks when a step or a fact fails, and what
 * must hold now for the rest of the plan to work (regression, Fikes, Hart and Nilsson 1972).
 *
 * One forward pass over the plan: time linear in the preconditions and effects. Links are drawn for plain literals;
 * other conditions link every fact they mention that holds.
 */
import { World } from '../check/world.ts'
import { type Formula, substitute } from '../domain/formula.ts'
import type { Action, HtnProblem } from '../domain/htn.ts'
import type { CausalLink, Plan } from '../domain/plan.ts'

export interface CausalStructure {
  readonly links: readonly CausalLink[]
  /** Steps that change a fact between its producer and its consumer if they are moved there. */
  readonly threats: readonly { readonly link: CausalLink; readonly step: number }[]
  /** Facts of the initial state that the plan uses. */
  readonly initialFacts: readonly string[]
  /** Steps from which no chain of links leads to a goal or a task condition. */
  readonly unused: readonly number[]
}

interface Literal {
  readonly fact: string
  readonly positive: boolean
}

/** Links, threats, the initial facts used, and steps that serve nothing. Steps are taken in the order of the plan. */
export function causalStructure(problem: HtnProblem, plan: Plan): CausalStructure {
  const actions = new Map(problem.domain.actions.map((action) => [action.name, action]))
  const world = new World(problem)
  const lastChange = new Map<string, number>()
  const links: CausalLink[] = []
  const changes: { readonly step: number; readonly added: Set<string>; readonly removed: Set<string> }[] = []
  const need = (literals: readonly Literal[], consumer: number | null): void => {
    for (const { fact, positive } of literals) {
      links.push({ producer: lastChange.get(fact) ?? null, fact, positive, consumer })
    }
  }
  for (const step of plan.steps) {
    const action = actions.get(step.name)
    if (action === undefined) continue
    const values = bindingOf(action, step.args)
    need(literalsOf(substitute(action.precondition, values), world), step.id)
    const before = new Set(world.facts)
    world.apply(action.effects, values)
    const added = new Set([...world.facts].filter((fact) => !before.has(fact)))
    const removed = new Set([...before].filter((fact) => !world.facts.has(fact)))
    // An effect that confirms what already held produces it anew: the later step no longer depends on the earlier one.
    for (const fact of [...added, ...removed]) lastChange.set(fact, step.id)
    changes.push({ step: step.id, added, removed })
  }
  if (problem.goal !== null) need(literalsOf(problem.goal, world), null)
  const ordered = orderClosure(plan)
  const threats: { link: CausalLink; step: number }[] = []
  for (const link of links) {
    for (const { step, added, removed } of changes) {
      if (step === link.producer || step === link.consumer) continue
      if (!(link.positive ? removed : added).has(link.fact)) continue
      const before = link.producer !== null && ordered(step, link.producer)
      const after = link.consumer !== null && ordered(link.consumer, step)
      if (!before && !after) threats.push({ link, step })
    }
  }
  const initialFacts = [
    ...new Set(links.filter((link) => link.producer === null && link.positive).map((link) => link.fact)),
  ]
  return { links, threats, initialFacts, unused: unusedSteps(problem, plan, links) }
}

/** A chain of links from a step to a goal: what it is for. Null when it serves nothing that is asked for. */
export function whyStep(structure: CausalStructure, step: number): readonly CausalLink[] | null {
  const open: { at: number; path: readonly CausalLink[] }[] = [{ at: step, path: [] }]
  const seen = new Set([step])
  for (const { at, path } of open) {
    for (const link of structure.links) {
      if (link.producer !== at) continue
      if (link.consumer === null) return [...path, link]
      if (seen.has(link.consumer)) continue
      seen.add(link.consumer)
      open.push({ at: link.consumer, path: [...path, link] })
    }
  }
  return null
}

/** Steps that can no longer be relied on when a step fails or a fact is lost, in the order of the plan. */
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
 * must be false. Entry i stands before step i, the last one after the plan.
 */
export function regression(problem: HtnProblem, plan: Plan): readonly (readonly string[])[] {
  const structure = causalStructure(problem, plan)
  const place = new Map(plan.steps.map((step, index) => [step.id, index]))
  const end = plan.steps.length
  const result: Set<string>[] = Array.from({ length: end + 1 }, () => new Set())
  for (const link of structure.links) {
    const from = link.producer === null ? 0 : (place.get(link.producer) as number) + 1
    const to = link.consumer === null ? end : (place.get(link.consumer) as number)
    for (let i = from; i <= to; i++) result[i]?.add(link.positive ? link.fact : `not ${link.fact}`)
  }
  return result.map((facts) => [...facts].sort())
}

/** The plan with its causal links filled in. */
export function withLinks(problem: HtnProblem, plan: Plan): Plan {
  return { ...plan, links: causalStructure(problem, plan).links }
}

function bindingOf(action: Action, args: readonly string[]): Map<string, string> {
  return new Map(action.parameters.map((parameter, index) => [parameter.name, args[index] as string]))
}

/** Literals a true formula rests on: of a disjunction the first part that holds, of quantifiers every instance. */
function literalsOf(formula: Formula, world: World): Literal[] {
  switch (formula.kind) {
    case 'and':
      return formula.parts.flatMap((part) => literalsOf(part, world))
    case 'or': {
      const part = formula.parts.find((candidate) => world.holds(candidate, new Map()))
      return part === undefined ? [] : literalsOf(part, world)
    }
    case 'atom':
      return [{ fact: [formula.predicate, ...formula.arguments].join(' '), positive: true }]
    case 'not':
      return formula.inner.kind === 'atom' || formula.inner.kind === 'not'
        ? literalsOf(formula.inner, world).map((literal) => ({ ...literal, positive: !literal.positive }))
        : []
    case 'forall':
    case 'exists': {
      const result: Literal[] = []
      for (const values of world.bindings(formula.variables, new Map())) {
        const instance = substitute(formula.inner, values)
        if (!world.holds(instance, new Map())) continue
        result.push(...literalsOf(instance, world))
        if (formula.kind === 'exists') break
      }
      return result
    }
    default:
      return []
  }
}

/** Whether the plan's ordering puts one step before another. */
function orderClosure(plan: Plan): (first: number, second: number) => boolean {
  const after = new Map<number, number[]>()
  for (const [first, second] of plan.ordering) after.set(first, [...(after.get(first) ?? []), second])
  const reach = new Map<number, ReadonlySet<number>>()
  const from = (step: number): ReadonlySet<number> => {
    const known = reach.get(step)
    if (known !== undefined) return known
    const seen = new Set<number>(after.get(step) ?? [])
    for (const next of seen) for (const later of after.get(next) ?? []) seen.add(later)
    reach.set(step, seen)
    return seen
  }
  return (first, second) => from(first).has(second)
}

function unusedSteps(problem: HtnProblem, plan: Plan, links: readonly CausalLink[]): number[] {
  if (problem.goal === null) return []
  const useful = new Set<number>()
  for (const link of links) if (link.consumer === null && link.producer !== null) useful.add(link.producer)
  for (const step of useful) {
    for (const link of links) if (link.consumer === step && link.producer !== null) useful.add(link.producer)
  }
  return plan.steps.map((step) => step.id).filter((id) => !useful.has(id))
}
