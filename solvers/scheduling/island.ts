/**
 * The other thread as the portfolio sees it, and the memory that both share: a board with the best schedule of the main
 * thread, guarded by a sequence number that is odd while it is being written (Lamport 1977).
 */
import type { BaseSchedule } from './cp/neighbourhoods.ts'

/** What the portfolio asks of another thread. */
export interface Island {
  /** The best schedule that has come from there. */
  readonly found: BaseSchedule | null
  /** Whether it has proved that nothing is better than `provedObjective`. */
  readonly proved: boolean
  readonly provedObjective: number
  /** Makes the best schedule of this thread known there. */
  show(best: BaseSchedule): void
}

export class Board {
  readonly #memory: Int32Array
  readonly #objective: Float64Array
  readonly #count: number
  #read = 0

  /** @param buffer as `Board.buffer` makes it, the same on both sides */
  constructor(buffer: SharedArrayBuffer, taskCount: number) {
    this.#count = taskCount
    this.#objective = new Float64Array(buffer, 0, 1)
    this.#memory = new Int32Array(buffer, 8)
  }

  static buffer(taskCount: number): SharedArrayBuffer {
    return new SharedArrayBuffer(8 + 4 * (1 + 2 * taskCount))
  }

  /** One thread writes. */
  write({ starts, modes, objective }: BaseSchedule): void {
    Atomics.add(this.#memory, 0, 1)
    this.#objective[0] = objective
    for (let i = 0; i < this.#count; i++) {
      Atomics.store(this.#memory, 1 + i, starts[i]!)
      Atomics.store(this.#memory, 1 + this.#count + i, modes[i]!)
    }
    Atomics.add(this.#memory, 0, 1)
  }

  /** @returns what was written since the last call, or null when there is nothing new or it is being written */
  read(): BaseSchedule | null {
    const sequence = Atomics.load(this.#memory, 0)
    if (sequence === this.#read || sequence % 2 === 1) return null
    const starts = Int32Array.from({ length: this.#count }, (_, i) => Atomics.load(this.#memory, 1 + i))
    const modes = Int32Array.from({ length: this.#count }, (_, i) => Atomics.load(this.#memory, 1 + this.#count + i))
    const objective = this.#objective[0]!
    if (Atomics.load(this.#memory, 0) !== sequence) return null
    this.#read = sequence
    return { starts, modes, objective }
  }
}
