/**
 * A world in virtual time that carries out commands as a domain's models draw them: for trying a domain out and for
 * comparing ways of acting in it. A command takes effect when it ends; commands of one performer follow each other in the
 * order in which they were begun. A round of the agenda is a unit of the durations.
 */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ActingDomain, ActingWorld, Call, CommandModel } from './domain.ts'

export interface VirtualWorldOptions<State> {
  /** Seed of what happens by chance, a 32-bit unsigned integer. @default 1 */
  readonly seed?: number
  /** What is seen of the state. @default all of it */
  readonly observe?: (state: State) => State
}

interface UnderWay {
  readonly call: Call
  readonly performer: string | null
  /** Rounds until it ends. */
  left: number
  readonly resolve: (success: boolean) => void
}

export class VirtualWorld<State> implements ActingWorld<State> {
  readonly #domain: ActingDomain<State>
  readonly #see: (state: State) => State
  readonly #random: RandomStream
  #state: State
  #underWay: UnderWay[] = []

  constructor(domain: ActingDomain<State>, initial: State, options: VirtualWorldOptions<State> = {}) {
    this.#domain = domain
    this.#state = initial
    this.#random = new RandomStream(options.seed ?? 1)
    this.#see = options.observe ?? ((state) => state)
  }

  /** The true state. */
  get state(): State {
    return this.#state
  }

  observe(): State {
    return this.#see(this.#state)
  }

  execute(call: Call): boolean | Promise<boolean> {
    const { duration, performer } = this.#model(call)
    const left = duration?.(this.#state, call.args) ?? 1
    if (left <= 0) return this.#happen(call)
    const who = performer?.(call.args) ?? null
    return new Promise((resolve) => this.#underWay.push({ call, performer: who, left, resolve }))
  }

  advance(): void {
    const busy = new Set<string>()
    const over: UnderWay[] = []
    for (const item of this.#underWay) {
      if (item.performer !== null) {
        if (busy.has(item.performer)) continue
        busy.add(item.performer)
      }
      item.left--
      if (item.left <= 0) over.push(item)
    }
    this.#underWay = this.#underWay.filter((item) => !over.includes(item))
    for (const { call, resolve } of over) resolve(this.#happen(call))
  }

  #happen(call: Call): boolean {
    const { success, state } = this.#model(call).sample(this.#state, call.args, this.#random)
    this.#state = state
    return success
  }

  #model(call: Call): CommandModel<State> {
    return this.#domain.commands[call.name] as CommandModel<State>
  }
}
