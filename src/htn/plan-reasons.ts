/**
 * The reasons behind a plan: for every task the method that was chosen, those that were refused with the condition that
 * failed first, and those that applied as well.
 */
import type { DecompositionNode, Plan } from '../domain/plan.ts'
import type { Alternative, DecompositionSystem } from './decomposition.ts'
import type { Reason } from './reasons.ts'

/** The reasons behind a plan of the system, one tree for each initial task. */
export function explainPlan<State, Task>(system: DecompositionSystem<State, Task>, plan: Plan): readonly Reason[] {
  return new Replay(system, plan).run()
}

/** A task of the plan that is not refined or done yet. */
interface Waiting<Task> {
  readonly id: number
  readonly task: Task
  /** Tasks that end before. */
  readonly after: readonly number[]
  /** Where its reason goes. */
  readonly parts: Reason[]
  readonly place: number
}

/**
 * The plan once more, step by step. Unordered tasks interleave, so every task is judged in the state in which it is
 * refined: the first one, once all that must precede it is done, in which its method applies.
 */
class Replay<State, Task> {
  readonly #system: DecompositionSystem<State, Task>
  readonly #plan: Plan
  readonly #nodes: ReadonlyMap<number, DecompositionNode>
  readonly #labels = new Map<number, string>()
  readonly #starts: ReadonlyMap<number, number>
  readonly #steps = new Map<number, Waiting<Task>>()
  readonly #done = new Set<number>()
  readonly #parents = new Map<number, number>()
  readonly #children = new Map<number, number>()
  #open: Waiting<Task>[] = []
  #state: State

  constructor(system: DecompositionSystem<State, Task>, plan: Plan) {
    this.#system = system
    this.#plan = plan
    this.#state = system.initialState
    this.#nodes = new Map(plan.decomposition?.nodes.map((node) => [node.id, node]))
    for (const step of plan.steps) this.#labels.set(step.id, `${step.name}(${step.args.join(', ')})`)
    for (const node of this.#nodes.values()) this.#labels.set(node.id, `${node.task}(${node.args.join(', ')})`)
    this.#starts = firstSteps(plan)
  }

  run(): readonly Reason[] {
    const { initialTasks, initialOrdered, initialOrdering } = this.#system
    const roots = this.#plan.decomposition?.roots ?? []
    const result: Reason[] = []
    roots.forEach((id, place) => {
      const pairs = initialOrdering?.filter(([, later]) => later === place).map(([first]) => first)
      const before = pairs ?? (initialOrdered && place > 0 ? [place - 1] : [])
      const after = before.map((index) => roots[index] as number)
      this.#wait({ id, task: initialTasks[place] as Task, after, parts: result, place })
    })
    for (const step of this.#plan.steps) {
      this.#refineAll()
      const waiting = this.#steps.get(step.id)
      if (waiting === undefined) continue
      const transition = this.#system.execute(waiting.task, this.#state)
      if (!('reason' in transition)) this.#state = transition.state
      waiting.parts[waiting.place] = {
        task: labelOf(this.#system, waiting.task),
        refused: [],
        passedOver: [],
        parts: [],
      }
      this.#finish(step.id)
    }
    this.#refineAll()
    // What no state of the plan lets its method refine is told with what stands in the way in the end.
    for (const waiting of this.#open) this.#refine(waiting, true)
    return result
  }

  #wait(waiting: Waiting<Task>): void {
    if (this.#nodes.has(waiting.id)) this.#open.push(waiting)
    else this.#steps.set(waiting.id, waiting)
  }

  #refineAll(): void {
    for (let changed = true; changed; ) {
      changed = false
      const waiting = this.#open
      this.#open = []
      for (const task of waiting) {
        if (task.after.every((id) => this.#done.has(id)) && this.#refine(task, false)) changed = true
        else this.#open.push(task)
      }
    }
  }

  /** True when the method of the plan applies now; else nothing is told unless that is forced. */
  #refine({ id, task, parts, place }: Waiting<Task>, forced: boolean): boolean {
    const node = this.#nodes.get(id) as DecompositionNode
    const { alternatives, refusals } = this.#system.refine(task, this.#state)
    const wanted = node.subtasks.map((child) => this.#labels.get(child) ?? '')
    const chosen = alternatives.flatMap((alternative) => {
      const children = alternative.method === node.method ? this.#matched(alternative, node.subtasks, wanted) : null
      return children === null ? [] : [{ alternative, children }]
    })[0]
    if (chosen === undefined && !forced) return false
    const passedOver = [...new Set(alternatives.map((other) => other.method))].filter((name) => name !== node.method)
    const inner: Reason[] = []
    parts[place] = {
      task: labelOf(this.#system, task),
      chosen: node.method,
      refused: refusals,
      passedOver,
      parts: inner,
    }
    if (chosen === undefined) return true
    const { alternative, children } = chosen
    const order = executionOrder(
      alternative,
      children.map((child) => this.#starts.get(child) ?? -1),
    )
    const pairs = pairsOf(alternative)
    this.#children.set(id, children.length)
    order.forEach((index, position) => {
      const child = children[index] as number
      const after = pairs.filter(([, later]) => later === index).map(([first]) => children[first] as number)
      this.#parents.set(child, id)
      this.#wait({ id: child, task: alternative.subtasks[index] as Task, after, parts: inner, place: position })
    })
    if (children.length === 0) this.#finish(id)
    return true
  }

  /** By subtask of the alternative: the child that does it; plans may list the children in another order. */
  #matched(
    { subtasks }: Alternative<Task>,
    ids: readonly number[],
    wanted: readonly string[],
  ): readonly number[] | null {
    if (subtasks.length !== wanted.length) return null
    const free = new Set(ids.keys())
    const children: number[] = []
    for (const [index, subtask] of subtasks.entries()) {
      const label = labelOf(this.#system, subtask)
      const found = wanted[index] === label && free.has(index) ? index : [...free].find((at) => wanted[at] === label)
      if (found === undefined) return null
      free.delete(found)
      children.push(ids[found] as number)
    }
    return children
  }

  #finish(id: number): void {
    for (let at: number | undefined = id; at !== undefined; at = this.#parents.get(at)) {
      this.#done.add(at)
      const above = this.#parents.get(at)
      if (above === undefined) return
      const left = (this.#children.get(above) as number) - 1
      this.#children.set(above, left)
      if (left > 0) return
    }
  }
}

function labelOf<State, Task>(system: DecompositionSystem<State, Task>, task: Task): string {
  const { name, args } = system.describe(task)
  return `${name}(${args.join(', ')})`
}

/** Subtasks in the order of execution; those without a step as early as the method's ordering allows. */
function executionOrder<Task>(alternative: Alternative<Task>, starts: readonly number[]): readonly number[] {
  const { subtasks } = alternative
  const pairs = pairsOf(alternative)
  const waiting = new Map(subtasks.map((_, index) => [index, new Set<number>()]))
  for (const [first, second] of pairs) waiting.get(second)?.add(first)
  const result: number[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.keys()].filter((index) => (waiting.get(index) as Set<number>).size === 0)
    const next = ready.toSorted((a, b) => (starts[a] as number) - (starts[b] as number) || a - b)[0]
    if (next === undefined) break
    waiting.delete(next)
    for (const before of waiting.values()) before.delete(next)
    result.push(next)
  }
  return result
}

function pairsOf<Task>({ ordering, ordered, subtasks }: Alternative<Task>): readonly (readonly [number, number])[] {
  return ordering ?? (ordered ? subtasks.slice(1).map((_, index): [number, number] => [index, index + 1]) : [])
}

/** By step and node: place of the first step below; none for nodes without one. */
function firstSteps(plan: Plan): ReadonlyMap<number, number> {
  const parents = new Map(
    plan.decomposition?.nodes.flatMap((node) => node.subtasks.map((child): [number, number] => [child, node.id])),
  )
  const starts = new Map<number, number>()
  plan.steps.forEach((step, place) => {
    for (let at: number | undefined = step.id; at !== undefined && !starts.has(at); at = parents.get(at))
      starts.set(at, place)
  })
  return starts
}
