/**
 * A hierarchical planning problem as written: typed objects, tasks, methods, actions, an initial state, an initial task
 * network and perhaps a goal. This is what the HDDL reader produces, what the HTN core plans for and what the verifier
 * judges plans against. Plain JSON, immutable.
 *
 * Meaning: a solution is a sequence of actions, executable from the initial state, that is obtained from the initial
 * task network by replacing every compound task by the subtasks of one of its methods until only actions are left, in
 * an order that respects every ordering, with every method precondition true at some moment between the end of what
 * must precede the method's subtasks and the first action below the method (with total order: right before that
 * action); the goal holds in the last state. Source: Hoeller et al. 2020, "HDDL: an extension to PDDL".
 */
import type { Effect, Formula, NumericExpression, Term, TypedName } from './formula.ts'

export interface TypeDeclaration {
  readonly name: string
  /** Direct supertypes; none means directly below `object`. */
  readonly parents: readonly string[]
}

export interface SymbolDeclaration {
  readonly name: string
  readonly parameters: readonly TypedName[]
}

/** One occurrence of a task or an action inside a task network. */
export interface Subtask {
  /** Label within the network, unique there. */
  readonly id: string
  readonly task: string
  readonly arguments: readonly Term[]
}

export interface TaskNetwork {
  readonly subtasks: readonly Subtask[]
  /** Pairs of indices into `subtasks`: the first ends before the second starts. Not necessarily transitively closed. */
  readonly ordering: readonly (readonly [number, number])[]
  /** What the variables must satisfy: (in)equalities and types. */
  readonly constraints: Formula
}

export interface Method {
  readonly name: string
  readonly parameters: readonly TypedName[]
  /** The compound task it refines. */
  readonly task: string
  readonly taskArguments: readonly Term[]
  readonly precondition: Formula
  readonly network: TaskNetwork
}

export interface Action {
  readonly name: string
  readonly parameters: readonly TypedName[]
  readonly precondition: Formula
  readonly effects: readonly Effect[]
}

export interface HtnDomain {
  readonly name: string
  readonly requirements: readonly string[]
  readonly types: readonly TypeDeclaration[]
  readonly constants: readonly TypedName[]
  readonly predicates: readonly SymbolDeclaration[]
  readonly fluents: readonly SymbolDeclaration[]
  readonly tasks: readonly SymbolDeclaration[]
  readonly methods: readonly Method[]
  readonly actions: readonly Action[]
}

export interface HtnProblem {
  readonly name: string
  readonly domain: HtnDomain
  /** Objects of the problem, without the domain's constants. */
  readonly objects: readonly TypedName[]
  /** Facts true at the start; everything else is false. */
  readonly facts: readonly { readonly predicate: string; readonly arguments: readonly string[] }[]
  readonly values: readonly {
    readonly fluent: string
    readonly arguments: readonly string[]
    readonly value: number
  }[]
  /**
   * The initial task network; its variables are `networkParameters`. Null for a classical problem, which asks for any
   * executable sequence of actions that reaches the goal.
   */
  readonly network: TaskNetwork | null
  readonly networkParameters: readonly TypedName[]
  readonly goal: Formula | null
  /** What to minimise; null counts every action as 1. */
  readonly metric: NumericExpression | null
}

/** True when the transitive closure of the ordering puts every subtask before or after every other. */
export function isTotallyOrdered(network: TaskNetwork): boolean {
  return totalOrder(network) !== null
}

/** The only order the network allows, as indices of subtasks, or null when it allows several or none. */
export function totalOrder(network: TaskNetwork): readonly number[] | null {
  const count = network.subtasks.length
  const order = topologicalOrder(network)
  if (order === null) return null
  const direct = new Set(network.ordering.map(([before, after]) => before * count + after))
  for (let i = 0; i + 1 < count; i++) {
    if (!direct.has((order[i] as number) * count + (order[i + 1] as number))) return null
  }
  return order
}

/** Indices of the subtasks in an order that respects the ordering, smallest index first; null when it has a cycle. */
export function topologicalOrder(network: {
  readonly subtasks: readonly unknown[]
  readonly ordering: TaskNetwork['ordering']
}): readonly number[] | null {
  const count = network.subtasks.length
  const waiting = new Int32Array(count)
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const [first, second] of network.ordering) {
    waiting[second] = (waiting[second] as number) + 1
    ;(after[first] as number[]).push(second)
  }
  const ready: number[] = []
  for (let i = 0; i < count; i++) if (waiting[i] === 0) ready.push(i)
  const order: number[] = []
  while (ready.length > 0) {
    let best = 0
    for (let i = 1; i < ready.length; i++) if ((ready[i] as number) < (ready[best] as number)) best = i
    const next = ready.splice(best, 1)[0] as number
    order.push(next)
    for (const later of after[next] as number[]) {
      waiting[later] = (waiting[later] as number) - 1
      if (waiting[later] === 0) ready.push(later)
    }
  }
  return order.length === count ? order : null
}
