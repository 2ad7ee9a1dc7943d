/**
 * Hash-consing of small integer tuples: (head, a1 .. ak) -> dense id. Facts and ground tasks are such tuples. Open
 * addressing with linear probing over typed arrays; a lookup allocates nothing.
 */

/** An Int32Array that grows. */
export class IntPool {
  data: Int32Array
  size = 0

  constructor(capacity = 1024) {
    this.data = new Int32Array(capacity)
  }

  push(value: number): void {
    if (this.size === this.data.length) this.reserve(1)
    this.data[this.size++] = value
  }

  /** Makes room for `count` more values. */
  reserve(count: number): void {
    const needed = this.size + count
    if (needed <= this.data.length) return
    const grown = new Int32Array(Math.max(needed, this.data.length * 2))
    grown.set(this.data.subarray(0, this.size))
    this.data = grown
  }
}

export class TupleTable {
  /** Head of each tuple. */
  readonly heads = new IntPool()
  /** Arguments of tuple i are `values.data[starts.data[i] .. starts.data[i + 1])`. */
  readonly starts = new IntPool()
  readonly values = new IntPool(4096)
  #slots = new Int32Array(4096).fill(-1)
  #mask = 4095

  constructor() {
    this.starts.push(0)
  }

  get size(): number {
    return this.heads.size
  }

  /** Id of the tuple (head, source[from .. from + count)), or -1 when it was never interned. */
  find(head: number, source: ArrayLike<number>, from: number, count: number): number {
    const slots = this.#slots
    const mask = this.#mask
    const heads = this.heads.data
    const starts = this.starts.data
    const values = this.values.data
    let at = hash(head, source, from, count) & mask
    for (;;) {
      const id = slots[at] as number
      if (id < 0) return -1
      if (heads[id] === head) {
        const start = starts[id] as number
        let i = 0
        while (i < count && values[start + i] === source[from + i]) i++
        if (i === count) return id
      }
      at = (at + 1) & mask
    }
  }

  /** Id of the tuple, made when it is new. Tuples of one head must all have the same length. */
  intern(head: number, source: ArrayLike<number>, from: number, count: number): number {
    const found = this.find(head, source, from, count)
    if (found >= 0) return found
    const id = this.heads.size
    this.heads.push(head)
    this.values.reserve(count)
    for (let i = 0; i < count; i++) this.values.data[this.values.size++] = source[from + i] as number
    this.starts.push(this.values.size)
    if (id * 2 >= this.#mask) this.#grow()
    else this.#insert(id)
    return id
  }

  #insert(id: number): void {
    const start = this.starts.data[id] as number
    const count = (this.starts.data[id + 1] as number) - start
    let at = hash(this.heads.data[id] as number, this.values.data, start, count) & this.#mask
    while ((this.#slots[at] as number) >= 0) at = (at + 1) & this.#mask
    this.#slots[at] = id
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 4
    this.#slots = new Int32Array(capacity).fill(-1)
    this.#mask = capacity - 1
    for (let id = 0; id < this.heads.size; id++) this.#insert(id)
  }
}

function hash(head: number, source: ArrayLike<number>, from: number, count: number): number {
  let h = Math.imul(head + 1, 0x9e3779b1)
  for (let i = 0; i < count; i++) {
    h = Math.imul(h ^ (source[from + i] as number), 0x85ebca6b)
    h ^= h >>> 13
  }
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Spreads the bits of an integer; `salt` selects one of several independent functions. */
export function mix(value: number, salt: number): number {
  let h = Math.imul(value ^ salt, 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h + salt, 0xc2b2ae35)
  h ^= h >>> 13
  h = Math.imul(h, 0x27d4eb2f)
  return h ^ (h >>> 16)
}
