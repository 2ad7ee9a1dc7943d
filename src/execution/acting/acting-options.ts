/** What the acting engine is told and what it tells. */
import type { ExperienceModel, FailureBlacklist } from '../learning/index.ts'
import type { Call } from './domain.ts'
import type { DurableActingOptions } from './durable.ts'
import type { LookAheadOptions } from './look-ahead.ts'

/** Under this subject experience tells how often another task arrives after one of the name in the context. */
export const ARRIVAL = 'arrival of a further task'

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
   * world must not have `advance`. What was learned before and the tasks submitted before `run` must be the same when it is
   * resumed; a task that arrives later is on record. @default null
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
  | {
      /** A command that could not succeed was not begun; `wait`: until another task has moved on, else the method failed. */
      readonly kind: 'withheld'
      readonly id: number
      readonly round: number
      readonly call: Call
      readonly wait: boolean
    }
  /** The task will begin when another one has moved on. */
  | { readonly kind: 'postponed'; readonly id: number; readonly round: number; readonly call: Call }
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
