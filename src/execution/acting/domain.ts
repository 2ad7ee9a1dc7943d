/**
 * A domain for refinement acting: commands that the world carries out, and methods that say how a task or an event is
 * met. A method is a generator: it reads the state as it is now, yields a command or a subtask, and goes on when that has
 * succeeded. A method whose command or subtask fails, or that refuses, has failed; the engine tries another one.
 *
 * Methods must depend on nothing but their arguments and the state they read: look-ahead runs them again from the states
 * they saw, to try ways of going on without touching the world.
 */
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ActionAttempt } from '../journal/index.ts'

/** A task, event or command with its arguments. */
export interface Call {
  readonly name: string
  readonly args: readonly string[]
}

/** What a method yields. */
export type Step =
  | ({ readonly kind: 'command' } & Call)
  | ({ readonly kind: 'task' } & Call)
  | { readonly kind: 'refuse'; readonly reason: string }

export function command(name: string, ...args: string[]): Step {
  return { kind: 'command', name, args }
}

export function task(name: string, ...args: string[]): Step {
  return { kind: 'task', name, args }
}

/** The method cannot go on from here. */
export function refuse(reason: string): Step {
  return { kind: 'refuse', reason }
}

/** What a method sees: the state as it was last observed. States are values: nobody changes them. */
export interface View<State> {
  readonly state: State
}

export interface RefinementMethod<State> {
  /** Unique within the domain. */
  readonly name: string
  /** Name of the task or event that it meets. */
  readonly task: string
  /** Whether it may be tried, asked once when the task begins. @default always */
  readonly when?: (state: State, args: readonly string[]) => boolean
  readonly refine: (world: View<State>, ...args: string[]) => Generator<Step, void, void>
}

/** What the look-ahead believes about a command. */
export interface CommandModel<State> {
  /** Cost of one trial. */
  readonly cost: (state: State, args: readonly string[]) => number
  /** How long one trial takes, in rounds of the agenda where the world is a simulated one. @default 1 */
  readonly duration?: (state: State, args: readonly string[]) => number
  /** Who carries it out: commands of one performer follow each other. @default nobody whom other commands wait for */
  readonly performer?: (args: readonly string[]) => string
  /** One way it may go, drawn with its probability. */
  readonly sample: (
    state: State,
    args: readonly string[],
    random: RandomStream,
  ) => { readonly success: boolean; readonly state: State }
}

export interface ActingDomain<State> {
  readonly commands: Readonly<Record<string, CommandModel<State>>>
  /** In the order in which they are tried when nothing better is known. */
  readonly methods: readonly RefinementMethod<State>[]
  /** Cost of a failed command, when it is not that of the command. */
  readonly failureCost?: number
  /** States with the same key are the same to the look-ahead. */
  readonly key: (state: State) => string
  /** What distinguishes situations for learning. @default every situation is the same */
  readonly context?: (task: Call, state: State) => string
  /** A full state that may be the true one, drawn for a rollout. @default the observed state */
  readonly imagine?: (state: State, random: RandomStream) => State
  /**
   * What a state that the agenda leaves behind is good for: the chance, in [0, 1], that a task that is not known yet could be
   * met from it. It keeps the look-ahead from ends that nothing can follow. @default nothing is said of it
   */
  readonly prospects?: (state: State) => number
}

/** The world that is acted upon. */
export interface ActingWorld<State> {
  observe(): State | Promise<State>
  /**
   * @param attempt in a durable run: the key by which the world can recognise what it has done already, and a signal
   * @returns whether the command succeeded
   */
  execute(command: Call, attempt?: ActionAttempt): boolean | Promise<boolean>
  /**
   * Of a simulated world: lets one unit of time pass and ends the commands that are due. With it a round of the agenda is a
   * unit of time; without it the next round begins when some command has ended.
   */
  advance?(): void | Promise<void>
}
