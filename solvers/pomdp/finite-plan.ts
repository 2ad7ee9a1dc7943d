/**
 * A finite horizon from one belief, answered by the plan over reachable beliefs (reachable.ts): V_1 .. V_H at the start, the
 * plan of the whole horizon, and the value vector of that plan, which bounds the value at every other belief from below.
 *
 *   alpha_node(s) = r(s, a) + discount sum_o sum_s' M_ao[s, s'] alpha_child(s')
 *
 * Where an observation is impossible at the node's belief, the child is the best blind play of the remaining steps.
 */
import { type JointKernel, projectInto } from './kernel.ts'
import type { PomdpModel } from './model.ts'
import { type PlanNode, planFromBelief, type ReachableOptions, type ReachablePlan } from './reachable.ts'
import { VectorSet } from './vector-set.ts'

export interface FinitePlan {
  /** The longest horizon answered completely, or the cut plan of the whole horizon. */
  readonly plan: ReachablePlan
  readonly byHorizon: readonly {
    readonly horizon: number
    readonly value: number
    readonly vectors: number
    readonly beliefs: number
  }[]
}

/** Plans for 1, 2, ... `horizon` steps; the last one is cut at the limits when it does not fit. */
export function finitePlan(model: PomdpModel, horizon: number, options: ReachableOptions): FinitePlan {
  const byHorizon: { horizon: number; value: number; vectors: number; beliefs: number }[] = []
  for (let steps = 1; ; steps++) {
    const plan = planFromBelief(model, steps, options)
    if (!plan.complete) return { plan: steps === horizon ? plan : planFromBelief(model, horizon, options), byHorizon }
    const beliefs = plan.beliefs.reduce((sum, count) => sum + count, 0)
    byHorizon.push({ horizon: steps, value: plan.root.value, vectors: 1, beliefs })
    if (steps === horizon) return { plan, byHorizon }
  }
}

/** The value of the plan's conditional actions from every state. O(nodes x |Z| x |M_a|). */
export function planVector(kernel: JointKernel, root: PlanNode, horizon: number): VectorSet {
  const { stateCount, observationCount, actionCount, rewards, discount, possible } = kernel
  const known = new Map<PlanNode, Float64Array>()
  const blind: Float64Array[][] = [Array.from({ length: actionCount }, () => new Float64Array(stateCount))]
  const step = (action: number, child: (observation: number) => Float64Array): Float64Array => {
    const alpha = rewards.slice(action * stateCount, (action + 1) * stateCount)
    for (let o = 0; o < observationCount; o++) {
      if (possible[action * observationCount + o] === 0) continue
      projectInto(kernel, action, o, child(o), 0, discount, alpha, 0)
    }
    return alpha
  }
  for (let left = 1; left <= horizon; left++) {
    const before = blind[left - 1]!
    blind.push(before.map((alpha, action) => step(action, () => alpha)))
  }
  const vectorOf = (node: PlanNode, left: number): Float64Array => {
    if (node.action < 0 || left === 0) return blind[0]![0]!
    // A cut node repeats its action.
    if (node.branches.length === 0) return blind[left]![node.action]!
    const stored = known.get(node)
    if (stored !== undefined) return stored
    const alpha = step(node.action, (o) => {
      const branch = node.branches.find(({ observation }) => observation === o)
      return branch === undefined ? blind[left - 1]![node.action]! : vectorOf(branch.node, left - 1)
    })
    known.set(node, alpha)
    return alpha
  }
  const set = new VectorSet(stateCount, observationCount, 1)
  set.push(vectorOf(root, horizon), 0, Math.max(0, root.action))
  return set
}
