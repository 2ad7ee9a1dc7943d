/**
 * A priority queue of integers: smallest priority first, last pushed first among equals. Binary heap over two typed
 * arrays; O(log n) push and pop, no allocation except when it grows.
 */
export class Agenda {
  #priorities = new Float64Array(1024)
  #sequence = new Float64Array(1024)
  #entries = new Int32Array(1024)
  #pushed = 0
  size = 0

  push(priority: number, entry: number): void {
    if (this.size === this.#entries.length) this.#grow()
    const priorities = this.#priorities
    const sequence = this.#sequence
    const entries = this.#entries
    const order = this.#pushed++
    let at = this.size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      // The new entry is the youngest: it goes above its equals.
      if ((priorities[parent] as number) < priority) break
      priorities[at] = priorities[parent] as number
      sequence[at] = sequence[parent] as number
      entries[at] = entries[parent] as number
      at = parent
    }
    priorities[at] = priority
    sequence[at] = order
    entries[at] = entry
  }

  /** Smallest priority on the agenda; Infinity when it is empty. */
  get smallest(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.#priorities[0] as number)
  }

  pop(): number {
    const priorities = this.#priorities
    const sequence = this.#sequence
    const entries = this.#entries
    const top = entries[0] as number
    const last = --this.size
    const priority = priorities[last] as number
    const order = sequence[last] as number
    const entry = entries[last] as number
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= last) break
      const right = child + 1
      if (
        right < last &&
        ((priorities[right] as number) < (priorities[child] as number) ||
          (priorities[right] === priorities[child] && (sequence[right] as number) > (sequence[child] as number)))
      ) {
        child = right
      }
      const smaller = priorities[child] as number
      if (smaller > priority || (smaller === priority && (sequence[child] as number) < order)) break
      priorities[at] = smaller
      sequence[at] = sequence[child] as number
      entries[at] = entries[child] as number
      at = child
    }
    priorities[at] = priority
    sequence[at] = order
    entries[at] = entry
    return top
  }

  #grow(): void {
    const priorities = new Float64Array(this.size * 2)
    priorities.set(this.#priorities)
    this.#priorities = priorities
    const sequence = new Float64Array(this.size * 2)
    sequence.set(this.#sequence)
    this.#sequence = sequence
    const entries = new Int32Array(this.size * 2)
    entries.set(this.#entries)
    this.#entries = entries
  }
}
