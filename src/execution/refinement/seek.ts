/**
 * Depth-first refinement with chronological backtracking (total-order decomposition, Nau et al. 2003): tasks are taken
 * from the front, refined by the first alternative that leads to an executable sequence. A task is never refined inside
 * itself in the same state, so recursive domains end.
 */
import type { Alternative, DecompositionSystem } from '../../domain/decomposition.ts'

/** A task in the tree; an action has no children and no method. */
export interface TreeNode<State, Task> {
  readonly task: Task
  readonly action: boolean
  parent: TreeNode<State, Task> | null
  children: TreeNode<State, Task>[]
  method: string | null
  /** State in which it was refined. */
  state: State | null
  /** Of an action: it was carried out. */
  done: boolean
}

export interface SeekLimits {
  /** Tasks taken up at most. */
  readonly maximalIterations: number
  readonly signal?: AbortSignal
}

export type SeekResult<State, Task> =
  | {
      readonly status: 'found'
      readonly nodes: readonly TreeNode<State, Task>[]
      readonly state: State
      readonly iterations: number
    }
  /** `exhausted`: every refinement was tried. */
  | { readonly status: 'none'; readonly exhausted: boolean; readonly iterations: number }

interface Agenda<State, Task> {
  readonly node: TreeNode<State, Task>
  readonly rest: Agenda<State, Task> | null
}

interface Choice<State, Task> {
  readonly node: TreeNode<State, Task>
  readonly alternatives: readonly Alternative<Task>[]
  next: number
  readonly rest: Agenda<State, Task> | null
  readonly state: State
}

export function makeNode<State, Task>(
  system: DecompositionSystem<State, Task>,
  task: Task,
  parent: TreeNode<State, Task> | null,
): TreeNode<State, Task> {
  return { task, action: system.isAction(task), parent, children: [], method: null, state: null, done: false }
}

/** Refines the tasks, one after the other, from a state. `above` is what they will hang below. */
export function seek<State, Task>(
  system: DecompositionSystem<State, Task>,
  tasks: readonly Task[],
  from: State,
  above: TreeNode<State, Task> | null,
  limits: SeekLimits,
): SeekResult<State, Task> {
  const nodes = tasks.map((task) => makeNode(system, task, above))
  let agenda = chain(nodes, null)
  let state = from
  let iterations = 0
  const choices: Choice<State, Task>[] = []
  while (agenda !== null) {
    if (iterations >= limits.maximalIterations || limits.signal?.aborted === true)
      return { status: 'none', exhausted: false, iterations }
    iterations++
    const { node, rest } = agenda as Agenda<State, Task>
    let failed = true
    if (node.action) {
      const transition = system.execute(node.task, state)
      if (!('reason' in transition)) {
        state = transition.state
        agenda = rest
        failed = false
      }
    } else if (!repeats(system, node, state)) {
      node.state = state
      const { alternatives } = system.refine(node.task, state)
      if (alternatives.length > 0) {
        const choice = { node, alternatives, next: 0, rest, state }
        agenda = take(system, choice)
        if (choice.next < alternatives.length) choices.push(choice)
        failed = false
      }
    }
    if (!failed) continue
    const choice = choices.at(-1)
    if (choice === undefined) return { status: 'none', exhausted: true, iterations }
    agenda = take(system, choice)
    state = choice.state
    if (choice.next >= choice.alternatives.length) choices.pop()
  }
  return { status: 'found', nodes, state, iterations }
}

function take<State, Task>(
  system: DecompositionSystem<State, Task>,
  choice: Choice<State, Task>,
): Agenda<State, Task> | null {
  const alternative = choice.alternatives[choice.next++] as Alternative<Task>
  const { node } = choice
  node.method = alternative.method
  node.children = sequence(alternative).map((task) => makeNode(system, task, node))
  return chain(node.children, choice.rest)
}

function chain<State, Task>(
  nodes: readonly TreeNode<State, Task>[],
  rest: Agenda<State, Task> | null,
): Agenda<State, Task> | null {
  let agenda = rest
  for (let i = nodes.length - 1; i >= 0; i--) agenda = { node: nodes[i] as TreeNode<State, Task>, rest: agenda }
  return agenda
}

/** The subtasks in one order that the method allows, the written one where it can be. */
function sequence<Task>(alternative: Alternative<Task>): readonly Task[] {
  const { subtasks, ordering } = alternative
  if (ordering === undefined || ordering.every(([first, second]) => first < second)) return subtasks
  const waiting = subtasks.map((_task, index) => ordering.filter(([, second]) => second === index).length)
  const order: number[] = []
  while (order.length < subtasks.length) {
    const next = waiting.findIndex((count, index) => count === 0 && !order.includes(index))
    if (next < 0) return subtasks
    order.push(next)
    for (const [first, second] of ordering) if (first === next) waiting[second] = (waiting[second] as number) - 1
  }
  return order.map((index) => subtasks[index] as Task)
}

/** Whether the same task is being refined above, in the same state. */
function repeats<State, Task>(
  system: DecompositionSystem<State, Task>,
  node: TreeNode<State, Task>,
  state: State,
): boolean {
  let key: string | null = null
  let stateKey: string | null = null
  for (let at = node.parent; at !== null && at.state !== null; at = at.parent) {
    key ??= system.taskKey(node.task)
    if (system.taskKey(at.task) !== key) continue
    if (at.state === state) return true
    stateKey ??= system.stateKey(state)
    if (system.stateKey(at.state) === stateKey) return true
  }
  return false
}
