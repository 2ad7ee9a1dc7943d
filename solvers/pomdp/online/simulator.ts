/**
 * Black-box simulators: a step from a state number under an action, driven by two uniform numbers, so that the same
 * numbers give the same step (scenarios of DESPOT, common random numbers). A flat model is one such simulator.
 */
import type { RandomStream } from '../../numeric/index.ts'
import type { PomdpModel } from '../model.ts'

/** Filled by `step`; reused between calls. */
export interface StepOutcome {
  next: number
  observation: number
  reward: number
}

export interface Simulator {
  readonly actionCount: number
  readonly discount: number
  /** @param u, v uniform in [0, 1) */
  step(state: number, action: number, u: number, v: number, into: StepOutcome): void
  /** P(observation | action, next state), when it is known; particle filters weigh by it instead of rejecting. */
  likelihood?(action: number, next: number, observation: number): number
  /** Whether an action makes sense in a state; may depend on what is observed only. Search leaves the others out. @default all do */
  isLegal?(state: number, action: number): boolean
  /** A state near the given one, to be tried as a particle; a model takes the state that a random action leads to. */
  perturb?(state: number, random: RandomStream): number
  /** Nothing more can be earned from this state. */
  isTerminal?(state: number): boolean
}

/**
 * What a user of a simulator knows about good actions: a summary of what was done and seen so far, never changed, only followed by
 * the next one. A planner takes it as advice; wrong advice costs time, not soundness.
 */
export interface HistoryKnowledge {
  /** The summary after one more step. @param next the state reached; only what is observed of it may be used */
  after(action: number, observation: number, next: number): HistoryKnowledge
  /** Actions to try first; none when nothing is known. @param state only what is observed of it may be used */
  preferred(state: number): readonly number[]
}

export class ModelSimulator implements Simulator {
  readonly actionCount: number
  readonly discount: number
  readonly #model: PomdpModel
  readonly #terminal: Uint8Array

  constructor(model: PomdpModel) {
    this.#model = model
    this.actionCount = model.actions.length
    this.discount = model.discount
    const count = model.states.length
    const { pointers, columns } = model.transitions
    this.#terminal = new Uint8Array(count).fill(1)
    for (let s = 0; s < count; s++) {
      for (let a = 0; a < this.actionCount; a++) {
        const row = a * count + s
        const stays = pointers[row + 1]! === pointers[row]! + 1 && columns[pointers[row]!] === s
        if (!stays || model.rewards[row] !== 0) this.#terminal[s] = 0
      }
    }
  }

  step(state: number, action: number, u: number, v: number, into: StepOutcome): void {
    const { transitions, observationProbabilities, rewards } = this.#model
    const stateCount = this.#model.states.length
    const observationCount = this.#model.observations.length
    const row = action * stateCount + state
    const { pointers, columns, values } = transitions
    let k = pointers[row]!
    const last = pointers[row + 1]! - 1
    for (let rest = u - values[k]!; rest >= 0 && k < last; rest -= values[k]!) k++
    const next = columns[k]!
    const base = (action * stateCount + next) * observationCount
    let observation = -1
    let rest = v
    for (let o = 0; o < observationCount; o++) {
      const probability = observationProbabilities[base + o]!
      if (probability <= 0) continue
      observation = o
      rest -= probability
      if (rest < 0) break
    }
    into.next = next
    into.observation = observation
    into.reward = rewards[row]!
  }

  likelihood(action: number, next: number, observation: number): number {
    const { states, observations, observationProbabilities } = this.#model
    return observationProbabilities[(action * states.length + next) * observations.length + observation]!
  }

  perturb(state: number, random: RandomStream): number {
    const outcome: StepOutcome = { next: state, observation: 0, reward: 0 }
    this.step(state, random.integer(0, this.actionCount - 1), random.next(), random.next(), outcome)
    return outcome.next
  }

  isTerminal(state: number): boolean {
    return this.#terminal[state] === 1
  }

  /** States drawn from a belief. */
  sample(belief: ArrayLike<number>, count: number, random: RandomStream): Int32Array {
    return Int32Array.from({ length: count }, () => random.weighted(belief))
  }
}
