/** Keeps a belief over time with everything needed to explain it: likelihoods, entropies, the log-likelihood of the whole. */
import { BeliefState, ImpossibleObservationError } from './belief-state.ts'
import type { Likelihood } from './observation-model.ts'

export interface TrackedStep {
  readonly step: number
  readonly observation: string
  /** P(observation) given everything before. */
  readonly likelihood: number
  readonly entropy: number
  readonly belief: BeliefState
  /** True when the observation was impossible and the belief was reset to the prediction by the caller's wish. */
  readonly reset: boolean
}

export interface TrackerOptions {
  /** What an impossible observation does: a typed error, or a flagged step that keeps the prediction. @default 'error' */
  readonly impossible?: 'error' | 'keep-prediction'
}

export class BeliefTracker {
  readonly history: TrackedStep[] = []
  readonly #options: TrackerOptions
  #belief: BeliefState
  #logLikelihood = 0

  constructor(prior: BeliefState, options: TrackerOptions = {}) {
    this.#belief = prior
    this.#options = options
  }

  get belief(): BeliefState {
    return this.#belief
  }

  /** Natural logarithm of the probability of all observations so far. */
  get logLikelihood(): number {
    return this.#logLikelihood
  }

  /**
   * An action (optional) and then an observation.
   * @throws ImpossibleObservationError naming the step, unless the options keep the prediction
   */
  observe(
    observation: string,
    model: Likelihood,
    move?: (state: string) => Readonly<Record<string, number>>,
  ): TrackedStep {
    const step = this.history.length
    const predicted = move === undefined ? this.#belief : this.#belief.predict(move)
    const likelihood = predicted.likelihood(observation, model)
    let next = predicted
    let reset = false
    if (likelihood > 0) {
      next = predicted.update(observation, model)
      this.#logLikelihood += Math.log(likelihood)
    } else if (this.#options.impossible === 'keep-prediction') reset = true
    else throw new ImpossibleObservationError(observation, step)
    this.#belief = new BeliefState(next.states, next.probabilities, step + 1)
    const tracked = { step, observation, likelihood, entropy: this.#belief.entropy(), belief: this.#belief, reset }
    this.history.push(tracked)
    return tracked
  }
}
