/** What an assignment run returns. Rows and columns are 0-based indices of the user's matrix. */
import type { Limit } from '../contract/index.ts'

/** [row, column] */
export type Pair = readonly [row: number, column: number]

/** What the independent check of certificate.ts found. */
export interface AssignmentCheck {
  readonly checked: true
  /** Bound on every assignment, proved by the potentials, rounding included. */
  readonly bound: number
  /** |cost - bound|; 0 for integer costs. */
  readonly gap: number
  /** Largest amount by which u + v is on the wrong side of an allowed cost. */
  readonly maxViolation: number
}

/**
 * Why no complete assignment exists (Hall's condition fails): the members of one side of the matrix may only be paired with
 * the named partners, and those are too few. Dropping any one member removes the conflict.
 */
export interface HallViolator {
  readonly side: 'rows' | 'columns'
  /** Members that compete, ascending. */
  readonly members: readonly number[]
  /** Every partner that any member may have, ascending; fewer than the members. */
  readonly partners: readonly number[]
}

/** One try with one backend. */
export interface AssignmentAttempt {
  readonly backend: string
  readonly outcome: 'answered' | 'wrong-answer' | 'failed' | 'unsupported'
  /** Why it was not used, in one sentence. */
  readonly reason?: string
}

interface Answered {
  /** Backend whose answer this is, with its version. */
  readonly solver: string
  readonly attempts: readonly AssignmentAttempt[]
  readonly elapsedMs: number
}

/** Every row (or, with fewer columns than rows, every column) has a partner and the total is proved best. */
export interface AssignmentOptimal extends Answered {
  readonly status: 'optimal'
  /** min(rows, columns) pairs by ascending row. */
  readonly pairs: readonly Pair[]
  /** Column of each row; -1 for a row left over. */
  readonly columnOf: Int32Array
  /** Sum of the costs of the pairs (compensated). */
  readonly cost: number
  /** Whether this is the only optimal assignment, ties within 1e-12 of the largest magnitude; null unless asked for. */
  readonly unique: boolean | null
  /**
   * u, the marginal value of each row: u(i) + v(j) <= cost (>= when maximising) with equality on the pairs, and the sum of
   * all potentials is the cost. A row that is left over has 0.
   */
  readonly rowPotentials: Float64Array
  /** v, of each column. */
  readonly columnPotentials: Float64Array
  readonly check: AssignmentCheck
}

export interface AssignmentInfeasible extends Answered {
  readonly status: 'infeasible'
  readonly violator: HallViolator
}

export interface AssignmentUnknown extends Answered {
  readonly status: 'unknown'
  readonly limit: Limit
}

export type AssignmentResult = AssignmentOptimal | AssignmentInfeasible | AssignmentUnknown
