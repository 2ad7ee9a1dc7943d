/**
 * Upper bound by interpolation over the convex hull of evaluated beliefs: V* is convex, so for weights w >= 0 with
 * sum w_i b_i = b
 *
 *   V*(b) <= sum w_i U_i,
 *
 * and a linear program over the w finds the least such bound. The sawtooth only ever mixes one belief with the corners; the hull
 * mixes any of them, which is what lets the bound close where nearby beliefs surround the one asked for (Hauskrecht 2000; GapMin,
 * Poupart, Kim and Kim 2011).
 *
 * The program is solved by a primal simplex on the dense inverse of the basis, one row per state in the support of b. A basis stays
 * feasible when values fall or points are added, so every belief keeps its own and starts again from it. Points outside the
 * support cannot take part and are not priced. Priced are the nearest points, found through a tree of clusters and kept, then among the
 * points added since the last call those that promise most. Stopping early leaves feasible weights, hence a bound.
 */

import { BeliefTree, Nearest } from './belief-tree.ts'

/** Weights of points that mix to a belief. */
export interface Mixture {
  readonly belief: Float64Array
  readonly support: number
  /** Points with their weights; as many as the belief has states in its support. */
  readonly points: Int32Array
  readonly weights: Float64Array
  /** What rounding keeps the points from making up is made up of the corners: their share in the bound. */
  rest: number
  /** The nearest points among the first `seen`; null before the first look. */
  near: Nearest | null
  seen: number
}

/** Most promising ones among the new points; pivots are then made among these. */
const CANDIDATES = 48
/** Nearest points that every belief remembers and tries first. */
const NEAR = 120
/** New points that are looked at one by one; more are found through the tree. */
const FEW_NEW = 32

export class BeliefHull {
  readonly stateCount: number
  count = 0
  /** Point i at `i * S`. */
  beliefs: Float64Array
  /** Upper bound at every point. */
  values: Float64Array
  #supportOf: Int32Array
  readonly #supports: Int32Array[] = []
  readonly #supportIds = new Map<string, number>()
  /** `#inside[a]` tells for every support b whether it lies inside a. */
  readonly #inside: Uint8Array[] = []
  readonly #inverse: Float64Array
  readonly #prices: Float64Array
  readonly #column: Float64Array
  readonly #work: Float64Array
  #tree: BeliefTree | null = null
  /** Points that the tree holds: the first ones. */
  #treeCount = 0
  readonly #candidates = new Int32Array(CANDIDATES)
  readonly #gains = new Float64Array(CANDIDATES)

  /** @param corners upper bound at every corner; the corners are the first points */
  constructor(corners: Float64Array) {
    const size = corners.length
    this.stateCount = size
    this.beliefs = new Float64Array(256 * size)
    this.values = new Float64Array(256)
    this.#supportOf = new Int32Array(256)
    this.#inverse = new Float64Array(size * size)
    this.#prices = new Float64Array(size)
    this.#column = new Float64Array(size)
    this.#work = new Float64Array(size * size)
    for (let s = 0; s < size; s++) {
      const corner = new Float64Array(size)
      corner[s] = 1
      this.add(corner, corners[s]!)
    }
  }

  /** Records that V* at the belief is at most `value`. */
  add(belief: Float64Array, value: number): number {
    const index = this.count++
    if (index === this.values.length) {
      this.values = grown(this.values)
      this.beliefs = grown(this.beliefs)
      const supports = new Int32Array(2 * index)
      supports.set(this.#supportOf)
      this.#supportOf = supports
    }
    this.beliefs.set(belief, index * this.stateCount)
    this.values[index] = value
    this.#supportOf[index] = this.#support(belief)
    return index
  }

  belief(index: number): Float64Array {
    return this.beliefs.subarray(index * this.stateCount, (index + 1) * this.stateCount)
  }

  /** The belief as a mixture of corners. */
  mixture(belief: Float64Array): Mixture {
    const support = this.#support(belief)
    const states = this.#supports[support]!
    return {
      belief,
      support,
      points: states.slice(),
      weights: Float64Array.from(states, (s) => belief[s]!),
      rest: 0,
      near: null,
      seen: 0,
    }
  }

  value(mixture: Mixture): number {
    const { points, weights } = mixture
    let total = mixture.rest
    for (let k = 0; k < points.length; k++) total += weights[k]! * this.values[points[k]!]!
    return total
  }

  /** Lowers the mixture's value as far as the points allow, to within `tolerance`; changes it in place. */
  optimise(mixture: Mixture, tolerance: number): number {
    const { support } = mixture
    const points = mixture.points.slice()
    const weights = mixture.weights.slice()
    const states = this.#supports[support]!
    const size = states.length
    if (size === 1 || !this.#invert(states, points)) return this.value(mixture)
    const fresh = mixture.seen
    const near = this.#approach(mixture)
    this.#price(points, size)
    this.#improve(states, points, weights, near.entries.slice(), near.count, tolerance)
    if (!this.#invert(states, points)) return this.value(mixture)
    if (fresh < this.count) {
      this.#price(points, size)
      const found = this.#promising(support, fresh, tolerance)
      if (found > 0) this.#improve(states, points, weights, this.#candidates, found, tolerance)
    }
    const before = this.value(mixture)
    this.#settleWeights(mixture, points, before)
    return this.value(mixture)
  }

  /** Weights anew from the basis; shrunk until they fit under the belief, and the rest given to the corners, so that the bound is one. */
  #settleWeights(mixture: Mixture, points: Int32Array, before: number): void {
    const states = this.#supports[mixture.support]!
    const size = states.length
    if (!this.#invert(states, points)) return
    const { belief } = mixture
    const { beliefs, stateCount, values } = this
    const weights = new Float64Array(size)
    for (let r = 0; r < size; r++) {
      let total = 0
      for (let q = 0; q < size; q++) total += this.#inverse[r * size + q]! * belief[states[q]!]!
      weights[r] = Math.max(0, total)
    }
    const made = new Float64Array(size)
    let fit = 1
    for (let q = 0; q < size; q++) {
      for (let r = 0; r < size; r++) made[q]! += weights[r]! * beliefs[points[r]! * stateCount + states[q]!]!
      fit = Math.min(fit, belief[states[q]!]! / made[q]!)
    }
    let rest = 0
    for (let q = 0; q < size; q++) rest += Math.max(0, belief[states[q]!]! - fit * made[q]!) * values[states[q]!]!
    let value = rest
    for (let r = 0; r < size; r++) {
      weights[r]! *= fit
      value += weights[r]! * values[points[r]!]!
    }
    if (value > before) return
    mixture.points.set(points)
    mixture.weights.set(weights)
    mixture.rest = rest
  }

  /** Pivots among some points until none gains more than the tolerance. */
  #improve(
    states: Int32Array,
    points: Int32Array,
    weights: Float64Array,
    candidates: Int32Array,
    found: number,
    tolerance: number,
  ): boolean {
    const size = states.length
    const { values, beliefs, stateCount } = this
    const prices = this.#prices
    let moved = false
    for (let pivots = 0; pivots < 3 * CANDIDATES; pivots++) {
      if (pivots > 0) this.#price(points, size)
      let entering = -1
      let steepest = -tolerance
      for (let c = 0; c < found; c++) {
        const point = candidates[c]!
        if (point < 0) continue
        const at = point * stateCount
        let reduced = values[point]!
        for (let r = 0; r < size; r++) reduced -= prices[r]! * beliefs[at + states[r]!]!
        if (reduced < steepest) {
          steepest = reduced
          entering = c
        }
      }
      if (entering < 0) break
      if (this.#pivot(states, points, weights, candidates[entering]!)) moved = true
      else candidates[entering] = -1
    }
    return moved
  }

  /** The points from number `from` on that promise most by the prices, best first. Returns their number. */
  #promising(support: number, from: number, tolerance: number): number {
    const { values, beliefs, stateCount, count } = this
    const states = this.#supports[support]!
    const inside = this.#inside[support]!
    const prices = this.#prices
    const candidates = this.#candidates
    const gains = this.#gains
    const size = states.length
    const whole = size === stateCount
    let found = 0
    let least = -tolerance
    for (let i = from, at = from * stateCount; i < count; i++, at += stateCount) {
      let reduced = values[i]!
      if (whole) for (let s = 0; s < stateCount; s++) reduced -= prices[s]! * beliefs[at + s]!
      else {
        if (inside[this.#supportOf[i]!] === 0) continue
        for (let r = 0; r < size; r++) reduced -= prices[r]! * beliefs[at + states[r]!]!
      }
      if (reduced >= least) continue
      let place = found < CANDIDATES ? found++ : CANDIDATES - 1
      while (place > 0 && gains[place - 1]! > reduced) {
        gains[place] = gains[place - 1]!
        candidates[place] = candidates[place - 1]!
        place--
      }
      gains[place] = reduced
      candidates[place] = i
      if (found === CANDIDATES) least = gains[CANDIDATES - 1]!
    }
    return found
  }

  /** Looks for nearer points among those added since the last call. */
  #approach(mixture: Mixture): Nearest {
    const near = mixture.near ?? new Nearest(NEAR)
    mixture.near = near
    const { belief, seen, support } = mixture
    const inside = this.#inside[support]!
    if (this.count - seen > FEW_NEW) {
      if (this.count - this.#treeCount > FEW_NEW) {
        this.#treeCount = this.count
        const all = Int32Array.from({ length: this.count }, (_, i) => i)
        this.#tree = new BeliefTree(this.beliefs, this.stateCount, all, this.count)
      }
      this.#tree?.nearest(belief, (i) => i >= seen && inside[this.#supportOf[i]!] === 1, near)
      mixture.seen = Math.max(seen, this.#treeCount)
    }
    for (let i = mixture.seen; i < this.count; i++)
      if (inside[this.#supportOf[i]!] === 1) near.offer(i, this.beliefs, belief)
    mixture.seen = this.count
    return near
  }

  /** Brings a point into the basis. False when no pivot is large enough to be trusted. */
  #pivot(states: Int32Array, points: Int32Array, weights: Float64Array, point: number): boolean {
    const size = states.length
    const inverse = this.#inverse
    const column = this.#column
    const at = point * this.stateCount
    let leaving = -1
    let step = Number.POSITIVE_INFINITY
    for (let r = 0; r < size; r++) {
      let total = 0
      for (let q = 0; q < size; q++) total += inverse[r * size + q]! * this.beliefs[at + states[q]!]!
      column[r] = total
      if (total < 1e-7) continue
      const ratio = weights[r]! / total
      if (ratio < step - 1e-14 || (ratio < step + 1e-14 && total > column[leaving]!)) {
        step = ratio
        leaving = r
      }
    }
    if (leaving < 0) return false
    for (let r = 0; r < size; r++) weights[r] = Math.max(0, weights[r]! - step * column[r]!)
    weights[leaving] = step
    points[leaving] = point
    const pivot = column[leaving]!
    for (let q = 0; q < size; q++) inverse[leaving * size + q]! /= pivot
    for (let r = 0; r < size; r++) {
      const factor = column[r]!
      if (r === leaving || factor === 0) continue
      for (let q = 0; q < size; q++) inverse[r * size + q]! -= factor * inverse[leaving * size + q]!
    }
    return true
  }

  #price(points: Int32Array, size: number): void {
    for (let q = 0; q < size; q++) {
      let total = 0
      for (let r = 0; r < size; r++) total += this.values[points[r]!]! * this.#inverse[r * size + q]!
      this.#prices[q] = total
    }
  }

  /** Inverse of the matrix whose columns are the points on the support. False when singular. */
  #invert(states: Int32Array, points: Int32Array): boolean {
    const size = states.length
    const inverse = this.#inverse
    const work = this.#work
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        work[r * size + c] = this.beliefs[points[c]! * this.stateCount + states[r]!]!
        inverse[r * size + c] = r === c ? 1 : 0
      }
    }
    for (let c = 0; c < size; c++) {
      let pivot = c
      for (let r = c + 1; r < size; r++)
        if (Math.abs(work[r * size + c]!) > Math.abs(work[pivot * size + c]!)) pivot = r
      if (Math.abs(work[pivot * size + c]!) < 1e-13) return false
      if (pivot !== c) {
        for (let q = 0; q < size; q++) {
          let held = work[c * size + q]!
          work[c * size + q] = work[pivot * size + q]!
          work[pivot * size + q] = held
          held = inverse[c * size + q]!
          inverse[c * size + q] = inverse[pivot * size + q]!
          inverse[pivot * size + q] = held
        }
      }
      const scale = work[c * size + c]!
      for (let q = 0; q < size; q++) {
        work[c * size + q]! /= scale
        inverse[c * size + q]! /= scale
      }
      for (let r = 0; r < size; r++) {
        const factor = work[r * size + c]!
        if (r === c || factor === 0) continue
        for (let q = 0; q < size; q++) {
          work[r * size + q]! -= factor * work[c * size + q]!
          inverse[r * size + q]! -= factor * inverse[c * size + q]!
        }
      }
    }
    return true
  }

  #support(belief: Float64Array): number {
    const states: number[] = []
    for (let s = 0; s < belief.length; s++) if (belief[s]! > 0) states.push(s)
    const key = states.join()
    const known = this.#supportIds.get(key)
    if (known !== undefined) return known
    const id = this.#supports.length
    this.#supportIds.set(key, id)
    this.#supports.push(Int32Array.from(states))
    const isInside = (small: Int32Array, large: Int32Array) => small.every((s) => large.includes(s))
    for (let other = 0; other < id; other++) {
      const row = new Uint8Array(id + 1)
      row.set(this.#inside[other]!)
      row[id] = isInside(this.#supports[id]!, this.#supports[other]!) ? 1 : 0
      this.#inside[other] = row
    }
    this.#inside.push(Uint8Array.from(this.#supports, (one) => (isInside(one, this.#supports[id]!) ? 1 : 0)))
    return id
  }
}

function grown(array: Float64Array): Float64Array {
  const larger = new Float64Array(2 * array.length)
  larger.set(array)
  return larger
}
