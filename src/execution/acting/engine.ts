/**
 * RAE, the refinement acting engine (Ghallab, Nau, Traverso 2016, "Automated Planning and Acting", chapter 3). Tasks and
 * events arrive while it acts; each has a refinement stack of its own, and all stacks go on side by side. A method that
 * fails is not tried again for that task; another applicable one is (Retry). When none is left the task has failed.
 *
 * With look-ahead a task also waits: before it begins, while others act and that is clearly better, and when its next command
 * cannot succeed as things are. Somebody acts at any time, so that nobody waits for ever.
 */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type ActingOptions, type ActingOutcome, ARRIVAL } from './acting-options.ts'
import { Arrivals } from './arrivals.ts'
import type { ActingDomain, ActingWorld, Call, CommandModel } from './domain.ts'
import { DurableActing } from './durable.ts'
import type { AgendaTask } from './imagined-agenda.ts'
import { LookAhead, type Situation } from './look-ahead.ts'
import { byExperience, inTheirTurn } from './method-order.ts'
import { type MethodEnd, RefinementStack, type StackOptions } from './refinement-stack.ts'

interface Agenda<State> {
  readonly id: number
  readonly call: Call
  readonly stack: RefinementStack<State>
  readonly options: StackOptions<State>
  /** The command that was begun and has not ended, and in which round it was begun. */
  begun: { readonly call: Call; readonly round: number } | null
  /** The command that its method gave and that waits. */
  held: Call | null
  /** While it waits for others: how many commands had ended when it last looked; null while it acts. */
  waiting: number | null
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
  readonly #arrivals = new Arrivals()
  readonly #outcomes = new Map<number, ActingOutcome>()
  readonly #durable: DurableActing<State> | null
  #agenda: Agenda<State>[] = []
  #running = false
  #begun = 0
  #ended = 0
  /** Name of the task that arrived last. */
  #latest: string | null = null
  #round = 0

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
   * Puts a task or event on the agenda, also while `run` is under way. In a durable run it is on record from the event `task`
   * on; a task whose process ended before that has to be submitted again.
   * @param round the round of the agenda in which it arrives; @default the present one
   * @param key tasks with the same key are one task, however often they are submitted, also when the run is resumed;
   *   null for a task of its own
   * @returns its number; null while a durable run is under way, where the event `task` tells it
   * @throws PlannerError `late-task` when a durable run is over, which would not know of it when it is resumed
   */
  submit(call: Call, round = this.#round, key: string | null = null): number | null {
    return this.#arrivals.submit({ call, round, key }, this.#durable !== null && this.#running)
  }

  /** Acts until the agenda is empty. In each round every task whose command has ended goes on to its next one. */
  async run(): Promise<readonly ActingOutcome[]> {
    this.#running = true
    for (; !(await this.#finished()); this.#round++) {
      if (this.#stopped()) return this.#interrupt(this.#agenda)
      this.#agenda.push(...(await this.#arrived()))
      for (const item of [...this.#agenda]) if (item.busy === null) await this.#advance(item)
      const busy = this.#agenda.filter((item) => item.busy !== null)
      if (busy.length > 0) await this.#wait(busy)
      else if (this.#agenda.length === 0 && !this.#arrivals.none)
        this.#round = Math.max(this.#round, this.#arrivals.earliest - 1)
    }
    this.#arrival(null)
    this.#running = false
    return this.#inOrder()
  }

  /** Whether nothing is left; a durable run asks once more for what has arrived, on record. */
  async #finished(): Promise<boolean> {
    if (this.#agenda.length > 0 || !this.#arrivals.none) return false
    if (this.#durable === null) return true
    const late = await this.#durable.last(this.#round, () => this.#arrivals.last())
    for (const task of late) this.#arrivals.know(task)
    if (late.length === 0) this.#arrivals.end()
    return late.length === 0
  }

  #stopped(): boolean {
    const { signal, maxCommands = 1_000_000 } = this.#options
    return signal?.aborted === true || this.#begun >= maxCommands || this.#durable?.cancelled === true
  }

  /** Until a command ends or a task arrives; in virtual time, for a unit of it. */
  async #wait(busy: readonly Agenda<State>[]): Promise<void> {
    if (this.#world.advance !== undefined) {
      await this.#world.advance()
      return
    }
    const woken = this.#arrivals.woken()
    if (this.#durable === null) {
      await Promise.race([woken, ...busy.map((item) => item.busy)])
      return
    }
    const flying = busy.map((item) => ({
      id: item.id,
      ended: item.busy as Promise<void>,
      over: () => item.takeIn !== null,
    }))
    const { ended, arrived } = await this.#durable.round(this.#round, flying, woken, () => this.#arrivals.unrecorded())
    for (const task of arrived) this.#arrivals.know(task)
    for (const item of busy) if (ended.has(item.id)) item.takeIn?.()
  }

  async #observe(item: { readonly id: number; states: number }): Promise<State> {
    return this.#durable === null ? this.#world.observe() : this.#durable.observe(item.id, item.states++)
  }

  async #arrived(): Promise<Agenda<State>[]> {
    const items: Agenda<State>[] = []
    for (const { id, call } of this.#arrivals.due(this.#round)) {
      this.#options.onEvent?.({ kind: 'task', id, round: this.#round, call })
      const counts = { id, states: 0, commands: 0 }
      this.#arrival(call.name)
      const stack = RefinementStack.begin(this.#domain, call, await this.#observe(counts))
      const idle = { begun: null, held: null, waiting: null, busy: null, takeIn: null }
      items.push({ ...counts, ...idle, call, stack, options: this.#optionsFor(id) })
    }
    return items
  }

  /** Learns what follows what: null when nothing does. */
  #arrival(name: string | null): void {
    if (this.#latest !== null)
      this.#options.experience?.observe({ subject: ARRIVAL, context: this.#latest, success: name !== null })
    this.#latest = name
  }

  /** Refines until the next command, and begins it if it may succeed. */
  async #advance(item: Agenda<State>): Promise<void> {
    const { stack, options } = item
    if (item.waiting === this.#ended && this.#othersAct(item)) return
    const state = await this.#observe(item)
    item.waiting = null
    if (stack.untouched && item.held === null && this.#postpones(item, state)) {
      item.waiting = this.#ended
      this.#options.onEvent?.({ kind: 'postponed', id: item.id, round: this.#round, call: item.call })
      return
    }
    for (;;) {
      const call = item.held ?? stack.next(state, options)
      if (call === null) {
        this.#end(item, stack.status === 'done' ? 'done' : 'failed')
        return
      }
      const model = this.#model(call)
      const withheld = this.#lookAhead?.hopeless(call, state) === true
      if (!withheld) {
        this.#begin(item, call, model.cost(state, call.args))
        return
      }
      const wait = this.#othersAct(item)
      this.#options.onEvent?.({ kind: 'withheld', id: item.id, round: this.#round, call, wait })
      item.held = wait ? call : null
      if (wait) {
        item.waiting = this.#ended
        return
      }
      stack.abandon(options)
    }
  }

  /** Whether another task has begun and does not wait. */
  #othersAct(item: Agenda<State>): boolean {
    return this.#agenda.some((other) => other !== item && other.waiting === null && !other.stack.untouched)
  }

  #postpones(item: Agenda<State>, state: State): boolean {
    if (this.#lookAhead === null || !this.#othersAct(item)) return false
    return this.#lookAhead.postpones(this.#situation(item, state))
  }

  #situation(deciding: Agenda<State>, state: State): Situation<State> {
    const further = this.#options.experience?.estimate(ARRIVAL, this.#latest ?? '').success ?? 0.5
    const tasks = new Map(this.#agenda.map((item) => [item, this.#describe(item)]))
    return { agenda: [...tasks.values()], deciding: tasks.get(deciding) as AgendaTask<State>, state, further }
  }

  #describe({ stack, begun, held }: Agenda<State>): AgendaTask<State> {
    // Rounds are time in a simulated world only; elsewhere a command is imagined from its beginning.
    const elapsed = begun === null || this.#world.advance === undefined ? 0 : this.#round - begun.round
    return { stack, held, underWay: begun === null ? null : { call: begun.call, elapsed } }
  }

  #model(call: Call): CommandModel<State> {
    const model = this.#commands.get(call.name)
    if (model !== undefined) return model
    throw new InvalidInputError([
      {
        code: 'unknown-command',
        path: ['commands'],
        message: `there is no command ${call.name}`,
        hint: `add it to the commands: ${[...this.#commands.keys()].join(', ')}`,
      },
    ])
  }

  #begin(item: Agenda<State>, call: Call, cost: number): void {
    const { id, stack, options } = item
    item.begun = { call, round: this.#round }
    item.held = null
    const { name, args } = call
    const count = item.commands++
    this.#begun++
    item.busy = (async () => {
      const success = await (this.#durable === null
        ? this.#world.execute({ name, args })
        : this.#durable.execute(id, count, { name, args }))
      item.takeIn = () => {
        item.takeIn = null
        item.begun = null
        this.#ended++
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
      const frame = stack.frames.at(-1)
      if (frame === undefined) return all[0] as number
      const context = this.#domain.context?.(frame.call, state) ?? ''
      const untried = blacklist == null ? all : inTheirTurn(blacklist, frame, context, all)
      const deciding = this.#agenda.find((item) => item.id === id)
      if (this.#lookAhead !== null && deciding !== undefined)
        return untried.length === 1
          ? (untried[0] as number)
          : this.#lookAhead.choose(this.#situation(deciding, state), untried)
      return experience == null ? (untried[0] as number) : byExperience(experience, frame, context, untried)
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

  #end(item: Agenda<State>, status: ActingOutcome['status']): void {
    const { id, call, stack } = item
    const outcome: ActingOutcome = { call, status, cost: stack.cost, retries: stack.retries }
    this.#outcomes.set(id, outcome)
    this.#agenda = this.#agenda.filter((other) => other !== item)
    this.#options.blacklist?.nextRun()
    this.#options.onEvent?.({ kind: 'end', id, round: this.#round, outcome })
  }

  async #interrupt(agenda: readonly Agenda<State>[]): Promise<readonly ActingOutcome[]> {
    // In virtual time nothing ends by itself.
    const { advance } = this.#world
    if (advance !== undefined) while (agenda.some(({ busy }) => busy !== null)) await advance.call(this.#world)
    await Promise.all(agenda.map(({ busy }) => busy))
    for (const { takeIn } of agenda) takeIn?.()
    for (const item of agenda) this.#end(item, 'interrupted')
    for (const { id, call } of this.#arrivals.due(Number.POSITIVE_INFINITY))
      this.#outcomes.set(id, { call, status: 'interrupted', cost: 0, retries: 0 })
    return this.#inOrder()
  }

  #inOrder(): readonly ActingOutcome[] {
    return [...this.#outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome)
  }
}
