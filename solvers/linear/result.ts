/**
 * What a linear solve returns. A point exists only in the variants that have one; every point has passed the check of
 * certificate.ts against the model as the user wrote it, and every claim carries the certificate it rests on.
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
  /** Why it was not used, in one sentence; for an answer: what it was asked for when not the model itself. */
  readonly reason?: string
}

/** Proof of an LP optimum: row multipliers whose Lagrangian bound, computed by us, meets the objective. */
export interface DualCertificate {
  readonly kind: 'dual'
  /** Who gave the multipliers. */
  readonly by: string
  /** Bound on every feasible objective that the multipliers prove. */
  readonly dualObjective: number
  /** Largest reduced cost or dual of the wrong sign, relative to the terms it is made of. */
  readonly maxDualInfeasibility: number
}

/** A bound from branch and bound; the point and the side of the bound are checked by us, the search tree is not. */
export interface SearchCertificate {
  readonly kind: 'search'
  /** Whose search proved the bound. */
  readonly by: string
  readonly bound: number
}

/** Proof of infeasibility: a combination of the rows that no point within the bounds can satisfy, evaluated by us. */
export interface FarkasCertificate {
  readonly kind: 'farkas'
  readonly by: string
  /** One multiplier a row. */
  readonly multipliers: Float64Array
  /** By how much the combined row misses what the bounds allow. */
  readonly violation: number
}

/** Proof of infeasibility: a variable without a value, or a row that the bounds alone rule out. Seen without a solver. */
export interface EmptyDomainCertificate {
  readonly kind: 'empty-domain'
  readonly by: 'bounds'
  /** Name of the variable or row. */
  readonly name: string
}

/** Infeasibility of an integer model found by independent searches that agree. */
export interface AgreementCertificate {
  readonly kind: 'agreement'
  readonly by: string
  readonly confirmedBy: string
}

/** Proof of unboundedness: a feasible point and a direction that stays feasible and improves without end, both checked. */
export interface RayCertificate {
  readonly kind: 'ray'
  readonly by: string
  readonly point: Float64Array
  readonly direction: Float64Array
  /** Improvement of the objective per unit of the direction, > 0. */
  readonly rate: number
}

/** Proof by exact rational arithmetic. */
export interface ExactCertificate {
  readonly kind: 'exact'
  readonly by: string
}

export type OptimalityCertificate = DualCertificate | SearchCertificate | ExactCertificate
export type InfeasibilityCertificate =
  | FarkasCertificate
  | EmptyDomainCertificate
  | AgreementCertificate
  | ExactCertificate

/** Where one number may move while the optimal basis stays optimal. */
export interface Range {
  readonly from: Float64Array
  readonly to: Float64Array
}

/** Sensitivity of an LP optimum. Every range holds one change at a time; limits may be infinite. */
export interface SensitivityRanges {
  /** Objective coefficient of each column: within the range the point stays optimal. */
  readonly objective: Range
  /** Active side of each row: within the range the row's dual stays valid. */
  readonly rowSides: Range
  /** Active bound of each column: within the range its reduced cost stays valid. */
  readonly bounds: Range
}

interface Answered {
  /** Backend whose answer this is, with its version, e.g. `highs 1.15.1`. */
  readonly solver: string
  readonly attempts: readonly Attempt[]
  readonly elapsedMs: number
  /** Milliseconds spent loading packages in this call: paid once a process, 0 afterwards. */
  readonly loadMs: number
  /** Doubtful numbers of the model, one sentence each. */
  readonly warnings: readonly string[]
}

interface Point extends Answered {
  /** Value of the objective at `values`, recomputed by us. */
  readonly objective: number
  /** Proved bound: lower for minimisation, upper for maximisation. */
  readonly bound: number
  /** Relative gap between the two. */
  readonly gap: number
  /** One number a column; integer columns hold integers exactly. */
  readonly values: Float64Array
  readonly check: PointCheck
}

export interface LinearOptimal extends Point {
  readonly status: 'optimal'
  readonly certificate: OptimalityCertificate
  /**
   * Row duals of the LP (for a MIP: of the LP with the integers fixed): change of the objective per unit of the row's
   * active side. null when the backend gives none.
   */
  readonly duals: Float64Array | null
  readonly reducedCosts: Float64Array | null
  /** Present when `ranges` was asked for; null for integer models. */
  readonly ranges?: SensitivityRanges | null
}

export interface LinearFeasible extends Point {
  readonly status: 'feasible'
  readonly limit: Limit
}

export interface LinearInfeasible extends Answered {
  readonly status: 'infeasible'
  readonly certificate: InfeasibilityCertificate
}

export interface LinearUnbounded extends Answered {
  readonly status: 'unbounded'
  readonly certificate: RayCertificate
}

export interface LinearUnknown extends Answered {
  readonly status: 'unknown'
  readonly limit: Limit
  readonly bound: number | null
}

export type LinearResult = LinearOptimal | LinearFeasible | LinearInfeasible | LinearUnbounded | LinearUnknown
