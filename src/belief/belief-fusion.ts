/**
 * Fusing what several agents know about the same fact. Readings are independent given the state, so the fused belief is the
 * common prior times the likelihoods of all *distinct* readings; a reading that reaches several agents by relay carries
 * its id and counts once. Multiplying the agents' beliefs instead would count the prior and the shared readings again.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
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

/**
 * @param shared readings of each agent, by agent
 * @throws InvalidInputError when copies of one reading differ in what was seen
 * @throws ImpossibleObservationError when a reading has probability 0 under what is known before it
 */
export function fuseBeliefs(prior: BeliefState, shared: Readonly<Record<string, readonly Reading[]>>): FusedBelief {
  const seen = new Map<string, Reading>()
  const duplicates: Record<string, number> = {}
  const issues: Issue[] = []
  for (const [agent, readings] of Object.entries(shared)) {
    for (const [index, reading] of readings.entries()) {
      const { id, observation } = reading
      const first = seen.get(id)
      if (first === undefined) seen.set(id, reading)
      else if (first.observation === observation) duplicates[id] = (duplicates[id] ?? 0) + 1
      else
        issues.push({
          code: 'contradiction',
          path: [agent, index],
          message: `the reading "${id}" says "${observation}" here and "${first.observation}" before`,
          hint: 'copies of one reading agree; give different readings different ids',
        })
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  let belief = prior
  for (const reading of seen.values()) {
    if (!(belief.likelihood(reading.observation, reading.model) > 0))
      throw new ImpossibleObservationError(reading.observation, belief.step)
    belief = belief.update(reading.observation, reading.model)
  }
  return { belief, used: [...seen.keys()], duplicates }
}
