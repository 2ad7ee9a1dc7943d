/**
 * RAE, the refinement acting engine (Ghallab, Nau, Traverso 2016, "Automated Planning and Acting", chapter 3). Tasks and
 * events arrive while it acts; each has a refinement stack of its own, and all stacks go on side by side. A method that
 * fails is not tried again for that task; another applicable one is (Retry). When none is left the task has failed.
 */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ExperienceModel, FailureBlacklist } from '../learning/index.ts'
import type { ActingDomain, ActingWorld, Call, CommandModel } from './domain.ts'
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
}

export class RefinementActingEngine<State> {
  readonly #domain: ActingDomain<State>
  readonly #world: ActingWorld<State>
  readonly #options: ActingOptions
  readonly #commands: ReadonlyMap<string, CommandModel<State>>
  readonly #lookAhead: LookAhead<State> | null
  readonly #arrivals: { readonly round: number; readonly call: Call; readonly id: number }[] = []
  readonly #outcomes = new Map<number, ActingOutcome>()
  #round = 0
  #next = 0

  constructor(domain: ActingDomain<State>, world: ActingWorld<State>, options: ActingOptions = {}) {
    this.#domain = domain
    this.#world = world
    this.#options = options
    this.#commands = new Map(Object.entries(domain.commands))
    const random = new RandomStream(options.seed ?? 1)
    this.#lookAhead =
      options.lookAhead == null ? null : new LookAhead(domain, options.lookAhead, options.experience ?? null, random)
  }

  /**
   * Puts a task or event on the agenda, also while `run` is under way.
   * @param round the round of the agenda in which it arrives; @default the present one
   * @returns its number
   */
  submit(call: Call, round = this.#round): number {
    const id = this.#next++
    this.#arrivals.push({ round, call, id })
    return id
  }

  /** Acts until the agenda is empty. In each round every task whose command has ended goes on to its next one. */
  async run(): Promise<readonly ActingOutcome[]> {
    let agenda: Agenda<State>[] = []
    for (; agenda.length > 0 || this.#arrivals.length > 0; this.#round++) {
      if (this.#options.signal?.aborted === true) return this.#interrupt(agenda)
      agenda.push(...(await this.#arrived()))
      for (const item of agenda) if (item.busy === null) await this.#advance(item)
      agenda = agenda.filter(({ id }) => !this.#outcomes.has(id))
      const busy = agenda.map((item) => item.busy).filter((command) => command !== null)
      if (busy.length > 0) await (this.#world.advance === undefined ? Promise.race(busy) : this.#world.advance())
      else if (agenda.length === 0 && this.#arrivals.length > 0)
        this.#round = Math.max(this.#round, Math.min(...this.#arrivals.map(({ round }) => round)) - 1)
    }
    return this.#inOrder()
  }

  async #arrived(): Promise<Agenda<State>[]> {
    const now = this.#arrivals.filter(({ round }) => round <= this.#round)
    const items: Agenda<State>[] = []
    for (const arrival of now) {
      this.#arrivals.splice(this.#arrivals.indexOf(arrival), 1)
      const { id, call } = arrival
      this.#options.onEvent?.({ kind: 'task', id, round: this.#round, call })
      const stack = RefinementStack.begin(this.#domain, call, await this.#world.observe())
      items.push({ id, call, stack, options: this.#optionsFor(id), busy: null })
    }
    return items
  }

  /** Refines until the next command, and begins it. */
  async #advance(item: Agenda<State>): Promise<void> {
    const { id, stack, options } = item
    const state = await this.#world.observe()
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
    item.busy = (async () => {
      const success = await this.#world.execute({ name: call.name, args: call.args })
      stack.conclude(success, cost, options)
      const { name, args } = call
      this.#options.onEvent?.({ kind: 'command', id, round: this.#round, call: { name, args }, success, cost })
      item.busy = null
    })()
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
    for (const item of agenda) this.#end(item, 'interrupted')
    for (const { id, call } of this.#arrivals.splice(0))
      this.#outcomes.set(id, { call, status: 'interrupted', cost: 0, retries: 0 })
    return this.#inOrder()
  }

  #inOrder(): readonly ActingOutcome[] {
    return [...this.#outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome)
  }
}
