/**
 * Beliefs to back up, together with everything that one step can reach from them. Equal beliefs are stored once, so in a
 * model whose reachable beliefs close upon themselves every belief is evaluated once a round, however many steps lead to it.
 */
import { type JointKernel, propagate } from './kernel.ts'
import { canonicalise, type Symmetry } from './symmetry.ts'

/** The observation cannot follow. */
export const IMPOSSIBLE = -1

/** Beliefs within this distance (greatest component) are one. */
const SAME = 1e-10

export class PointSet {
  readonly kernel: JointKernel
  /** All beliefs, backed up or only reached: belief e at `e * S`. */
  beliefs: Float64Array
  entryCount = 0
  /** Entry numbers of the beliefs that are backed up. */
  readonly active: number[] = []
  /** Entry reached from active belief k by (a, o), at `(k * A + a) * Z + o`, or IMPOSSIBLE; and its probability. */
  readonly successors: number[] = []
  readonly probabilities: number[] = []
  /** Which symmetry, from 1, took the successor to its entry; 0 for none. */
  readonly images: number[] = []
  readonly symmetries: readonly Symmetry[]
  readonly #buckets = new Map<number, number[]>()
  readonly #isActive = new Map<number, number>()

  /** @param symmetries beliefs that these take to one another are stored once; vectors are then good at the stored ones only */
  constructor(kernel: JointKernel, symmetries: readonly Symmetry[] = [], capacity = 256) {
    this.kernel = kernel
    this.symmetries = symmetries
    this.beliefs = new Float64Array(capacity * kernel.stateCount)
  }

  get count(): number {
    return this.active.length
  }

  belief(entry: number): Float64Array {
    const { stateCount } = this.kernel
    return this.beliefs.subarray(entry * stateCount, (entry + 1) * stateCount)
  }

  /** Adds a belief to be backed up; false when it is one already. */
  add(belief: Float64Array): boolean {
    const { actionCount, observationCount, stateCount } = this.kernel
    const stored = belief.slice()
    canonicalise(stored, this.symmetries)
    const entry = this.#entry(stored)
    if (this.#isActive.has(entry)) return false
    this.#isActive.set(entry, this.active.length)
    this.active.push(entry)
    const next = new Float64Array(stateCount)
    const own = this.belief(entry).slice()
    for (let a = 0; a < actionCount; a++) {
      for (let o = 0; o < observationCount; o++) {
        const probability = propagate(this.kernel, own, a, o, next)
        if (probability < 1e-14) {
          this.successors.push(IMPOSSIBLE)
          this.probabilities.push(0)
          this.images.push(0)
          continue
        }
        for (let s = 0; s < stateCount; s++) next[s]! /= probability
        this.images.push(canonicalise(next, this.symmetries))
        this.successors.push(this.#entry(next))
        this.probabilities.push(probability)
      }
    }
    return true
  }

  /** Adds beliefs reachable from the active ones, breadth first, until `limit` are active. True when none are left. */
  expand(limit: number): boolean {
    const width = this.kernel.actionCount * this.kernel.observationCount
    for (let k = 0; k < this.active.length; k++) {
      for (let j = 0; j < width; j++) {
        const entry = this.successors[k * width + j]!
        if (entry === IMPOSSIBLE || this.#isActive.has(entry)) continue
        if (this.active.length >= limit) return false
        this.add(this.belief(entry))
      }
    }
    return true
  }

  /** Number of the belief, stored when new. */
  #entry(belief: Float64Array): number {
    const { stateCount } = this.kernel
    let projection = 0
    for (let s = 0; s < stateCount; s++) projection += belief[s]! * (((s * 0.6180339887498949) % 1) + 0.5)
    const cell = Math.floor(projection * 1e8)
    for (let near = cell - 1; near <= cell + 1; near++) {
      for (const entry of this.#buckets.get(near) ?? []) {
        let same = true
        for (let s = 0; s < stateCount && same; s++) {
          same = Math.abs(this.beliefs[entry * stateCount + s]! - belief[s]!) <= SAME
        }
        if (same) return entry
      }
    }
    const entry = this.entryCount++
    if ((entry + 1) * stateCount > this.beliefs.length) {
      const beliefs = new Float64Array(2 * this.beliefs.length)
      beliefs.set(this.beliefs)
      this.beliefs = beliefs
    }
    this.beliefs.set(belief, entry * stateCount)
    const bucket = this.#buckets.get(cell)
    if (bucket === undefined) this.#buckets.set(cell, [entry])
    else bucket.push(entry)
    return entry
  }
}
