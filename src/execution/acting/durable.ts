/**
 * Acting that survives its process. What the engine learns from outside goes through a durable run: every state it reads is
 * an observation, every command an action with its intent on record before it begins, and which commands had ended and
 * which tasks had arrived in a round is a decision. The engine itself depends on nothing else, so that over the same journal it takes the same methods
 * again, gets the recorded answers until they end, and goes on from there; no command that was concluded is begun again.
 *
 * Records: for every command an observation, an intent, an outcome and one for the round. A journal grows with the
 * commands; `maxCommands` of the engine bounds it.
 */
import { InvalidInputError, PlannerError } from '../../../solvers/contract/index.ts'
import { type DurableRun, type PerformOptions, ReplayDivergenceError } from '../journal/index.ts'
import type { Arrival } from './arrivals.ts'
import type { ActingWorld, Call } from './domain.ts'

export interface DurableActingOptions {
  /** Opened on the journal by the caller; its subject should name the domain, the tasks and the seed. */
  readonly run: DurableRun
  /** Name under which the commands are recorded. @default 'acting' */
  readonly plan?: string
  /** How a command is carried out so that it happens once. @default not idempotent, no reconciliation */
  readonly perform?: (command: Call) => PerformOptions<boolean>
}

/** A command that a task of the agenda has begun. */
export interface InFlight {
  readonly id: number
  readonly ended: Promise<unknown>
  readonly over: () => boolean
}

export class DurableActing<State> {
  readonly #world: ActingWorld<State>
  readonly #run: DurableRun
  readonly #plan: string
  readonly #perform: (command: Call) => PerformOptions<boolean>

  constructor(world: ActingWorld<State>, { run, plan = 'acting', perform = () => ({}) }: DurableActingOptions) {
    if (world.advance !== undefined)
      throw new InvalidInputError([
        {
          code: 'virtual-time',
          path: ['world', 'advance'],
          message: 'a world in virtual time is gone with its process and cannot be resumed',
          hint: 'act durably in a world that goes on by itself, without advance',
        },
      ])
    this.#world = world
    this.#run = run
    this.#plan = plan
    this.#perform = perform
  }

  get cancelled(): boolean {
    return this.#run.cancelled !== null
  }

  observe(id: number, count: number): Promise<State> {
    return this.#run.observe(`${this.#plan}: task ${id}, state ${count}`, () => this.#world.observe())
  }

  /**
   * @returns whether it succeeded; an error that the world throws is a failure
   * @throws PlannerError `uncertain-command` when a crash left open whether it happened and nobody can tell
   */
  async execute(id: number, count: number, call: Call): Promise<boolean> {
    const what = `${call.name}(${call.args.join(', ')})#${id}.${count}`
    const identity = { plan: this.#plan, what }
    const result = await this.#run.perform(identity, this.#perform(call), (attempt) =>
      this.#world.execute(call, attempt),
    )
    if (result.status === 'uncertain')
      throw new PlannerError('uncertain-command', `nobody knows whether ${what} of ${this.#plan} happened`, {
        hint: 'look, tell the run by settle, and act again; or give perform a reconcile',
      })
    return result.status === 'done' && result.value
  }

  /**
   * Waits for a command to end or a task to arrive.
   * @param woken resolves when a task has arrived
   * @param arrived the tasks that have arrived; taken once
   * @returns the tasks whose command had ended and the tasks that had arrived, the same ones when it is resumed
   */
  async round(
    round: number,
    flying: readonly InFlight[],
    woken: Promise<void>,
    arrived: () => readonly Arrival[],
  ): Promise<{ readonly ended: ReadonlySet<number>; readonly arrived: readonly Arrival[] }> {
    const { ended, late } = await this.#run.decide(`${this.#plan}: round ${round}`, async () => {
      await Promise.race([woken, ...flying.map((item) => item.ended)])
      return { ended: flying.filter((item) => item.over()).map(({ id }) => id), late: arrived() }
    })
    const known = new Map(flying.map((item) => [item.id, item]))
    for (const id of ended) {
      const item = known.get(id)
      if (item === undefined)
        throw new ReplayDivergenceError(`round ${round}`, null, {
          path: ['ended'],
          recorded: ended,
          now: flying.map((one) => one.id),
        })
      await item.ended
    }
    return { ended: new Set(ended), arrived: late }
  }

  /** Nothing is left to do. @returns the tasks that have arrived all the same; none ends the run, also when it is resumed */
  last(round: number, arrived: () => readonly Arrival[]): Promise<readonly Arrival[]> {
    return this.#run.decide(`${this.#plan}: nothing left in round ${round}`, arrived)
  }
}
