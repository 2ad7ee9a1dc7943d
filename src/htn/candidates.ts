/**
 * Candidate plans, lazily, best bound first. A candidate is a complete refinement of the initial tasks together with an
 * order of execution; it comes with its cost, its duration when everything that is not ordered runs side by side, and
 * the proved bound that no later candidate can undercut.
 *
 * Best-first progression: a node is a state and the tasks still to do, its bound the cost so far plus the sum of the
 * tasks' own lower bounds, which never overestimates; hence candidates come in order of cost. Ties break by age, so the
 * order is deterministic. A task is never refined inside itself in the same state with the same tasks left to do: that
 * would change nothing but the length of the tree, and it is what makes recursion end where the state space does, unless a
 * task calls itself before others and so leaves more and more to do. When the generator ends by itself, every candidate was
 * given out, which is a proof.
 */
import type { Limit, RunOptions } from '../../solvers/contract/index.ts'
import { Run } from '../../solvers/contract/index.ts'
import { type DecompositionNode, PLAN_VERSION, type Plan, type PlanStep } from '../domain/plan.ts'
import type { DecompositionSystem } from './decomposition.ts'

export interface CandidateOptions extends RunOptions {
  /** Give out this many at most. @default no limit */
  readonly count?: number
  /** Candidates that cost more are not wanted. @default no limit */
  readonly maximalCost?: number
  /** Nodes expanded at most. @default 1000000 */
  readonly maximalNodes?: number
  /**
   * Leaves out what reaches the same state with the same tasks left at no lower cost: enough when only the cheapest
   * candidate is wanted. @default false
   */
  readonly distinct?: boolean
  /** Choices forced on tasks: task name -> the only method allowed. */
  readonly forced?: ReadonlyMap<string, string>
}

export interface Candidate<State = unknown, Task = unknown> {
  readonly plan: Plan
  readonly cost: number
  /** Length of the longest chain of ordered steps, in time units. */
  readonly duration: number
  /** No candidate that follows costs less than this. */
  readonly bound: number
  /** The actions in the order of `plan.steps`, and the state after them. */
  readonly actions: readonly Task[]
  /** The refined tasks, by the id of their node in the decomposition. */
  readonly tasks: ReadonlyMap<number, Task>
  readonly finalState: State
}

/** How the generator ended. */
export type CandidateEnd =
  /** Every candidate (within `maximalCost`) was given out. */
  | { readonly status: 'complete'; readonly nodes: number }
  /** `count` candidates were given out, or a limit was hit; no later candidate costs less than `bound`. */
  | { readonly status: 'stopped'; readonly limit: Limit; readonly bound: number; readonly nodes: number }

interface Item<Task> {
  readonly id: number
  readonly task: Task
  /** Items that must be done first. */
  readonly after: readonly number[]
  /** Refinements above this item: its task, the state and all that was left to do. */
  readonly path: Path | null
}

interface Path {
  readonly key: string
  readonly above: Path | null
}

interface Node<State, Task> {
  readonly parent: Node<State, Task> | null
  readonly event: Event<Task> | null
  readonly state: State
  readonly items: readonly Item<Task>[]
  readonly nextId: number
  readonly cost: number
  readonly bound: number
  readonly age: number
}

type Event<Task> =
  | {
      readonly kind: 'step'
      readonly item: Item<Task>
      readonly cost: number
      readonly duration: number
      readonly resources: Readonly<Record<string, number>>
    }
  | {
      readonly kind: 'refine'
      readonly item: Item<Task>
      readonly method: string
      readonly ordered: boolean
      readonly children: readonly number[]
    }

/** Candidates in order of cost; the return value says whether these were all. */
export async function* candidates<State, Task>(
  system: DecompositionSystem<State, Task>,
  options: CandidateOptions = {},
): AsyncGenerator<Candidate<State, Task>, CandidateEnd> {
  const run = new Run('candidates', options)
  const search = new CandidateSearch<State, Task>(system, options)
  const wanted = options.count ?? Number.POSITIVE_INFINITY
  let given = 0
  while (given < wanted) {
    const next = search.next(run)
    if (next.kind === 'candidate') {
      given++
      yield next.candidate
    } else if (next.kind === 'complete') return { status: 'complete', nodes: search.nodes }
    else if (next.kind === 'limit')
      return { status: 'stopped', limit: next.limit, bound: search.bound, nodes: search.nodes }
    // Lets timers and signals be heard between candidates and long stretches without one.
    await Promise.resolve()
  }
  return { status: 'stopped', limit: 'gap', bound: search.bound, nodes: search.nodes }
}

/** The cheapest candidate, the synchronous way. */
export function cheapest<State, Task>(
  system: DecompositionSystem<State, Task>,
  options: CandidateOptions = {},
): { readonly candidate: Candidate<State, Task> } | { readonly end: CandidateEnd } {
  const run = new Run('candidates', options)
  const search = new CandidateSearch<State, Task>(system, { distinct: true, ...options })
  for (;;) {
    const next = search.next(run)
    if (next.kind === 'candidate') return { candidate: next.candidate }
    if (next.kind === 'complete') return { end: { status: 'complete', nodes: search.nodes } }
    if (next.kind === 'limit') {
      return { end: { status: 'stopped', limit: next.limit, bound: search.bound, nodes: search.nodes } }
    }
  }
}

export type Next<State, Task> =
  | { readonly kind: 'candidate'; readonly candidate: Candidate<State, Task> }
  | { readonly kind: 'complete' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'limit'; readonly limit: Limit }

export class CandidateSearch<State, Task> {
  readonly #system: DecompositionSystem<State, Task>
  readonly #maximalCost: number
  readonly #maximalNodes: number
  readonly #forced: ReadonlyMap<string, string>
  readonly #heap: Node<State, Task>[] = []
  /** States with tasks left that were expanded, when only distinct ones are. */
  readonly #expanded: Set<string> | null
  #age = 0
  nodes = 0

  constructor(system: DecompositionSystem<State, Task>, options: CandidateOptions) {
    this.#system = system
    this.#maximalCost = options.maximalCost ?? Number.POSITIVE_INFINITY
    this.#maximalNodes = options.maximalNodes ?? 1_000_000
    this.#forced = options.forced ?? new Map()
    this.#expanded = options.distinct === true ? new Set() : null
    const items = system.initialTasks.map((task, id) => ({
      id,
      task,
      after:
        system.initialOrdering === undefined
          ? system.initialOrdered && id > 0
            ? [id - 1]
            : []
          : system.initialOrdering.filter(([, later]) => later === id).map(([first]) => first),
      path: null,
    }))
    this.#push(null, null, system.initialState, items, items.length, 0)
  }

  /** Smallest bound still open; Infinity when nothing is. */
  get bound(): number {
    return this.#heap[0]?.bound ?? Number.POSITIVE_INFINITY
  }

  next(run: Run): Next<State, Task> {
    for (let steps = 0; steps < 2000; steps++) {
      if (this.#heap.length === 0) return { kind: 'complete' }
      if (this.nodes >= this.#maximalNodes) return { kind: 'limit', limit: 'nodes' }
      const { limit } = run
      if (limit !== null) return { kind: 'limit', limit }
      const node = this.#pop()
      if (this.#expanded !== null) {
        const key = this.#key(node)
        if (this.#expanded.has(key)) continue
        this.#expanded.add(key)
      }
      this.nodes++
      if (node.items.length === 0) {
        if (this.#system.goal(node.state) !== null) continue
        return { kind: 'candidate', candidate: this.#candidate(node) }
      }
      this.#expand(node)
    }
    return { kind: 'pause' }
  }

  /** The same for nodes with equal states and equal tasks in equal order left to do. */
  #key(node: Node<State, Task>): string {
    const place = new Map(node.items.map((item, index) => [item.id, index]))
    const items = node.items.map((item) => {
      const after = item.after.flatMap((id) => place.get(id) ?? []).toSorted((a, b) => a - b)
      return `${this.#system.taskKey(item.task)}<${[...new Set(after)].join(' ')}`
    })
    return `${this.#system.stateKey(node.state)}|${items.join('|')}`
  }

  #expand(node: Node<State, Task>): void {
    const system = this.#system
    const open = new Set(node.items.map((item) => item.id))
    const ready = node.items.filter((item) => item.after.every((id) => !open.has(id)))
    let whole: string | null = null
    for (const item of ready) {
      const rest = node.items.filter((other) => other !== item)
      if (system.isAction(item.task)) {
        const transition = system.execute(item.task, node.state)
        if ('reason' in transition) continue
        const { cost, duration, resources } = transition
        const event: Event<Task> = { kind: 'step', item, cost, duration, resources }
        this.#push(node, event, transition.state, rest, node.nextId, node.cost + cost)
        continue
      }
      whole ??= this.#key(node)
      const key = `${system.taskKey(item.task)} @ ${whole}`
      let looping = false
      for (let path = item.path; path !== null; path = path.above) if (path.key === key) looping = true
      if (looping) continue
      const path = { key, above: item.path }
      const only = this.#forced.get(system.describe(item.task).name)
      for (const { method, subtasks, ordered, ordering } of system.refine(item.task, node.state).alternatives) {
        if (only !== undefined && only !== method) continue
        const children = subtasks.map((_, index) => node.nextId + index)
        const inside = subtasks.map((task, index) => ({
          id: node.nextId + index,
          task,
          after:
            ordering === undefined
              ? ordered && index > 0
                ? [...item.after, node.nextId + index - 1]
                : item.after
              : [
                  ...item.after,
                  ...ordering.filter(([, later]) => later === index).map(([first]) => node.nextId + first),
                ],
          path,
        }))
        // What waited for the task now waits for all of its parts.
        const later = rest.map((other) =>
          other.after.includes(item.id)
            ? { ...other, after: other.after.filter((id) => id !== item.id).concat(children, item.after) }
            : other,
        )
        const event: Event<Task> = { kind: 'refine', item, method, ordered, children }
        this.#push(node, event, node.state, [...inside, ...later], node.nextId + subtasks.length, node.cost)
      }
    }
  }

  #push(
    parent: Node<State, Task> | null,
    event: Event<Task> | null,
    state: State,
    items: readonly Item<Task>[],
    nextId: number,
    cost: number,
  ): void {
    let bound = cost
    for (const item of items) bound += this.#system.bound(item.task).cost
    if (bound > this.#maximalCost || bound === Number.POSITIVE_INFINITY) return
    const node = { parent, event, state, items, nextId, cost, bound, age: this.#age++ }
    const heap = this.#heap
    let at = heap.length
    heap.push(node)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(node, heap[above] as Node<State, Task>)) break
      heap[at] = heap[above] as Node<State, Task>
      at = above
    }
    heap[at] = node
  }

  #pop(): Node<State, Task> {
    const heap = this.#heap
    const top = heap[0] as Node<State, Task>
    const last = heap.pop() as Node<State, Task>
    if (heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right !== undefined && before(right, heap[child] as Node<State, Task>)) child++
      if (!before(heap[child] as Node<State, Task>, last)) break
      heap[at] = heap[child] as Node<State, Task>
      at = child
    }
    heap[at] = last
    return top
  }

  #candidate(last: Node<State, Task>): Candidate<State, Task> {
    const system = this.#system
    const events: Event<Task>[] = []
    for (let node: Node<State, Task> | null = last; node !== null; node = node.parent) {
      if (node.event !== null) events.push(node.event)
    }
    events.reverse()
    const steps: PlanStep[] = []
    const actions: Task[] = []
    const nodes: DecompositionNode[] = []
    const tasks = new Map<number, Task>()
    const refined = new Map<number, readonly number[]>()
    const durations = new Map<number, number>()
    for (const event of events) {
      const { name, args } = system.describe(event.item.task)
      if (event.kind === 'refine') {
        nodes.push({ id: event.item.id, task: name, args, method: event.method, subtasks: event.children })
        refined.set(event.item.id, event.children)
        tasks.set(event.item.id, event.item.task)
        continue
      }
      const uses = Object.keys(event.resources).length > 0
      steps.push({ id: event.item.id, name, args, cost: event.cost, ...(uses ? { resources: event.resources } : {}) })
      actions.push(event.item.task)
      durations.set(event.item.id, event.duration)
    }
    // Earliest finish when steps wait only for what the hierarchy orders before them.
    const leaves = (id: number): readonly number[] =>
      (refined.get(id) ?? [id]).flatMap((child) => (child === id ? [id] : leaves(child)))
    const finish = new Map<number, number>()
    const ordering = new Map<string, [number, number]>()
    for (const event of events) {
      if (event.kind !== 'step') continue
      let start = 0
      for (const before of event.item.after) {
        for (const leaf of leaves(before)) {
          start = Math.max(start, finish.get(leaf) ?? 0)
          ordering.set(`${leaf} ${event.item.id}`, [leaf, event.item.id])
        }
      }
      finish.set(event.item.id, start + event.duration)
    }
    const duration = Math.max(0, ...finish.values())
    const timed = steps.map((step) => {
      const end = finish.get(step.id) as number
      return { ...step, start: end - (durations.get(step.id) as number), end }
    })
    const cost = last.cost
    const plan: Plan = {
      version: PLAN_VERSION,
      steps: timed,
      ordering: [...ordering.values()],
      links: [],
      decomposition: { roots: system.initialTasks.map((_, id) => id), nodes },
      cost,
      makespan: duration,
    }
    return { plan, cost, duration, bound: cost, actions, tasks, finalState: last.state }
  }
}

function before(first: { bound: number; age: number }, second: { bound: number; age: number }): boolean {
  return first.bound < second.bound || (first.bound === second.bound && first.age < second.age)
}
