/**
 * A belief over named states: immutable, sums to 1, updated by Bayes' rule in the two steps prediction (an action moves the
 * state) and correction (an observation is weighed in). An observation of probability zero is a typed error that names the
 * step; it is never turned into a silent reset.
 */
import { InvalidInputError, type Issue, PlannerError } from '../../solvers/contract/index.ts'
import { PROBABILITY } from '../../solvers/numeric/index.ts'
import type { Likelihood } from './observation-model.ts'
import { entropyBits } from './value-of-information.ts'

/** What was observed cannot happen under the belief. */
export class ImpossibleObservationError extends PlannerError {
  readonly observation: string
  /** 0-based number of the update. */
  readonly step: number

  constructor(observation: string, step: number) {
    super(
      'impossible-observation',
      `the observation "${observation}" of step ${step} has probability 0 under the belief`,
      {
        hint: 'check the observation model for zeros that should be small, or reset the belief knowingly',
      },
    )
    this.observation = observation
    this.step = step
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), observation: this.observation, step: this.step }
  }
}

export class BeliefState {
  readonly states: readonly string[]
  readonly probabilities: readonly number[]
  /** Updates made so far. */
  readonly step: number
  readonly #index: ReadonlyMap<string, number>

  /**
   * Equal states are merged.
   * @throws InvalidInputError when the probabilities are no distribution (sum off by more than 1e-9)
   */
  constructor(states: readonly string[], probabilities: readonly number[], step = 0) {
    const issues: Issue[] = []
    if (states.length !== probabilities.length || states.length === 0) {
      issues.push({
        code: 'wrong-length',
        path: ['probabilities'],
        message: `${probabilities.length} probabilities for ${states.length} states`,
        hint: 'give one per state, at least one state',
      })
    }
    const total = probabilities.reduce((a, b) => a + b, 0)
    if (probabilities.some((p) => !(p >= 0)))
      issues.push({
        code: 'out-of-range',
        path: ['probabilities'],
        message: 'a probability is negative or no number',
        hint: 'probabilities lie in [0, 1]',
      })
    if (!(Math.abs(total - 1) <= PROBABILITY))
      issues.push({
        code: 'probability-sum',
        path: ['probabilities'],
        message: `the probabilities sum to ${total}, not to 1`,
        hint: 'correct them so that they sum to 1',
        value: total,
      })
    if (issues.length > 0) throw new InvalidInputError(issues)
    const index = new Map<string, number>()
    const merged: number[] = []
    for (const [k, state] of states.entries()) {
      const known = index.get(state)
      if (known === undefined) {
        index.set(state, merged.length)
        merged.push(probabilities[k]!)
      } else merged[known]! += probabilities[k]!
    }
    this.states = [...index.keys()]
    this.probabilities = merged
    this.step = step
    this.#index = index
  }

  static uniform(states: readonly string[]): BeliefState {
    return new BeliefState(
      states,
      states.map(() => 1 / states.length),
    )
  }

  /** From weights >= 0 that need not sum to 1. */
  static fromWeights(states: readonly string[], weights: readonly number[], step = 0): BeliefState {
    const total = weights.reduce((a, b) => a + b, 0)
    return new BeliefState(
      states,
      weights.map((weight) => weight / total),
      step,
    )
  }

  /** Probability of a state, or of all states that satisfy a condition. */
  probabilityOf(condition: string | ((state: string) => boolean)): number {
    if (typeof condition === 'string') return this.probabilities[this.#index.get(condition) ?? -1] ?? 0
    return this.states.reduce((total, state, k) => (condition(state) ? total + this.probabilities[k]! : total), 0)
  }

  /** Shannon entropy in bits. */
  entropy(): number {
    return entropyBits(this.probabilities)
  }

  /** The most likely state, the first among ties. */
  mostLikely(): { readonly state: string; readonly probability: number; readonly tied: boolean } {
    let best = 0
    for (let k = 1; k < this.probabilities.length; k++) if (this.probabilities[k]! > this.probabilities[best]!) best = k
    const probability = this.probabilities[best]!
    return {
      state: this.states[best]!,
      probability,
      tied: this.probabilities.filter((p) => p === probability).length > 1,
    }
  }

  /** Without states of probability 0. */
  withoutZeros(): BeliefState {
    const kept = this.states.filter((_, k) => this.probabilities[k]! > 0)
    return new BeliefState(
      kept,
      kept.map((state) => this.probabilityOf(state)),
      this.step,
    )
  }

  /**
   * Prediction: the state moves.
   * @param move distribution of the next state, by name
   * @throws InvalidInputError where the next states of a possible state are no distribution (sum off by more than 1e-9)
   */
  predict(move: (state: string) => Readonly<Record<string, number>>): BeliefState {
    const next = new Map(this.states.map((state) => [state, 0]))
    const issues: Issue[] = []
    for (const [k, state] of this.states.entries()) {
      if (this.probabilities[k] === 0) continue
      const targets = Object.entries(move(state))
      const total = targets.reduce((sum, [, probability]) => sum + probability, 0)
      if (targets.some(([, probability]) => !(probability >= 0)) || !(Math.abs(total - 1) <= PROBABILITY))
        issues.push({
          code: 'probability-sum',
          path: ['move', state],
          message: `the next states of "${state}" are no distribution (sum ${total})`,
          hint: 'give probabilities in [0, 1] that sum to 1',
          value: total,
        })
      for (const [target, probability] of targets) {
        next.set(target, (next.get(target) ?? 0) + this.probabilities[k]! * probability)
      }
    }
    if (issues.length > 0) throw new InvalidInputError(issues)
    return BeliefState.fromWeights([...next.keys()], [...next.values()], this.step)
  }

  /**
   * P(observation) under this belief.
   * @throws InvalidInputError where the model says nothing about a possible state, or no number >= 0
   */
  likelihood(observation: string, model: Likelihood): number {
    return this.#weigh(observation, model).reduce((a, b) => a + b, 0)
  }

  /**
   * Correction: the observation is weighed in.
   * @throws ImpossibleObservationError when it has probability 0
   * @throws InvalidInputError where the model says nothing about a possible state, or no number >= 0
   */
  update(observation: string, model: Likelihood): BeliefState {
    const weights = this.#weigh(observation, model)
    if (!(weights.reduce((a, b) => a + b, 0) > 0)) throw new ImpossibleObservationError(observation, this.step)
    return BeliefState.fromWeights(this.states, weights, this.step + 1)
  }

  /** P(state) P(observation | state), state by state. */
  #weigh(observation: string, model: Likelihood): number[] {
    const issues: Issue[] = []
    const report = (code: string, state: string, message: string, hint: string) =>
      issues.push({ code, path: ['model', state], message, hint })
    const weights = this.states.map((state, k) => {
      const probability = this.probabilities[k]!
      if (probability === 0) return 0
      if (typeof model !== 'function') {
        if (!model.knows(state))
          report('missing', state, `the model does not say what is observed in "${state}"`, 'add a row for the state')
        return probability * model.likelihood(observation, state)
      }
      const likelihood = model(observation, state)
      if (!(likelihood >= 0 && Number.isFinite(likelihood)))
        report(
          'out-of-range',
          state,
          `"${observation}" in "${state}" has the likelihood ${likelihood}`,
          'give P(o | s)',
        )
      return probability * likelihood
    })
    if (issues.length > 0) throw new InvalidInputError(issues)
    return weights
  }
}
