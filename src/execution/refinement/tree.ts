/**
 * A plan with the tree it was refined by, and its repair in that tree.
 *
 * When a step cannot run in the state observed (or is foreseen not to), its parent is refined anew from there; what was
 * carried out is never carried out again; the rest of the plan is simulated, and whatever breaks there is repaired in the
 * same way before acting goes on; where a task has no refinement left, its parent is tried, and at last the whole
 * remaining network. Source: the repair of total-order task networks with forward simulation (Zaidins, Roberts and Nau
 * 2023, "Implicit dependency detection for HTN plan repair"), with the difference that finished subtasks of a re-opened
 * method stay.
 */
import type { DecompositionSystem } from '../../domain/decomposition.ts'
import { type DecompositionNode, PLAN_VERSION, type Plan, type PlanStep } from '../../domain/plan.ts'
import { type SeekLimits, type SeekResult, seek, type TreeNode } from './seek.ts'

export type RepairOutcome =
  /** The rest of the plan works from here as it is. */
  | { readonly status: 'works' }
  /** `redone`: tasks refined anew. */
  | { readonly status: 'repaired'; readonly redone: readonly string[] }
  | { readonly status: 'failed'; readonly reason: string }

export interface RefinementOptions {
  /** Tasks taken up in one search, at most. @default 200000 */
  readonly maximalIterations?: number
  readonly signal?: AbortSignal
}

type Node<State, Task> = TreeNode<State, Task>

interface Walk<State> {
  /** State before each open step, and after the last one that runs. */
  readonly states: readonly State[]
  /** Place of the first step that cannot run; the number of open steps when the goal is missed; null when all works. */
  readonly broken: number | null
  readonly reason: string
}

export class RefinementTree<State, Task> {
  readonly #system: DecompositionSystem<State, Task>
  readonly #limits: SeekLimits
  #roots: Node<State, Task>[] = []
  readonly #executed: Node<State, Task>[] = []
  /** Tasks taken up so far in all searches: the search effort. */
  iterations = 0

  constructor(system: DecompositionSystem<State, Task>, options: RefinementOptions = {}) {
    this.#system = system
    const { signal } = options
    const maximalIterations = options.maximalIterations ?? 200_000
    this.#limits = signal === undefined ? { maximalIterations } : { maximalIterations, signal }
  }

  /** Actions still to be carried out, in order. */
  get remaining(): readonly Task[] {
    return this.#open().map((node) => node.task)
  }

  get executed(): readonly Task[] {
    return this.#executed.map((node) => node.task)
  }

  /** Refines all initial tasks from a state. @returns whether there is a plan that reaches the goal too */
  plan(state: State): boolean {
    const result = this.#seek(this.#system.initialTasks, state, null)
    if (result.status === 'none') return false
    this.#roots = [...result.nodes]
    return this.repair(state).status !== 'failed'
  }

  /**
   * Takes over the tree of a plan that was made elsewhere.
   * @param parse the task or action of a name and arguments
   * @returns false when the plan has no tree
   */
  adopt(plan: Plan, parse: (name: string, args: readonly string[]) => Task): boolean {
    const { decomposition } = plan
    if (decomposition === null) return false
    const nodes = new Map(decomposition.nodes.map((node) => [node.id, node]))
    const steps = new Map(plan.steps.map((step) => [step.id, step]))
    const build = (id: number, parent: Node<State, Task> | null): Node<State, Task>[] => {
      const step = steps.get(id)
      const compound = nodes.get(id)
      if (step === undefined && compound === undefined) return []
      const task = parse(step?.name ?? (compound?.task as string), step?.args ?? compound?.args ?? [])
      const action = step !== undefined
      const method = compound?.method ?? null
      const node: Node<State, Task> = { task, action, parent, children: [], method, state: null, done: false }
      node.children = compound?.subtasks.flatMap((child) => build(child, node)) ?? []
      return [node]
    }
    this.#roots = decomposition.roots.flatMap((id) => build(id, null))
    return true
  }

  /** The next action was carried out. */
  advance(): void {
    const node = this.#open()[0]
    if (node === undefined) return
    node.done = true
    this.#executed.push(node)
  }

  /** Whether the rest of the plan works from a state, without changing it. */
  works(state: State): boolean {
    return this.#walk(state).broken === null
  }

  /** Repairs the rest of the plan for a state, simulated to the end. The tree is unchanged when it fails. */
  repair(state: State): RepairOutcome {
    let saved: Node<State, Task>[] | null = null
    const redone: string[] = []
    const tried = new Set<Node<State, Task>>()
    for (;;) {
      const walk = this.#walk(state)
      if (walk.broken === null) return redone.length === 0 ? { status: 'works' } : { status: 'repaired', redone }
      saved ??= this.#roots.map(copyOf)
      const mended = this.#mend(walk, tried)
      if (mended === null) {
        this.#roots = saved
        this.#relink()
        return { status: 'failed', reason: walk.reason }
      }
      redone.push(mended)
    }
  }

  /** The plan that is left, as steps with a decomposition. @param firstId id of the first step or node */
  toPlan(state: State, firstId = 0): Plan {
    let next = firstId
    let current = state
    let cost = 0
    const steps: PlanStep[] = []
    const nodes: DecompositionNode[] = []
    const visit = (node: Node<State, Task>): number | null => {
      const { name, args } = this.#system.describe(node.task)
      if (node.action) {
        if (node.done) return null
        const transition = this.#system.execute(node.task, current)
        if ('reason' in transition) return null
        current = transition.state
        cost += transition.cost
        const id = next++
        steps.push({ id, name, args, cost: transition.cost })
        return id
      }
      const subtasks = node.children.map(visit).filter((id): id is number => id !== null)
      const id = next++
      nodes.push({ id, task: name, args, method: node.method ?? '', subtasks })
      return id
    }
    const roots = this.#roots.map(visit).filter((id): id is number => id !== null)
    const ordering = steps.slice(1).map((step, index) => [(steps[index] as PlanStep).id, step.id] as const)
    return { version: PLAN_VERSION, steps, ordering, links: [], decomposition: { roots, nodes }, cost }
  }

  #seek(tasks: readonly Task[], state: State, above: Node<State, Task> | null): SeekResult<State, Task> {
    const result = seek(this.#system, tasks, state, above, this.#limits)
    this.iterations += result.iterations
    return result
  }

  #open(): Node<State, Task>[] {
    return openLeaves(this.#roots)
  }

  #walk(state: State): Walk<State> {
    const states = [state]
    let current = state
    for (const [index, node] of this.#open().entries()) {
      const transition = this.#system.execute(node.task, current)
      if ('reason' in transition) return { states, broken: index, reason: `${transition.name}: ${transition.reason}` }
      current = transition.state
      states.push(current)
    }
    const missed = this.#system.goal(current)
    if (missed === null) return { states, broken: null, reason: '' }
    return { states, broken: states.length - 1, reason: missed.reason }
  }

  /** Refines one task anew, the lowest that can be; its name, or null when nothing helps. */
  #mend(walk: Walk<State>, tried: Set<Node<State, Task>>): string | null {
    const open = this.#open()
    const at = walk.broken as number
    const failed = open[at] ?? null
    let node = failed === null ? lastCompound(this.#roots) : failed.parent
    for (; node !== null; node = node.parent) {
      if (tried.has(node)) continue
      tried.add(node)
      const own = openLeaves([node])
      const first = own[0]
      const place = first === undefined ? open.length : open.indexOf(first)
      const state = walk.states[Math.min(place, walk.states.length - 1)] as State
      const split = node.children.findIndex((child) => openLeaves([child]).length > 0)
      // What a method has finished stays; the step that failed alone needs no second try.
      if (split > 0 && node.children[split] !== failed) {
        const tasks = node.children.slice(split).map((child) => child.task)
        const rest = this.#seek(tasks, state, node)
        if (rest.status === 'found') {
          node.children = [...node.children.slice(0, split), ...rest.nodes]
          for (const fresh of rest.nodes) markAll(fresh, tried)
          return this.#system.describe(node.task).name
        }
      }
      const result = this.#seek([node.task], state, node.parent)
      if (result.status === 'none') continue
      const fresh = result.nodes[0] as Node<State, Task>
      // It works from here; if the plan still breaks, it is a task above that has to change.
      markAll(fresh, tried)
      this.#replace(node, fresh)
      return this.#system.describe(node.task).name
    }
    if (tried.size === 0 && this.#roots.length === 0) return null
    return this.#mendRoots(walk, tried)
  }

  /** Refines all unfinished initial tasks anew; after that all of them, so that what was undone is done again. */
  #mendRoots(walk: Walk<State>, tried: Set<Node<State, Task>>): string | null {
    const state = walk.states[0] as State
    const finished = this.#roots.filter((root) => openLeaves([root]).length === 0 && hasDone(root))
    const fresh = this.#roots.filter((root) => !finished.includes(root))
    for (const tasks of [fresh.map((root) => root.task), [...this.#system.initialTasks]]) {
      const known = this.#roots[0]
      if (known === undefined || tasks.length === 0) continue
      const result = this.#seek(tasks, state, null)
      if (result.status === 'none') continue
      const roots = [...finished, ...result.nodes]
      const before = this.#roots
      this.#roots = roots
      if (this.#walk(state).broken === null) {
        for (const node of result.nodes) tried.add(node)
        return 'all tasks'
      }
      this.#roots = before
    }
    return null
  }

  #replace(old: Node<State, Task>, fresh: Node<State, Task>): void {
    // Steps that were carried out stay in the tree as the history of the task.
    fresh.children = [...doneLeaves([old]), ...fresh.children]
    for (const child of fresh.children) child.parent = fresh
    fresh.parent = old.parent
    const siblings = old.parent === null ? this.#roots : old.parent.children
    siblings[siblings.indexOf(old)] = fresh
  }

  #relink(): void {
    const visit = (node: Node<State, Task>): void => {
      for (const child of node.children) {
        child.parent = node
        visit(child)
      }
    }
    for (const root of this.#roots) {
      root.parent = null
      visit(root)
    }
  }
}

function openLeaves<State, Task>(
  nodes: readonly Node<State, Task>[],
  into: Node<State, Task>[] = [],
): Node<State, Task>[] {
  for (const node of nodes) {
    if (node.action) {
      if (!node.done) into.push(node)
    } else openLeaves(node.children, into)
  }
  return into
}

function doneLeaves<State, Task>(
  nodes: readonly Node<State, Task>[],
  into: Node<State, Task>[] = [],
): Node<State, Task>[] {
  for (const node of nodes) {
    if (node.action) {
      if (node.done) into.push(node)
    } else doneLeaves(node.children, into)
  }
  return into
}

function hasDone<State, Task>(node: Node<State, Task>): boolean {
  return doneLeaves([node]).length > 0
}

/** The compound task that comes last: a goal that is missed in the end is mended there first. */
function lastCompound<State, Task>(roots: readonly Node<State, Task>[]): Node<State, Task> | null {
  let found: Node<State, Task> | null = null
  for (let at = roots.at(-1); at !== undefined && !at.action; at = at.children.at(-1)) found = at
  return found
}

function markAll<State, Task>(node: Node<State, Task>, into: Set<Node<State, Task>>): void {
  into.add(node)
  for (const child of node.children) markAll(child, into)
}

function copyOf<State, Task>(node: Node<State, Task>): Node<State, Task> {
  return { ...node, children: node.children.map(copyOf) }
}
