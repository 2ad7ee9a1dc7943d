/** A compound task of a plan together with the method that refines it, as the verifier sees it. */
import type { Formula, TypedName } from '../domain/formula.ts'
import { type TaskNetwork, topologicalOrder } from '../domain/htn.ts'
import type { Matching } from './htn-matching.ts'
import type { Values } from './world.ts'

/** What every refinement by one method has in common, computed once. */
export interface Pattern {
  readonly name: string
  readonly parameters: readonly TypedName[]
  readonly condition: Formula
  readonly network: TaskNetwork
  /** Orderings with their earlier subtask in topological order, and with their later one in reverse; null = cyclic. */
  readonly forward: readonly (readonly [number, number])[] | null
  readonly backward: readonly (readonly [number, number])[]
}

export interface Refinement {
  readonly id: number
  readonly pattern: Pattern
  readonly children: readonly number[]
  matchings: readonly Matching[]
  /** Index of the first and last step below; Infinity and -1 when there is none. */
  first: number
  last: number
  /** States (before step i) between which the precondition may be judged. */
  low: number
  high: number
  /** Where it was judged and found true, and the objects it was found true for; set while the plan is run. */
  judged: { readonly moment: number; readonly matching: Matching; readonly values: Values } | null
}

export function makePattern(
  name: string,
  parameters: readonly TypedName[],
  condition: Formula,
  network: TaskNetwork,
): Pattern {
  const sequence = topologicalOrder(network)
  const rank: number[] = []
  sequence?.forEach((subtask, index) => {
    rank[subtask] = index
  })
  const by = (side: 0 | 1, sign: number) => (a: readonly [number, number], b: readonly [number, number]) =>
    sign * ((rank[a[side]] as number) - (rank[b[side]] as number))
  return {
    name,
    parameters,
    condition,
    network,
    forward: sequence === null ? null : [...network.ordering].sort(by(0, 1)),
    backward: sequence === null ? [] : [...network.ordering].sort(by(1, -1)),
  }
}

export function makeRefinement(id: number, pattern: Pattern, children: readonly number[]): Refinement {
  return {
    id,
    pattern,
    children,
    matchings: [],
    first: Number.POSITIVE_INFINITY,
    last: -1,
    low: 0,
    high: 0,
    judged: null,
  }
}
