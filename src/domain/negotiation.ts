/** Parties that bargain over deals. */

export interface NegotiationParty {
  readonly id: string
  /** Utility without a deal; a party never accepts less. */
  readonly reservation: number
}

/** A finite set of deals and what each is worth to each party, in that party's own unit. */
export interface DealSpace {
  readonly title: string
  readonly unit: string
  /** Two or more. */
  readonly parties: readonly NegotiationParty[]
  /** Number of deals; a deal is an index below it. */
  readonly deals: number
  /** utilities[party][deal] */
  readonly utilities: readonly Float64Array[]
  /** The terms of a deal, by issue. */
  readonly terms: (deal: number) => Readonly<Record<string, string | number>>
}

/** Issues whose values can be combined freely. */
export interface NegotiationIssue {
  readonly name: string
  readonly values: readonly (string | number)[]
}
