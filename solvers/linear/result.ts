/**
 * What a linear solve returns. A point exists only in the variants that have one; every point has passed the check of
 * certificate.ts against the model as the user wrote it.
 */
import type { Limit } from '../contract/index.ts'

/** What our own re-evaluation of the answer against the model found. */
export interface PointCheck {
  readonly checked: true
  /** Largest violation of a row, bound or integrality, absolute and in the model's units. */
  readonly maxViolation: number
  /** Name of the row or variable with that violation, when it is not 0. */
  readonly worst: string | null
}

/** One try with one backend. */
export interface Attempt {
  readonly backend: string
  readonly outcome: 'answered' | 'wrong-answer' | 'failed' | 'missing-package' | 'undecided' | 'unsupported'
  /** Why it was not used, in one sentence. */
  readonly reason?: string
}

interface Answered {
  /** Backend whose answer this is, with its version, e.g. `highs 1.15.1`. */
  readonly solver: string
  readonly attempts: readonly Attempt[]
  readonly elapsedMs: number
}

interface Point extends Answered {
  /** Value of the objective at `values`, recomputed by us. */
  readonly objective: number
  /** Proved bound: lower for minimisation, upper for maximisation. */
  readonly bound: number
  /** Relative gap between the two. */
  readonly gap: number
  /** One number a column. */
  readonly values: Float64Array
  readonly check: PointCheck
}

export interface LinearOptimal extends Point {
  readonly status: 'optimal'
  /**
   * Row duals of the LP (for a MIP: of the LP with the integers fixed): change of the objective per unit of the row's
   * active side. null when the backend gives none.
   */
  readonly duals: Float64Array | null
  readonly reducedCosts: Float64Array | null
}

export interface LinearFeasible extends Point {
  readonly status: 'feasible'
  readonly limit: Limit
}

export interface LinearInfeasible extends Answered {
  readonly status: 'infeasible'
}

export interface LinearUnbounded extends Answered {
  readonly status: 'unbounded'
}

export interface LinearUnknown extends Answered {
  readonly status: 'unknown'
  readonly limit: Limit
  readonly bound: number | null
}

export type LinearResult = LinearOptimal | LinearFeasible | LinearInfeasible | LinearUnbounded | LinearUnknown
