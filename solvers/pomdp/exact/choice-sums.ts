/**
 * A growing surface of one action whose vectors are named by their choices: one projection index per observation set.
 * Shared by the methods that walk from vector to vector (witness, two-pass, linear support).
 */
import { bestRow } from '../vector-set.ts'
import type { PartialSums } from './projections.ts'

export class ChoiceSums {
  readonly #sets: readonly PartialSums[]
  readonly #dimension: number
  readonly #known = new Map<string, number>()
  readonly #witnesses: number[] = []
  /** Index into set k of vector i at `picks[i][k]`. */
  readonly picks: number[][] = []
  data: Float64Array
  count = 0

  constructor(sets: readonly PartialSums[]) {
    this.#sets = sets
    this.#dimension = sets[0]!.dimension
    this.data = new Float64Array(16 * this.#dimension)
  }

  /** The choices that are best at a belief, ties lexicographically. */
  picksAt(belief: Float64Array): number[] {
    return this.#sets.map((set) => bestRow(set.data, set.count, this.#dimension, belief))
  }

  /** Adds the vector of some choices unless known; returns its index, or -1 when it was known. */
  add(picks: number[], belief: Float64Array): number {
    const key = picks.join()
    if (this.#known.has(key)) return -1
    const dimension = this.#dimension
    if ((this.count + 1) * dimension > this.data.length) {
      const grown = new Float64Array(2 * this.data.length)
      grown.set(this.data)
      this.data = grown
    }
    this.sumOf(picks, this.data, this.count * dimension)
    this.#known.set(key, this.count)
    this.picks.push(picks)
    for (let s = 0; s < dimension; s++) this.#witnesses.push(belief[s]!)
    return this.count++
  }

  sumOf(picks: readonly number[], into: Float64Array, at: number): void {
    const dimension = this.#dimension
    into.fill(0, at, at + dimension)
    for (const [k, set] of this.#sets.entries()) {
      const base = picks[k]! * dimension
      for (let s = 0; s < dimension; s++) into[at + s]! += set.data[base + s]!
    }
  }

  /** Exact value of the full cross sum at a belief. */
  valueAt(belief: Float64Array): number {
    let total = 0
    for (const set of this.#sets) {
      const i = bestRow(set.data, set.count, this.#dimension, belief)
      for (let s = 0; s < this.#dimension; s++) total += set.data[i * this.#dimension + s]! * belief[s]!
    }
    return total
  }

  finish(): PartialSums {
    const { observationCount } = this.#sets[0]!
    const choices = new Int32Array(this.count * observationCount).fill(-1)
    for (const [i, picks] of this.picks.entries()) {
      for (const [k, set] of this.#sets.entries()) {
        for (let o = 0; o < observationCount; o++) {
          const chosen = set.choices[picks[k]! * observationCount + o]!
          if (chosen >= 0) choices[i * observationCount + o] = chosen
        }
      }
    }
    return {
      dimension: this.#dimension,
      observationCount,
      count: this.count,
      data: this.data.slice(0, this.count * this.#dimension),
      choices,
      witnesses: Float64Array.from(this.#witnesses),
    }
  }
}
