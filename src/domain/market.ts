/** Orders to be worked off over the bins of a trading day. Plain JSON; prices are per share. */

export interface MarketOrder {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly lots: number
  /** Expected market volume of each bin, in lots. */
  readonly volume: readonly number[]
  /** Paid on top of (taken off) every price, in basis points. */
  readonly halfSpreadBps: number
  /** Price of each bin as expected before the first one. */
  readonly forecast: readonly number[]
  /** Price of each bin as it turns out; seen when the bin begins. */
  readonly actual: readonly number[]
}

export interface MarketProblem {
  readonly title: string
  readonly unit: string
  readonly bins: readonly string[]
  /** Shares in a lot. */
  readonly lot: number
  readonly orders: readonly MarketOrder[]
  /** Largest share of a bin's volume. */
  readonly participation: number
  /** Money at the start; it is never below 0 after a bin. */
  readonly cash: number
  /** What a change of plan costs before it is worth while. */
  readonly replanCost: number
  /** A better plan is taken when its gain exceeds this share of what is left to trade, in basis points. */
  readonly opportunityBps: number
  /** A surprise of one bin is expected to last on to the next one by this factor. */
  readonly reversion: number
}

/** Most lots that may be traded in a bin. */
export function binCapacity(problem: MarketProblem, order: MarketOrder, bin: number): number {
  return Math.floor(problem.participation * (order.volume[bin] as number) + 1e-9)
}

/** Money that comes in (sell) or goes out (buy, negative) for lots at a price, spread included. */
export function moneyFor(problem: MarketProblem, order: MarketOrder, lots: number, price: number): number {
  const spread = order.halfSpreadBps / 10_000
  const shares = lots * problem.lot
  return order.side === 'sell' ? shares * price * (1 - spread) : -shares * price * (1 + spread)
}

/**
 * Prices expected after the first bins turned out as `seen`: each surprise is carried on, weaker from bin to bin by the
 * reversion. Rounded to 0.0001 in the end.
 */
export function revisedForecast(problem: MarketProblem, order: MarketOrder, seen: readonly number[]): number[] {
  const prices = [...order.forecast]
  seen.forEach((price, now) => {
    const surprise = price - (prices[now] as number)
    for (let bin = now; bin < prices.length; bin++)
      prices[bin] = (prices[bin] as number) + surprise * problem.reversion ** (bin - now)
  })
  return prices.map((price) => Math.round(price * 10_000) / 10_000)
}
