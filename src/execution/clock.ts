/** Clocks for execution: the wall clock in seconds (or any unit), and a virtual one that jumps. */
import type { ExecutionClock } from '../domain/execution.ts'

/** A clock that stands still until it is told to wait: waiting is a jump. Every run on it is reproducible. */
export class VirtualClock implements ExecutionClock {
  #now: number

  /** @param start first reading, in time units of the plan. @default 0 */
  constructor(start = 0) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  async until(time: number): Promise<void> {
    if (time > this.#now) this.#now = time
  }
}

/**
 * The time that passes outside, since the clock was made.
 * @param unitMs milliseconds of one time unit of the plan. @default 1000
 */
export class WallClock implements ExecutionClock {
  readonly #unitMs: number
  readonly #begin = Date.now()
  readonly #offset: number

  constructor(unitMs = 1000, start = 0) {
    this.#unitMs = unitMs
    this.#offset = start
  }

  now(): number {
    return this.#offset + (Date.now() - this.#begin) / this.#unitMs
  }

  until(time: number, signal: AbortSignal): Promise<void> {
    const wait = (time - this.now()) * this.#unitMs
    if (wait <= 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(wait, 2 ** 31 - 1))
      signal.addEventListener('abort', done, { once: true })
    })
  }
}
