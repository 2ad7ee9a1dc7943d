/** Which strategies are asked in which order, and how their answers are judged. */
import {
  planDistance,
  type ReplanStrategy,
  type StrategyProposal,
  stepKey,
  type TriggerEvidence,
} from '../domain/execution.ts'
import { continuationOf } from './continuation.ts'
import type { AskedStrategy, ExecutionModel, PlanAnswer, PlanRequest, PlanSource } from './model.ts'
import { settledState, simulate } from './watch.ts'

/** The ladder of a strategy, cheapest change first. New goals are not in the old plan: continuing it cannot reach them. */
export function ladderOf(strategy: ReplanStrategy, triggers: readonly TriggerEvidence[]): readonly AskedStrategy[] {
  switch (strategy) {
    case 'full':
      return ['full']
    case 'repair':
    case 'opportunistic':
      return ['repair', 'full']
    case 'continuation':
    case 'auto':
      return triggers[0]?.trigger === 'new_goal' ? ['repair', 'full'] : ['continuation', 'repair', 'full']
  }
}

/** One strategy's answer; null when the source does not have that strategy. */
export async function ask(
  source: PlanSource,
  model: ExecutionModel,
  strategy: AskedStrategy,
  request: PlanRequest,
): Promise<PlanAnswer | null> {
  if (strategy === 'full') return source.full(request)
  if (strategy === 'repair') return source.repair === undefined ? null : source.repair(request)
  if (strategy === 'continuation')
    return source.continuation === undefined ? continuationOf(model, request) : source.continuation(request)
  const opportunity = await source.opportunity?.(request)
  return opportunity?.answer ?? null
}

/** Executes the answer in the model, after the running steps that stay; a reason when it does not reach the goal. */
export function faultOf(model: ExecutionModel, request: PlanRequest, answer: PlanAnswer): string | null {
  if (answer.status === 'none') return answer.reason
  const cancelled = new Set(answer.cancel ?? [])
  const before = request.running.filter((entry) => !cancelled.has(entry.step.id)).map((entry) => entry.step)
  const result = simulate(model, answer.plan.steps, settledState(model, before, request.state))
  if (result.status === 'works') return null
  return `it does not work: ${result.reason}`
}

export function proposalOf(
  strategy: AskedStrategy,
  request: PlanRequest,
  answer: PlanAnswer,
  fault: string | null,
): StrategyProposal {
  if (answer.status === 'none' || fault !== null) return { strategy, outcome: 'none', reason: fault ?? '' }
  const { added, distance } = planDistance(request.remaining, answer.plan.steps)
  return {
    strategy,
    outcome: 'planned',
    reason: answer.reason,
    costToGo: answer.costToGo,
    newActions: added,
    distance,
  }
}

/** Equal for the same state with the same steps to do and the same goals: coming back to it means that nothing was gained. */
export function situationKey(request: PlanRequest): string {
  const values = Object.entries(request.state).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const running = request.running.map((entry) => stepKey(entry.step))
  return JSON.stringify([values, request.remaining.map(stepKey), running, [...request.goals]])
}
