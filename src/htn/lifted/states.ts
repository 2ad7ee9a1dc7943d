/**
 * Facts and states. Facts are interned tuples; one *current* state lives in place (a truth byte per fact and, per
 * predicate, argument position and object, the list of true facts), and every state ever seen is a node of a tree that
 * stores only what differs from its parent. Going from one state to another toggles the facts along the tree path, so
 * neighbouring states cost a handful of steps whatever the size of the world.
 *
 * Equal states get equal ids: states are found by a 96-bit Zobrist hash. The chance that two different states of a run
 * with ten million states ever share it is below 1e-14; nothing else in the search is probabilistic.
 */
import { IntPool, mix, TupleTable } from './tuples.ts'

export class States {
  readonly facts = new TupleTable()
  /** 1 for every fact true in the current state. */
  truth = new Uint8Array(1024)
  readonly #objectCount: number
  /** Where the lists of a predicate begin: list of all its facts, then position * objects + object. */
  readonly #listBase: Int32Array
  readonly #lists: (IntPool | null)[]
  /** Place of fact f in its list number i (0 = all facts of its predicate) at places[start(f) + f + i]. */
  readonly #places = new IntPool(4096)
  readonly #hashes: [IntPool, IntPool, IntPool] = [new IntPool(), new IntPool(), new IntPool()]

  /** Numeric state variables of the current state. */
  numbers: Float64Array = new Float64Array(0)

  current = 0
  readonly #parent = new IntPool()
  readonly #depth = new IntPool()
  readonly #deltaStart = new IntPool()
  readonly #delta = new IntPool(4096)
  readonly #numberStart = new IntPool()
  readonly #numberSlot = new IntPool()
  #numberOld = new Float64Array(64)
  #numberNew = new Float64Array(64)
  readonly #hash: [IntPool, IntPool, IntPool] = [new IntPool(), new IntPool(), new IntPool()]
  #slots = new Int32Array(4096).fill(-1)
  #mask = 4095
  readonly #view = new Int32Array(2)
  readonly #viewNumber = new Float64Array(this.#view.buffer)

  constructor(arities: readonly number[], objectCount: number) {
    this.#objectCount = objectCount
    this.#listBase = new Int32Array(arities.length + 1)
    arities.forEach((arity, predicate) => {
      this.#listBase[predicate + 1] = (this.#listBase[predicate] as number) + 1 + arity * objectCount
    })
    this.#lists = new Array<IntPool | null>(this.#listBase[arities.length] as number).fill(null)
  }

  /** Number of states seen. */
  get count(): number {
    return this.#parent.size
  }

  /** Id of the fact, made when it is new. */
  fact(predicate: number, source: ArrayLike<number>, from: number, count: number): number {
    const known = this.facts.size
    const id = this.facts.intern(predicate, source, from, count)
    if (id < known) return id
    if (id >= this.truth.length) {
      const grown = new Uint8Array(this.truth.length * 2)
      grown.set(this.truth)
      this.truth = grown
    }
    this.#places.reserve(count + 1)
    for (let i = 0; i <= count; i++) this.#places.push(-1)
    for (let i = 0; i < 3; i++) (this.#hashes[i] as IntPool).push(mix(id + 1, 0x51ed270b + i * 0x632be5ab))
    return id
  }

  /** True facts of a predicate whose argument `position` is `object`; position -1 for all of them. May be null. */
  list(predicate: number, position: number, object: number): IntPool | null {
    const base = this.#listBase[predicate] as number
    return this.#lists[position < 0 ? base : base + 1 + position * this.#objectCount + object] as IntPool | null
  }

  /** Fixes the initial state: facts set with `assume` and the given numbers. */
  begin(numbers: Float64Array): void {
    this.numbers = numbers
    this.#push(-1, 0, 0, 0)
    this.#insert(0)
  }

  /** Makes a fact true before `begin`. */
  assume(fact: number): void {
    if (this.truth[fact] === 0) this.#toggle(fact)
  }

  /** Puts the world into a state seen before. */
  goto(state: number): void {
    let from = this.current
    if (from === state) return
    let to = state
    const parent = this.#parent.data
    const depth = this.#depth.data
    // Up from the current state at once; the way down is collected first.
    const down = this.#path
    down.size = 0
    while (from !== to) {
      if ((depth[from] as number) >= (depth[to] as number)) {
        this.#replay(from, false)
        from = parent[from] as number
      } else {
        down.push(to)
        to = parent[to] as number
      }
    }
    for (let i = down.size - 1; i >= 0; i--) this.#replay(down.data[i] as number, true)
    this.current = state
  }

  readonly #path = new IntPool(256)

  /**
   * The state that follows the current one when the given facts are toggled and numbers set; the world stays where it
   * is. Facts must be distinct, and so must slots.
   */
  successor(toggles: IntPool, slots: IntPool, values: readonly number[]): number {
    const current = this.current
    let a = this.#hash[0].data[current] as number
    let b = this.#hash[1].data[current] as number
    let c = this.#hash[2].data[current] as number
    const [ha, hb, hc] = this.#hashes
    for (let i = 0; i < toggles.size; i++) {
      const fact = toggles.data[i] as number
      a ^= ha.data[fact] as number
      b ^= hb.data[fact] as number
      c ^= hc.data[fact] as number
    }
    for (let i = 0; i < slots.size; i++) {
      const slot = slots.data[i] as number
      const before = this.numbers[slot] as number
      const after = values[i] as number
      a ^= this.#numberHash(slot, before, 1) ^ this.#numberHash(slot, after, 1)
      b ^= this.#numberHash(slot, before, 2) ^ this.#numberHash(slot, after, 2)
      c ^= this.#numberHash(slot, before, 3) ^ this.#numberHash(slot, after, 3)
    }
    let at = a & this.#mask
    for (;;) {
      const id = this.#slots[at] as number
      if (id < 0) break
      if (this.#hash[0].data[id] === a && this.#hash[1].data[id] === b && this.#hash[2].data[id] === c) return id
      at = (at + 1) & this.#mask
    }
    const id = this.count
    this.#delta.reserve(toggles.size)
    this.#delta.data.set(toggles.data.subarray(0, toggles.size), this.#delta.size)
    this.#delta.size += toggles.size
    for (let i = 0; i < slots.size; i++) this.#pushNumber(slots.data[i] as number, values[i] as number)
    this.#push(current, a, b, c)
    if (id * 2 >= this.#mask) this.#grow()
    else this.#insert(id)
    return id
  }

  /** Facts that differ between a state and the state it was first reached from. */
  *changes(state: number): IterableIterator<number> {
    const end = this.#deltaStart.data[state + 1] as number
    for (let i = this.#deltaStart.data[state] as number; i < end; i++) yield this.#delta.data[i] as number
  }

  #pushNumber(slot: number, value: number): void {
    const at = this.#numberSlot.size
    if (at >= this.#numberOld.length) {
      const old = new Float64Array(at * 2)
      old.set(this.#numberOld)
      this.#numberOld = old
      const fresh = new Float64Array(at * 2)
      fresh.set(this.#numberNew)
      this.#numberNew = fresh
    }
    this.#numberOld[at] = this.numbers[slot] as number
    this.#numberNew[at] = value
    this.#numberSlot.push(slot)
  }

  #push(parent: number, a: number, b: number, c: number): void {
    if (parent < 0) {
      this.#deltaStart.push(0)
      this.#numberStart.push(0)
    }
    this.#depth.push(parent < 0 ? 0 : (this.#depth.data[parent] as number) + 1)
    this.#parent.push(parent)
    this.#deltaStart.push(this.#delta.size)
    this.#numberStart.push(this.#numberSlot.size)
    this.#hash[0].push(a)
    this.#hash[1].push(b)
    this.#hash[2].push(c)
  }

  #insert(id: number): void {
    let at = (this.#hash[0].data[id] as number) & this.#mask
    while ((this.#slots[at] as number) >= 0) at = (at + 1) & this.#mask
    this.#slots[at] = id
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 4
    this.#slots = new Int32Array(capacity).fill(-1)
    this.#mask = capacity - 1
    for (let id = 0; id < this.count; id++) this.#insert(id)
  }

  #replay(state: number, forward: boolean): void {
    const end = this.#deltaStart.data[state + 1] as number
    for (let i = this.#deltaStart.data[state] as number; i < end; i++) this.#toggle(this.#delta.data[i] as number)
    const numberEnd = this.#numberStart.data[state + 1] as number
    const values = forward ? this.#numberNew : this.#numberOld
    for (let i = this.#numberStart.data[state] as number; i < numberEnd; i++) {
      this.numbers[this.#numberSlot.data[i] as number] = values[i] as number
    }
  }

  #toggle(fact: number): void {
    const predicate = this.facts.heads.data[fact] as number
    const start = this.facts.starts.data[fact] as number
    const count = (this.facts.starts.data[fact + 1] as number) - start
    const values = this.facts.values.data
    const base = this.#listBase[predicate] as number
    const places = this.#places.data
    const place = start + fact
    const add = this.truth[fact] === 0
    this.truth[fact] = add ? 1 : 0
    for (let i = 0; i <= count; i++) {
      const index = i === 0 ? base : base + 1 + (i - 1) * this.#objectCount + (values[start + i - 1] as number)
      let list = this.#lists[index] as IntPool | null
      if (add) {
        if (list === null) {
          list = new IntPool(4)
          this.#lists[index] = list
        }
        places[place + i] = list.size
        list.push(fact)
      } else if (list !== null) {
        const at = places[place + i] as number
        const last = list.data[--list.size] as number
        list.data[at] = last
        places[(this.facts.starts.data[last] as number) + last + i] = at
      }
    }
  }

  #numberHash(slot: number, value: number, salt: number): number {
    this.#viewNumber[0] = value === 0 ? 0 : value
    const inner = mix((this.#view[0] as number) ^ mix(this.#view[1] as number, salt + 17), salt * 0x1b873593)
    return mix(inner ^ mix(slot + 1, salt), salt)
  }
}
