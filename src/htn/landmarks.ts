/**
 * Landmarks: facts that every solution makes true or rests on, tasks, methods and actions that every solution contains.
 *
 * The grounded hierarchy without deletes is an AND/OR graph: a fact is reached by any of the actions that add it, a task by
 * any of its methods; an action needs all its preconditions, a method its conditions and all its subtasks. The landmarks
 * of a node are the greatest solution of: of an AND node, the union over what it needs; of an OR node, the intersection
 * over its alternatives; and the node itself (Zhu and Givan 2003; Keyder, Richter and Helmert 2010; for hierarchies
 * Hoeller and Bercher 2021). All of them are necessary; necessary things that only deletes, negative or disjunctive
 * conditions or interleaving make so are missed. Facts that conditional effects may bring about are taken for themselves
 * alone.
 *
 * Memory n^2 / 8 bytes for n nodes, hence the limit; time O(edges x n / 32) a round, with few rounds.
 */
import type { Effect } from '../domain/formula.ts'
import type { HtnProblem } from '../domain/htn.ts'
import { withHierarchy } from './classical.ts'
import { ground } from './grounded/ground.ts'
import { LiftedSystem } from './lifted/system.ts'

export type Landmarks =
  | {
      readonly status: 'complete'
      /** Facts of the initial state without which there is no solution. */
      readonly initial: readonly string[]
      /** Facts that are false at the start and true at some moment of every solution. */
      readonly facts: readonly string[]
      /** Compound tasks and actions that every solution contains, the initial tasks included. */
      readonly tasks: readonly string[]
      readonly actions: readonly string[]
      /** Methods that every solution uses, with their tasks. */
      readonly methods: readonly string[]
    }
  /** Even without deletes nothing works: there is no solution. */
  | { readonly status: 'unsolvable' }
  /** The grounded hierarchy has more nodes than the limit. */
  | { readonly status: 'too-large' }

export interface LandmarkOptions {
  /** @default 12000 */
  readonly maximalNodes?: number
}

export function landmarks(problem: HtnProblem, options: LandmarkOptions = {}): Landmarks {
  const limit = options.maximalNodes ?? 12_000
  const classical = problem.network === null
  const system = new LiftedSystem(classical ? withHierarchy(problem) : problem)
  const graph = ground(system, { maximalMethods: limit, stop: () => false })
  if (graph === null) return { status: 'too-large' }
  const network = new AndOrGraph()
  const { states, symbols, tasks } = system
  const isStatic = (fact: number): boolean => symbols.isStatic[states.facts.heads.data[fact] as number] === 1
  system.states.goto(0)
  const conditional = new Set<string>()
  const note = (effect: Effect): void => {
    if (effect.kind === 'add') conditional.add(effect.predicate)
    else if (effect.kind === 'when' || effect.kind === 'forall') effect.effects.forEach(note)
  }
  for (const action of system.actions) action.rest.forEach(note)
  const factNode = (fact: number): number => {
    const [node, fresh] = network.node('fact', fact, 'or')
    const predicate = symbols.predicates[states.facts.heads.data[fact] as number]?.name ?? ''
    if (fresh && (states.truth[fact] === 1 || conditional.has(predicate))) network.given(node)
    return node
  }
  for (const task of graph.actions) {
    const [node] = network.node('action', task, 'and')
    const { positive, adds } = system.groundAction(task)
    for (const fact of positive) if (!isStatic(fact)) network.edge(factNode(fact), node)
    for (const fact of adds) network.edge(node, factNode(fact))
  }
  const isAction = new Set(graph.actions)
  const taskNode = (task: number): number =>
    network.node(isAction.has(task) ? 'action' : 'task', task, isAction.has(task) ? 'and' : 'or')[0]
  const methods = [...graph.methods.values()].flat()
  methods.forEach((method, index) => {
    const [node] = network.node('method', index, 'and')
    network.edge(node, taskNode(method.task))
    for (const fact of method.positive) network.edge(factNode(fact), node)
    for (const subtask of method.subtasks) network.edge(taskNode(subtask), node)
  })
  const [top] = network.node('top', 0, 'and')
  network.edge(taskNode(system.root), top)
  for (const fact of system.goalFacts().positive) if (!isStatic(fact)) network.edge(factNode(fact), top)
  if (network.size > limit) return { status: 'too-large' }
  const necessary = network.necessary(top)
  if (necessary === null) return { status: 'unsolvable' }
  const factName = (fact: number): string =>
    atom(symbols.predicates[states.facts.heads.data[fact] as number]?.name, states.facts, fact, symbols.objects)
  const taskName = (task: number): string | null => {
    const head = tasks.heads.data[task] as number
    const name = symbols.taskNames[head]
    return name === undefined || head === system.rootSymbol ? null : atom(name, tasks, task, symbols.objects)
  }
  const of = (kind: string): readonly number[] => necessary.filter((node) => node.kind === kind).map((node) => node.id)
  const named = (names: readonly (string | null)[]): readonly string[] =>
    names.filter((name) => name !== null).toSorted()
  const [initial, facts] = [true, false].map((start) =>
    of('fact')
      .filter((fact) => (states.truth[fact] === 1) === start)
      .map(factName)
      .toSorted(),
  ) as [string[], string[]]
  return {
    status: 'complete',
    initial,
    facts,
    tasks: classical ? [] : named(of('task').map(taskName)),
    actions: named(of('action').map(taskName)),
    methods: classical
      ? []
      : named(
          of('method').map((index) => {
            const method = methods[index]
            const task = method === undefined ? null : taskName(method.task)
            return task === null || method?.schema === null ? null : `${method?.schema.name} for ${task}`
          }),
        ),
  }
}

/** In words, one line a kind; nothing where there is none. */
export function describeLandmarks(found: Landmarks): readonly string[] {
  switch (found.status) {
    case 'too-large':
      return []
    case 'unsolvable':
      return ['There is no plan, not even when actions lose their negative effects.']
    case 'complete': {
      const lines: [string, readonly string[]][] = [
        ['Every plan rests on these facts of the start', found.initial],
        ['Every plan makes these facts true', found.facts],
        ['Every plan does these tasks', found.tasks],
        ['Every plan uses these methods', found.methods],
        ['Every plan contains these steps', found.actions],
      ]
      return lines.flatMap(([head, list]) => (list.length === 0 ? [] : `${head}: ${list.join(', ')}.`))
    }
  }
}

interface Table {
  readonly starts: { readonly data: Int32Array }
  readonly values: { readonly data: Int32Array }
}

function atom(name: string | undefined, table: Table, id: number, objects: readonly string[]): string {
  const args: string[] = []
  const end = table.starts.data[id + 1] as number
  for (let i = table.starts.data[id] as number; i < end; i++)
    args.push(objects[table.values.data[i] as number] as string)
  return `${name ?? ''}(${args.join(', ')})`
}

class AndOrGraph {
  readonly #ids = new Map<string, number>()
  readonly #nodes: { readonly kind: string; readonly id: number; readonly join: 'and' | 'or' }[] = []
  readonly #needs: number[][] = []
  readonly #users: number[][] = []
  readonly #given = new Set<number>()

  get size(): number {
    return this.#nodes.length
  }

  /** The node, and whether it is new. */
  node(kind: string, id: number, join: 'and' | 'or'): readonly [number, boolean] {
    const key = `${kind} ${id}`
    const known = this.#ids.get(key)
    if (known !== undefined) return [known, false]
    const node = this.#nodes.push({ kind, id, join }) - 1
    this.#ids.set(key, node)
    this.#needs.push([])
    this.#users.push([])
    return [node, true]
  }

  /** A node that holds by itself. */
  given(node: number): void {
    this.#given.add(node)
  }

  edge(from: number, to: number): void {
    this.#needs[to]?.push(from)
    this.#users[from]?.push(to)
  }

  /** What `top` cannot be reached without, itself left out; null when it cannot be reached. */
  necessary(top: number): readonly { readonly kind: string; readonly id: number }[] | null {
    const count = this.#nodes.length
    const words = (count + 31) >> 5
    // Undefined stands for the set of everything: nothing is known to reach the node yet.
    const sets: (Uint32Array | undefined)[] = new Array(count)
    const queue: number[] = []
    const queued = new Uint8Array(count)
    const push = (node: number): void => {
      if (queued[node] === 1) return
      queued[node] = 1
      queue.push(node)
    }
    for (let node = 0; node < count; node++) {
      const { join } = this.#nodes[node] as { join: 'and' | 'or' }
      if (this.#given.has(node) || (join === 'and' && (this.#needs[node] as number[]).length === 0)) push(node)
    }
    for (let at = 0; at < queue.length; at++) {
      const node = queue[at] as number
      queued[node] = 0
      const next = this.#combined(node, sets, words)
      if (next === undefined) continue
      next[node >> 5] = (next[node >> 5] as number) | (1 << (node & 31))
      const before = sets[node]
      if (before?.every((word, index) => word === next[index])) continue
      sets[node] = next
      for (const user of this.#users[node] as number[]) push(user)
    }
    const result = sets[top]
    if (result === undefined) return null
    return this.#nodes.filter((_, node) => node !== top && (((result[node >> 5] as number) >>> (node & 31)) & 1) === 1)
  }

  #combined(node: number, sets: readonly (Uint32Array | undefined)[], words: number): Uint32Array | undefined {
    if (this.#given.has(node)) return new Uint32Array(words)
    const { join } = this.#nodes[node] as { join: 'and' | 'or' }
    const needs = this.#needs[node] as number[]
    if (join === 'and') {
      const union = new Uint32Array(words)
      for (const need of needs) {
        const set = sets[need]
        if (set === undefined) return undefined
        for (let i = 0; i < words; i++) union[i] = (union[i] as number) | (set[i] as number)
      }
      return union
    }
    let shared: Uint32Array | undefined
    for (const need of needs) {
      const set = sets[need]
      if (set === undefined) continue
      if (shared === undefined) shared = set.slice()
      else for (let i = 0; i < words; i++) shared[i] = (shared[i] as number) & (set[i] as number)
    }
    return shared
  }
}
