/**
 * The cross sum of two upper surfaces, pruned without ever being materialised.
 *
 * a_i + b_j belongs to the surface of A (+) B exactly when the regions of a_i in A and of b_j in B overlap with an
 * interior (region-based incremental pruning, Feng and Zilberstein 2004): a program with |A| + |B| rows instead of |A||B|.
 * All beliefs already known to lie inside regions settle most living pairs without a program; two boxes around the
 * regions settle most dead ones. Pairs are accepted at a margin just above rounding and pruned afterwards one by one, so
 * near-ties are never dropped together.
 *
 * Complexity: |A||B| box tests, one program for every pair that neither test settles.
 */
import { DOMINATED, type DominanceLp, WITNESS } from '../dominance-lp.ts'
import { prune } from '../prune.ts'
import { bestRow } from '../vector-set.ts'
import { type PartialSums, selectSums } from './projections.ts'
import type { RegionBoxes } from './region-boxes.ts'

/** Asked between programs; true stops the work. */
export type StopTest = () => boolean

/** Pruned cross sum; null when the stop test fired. */
export function crossSum(
  a: PartialSums,
  b: PartialSums,
  tolerance: number,
  lp: DominanceLp,
  boxes: RegionBoxes,
  stop: StopTest,
): PartialSums | null {
  const { dimension } = a
  if (a.count === 1 || b.count === 1) return translate(a, b)
  const pairs = new PairTable(a, b)
  for (const source of [a, b]) {
    for (let k = 0; k < source.count; k++) {
      pairs.add(source.witnesses.subarray(k * dimension, (k + 1) * dimension))
    }
  }
  const slack = 1e-13 * Math.max(1, magnitude(a.data), magnitude(b.data))
  const boxesOfA = a.count * b.count > 400 ? boxes.of(a, lp) : null
  const boxesOfB = boxesOfA === null ? null : boxes.of(b, lp)
  for (let i = 0; i < a.count; i++) {
    if (stop()) return null
    for (let j = 0; j < b.count; j++) {
      if (pairs.has(i, j)) continue
      if (boxesOfA !== null && boxesOfB !== null && disjoint(boxesOfA, i, boxesOfB, j, dimension)) continue
      const verdict = lp
        .reset()
        .block(a.data, a.count, null, a.data, i * dimension, i, 1)
        .block(b.data, b.count, null, b.data, j * dimension, j, 1)
        .solve(slack, slack)
      if (verdict === DOMINATED) continue
      if (verdict === WITNESS) pairs.add(lp.belief)
      // The witness belongs to this pair up to ties; an undecided pair is kept as well.
      pairs.addPair(i, j, lp.belief)
    }
  }
  const sums = pairs.finish()
  const pruned = prune(sums, tolerance, lp, sums.witnesses, sums.count)
  return selectSums(sums, pruned.kept, pruned.witnesses)
}

/** Adds the only vector of one set to every vector of the other. */
export function translate(a: PartialSums, b: PartialSums): PartialSums {
  const [many, one] = a.count === 1 ? [b, a] : [a, b]
  const { dimension, observationCount, count } = many
  const data = many.data.slice()
  const choices = many.choices.slice()
  for (let i = 0; i < count; i++) {
    for (let s = 0; s < dimension; s++) data[i * dimension + s]! += one.data[s]!
    for (let o = 0; o < observationCount; o++) {
      if (one.choices[o]! >= 0) choices[i * observationCount + o] = one.choices[o]!
    }
  }
  return { dimension, observationCount, count, data, choices, witnesses: many.witnesses }
}

/** True when two boxes (low and high per state) have no common interior. */
export function disjoint(a: Float64Array, i: number, b: Float64Array, j: number, dimension: number): boolean {
  const atA = 2 * i * dimension
  const atB = 2 * j * dimension
  for (let s = 0; s < dimension; s++) {
    if (a[atA + dimension + s]! <= b[atB + s]! || b[atB + dimension + s]! <= a[atA + s]!) return true
  }
  return false
}

export function magnitude(data: Float64Array): number {
  let high = 0
  for (let k = 0; k < data.length; k++) high = Math.max(high, Math.abs(data[k]!))
  return high
}

/** The pairs found so far, as partial sums. */
class PairTable {
  readonly #a: PartialSums
  readonly #b: PartialSums
  readonly #found: Uint8Array
  readonly #pairs: number[] = []
  readonly #witnesses: number[] = []

  constructor(a: PartialSums, b: PartialSums) {
    this.#a = a
    this.#b = b
    this.#found = new Uint8Array(a.count * b.count)
  }

  has(i: number, j: number): boolean {
    return this.#found[i * this.#b.count + j] === 1
  }

  /** Marks the best pair at a belief. */
  add(belief: Float64Array): void {
    const { dimension } = this.#a
    const i = bestRow(this.#a.data, this.#a.count, dimension, belief)
    const j = bestRow(this.#b.data, this.#b.count, dimension, belief)
    this.addPair(i, j, belief)
  }

  addPair(i: number, j: number, belief: Float64Array): void {
    const at = i * this.#b.count + j
    if (this.#found[at] === 1) return
    this.#found[at] = 1
    this.#pairs.push(i, j)
    for (let s = 0; s < this.#a.dimension; s++) this.#witnesses.push(belief[s]!)
  }

  finish(): PartialSums {
    const { dimension, observationCount } = this.#a
    const count = this.#pairs.length / 2
    const data = new Float64Array(count * dimension)
    const choices = new Int32Array(count * observationCount)
    for (let k = 0; k < count; k++) {
      const i = this.#pairs[2 * k]!
      const j = this.#pairs[2 * k + 1]!
      for (let s = 0; s < dimension; s++) {
        data[k * dimension + s] = this.#a.data[i * dimension + s]! + this.#b.data[j * dimension + s]!
      }
      for (let o = 0; o < observationCount; o++) {
        const chosen = this.#a.choices[i * observationCount + o]!
        choices[k * observationCount + o] = chosen >= 0 ? chosen : this.#b.choices[j * observationCount + o]!
      }
    }
    return { dimension, observationCount, count, data, choices, witnesses: Float64Array.from(this.#witnesses) }
  }
}
