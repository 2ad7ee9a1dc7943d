/** Auctions: bids on single items and on packages. */

export interface PackageBid {
  readonly id: string
  readonly bidder: string
  /** Items wanted (selling) or offered (buying), all or nothing; at least one, no item twice. */
  readonly items: readonly string[]
  readonly price: number
}

export interface CombinatorialAuction {
  readonly title: string
  readonly unit: string
  readonly items: readonly string[]
  readonly bids: readonly PackageBid[]
  /** `sell`: bidders pay and the sum of prices is maximised. `buy`: bidders are paid and it is minimised. */
  readonly side: 'sell' | 'buy'
  /**
   * `exact`: every item goes in exactly one winning bid. `free-disposal`: selling, items may stay unsold; buying, items may be
   * bought twice.
   */
  readonly cover: 'exact' | 'free-disposal'
  /** True: a bidder wins at most one of its bids. False: any number. */
  readonly exclusive: boolean
}

/** A sealed bid, or what a bidder is willing to pay, for one item. */
export interface Valuation {
  readonly bidder: string
  readonly amount: number
}
