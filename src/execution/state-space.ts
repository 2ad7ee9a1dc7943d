/**
 * Plans in a space of states by uniform-cost search (Dijkstra 1959), for problems without a decomposition.
 *
 * With `keep`, the plan that shares most with an old one comes first and cost decides among those: the order is
 * lexicographic in (steps that the old plan does not have, cost), which is the optimally stable repair with distance as
 * the cost (Saetti and Scala 2022). Exact in both: every state is settled once, at its lexicographic minimum.
 */
import FlatQueue from 'flatqueue'
import type { Limit } from '../../solvers/contract/index.ts'

export interface SpaceAction<State> {
  readonly name: string
  readonly args: readonly string[]
  /** State after it. */
  readonly state: State
  /** >= 0. */
  readonly cost: number
}

export interface ActionSpace<State> {
  /** Equal states have equal keys. */
  key(state: State): string
  actions(state: State): Iterable<SpaceAction<State>>
  isGoal(state: State): boolean
}

export interface SpaceOptions {
  /** Whether a step is one of the old plan, which costs nothing new. @default no step is */
  readonly keep?: (name: string, args: readonly string[]) => boolean
  /** States settled at most. @default 1000000 */
  readonly maximalStates?: number
  readonly signal?: AbortSignal
}

export type SpaceResult<State> =
  | {
      readonly status: 'found'
      readonly actions: readonly SpaceAction<State>[]
      readonly cost: number
      readonly newActions: number
      readonly states: number
    }
  /** Proved: no reachable state is a goal. */
  | { readonly status: 'unreachable'; readonly states: number }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly states: number }

interface Entry<State> {
  readonly state: State
  readonly parent: Entry<State> | null
  readonly action: SpaceAction<State> | null
  readonly fresh: number
  readonly cost: number
}

/** The best way from a state to a goal. O(states log states + actions). */
export function findPath<State>(
  space: ActionSpace<State>,
  start: State,
  options: SpaceOptions = {},
): SpaceResult<State> {
  const { keep, signal } = options
  const maximal = options.maximalStates ?? 1_000_000
  // One queue for each number of new steps: the first that is not empty holds the lexicographic minimum.
  const queues: FlatQueue<Entry<State>>[] = []
  const push = (entry: Entry<State>): void => {
    while (queues.length <= entry.fresh) queues.push(new FlatQueue())
    queues[entry.fresh]?.push(entry, entry.cost)
  }
  const settled = new Set<string>()
  push({ state: start, parent: null, action: null, fresh: 0, cost: 0 })
  for (let level = 0; level < queues.length; ) {
    const entry = queues[level]?.pop()
    if (entry === undefined) {
      level++
      continue
    }
    const key = space.key(entry.state)
    if (settled.has(key)) continue
    settled.add(key)
    if (space.isGoal(entry.state)) {
      const actions: SpaceAction<State>[] = []
      for (let at: Entry<State> = entry; at.action !== null; at = at.parent as Entry<State>) actions.push(at.action)
      const { cost, fresh } = entry
      return { status: 'found', actions: actions.reverse(), cost, newActions: fresh, states: settled.size }
    }
    if (settled.size >= maximal) return { status: 'unknown', limit: 'nodes', states: settled.size }
    if (settled.size % 1024 === 0 && signal?.aborted === true)
      return { status: 'unknown', limit: 'interrupted', states: settled.size }
    for (const action of space.actions(entry.state)) {
      const fresh = entry.fresh + (keep === undefined || keep(action.name, action.args) ? 0 : 1)
      push({ state: action.state, parent: entry, action, fresh, cost: entry.cost + action.cost })
    }
  }
  return { status: 'unreachable', states: settled.size }
}
