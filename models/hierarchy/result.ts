/** What planning a hierarchical project returns. Units as in the problem. */
import type { Limit } from '../../solvers/contract/index.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { HierarchySchedule } from '../../src/domain/hierarchy.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import type { ProjectLimitUse } from '../scheduling/index.ts'

/** What became of one choice of methods on the road over candidates. */
export interface CandidateTrace {
  /** `task: method`, outer before inner. */
  readonly methods: readonly string[]
  /** Refuted by a cheap proof, scheduled and not the best, scheduled and best so far, or without a schedule. */
  readonly outcome: 'refuted' | 'worse' | 'best' | 'infeasible' | 'open'
  /** Why, or the values it reached. */
  readonly reason: string
}

export interface HierarchyPlan {
  /** Value of the first objective. */
  readonly objective: number
  readonly values: Readonly<Partial<Record<ProjectObjective, number>>>
  /** Proved bound on the first objective over all methods and schedules. */
  readonly bound: number
  readonly gap: number
  readonly schedule: HierarchySchedule
  /** Money spent beyond a soft budget, without its penalty; absent where the budget is hard. */
  readonly overspend?: number
  /** Optional tasks of the chosen methods that are left out. */
  readonly omitted: readonly string[]
  readonly binding: readonly ProjectLimitUse[]
  readonly criticalPath: readonly string[]
  readonly solver: string
  readonly check: AnswerCheck
  /** False when recursion was cut at its depth: the proof is over plans up to that depth. */
  readonly complete: boolean
  /** The candidates looked at, in order; empty on the joint road. */
  readonly trace: readonly CandidateTrace[]
}

export type HierarchyResult =
  | ({ readonly status: 'optimal' } & HierarchyPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & HierarchyPlan)
  | {
      readonly status: 'infeasible'
      readonly conflict: Conflict
      readonly solver: string
      readonly trace: readonly CandidateTrace[]
    }
  | {
      readonly status: 'unknown'
      readonly limit: Limit
      readonly solver: string
      readonly trace: readonly CandidateTrace[]
    }
