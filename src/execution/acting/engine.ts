/**
 * RAE, the refinement acting engine (Ghallab, Nau, Traverso 2016, "Automated Planning and Acting", chapter 3). Tasks and
 * events arrive while it acts; each has a refinement stack of its own, and all stacks go on side by side. A method that
 * fails is not tried again for that task; another applicable one is (Retry). When none is left the task has failed.
 */
import { InvalidInputError, PlannerError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ExperienceModel, FailureBlacklist } from '../learning/index.ts'
import type { ActingDomain, ActingWorld, Call, CommandModel } from './domain.ts'
import { DurableActing, type DurableActingOptions } from './durable.ts'
import { LookAhead, type LookAheadOptions } from './look-ahead.ts'
import { type MethodEnd, RefinementStack, type StackOptions } from './refinement-stack.ts'

export interface ActingOptions {
  /** How to look ahead; null takes the methods in their order, or as learning ranks them. @default null */
  readonly lookAhead?: LookAheadOptions | null
  /** Statistics of methods that are used and kept up to date. @default null: nothing is learned */
  readonly experience?: ExperienceModel | null
  /**
   * Methods that keep failing in the same context are taken after all others; kept up to date, a run being a task.
   * @default null
   */
  readonly blacklist?: FailureBlacklist | null
  /** Seed of the look-ahead, a 32-bit unsigned integer. @default 1 */
  readonly seed?: number
  /**
   * A run that records what is observed, begun and concluded, so that acting goes on after a crash. States must be JSON, the
   * world must not have `advance`, and every task is submitted before `run`. What was learned before must be the same when
   * it is resumed. @default null
   */
  readonly durable?: DurableActingOptions | null
  /** Commands after which acting is interrupted. @default 1000000 */
  readonly maxCommands?: number
  /** Aborting lets the commands under way finish and begins no others. */
  readonly signal?: AbortSignal
  /** Called for everything that happens, in order; must not throw. */
  readonly onEvent?: (event: ActingEvent) => void
}

export type ActingEvent =
  | { readonly kind: 'task'; readonly id: number; readonly round: number; readonly call: Call }
  | {
      readonly kind: 'method'
      readonly id: number
      readonly round: number
      readonly call: Call
      readonly method: string
    }
  | {
      readonly kind: 'command'
      readonly id: number
      readonly round: number
      readonly call: Call
      readonly success: boolean
      readonly cost: number
    }
  | { readonly kind: 'end'; readonly id: number; readonly round: number; readonly outcome: ActingOutcome }

/** What came of a task or event. `interrupted`: the signal stopped it. */
export interface ActingOutcome {
  readonly call: Call
  readonly status: 'done' | 'failed' | 'interrupted'
  /** Of all its commands, failed ones included. */
  readonly cost: number
  /** Methods that were tried after another one had failed. */
  readonly retries: number
}

interface Agenda<State> {
  readonly id: number
  readonly call: Call
  readonly stack: RefinementStack<State>
  readonly options: StackOptions<State>
  /** The command under way. */
  busy: Promise<void> | null
  /** Takes in what came of the command under way; null while that is not known. */
  takeIn: (() => void) | null
  /** States read and commands begun. */
  states: number
  commands: number
}

export class RefinementActingEngine<State> {
  readonly #domain: ActingDomain<State>
  readonly #world: ActingWorld<State>
  readonly #options: ActingOptions
  readonly #commands: ReadonlyMap<string, CommandModel<State>>
  readonly #lookAhead: LookAhead<State> | null
  readonly #arrivals: { readonly round: number; readonly call: Call; readonly id: number }[] = []
  readonly #outcomes = new Map<number, ActingOutcome>()
  readonly #durable: DurableActing<State> | null
  #running = false
  #begun = 0
  #round = 0
  #next = 0

  constructor(domain: ActingDomain<State>, world: ActingWorld<State>, options: ActingOptions = {}) {
    this.#domain = domain
    this.#world = world
    this.#options = options
    this.#commands = new Map(Object.entries(domain.commands))
    this.#durable = options.durable == null ? null : new DurableActing(world, options.durable)
    const random = new RandomStream(options.seed ?? 1)
    this.#lookAhead =
      options.lookAhead == null ? null : new LookAhead(domain, options.lookAhead, options.experience ?? null, random)
  }

  /**
   * Puts a task or event on the agenda, also while `run` is under way.
   * @param round the round of the agenda in which it arrives; @default the present one
   * @returns its number
   * @throws PlannerError `late-task` during a durable run, which could not know of it when it is resumed
   */
  submit(call: Call, round = this.#round): number {
    if (this.#running && this.#durable !== null)
      throw new PlannerError('late-task', `${call.name} arrives while a durable run is under way`, {
        hint: 'submit it before run with the round in which it arrives, or to another engine on the same run',
      })
    const id = this.#next++
    this.#arrivals.push({ round, call, id })
    return id
  }

  /** Acts until the agenda is empty. In each round every task whose command has ended goes on to its next one. */
  async run(): Promise<readonly ActingOutcome[]> {
    let agenda: Agenda<State>[] = []
    this.#running = true
    for (; agenda.length > 0 || this.#arrivals.length > 0; this.#round++) {
      if (this.#stopped()) return this.#interrupt(agenda)
      agenda.push(...(await this.#arrived()))
      for (const item of agenda) if (item.busy === null) await this.#advance(item)
      agenda = agenda.filter(({ id }) => !this.#outcomes.has(id))
      const busy = agenda.filter((item) => item.busy !== null)
      if (busy.length > 0) await this.#wait(busy)
      else if (agenda.length === 0 && this.#arrivals.length > 0)
        this.#round = Math.max(this.#round, Math.min(...this.#arrivals.map(({ round }) => round)) - 1)
    }
    return this.#inOrder()
  }

  #stopped(): boolean {
    const { signal, maxCommands = 1_000_000 } = this.#options
    return signal?.aborted === true || this.#begun >= maxCommands || this.#durable?.cancelled === true
  }

  /** Until a command ends; in virtual time, for a unit of it. */
  async #wait(busy: readonly Agenda<State>[]): Promise<void> {
    if (this.#durable !== null) {
      const flying = busy.map((item) => ({
        id: item.id,
        ended: item.busy as Promise<void>,
        over: () => item.takeIn !== null,
      }))
      const ended = await this.#durable.round(this.#round, flying)
      for (const item of busy) if (ended.has(item.id)) item.takeIn?.()
    } else if (this.#world.advance !== undefined) await this.#world.advance()
    else await Promise.race(busy.map((item) => item.busy))
  }

  async #observe(item: { readonly id: number; states: number }): Promise<State> {
    return this.#durable === null ? this.#world.observe() : this.#durable.observe(item.id, item.states++)
  }

  async #arrived(): Promise<Agenda<State>[]> {
    const now = this.#arrivals.filter(({ round }) => round <= this.#round)
    const items: Agenda<State>[] = []
    for (const arrival of now) {
      this.#arrivals.splice(this.#arrivals.indexOf(arrival), 1)
      const { id, call } = arrival
      this.#options.onEvent?.({ kind: 'task', id, round: this.#round, call })
      const counts = { id, states: 0, commands: 0 }
      const stack = RefinementStack.begin(this.#domain, call, await this.#observe(counts))
      items.push({ ...counts, call, stack, options: this.#optionsFor(id), busy: null, takeIn: null })
    }
    return items
  }

  /** Refines until the next command, and begins it. */
  async #advance(item: Agenda<State>): Promise<void> {
    const { id, stack, options } = item
    const state = await this.#observe(item)
    const call = stack.next(state, options)
    if (call === null) {
      const status = stack.status === 'done' ? 'done' : 'failed'
      this.#end(item, status)
      return
    }
    const model = this.#commands.get(call.name)
    if (model === undefined)
      throw new InvalidInputError([
        {
          code: 'unknown-command',
          path: ['commands'],
          message: `there is no command ${call.name}`,
          hint: `add it to the commands: ${[...this.#commands.keys()].join(', ')}`,
        },
      ])
    const cost = model.cost(state, call.args)
    const { name, args } = call
    const count = item.commands++
    this.#begun++
    item.busy = (async () => {
      const success = await (this.#durable === null
        ? this.#world.execute({ name, args })
        : this.#durable.execute(id, count, { name, args }))
      item.takeIn = () => {
        item.takeIn = null
        stack.conclude(success, cost, options)
        this.#options.onEvent?.({ kind: 'command', id, round: this.#round, call: { name, args }, success, cost })
        item.busy = null
      }
      // A durable run takes it in with the round that it is recorded for, whenever it ends.
      if (this.#durable === null) item.takeIn()
    })()
    // Nobody may be waiting for it yet when it throws; whoever waits gets the error.
    item.busy.catch(() => undefined)
  }

  #optionsFor(id: number): StackOptions<State> {
    const { experience, blacklist, onEvent } = this.#options
    const choose = (stack: RefinementStack<State>, state: State, all: readonly number[]): number => {
      const untried = blacklist == null ? all : this.#inTheirTurn(blacklist, stack, state, all)
      if (this.#lookAhead !== null) return this.#lookAhead.choose(stack, state, untried)
      return experience == null ? (untried[0] as number) : this.#byExperience(experience, stack, state, untried)
    }
    const ended = ({ call, method, success, state, cost }: MethodEnd<State>): void => {
      const context = this.#domain.context?.(call, state) ?? ''
      experience?.observe({ subject: method, context, success, cost })
      blacklist?.observe({ subject: method, context, success })
    }
    const taken = (call: Call, method: string): void =>
      onEvent?.({ kind: 'method', id, round: this.#round, call, method })
    return { choose, ended, taken }
  }

  /** Those that are not avoided; when all are, the one with the weakest case against it. */
  #inTheirTurn(
    blacklist: FailureBlacklist,
    stack: RefinementStack<State>,
    state: State,
    untried: readonly number[],
  ): readonly number[] {
    const frame = stack.frames.at(-1)
    if (frame === undefined) return untried
    const context = this.#domain.context?.(frame.call, state) ?? ''
    const nameOf = (index: number): string => frame.candidates[index]?.name ?? ''
    const free = untried.filter((index) => !blacklist.avoids(nameOf(index), context))
    return free.length > 0
      ? free
      : blacklist.order(untried, (index) => ({ subject: nameOf(index), context })).slice(0, 1)
  }

  /** The cheapest until it succeeds; a method that was never tried is taken at its prior, at the mean cost of the others. */
  #byExperience(
    experience: ExperienceModel,
    stack: RefinementStack<State>,
    state: State,
    untried: readonly number[],
  ): number {
    const frame = stack.frames.at(-1)
    if (frame === undefined) return untried[0] as number
    const context = this.#domain.context?.(frame.call, state) ?? ''
    const nameOf = (index: number): string => frame.candidates[index]?.name ?? ''
    const known = untried
      .map((index) => experience.estimate(nameOf(index), context).cost)
      .filter((cost) => cost !== null)
    const nominalCost = known.length === 0 ? 1 : known.reduce((sum, cost) => sum + cost, 0) / known.length
    return experience.rank(untried, (index) => ({ subject: nameOf(index), nominalCost, context }))[0] as number
  }

  #end(item: Agenda<State>, status: ActingOutcome['status']): void {
    const { id, call, stack } = item
    const outcome: ActingOutcome = { call, status, cost: stack.cost, retries: stack.retries }
    this.#outcomes.set(id, outcome)
    this.#options.blacklist?.nextRun()
    this.#options.onEvent?.({ kind: 'end', id, round: this.#round, outcome })
  }

  async #interrupt(agenda: readonly Agenda<State>[]): Promise<readonly ActingOutcome[]> {
    await Promise.all(agenda.map(({ busy }) => busy))
    for (const { takeIn } of agenda) takeIn?.()
    for (const item of agenda) this.#end(item, 'interrupted')
    for (const { id, call } of this.#arrivals.splice(0))
      this.#outcomes.set(id, { call, status: 'interrupted', cost: 0, retries: 0 })
    return this.#inOrder()
  }

  #inOrder(): readonly ActingOutcome[] {
    return [...this.#outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome)
  }
}
