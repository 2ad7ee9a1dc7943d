/**
 * Planning in belief space: reach a belief in which a condition holds with probability >= p, at least expected cost.
 *
 * The beliefs are the states of a stochastic shortest-path problem over the graph of reachable beliefs. LAO* (Hansen and
 * Zilberstein 2001) expands only what the best partial policy can reach; beliefs outside carry an
 * admissible estimate: in at least the wanted share of the runs the true state must get to the goal, each at no less than
 * the expected cost d(s) of getting there when everything is seen, so the cheapest share p of the mass is charged d(s).
 * The cost of the start is a lower bound throughout and exact once the best policy is fully expanded. Costs are >= 0 and
 * come from the model (rewards <= 0); the discount plays no part. Going round for nothing is no arriving, and where one cannot
 * be certain to arrive no cost is counted up (goal-cycles.ts). Without observations the same search gives conformant plans. When a limit stops the search the answer carries its lower bound, and what a good policy (goal-policy.ts) came to in
 * simulated runs: an estimate with its standard error, no proved bound.
 */
import { InvalidInputError, type Issue, type Limit } from '../../solvers/contract/index.ts'
import { buildKernel, propagate } from '../../solvers/pomdp/kernel.ts'
import { modelIssues, type PomdpModel } from '../../solvers/pomdp/model.ts'
import { closedCycle, deadEnds, type FreeCycle, routesTo, stuckNodes } from './goal-cycles.ts'
import { type GoalSimulation, simulateGoalPolicy } from './goal-policy.ts'

export interface BeliefGoal {
  /** States in which the condition holds. */
  readonly holds: (state: string) => boolean
  /** Wanted probability. */
  readonly probability: number
}

export interface GoalPlanNode {
  readonly belief: Float64Array
  /** P(condition) here. */
  readonly satisfied: number
  /** Null at the goal. */
  readonly action: string | null
  readonly expectedCost: number
  readonly branches: readonly { readonly observation: string; readonly probability: number; readonly node: number }[]
}

export type GoalPlanResult =
  | {
      readonly status: 'optimal'
      readonly expectedCost: number
      /** Node 0 is the start; branches name nodes by number (the plan may loop). */
      readonly nodes: readonly GoalPlanNode[]
      readonly beliefs: number
    }
  /** No policy reaches the goal for certain at an expected cost below `hopeless`. */
  | { readonly status: 'infeasible'; readonly beliefs: number }
  | {
      readonly status: 'unknown'
      readonly limit: Limit
      readonly lowerBound: number
      readonly beliefs: number
      /** What a policy came to; null when no run was asked for. */
      readonly simulated: GoalSimulation | null
    }

export interface GoalPlanOptions {
  readonly belief?: Float64Array
  /** Most beliefs stored. @default 200000 */
  readonly maxBeliefs?: number
  readonly signal?: AbortSignal
  /** Simulated runs of a policy when the search was stopped. @default 400 */
  readonly runs?: number
  /** Seed of these runs. @default 1 */
  readonly seed?: number
  /** Expected cost from which on a belief counts as hopeless. @default 100,000 times the dearest action */
  readonly hopeless?: number
}

interface Entry {
  readonly belief: Float64Array
  readonly satisfied: number
  readonly goal: boolean
  cost: number
  best: number
  /** Per action: cost and successors; null until expanded. */
  actions: { cost: number; observations: number[]; probabilities: number[]; next: number[] }[] | null
}

/** @throws InvalidInputError when an action has a negative cost, the goal is no probability or the belief no distribution */
export function planToBelief(model: PomdpModel, goal: BeliefGoal, options: GoalPlanOptions = {}): GoalPlanResult {
  const issues = goalIssues(model, goal, options)
  if (issues.length > 0) throw new InvalidInputError(issues)
  return new GoalSearch(model, goal, options).run()
}

function goalIssues(model: PomdpModel, goal: BeliefGoal, options: GoalPlanOptions): Issue[] {
  const asked = options.belief === undefined ? model : { ...model, start: options.belief }
  const issues = modelIssues(asked, 1e-5)
  if (!(goal.probability > 0 && goal.probability <= 1))
    issues.push({
      code: 'out-of-range',
      path: ['probability'],
      message: `the wanted probability ${goal.probability} is outside (0, 1]`,
      hint: 'give a number such as 0.95',
    })
  if (model.rewards.some((reward) => reward > 0))
    issues.push({
      code: 'out-of-range',
      path: ['rewards'],
      message: 'an action earns a positive reward',
      hint: 'goal planning minimises costs: state the model with costs >= 0',
    })
  return issues
}

class GoalSearch {
  readonly #model: PomdpModel
  readonly #kernel: ReturnType<typeof buildKernel>
  readonly #goal: BeliefGoal
  readonly #options: GoalPlanOptions
  readonly #entries: Entry[] = []
  readonly #known = new Map<string, number>()
  readonly #hopeless: number
  /** Costs count as settled when no sweep changes them by more. */
  readonly #precision: number
  /** The free cycle of every belief that lies on one. */
  readonly #cycles = new Map<number, FreeCycle>()
  readonly #distance: Float64Array
  readonly #byDistance: number[]

  constructor(model: PomdpModel, goal: BeliefGoal, options: GoalPlanOptions) {
    this.#model = model
    this.#kernel = buildKernel(model)
    this.#goal = goal
    this.#options = options
    const dearest = model.rewards.reduce((most, reward) => Math.max(most, -reward), 0)
    this.#hopeless = options.hopeless ?? 1e5 * (dearest > 0 ? dearest : 1)
    this.#precision = 1e-10 * (dearest > 0 ? Math.min(1, dearest) : 1)
    this.#distance = this.#distances()
    this.#byDistance = Array.from(this.#distance.keys()).sort((a, b) => this.#distance[a]! - this.#distance[b]!)
  }

  run(): GoalPlanResult {
    const maxBeliefs = this.#options.maxBeliefs ?? 200_000
    this.#entry(this.#options.belief ?? this.#model.start)
    for (;;) {
      const { order, tips } = this.#bestPolicy()
      if (this.#entries[0]!.cost >= this.#hopeless) return { status: 'infeasible', beliefs: this.#entries.length }
      if (tips.length === 0) {
        // The best policy is fully expanded: settle its costs, then see whether it is still the best.
        if (this.#buryDeadEnds(order)) continue
        const change = this.#evaluate(order, 2000)
        if (this.#entries[0]!.cost >= this.#hopeless) return { status: 'infeasible', beliefs: this.#entries.length }
        const again = this.#bestPolicy()
        // A policy that came up in the sweeps may pass beliefs whose costs they did not touch.
        const swept = new Set(order)
        const settled = change <= this.#precision && again.tips.length === 0 && again.order.every((k) => swept.has(k))
        if (settled && !this.#joinFreeCycle(again.order)) return this.#plan()
        continue
      }
      const aborted = this.#options.signal?.aborted === true
      if (aborted || this.#entries.length > maxBeliefs) {
        return {
          status: 'unknown',
          limit: aborted ? 'interrupted' : 'memory',
          lowerBound: this.#entries[0]!.cost,
          beliefs: this.#entries.length,
          simulated: this.#simulated(),
        }
      }
      for (const tip of tips) this.#expand(tip)
      this.#evaluate([...tips, ...order], 30)
    }
  }

  /** Beliefs of the greedy policy, successors first, and those of them that are not expanded. */
  #bestPolicy(): { order: number[]; tips: number[] } {
    const order: number[] = []
    const tips: number[] = []
    const seen = new Set<number>([0])
    const stack: { index: number; at: number }[] = [{ index: 0, at: 0 }]
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const entry = this.#entries[top.index]!
      if (entry.goal) {
        stack.pop()
        continue
      }
      if (entry.actions === null) {
        tips.push(top.index)
        stack.pop()
        continue
      }
      const next = entry.actions[entry.best]!.next[top.at++]
      if (next === undefined) {
        order.push(top.index)
        stack.pop()
      } else if (!seen.has(next)) {
        seen.add(next)
        stack.push({ index: next, at: 0 })
      }
    }
    return { order, tips }
  }

  /** Sweeps of value iteration over some beliefs; returns the last greatest change. */
  #evaluate(order: readonly number[], sweeps: number): number {
    let change = 0
    for (let sweep = 0; sweep < sweeps; sweep++) {
      change = 0
      for (const index of order) {
        const entry = this.#entries[index]!
        if (entry.goal || entry.actions === null || entry.cost >= this.#hopeless) continue
        const cycle = this.#cycles.get(index)
        if (cycle !== undefined) {
          change = Math.max(change, this.#settleCycle(cycle))
          continue
        }
        let best = 0
        let low = Number.POSITIVE_INFINITY
        for (const a of entry.actions.keys()) {
          // Staying in the same belief is solved for, not iterated.
          const value = this.#actionCost(index, a, (next) => next === index)
          if (value < low - this.#precision / 100) {
            low = value
            best = a
          }
        }
        const cost = Math.min(low, this.#hopeless)
        change = Math.max(change, Math.abs(cost - entry.cost))
        entry.cost = cost
        entry.best = best
      }
      if (change <= this.#precision / 100) break
    }
    return change
  }

  /** Expected cost of an action that is repeated for as long as it stays inside; infinite where it cannot leave. */
  #actionCost(index: number, action: number, inside: (next: number) => boolean): number {
    const { cost, next, probabilities } = this.#entries[index]!.actions![action]!
    let total = cost
    let stay = 0
    for (let k = 0; k < next.length; k++) {
      if (inside(next[k]!)) stay += probabilities[k]!
      else if (this.#entries[next[k]!]!.cost >= this.#hopeless) return Number.POSITIVE_INFINITY
      else total += probabilities[k]! * this.#entries[next[k]!]!.cost
    }
    return stay > 1 - 1e-12 ? Number.POSITIVE_INFINITY : total / (1 - stay)
  }

  /** Gives all beliefs of a free cycle the cost of its cheapest way out, and sends them there; returns the change. */
  #settleCycle(cycle: FreeCycle): number {
    let low = Number.POSITIVE_INFINITY
    let [exit, best] = [-1, 0]
    for (const [member, inner] of cycle) {
      for (const a of this.#entries[member]!.actions!.keys()) {
        if (inner.has(a)) continue
        const value = this.#actionCost(member, a, (next) => cycle.has(next))
        if (value >= low - this.#precision / 100) continue
        low = value
        exit = member
        best = a
      }
    }
    const routes = routesTo(exit, cycle, (node, action) => this.#entries[node]!.actions![action]!.next)
    let change = 0
    const cost = Math.min(low, this.#hopeless)
    for (const member of cycle.keys()) {
      const entry = this.#entries[member]!
      change = Math.max(change, Math.abs(cost - entry.cost))
      entry.cost = cost
      entry.best = member === exit ? best : (routes.get(member) ?? entry.best)
    }
    return change
  }

  /** Gives beliefs from which no policy is certain to arrive an infinite cost, where the best policy ran into some. */
  #buryDeadEnds(order: readonly number[]): boolean {
    const stuck = this.#stuck(order)
    if (stuck.length === 0) return false
    const dead = deadEnds(this.#entries, stuck, (index) => this.#entries[index]!.cost >= this.#hopeless)
    for (const index of dead) this.#entries[index]!.cost = this.#hopeless
    if (dead.length > 0) this.#evaluate(order, 30)
    return dead.length > 0
  }

  /** Joins the beliefs between which the best policy goes round for nothing; false when it goes round nowhere. */
  #joinFreeCycle(order: readonly number[]): boolean {
    const [stuck] = this.#stuck(order)
    if (stuck === undefined) return false
    const cycle = new Map<number, Set<number>>()
    const take = (member: number, actions: Iterable<number>) => {
      cycle.set(member, new Set([...(cycle.get(member) ?? []), ...actions]))
    }
    for (const member of closedCycle(stuck, (index) => this.#nextBeliefs(index))) {
      for (const [known, inner] of this.#cycles.get(member) ?? []) take(known, inner)
      take(member, [this.#entries[member]!.best])
    }
    for (const member of cycle.keys()) this.#cycles.set(member, cycle)
    this.#settleCycle(cycle)
    return true
  }

  #stuck(order: readonly number[]): number[] {
    const goal = (index: number) => this.#entries[index]!.goal
    return stuckNodes(order, goal, (index) => this.#nextBeliefs(index))
  }

  /** Where the best action of a belief leads. */
  #nextBeliefs(index: number): readonly number[] {
    const entry = this.#entries[index]!
    return entry.goal ? [] : entry.actions![entry.best]!.next
  }

  #expand(index: number): void {
    const { stateCount, actionCount, observationCount, rewards, possible } = this.#kernel
    const entry = this.#entries[index]!
    const next = new Float64Array(stateCount)
    const actions: Entry['actions'] = []
    for (let a = 0; a < actionCount; a++) {
      let cost = 0
      for (let s = 0; s < stateCount; s++) cost -= entry.belief[s]! * rewards[a * stateCount + s]!
      const action = { cost, observations: [] as number[], probabilities: [] as number[], next: [] as number[] }
      for (let o = 0; o < observationCount; o++) {
        if (possible[a * observationCount + o] === 0) continue
        const probability = propagate(this.#kernel, entry.belief, a, o, next)
        if (probability <= 1e-12) continue
        action.observations.push(o)
        action.probabilities.push(probability)
        action.next.push(this.#entry(next.map((mass) => mass / probability)))
      }
      actions.push(action)
    }
    entry.actions = actions
  }

  #entry(belief: Float64Array): number {
    let key = ''
    let satisfied = 0
    for (let s = 0; s < belief.length; s++) {
      if (belief[s]! > 1e-12) key += `${s}:${Math.round(belief[s]! * 1e9)};`
      if (this.#goal.holds(this.#model.states[s]!)) satisfied += belief[s]!
    }
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.#entries.length
    this.#known.set(key, index)
    const goal = satisfied >= this.#goal.probability - 1e-12
    this.#entries.push({ belief, satisfied, goal, cost: goal ? 0 : this.#estimate(belief), best: 0, actions: null })
    return index
  }

  /** Charges the cheapest share of the mass with the cost that full sight would still have. */
  #estimate(belief: Float64Array): number {
    let left = this.#goal.probability - 1e-9
    let total = 0
    for (const s of this.#byDistance) {
      const share = Math.min(left, belief[s]!)
      if (share <= 0) continue
      total += share * this.#distance[s]!
      left -= share
      if (left <= 0) break
    }
    return Math.min(total, this.#hopeless)
  }

  /** Least expected cost from every state to the condition when everything is seen, iterated from below. */
  #distances(): Float64Array {
    const { states, actions, rewards, transitions } = this.#model
    const distance = new Float64Array(states.length)
    for (let sweep = 0; sweep < 10_000; sweep++) {
      let change = 0
      for (let s = 0; s < states.length; s++) {
        if (this.#goal.holds(states[s]!)) continue
        let low = Number.POSITIVE_INFINITY
        for (let a = 0; a < actions.length; a++) {
          const row = a * states.length + s
          let total = -rewards[row]!
          for (let k = transitions.pointers[row]!; k < transitions.pointers[row + 1]!; k++)
            total += transitions.values[k]! * distance[transitions.columns[k]!]!
          low = Math.min(low, total)
        }
        low = Math.min(low, this.#hopeless)
        change = Math.max(change, low - distance[s]!)
        distance[s] = low
      }
      if (change <= 1e-9) break
    }
    return distance
  }

  #simulated(): GoalSimulation | null {
    const { runs = 400, seed = 1, signal } = this.#options
    if (runs <= 0) return null
    const start = this.#options.belief ?? this.#model.start
    return simulateGoalPolicy(this.#model, this.#goal, start, { runs, seed, stop: () => signal?.aborted === true })
  }

  #plan(): GoalPlanResult {
    const numbers = new Map<number, number>([[0, 0]])
    const queue = [0]
    const nodes: GoalPlanNode[] = []
    for (let head = 0; head < queue.length; head++) {
      const entry = this.#entries[queue[head]!]!
      const action = entry.goal ? undefined : entry.actions![entry.best]!
      const branches = (action?.next ?? []).map((next, k) => {
        if (!numbers.has(next)) {
          numbers.set(next, queue.length)
          queue.push(next)
        }
        return {
          observation: this.#model.observations[action!.observations[k]!]!,
          probability: action!.probabilities[k]!,
          node: numbers.get(next)!,
        }
      })
      nodes.push({
        belief: entry.belief,
        satisfied: entry.satisfied,
        action: action === undefined ? null : this.#model.actions[entry.best]!,
        expectedCost: entry.goal ? 0 : entry.cost,
        branches,
      })
    }
    return {
      status: 'optimal',
      expectedCost: this.#entries[0]!.goal ? 0 : this.#entries[0]!.cost,
      nodes,
      beliefs: this.#entries.length,
    }
  }
}
