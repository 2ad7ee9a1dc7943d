/**
 * Time-table edge-finding on a cumulative resource, with explanations (Vilim 2011; Schutt, Feydt, Stuckey 2013).
 *
 * For a window [a, b) with a among the earliest starts and b among the latest ends: the energy of the intervals that lie
 * inside plus that of the sure parts of the others must fit into capacity x (b - a). If it does not, that is a conflict.
 * If it only does not when interval u takes its left-most place in the window, u must start later: it may run at most m
 * units of time before b, so s_u >= b - m. One object looks at starts only; ends are seen by a second one on the
 * mirrored time axis (codes of the negated starts). Explanations use the least overlap o_i of each interval with the
 * window: a + o_i - p_i <= s_i <= b - o_i forces it; what is spare is given back, smallest energies first.
 * For fixed durations and demands. Cost: O(n^2) a run.
 */
import type { Engine, Propagator } from './engine.ts'
import { insertionSort } from './insertion-sort.ts'

export interface EnergyTask {
  /** Code whose value plus the offset is the start. */
  readonly code: number
  readonly offset: number
  readonly duration: number
  readonly demand: number
}

/** Turns the filters of a model on and off; off they cost nothing and prove nothing. */
export interface EnergySwitch {
  on: boolean
}

export class EnergyFilter implements Propagator {
  readonly #switch: EnergySwitch
  readonly index: number
  readonly #capacity: number
  readonly #count: number
  readonly #code: Int32Array
  readonly #offset: Int32Array
  readonly #duration: Int32Array
  readonly #demand: Int32Array
  readonly #est: Int32Array
  readonly #lst: Int32Array
  readonly #lct: Int32Array
  readonly #free: Int32Array
  readonly #byEst: Int32Array
  readonly #byLct: Int32Array
  readonly #byFrom: Int32Array
  readonly #byTo: Int32Array
  readonly #to: Int32Array
  readonly #segmentStart: Int32Array
  readonly #segmentAfter: Float64Array
  readonly #afterEst: Float64Array
  readonly #afterLct: Float64Array
  readonly #overlap: Int32Array
  #segments = 0

  constructor(index: number, tasks: readonly EnergyTask[], capacity: number, energySwitch: EnergySwitch) {
    this.#switch = energySwitch
    const count = tasks.length
    this.index = index
    this.#capacity = capacity
    this.#count = count
    this.#code = Int32Array.from(tasks, (task) => task.code)
    this.#offset = Int32Array.from(tasks, (task) => task.offset)
    this.#duration = Int32Array.from(tasks, (task) => task.duration)
    this.#demand = Int32Array.from(tasks, (task) => task.demand)
    const numbers = (): Int32Array => Int32Array.from({ length: count }, (_, i) => i)
    this.#est = new Int32Array(count)
    this.#lst = new Int32Array(count)
    this.#lct = new Int32Array(count)
    this.#free = new Int32Array(count)
    this.#to = new Int32Array(count)
    this.#overlap = new Int32Array(count)
    this.#byEst = numbers()
    this.#byLct = numbers()
    this.#byFrom = numbers()
    this.#byTo = numbers()
    this.#segmentStart = new Int32Array(2 * count + 1)
    this.#segmentAfter = new Float64Array(2 * count + 1)
    this.#afterEst = new Float64Array(count)
    this.#afterLct = new Float64Array(count)
  }

  propagate(engine: Engine): boolean {
    if (!this.#switch.on) return true
    const { lower } = engine
    const count = this.#count
    const est = this.#est
    const lst = this.#lst
    const lct = this.#lct
    const free = this.#free
    const duration = this.#duration
    const demand = this.#demand
    for (let i = 0; i < count; i++) {
      const code = this.#code[i]!
      const early = lower[code]! + this.#offset[i]!
      const late = this.#offset[i]! - lower[code ^ 1]!
      est[i] = early
      lst[i] = late
      lct[i] = late + duration[i]!
      const sure = early + duration[i]! - late
      this.#to[i] = sure > 0 ? late + sure : late
      free[i] = (sure > 0 ? duration[i]! - sure : duration[i]!) * demand[i]!
    }
    insertionSort(this.#byEst, est)
    insertionSort(this.#byLct, lct)
    this.#sumSureParts()
    const capacity = this.#capacity
    const byEst = this.#byEst
    const byLct = this.#byLct
    const afterEst = this.#afterEst
    const afterLct = this.#afterLct
    let previous = Number.NaN
    for (let k = count - 1; k >= 0; k--) {
      const last = byLct[k]!
      const b = lct[last]!
      if (b === previous) continue
      previous = b
      const beyond = afterLct[last]!
      let energy = 0
      let pushed = -1
      let pushedNeed = 0
      for (let e = count - 1; e >= 0; e--) {
        const i = byEst[e]!
        const a = est[i]!
        if (a >= b) continue
        if (lct[i]! <= b) energy += free[i]!
        else {
          // What the interval takes in [a, b) beyond its sure part when it starts as early as it can.
          const inside = Math.min(duration[i]!, b - a)
          const sureInside = Math.max(0, Math.min(this.#to[i]!, b) - Math.max(lst[i]!, a))
          const need = (inside - sureInside) * demand[i]!
          if (need > pushedNeed) {
            pushedNeed = need
            pushed = i
          }
        }
        const room = capacity * (b - a) - energy - (afterEst[i]! - beyond)
        if (room < 0) {
          engine.beginConflict()
          this.#explainWindow(engine, a, b, -1, capacity * (b - a))
          return false
        }
        if (pushed >= 0 && pushedNeed > room) {
          if (!this.#push(engine, pushed, a, b, room)) return false
          pushed = -1
          pushedNeed = 0
        }
      }
    }
    return true
  }

  /** Lets interval u start so late that it fits into the room left in [a, b). */
  #push(engine: Engine, u: number, a: number, b: number, room: number): boolean {
    const sureInside = Math.max(0, Math.min(this.#to[u]!, b) - Math.max(this.#lst[u]!, a))
    const most = sureInside + Math.floor(room / this.#demand[u]!)
    const value = b - most
    if (value <= this.#est[u]! || most >= this.#duration[u]!) return true
    return engine.enforce(this.index, this.#code[u]!, value - this.#offset[u]!, a, b)
  }

  /** Energy of the sure parts after each earliest start and each latest end. */
  #sumSureParts(): void {
    const count = this.#count
    const lst = this.#lst
    const to = this.#to
    const byFrom = this.#byFrom
    const byTo = this.#byTo
    insertionSort(byFrom, lst)
    insertionSort(byTo, to)
    const starts = this.#segmentStart
    const after = this.#segmentAfter
    let a = 0
    let b = 0
    let level = 0
    let segments = 0
    while (b < count) {
      const nextFrom = a < count ? lst[byFrom[a]!]! : 0x7fffffff
      const nextTo = to[byTo[b]!]!
      const time = Math.min(nextFrom, nextTo)
      while (a < count && lst[byFrom[a]!]! === time) {
        const i = byFrom[a++]!
        if (to[i]! > time) level += this.#demand[i]!
      }
      while (b < count && to[byTo[b]!]! === time) {
        const i = byTo[b++]!
        if (lst[i]! < time) level -= this.#demand[i]!
      }
      starts[segments] = time
      after[segments++] = level
    }
    // Levels become energies from the segment's start to the end.
    let sum = 0
    for (let s = segments - 1; s >= 0; s--) {
      const end = s + 1 < segments ? starts[s + 1]! : starts[s]!
      sum += after[s]! * (end - starts[s]!)
      after[s] = sum
    }
    this.#segments = segments
    for (let i = 0; i < count; i++) {
      this.#afterEst[i] = this.#energyAfter(this.#est[i]!)
      this.#afterLct[i] = this.#energyAfter(this.#lct[i]!)
    }
  }

  #energyAfter(time: number): number {
    const starts = this.#segmentStart
    const after = this.#segmentAfter
    const segments = this.#segments
    if (segments === 0 || time >= starts[segments - 1]!) return 0
    if (time <= starts[0]!) return after[0]!
    let low = 0
    let high = segments - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= time) low = middle
      else high = middle - 1
    }
    // Inside a segment the energy falls at a constant rate.
    const rate = (after[low]! - after[low + 1]!) / (starts[low + 1]! - starts[low]!)
    return after[low]! - rate * (time - starts[low]!)
  }

  explain(engine: Engine, code: number, value: number, a: number, b: number): void {
    const u = this.#code.indexOf(code)
    const duration = this.#duration[u]!
    // Were u to start before the value, it would run at least `inside` units in the window.
    const inside = Math.min(duration, b - (value + this.#offset[u]!) + 1)
    engine.push(code, a + inside - duration - this.#offset[u]!)
    this.#explainWindow(engine, a, b, u, this.#capacity * (b - a) - inside * this.#demand[u]!)
  }

  /** Literals that force more than `limit` energy of the intervals other than u into [a, b). */
  #explainWindow(engine: Engine, a: number, b: number, u: number, limit: number): void {
    const { lower, root } = engine
    const overlap = this.#overlap
    const count = this.#count
    let energy = 0
    for (let i = 0; i < count; i++) {
      overlap[i] = 0
      if (i === u) continue
      const code = this.#code[i]!
      const early = lower[code]! + this.#offset[i]!
      const late = this.#offset[i]! - lower[code ^ 1]!
      overlap[i] = leastOverlap(early, late, this.#duration[i]!, a, b)
      energy += overlap[i]! * this.#demand[i]!
    }
    let spare = energy - limit - 1
    // Whole intervals first, those whose overlap the root does not force anyway.
    for (let i = 0; i < count && spare > 0; i++) {
      if (overlap[i] === 0) continue
      const code = this.#code[i]!
      const own = overlap[i]! * this.#demand[i]!
      if (own > spare) continue
      const atRoot = leastOverlap(
        root[code]! + this.#offset[i]!,
        this.#offset[i]! - root[code ^ 1]!,
        this.#duration[i]!,
        a,
        b,
      )
      if (atRoot >= overlap[i]!) continue
      spare -= own
      overlap[i] = 0
    }
    for (let i = 0; i < count; i++) {
      if (overlap[i] === 0) continue
      const give = Math.min(overlap[i]! - 1, Math.floor(spare / this.#demand[i]!))
      if (give > 0) {
        spare -= give * this.#demand[i]!
        overlap[i]! -= give
      }
      const code = this.#code[i]!
      const offset = this.#offset[i]!
      engine.push(code, a + overlap[i]! - this.#duration[i]! - offset)
      engine.push(code ^ 1, offset - (b - overlap[i]!))
    }
  }
}

/** Units of [a, b) that an interval of the duration covers at least when it starts in [early, late]. */
function leastOverlap(early: number, late: number, duration: number, a: number, b: number): number {
  const left = Math.min(early + duration, b) - Math.max(early, a)
  const right = Math.min(late + duration, b) - Math.max(late, a)
  return Math.max(0, Math.min(left, right))
}
