/**
 * Point-based value iteration over a fixed list of beliefs, accelerated by policy evaluation.
 *
 * A round improves every belief once (best action, best vector after each observation). The improved nodes then form a
 * finite-state controller, whose successors are chosen anew among all vectors at hand and whose vectors are evaluated by
 * Gauss-Seidel sweeps with the choices fixed (modified policy iteration), which skips most of the 1 / (1 - discount)
 * rounds of plain iteration. Every vector is a backup of vectors that bound the optimal value from below, so it does so
 * too, whatever is dropped; at every belief of the list the value never falls, since the best of old and new stays.
 *
 * Complexity of a round: O(entries x vectors x S) for the values, O(vectors x nonzeros) per evaluation sweep.
 * Sources: point-based backups (Zhang and Zhang 2001; Pineau, Gordon and Thrun 2003), controllers evaluated between
 * improvements (Hansen 1998), modified policy iteration (Puterman and Shin 1978).
 */
import { BeliefTree, type BestVectors } from './belief-tree.ts'
import { type JointKernel, projectInto } from './kernel.ts'
import { IMPOSSIBLE, type PointSet } from './point-set.ts'
import { pullBack } from './symmetry.ts'
import { VectorSet } from './vector-set.ts'

export interface PointIterationResult {
  readonly value: VectorSet
  /** Greatest improvement of the last round over the beliefs. */
  readonly gain: number
  readonly rounds: number
}

/**
 * Rounds until no belief improves by more than `precision`, or `stop` fires.
 * @param value a lower bound of the optimal value function; not changed
 */
export function iteratePoints(
  points: PointSet,
  value: VectorSet,
  precision: number,
  stop: () => boolean,
  maxRounds = 1000,
): PointIterationResult {
  let current = value
  const { stateCount } = points.kernel
  const { beliefs, entryCount } = points
  const all = new BeliefTree(
    beliefs,
    stateCount,
    Array.from({ length: entryCount }, (_, e) => e),
    entryCount,
  )
  const active = new BeliefTree(beliefs, stateCount, points.active, entryCount)
  let best = all.best(current)
  let gain = Number.POSITIVE_INFINITY
  let rounds = 0
  while (rounds < maxRounds && !stop()) {
    rounds++
    const plain = improveNodes(points, current, best, 0.5 * precision)
    gain = plain.gain
    if (gain <= precision) break
    const evaluated = evaluateNodes(points, plain, current, best, precision)
    const candidates = new VectorSet(current.dimension, current.observationCount, current.count + 2 * plain.nodes.count)
    append(candidates, evaluated)
    append(candidates, plain.nodes)
    append(candidates, current)
    const choice = active.best(candidates)
    const kept: number[] = []
    const chosen = new Uint8Array(candidates.count)
    for (const entry of points.active) {
      const index = choice.index[entry]!
      if (chosen[index] === 0) {
        chosen[index] = 1
        kept.push(index)
      }
    }
    current = candidates.select(kept)
    best = all.best(current)
  }
  return { value: current, gain, rounds }
}

interface ImprovedNodes {
  /** Plain backups of the improved beliefs; successors point into the old set. */
  readonly nodes: VectorSet
  /** The first active belief that asked for each node. */
  readonly owner: number[]
  readonly gain: number
}

function improveNodes(points: PointSet, value: VectorSet, best: BestVectors, threshold: number): ImprovedNodes {
  const { kernel, active, successors, probabilities, images, symmetries } = points
  const { stateCount, actionCount, observationCount, rewards, discount } = kernel
  const alpha = new Float64Array(stateCount)
  const nodes = new VectorSet(stateCount, observationCount)
  const owner: number[] = []
  const known = new Map<string, number>()
  const choice = new Int32Array(observationCount)
  const row = new Float64Array(stateCount)
  const owned = new Uint8Array(value.count)
  let gain = 0
  for (let k = 0; k < active.length; k++) {
    const belief = points.belief(active[k]!)
    let bestAction = 0
    let bestValue = Number.NEGATIVE_INFINITY
    for (let a = 0; a < actionCount; a++) {
      let total = 0
      for (let s = 0; s < stateCount; s++) total += rewards[a * stateCount + s]! * belief[s]!
      const at = (k * actionCount + a) * observationCount
      for (let o = 0; o < observationCount; o++) {
        const entry = successors[at + o]!
        if (entry !== IMPOSSIBLE) total += discount * probabilities[at + o]! * best.value[entry]!
      }
      if (total > bestValue) {
        bestValue = total
        bestAction = a
      }
    }
    const rise = bestValue - best.value[active[k]!]!
    // Every vector in use takes part in the evaluation through the first belief that it is best at.
    const mine = best.index[active[k]!]!
    if (rise <= threshold && owned[mine] === 1) continue
    owned[mine] = 1
    const at = (k * actionCount + bestAction) * observationCount
    for (let o = 0; o < observationCount; o++) {
      const entry = successors[at + o]!
      // After an observation that this belief rules out, any vector will do: the one that is best here.
      choice[o] =
        kernel.possible[bestAction * observationCount + o] === 0
          ? -1
          : best.index[entry === IMPOSSIBLE ? active[k]! : entry]!
    }
    let key = `${bestAction}:${choice.join()}`
    if (symmetries.length > 0) key += `:${images.slice(at, at + observationCount).join()}`
    const same = known.get(key)
    if (same !== undefined) {
      gain = Math.max(gain, nodes.dot(same, belief) - best.value[active[k]!]!)
      continue
    }
    row.set(rewards.subarray(bestAction * stateCount, (bestAction + 1) * stateCount))
    for (let o = 0; o < observationCount; o++) {
      if (choice[o]! < 0) continue
      pullBack(symmetries, images[at + o]!, value.data, choice[o]! * stateCount, alpha)
      projectInto(kernel, bestAction, o, alpha, 0, discount, row, 0)
    }
    const node = nodes.push(row, 0, bestAction, choice)
    known.set(key, node)
    owner.push(k)
    // Measured on the vector itself: entries merge beliefs that differ by rounding.
    gain = Math.max(gain, nodes.dot(node, belief) - best.value[active[k]!]!)
  }
  return { nodes, owner, gain }
}

/** The nodes with successors chosen anew among nodes and old vectors, evaluated until they settle. */
function evaluateNodes(
  points: PointSet,
  improved: ImprovedNodes,
  old: VectorSet,
  best: BestVectors,
  precision: number,
): VectorSet {
  const { kernel, active, successors, images, symmetries } = points
  const { stateCount, actionCount, observationCount } = kernel
  const { nodes, owner } = improved
  // Target j >= 0: node j; target -1: no such observation; target -2 - i: old vector i.
  const targets = new Int32Array(nodes.count * observationCount).fill(-1)
  const bestNode = new Map<number, number>()
  for (let n = 0; n < nodes.count; n++) {
    const at = (owner[n]! * actionCount + nodes.actions[n]!) * observationCount
    for (let o = 0; o < observationCount; o++) {
      if (kernel.possible[nodes.actions[n]! * observationCount + o] === 0) continue
      const reached = successors[at + o]!
      const entry = reached === IMPOSSIBLE ? active[owner[n]!]! : reached
      let node = bestNode.get(entry)
      if (node === undefined) {
        node = nodes.best(points.belief(entry))
        const floor = best.value[entry]! - 0.1 * precision
        if (nodes.dot(node, points.belief(entry)) < floor) node = -2 - best.index[entry]!
        bestNode.set(entry, node)
      }
      targets[n * observationCount + o] = node
    }
  }
  const evaluated = nodes.select(Int32Array.from({ length: nodes.count }, (_, index) => index))
  const data = evaluated.data
  const row = new Float64Array(stateCount)
  const alpha = new Float64Array(stateCount)
  for (let sweep = 0; sweep < 400; sweep++) {
    let change = 0
    for (let n = 0; n < nodes.count; n++) {
      const action = nodes.actions[n]!
      const first = (owner[n]! * actionCount + action) * observationCount
      row.set(kernel.rewards.subarray(action * stateCount, (action + 1) * stateCount))
      for (let o = 0; o < observationCount; o++) {
        const target = targets[n * observationCount + o]!
        if (target === -1) continue
        const [source, at] = target >= 0 ? [data, target] : [old.data, -2 - target]
        pullBack(symmetries, images[first + o]!, source, at * stateCount, alpha)
        projectInto(kernel, action, o, alpha, 0, kernel.discount, row, 0)
      }
      const base = n * stateCount
      for (let s = 0; s < stateCount; s++) {
        const difference = Math.abs(row[s]! - data[base + s]!)
        if (difference > change) change = difference
        data[base + s] = row[s]!
      }
    }
    if (change <= 0.02 * precision) break
  }
  return evaluated
}

function append(target: VectorSet, source: VectorSet): void {
  for (let i = 0; i < source.count; i++) target.push(source.data, i * source.dimension, source.actions[i]!)
}

/**
 * Values of the policies that repeat one action for ever, a lower bound of V* that one update never lowers. The iteration
 * starts below and rises, so its vectors are bounds whenever it stops. Discount < 1.
 */
export function blindPolicies(kernel: JointKernel, precision = 1e-12): VectorSet {
  const { stateCount, actionCount, observationCount, rewards, discount } = kernel
  const set = new VectorSet(stateCount, observationCount, actionCount)
  const row = new Float64Array(stateCount)
  for (let a = 0; a < actionCount; a++) {
    let low = Number.POSITIVE_INFINITY
    for (let s = 0; s < stateCount; s++) low = Math.min(low, rewards[a * stateCount + s]!)
    const floor = Math.min(low, 0) === 0 && low >= 0 ? low : low / (1 - discount)
    const alpha = new Float64Array(stateCount).fill(floor)
    const rounds = Math.ceil(Math.log(1e-14) / Math.log(Math.max(discount, 1e-9))) + 2
    for (let round = 0; round < rounds; round++) {
      row.set(rewards.subarray(a * stateCount, (a + 1) * stateCount))
      for (let o = 0; o < observationCount; o++) projectInto(kernel, a, o, alpha, 0, discount, row, 0)
      let change = 0
      for (let s = 0; s < stateCount; s++) change = Math.max(change, Math.abs(row[s]! - alpha[s]!))
      alpha.set(row)
      if (change <= precision * Math.max(1, Math.abs(floor))) break
    }
    set.push(alpha, 0, a)
  }
  return set
}
