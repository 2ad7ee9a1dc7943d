/**
 * Fusing what several agents know about the same fact. Readings are independent given the state, so the fused belief is the
 * common prior times the likelihoods of all *distinct* readings; a reading that reaches several agents by relay carries
 * its id and counts once. Multiplying the agents' beliefs instead would count the prior and the shared readings again.
 */
import { type BeliefState, ImpossibleObservationError } from './belief-state.ts'
import type { Likelihood } from './observation-model.ts'

export interface Reading {
  /** Identity of the measurement, the same for every relay of it. */
  readonly id: string
  readonly observation: string
  readonly model: Likelihood
}

export interface FusedBelief {
  readonly belief: BeliefState
  /** Ids of the readings used, in order of first appearance. */
  readonly used: readonly string[]
  /** Copies left out, by id. */
  readonly duplicates: Readonly<Record<string, number>>
}

/** @param shared readings of each agent, by agent */
export function fuseBeliefs(prior: BeliefState, shared: Readonly<Record<string, readonly Reading[]>>): FusedBelief {
  const seen = new Map<string, Reading>()
  const duplicates: Record<string, number> = {}
  for (const readings of Object.values(shared)) {
    for (const reading of readings) {
      if (seen.has(reading.id)) duplicates[reading.id] = (duplicates[reading.id] ?? 0) + 1
      else seen.set(reading.id, reading)
    }
  }
  let belief = prior
  for (const reading of seen.values()) {
    if (!(belief.likelihood(reading.observation, reading.model) > 0))
      throw new ImpossibleObservationError(reading.observation, belief.step)
    belief = belief.update(reading.observation, reading.model)
  }
  return { belief, used: [...seen.keys()], duplicates }
}
