/** What planning a portfolio returns. Money is in the problem's unit, periods count from 1. */

import type { Limit } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { ProjectStart } from '../../src/domain/portfolio-rules.ts'

/** What `amount` more money in a period would add to the net present value, by solving again. */
export interface PeriodValue {
  readonly period: number
  readonly amount: number
  readonly gain: number
}

/** A project that is not chosen. */
export interface DroppedProject {
  readonly project: string
  readonly reason: string
  /** Best net present value of a plan that includes it; null when none does. */
  readonly valueIfIncluded: number | null
}

export interface PortfolioPlan {
  /** Net present value. */
  readonly objective: number
  /** Proved upper bound on it. */
  readonly bound: number
  readonly gap: number
  /** By start, then in the problem's order. */
  readonly plan: readonly ProjectStart[]
  readonly spend: readonly number[]
  readonly available: readonly number[]
  readonly heads: Readonly<Record<string, readonly number[]>>
  /** For an optimal plan; a limit of the run cuts the list short. */
  readonly dropped: readonly DroppedProject[]
  readonly marginal: readonly PeriodValue[]
  /** Net present value of the best plan that differs in a project or a start; absent when there is none or a limit was hit. */
  readonly nextBest?: number
  readonly solver: string
  readonly check: AnswerCheck
  readonly variables: number
  readonly linearModel: LinearModel
}

export type PortfolioResult =
  | ({ readonly status: 'optimal' } & PortfolioPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & PortfolioPlan)
  | { readonly status: 'infeasible'; readonly conflict: Conflict; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }
