/**
 * AR-DESPOT (Somani et al. 2013; Ye et al. 2017): anytime regularised search in a determinised sparse tree. K scenarios fix
 * all randomness; a node holds the scenarios consistent with its history, and its bounds are sums over them:
 *
 *   l0(b)  = weight x value of the default policy           U(b) starts at weight x mean upper bound of the states
 *   U(b)   = max { l0(b), max_a [ rho(b, a) + sum U(b') ] }     likewise L(b)
 *   rho(b, a) = (1/K) sum over scenarios of discount^depth R(s, a) - lambda
 *
 * Trials follow the greatest upper bound and the greatest excess uncertainty. The bounds enclose the optimal regularised
 * value of the sparse tree, not of the POMDP; the decision is anytime.
 */
import { RandomStream } from '../../numeric/index.ts'
import type { OnlineDecision } from './pomcp.ts'
import type { Simulator, StepOutcome } from './simulator.ts'

export interface DespotOptions {
  /** @default 500 */
  readonly scenarios?: number
  /** @default 90 */
  readonly maxDepth?: number
  /** Price lambda of a policy node. @default 0.01 */
  readonly regularisation?: number
  /** Share of the root gap that a trial aims at. @default 0.95 */
  readonly gapShare?: number
  /** Trials per decision; with `stop` whichever comes first. @default 10000 */
  readonly trials?: number
  readonly stop?: () => boolean
  /** Upper bound of the value of a state, e.g. of the fully observable problem. */
  readonly upper: (state: number) => number
  /** Value of each blind action in a state, a lower bound: the default policy repeats the best one. */
  readonly blind: (action: number, state: number) => number
  readonly seed: number
}

interface Node {
  readonly states: Int32Array
  readonly scenarios: Int32Array
  readonly depth: number
  readonly parent: Node | null
  readonly defaultValue: number
  readonly defaultAction: number
  lower: number
  upper: number
  /** Per action: step value rho and children; null until expanded. */
  actions: { readonly step: number; readonly children: Node[] }[] | null
}

/** An illegal action: worse than anything. */
const NEVER = { step: Number.NEGATIVE_INFINITY, children: [] }

export function arDespot(simulator: Simulator, particles: Int32Array, options: DespotOptions): OnlineDecision {
  return new Despot(simulator, particles, options).decide()
}

class Despot {
  readonly #simulator: Simulator
  readonly #options: DespotOptions
  readonly #count: number
  readonly #maxDepth: number
  readonly #lambda: number
  readonly #numbers: Float64Array
  readonly #root: Node
  readonly #outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }

  constructor(simulator: Simulator, particles: Int32Array, options: DespotOptions) {
    this.#simulator = simulator
    this.#options = options
    this.#count = options.scenarios ?? 500
    this.#maxDepth = options.maxDepth ?? 90
    this.#lambda = options.regularisation ?? 0.01
    const random = new RandomStream(options.seed)
    this.#numbers = Float64Array.from({ length: 2 * this.#count * this.#maxDepth }, () => random.next())
    const states = Int32Array.from({ length: this.#count }, () => particles[random.integer(0, particles.length - 1)]!)
    this.#root = this.#create(
      states,
      Int32Array.from(states, (_, index) => index),
      0,
      null,
    )
  }

  decide(): OnlineDecision {
    const root = this.#root
    const limit = this.#options.trials ?? 10_000
    let trials = 0
    while (trials < limit && root.upper - root.lower > 1e-6 && this.#options.stop?.() !== true) {
      trials++
      this.#trial()
    }
    let action = root.defaultAction
    let best = root.defaultValue
    for (const [a, branch] of (root.actions ?? []).entries()) {
      const value = branch.children.reduce((sum, child) => sum + child.lower, branch.step)
      if (value > best) {
        best = value
        action = a
      }
    }
    return { action, value: best, simulations: trials }
  }

  #trial(): void {
    const share = this.#options.gapShare ?? 0.95
    const root = this.#root
    const goal = share * (root.upper - root.lower)
    let node = root
    while (node.depth < this.#maxDepth) {
      if (node.actions === null) this.#expand(node)
      let branch = node.actions![0]!
      let high = Number.NEGATIVE_INFINITY
      for (const candidate of node.actions!) {
        const value = candidate.children.reduce((sum, child) => sum + child.upper, candidate.step)
        if (value > high) {
          high = value
          branch = candidate
        }
      }
      let next: Node | null = null
      let excess = 0
      for (const child of branch.children) {
        const own = child.upper - child.lower - (child.scenarios.length / this.#count) * goal
        if (own > excess) {
          excess = own
          next = child
        }
      }
      if (next === null || this.#blocked(next)) break
      node = next
    }
    for (let up: Node | null = node; up !== null; up = up.parent) this.#backUp(up)
  }

  /** A node whose gap some ancestor's regularisation makes irrelevant takes its default policy. */
  #blocked(node: Node): boolean {
    let distance = 1
    for (let up = node.parent; up !== null; up = up.parent, distance++) {
      const worth =
        (up.scenarios.length / this.#count) * this.#simulator.discount ** up.depth * this.#meanUpper(up) -
        up.defaultValue
      if (worth <= this.#lambda * distance) {
        node.upper = node.defaultValue
        node.lower = node.defaultValue
        return true
      }
    }
    return false
  }

  #meanUpper(node: Node): number {
    let total = 0
    for (let k = 0; k < node.states.length; k++) total += this.#options.upper(node.states[k]!)
    return total / node.states.length
  }

  #backUp(node: Node): void {
    if (node.actions === null) return
    let upper = node.defaultValue
    let lower = node.defaultValue
    for (const branch of node.actions) {
      let high = branch.step
      let low = branch.step
      for (const child of branch.children) {
        high += child.upper
        low += child.lower
      }
      upper = Math.max(upper, high)
      lower = Math.max(lower, low)
    }
    node.upper = Math.min(node.upper, upper)
    node.lower = Math.max(node.lower, lower)
  }

  #expand(node: Node): void {
    const { actionCount, discount } = this.#simulator
    const weight = discount ** node.depth / this.#count
    const outcome = this.#outcome
    node.actions = []
    for (let a = 0; a < actionCount; a++) {
      // What is illegal depends on what is observed, so all scenarios of a node agree.
      if (node.states.length > 0 && this.#simulator.isLegal?.(node.states[0]!, a) === false) {
        node.actions.push(NEVER)
        continue
      }
      let step = 0
      const groups = new Map<number, { states: number[]; scenarios: number[] }>()
      for (let k = 0; k < node.states.length; k++) {
        const state = node.states[k]!
        if (this.#simulator.isTerminal?.(state) === true) continue
        const scenario = node.scenarios[k]!
        const at = 2 * (scenario * this.#maxDepth + node.depth)
        this.#simulator.step(state, a, this.#numbers[at]!, this.#numbers[at + 1]!, outcome)
        step += weight * outcome.reward
        let group = groups.get(outcome.observation)
        if (group === undefined) {
          group = { states: [], scenarios: [] }
          groups.set(outcome.observation, group)
        }
        group.states.push(outcome.next)
        group.scenarios.push(scenario)
      }
      const children: Node[] = []
      for (const { states, scenarios } of groups.values()) {
        children.push(this.#create(Int32Array.from(states), Int32Array.from(scenarios), node.depth + 1, node))
      }
      node.actions.push({ step: step - this.#lambda, children })
    }
  }

  #create(states: Int32Array, scenarios: Int32Array, depth: number, parent: Node | null): Node {
    const { actionCount, discount } = this.#simulator
    const weight = discount ** depth / this.#count
    let upper = 0
    let allTerminal = true
    for (let k = 0; k < states.length; k++) {
      if (this.#simulator.isTerminal?.(states[k]!) === true) continue
      allTerminal = false
      upper += weight * this.#options.upper(states[k]!)
    }
    let defaultAction = 0
    let best = Number.NEGATIVE_INFINITY
    for (let a = 0; a < actionCount; a++) {
      let value = 0
      for (let k = 0; k < states.length; k++) value += weight * this.#options.blind(a, states[k]!)
      if (value > best) {
        best = value
        defaultAction = a
      }
    }
    if (allTerminal) best = 0
    const lower = best
    return {
      states,
      scenarios,
      depth,
      parent,
      defaultValue: best,
      defaultAction,
      lower,
      upper: depth >= this.#maxDepth ? lower : Math.max(lower, upper),
      actions: null,
    }
  }
}
