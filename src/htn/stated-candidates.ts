/** Candidates of a problem stated as data: its plans within the budget in order of cost, with their times. */
import type { StatedPlanning } from '../domain/planning.ts'
import { type Candidate, type CandidateEnd, type CandidateOptions, candidates } from './candidates.ts'
import { domainSystem } from './domain-system.ts'
import type { DomainState, TaskReference } from './domain-types.ts'
import { timedPlan } from './footprints.ts'
import { statedDomain } from './stated-domain.ts'

/** Plans that reach every goal that must hold; soft goals and deadlines are not looked at. */
export async function* statedCandidates(
  stated: StatedPlanning,
  options: CandidateOptions = {},
): AsyncGenerator<Candidate<DomainState, TaskReference>, CandidateEnd> {
  const { domain, problem, network } = statedDomain(stated, new Set())
  const methods = new Map(network.goals.length === 0 ? [] : network.methods.map((method) => [method.id, method]))
  const generator = candidates(domainSystem(domain, problem), {
    ...(stated.budget === null ? {} : { maximalCost: stated.budget }),
    ...options,
  })
  for (;;) {
    const next = await generator.next()
    if (next.done === true) return next.value
    const plan = timedPlan(domain, problem, next.value, methods)
    yield { ...next.value, plan, duration: plan.makespan ?? next.value.duration }
  }
}
