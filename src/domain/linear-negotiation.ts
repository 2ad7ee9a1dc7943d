/** Deals that may take any value in between: points of a polytope, with utilities linear in their terms. */
import type { NegotiationParty } from './negotiation.ts'

export interface LinearTerm {
  readonly name: string
  /** Finite, low <= high. */
  readonly low: number
  readonly high: number
}

/** sum coefficients[k] * term k, relation, side. */
export interface LinearLimit {
  readonly name: string
  readonly coefficients: readonly number[]
  readonly relation: '<=' | '>=' | '='
  readonly side: number
}

export interface LinearDealSpace {
  readonly title: string
  readonly unit: string
  /** Two or more. */
  readonly parties: readonly NegotiationParty[]
  readonly terms: readonly LinearTerm[]
  readonly limits: readonly LinearLimit[]
  /** By party: constant + sum coefficients[k] * term k. */
  readonly utilities: readonly { readonly coefficients: readonly number[]; readonly constant: number }[]
}
