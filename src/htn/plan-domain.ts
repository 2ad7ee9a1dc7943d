/** Plans for domains written in TypeScript: the cheapest candidate, proved, or the reason why there is none. */
import { InternalError, type Limit } from '../../solvers/contract/index.ts'
import type { Plan } from '../domain/plan.ts'
import { type CandidateOptions, cheapest } from './candidates.ts'
import { domainSystem } from './domain-system.ts'
import type { DomainProblem, DomainState, PlanningDomain } from './domain-types.ts'
import { explainPlan, explainRefusal, formatReason, type Reason } from './explain.ts'
import { timedPlan } from './footprints.ts'

export type DomainPlanResult =
  | {
      readonly status: 'optimal'
      readonly plan: Plan
      readonly cost: number
      readonly bound: number
      readonly finalState: DomainState
      readonly reasons: readonly Reason[]
    }
  /** Nothing needs to be done. */
  | {
      readonly status: 'satisfied'
      readonly plan: Plan
      readonly cost: 0
      readonly bound: 0
      readonly finalState: DomainState
      readonly reasons: readonly Reason[]
    }
  /** Proved: every refinement was tried. */
  | { readonly status: 'unsolvable'; readonly reason: Reason | null; readonly text: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly bound: number }

/**
 * The cheapest plan, with times that its state and resources allow (feasible, not necessarily shortest). Executed once more from the initial state before it is returned.
 * @throws InvalidInputError when the problem does not fit the domain
 */
export function planDomain(
  domain: PlanningDomain,
  problem: DomainProblem,
  options: CandidateOptions = {},
): DomainPlanResult {
  const system = domainSystem(domain, problem)
  const result = cheapest(system, options)
  if ('end' in result) {
    if (result.end.status === 'stopped') return { status: 'unknown', limit: result.end.limit, bound: result.end.bound }
    const reason = explainRefusal(system)
    return {
      status: 'unsolvable',
      reason,
      text: reason === null ? 'no refinement works' : formatReason(reason).join('\n'),
    }
  }
  const { cost, actions } = result.candidate
  const plan = timedPlan(domain, problem, result.candidate)
  let finalState = system.initialState
  for (const action of actions) {
    const transition = system.execute(action, finalState)
    if ('reason' in transition) throw new InternalError(`a step of the plan cannot be executed: ${transition.reason}`)
    finalState = transition.state
  }
  const missed = system.goal(finalState)
  if (missed !== null) throw new InternalError(`the plan misses the goal: ${missed.reason}`)
  const reasons = explainPlan(system, plan)
  const explanation = reasons.flatMap((reason) => formatReason(reason))
  const certified: Plan = {
    ...plan,
    explanation,
    certificate: { bound: cost, optimal: true, by: 'best-first progression' },
  }
  if (plan.steps.length === 0) return { status: 'satisfied', plan: certified, cost: 0, bound: 0, finalState, reasons }
  return { status: 'optimal', plan: certified, cost, bound: cost, finalState, reasons }
}
