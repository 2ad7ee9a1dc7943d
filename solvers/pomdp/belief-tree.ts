/**
 * Best vectors at many beliefs. The beliefs lie in a tree of nested clusters; a vector that is below another one all over a cluster is
 * looked at no further there, so that a belief is held against the few vectors that may win near it.
 *
 * A cluster with mean c and greatest deviations h holds beliefs c + d, |d| <= h, sum d = 0. For e = alpha - reference and any m,
 *
 *   e . (c + d) <= e . c + sum_s |e_s - m| h_s,
 *
 * and a vector for which this is negative loses to the reference everywhere in the cluster. The answer is that of a plain scan.
 *
 * Building: O(n S log n). A query costs between O(n S) and O(n vectors S). Clusters by halving the widest coordinate (Bentley 1975).
 */
import type { VectorSet } from './vector-set.ts'

/** Beliefs in a cluster that is not divided. */
const LEAF = 12
/** Fewer vectors than this are not worth a test. */
const FEW = 6

interface Cluster {
  /** Its beliefs: `order[from .. to)`. */
  readonly from: number
  readonly to: number
  /** States that some belief of the cluster gives weight. */
  readonly states: Int32Array
  /** Mean and greatest deviation, by place in `states`. */
  readonly mean: Float64Array
  readonly deviation: Float64Array
  readonly spread: number
  /** Least and greatest weight of every state. */
  readonly lows: Float64Array
  readonly highs: Float64Array
  readonly halves: readonly [Cluster, Cluster] | null
}

/** The nearest beliefs of those offered, nearest first. */
export class Nearest {
  readonly entries: Int32Array
  readonly #distances: Float64Array
  count = 0
  /** Square of the distance that a belief must stay below to be taken up. */
  limit = Number.POSITIVE_INFINITY

  constructor(capacity: number) {
    this.entries = new Int32Array(capacity)
    this.#distances = new Float64Array(capacity)
  }

  /** Belief `entry` of a list of beliefs, as near as it is to `belief`. */
  offer(entry: number, beliefs: Float64Array, belief: Float64Array): void {
    const { entries, limit } = this
    const distances = this.#distances
    const size = belief.length
    let distance = 0
    for (let s = 0, at = entry * size; s < size; s++, at++) {
      const difference = beliefs[at]! - belief[s]!
      distance += difference * difference
    }
    if (distance >= limit) return
    const capacity = entries.length
    let place = this.count < capacity ? this.count++ : capacity - 1
    while (place > 0 && distances[place - 1]! > distance) {
      distances[place] = distances[place - 1]!
      entries[place] = entries[place - 1]!
      place--
    }
    distances[place] = distance
    entries[place] = entry
    if (this.count === capacity) this.limit = distances[capacity - 1]!
  }
}

export interface BestVectors {
  /** By belief number: the best vector and its value. Beliefs outside the tree have 0. */
  readonly index: Int32Array
  readonly value: Float64Array
}

export class BeliefTree {
  readonly #beliefs: Float64Array
  readonly #stateCount: number
  readonly #order: Int32Array
  readonly #root: Cluster | null
  readonly #length: number

  /**
   * @param beliefs belief e at `e * stateCount`
   * @param entries the beliefs that matter
   * @param length one more than the greatest belief number
   */
  constructor(beliefs: Float64Array, stateCount: number, entries: ArrayLike<number>, length: number) {
    this.#beliefs = beliefs
    this.#stateCount = stateCount
    this.#order = Int32Array.from(entries)
    this.#length = length
    this.#root = this.#order.length === 0 ? null : this.#cluster(0, this.#order.length)
  }

  /** An earlier vector keeps its place unless a later one is better by more than rounding. */
  best(set: VectorSet): BestVectors {
    const index = new Int32Array(this.#length)
    const value = new Float64Array(this.#length).fill(Number.NEGATIVE_INFINITY)
    const all = Int32Array.from({ length: set.count }, (_, i) => i)
    if (this.#root !== null) this.#search(this.#root, set.data, all, set.count, index, value)
    return { index, value }
  }

  /**
   * Puts the beliefs that are nearer to `belief` than those at hand into `nearest`.
   * @param wanted 1 for the beliefs that may take part, by number
   */
  nearest(belief: Float64Array, wanted: (entry: number) => boolean, nearest: Nearest): void {
    if (this.#root !== null && this.#distance(this.#root, belief) < nearest.limit)
      this.#approach(this.#root, belief, wanted, nearest)
  }

  #approach(cluster: Cluster, belief: Float64Array, wanted: (entry: number) => boolean, nearest: Nearest): void {
    if (cluster.halves !== null) {
      let [near, far] = cluster.halves
      let low = this.#distance(near, belief)
      let high = this.#distance(far, belief)
      if (high < low) {
        ;[near, far] = [far, near]
        ;[low, high] = [high, low]
      }
      if (low < nearest.limit) this.#approach(near, belief, wanted, nearest)
      if (high < nearest.limit) this.#approach(far, belief, wanted, nearest)
      return
    }
    for (let place = cluster.from; place < cluster.to; place++) {
      const entry = this.#order[place]!
      if (wanted(entry)) nearest.offer(entry, this.#beliefs, belief)
    }
  }

  /** Square of the distance to the box of a cluster. */
  #distance({ lows, highs }: Cluster, belief: Float64Array): number {
    let total = 0
    for (let s = 0; s < belief.length; s++) {
      const weight = belief[s]!
      const outside = Math.max(lows[s]! - weight, weight - highs[s]!, 0)
      total += outside * outside
    }
    return total
  }

  #search(
    cluster: Cluster,
    data: Float64Array,
    vectors: Int32Array,
    count: number,
    index: Int32Array,
    value: Float64Array,
  ): void {
    let kept = vectors
    let keptCount = count
    if (count > FEW && cluster.to - cluster.from > 1) {
      kept = new Int32Array(count)
      keptCount = this.#filter(cluster, data, vectors, count, kept)
    }
    if (cluster.halves !== null) {
      this.#search(cluster.halves[0], data, kept, keptCount, index, value)
      this.#search(cluster.halves[1], data, kept, keptCount, index, value)
      return
    }
    const { states, from, to } = cluster
    const stateCount = this.#stateCount
    const beliefs = this.#beliefs
    const size = states.length
    for (let place = from; place < to; place++) {
      const entry = this.#order[place]!
      const at = entry * stateCount
      let best = 0
      let high = Number.NEGATIVE_INFINITY
      let threshold = Number.NEGATIVE_INFINITY
      for (let j = 0; j < keptCount; j++) {
        const base = kept[j]! * stateCount
        let total = 0
        for (let k = 0; k < size; k++) {
          const s = states[k]!
          total += data[base + s]! * beliefs[at + s]!
        }
        if (total > threshold) {
          best = kept[j]!
          high = total
          threshold = total + 1e-13 * Math.abs(total)
        }
      }
      index[entry] = best
      value[entry] = high
    }
  }

  /** Writes the vectors that may be best somewhere in the cluster, in their order. */
  #filter(cluster: Cluster, data: Float64Array, vectors: Int32Array, count: number, kept: Int32Array): number {
    const { states, mean, deviation, spread } = cluster
    const stateCount = this.#stateCount
    const size = states.length
    let reference = -1
    let high = Number.NEGATIVE_INFINITY
    for (let j = 0; j < count; j++) {
      const base = vectors[j]! * stateCount
      let total = 0
      for (let k = 0; k < size; k++) total += data[base + states[k]!]! * mean[k]!
      if (total > high) {
        high = total
        reference = base
      }
    }
    // Wider than what rounding and ties amount to.
    const slack = 1e-11 * (1 + Math.abs(high))
    let length = 0
    for (let j = 0; j < count; j++) {
      const base = vectors[j]! * stateCount
      let centre = 0
      let middle = 0
      for (let k = 0; k < size; k++) {
        const difference = data[base + states[k]!]! - data[reference + states[k]!]!
        centre += difference * mean[k]!
        middle += difference * deviation[k]!
      }
      middle = spread > 0 ? middle / spread : 0
      let rise = 0
      for (let k = 0; k < size; k++)
        rise += Math.abs(data[base + states[k]!]! - data[reference + states[k]!]! - middle) * deviation[k]!
      if (centre + rise >= -slack) kept[length++] = vectors[j]!
    }
    return length
  }

  #cluster(from: number, to: number): Cluster {
    const stateCount = this.#stateCount
    const beliefs = this.#beliefs
    const order = this.#order
    const sums = new Float64Array(stateCount)
    const lows = new Float64Array(stateCount).fill(Number.POSITIVE_INFINITY)
    const highs = new Float64Array(stateCount)
    for (let place = from; place < to; place++) {
      const at = order[place]! * stateCount
      for (let s = 0; s < stateCount; s++) {
        const weight = beliefs[at + s]!
        sums[s]! += weight
        if (weight < lows[s]!) lows[s] = weight
        if (weight > highs[s]!) highs[s] = weight
      }
    }
    const states: number[] = []
    let widest = 0
    for (let s = 0; s < stateCount; s++) {
      if (highs[s]! > 0) states.push(s)
      if (highs[s]! - lows[s]! > highs[widest]! - lows[widest]!) widest = s
    }
    const mean = Float64Array.from(states, (s) => sums[s]! / (to - from))
    const deviation = Float64Array.from(states, (s, k) => Math.max(highs[s]! - mean[k]!, mean[k]! - lows[s]!))
    let spread = 0
    for (const deviated of deviation) spread += deviated
    let halves: [Cluster, Cluster] | null = null
    if (to - from > LEAF && highs[widest]! > lows[widest]!) {
      const middle = from + ((to - from) >> 1)
      this.#part(from, to - 1, middle, widest)
      halves = [this.#cluster(from, middle), this.#cluster(middle, to)]
    }
    return { from, to, states: Int32Array.from(states), mean, deviation, spread, lows, highs, halves }
  }

  /** Reorders `low .. high` so that everything left of `middle` has no greater coordinate (Hoare 1961). */
  #part(low: number, high: number, middle: number, state: number): void {
    const stateCount = this.#stateCount
    const beliefs = this.#beliefs
    const order = this.#order
    let left = low
    let right = high
    while (left < right) {
      const pivot = beliefs[order[(left + right) >> 1]! * stateCount + state]!
      let i = left
      let j = right
      while (i <= j) {
        while (beliefs[order[i]! * stateCount + state]! < pivot) i++
        while (beliefs[order[j]! * stateCount + state]! > pivot) j--
        if (i > j) break
        const held = order[i]!
        order[i++] = order[j]!
        order[j--] = held
      }
      if (middle <= j) right = j
      else if (middle >= i) left = i
      else return
    }
  }
}
