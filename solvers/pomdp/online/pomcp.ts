/**
 * POMCP (Silver and Veness 2010): Monte-Carlo tree search over histories with a black-box simulator. Each simulation draws
 * a state from the root's particles, descends by UCB1 on action values, grows one node and finishes with a rollout.
 *
 *   a* = argmax Q(h, a) + c sqrt(log N(h) / N(h, a))
 *
 * Actions that the simulator calls illegal in the sampled state are left out. Anytime; the value is a Monte-Carlo estimate, no bound. Same seed and same number of simulations, same action.
 */
import { RandomStream } from '../../numeric/index.ts'
import type { HistoryKnowledge, Simulator, StepOutcome } from './simulator.ts'

export interface PomcpOptions {
  /** Simulations per decision; with `stop` whichever comes first. @default 10000 */
  readonly simulations?: number
  readonly stop?: () => boolean
  /** UCB constant, of the magnitude of the returns' spread. */
  readonly exploration: number
  /** A simulation ends when discount^depth falls below this. @default 0.005 */
  readonly cutoff?: number
  /** Action of the rollout policy in a state. @default uniformly random among the legal ones */
  readonly rollout?: (state: number, random: RandomStream) => number
  /**
   * Preferred actions after the history so far (Silver and Veness 2010, section 4): rollouts choose among them, and a new node starts
   * as if each had been tried `preferredVisits` times with the value `preferredValue`. @default none
   */
  readonly knowledge?: HistoryKnowledge
  /** @default 10 */
  readonly preferredVisits?: number
  /** In the unit of returns; about what a good policy earns from there. @default 0 */
  readonly preferredValue?: number
  readonly seed: number
}

export interface OnlineDecision {
  readonly action: number
  readonly value: number
  readonly simulations: number
}

/** Nodes of the search tree as flat growing arrays: a node holds a visit count and one entry per action. */
class HistoryTree {
  readonly actionCount: number
  visits: number[] = []
  counts: number[] = []
  values: number[] = []
  readonly #children = new Map<number, number>()

  constructor(actionCount: number) {
    this.actionCount = actionCount
    this.create()
  }

  create(): number {
    this.visits.push(0)
    for (let a = 0; a < this.actionCount; a++) {
      this.counts.push(0)
      this.values.push(0)
    }
    return this.visits.length - 1
  }

  /** Child after (action, observation), created when new; -1 - node for a new one. */
  child(node: number, action: number, observation: number): number {
    const key = (node * this.actionCount + action) * 4_194_304 + observation
    const known = this.#children.get(key)
    if (known !== undefined) return known
    const fresh = this.create()
    this.#children.set(key, fresh)
    return -1 - fresh
  }
}

export function pomcp(simulator: Simulator, particles: Int32Array, options: PomcpOptions): OnlineDecision {
  const random = new RandomStream(options.seed)
  const { actionCount, discount } = simulator
  const limit = options.simulations ?? 10_000
  const depthLimit = discount < 1 ? Math.ceil(Math.log(options.cutoff ?? 0.005) / Math.log(discount)) : 200
  const tree = new HistoryTree(actionCount)
  const outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }
  const pathNodes = new Int32Array(depthLimit)
  const pathActions = new Int32Array(depthLimit)
  const pathRewards = new Float64Array(depthLimit)
  const prefer = (node: number, state: number, knowledge: HistoryKnowledge | undefined): void => {
    const visits = options.preferredVisits ?? 10
    for (const action of knowledge?.preferred(state) ?? []) {
      tree.visits[node]! += visits
      tree.counts[node * actionCount + action] = visits
      tree.values[node * actionCount + action] = options.preferredValue ?? 0
    }
  }
  prefer(0, particles[0]!, options.knowledge)
  let simulations = 0
  while (simulations < limit && ((simulations & 15) !== 0 || options.stop?.() !== true)) {
    simulations++
    let state = particles[random.integer(0, particles.length - 1)]!
    let node = 0
    let length = 0
    let tail = 0
    let knowledge = options.knowledge
    while (length < depthLimit && simulator.isTerminal?.(state) !== true) {
      const action = chooseByUcb(simulator, state, tree, node, options.exploration)
      simulator.step(state, action, random.next(), random.next(), outcome)
      pathNodes[length] = node
      pathActions[length] = action
      pathRewards[length++] = outcome.reward
      state = outcome.next
      knowledge = knowledge?.after(action, outcome.observation, state)
      const child = tree.child(node, action, outcome.observation)
      if (child < 0) {
        prefer(-1 - child, state, knowledge)
        tail = rollout(simulator, state, depthLimit - length, options, knowledge, random, outcome)
        break
      }
      node = child
    }
    for (let k = length - 1; k >= 0; k--) {
      tail = pathRewards[k]! + discount * tail
      const at = pathNodes[k]! * actionCount + pathActions[k]!
      tree.visits[pathNodes[k]!]!++
      tree.counts[at]!++
      tree.values[at]! += (tail - tree.values[at]!) / tree.counts[at]!
    }
  }
  let action = 0
  for (let a = 1; a < actionCount; a++) {
    if (tree.counts[a]! > 0 && (tree.counts[action] === 0 || tree.values[a]! > tree.values[action]!)) action = a
  }
  return { action, value: tree.values[action]!, simulations }
}

function chooseByUcb(
  simulator: Simulator,
  state: number,
  tree: HistoryTree,
  node: number,
  exploration: number,
): number {
  const base = node * tree.actionCount
  const log = Math.log(Math.max(1, tree.visits[node]!))
  let best = 0
  let high = Number.NEGATIVE_INFINITY
  for (let a = 0; a < tree.actionCount; a++) {
    if (simulator.isLegal?.(state, a) === false) continue
    const count = tree.counts[base + a]!
    if (count === 0) return a
    const score = tree.values[base + a]! + exploration * Math.sqrt(log / count)
    if (score > high) {
      high = score
      best = a
    }
  }
  return best
}

function rollout(
  simulator: Simulator,
  start: number,
  steps: number,
  options: PomcpOptions,
  begun: HistoryKnowledge | undefined,
  random: RandomStream,
  outcome: StepOutcome,
): number {
  let state = start
  let knowledge = begun
  let total = 0
  let weight = 1
  for (let step = 0; step < steps && simulator.isTerminal?.(state) !== true; step++) {
    const preferred = knowledge?.preferred(state) ?? []
    const action =
      preferred.length > 0
        ? preferred[random.integer(0, preferred.length - 1)]!
        : (options.rollout?.(state, random) ?? randomAction(simulator, state, random))
    simulator.step(state, action, random.next(), random.next(), outcome)
    total += weight * outcome.reward
    weight *= simulator.discount
    state = outcome.next
    knowledge = knowledge?.after(action, outcome.observation, state)
  }
  return total
}

function randomAction(simulator: Simulator, state: number, random: RandomStream): number {
  let action = random.integer(0, simulator.actionCount - 1)
  for (let tries = 0; tries < 100 && simulator.isLegal?.(state, action) === false; tries++)
    action = random.integer(0, simulator.actionCount - 1)
  return action
}
