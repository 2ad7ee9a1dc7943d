/** Why a problem has no answer, in terms of what the user wrote. */

/** One of the user's own constraints. */
export interface ConflictConstraint {
  /** Short and stable, e.g. `deadline`, `resource crew`, `rule digital at most 55%`. */
  readonly name: string
  /** The constraint as a sentence fragment with its numbers and units. */
  readonly description: string
}

/** A change of one constraint alone that makes the problem solvable again, all else unchanged. */
export interface Relaxation {
  /** Name of the constraint, as in `ConflictConstraint`. */
  readonly constraint: string
  readonly description: string
  readonly from: number
  /** The nearest value at which an answer exists. */
  readonly to: number
}

export interface Conflict {
  /** Constraints that cannot hold together. */
  readonly constraints: readonly ConflictConstraint[]
  /** Proved: leaving out any one of them removes this contradiction. */
  readonly irreducible: boolean
  readonly relaxations: readonly Relaxation[]
  /** One or two sentences for people. */
  readonly explanation: string
}
