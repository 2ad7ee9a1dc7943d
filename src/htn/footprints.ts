/**
 * What the steps of a plan read and write. Functions of the state do not say what they look at: they are run once more on
 * a state that notes it. The condition of a method counts as read by the first step below it.
 */
import type { Plan } from '../domain/plan.ts'
import type { StatedMethod } from '../domain/planning.ts'
import type { Candidate } from './candidates.ts'
import { domainSystem } from './domain-system.ts'
import {
  type DomainProblem,
  type DomainState,
  type PlanningDomain,
  type TaskReference,
  UNNOTED,
} from './domain-types.ts'
import { type Footprint, withTimes } from './timing.ts'

/**
 * A candidate of a domain with times that its state and resources allow; see timing.ts.
 * @param methods all methods by name, when some of them order decisions only
 */
export function timedPlan(
  domain: PlanningDomain,
  problem: DomainProblem,
  candidate: Candidate<DomainState, TaskReference>,
  methods: ReadonlyMap<string, StatedMethod> = new Map(),
): Plan {
  const system = domainSystem(domain, problem)
  const { actions, tasks } = candidate
  const plan = methods.size === 0 ? candidate.plan : loosened(candidate.plan, problem, methods)
  const capacities = new Map<string, number>()
  for (const [name, resource] of Object.entries(domain.definition.resources ?? {}))
    if (resource.kind === 'reusable') capacities.set(name, resource.capacity)
  const first = firstBelow(plan)
  const chosen = new Map(plan.decomposition?.nodes.map((node) => [node.id, node.method]))
  let state = system.initialState
  const footprints = actions.map((action, index): Footprint => {
    const reads = new Set<string>()
    const noted = noting(state, reads)
    const step = plan.steps[index] as Plan['steps'][number]
    for (const id of first.get(step.id) ?? []) {
      const method = methods.get(chosen.get(id) ?? '')
      if (method?.looseEnd === true && method.when.length === 0) continue
      const task = tasks.get(id)
      if (task !== undefined) system.refine(task, noted)
    }
    const transition = system.execute(action, noted)
    if ('reason' in transition) return { duration: 0, reads, writes: new Set(), holds: new Map() }
    const before = state
    state = transition.state
    const writes = new Set(Object.keys(state).filter((name) => state[name] !== before[name]))
    const holds = Object.entries(transition.resources).filter(([name]) => capacities.has(name))
    return { duration: transition.duration, reads, writes, holds: new Map(holds) }
  })
  return withTimes(plan, footprints, capacities)
}

/** The plan with the orderings of its methods, from the tree, without those that only order decisions. */
function loosened(plan: Plan, problem: DomainProblem, looseEnds: ReadonlyMap<string, StatedMethod>): Plan {
  const { roots, nodes } = plan.decomposition as NonNullable<Plan['decomposition']>
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const leaves = (id: number): readonly number[] => byId.get(id)?.subtasks.flatMap(leaves) ?? [id]
  const ordering: [number, number][] = []
  const order = (children: readonly number[], pairs: readonly (readonly [number, number])[], loose: boolean): void => {
    const below = children.map(leaves)
    for (const [first, second] of pairs) {
      if (loose && second === children.length - 1) continue
      for (const before of below[first] as readonly number[])
        for (const after of below[second] as readonly number[]) ordering.push([before, after])
    }
  }
  order(roots, problem.ordering ?? [], false)
  for (const node of nodes) {
    const method = looseEnds.get(node.method)
    if (method !== undefined) order(node.subtasks, method.ordering, method.looseEnd === true)
  }
  return { ...plan, ordering }
}

/** By step: the refined tasks whose first step it is. */
function firstBelow(plan: Plan): ReadonlyMap<number, readonly number[]> {
  const parent = new Map<number, number>()
  for (const node of plan.decomposition?.nodes ?? []) for (const child of node.subtasks) parent.set(child, node.id)
  const first = new Map<number, number[]>()
  const begun = new Set<number>()
  for (const { id } of plan.steps) {
    const above: number[] = []
    for (let at = parent.get(id); at !== undefined && !begun.has(at); at = parent.get(at)) {
      begun.add(at)
      above.push(at)
    }
    first.set(id, above)
  }
  return first
}

/** The state, noting the names of the variables that are looked at. */
function noting(state: DomainState, reads: Set<string>): DomainState {
  return new Proxy(state, {
    get(target, name) {
      if (name === UNNOTED) return target
      if (typeof name === 'string' && Object.hasOwn(target, name)) reads.add(name)
      return target[name as string]
    },
  })
}
