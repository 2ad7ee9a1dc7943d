/** What optimising a budget returns. Money is in the problem's unit. */

import type { Limit } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import type { Conflict } from '../../src/domain/conflict.ts'

export interface LineAmount {
  readonly line: string
  readonly amount: number
  readonly return: number
}

/** A constraint that is used up to its limit. */
export interface BindingLimit {
  readonly constraint: string
  readonly description: string
  readonly used: number
  readonly limit: number
}

/** What one more unit of a binding constraint is worth, established by solving again. */
export interface MarginalValue {
  readonly constraint: string
  /** Gain in return when the limit gives way by one unit (a cap rises, a minimum falls). */
  readonly perUnit: number
  /** The gain grows at this rate up to this many units; 1 when only the whole unit is established. */
  readonly upTo: number
}

/** A line that gets no money. */
export interface UnusedLine {
  readonly line: string
  readonly reason: string
  /** Average return per unit on its first money from which using it pays; null when no return would make it usable. */
  readonly neededReturn: number | null
}

export interface BudgetPlan {
  /** Total return. */
  readonly objective: number
  /** Proved upper bound on the return. */
  readonly bound: number
  /** Relative gap between the two. */
  readonly gap: number
  readonly amounts: readonly LineAmount[]
  readonly spent: number
  readonly binding: readonly BindingLimit[]
  /** For binding constraints of an optimal plan; a limit of the run cuts the list short. */
  readonly marginal: readonly MarginalValue[]
  readonly unused: readonly UnusedLine[]
  readonly solver: string
  readonly check: AnswerCheck
  /** Number of variables of the model. */
  readonly variables: number
  /** The model that was solved, for export. */
  readonly linearModel: LinearModel
}

export type BudgetResult =
  | ({ readonly status: 'optimal' } & BudgetPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & BudgetPlan)
  | { readonly status: 'infeasible'; readonly conflict: Conflict; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }
