/**
 * Policy graphs: a finite-state controller read off a set of vectors. A node per vector, played at its action; after an
 * observation the controller moves to the vector that is best at the updated witness belief of the node (where the witness rules
 * an observation out, at what it tells about states that were all as likely).
 *
 * The value of a controller is the solution of  alpha_n = r_a(n) + discount * sum over o of M_a(n)o alpha_succ(n, o),
 * computed here by iteration from the equations themselves, so that it checks a solver's claim without sharing its logic.
 * Source: Kaelbling, Littman and Cassandra (1998), section 4.4; Hansen (1998).
 */
import { type DominanceLp, WITNESS } from './dominance-lp.ts'
import { type JointKernel, projectInto, propagate } from './kernel.ts'
import { VectorSet } from './vector-set.ts'

export interface PolicyGraph {
  readonly observationCount: number
  /** Action of every node. */
  readonly actions: Int32Array
  /** Node after node n and observation o at `n * observations + o`; -1 when that observation cannot follow. */
  readonly successors: Int32Array
}

/** A belief well inside the region of vector i; null when the vector is nowhere strictly best. */
export function interiorBelief(value: VectorSet, index: number, lp: DominanceLp): Float64Array | null {
  let belief: Float64Array | null = null
  for (let level = 0, round = 0; round < 60; round++) {
    const verdict = lp
      .reset()
      .block(value.data, value.count, null, value.data, index * value.dimension, index, 1)
      .solve(level)
    if (verdict !== WITNESS) break
    belief = lp.belief.slice()
    if (!Number.isFinite(lp.margin)) break
    level = lp.margin * 1.05 + 1e-15
  }
  return belief
}

/** The graph of an infinite-horizon value function: node n is vector n. */
export function policyGraph(kernel: JointKernel, value: VectorSet, lp: DominanceLp): PolicyGraph {
  const { stateCount, observationCount } = kernel
  const successors = new Int32Array(value.count * observationCount).fill(-1)
  const next = new Float64Array(stateCount)
  const anywhere = new Float64Array(stateCount).fill(1 / stateCount)
  for (let n = 0; n < value.count; n++) {
    const belief = interiorBelief(value, n, lp) ?? anywhere
    const action = value.actions[n]!
    for (let o = 0; o < observationCount; o++) {
      // A witness may lie on the rim, where an observation is ruled out that other beliefs of the region do not rule out.
      if (propagate(kernel, belief, action, o, next) < 1e-12 && propagate(kernel, anywhere, action, o, next) < 1e-12)
        continue
      successors[n * observationCount + o] = value.best(next)
    }
  }
  return { observationCount, actions: value.actions.slice(0, value.count), successors }
}

/** Nodes that can be reached from a node, in breadth-first order. */
export function reachableNodes(graph: PolicyGraph, start: number): number[] {
  const order = [start]
  const seen = new Set(order)
  for (let head = 0; head < order.length; head++) {
    for (let o = 0; o < graph.observationCount; o++) {
      const next = graph.successors[order[head]! * graph.observationCount + o]!
      if (next < 0 || seen.has(next)) continue
      seen.add(next)
      order.push(next)
    }
  }
  return order
}

/** Value vectors of every node of a controller. Discount < 1. */
export function evaluateGraph(kernel: JointKernel, graph: PolicyGraph, precision = 1e-12): VectorSet {
  const { stateCount, observationCount, rewards, discount } = kernel
  const count = graph.actions.length
  const value = new VectorSet(stateCount, observationCount, count)
  const zero = new Float64Array(stateCount)
  for (let n = 0; n < count; n++) value.push(zero, 0, graph.actions[n]!, graph.successors, n * observationCount)
  let scale = 1
  for (let k = 0; k < rewards.length; k++) scale = Math.max(scale, Math.abs(rewards[k]!))
  const row = new Float64Array(stateCount)
  const rounds = Math.ceil(Math.log(1e-16) / Math.log(Math.max(discount, 1e-9))) + 2
  for (let round = 0; round < rounds; round++) {
    let change = 0
    for (let n = 0; n < count; n++) {
      const action = graph.actions[n]!
      row.set(rewards.subarray(action * stateCount, (action + 1) * stateCount))
      for (let o = 0; o < observationCount; o++) {
        const next = graph.successors[n * observationCount + o]!
        // What cannot be observed has no weight, whatever follows.
        const target = next < 0 ? n : next
        projectInto(kernel, action, o, value.data, target * stateCount, discount, row, 0)
      }
      for (let s = 0; s < stateCount; s++) {
        change = Math.max(change, Math.abs(row[s]! - value.data[n * stateCount + s]!))
        value.data[n * stateCount + s] = row[s]!
      }
    }
    if (change <= precision * scale * (1 - discount)) break
  }
  return value
}
