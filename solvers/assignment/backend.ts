/**
 * The seam every assignment backend implements. A backend may assume a normalised problem; its answer is a claim that the
 * front checks.
 */
import type { Limit, Run } from '../contract/index.ts'

/** Minimise; at least one row, rows <= columns; costs finite or Infinity (forbidden), row by row. */
export interface AssignmentProblem {
  readonly rows: number
  readonly columns: number
  readonly costs: Float64Array
  /** True when some pair is forbidden. */
  readonly hasForbidden: boolean
}

export type AssignmentAnswer =
  | {
      readonly claim: 'optimal'
      /** Column of each row. */
      readonly columnOf: Int32Array
      /** Column prices v that prove it with u(i) = min_j c(i, j) - v(j); null when the backend has none. */
      readonly prices: Float64Array | null
    }
  /** Rows that compete for too few columns, or null when the backend cannot name them. */
  | { readonly claim: 'infeasible'; readonly violator: readonly number[] | null }
  | { readonly claim: 'unknown'; readonly limit: Limit }

export interface AssignmentBackend {
  readonly name: string
  /** Shown in results. */
  readonly version: string
  readonly capabilities: {
    /** Returns prices. */
    readonly duals: boolean
    /** Honours the time limit and signal of the run. */
    readonly timeLimit: boolean
    /** Largest rows * columns it is asked to solve. */
    readonly maxCells: number
  }
  solve(problem: AssignmentProblem, run: Run): AssignmentAnswer
}
