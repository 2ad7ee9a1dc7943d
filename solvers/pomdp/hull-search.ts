/**
 * Two-sided bounds at the start belief over a growing set of beliefs, for models with few states.
 *
 *   upper   every successor of a belief of the set is a mixture of beliefs of the set (belief-hull.ts). With the weights fixed that is
 *           a Markov decision process over the set, whose value bounds V* from above; it is settled to its fixed point, the weights
 *           are chosen anew, and so on. Every value on the way is a bound.
 *   lower   point-based iteration with controllers evaluated, over the same beliefs (point-backup.ts).
 *   growth  the successors whose interpolation costs the root most are added: discounted visits under the policy of the upper bound x
 *           probability x what mixing loses there, judged by the lower bound.
 *
 * Beliefs that a symmetry of the model takes to one another are one point (symmetry.ts). Where beliefs return to a region of few dimensions the error of mixing falls with the square of the distance between points, and the
 * bounds close where the sawtooth stalls. Discount < 1. A round costs O(points x successors x points x S); meant for up to about
 * 40 states. The same call takes the same steps unless `stop` fires.
 *
 * Sources: interpolation over evaluated beliefs (Lovejoy 1991; Hauskrecht 2000), closing the gap from both sides with reachable beliefs
 * chosen by their part in it (GapMin: Poupart, Kim and Kim 2011), bounds from equal falls (MacQueen 1966).
 */
import { BeliefHull, type Mixture } from './belief-hull.ts'
import { type JointKernel, propagate } from './kernel.ts'
import { iteratePoints } from './point-backup.ts'
import { PointSet } from './point-set.ts'
import { canonicalise, findSymmetries, type Symmetry, withImages } from './symmetry.ts'
import type { VectorSet } from './vector-set.ts'

export interface HullOptions {
  /** Wanted gap at the start belief, absolute. */
  readonly epsilon: number
  readonly stop: () => boolean
  readonly onRound?: (round: number, lower: number, upper: number, points: number, vectors: number) => void
  /** Beliefs of the set before the search stops for memory. @default 20,000, fewer with many actions, observations and states */
  readonly maxPoints?: number
}

export interface HullResult {
  readonly lower: number
  readonly upper: number
  readonly vectors: VectorSet
  readonly points: number
  readonly rounds: number
  /** Best first action by the lower bound. */
  readonly action: number
  readonly stoppedBy: 'gap' | 'stop' | 'memory'
}

interface Successor {
  readonly probability: number
  readonly mixture: Mixture
  /** The point that is this belief; -1 while it is mixed of others. */
  point: number
  /** Its program was solved at least once. */
  solved: boolean
}

interface Node {
  readonly rewards: Float64Array
  /** By action and observation; null where the observation cannot follow. */
  readonly successors: readonly (readonly (Successor | null)[])[]
  greedy: number
}

/**
 * @param lower vectors that bound V* from below, such as blind policies
 * @param upper vectors whose maximum bounds V* from above, such as the fast informed bound
 */
export function hullSearch(
  kernel: JointKernel,
  start: Float64Array,
  lower: VectorSet,
  upper: VectorSet,
  options: HullOptions,
): HullResult {
  return new HullSearch(kernel, start, lower, upper, options).run()
}

/** Share of the points that a round adds. */
const GROWTH = 0.25
/** Rounds that add nothing before the search gives up. */
const MAX_IDLE = 20

class HullSearch {
  readonly #kernel: JointKernel
  readonly #options: HullOptions
  readonly #hull: BeliefHull
  readonly #nodes: Node[] = []
  readonly #points: PointSet
  readonly #roof: VectorSet
  readonly #root: number
  readonly #start: Float64Array
  readonly #symmetries: readonly Symmetry[]
  #vectors: VectorSet
  #visits = new Float64Array(0)
  #low = new Float64Array(0)
  #lowAt = new Map<Mixture, number>()
  #age = 0
  #excessAge = -1

  constructor(kernel: JointKernel, start: Float64Array, lower: VectorSet, upper: VectorSet, options: HullOptions) {
    this.#kernel = kernel
    this.#options = options
    this.#roof = upper
    this.#vectors = lower
    this.#symmetries = findSymmetries(kernel)
    this.#points = new PointSet(kernel, this.#symmetries)
    const corners = new Float64Array(kernel.stateCount)
    const corner = new Float64Array(kernel.stateCount)
    for (let s = 0; s < kernel.stateCount; s++) {
      corner.fill(0)
      corner[s] = 1
      corners[s] = upper.value(corner)
    }
    this.#hull = new BeliefHull(corners)
    for (let s = 0; s < kernel.stateCount; s++) this.#expand(this.#hull.belief(s).slice())
    this.#start = start
    const known = start.indexOf(1)
    const root = start.slice()
    canonicalise(root, this.#symmetries)
    this.#root = known >= 0 ? known : this.#add(root)
  }

  #add(belief: Float64Array): number {
    const index = this.#hull.add(belief, this.#roof.value(belief))
    this.#expand(belief)
    return index
  }

  #expand(belief: Float64Array): void {
    const { actionCount, observationCount, stateCount, rewards } = this.#kernel
    const own = new Float64Array(actionCount)
    const successors: (Successor | null)[][] = []
    for (let a = 0; a < actionCount; a++) {
      for (let s = 0; s < stateCount; s++) own[a]! += rewards[a * stateCount + s]! * belief[s]!
      const row: (Successor | null)[] = []
      for (let o = 0; o < observationCount; o++) {
        const next = new Float64Array(stateCount)
        const probability = propagate(this.#kernel, belief, a, o, next)
        if (probability < 1e-14) {
          row.push(null)
          continue
        }
        for (let s = 0; s < stateCount; s++) next[s]! /= probability
        canonicalise(next, this.#symmetries)
        row.push({ probability, mixture: this.#hull.mixture(next), point: -1, solved: false })
      }
      successors.push(row)
    }
    this.#nodes.push({ rewards: own, successors, greedy: -1 })
    this.#points.add(belief)
  }

  #bound(successor: Successor): number {
    return successor.point >= 0 ? this.#hull.values[successor.point]! : this.#hull.value(successor.mixture)
  }

  #actionValue(node: Node, action: number): number {
    let total = 0
    for (const successor of node.successors[action]!)
      if (successor !== null) total += successor.probability * this.#bound(successor)
    return node.rewards[action]! + this.#kernel.discount * total
  }

  /**
   * Sweeps with the weights as they are, downwards from values that are bounds. An action's last value stays a bound while values
   * fall, so only the action that seems best is looked at again.
   */
  #settle(precision: number): void {
    const { values } = this.#hull
    const { actionCount, discount } = this.#kernel
    const count = this.#nodes.length
    // Row n * A + a: constant, then points with their discounted weights.
    const pointers = new Int32Array(count * actionCount + 1)
    const constants = new Float64Array(count * actionCount)
    const width = this.#kernel.observationCount * this.#kernel.stateCount
    const columns = new Int32Array(count * actionCount * width)
    const coefficients = new Float64Array(columns.length)
    const bounds = new Float64Array(count * actionCount)
    let size = 0
    let share = discount
    for (let n = 0; n < count; n++) {
      const node = this.#nodes[n]!
      for (let a = 0; a < actionCount; a++) {
        const row = n * actionCount + a
        constants[row] = node.rewards[a]!
        for (const successor of node.successors[a]!) {
          if (successor === null) continue
          const share = discount * successor.probability
          if (successor.point >= 0) {
            columns[size] = successor.point
            coefficients[size++] = share
            continue
          }
          const { points, weights, rest } = successor.mixture
          constants[row]! += share * rest
          for (let k = 0; k < points.length; k++) {
            if (weights[k] === 0) continue
            columns[size] = points[k]!
            coefficients[size++] = share * weights[k]!
          }
        }
        pointers[row + 1] = size
        let sum = 0
        for (let k = pointers[row]!; k < size; k++) sum += coefficients[k]!
        share = Math.min(share, sum)
        bounds[row] = Number.POSITIVE_INFINITY
      }
    }
    for (let sweep = 0; sweep < 5000; sweep++) {
      let fall = 0
      for (let n = count - 1; n >= 0; n--) {
        const base = n * actionCount
        let checked = -1
        for (;;) {
          let best = base
          for (let row = base + 1; row < base + actionCount; row++) if (bounds[row]! > bounds[best]!) best = row
          if (best === checked) break
          let total = constants[best]!
          for (let k = pointers[best]!; k < pointers[best + 1]!; k++) total += coefficients[k]! * values[columns[k]!]!
          bounds[best] = total
          checked = best
        }
        this.#nodes[n]!.greedy = checked - base
        const high = bounds[checked]!
        if (high < values[n]!) {
          fall = Math.max(fall, values[n]! - high)
          values[n] = high
        }
      }
      if (fall < precision) break
      if (sweep % 5 !== 4) continue
      if (this.#options.stop()) break
      // All values fall alike in the end: one step of their common fall.
      let least = Number.POSITIVE_INFINITY
      for (let n = 0; n < count && least > 0; n++) {
        const base = n * actionCount
        let high = Number.NEGATIVE_INFINITY
        for (let row = base; row < base + actionCount; row++) {
          if (bounds[row]! <= high) continue
          let total = constants[row]!
          for (let k = pointers[row]!; k < pointers[row + 1]!; k++) total += coefficients[k]! * values[columns[k]!]!
          bounds[row] = total
          high = Math.max(high, total)
        }
        least = Math.min(least, values[n]! - high)
      }
      const common = (least / (1 - share)) * (1 - 1e-6)
      if (common > precision) for (let n = 0; n < count; n++) values[n]! -= common
    }
  }

  /** Programs over the weights, where they were never solved or where the root still pays for them. */
  #reweigh(tolerance: number, threshold: number): void {
    const { values } = this.#hull
    const { actionCount } = this.#kernel
    for (let n = 0; n < this.#nodes.length; n++) {
      // What is left undone is a looser bound.
      if (n % 16 === 0 && this.#options.stop()) return
      const node = this.#nodes[n]!
      const seen = n < this.#visits.length ? this.#visits[n]! : 0
      const bounds = Float64Array.from({ length: actionCount }, (_, a) => this.#actionValue(node, a))
      const fresh = new Uint8Array(actionCount)
      for (;;) {
        let best = 0
        for (let a = 1; a < actionCount; a++) if (bounds[a]! > bounds[best]!) best = a
        node.greedy = best
        if (fresh[best] === 1) break
        fresh[best] = 1
        for (const successor of node.successors[best]!) {
          if (successor === null || successor.point >= 0) continue
          if (successor.solved && seen * successor.probability * this.#excess(successor) < threshold) continue
          this.#hull.optimise(successor.mixture, tolerance)
          successor.solved = true
        }
        bounds[best] = this.#actionValue(node, best)
      }
      values[n] = Math.min(values[n]!, bounds[node.greedy]!)
    }
  }

  /** What interpolation costs at a belief, judged by the lower bound. */
  #excess({ mixture }: Successor): number {
    const { points, weights, belief } = mixture
    if (this.#excessAge !== this.#age) {
      this.#excessAge = this.#age
      this.#low = Float64Array.from(this.#nodes, (_, n) => {
        const belief = this.#hull.belief(n)
        // All corners are points, but the vectors are good at one of an orbit.
        if (n >= this.#kernel.stateCount) return this.#vectors.value(belief)
        const corner = belief.slice()
        canonicalise(corner, this.#symmetries)
        return this.#vectors.value(corner)
      })
    }
    let known = this.#lowAt.get(mixture)
    if (known === undefined) {
      known = this.#vectors.value(belief)
      this.#lowAt.set(mixture, known)
    }
    let mixed = mixture.rest - known
    for (let k = 0; k < points.length; k++) mixed += weights[k]! * this.#low[points[k]!]!
    return mixed
  }

  run(): HullResult {
    const { stop, onRound, epsilon } = this.#options
    const { actionCount, observationCount, stateCount } = this.#kernel
    const size = actionCount * observationCount * stateCount
    const maxPoints = this.#options.maxPoints ?? Math.min(20_000, Math.max(200, Math.floor(2e7 / size)))
    const root = this.#hull.belief(this.#root).slice()
    const slack = 1 - this.#kernel.discount
    let rounds = 0
    let idle = 0
    let low = this.#vectors.value(root)
    for (;;) {
      for (let k = 0; k < 2; k++) {
        const gap = Math.max(epsilon, this.#hull.values[this.#root]! - low)
        this.#reweigh(0.01 * gap * slack, (0.3 * gap) / (3 * this.#nodes.length))
        this.#settle(0.01 * gap * slack)
        this.#visits = this.#occupancy()
        this.#age++
        this.#lowAt.clear()
        if (stop()) break
      }
      const gap = Math.max(epsilon, this.#hull.values[this.#root]! - low)
      this.#vectors = iteratePoints(this.#points, this.#vectors, 1e-3 * gap * slack, stop, 4).value
      this.#age++
      this.#lowAt.clear()
      low = this.#vectors.value(root)
      const high = this.#hull.values[this.#root]!
      rounds++
      onRound?.(rounds, low, high, this.#nodes.length, this.#vectors.count)
      if (high - low <= epsilon) return this.#result(low, rounds, 'gap')
      if (stop()) return this.#result(low, rounds, 'stop')
      const room = maxPoints - this.#nodes.length
      if (room <= 0) return this.#result(low, rounds, 'memory')
      const wanted = Math.min(room, Math.max(8, Math.ceil(GROWTH * this.#nodes.length)))
      // Nothing left to add: what remains is what the rounds themselves still gain.
      if (this.#refine(wanted, high - low) > 0) idle = 0
      else if (++idle > MAX_IDLE) return this.#result(low, rounds, 'stop')
    }
  }

  #result(low: number, rounds: number, stoppedBy: HullResult['stoppedBy']): HullResult {
    // Found at one belief of every orbit, but meant for all.
    const vectors = withImages(this.#vectors, this.#symmetries)
    return {
      lower: low,
      upper: this.#hull.values[this.#root]!,
      vectors,
      points: this.#nodes.length,
      rounds,
      action: vectors.actions[vectors.best(this.#start)]!,
      stoppedBy,
    }
  }

  /** Discounted visits of every point from the root under the policy of the upper bound. */
  #occupancy(): Float64Array<ArrayBuffer> {
    const { discount } = this.#kernel
    const count = this.#nodes.length
    const pointers = new Int32Array(count + 1)
    const columns: number[] = []
    const shares: number[] = []
    for (const [n, node] of this.#nodes.entries()) {
      for (const successor of node.successors[node.greedy]!) {
        if (successor === null) continue
        if (successor.point >= 0) {
          columns.push(successor.point)
          shares.push(successor.probability)
          continue
        }
        const { points, weights } = successor.mixture
        for (let k = 0; k < points.length; k++) {
          if (weights[k]! < 1e-9) continue
          columns.push(points[k]!)
          shares.push(successor.probability * weights[k]!)
        }
      }
      pointers[n + 1] = columns.length
    }
    let visits = new Float64Array(count)
    const total = new Float64Array(count)
    visits[this.#root] = 1
    let mass = 1
    for (let step = 0; step < 1000 && mass > 0.02 * (1 - discount); step++) {
      const next = new Float64Array(count)
      for (let n = 0; n < count; n++) {
        const weight = visits[n]!
        if (weight < 1e-12) continue
        total[n]! += mass * weight
        for (let k = pointers[n]!; k < pointers[n + 1]!; k++) next[columns[k]!]! += weight * shares[k]!
      }
      mass *= discount
      let change = 0
      for (let n = 0; n < count; n++) change += Math.abs(next[n]! - visits[n]!)
      visits = next
      // The rest is spent as the last step was.
      if (change < 1e-2) {
        for (let n = 0; n < count; n++) total[n]! += (mass / (1 - discount)) * visits[n]!
        break
      }
    }
    return total
  }

  /** Adds the successors whose interpolation costs the root most. */
  #refine(wanted: number, gap: number): number {
    const { discount } = this.#kernel
    const count = this.#nodes.length
    const scored: { score: number; successor: Successor }[] = []
    for (let n = 0; n < count; n++) {
      if (this.#visits[n]! === 0) continue
      const node = this.#nodes[n]!
      for (const successor of node.successors[node.greedy]!) {
        if (successor === null || successor.point >= 0) continue
        const score = this.#visits[n]! * discount * successor.probability * this.#excess(successor)
        if (score > (1e-3 * gap) / count) scored.push({ score, successor })
      }
    }
    scored.sort((a, b) => b.score - a.score)
    let added = 0
    // Beliefs mixed of the same points share what mixing costs: the worst of them settles most of it.
    const taken = new Set<string>()
    for (const { successor } of scored) {
      if (added >= wanted) break
      const { belief } = successor.mixture
      const key = Array.from(successor.mixture.points)
        .filter((_, k) => successor.mixture.weights[k]! > 1e-6)
        .sort((a, b) => a - b)
        .join()
      if (taken.has(key)) continue
      taken.add(key)
      // One that another addition of this round already stands for.
      const twin = this.#twin(belief, count)
      successor.point = twin >= 0 ? twin : this.#add(belief)
      if (twin < 0) added++
    }
    return added
  }

  #twin(belief: Float64Array, from: number): number {
    const { stateCount } = this.#kernel
    const { beliefs } = this.#hull
    for (let n = from; n < this.#nodes.length; n++) {
      let same = true
      for (let s = 0; s < stateCount && same; s++) same = Math.abs(beliefs[n * stateCount + s]! - belief[s]!) <= 1e-13
      if (same) return n
    }
    return -1
  }
}
