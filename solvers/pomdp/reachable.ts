/**
 * Exact finite-horizon plans from one belief, by expectimax over the beliefs that can be reached from it. Equal beliefs at
 * the same depth (to 1e-10) are one node, so the plan is a DAG; its size is the number of distinct reachable beliefs,
 * independent of the number of vectors that the whole simplex would need. Ties go to the smaller action number.
 *
 * Proves: the value of the horizon exactly. When a limit stops the expansion, the cut beliefs carry bounds (blind play
 * below, QMDP of the remaining steps above) and so does the answer.
 */
import { solveMdp } from './bounds.ts'
import { buildKernel, type JointKernel, propagate } from './kernel.ts'
import type { PomdpModel } from './model.ts'

export interface PlanNode {
  readonly belief: Float64Array
  /** -1 at the horizon. */
  readonly action: number
  /** Value earned for certain by the plan below, and what no plan exceeds; equal when nothing was cut. */
  readonly value: number
  readonly upper: number
  readonly branches: readonly { readonly observation: number; readonly probability: number; readonly node: PlanNode }[]
}

export interface ReachablePlan {
  readonly root: PlanNode
  /** Distinct beliefs by depth, the start included. */
  readonly beliefs: readonly number[]
  readonly complete: boolean
}

export interface ReachableOptions {
  readonly belief?: Float64Array
  /** Most distinct beliefs before the rest is cut. @default 2 million */
  readonly maxBeliefs?: number
  readonly stop?: () => boolean
}

export function planFromBelief(model: PomdpModel, horizon: number, options: ReachableOptions = {}): ReachablePlan {
  return new ReachablePlanner(model, horizon, options).plan(options.belief ?? model.start)
}

class ReachablePlanner {
  readonly #model: PomdpModel
  readonly #kernel: JointKernel
  readonly #horizon: number
  readonly #maxBeliefs: number
  readonly #stop: () => boolean
  readonly #known: Map<string, PlanNode>[]
  readonly #mdp: (Float64Array | undefined)[] = []
  #count = 0
  #complete = true

  constructor(model: PomdpModel, horizon: number, options: ReachableOptions) {
    this.#model = model
    this.#kernel = buildKernel(model)
    this.#horizon = horizon
    this.#maxBeliefs = options.maxBeliefs ?? 2_000_000
    this.#stop = options.stop ?? (() => false)
    this.#known = Array.from({ length: horizon + 1 }, () => new Map())
  }

  plan(belief: Float64Array): ReachablePlan {
    const root = this.#node(belief, 0)
    return { root, beliefs: this.#known.map((level) => level.size), complete: this.#complete }
  }

  #node(belief: Float64Array, depth: number): PlanNode {
    const key = keyOf(belief)
    const known = this.#known[depth]!.get(key)
    if (known !== undefined) return known
    this.#count++
    const node = depth === this.#horizon ? leaf(belief) : this.#inner(belief, depth)
    this.#known[depth]!.set(key, node)
    return node
  }

  #inner(belief: Float64Array, depth: number): PlanNode {
    if (this.#count > this.#maxBeliefs || this.#stop()) return this.#cut(belief, depth)
    const { stateCount, actionCount, observationCount, rewards, discount, possible } = this.#kernel
    let best: PlanNode | null = null
    let upper = Number.NEGATIVE_INFINITY
    const next = new Float64Array(stateCount)
    for (let a = 0; a < actionCount; a++) {
      let value = 0
      for (let s = 0; s < stateCount; s++) value += belief[s]! * rewards[a * stateCount + s]!
      let high = value
      const branches: { observation: number; probability: number; node: PlanNode }[] = []
      for (let o = 0; o < observationCount; o++) {
        if (possible[a * observationCount + o] === 0) continue
        const probability = propagate(this.#kernel, belief, a, o, next)
        if (probability <= 1e-15) continue
        const node = this.#node(
          next.map((mass) => mass / probability),
          depth + 1,
        )
        branches.push({ observation: o, probability, node })
        value += discount * probability * node.value
        high += discount * probability * node.upper
      }
      upper = Math.max(upper, high)
      if (best === null || value > best.value + 1e-12 * Math.max(1, Math.abs(value)))
        best = { belief, action: a, value, upper: high, branches }
    }
    return { ...best!, upper }
  }

  #cut(belief: Float64Array, depth: number): PlanNode {
    this.#complete = false
    const { stateCount, actionCount, rewards, discount } = this.#kernel
    const steps = this.#horizon - depth
    let low = Number.POSITIVE_INFINITY
    for (let k = 0; k < rewards.length; k++) low = Math.min(low, rewards[k]!)
    const rest = discount === 1 ? steps - 1 : (discount - discount ** steps) / (1 - discount)
    this.#mdp[steps] ??= solveMdp(this.#model, steps).actionValues
    const values = this.#mdp[steps]!
    let action = 0
    let value = Number.NEGATIVE_INFINITY
    let upper = Number.NEGATIVE_INFINITY
    for (let a = 0; a < actionCount; a++) {
      let now = 0
      let high = 0
      for (let s = 0; s < stateCount; s++) {
        now += belief[s]! * rewards[a * stateCount + s]!
        high += belief[s]! * values[a * stateCount + s]!
      }
      upper = Math.max(upper, high)
      if (now + rest * low > value) {
        value = now + rest * low
        action = a
      }
    }
    return { belief, action, value, upper, branches: [] }
  }
}

function leaf(belief: Float64Array): PlanNode {
  return { belief, action: -1, value: 0, upper: 0, branches: [] }
}

function keyOf(belief: Float64Array): string {
  let key = ''
  for (let s = 0; s < belief.length; s++) if (belief[s]! > 0) key += `${s}:${Math.round(belief[s]! * 1e10)};`
  return key
}
