/**
 * Binary heap of the integers 0 .. n-1 by a key outside of it, least key first (Williams 1964), each integer at most once. The heap
 * remembers where each stands, so that a falling key costs O(log n). Among equal keys the order is that of the heap's history.
 */
export class IndexedHeap {
  readonly #key: Float64Array
  readonly #heap: Int32Array
  readonly #place: Int32Array
  #size = 0

  /** @param key read at every move; a key may change freely while its item is outside, and only fall while it is inside */
  constructor(key: Float64Array) {
    this.#key = key
    this.#heap = new Int32Array(key.length)
    this.#place = new Int32Array(key.length).fill(-1)
  }

  get size(): number {
    return this.#size
  }

  /** The item with the least key, or -1 when there is none. */
  get top(): number {
    return this.#size === 0 ? -1 : this.#heap[0]!
  }

  has(item: number): boolean {
    return this.#place[item]! >= 0
  }

  /** Takes everything out; O(size). */
  clear(): void {
    for (let at = 0; at < this.#size; at++) this.#place[this.#heap[at]!] = -1
    this.#size = 0
  }

  /** Puts an item in, or moves it up after its key has fallen. */
  raise(item: number): void {
    const heap = this.#heap
    const place = this.#place
    const keys = this.#key
    const own = keys[item]!
    let at = place[item]!
    if (at < 0) at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      const other = heap[parent]!
      if (keys[other]! <= own) break
      heap[at] = other
      place[other] = at
      at = parent
    }
    heap[at] = item
    place[item] = at
  }

  /** Takes out the item with the least key; -1 when there is none. */
  pop(): number {
    if (this.#size === 0) return -1
    const heap = this.#heap
    const place = this.#place
    const keys = this.#key
    const top = heap[0]!
    place[top] = -1
    const size = --this.#size
    if (size === 0) return top
    const item = heap[size]!
    const own = keys[item]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && keys[heap[child + 1]!]! < keys[heap[child]!]!) child++
      const other = heap[child]!
      if (keys[other]! >= own) break
      heap[at] = other
      place[other] = at
      at = child
    }
    heap[at] = item
    place[item] = at
    return top
  }
}
