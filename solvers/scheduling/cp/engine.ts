/**
 * Lazy clause generation over integer bounds: propagation with explanations, first-UIP nogood learning, activity-based
 * search (Ohrimenko, Stuckey, Codish 2009; bounds-only trail as in Stuckey and Feydt 2010).
 *
 * Every variable x has two codes: 2x stands for x and 2x+1 for -x, so that one array of lower bounds holds both bounds.
 * A literal is a pair (code, v): "the value of code is at least v"; its negation is (code ^ 1, 1 - v). Booleans are
 * variables on 0..1. No literal is created: it is read off the bounds, and a trail entry raises one bound. Explanations
 * are asked for lazily, in the state just before the entry: conflict analysis undoes the entries of the current level
 * while it walks back, so a propagator explains from the bounds that it saw. An explanation may be weaker than the bound
 * that was set as long as it implies what is asked for.
 *
 * Difference edges to >= from + weight, unconditional or under a literal, and clauses are built in; everything else is a
 * Propagator. Learned nogoods follow from the constraints alone, the objective limit included as a root bound.
 * Proves: `refuted` means that no assignment satisfies the constraints and the root bounds.
 */

import { ActivityOrder } from './activity.ts'

/** A constraint outside the engine. */
export interface Propagator {
  /**
   * Raises bounds by `engine.enforce` and returns false when that fails or when it has put the true literals of a
   * conflict into the engine by `beginConflict` and `push`.
   */
  propagate(engine: Engine): boolean
  /** Pushes literals that were true before the entry and together imply (code, value). */
  explain(engine: Engine, code: number, value: number, data: number, aux: number): void
}

/** Why a bound was raised. */
export const DECISION = 0
export const CLAUSE = 1
export const EDGE = 2
export const EDGE_CONDITION = 3
export const PROPAGATOR = 4

const CLAUSE_HEAD = 3

export class Engine {
  /** Lower bound by code; the upper bound of a code is -lower[code ^ 1]. */
  lower: Int32Array = new Int32Array(0)
  /** Bounds at the root. */
  root: Int32Array = new Int32Array(0)
  /** True literals of the last conflict or explanation, as code, value pairs. */
  readonly #buffer: number[] = []
  conflicts = 0
  decisions = 0
  /** True when the root itself is contradictory. */
  refuted = false
  /** Sees every learned clause as code, value pairs before it is used: for checks. The array is reused. */
  onLearned: ((literals: readonly number[]) => void) | null = null

  // Construction time.
  readonly #minimum: number[] = []
  readonly #maximum: number[] = []
  readonly #edgeFrom: number[] = []
  readonly #edgeTo: number[] = []
  readonly #edgeWeight: number[] = []
  readonly #edgeCode: number[] = []
  readonly #edgeValue: number[] = []
  readonly #clausesToAdd: number[][] = []
  readonly #propagators: Propagator[] = []
  readonly #priorities: number[] = []
  readonly #subscriptions: [number, number][] = []

  // Frozen graph.
  #from = new Int32Array(0)
  #to = new Int32Array(0)
  #weight = new Int32Array(0)
  #condition = new Int32Array(0)
  #conditionValue = new Int32Array(0)
  #outStart = new Int32Array(0)
  #out = new Int32Array(0)
  #guardStart = new Int32Array(0)
  #guard = new Int32Array(0)
  #wakeStart = new Int32Array(0)
  #wake = new Int32Array(0)

  // Trail.
  #trailCode = new Int32Array(1024)
  #trailOld = new Int32Array(1024)
  #trailNew = new Int32Array(1024)
  #trailPrevious = new Int32Array(1024)
  #trailKind = new Uint8Array(1024)
  #trailSource = new Int32Array(1024)
  #trailData = new Int32Array(1024)
  #trailAux = new Int32Array(1024)
  #trailSize = 0
  #queueHead = 0
  #latest = new Int32Array(0)
  readonly #levelStart: number[] = []

  // Clauses: arena[ref] = size, then lbd, then age, then pairs.
  #arena = new Int32Array(1 << 16)
  #arenaSize = 0
  readonly #learned: number[] = []
  readonly #permanent: number[] = []
  #watchOffset = new Int32Array(0)
  #shift = new Int32Array(0)
  #watches: (number[] | undefined)[] = []
  #learnedLimit = 4000

  // Analysis.
  #seen = new Uint8Array(0)
  #current = new Uint8Array(0)
  #need = new Int32Array(0)
  readonly #touched: number[] = []
  readonly #nogood: number[] = []
  readonly #levelMark: number[] = []

  // Activity of literal slots (even codes).
  #activity = new ActivityOrder(0)
  #slotVariable = new Int32Array(0)

  // Propagator queues, one for each priority.
  readonly #queues: number[][] = [[], [], []]
  #queued = new Uint8Array(0)

  get variableCount(): number {
    return this.#minimum.length
  }

  /** Number of propagators so far: the index of the next one. */
  get propagatorCount(): number {
    return this.#propagators.length
  }

  get level(): number {
    return this.#levelStart.length
  }

  get learnedCount(): number {
    return this.#learned.length
  }

  /** A new variable on min..max. @returns its code; the code of its negative is one more */
  variable(min: number, max: number): number {
    this.#minimum.push(min)
    this.#maximum.push(max)
    return 2 * (this.#minimum.length - 1)
  }

  /** value(to) >= value(from) + weight, under the literal (condition, value) when one is given. */
  edge(from: number, to: number, weight: number, condition = -1, value = 0): void {
    this.#edgeFrom.push(from, to ^ 1)
    this.#edgeTo.push(to, from ^ 1)
    this.#edgeWeight.push(weight, weight)
    this.#edgeCode.push(condition, condition)
    this.#edgeValue.push(value, value)
  }

  /** At least one of the literals holds; code, value pairs with at most one literal for a code. */
  clause(literals: readonly number[]): void {
    this.#clausesToAdd.push([...literals])
  }

  /** @param priority 0 runs first, 2 last */
  propagator(propagator: Propagator, codes: Iterable<number>, priority: number): void {
    const index = this.#propagators.length
    this.#propagators.push(propagator)
    this.#priorities.push(priority)
    for (const code of codes) this.#subscriptions.push([code, index])
  }

  /** Ends the construction and propagates once. @returns false when the root is contradictory */
  freeze(): boolean {
    const count = this.#minimum.length
    const codes = 2 * count
    this.lower = new Int32Array(codes)
    this.#watchOffset = new Int32Array(codes + 1)
    this.#shift = new Int32Array(count)
    let total = 0
    for (let x = 0; x < count; x++) total += this.#maximum[x]! - this.#minimum[x]! + 2
    let shift = 0
    while (total / 2 ** shift > 3_000_000) shift++
    for (let x = 0; x < count; x++) {
      this.lower[2 * x] = this.#minimum[x]!
      this.lower[2 * x + 1] = -this.#maximum[x]!
      const span = this.#maximum[x]! - this.#minimum[x]!
      if (span < 0) this.refuted = true
      const own = span > 64 ? shift : 0
      this.#shift[x] = own
      const size = (Math.max(0, span) >> own) + 2
      this.#watchOffset[2 * x + 1] = this.#watchOffset[2 * x]! + size
      this.#watchOffset[2 * x + 2] = this.#watchOffset[2 * x + 1]! + size
    }
    const slots = this.#watchOffset[codes]!
    this.root = Int32Array.from(this.lower)
    this.#watches = new Array<number[] | undefined>(slots)
    this.#watches.fill(undefined)
    this.#activity = new ActivityOrder(slots)
    this.#slotVariable = new Int32Array(slots)
    for (let x = 0; x < count; x++) {
      this.#slotVariable.fill(x, this.#watchOffset[2 * x]!, this.#watchOffset[2 * x + 2]!)
    }
    this.#latest = new Int32Array(codes).fill(-1)
    this.#seen = new Uint8Array(codes)
    this.#current = new Uint8Array(codes)
    this.#need = new Int32Array(codes)
    this.#from = Int32Array.from(this.#edgeFrom)
    this.#to = Int32Array.from(this.#edgeTo)
    this.#weight = Int32Array.from(this.#edgeWeight)
    this.#condition = Int32Array.from(this.#edgeCode)
    this.#conditionValue = Int32Array.from(this.#edgeValue)
    ;[this.#outStart, this.#out] = grouped(codes, this.#edgeFrom)
    ;[this.#guardStart, this.#guard] = grouped(codes, this.#edgeCode)
    const wakes = grouped(
      codes,
      this.#subscriptions.map(([code]) => code),
    )
    this.#wakeStart = wakes[0]
    this.#wake = wakes[1].map((k) => this.#subscriptions[k]![1])
    this.#queued = new Uint8Array(this.#propagators.length)
    if (this.refuted) return false
    this.#propagators.forEach((_, p) => {
      this.#schedule(p)
    })
    for (let e = 0; e < this.#from.length; e++) if (!this.#relax(e)) return this.#fail()
    for (const literals of this.#clausesToAdd) if (!this.#attachGiven(literals)) return this.#fail()
    return this.propagateRoot()
  }

  /** Propagates at the root and makes what follows permanent. */
  propagateRoot(): boolean {
    if (this.refuted) return false
    if (!this.propagate()) return this.#fail()
    this.root.set(this.lower)
    this.#trailSize = 0
    this.#queueHead = 0
    this.#latest.fill(-1)
    return true
  }

  /** Raises a bound at the root for good. Must be called at level 0. @returns false when that is contradictory */
  raiseRoot(code: number, value: number): boolean {
    if (this.refuted) return false
    if (this.lower[code]! >= value) return true
    if (-this.lower[code ^ 1]! < value) return this.#fail()
    this.#assign(code, value, DECISION, 0, 0, 0)
    return this.propagateRoot()
  }

  #fail(): false {
    this.refuted = true
    return false
  }

  isTrue(code: number, value: number): boolean {
    return this.lower[code]! >= value
  }

  isFalse(code: number, value: number): boolean {
    return -this.lower[code ^ 1]! < value
  }

  isFixed(code: number): boolean {
    return this.lower[code] === -this.lower[code ^ 1]!
  }

  /** Opens a level with one literal; the literal must be undecided. */
  decide(code: number, value: number): void {
    this.decisions++
    this.#levelStart.push(this.#trailSize)
    this.#assign(code, value, DECISION, 0, 0, 0)
  }

  /** For propagators: raises a bound with a lazy explanation. @returns false on conflict */
  enforce(propagator: number, code: number, value: number, data: number, aux: number): boolean {
    return this.#set(code, value, PROPAGATOR, propagator, data, aux)
  }

  /** Starts the list of true literals of a conflict. */
  beginConflict(): void {
    this.#buffer.length = 0
  }

  /** Adds a true literal to the conflict or explanation being built. */
  push(code: number, value: number): void {
    this.#buffer.push(code, value)
  }

  #set(code: number, value: number, kind: number, source: number, data: number, aux: number): boolean {
    const lower = this.lower
    if (lower[code]! >= value) return true
    const opposite = lower[code ^ 1]!
    if (-opposite < value) {
      // The least value that contradicts the other bound makes the weakest explanation.
      this.#buffer.length = 0
      this.#explain(code, 1 - opposite, kind, source, data, aux)
      this.#buffer.push(code ^ 1, opposite)
      return false
    }
    this.#assign(code, value, kind, source, data, aux)
    return true
  }

  #assign(code: number, value: number, kind: number, source: number, data: number, aux: number): void {
    if (this.#trailSize === this.#trailCode.length) this.#growTrail()
    const at = this.#trailSize++
    this.#trailCode[at] = code
    this.#trailOld[at] = this.lower[code]!
    this.#trailNew[at] = value
    this.#trailPrevious[at] = this.#latest[code]!
    this.#trailKind[at] = kind
    this.#trailSource[at] = source
    this.#trailData[at] = data
    this.#trailAux[at] = aux
    this.#latest[code] = at
    this.lower[code] = value
  }

  #growTrail(): void {
    const wider = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const copy = new Int32Array(2 * array.length)
      copy.set(array)
      return copy
    }
    this.#trailCode = wider(this.#trailCode)
    this.#trailOld = wider(this.#trailOld)
    this.#trailNew = wider(this.#trailNew)
    this.#trailPrevious = wider(this.#trailPrevious)
    this.#trailSource = wider(this.#trailSource)
    this.#trailData = wider(this.#trailData)
    this.#trailAux = wider(this.#trailAux)
    const kinds = new Uint8Array(2 * this.#trailKind.length)
    kinds.set(this.#trailKind)
    this.#trailKind = kinds
  }

  /** To a fixed point. @returns false on conflict, whose literals are then in the buffer */
  propagate(): boolean {
    const [first, second, third] = this.#queues as [number[], number[], number[]]
    for (;;) {
      while (this.#queueHead < this.#trailSize) {
        if (!this.#consume(this.#queueHead++)) return this.#clearQueues()
      }
      const next = first.pop() ?? second.pop() ?? third.pop()
      if (next === undefined) return true
      this.#queued[next] = 0
      if (!this.#propagators[next]!.propagate(this)) return this.#clearQueues()
    }
  }

  #clearQueues(): false {
    for (const queue of this.#queues) queue.length = 0
    this.#queued.fill(0)
    this.#queueHead = this.#trailSize
    return false
  }

  #schedule(propagator: number): void {
    if (this.#queued[propagator] === 1) return
    this.#queued[propagator] = 1
    this.#queues[this.#priorities[propagator]!]!.push(propagator)
  }

  /** One raised bound: edges, guarded edges, clauses, propagators. */
  #consume(at: number): boolean {
    const code = this.#trailCode[at]!
    const old = this.#trailOld[at]!
    const value = this.#trailNew[at]!
    if (this.#latest[code] === at) {
      const out = this.#out
      const end = this.#outStart[code + 1]!
      for (let k = this.#outStart[code]!; k < end; k++) if (!this.#relax(out[k]!)) return false
      const wakeEnd = this.#wakeStart[code + 1]!
      for (let k = this.#wakeStart[code]!; k < wakeEnd; k++) this.#schedule(this.#wake[k]!)
    }
    const guardEnd = this.#guardStart[code + 1]!
    for (let k = this.#guardStart[code]!; k < guardEnd; k++) {
      const e = this.#guard[k]!
      const needed = this.#conditionValue[e]!
      if (needed > old && needed <= value && !this.#relax(e)) return false
    }
    const shift = this.#shift[code >> 1]!
    const base = this.root[code]!
    const offset = this.#watchOffset[code]!
    const watches = this.#watches
    // Watch slots are counted from the bounds at construction, kept in #minimum and #maximum.
    const origin = (code & 1) === 0 ? this.#minimum[code >> 1]! : -this.#maximum[code >> 1]!
    const low = Math.max(old + 1, base + 1)
    for (let slot = offset + ((low - origin) >> shift); slot <= offset + ((value - origin) >> shift); slot++) {
      const list = watches[slot]
      if (list !== undefined && list.length > 0 && !this.#visit(list, code ^ 1)) return false
    }
    return true
  }

  #relax(e: number): boolean {
    const lower = this.lower
    const to = this.#to[e]!
    const reach = lower[this.#from[e]!]! + this.#weight[e]!
    if (reach <= lower[to]!) return true
    const condition = this.#condition[e]!
    if (condition >= 0) {
      const value = this.#conditionValue[e]!
      if (lower[condition]! < value) {
        if (lower[condition ^ 1]! > -value) return true
        if (reach <= -lower[to ^ 1]!) return true
        return this.#set(condition ^ 1, 1 - value, EDGE_CONDITION, e, 0, 0)
      }
    }
    return this.#set(to, reach, EDGE, e, 0, 0)
  }

  /** Clauses that watch a literal of `falseCode` that may just have become false. */
  #visit(list: number[], falseCode: number): boolean {
    const arena = this.#arena
    const lower = this.lower
    let kept = 0
    for (let k = 0; k < list.length; k++) {
      const ref = list[k]!
      const a = ref + CLAUSE_HEAD
      if (arena[a + 2] !== falseCode) {
        const code = arena[a]!
        const value = arena[a + 1]!
        arena[a] = arena[a + 2]!
        arena[a + 1] = arena[a + 3]!
        arena[a + 2] = code
        arena[a + 3] = value
      }
      // A slot may hold several thresholds: the watched literal need not be false yet.
      if (lower[falseCode ^ 1]! <= -arena[a + 3]! || lower[arena[a]!]! >= arena[a + 1]!) {
        list[kept++] = ref
        continue
      }
      const end = a + 2 * arena[ref]!
      let found = false
      for (let b = a + 4; b < end; b += 2) {
        const code = arena[b]!
        const value = arena[b + 1]!
        if (lower[code ^ 1]! > -value) continue
        arena[b] = arena[a + 2]!
        arena[b + 1] = arena[a + 3]!
        arena[a + 2] = code
        arena[a + 3] = value
        this.#watch(code, value, ref)
        found = true
        break
      }
      if (found) continue
      list[kept++] = ref
      if (this.#set(arena[a]!, arena[a + 1]!, CLAUSE, ref, 0, 0)) continue
      for (k++; k < list.length; k++) list[kept++] = list[k]!
      list.length = kept
      return false
    }
    list.length = kept
    return true
  }

  /** Registers the clause with the literal (code, value): it is woken when the negation becomes true. */
  #watch(code: number, value: number, ref: number): void {
    const other = code ^ 1
    const x = code >> 1
    const origin = (other & 1) === 0 ? this.#minimum[x]! : -this.#maximum[x]!
    const slot = this.#watchOffset[other]! + ((1 - value - origin) >> this.#shift[x]!)
    const list = this.#watches[slot]
    if (list === undefined) this.#watches[slot] = [ref]
    else list.push(ref)
  }

  #attachGiven(given: readonly number[]): boolean {
    const literals: number[] = []
    for (let k = 0; k < given.length; k += 2) {
      const code = given[k]!
      const value = given[k + 1]!
      if (this.isTrue(code, value)) return true
      if (!this.isFalse(code, value)) literals.push(code, value)
    }
    if (literals.length === 0) return false
    if (literals.length === 2) return this.#set(literals[0]!, literals[1]!, DECISION, 0, 0, 0)
    const ref = this.#store(literals, 0)
    this.#permanent.push(ref)
    return true
  }

  /** Writes a clause of at least two literals into the arena and watches its first two. */
  #store(literals: readonly number[], lbd: number): number {
    const size = literals.length / 2
    const ref = this.#arenaSize
    const total = ref + CLAUSE_HEAD + literals.length
    if (total > this.#arena.length) {
      const wider = new Int32Array(Math.max(total, 2 * this.#arena.length))
      wider.set(this.#arena)
      this.#arena = wider
    }
    this.#arena[ref] = size
    this.#arena[ref + 1] = lbd
    this.#arena[ref + 2] = this.conflicts
    for (let k = 0; k < literals.length; k++) this.#arena[ref + CLAUSE_HEAD + k] = literals[k]!
    this.#arenaSize = total
    this.#watch(literals[0]!, literals[1]!, ref)
    this.#watch(literals[2]!, literals[3]!, ref)
    return ref
  }

  #explain(code: number, value: number, kind: number, source: number, data: number, aux: number): void {
    const buffer = this.#buffer
    switch (kind) {
      case CLAUSE: {
        const arena = this.#arena
        arena[source + 2] = this.conflicts
        const end = source + CLAUSE_HEAD + 2 * arena[source]!
        for (let b = source + CLAUSE_HEAD; b < end; b += 2) {
          if (arena[b] !== code) buffer.push(arena[b]! ^ 1, 1 - arena[b + 1]!)
        }
        return
      }
      case EDGE:
        buffer.push(this.#from[source]!, value - this.#weight[source]!)
        if (this.#condition[source]! >= 0) buffer.push(this.#condition[source]!, this.#conditionValue[source]!)
        return
      case EDGE_CONDITION: {
        const reached = this.lower[this.#from[source]!]!
        buffer.push(this.#from[source]!, reached, this.#to[source]! ^ 1, 1 - this.#weight[source]! - reached)
        return
      }
      case PROPAGATOR:
        this.#propagators[source]!.explain(this, code, value, data, aux)
        return
      default:
        return
    }
  }

  /** Undoes everything above the level. */
  cancelTo(level: number): void {
    if (this.#levelStart.length <= level) return
    const start = this.#levelStart[level]!
    while (this.#trailSize > start) this.#undo()
    this.#levelStart.length = level
    this.#queueHead = this.#trailSize
  }

  #undo(): void {
    const at = --this.#trailSize
    const code = this.#trailCode[at]!
    const old = this.#trailOld[at]!
    this.lower[code] = old
    this.#latest[code] = this.#trailPrevious[at]!
    this.#reopen(code, old, this.#trailNew[at]!)
  }

  /** Literals between the two bounds are undecided again: those with an activity go back into the heap. */
  #reopen(code: number, old: number, value: number): void {
    const x = code >> 1
    const low = (code & 1) === 0 ? old + 1 : 1 - value
    const high = (code & 1) === 0 ? value : -old
    this.#activity.reopen(this.#slot(x, low), this.#slot(x, high))
  }

  #slot(x: number, threshold: number): number {
    return this.#watchOffset[2 * x]! + ((threshold - this.#minimum[x]!) >> this.#shift[x]!)
  }

  /**
   * Learns from the conflict in the buffer, jumps back and asserts the nogood.
   * @returns false when the root is refuted
   */
  resolveConflict(): boolean {
    this.conflicts++
    this.#lowerToConflictLevel()
    if (this.#levelStart.length === 0) return this.#fail()
    const levelStart = this.#levelStart[this.#levelStart.length - 1]!
    const { lower } = this
    const seen = this.#seen
    const current = this.#current
    const need = this.#need
    this.#touched.length = 0
    let open = this.#absorb(levelStart)
    let uipCode = -1
    let uipValue = 0
    for (;;) {
      const at = this.#trailSize - 1
      const code = this.#trailCode[at]!
      if (current[code] === 1 && need[code]! > this.#trailOld[at]!) {
        if (open === 1) {
          uipCode = code
          uipValue = need[code]!
          break
        }
        const value = need[code]!
        seen[code] = 0
        current[code] = 0
        open--
        this.#undo()
        this.#queueHead = this.#trailSize
        this.#buffer.length = 0
        this.#explain(
          code,
          value,
          this.#trailKind[at]!,
          this.#trailSource[at]!,
          this.#trailData[at]!,
          this.#trailAux[at]!,
        )
        open += this.#absorb(levelStart)
      } else this.#undo()
    }
    seen[uipCode] = 0
    current[uipCode] = 0
    // The nogood as a clause of negations; the asserted literal first.
    const nogood = this.#nogood
    nogood.length = 0
    nogood.push(uipCode ^ 1, 1 - uipValue)
    let backLevel = 0
    let backAt = -1
    for (const code of this.#touched) {
      if (seen[code] === 0) continue
      if (this.#implied(code, need[code]!)) {
        seen[code] = 0
      }
    }
    this.#levelMark.length = 0
    for (const code of this.#touched) {
      if (seen[code] === 0) continue
      seen[code] = 0
      const level = this.#levelOf(code, need[code]!)
      if (level > backLevel) {
        backLevel = level
        backAt = nogood.length
      }
      if (!this.#levelMark.includes(level)) this.#levelMark.push(level)
      nogood.push(code ^ 1, 1 - need[code]!)
    }
    this.onLearned?.(nogood)
    this.cancelTo(backLevel)
    this.#activity.decay()
    if (nogood.length === 2) {
      if (-lower[nogood[0]! ^ 1]! < nogood[1]!) return this.#fail()
      this.#assign(nogood[0]!, nogood[1]!, DECISION, 0, 0, 0)
      return this.propagateRoot()
    }
    const code = nogood[2]!
    const value = nogood[3]!
    nogood[2] = nogood[backAt]!
    nogood[3] = nogood[backAt + 1]!
    nogood[backAt] = code
    nogood[backAt + 1] = value
    const ref = this.#store(nogood, this.#levelMark.length)
    this.#learned.push(ref)
    this.#assign(nogood[0]!, nogood[1]!, CLAUSE, ref, 0, 0)
    return true
  }

  /** Goes back to the level at which the conflict in the buffer already holds. */
  #lowerToConflictLevel(): void {
    let highest = 0
    for (let k = 0; k < this.#buffer.length; k += 2) {
      const level = this.#levelOf(this.#buffer[k]!, this.#buffer[k + 1]!)
      if (level > highest) highest = level
    }
    this.cancelTo(highest)
  }

  /** Level at which the true literal became true. */
  #levelOf(code: number, value: number): number {
    if (value <= this.root[code]!) return 0
    const at = this.#entryOf(code, value)
    let low = 0
    let high = this.#levelStart.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#levelStart[middle]! <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  #entryOf(code: number, value: number): number {
    let at = this.#latest[code]!
    while (at >= 0 && this.#trailOld[at]! >= value) at = this.#trailPrevious[at]!
    return at
  }

  /** Takes the literals of the buffer into the nogood. @returns how many new ones belong to the current level */
  #absorb(levelStart: number): number {
    const buffer = this.#buffer
    const seen = this.#seen
    const current = this.#current
    const need = this.#need
    let opened = 0
    for (let k = 0; k < buffer.length; k += 2) {
      const code = buffer[k]!
      const value = buffer[k + 1]!
      if (value <= this.root[code]!) continue
      this.#bump(code, value)
      if (seen[code] === 1) {
        if (need[code]! >= value) continue
      } else {
        seen[code] = 1
        this.#touched.push(code)
      }
      need[code] = value
      if (current[code] === 1) continue
      if (this.#entryOf(code, value) >= levelStart) {
        current[code] = 1
        opened++
      }
    }
    return opened
  }

  /**
   * Whether the rest of the nogood implies the literal by its own reason. Only reasons that do not depend on the state
   * are used; a literal once dropped is no longer part of the rest, so there are no circles.
   */
  #implied(code: number, value: number): boolean {
    const at = this.#entryOf(code, value)
    const kind = this.#trailKind[at]!
    const source = this.#trailSource[at]!
    if (kind === EDGE) {
      const condition = this.#condition[source]!
      return (
        this.#holds(this.#from[source]!, value - this.#weight[source]!) &&
        (condition < 0 || this.#holds(condition, this.#conditionValue[source]!))
      )
    }
    if (kind !== CLAUSE) return false
    const arena = this.#arena
    const end = source + CLAUSE_HEAD + 2 * arena[source]!
    for (let b = source + CLAUSE_HEAD; b < end; b += 2) {
      if (arena[b] === code) continue
      const other = arena[b]! ^ 1
      const needed = 1 - arena[b + 1]!
      // A weaker bound of the same code holds only because of the literal in question: that would be a circle.
      if (other === code ? needed > this.root[code]! : !this.#holds(other, needed)) return false
    }
    return true
  }

  /** True at the root or by a literal of the nogood. */
  #holds(code: number, value: number): boolean {
    return (
      value <= this.root[code]! || (this.#seen[code] === 1 && this.#current[code] === 0 && this.#need[code]! >= value)
    )
  }

  /** Drops the worse half of the learned clauses when there are many. Must be called at level 0. */
  forget(): void {
    if (this.#learned.length < this.#learnedLimit) return
    this.#learnedLimit += 400
    const arena = this.#arena
    const kept = this.#learned
      .filter((ref) => !this.#satisfiedAtRoot(ref))
      .sort((a, b) => arena[a + 1]! - arena[b + 1]! || arena[b + 2]! - arena[a + 2]!)
    kept.length = Math.ceil(kept.length / 2)
    kept.sort((a, b) => a - b)
    const clauses = [...this.#permanent, ...kept]
    const permanentCount = this.#permanent.length
    const fresh = new Int32Array(arena.length)
    let size = 0
    for (const list of this.#watches) if (list !== undefined) list.length = 0
    this.#permanent.length = 0
    this.#learned.length = 0
    const from = this.#arena
    this.#arena = fresh
    clauses.forEach((ref, k) => {
      const end = ref + CLAUSE_HEAD + 2 * from[ref]!
      const target = size
      for (let b = ref; b < end; b++) fresh[size++] = from[b]!
      this.#liftWatches(target)
      if (k < permanentCount) this.#permanent.push(target)
      else this.#learned.push(target)
    })
    this.#arenaSize = size
  }

  /** Puts two literals that are not false at the root in front and watches them. */
  #liftWatches(ref: number): void {
    const arena = this.#arena
    const a = ref + CLAUSE_HEAD
    let front = 0
    for (let k = 0; k < arena[ref]! && front < 2; k++) {
      const b = a + 2 * k
      if (this.isFalse(arena[b]!, arena[b + 1]!)) continue
      const target = a + 2 * front++
      const code = arena[target]!
      const value = arena[target + 1]!
      arena[target] = arena[b]!
      arena[target + 1] = arena[b + 1]!
      arena[b] = code
      arena[b + 1] = value
    }
    this.#watch(arena[a]!, arena[a + 1]!, ref)
    this.#watch(arena[a + 2]!, arena[a + 3]!, ref)
  }

  #satisfiedAtRoot(ref: number): boolean {
    const arena = this.#arena
    const end = ref + CLAUSE_HEAD + 2 * arena[ref]!
    for (let b = ref + CLAUSE_HEAD; b < end; b += 2) if (this.isTrue(arena[b]!, arena[b + 1]!)) return true
    return false
  }

  /**
   * The undecided literal with the highest activity as a threshold on a variable, or -1 when there is none.
   * Its threshold is in `pickedThreshold`.
   */
  pickActive(): number {
    const { lower } = this
    for (;;) {
      const slot = this.#activity.pop()
      if (slot < 0) return -1
      const x = this.#slotVariable[slot]!
      const threshold = this.#activity.threshold[slot]!
      if (lower[2 * x]! < threshold && threshold <= -lower[2 * x + 1]!) {
        this.pickedThreshold = threshold
        return x
      }
    }
  }

  pickedThreshold = 0

  #bump(code: number, value: number): void {
    const x = code >> 1
    const threshold = (code & 1) === 0 ? value : 1 - value
    this.#activity.bump(this.#slot(x, threshold), threshold)
  }
}

/** Indices of `keys` grouped by key: start positions and the indices; negative keys are left out. */
function grouped(count: number, keys: readonly number[]): [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>] {
  const start = new Int32Array(count + 1)
  for (const key of keys) if (key >= 0) start[key + 1]!++
  for (let k = 0; k < count; k++) start[k + 1]! += start[k]!
  const next = Int32Array.from(start)
  const members = new Int32Array(start[count]!)
  keys.forEach((key, index) => {
    if (key >= 0) members[next[key]!++] = index
  })
  return [start, members]
}
