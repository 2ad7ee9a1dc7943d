/**
 * Literals by activity: those that take part in conflicts are bumped, older bumps count exponentially less (Moskewicz et al. 2001).
 * A literal is a slot with a threshold; those with an activity that may be undecided stand in a heap.
 */
import { IndexedHeap } from '../../numeric/index.ts'

const DECAY = 0.95

export class ActivityOrder {
  /** Threshold of each slot, as bumped last. */
  readonly threshold: Int32Array
  /** Negated activities: the heap has the least on top. */
  readonly #key: Float64Array
  readonly #heap: IndexedHeap
  #increment = 1

  constructor(slots: number) {
    this.threshold = new Int32Array(slots)
    this.#key = new Float64Array(slots)
    this.#heap = new IndexedHeap(this.#key)
  }

  bump(slot: number, threshold: number): void {
    this.threshold[slot] = threshold
    this.#key[slot]! -= this.#increment
    this.#heap.raise(slot)
  }

  /** Once for each conflict. */
  decay(): void {
    this.#increment /= DECAY
    if (this.#increment <= 1e100) return
    for (let s = 0; s < this.#key.length; s++) this.#key[s]! *= 1e-100
    this.#increment *= 1e-100
  }

  /** Slots from..to may be undecided again. */
  reopen(from: number, to: number): void {
    const key = this.#key
    const heap = this.#heap
    for (let slot = from; slot <= to; slot++) if (key[slot]! < 0 && !heap.has(slot)) heap.raise(slot)
  }

  /** Takes out the most active slot; -1 when there is none. */
  pop(): number {
    return this.#heap.pop()
  }
}
