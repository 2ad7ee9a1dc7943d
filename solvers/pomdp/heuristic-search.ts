/**
 * Heuristic search value iteration: two-sided bounds at the start belief, tightened along trials.
 *
 * A trial descends from the start belief by the action with the greatest upper bound and the observation with the greatest
 * weighted excess gap, and is followed back up by updates: a backup of the lower bound's vectors (the best vector at the
 * node) and of the upper bound's points. Lower bound: vectors, each a backup of lower bounds. Upper bound: sawtooth over
 * evaluated beliefs, started from the fast informed bound. Both hold at every moment; the search may be stopped any time.
 *
 *   hsvi    a trial ends when the gap is at most epsilon / discount^depth (HSVI2, Smith and Simmons 2005)
 *   sarsop  a trial also ends when it can no longer raise the lower bound at the start belief, judged by the learned
 *           value of similar beliefs (Kurniawati, Hsu and Lee 2008)
 *
 * Vectors that are best at no visited node are dropped from time to time.
 *
 * Actions whose upper bound lies below the lower bound of another are skipped in backups. Discount < 1.
 */
import { BeliefGraph, type BeliefNode } from './belief-graph.ts'
import type { JointKernel } from './kernel.ts'
import { projectInto } from './kernel.ts'
import type { VectorSet } from './vector-set.ts'

export interface SearchOptions {
  readonly strategy: 'hsvi' | 'sarsop'
  /** Wanted gap at the start belief, absolute. */
  readonly epsilon: number
  readonly stop: () => boolean
  readonly onTrial?: (trial: number, lower: number, upper: number, vectors: number) => void
  /** Numbers stored in beliefs before the search stops for memory. @default 60 million */
  readonly maxSize?: number
}

export interface SearchResult {
  readonly lower: number
  readonly upper: number
  readonly vectors: VectorSet
  readonly action: number
  readonly trials: number
  readonly backups: number
  readonly nodes: number
  readonly stoppedBy: 'gap' | 'stop' | 'memory'
}

/**
 * @param lower vectors that bound V* from below, such as blind policies
 * @param upper vectors whose maximum bounds V* from above, such as the fast informed bound
 */
export function heuristicSearch(
  kernel: JointKernel,
  start: Float64Array,
  lower: VectorSet,
  upper: VectorSet,
  options: SearchOptions,
): SearchResult {
  return new HeuristicSearch(kernel, start, lower, upper, options).run()
}

/** Deepest trial. */
const MAX_DEPTH = 2000

class HeuristicSearch {
  readonly #kernel: JointKernel
  readonly #graph: BeliefGraph
  readonly #options: SearchOptions
  readonly #root: number
  readonly #row: Float64Array
  readonly #predictor = new ValuePredictor()
  #backups = 0
  #trials = 0
  #stalled = 0

  constructor(kernel: JointKernel, start: Float64Array, lower: VectorSet, upper: VectorSet, options: SearchOptions) {
    this.#kernel = kernel
    this.#options = options
    this.#graph = new BeliefGraph(kernel, lower, upper)
    this.#root = this.#graph.node(start)
    this.#row = new Float64Array(kernel.stateCount)
  }

  run(): SearchResult {
    const graph = this.#graph
    const { epsilon, stop, onTrial } = this.#options
    const maxSize = this.#options.maxSize ?? 60_000_000
    let stoppedBy: SearchResult['stoppedBy'] = 'stop'
    let nextPrune = 200
    for (;;) {
      const low = graph.lower(this.#root)
      const high = graph.upper(this.#root)
      onTrial?.(this.#trials, low, high, graph.vectors.count)
      if (high - low <= epsilon) {
        stoppedBy = 'gap'
        break
      }
      if (stop()) break
      if (graph.size > maxSize) {
        stoppedBy = 'memory'
        break
      }
      this.#trial(high - low)
      this.#trials++
      // Trials that settle nothing at the root must look deeper.
      const gained = high - graph.upper(this.#root) + (graph.lower(this.#root) - low)
      this.#stalled = gained > 1e-3 * (high - low) ? 0 : this.#stalled + 1
      if (graph.vectors.count > nextPrune) {
        this.#dropUnused()
        nextPrune = Math.max(200, Math.ceil(1.3 * graph.vectors.count))
      }
    }
    this.#dropUnused(true)
    graph.lower(this.#root)
    const root = graph.nodes[this.#root]!
    return {
      lower: graph.lower(this.#root),
      upper: graph.upper(this.#root),
      vectors: graph.vectors,
      action: graph.vectors.actions[root.bestVector]!,
      trials: this.#trials,
      backups: this.#backups,
      nodes: graph.nodes.length,
      stoppedBy,
    }
  }

  #trial(gap: number): void {
    const graph = this.#graph
    const { discount, observationCount } = this.#kernel
    const { strategy, epsilon, stop } = this.#options
    // Each trial aims at half of the present gap, as SARSOP does; HSVI aims at epsilon itself.
    const goal = strategy === 'sarsop' ? Math.max(gap * 0.5 ** (1 + this.#stalled), 0.5 * epsilon) : 0.5 * epsilon
    const path: number[] = []
    let index = this.#root
    let allowed = goal
    let targetLower = graph.lower(index)
    let targetUpper = targetLower + goal
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const low = graph.lower(index)
      const high = graph.upper(index)
      if (high - low <= allowed || (depth > 0 && high - low < 1e-10)) break
      const node = graph.expand(index)
      node.visits++
      if (strategy === 'sarsop') {
        const predicted = this.#predictor.predict(node, low, high)
        if (depth > 0 && this.#stalled < 3 && predicted <= targetLower && high <= Math.max(targetUpper, low + allowed))
          break
        targetLower = Math.max(targetLower, low)
        targetUpper = Math.max(targetUpper, low + allowed)
      }
      path.push(index)
      if (stop()) break
      const action = this.#greedyAction(index)
      const base = action * observationCount
      let chosen = -1
      let greatest = Number.NEGATIVE_INFINITY
      for (let o = 0; o < observationCount; o++) {
        const child = node.children![base + o]!
        if (child < 0) continue
        const probability = node.probabilities![base + o]!
        const excess = probability * (graph.upper(child) - graph.lower(child) - allowed / discount)
        if (excess > greatest) {
          greatest = excess
          chosen = o
        }
      }
      if (chosen < 0) break
      if (strategy === 'sarsop') {
        // What the child must reach for this node to reach its target.
        const others = this.#valueWithout(node, action, chosen)
        const weight = discount * node.probabilities![base + chosen]!
        targetLower = (targetLower - others.lower) / weight
        targetUpper = (targetUpper - others.upper) / weight
      }
      allowed /= discount
      index = node.children![base + chosen]!
    }
    for (let k = path.length - 1; k >= 0; k--) this.#update(path[k]!)
  }

  /** Reward and value of all observations but one. */
  #valueWithout(node: BeliefNode, action: number, observation: number): { lower: number; upper: number } {
    const { observationCount, discount } = this.#kernel
    let lower = node.rewards![action]!
    let upper = lower
    for (let o = 0; o < observationCount; o++) {
      const child = node.children![action * observationCount + o]!
      if (child < 0 || o === observation) continue
      const weight = discount * node.probabilities![action * observationCount + o]!
      lower += weight * this.#graph.lower(child)
      upper += weight * this.#graph.upper(child)
    }
    return { lower, upper }
  }

  /** Action with the greatest upper bound; bounds of other actions are refreshed only while they could be it. */
  #greedyAction(index: number): number {
    const { actionCount } = this.#kernel
    const node = this.#graph.nodes[index]!
    const bounds = node.actionUpper!
    const fresh = new Uint8Array(actionCount)
    for (;;) {
      let best = 0
      for (let a = 1; a < actionCount; a++) if (bounds[a]! > bounds[best]!) best = a
      if (fresh[best] === 1) return best
      bounds[best] = Math.min(bounds[best]!, this.#actionUpper(node, best))
      fresh[best] = 1
    }
  }

  #actionUpper(node: BeliefNode, action: number): number {
    const { observationCount, discount } = this.#kernel
    let total = node.rewards![action]!
    for (let o = 0; o < observationCount; o++) {
      const child = node.children![action * observationCount + o]!
      if (child >= 0) total += discount * node.probabilities![action * observationCount + o]! * this.#graph.upper(child)
    }
    return total
  }

  #update(index: number): void {
    const graph = this.#graph
    const { actionCount, observationCount, stateCount, discount, rewards, possible } = this.#kernel
    const node = graph.nodes[index]!
    this.#backups++
    // Upper bound.
    const greedy = this.#greedyAction(index)
    const high = node.actionUpper![greedy]!
    if (high < graph.upper(index) - 1e-12) {
      node.upper = high
      graph.points.add(node.states, node.weights, high)
    }
    // Lower bound: the best action by the children's bounds, skipping actions that cannot be best.
    let bestAction = -1
    let bestValue = Number.NEGATIVE_INFINITY
    for (let turn = 0; turn < actionCount; turn++) {
      const a = (greedy + turn) % actionCount
      if (bestAction >= 0 && node.actionUpper![a]! <= bestValue) continue
      let total = node.rewards![a]!
      for (let o = 0; o < observationCount; o++) {
        const child = node.children![a * observationCount + o]!
        if (child >= 0) total += discount * node.probabilities![a * observationCount + o]! * graph.lower(child)
      }
      if (total > bestValue) {
        bestValue = total
        bestAction = a
      }
    }
    const low = graph.lower(index)
    if (bestValue > low + 1e-10 * Math.max(1, Math.abs(low))) {
      const { vectors } = graph
      const row = this.#row
      row.set(rewards.subarray(bestAction * stateCount, (bestAction + 1) * stateCount))
      for (let o = 0; o < observationCount; o++) {
        if (possible[bestAction * observationCount + o] === 0) continue
        const child = node.children![bestAction * observationCount + o]!
        const source = child >= 0 ? graph.nodes[child]!.bestVector : node.bestVector
        projectInto(this.#kernel, bestAction, o, vectors.data, source * stateCount, discount, row, 0)
      }
      vectors.push(row, 0, bestAction)
      graph.lower(index)
    }
    if (this.#options.strategy === 'sarsop') this.#predictor.learn(node, node.lower, node.upper)
  }

  /** Drops vectors that are best at no visited node. @param last keeps those that are best where the policy goes on from one */
  #dropUnused(last = false): void {
    const graph = this.#graph
    const { observationCount } = this.#kernel
    const used = new Uint8Array(graph.vectors.count)
    for (const [index, node] of graph.nodes.entries()) {
      if (node.visits === 0) continue
      graph.lower(index)
      used[node.bestVector] = 1
      if (!last) continue
      const base = graph.vectors.actions[node.bestVector]! * observationCount
      for (let o = 0; o < observationCount; o++) {
        const child = node.children?.[base + o] ?? -1
        if (child < 0) continue
        graph.lower(child)
        used[graph.nodes[child]!.bestVector] = 1
      }
    }
    graph.lower(this.#root)
    used[graph.nodes[this.#root]!.bestVector] = 1
    const kept: number[] = []
    for (let i = 0; i < used.length; i++) if (used[i] === 1) kept.push(i)
    graph.keepVectors(kept)
  }
}

/** Running mean of the lower bound over beliefs with similar upper bound and entropy. */
class ValuePredictor {
  readonly #bins = new Map<string, { sum: number; count: number }>()
  #scale = 0

  predict(node: BeliefNode, low: number, high: number): number {
    const bin = this.#bins.get(this.#key(node, high))
    const mean = bin === undefined ? high : bin.sum / bin.count
    return Math.min(high, Math.max(low, mean))
  }

  learn(node: BeliefNode, low: number, high: number): void {
    const key = this.#key(node, high)
    const bin = this.#bins.get(key)
    if (bin === undefined) this.#bins.set(key, { sum: low, count: 1 })
    else {
      bin.sum += low
      bin.count++
    }
  }

  #key(node: BeliefNode, high: number): string {
    if (this.#scale === 0) this.#scale = Math.max(1e-6, 0.02 * Math.abs(high))
    let entropy = 0
    for (let k = 0; k < node.weights.length; k++) entropy -= node.weights[k]! * Math.log2(node.weights[k]!)
    return `${Math.floor(high / this.#scale)}:${Math.floor(2 * entropy)}`
  }
}
