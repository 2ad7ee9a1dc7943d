/** Counts over what was carried out so far. */
import type { ExecutionResult, ExecutionStatus, ReplanRecord, ReplanTrigger } from '../domain/execution.ts'
import { type DivergenceOptions, divergenceOf } from './divergence.ts'

export interface ExecutionStatistics {
  /** Results by how they ended. */
  readonly counts: Readonly<Record<ExecutionStatus, number>>
  /** Share of the results that were successes; 1 before the first. */
  readonly successRate: number
  readonly attempts: number
  /** Sum over the results of how far the state after a step was from the one expected, each in [0, 1]. */
  readonly cumulativeDivergence: number
  /** New plans by the trigger that led. */
  readonly replans: Readonly<Partial<Record<ReplanTrigger, number>>>
}

export function statisticsOf(
  results: readonly ExecutionResult[],
  records: readonly ReplanRecord[],
  options: DivergenceOptions = {},
): ExecutionStatistics {
  const counts: Record<ExecutionStatus, number> = { success: 0, failure: 0, partial: 0, delayed: 0, blocked: 0 }
  const replans: Partial<Record<ReplanTrigger, number>> = {}
  let cumulativeDivergence = 0
  let attempts = 0
  for (const result of results) {
    counts[result.status]++
    attempts += result.attempts
    cumulativeDivergence += divergenceOf(result.actualState, result.expectedState, options).value
  }
  for (const { triggers } of records) {
    const lead = triggers[0]?.trigger
    if (lead !== undefined) replans[lead] = (replans[lead] ?? 0) + 1
  }
  const successRate = results.length === 0 ? 1 : counts.success / results.length
  return { counts, successRate, attempts, cumulativeDivergence, replans }
}
