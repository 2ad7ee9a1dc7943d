/**
 * The agenda carried on in imagination: a discrete-event simulation of all its stacks side by side. A command takes effect
 * when it ends, as its model draws it from the state there is then; commands of one performer follow each other in the
 * order in which they were begun; a stack goes on as soon as its command has ended. Events of the same time come in the
 * order in which their commands were begun.
 *
 * A command is hopeless when its model fails in every one of 64 draws, each from a state that may be the true one. As the
 * acting engine does, a stack does not begin such a command: it waits while another one is acting, which may change the
 * state, and otherwise its method has failed, without cost and without the command's effects.
 */
import { PlannerError } from '../../../solvers/contract/index.ts'
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ActingDomain, Call, CommandModel } from './domain.ts'
import type { RefinementStack, StackOptions } from './refinement-stack.ts'

/** A task of the agenda, as the look-ahead is told of it. */
export interface AgendaTask<State> {
  readonly stack: RefinementStack<State>
  /** The command that was begun and has not ended, and how long ago, in the unit of durations. */
  readonly underWay: { readonly call: Call; readonly elapsed: number } | null
  /** The command that its method gave and that was not begun. */
  readonly held: Call | null
}

/** A task in imagination. */
interface Imagined<State> {
  readonly stack: RefinementStack<State>
  /** The command under way or held. */
  call: Call | null
  /** When the command under way ends; null when none is. */
  end: number | null
  /** Place in the order in which commands were begun. */
  turn: number
}

const DRAWS = 64

/**
 * Whether a command can succeed. A command whose chance is p is taken to be hopeless with probability (1 - p)^64.
 * Time: one draw when it is likely to succeed, 64 when it cannot.
 */
export function isHopeless<State>(
  model: CommandModel<State>,
  { args }: Call,
  draw: () => State,
  random: RandomStream,
): boolean {
  for (let i = 0; i < DRAWS; i++) if (model.sample(draw(), args, random).success) return false
  return true
}

export interface ImaginedOptions {
  /** Whether hopeless commands are not begun. */
  readonly foresight: boolean
  /** Whether the deciding task begins only when another one has ended. */
  readonly postponed: boolean
}

export class ImaginedAgenda<State> {
  readonly #domain: ActingDomain<State>
  readonly #options: ImaginedOptions
  readonly #random: RandomStream
  readonly #tasks: readonly Imagined<State>[]
  /** The copy of the stack that decides. */
  readonly deciding: RefinementStack<State>
  state: State
  /** Tasks that go on at once when time begins. */
  #ready: Imagined<State>[] = []
  /** Tasks that hold a command until something has ended. */
  #holding: Imagined<State>[] = []
  /** Tasks that begin when another one has ended. */
  #postponed: Imagined<State>[] = []
  /** When each performer has done what was begun. */
  readonly #free = new Map<string, number>()
  #now = 0
  #turns = 0

  /** @param deciding goes on at once, before other tasks without a command under way */
  constructor(
    domain: ActingDomain<State>,
    agenda: readonly AgendaTask<State>[],
    deciding: AgendaTask<State>,
    state: State,
    random: RandomStream,
    options: ImaginedOptions,
  ) {
    this.#domain = domain
    this.#options = options
    this.#random = random
    this.state = state
    const tasks = new Map(
      agenda.map((task) => [
        task,
        { stack: task.stack.copy(), call: task.held, end: null, turn: 0 } as Imagined<State>,
      ]),
    )
    this.#tasks = [...tasks.values()]
    const own = tasks.get(deciding)
    if (own === undefined) throw new PlannerError('internal', 'the deciding task is not on the agenda')
    this.deciding = own.stack
    const flying = agenda.filter(({ underWay }) => underWay !== null)
    flying.sort((a, b) => (b.underWay?.elapsed ?? 0) - (a.underWay?.elapsed ?? 0))
    for (const task of flying)
      if (task.underWay !== null)
        this.#begin(tasks.get(task) as Imagined<State>, task.underWay.call, -task.underWay.elapsed)
    if (options.postponed) this.#postponed.push(own)
    else this.#ready.push(own)
    for (const [task, copy] of tasks) {
      if (copy === own || task.underWay !== null) continue
      if (task.held !== null) this.#holding.push(copy)
      else if (task.stack.untouched && !options.postponed) this.#postponed.push(copy)
      else this.#ready.push(copy)
    }
  }

  /** What every task is doing, for keys. */
  tasks(): readonly { readonly stack: RefinementStack<State>; readonly call: Call | null }[] {
    return this.#tasks
  }

  /** Carries all tasks on to their ends, or until so many commands have ended. @returns the stacks */
  run(horizon: number, options: StackOptions<State>): readonly RefinementStack<State>[] {
    for (const task of this.#ready) this.#goOn(task, options)
    this.#ready = []
    for (let ended = 0; ended < horizon; ended++) {
      const next = this.#next()
      if (next === null) break
      this.#now = Math.max(this.#now, next.end as number)
      next.end = null
      const call = next.call as Call
      next.call = null
      const model = this.#model(call)
      const cost = model.cost(this.state, call.args)
      const outcome = model.sample(this.state, call.args, this.#random)
      this.state = outcome.state
      next.stack.conclude(outcome.success, cost, options)
      this.#goOn(next, options)
      const holding = this.#holding
      this.#holding = []
      for (const task of holding) this.#goOn(task, options)
    }
    return this.#tasks.map(({ stack }) => stack)
  }

  /** Refines until the next command and begins it, if it may succeed. */
  #goOn(task: Imagined<State>, options: StackOptions<State>): void {
    for (;;) {
      const call = task.call ?? task.stack.next(this.state, options)
      if (call === null) {
        const postponed = this.#postponed
        this.#postponed = []
        for (const other of postponed) this.#goOn(other, options)
        return
      }
      const state = this.state
      if (!this.#options.foresight || !isHopeless(this.#model(call), call, () => state, this.#random)) {
        this.#begin(task, call, this.#now)
        return
      }
      if (this.#next() !== null) {
        task.call = call
        this.#holding.push(task)
        return
      }
      task.call = null
      task.stack.abandon(options)
    }
  }

  #begin(task: Imagined<State>, call: Call, now: number): void {
    const { duration, performer } = this.#model(call)
    const who = performer?.(call.args) ?? null
    const start = who === null ? now : Math.max(now, this.#free.get(who) ?? now)
    task.call = call
    task.end = start + (duration?.(this.state, call.args) ?? 1)
    task.turn = this.#turns++
    if (who !== null) this.#free.set(who, task.end)
  }

  /** The task whose command ends first; null when none is under way. */
  #next(): Imagined<State> | null {
    let first: Imagined<State> | null = null
    for (const task of this.#tasks) {
      if (task.end === null) continue
      const { end, turn } = first ?? { end: null, turn: 0 }
      if (end === null || task.end < end || (task.end === end && task.turn < turn)) first = task
    }
    return first
  }

  #model(call: Call): CommandModel<State> {
    return this.#domain.commands[call.name] as CommandModel<State>
  }
}
