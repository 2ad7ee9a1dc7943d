/**
 * What every long-running call has in common: time limit, cancellation, seed and progress events.
 */
import { InvalidInputError } from './errors.ts'
import type { Limit } from './status.ts'

/** Something happened during a run. Events are emitted in time order. */
export interface ProgressEvent {
  /** What is running, e.g. `linear`, `schedule`, `pomdp`, `plan`. */
  readonly source: string
  readonly kind: 'phase' | 'incumbent' | 'bound' | 'point' | 'tick'
  /** Milliseconds since the run began. */
  readonly elapsedMs: number
  /** Objective of the best point so far. */
  readonly incumbent?: number
  /** Proved bound on the objective. */
  readonly bound?: number
  /** Relative gap between the two. */
  readonly gap?: number
  /** One short line for people. */
  readonly message?: string
}

export interface RunOptions {
  /** Wall-clock milliseconds after which the best answer so far is returned. @default no limit */
  readonly timeLimitMs?: number
  /** Aborting returns the best answer so far with limit `interrupted`. */
  readonly signal?: AbortSignal
  /** Seed of every random choice, a 32-bit unsigned integer. @default 1 */
  readonly seed?: number
  /** Called for every event; must not throw. */
  readonly onProgress?: (event: ProgressEvent) => void
}

/** A running clock with the caller's limits: the resolved form of RunOptions. */
export class Run {
  readonly source: string
  readonly seed: number
  readonly signal: AbortSignal | undefined
  /** Milliseconds, Infinity when unlimited. */
  readonly timeLimitMs: number
  readonly #start: number
  readonly #onProgress: ((event: ProgressEvent) => void) | undefined

  constructor(source: string, options: RunOptions = {}) {
    const issues = []
    const limit = options.timeLimitMs
    if (limit !== undefined && !(limit >= 0)) {
      issues.push({
        code: 'out-of-range',
        path: ['timeLimitMs'],
        message: `the time limit ${limit} is not a number of milliseconds`,
        hint: 'give a number >= 0, or leave it out for no limit',
      })
    }
    const seed = options.seed ?? 1
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      issues.push({
        code: 'out-of-range',
        path: ['seed'],
        message: `the seed ${seed} is not a 32-bit unsigned integer`,
        hint: 'give an integer from 0 to 4294967295',
      })
    }
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.source = source
    this.seed = seed
    this.signal = options.signal
    this.timeLimitMs = limit ?? Number.POSITIVE_INFINITY
    this.#onProgress = options.onProgress
    this.#start = performance.now()
  }

  get elapsedMs(): number {
    return performance.now() - this.#start
  }

  get remainingMs(): number {
    return Math.max(0, this.timeLimitMs - this.elapsedMs)
  }

  /** The limit that has been hit, or null while the run may go on. */
  get limit(): Limit | null {
    if (this.signal?.aborted === true) return 'interrupted'
    return this.elapsedMs >= this.timeLimitMs ? 'time' : null
  }

  /** True when somebody listens; skip the work of building events otherwise. */
  get observed(): boolean {
    return this.#onProgress !== undefined
  }

  emit(event: Omit<ProgressEvent, 'source' | 'elapsedMs'>): void {
    this.#onProgress?.({ source: this.source, elapsedMs: this.elapsedMs, ...event })
  }

  /**
   * Options for a run inside this one: what is left of the time, the same signal and seed, the same listener.
   * @param timeLimitMs a tighter limit of its own, in milliseconds
   */
  nested(timeLimitMs = Number.POSITIVE_INFINITY): RunOptions {
    const remaining = Math.min(this.remainingMs, timeLimitMs)
    return {
      seed: this.seed,
      ...(Number.isFinite(remaining) ? { timeLimitMs: remaining } : {}),
      ...(this.signal === undefined ? {} : { signal: this.signal }),
      ...(this.#onProgress === undefined ? {} : { onProgress: this.#onProgress }),
    }
  }
}
