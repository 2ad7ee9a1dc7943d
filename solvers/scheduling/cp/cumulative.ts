/**
 * Cumulative resource by its time-table, with pointwise explanations (Schutt, Feydt, Stuckey, Wallace 2011).
 *
 * An interval i has a start S_i and an end E_i (codes with offsets; both may be the same variable) and a least demand.
 * It surely runs in [ub S_i, lb E_i). The profile sums these parts; a point above the capacity is a conflict, and an
 * interval that cannot share a point t with the profile is pushed past it: if E_i > t then S_i > t, and if S_i <= t then
 * E_i <= t. Demands that are variables are cut where their interval surely runs. The explanation of a push at t is: the
 * others cover t (S_j <= t and E_j > t) with demands that leave too little, and interval i reaches t.
 *
 * Intervals may be open on one side, which makes stocks of this: a consumer runs from its start for ever, a producer
 * from the beginning to its end, and the capacity is the initial stock plus all that is produced (Neumann and Schwindt
 * 2003). Cost of a run: O(n log n) for the profile on nearly sorted input, O(n x segments) at worst for the pushes.
 */
import type { Engine, Propagator } from './engine.ts'
import { insertionSort } from './insertion-sort.ts'

export interface Interval {
  readonly start: number
  readonly startOffset: number
  readonly end: number
  readonly endOffset: number
  /** Fixed demand, or the code of a variable. */
  readonly demand: number | { readonly code: number }
}

export class TimeTable implements Propagator {
  readonly index: number
  readonly #capacity: number
  readonly #count: number
  readonly #start: Int32Array
  readonly #startOffset: Int32Array
  readonly #end: Int32Array
  readonly #endOffset: Int32Array
  readonly #demandCode: Int32Array
  readonly #demand: Int32Array
  readonly #from: Int32Array
  readonly #to: Int32Array
  readonly #byFrom: Int32Array
  readonly #byTo: Int32Array
  readonly #segmentStart: Int32Array
  readonly #segmentLevel: Int32Array
  #segments = 0
  readonly #order: Int32Array

  /**
   * @param index the number under which the engine knows this propagator
   * @param intervals those that may need some of the resource
   */
  constructor(index: number, intervals: readonly Interval[], capacity: number) {
    const count = intervals.length
    this.index = index
    this.#capacity = capacity
    this.#count = count
    this.#start = Int32Array.from(intervals, (interval) => interval.start)
    this.#startOffset = Int32Array.from(intervals, (interval) => interval.startOffset)
    this.#end = Int32Array.from(intervals, (interval) => interval.end)
    this.#endOffset = Int32Array.from(intervals, (interval) => interval.endOffset)
    this.#demandCode = Int32Array.from(intervals, ({ demand }) => (typeof demand === 'number' ? -1 : demand.code))
    this.#demand = Int32Array.from(intervals, ({ demand }) => (typeof demand === 'number' ? demand : 0))
    this.#from = new Int32Array(count)
    this.#to = new Int32Array(count)
    this.#byFrom = Int32Array.from({ length: count }, (_, i) => i)
    this.#byTo = Int32Array.from({ length: count }, (_, i) => i)
    this.#segmentStart = new Int32Array(2 * count + 2)
    this.#segmentLevel = new Int32Array(2 * count + 2)
    this.#order = new Int32Array(count)
  }

  /** Codes whose bounds matter. */
  static codes(intervals: readonly Interval[]): number[] {
    return intervals.flatMap(({ start, end, demand }) => [
      start,
      start ^ 1,
      end,
      end ^ 1,
      ...(typeof demand === 'number' ? [] : [demand.code]),
    ])
  }

  propagate(engine: Engine): boolean {
    const { lower } = engine
    const count = this.#count
    const from = this.#from
    const to = this.#to
    const demand = this.#demand
    for (let i = 0; i < count; i++) {
      const code = this.#demandCode[i]!
      if (code >= 0) demand[i] = lower[code]!
      const a = this.#startOffset[i]! - lower[this.#start[i]! ^ 1]!
      const b = this.#endOffset[i]! + lower[this.#end[i]!]!
      // An interval without a sure part gets an empty one, which keeps the sorting stable.
      from[i] = a
      to[i] = demand[i]! > 0 && b > a ? b : a
    }
    const peak = this.#buildProfile()
    if (peak >= 0) {
      engine.beginConflict()
      this.#coverAt(engine, peak, -1, this.#capacity)
      return false
    }
    return this.#push(engine)
  }

  /** @returns a point at which the capacity is exceeded, or -1 */
  #buildProfile(): number {
    const count = this.#count
    const from = this.#from
    const to = this.#to
    const byFrom = this.#byFrom
    const byTo = this.#byTo
    insertionSort(byFrom, from)
    insertionSort(byTo, to)
    const starts = this.#segmentStart
    const levels = this.#segmentLevel
    const demand = this.#demand
    let segments = 0
    let level = 0
    let a = 0
    let b = 0
    while (b < count) {
      const nextFrom = a < count ? from[byFrom[a]!]! : 0x7fffffff
      const nextTo = to[byTo[b]!]!
      const time = Math.min(nextFrom, nextTo)
      const before = level
      while (a < count && from[byFrom[a]!]! === time) {
        const i = byFrom[a++]!
        if (to[i]! > time) level += demand[i]!
      }
      while (b < count && to[byTo[b]!]! === time) {
        const i = byTo[b++]!
        if (from[i]! < time) level -= demand[i]!
      }
      if (level === before) continue
      starts[segments] = time
      levels[segments++] = level
      if (level > this.#capacity) {
        let end = 0x7fffffff
        if (a < count) end = from[byFrom[a]!]!
        for (let k = b; k < count; k++) {
          const i = byTo[k]!
          if (from[i]! < to[i]!) {
            if (to[i]! < end) end = to[i]!
            break
          }
        }
        return time + ((Math.min(end, time + 2000) - time - 1) >> 1)
      }
    }
    this.#segments = segments
    return -1
  }

  #push(engine: Engine): boolean {
    const { lower } = engine
    const capacity = this.#capacity
    const segments = this.#segments
    const levels = this.#segmentLevel
    let peak = 0
    for (let s = 0; s < segments; s++) if (levels[s]! > peak) peak = levels[s]!
    for (let i = 0; i < this.#count; i++) {
      const demand = this.#demand[i]!
      if (demand > 0 && demand + peak > capacity) {
        if (!this.#pushStart(engine, i, demand) || !this.#pushEnd(engine, i, demand)) return false
      }
      const code = this.#demandCode[i]!
      if (code >= 0 && this.#from[i]! < this.#endOffset[i]! + lower[this.#end[i]!]!) {
        if (!this.#cutDemand(engine, i, code)) return false
      }
    }
    return true
  }

  #pushStart(engine: Engine, i: number, demand: number): boolean {
    const { lower } = engine
    const start = this.#start[i]!
    const end = this.#end[i]!
    const limit = this.#capacity - demand
    const starts = this.#segmentStart
    const levels = this.#segmentLevel
    const segments = this.#segments
    let earliest = lower[start]! + this.#startOffset[i]!
    const ownFrom = this.#from[i]!
    if (earliest === ownFrom) return true
    let until = lower[end]! + this.#endOffset[i]!
    let s = firstSegment(starts, segments, earliest)
    for (; s < segments && starts[s]! < until; s++) {
      if (levels[s]! <= limit) continue
      const segmentEnd = s + 1 < segments ? starts[s + 1]! : 0x7fffffff
      if (segmentEnd <= earliest) continue
      // Inside its own sure part the interval is counted already.
      if (starts[s]! >= ownFrom) break
      while (earliest < segmentEnd && until > starts[s]! && until > earliest) {
        const t = Math.min(segmentEnd, until, ownFrom) - 1
        if (t < earliest) break
        if (!engine.enforce(this.index, start, t + 1 - this.#startOffset[i]!, t, i)) return false
        earliest = t + 1
        until = lower[end]! + this.#endOffset[i]!
        if (earliest >= ownFrom) return true
      }
    }
    return true
  }

  #pushEnd(engine: Engine, i: number, demand: number): boolean {
    const { lower } = engine
    const start = this.#start[i]!
    const end = this.#end[i]!
    const limit = this.#capacity - demand
    const starts = this.#segmentStart
    const levels = this.#segmentLevel
    const segments = this.#segments
    let latest = this.#endOffset[i]! - lower[end ^ 1]!
    const ownTo = lower[end]! + this.#endOffset[i]!
    if (latest === ownTo) return true
    let from = this.#startOffset[i]! - lower[start ^ 1]!
    let s = firstSegment(starts, segments, latest - 1)
    for (; s >= 0; s--) {
      const segmentEnd = s + 1 < segments ? starts[s + 1]! : 0x7fffffff
      if (segmentEnd <= from) break
      if (levels[s]! <= limit || starts[s]! >= latest) continue
      if (segmentEnd <= ownTo) break
      while (latest > starts[s]! && from < segmentEnd && from < latest) {
        const t = Math.max(starts[s]!, from, ownTo)
        if (t >= latest) break
        if (!engine.enforce(this.index, end ^ 1, this.#endOffset[i]! - t, t, i)) return false
        latest = t
        from = this.#startOffset[i]! - lower[start ^ 1]!
        if (latest <= ownTo) return true
      }
    }
    return true
  }

  /** Where the interval surely runs, its demand fits under the capacity beside the others. */
  #cutDemand(engine: Engine, i: number, code: number): boolean {
    const { lower } = engine
    const from = this.#from[i]!
    const to = this.#endOffset[i]! + lower[this.#end[i]!]!
    const counted = this.#to[i]! > from ? this.#demand[i]! : 0
    const most = -lower[code ^ 1]!
    if (most === this.#demand[i]!) return true
    let best = this.#capacity
    let at = from
    let s = firstSegment(this.#segmentStart, this.#segments, from)
    for (; s < this.#segments && this.#segmentStart[s]! < to; s++) {
      const segmentEnd = s + 1 < this.#segments ? this.#segmentStart[s + 1]! : 0x7fffffff
      if (s < 0 || segmentEnd <= from) continue
      const room = this.#capacity - this.#segmentLevel[s]! + counted
      if (room >= best) continue
      best = room
      at = Math.max(from, this.#segmentStart[s]!)
    }
    return best >= most || engine.enforce(this.index, code ^ 1, -best, at, i)
  }

  explain(engine: Engine, code: number, value: number, t: number, i: number): void {
    if (code === (this.#demandCode[i]! ^ 1) && this.#demandCode[i]! >= 0) {
      // Others leave at most -value at t, where the interval surely runs.
      engine.push(this.#start[i]! ^ 1, this.#startOffset[i]! - t)
      engine.push(this.#end[i]!, t + 1 - this.#endOffset[i]!)
      this.#coverAt(engine, t, i, this.#capacity + value - 1)
      return
    }
    const demandCode = this.#demandCode[i]!
    const demand = demandCode >= 0 ? engine.lower[demandCode]! : this.#demand[i]!
    if (demandCode >= 0) engine.push(demandCode, demand)
    if (code === this.#start[i]!) engine.push(this.#end[i]!, t + 1 - this.#endOffset[i]!)
    else engine.push(this.#start[i]! ^ 1, this.#startOffset[i]! - t)
    this.#coverAt(engine, t, i, this.#capacity - demand)
  }

  /** Pushes literals of intervals other than `except` that surely cover t and whose demands together exceed `limit`. */
  #coverAt(engine: Engine, t: number, except: number, limit: number): void {
    const { lower, root } = engine
    const order = this.#order
    let members = 0
    let sum = 0
    for (let j = 0; j < this.#count; j++) {
      if (j === except) continue
      const start = this.#start[j]!
      const end = this.#end[j]!
      if (this.#startOffset[j]! - lower[start ^ 1]! > t || lower[end]! + this.#endOffset[j]! <= t) continue
      const code = this.#demandCode[j]!
      const demand = code >= 0 ? lower[code]! : this.#demand[j]!
      if (demand <= 0) continue
      order[members++] = j
      sum += demand
    }
    // Leave out what is not needed, the smallest demands first; those that hold at the root cost nothing.
    let spare = sum - limit - 1
    for (let round = 0; round < 2 && spare > 0; round++) {
      for (let k = 0; k < members; k++) {
        const j = order[k]!
        if (j < 0) continue
        const code = this.#demandCode[j]!
        const demand = code >= 0 ? lower[code]! : this.#demand[j]!
        if (demand > spare) continue
        const free =
          this.#startOffset[j]! - root[this.#start[j]! ^ 1]! <= t && root[this.#end[j]!]! + this.#endOffset[j]! > t
        if (free && code < 0) continue
        // First round: only intervals that take two literals.
        if (
          round === 0 &&
          (this.#startOffset[j]! - root[this.#start[j]! ^ 1]! <= t || root[this.#end[j]!]! + this.#endOffset[j]! > t)
        ) {
          continue
        }
        spare -= demand
        order[k] = -1
      }
    }
    for (let k = 0; k < members; k++) {
      const j = order[k]!
      if (j < 0) continue
      engine.push(this.#start[j]! ^ 1, this.#startOffset[j]! - t)
      engine.push(this.#end[j]!, t + 1 - this.#endOffset[j]!)
      const code = this.#demandCode[j]!
      if (code < 0) continue
      const demand = lower[code]!
      const weaker = Math.max(1, demand - spare)
      spare -= demand - weaker
      engine.push(code, weaker)
    }
  }
}

/** The last segment that starts at or before the time, at least 0 when there is any. */
function firstSegment(starts: Int32Array, segments: number, time: number): number {
  let low = 0
  let high = segments - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= time) low = middle
    else high = middle - 1
  }
  return low
}
