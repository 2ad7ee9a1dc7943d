/** Dividing an amount of money over lines with diminishing returns, under rules. Amounts are in `unit`. */

/** A stretch of spending with a constant return per unit; segments follow one another from 0. */
export interface ReturnSegment {
  readonly width: number
  readonly returnPerUnit: number
}

export interface BudgetLine {
  readonly id: string
  /** Least to spend. */
  readonly min: number
  /** Most to spend; null: what the segments cover. */
  readonly max: number | null
  readonly segments: readonly ReturnSegment[]
  /** Spend nothing or at least this; null means no such floor. */
  readonly minIfUsed: number | null
}

/** A limit on a group of lines. Exactly one of the four numbers is not null. */
export interface BudgetRule {
  readonly name: string
  readonly lines: readonly string[]
  /** Share of the total amount, 0..1. */
  readonly maxShare: number | null
  readonly minShare: number | null
  /** Amount. */
  readonly maxAmount: number | null
  readonly minAmount: number | null
}

export interface BudgetProblem {
  readonly title: string
  readonly unit: string
  /** The amount that may be spent. */
  readonly total: number
  readonly lines: readonly BudgetLine[]
  readonly rules: readonly BudgetRule[]
  /** [line, needed]: `line` may be used only if `needed` is used. */
  readonly requires: readonly (readonly [string, string])[]
  /** At most one of each pair is used. */
  readonly excludes: readonly (readonly [string, string])[]
}
