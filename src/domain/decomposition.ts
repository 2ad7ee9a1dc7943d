/**
 * What candidate generation, explanation and repair need from a planning problem: tasks refined by alternatives, actions that
 * change states. HDDL problems and domains written in TypeScript both speak it.
 */

/** One way to refine a task in a state. */
export interface Alternative<Task> {
  readonly method: string
  readonly subtasks: readonly Task[]
  /** False when the subtasks may run in any order. */
  readonly ordered: boolean
  /** Pairs of indices, the first before the second; takes the place of `ordered` when it is given. */
  readonly ordering?: readonly (readonly [number, number])[]
}

/** A method that cannot be used, or an action that cannot run, and why. */
export interface Refusal {
  /** Method or action. */
  readonly name: string
  /** The condition that fails first, with the values that make it fail. */
  readonly reason: string
}

export interface Transition<State> {
  readonly state: State
  readonly cost: number
  readonly duration: number
  readonly resources: Readonly<Record<string, number>>
}

export interface DecompositionSystem<State, Task> {
  readonly initialState: State
  readonly initialTasks: readonly Task[]
  readonly initialOrdered: boolean
  /** Pairs of indices into the initial tasks, the first before the second; takes the place of `initialOrdered`. */
  readonly initialOrdering?: readonly (readonly [number, number])[]
  isAction(task: Task): boolean
  /** Alternatives in the order of preference, and the methods that were refused. */
  refine(
    task: Task,
    state: State,
  ): { readonly alternatives: readonly Alternative<Task>[]; readonly refusals: readonly Refusal[] }
  execute(task: Task, state: State): Transition<State> | Refusal
  /** Whether the goal beside the tasks holds at the end; a refusal says what is missing. */
  goal(state: State): Refusal | null
  /** Lower bounds on cost and duration of a task, whatever the state. */
  bound(task: Task): { readonly cost: number; readonly duration: number }
  /** Equal states have equal keys. */
  stateKey(state: State): string
  taskKey(task: Task): string
  describe(task: Task): { readonly name: string; readonly args: readonly string[] }
}
