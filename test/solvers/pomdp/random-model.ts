/** Random POMDPs for properties and oracles: sparse rows, impossible observations and deterministic actions included. */

import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type PomdpModel, sparseFromDense } from '../../../solvers/pomdp/model.ts'

export interface RandomPomdpShape {
  readonly maxStates?: number
  readonly maxActions?: number
  readonly maxObservations?: number
  readonly discount?: number
}

export function randomPomdp(seed: number, shape: RandomPomdpShape = {}): PomdpModel {
  const random = new RandomStream(seed)
  const stateCount = random.integer(2, shape.maxStates ?? 4)
  const actionCount = random.integer(1, shape.maxActions ?? 3)
  const observationCount = random.integer(1, shape.maxObservations ?? 3)
  const row = (length: number): number[] => {
    const weights: number[] = Array.from({ length }, () => (random.chance(0.4) ? 0 : random.integer(1, 9)))
    if (!weights.some((weight) => weight > 0)) weights[random.integer(0, length - 1)] = 1
    const total = weights.reduce((a, b) => a + b, 0)
    return weights.map((weight) => weight / total)
  }
  const transitions = new Float64Array(actionCount * stateCount * stateCount)
  const observe = new Float64Array(actionCount * stateCount * observationCount)
  const rewards = new Float64Array(actionCount * stateCount)
  for (let k = 0; k < actionCount * stateCount; k++) {
    transitions.set(row(stateCount), k * stateCount)
    observe.set(row(observationCount), k * observationCount)
    rewards[k] = random.integer(-10, 10)
  }
  return {
    states: Array.from({ length: stateCount }, (_, index) => `s${index}`),
    actions: Array.from({ length: actionCount }, (_, index) => `a${index}`),
    observations: Array.from({ length: observationCount }, (_, index) => `o${index}`),
    discount: shape.discount ?? random.integer(0, 19) / 20,
    objective: 'reward',
    start: Float64Array.from(row(stateCount)),
    transitions: sparseFromDense(transitions, actionCount * stateCount, stateCount),
    observationProbabilities: observe,
    rewards,
  }
}
