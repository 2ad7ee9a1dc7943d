/**
 * The graph of reachable beliefs that heuristic search works on. Beliefs are sparse and stored once; a node is expanded on
 * its first visit. Every node keeps its bounds together with how far into the growing lists of vectors and points they
 * have been checked, so refreshing a bound looks at new entries only.
 */
import { type JointKernel, propagate } from './kernel.ts'
import { Sawtooth } from './sawtooth.ts'
import type { VectorSet } from './vector-set.ts'

export interface BeliefNode {
  readonly states: Int32Array
  readonly weights: Float64Array
  lower: number
  /** Vector that gives `lower`. */
  bestVector: number
  vectorsChecked: number
  upper: number
  pointsChecked: number
  /** Per action and observation, -1 where impossible; null until expanded. */
  children: Int32Array | null
  probabilities: Float64Array | null
  /** r_a . b */
  rewards: Float64Array | null
  /** Last known upper bound of every action's value: still valid, perhaps loose. */
  actionUpper: Float64Array | null
  visits: number
}

export class BeliefGraph {
  readonly kernel: JointKernel
  readonly nodes: BeliefNode[] = []
  vectors: VectorSet
  readonly points: Sawtooth
  /** Upper vectors (fast informed bound): another upper bound, used for new nodes. */
  readonly #upperVectors: VectorSet
  readonly #dense: Float64Array
  readonly #next: Float64Array
  readonly #known = new Map<string, number>()
  /** Total numbers stored in beliefs. */
  size = 0

  constructor(kernel: JointKernel, lower: VectorSet, upper: VectorSet) {
    this.kernel = kernel
    this.vectors = lower
    this.#upperVectors = upper
    const corners = new Float64Array(kernel.stateCount).fill(Number.NEGATIVE_INFINITY)
    for (let i = 0; i < upper.count; i++) {
      for (let s = 0; s < kernel.stateCount; s++)
        corners[s] = Math.max(corners[s]!, upper.data[i * kernel.stateCount + s]!)
    }
    this.points = new Sawtooth(corners)
    this.#dense = new Float64Array(kernel.stateCount)
    this.#next = new Float64Array(kernel.stateCount)
  }

  /** Node of a dense belief that sums to 1. */
  node(belief: Float64Array): number {
    let size = 0
    for (let s = 0; s < belief.length; s++) if (belief[s]! > 0) size++
    const states = new Int32Array(size)
    const weights = new Float64Array(size)
    const key: string[] = []
    let k = 0
    for (let s = 0; s < belief.length; s++) {
      if (belief[s]! <= 0) continue
      states[k] = s
      weights[k++] = belief[s]!
      key.push(String.fromCharCode(s), Math.round(belief[s]! * 1e10).toString(36))
    }
    const name = key.join('.')
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const index = this.nodes.length
    this.#known.set(name, index)
    this.size += 2 * size
    let upper = Number.NEGATIVE_INFINITY
    for (let i = 0; i < this.#upperVectors.count; i++) {
      upper = Math.max(upper, this.#product(this.#upperVectors.data, i, states, weights))
    }
    this.nodes.push({
      states,
      weights,
      lower: Number.NEGATIVE_INFINITY,
      bestVector: 0,
      vectorsChecked: 0,
      upper,
      pointsChecked: 0,
      children: null,
      probabilities: null,
      rewards: null,
      actionUpper: null,
      visits: 0,
    })
    return index
  }

  /** Creates the children of a node. */
  expand(index: number): BeliefNode {
    const node = this.nodes[index]!
    if (node.children !== null) return node
    const { kernel } = this
    const { actionCount, observationCount, stateCount } = kernel
    const children = new Int32Array(actionCount * observationCount).fill(-1)
    const probabilities = new Float64Array(actionCount * observationCount)
    const rewards = new Float64Array(actionCount)
    const dense = new Float64Array(stateCount)
    for (let k = 0; k < node.states.length; k++) dense[node.states[k]!] = node.weights[k]!
    for (let a = 0; a < actionCount; a++) {
      for (let k = 0; k < node.states.length; k++)
        rewards[a]! += kernel.rewards[a * stateCount + node.states[k]!]! * node.weights[k]!
      for (let o = 0; o < observationCount; o++) {
        if (kernel.possible[a * observationCount + o] === 0) continue
        const probability = propagate(kernel, dense, a, o, this.#next)
        if (probability < 1e-12) continue
        for (let s = 0; s < stateCount; s++) this.#next[s]! /= probability
        children[a * observationCount + o] = this.node(this.#next)
        probabilities[a * observationCount + o] = probability
      }
    }
    node.children = children
    node.probabilities = probabilities
    node.rewards = rewards
    node.actionUpper = new Float64Array(actionCount).fill(Number.POSITIVE_INFINITY)
    return node
  }

  /** Lower bound of a node against all vectors of today. */
  lower(index: number): number {
    const node = this.nodes[index]!
    const { vectors } = this
    for (let i = node.vectorsChecked; i < vectors.count; i++) {
      const value = this.#product(vectors.data, i, node.states, node.weights)
      if (value > node.lower) {
        node.lower = value
        node.bestVector = i
      }
    }
    node.vectorsChecked = vectors.count
    return node.lower
  }

  /** Upper bound of a node against all points of today. */
  upper(index: number): number {
    const node = this.nodes[index]!
    if (node.pointsChecked === this.points.count) return node.upper
    const { states, weights } = node
    const dense = this.#dense
    for (let k = 0; k < states.length; k++) dense[states[k]!] = weights[k]!
    const correction = this.points.correction(dense, node.pointsChecked)
    for (let k = 0; k < states.length; k++) dense[states[k]!] = 0
    if (correction < 0) node.upper = Math.min(node.upper, this.points.base(states, weights) + correction)
    node.pointsChecked = this.points.count
    return node.upper
  }

  /** Replaces the vectors by a selection of them. @param kept old numbers, increasing */
  keepVectors(kept: readonly number[]): void {
    const renumbered = new Int32Array(this.vectors.count).fill(-1)
    for (const [index, old] of kept.entries()) renumbered[old] = index
    this.vectors = this.vectors.select(kept)
    for (const node of this.nodes) {
      const best = renumbered[node.bestVector]!
      if (best < 0) {
        node.vectorsChecked = 0
        node.bestVector = 0
        node.lower = Number.NEGATIVE_INFINITY
        continue
      }
      // How many of the kept ones had been looked at.
      let checked = 0
      while (checked < kept.length && kept[checked]! < node.vectorsChecked) checked++
      node.bestVector = best
      node.vectorsChecked = checked
    }
  }

  #product(data: Float64Array, index: number, states: Int32Array, weights: Float64Array): number {
    const base = index * this.kernel.stateCount
    let total = 0
    for (let k = 0; k < states.length; k++) total += data[base + states[k]!]! * weights[k]!
    return total
  }
}
