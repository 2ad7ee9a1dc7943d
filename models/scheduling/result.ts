/** What scheduling a project returns. Times in the problem's `timeUnit`, money in its `costUnit`. */

import type { Limit } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { ProjectObjective, Schedule } from '../../src/domain/project.ts'

/** A limit that the schedule uses up. */
export interface ProjectLimitUse {
  readonly constraint: string
  readonly description: string
  readonly used: number
  readonly limit: number
}

export interface ProjectPlan {
  /** Value of the first objective. */
  readonly objective: number
  /** Values of all objectives asked for, and of the measures in a weighted sum. */
  readonly values: Readonly<Partial<Record<ProjectObjective, number>>>
  /** Proved bound on the first objective. */
  readonly bound: number
  readonly gap: number
  readonly schedule: Schedule
  /** Money spent beyond a soft budget, without its penalty; absent where the budget is hard. */
  readonly overspend?: number
  /** Optional tasks that are left out. */
  readonly omitted: readonly string[]
  readonly binding: readonly ProjectLimitUse[]
  /** A chain of tasks, each held up by the one before it (by precedence or for a resource), that ends with the project. */
  readonly criticalPath: readonly string[]
  readonly solver: string
  readonly check: AnswerCheck
  /** Variables of the linear model; 0 without one. */
  readonly variables: number
  /** The linear model of the first objective, for export, built when first read; null when it would have more than 60,000 columns. */
  readonly linearModel: LinearModel | null
}

export type ProjectResult =
  | ({ readonly status: 'optimal' } & ProjectPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & ProjectPlan)
  | { readonly status: 'infeasible'; readonly conflict: Conflict; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }
