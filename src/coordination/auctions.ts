/**
 * Auctions of one item among bidders. Ties go to the bidder first in the alphabet; the same bids give the same transcript.
 *
 * Second price: the winner pays the highest other bid, so that bidding one's true value is weakly dominant (Vickrey 1961). English and
 * Dutch auctions run on a price clock with whole steps; each bidder follows its limit. First price and Dutch auctions are
 * strategically the same game; in neither is the truth dominant.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { Valuation } from '../domain/auction.ts'

export interface AuctionStep {
  readonly price: number
  /** Who called or accepted the price; null when nobody did. */
  readonly bidder: string | null
}

export type AuctionOutcome =
  | {
      readonly status: 'sold'
      readonly winner: string
      readonly price: number
      readonly transcript: readonly AuctionStep[]
    }
  | { readonly status: 'unsold'; readonly reason: string; readonly transcript: readonly AuctionStep[] }

export interface SealedBidOptions {
  /** Bids below it do not count. @default 0 */
  readonly reserve?: number
}

/** Sealed bids: the highest wins and pays its own bid (`first`) or the highest other one, at least the reserve (`second`). */
export function sealedBidAuction(
  bids: readonly Valuation[],
  rule: 'first' | 'second',
  options: SealedBidOptions = {},
): AuctionOutcome {
  requireBids(bids)
  const reserve = options.reserve ?? 0
  const order = [...bids].sort((a, b) => b.amount - a.amount || (a.bidder < b.bidder ? -1 : 1))
  const transcript = order.map(({ bidder, amount }) => ({ price: amount, bidder }))
  const [best, second] = order
  if (best === undefined || best.amount < reserve) {
    return { status: 'unsold', reason: `no bid reaches the reserve of ${reserve}`, transcript }
  }
  const price = rule === 'first' ? best.amount : Math.max(reserve, second?.amount ?? reserve)
  return { status: 'sold', winner: best.bidder, price, transcript }
}

export interface ClockOptions {
  /** First price called. */
  readonly start: number
  /** Change of the price from call to call, > 0. */
  readonly step: number
  /** Dutch only: the price below which the item is not sold. @default 0 */
  readonly reserve?: number
}

/**
 * Ascending: bidders in turn raise the price by one step as long as the raised price is within their limit and they do not lead.
 * The last one to call wins at its call: within one step of the second-highest limit when the highest is at least a step above.
 */
export function englishAuction(limits: readonly Valuation[], options: ClockOptions): AuctionOutcome {
  requireBids(limits)
  requireClock(options, limits, true)
  const bidders = [...limits].sort((a, b) => (a.bidder < b.bidder ? -1 : 1))
  const transcript: AuctionStep[] = []
  let leader: Valuation | null = null
  let calls = 0
  for (let quiet = 0, turn = 0; quiet < bidders.length; turn++) {
    const bidder = bidders[turn % bidders.length] as Valuation
    const price = options.start + calls * options.step
    if (bidder === leader || price > bidder.amount) {
      quiet++
      continue
    }
    leader = bidder
    calls++
    quiet = 0
    transcript.push({ price, bidder: bidder.bidder })
  }
  const last = transcript.at(-1)
  if (leader === null || last === undefined) {
    return { status: 'unsold', reason: `nobody calls the starting price of ${options.start}`, transcript }
  }
  return { status: 'sold', winner: leader.bidder, price: last.price, transcript }
}

/** Descending: the first bidder whose limit reaches the price takes it. */
export function dutchAuction(limits: readonly Valuation[], options: ClockOptions): AuctionOutcome {
  requireBids(limits)
  const reserve = options.reserve ?? 0
  requireClock(options, limits, false)
  const bidders = [...limits].sort((a, b) => (a.bidder < b.bidder ? -1 : 1))
  const transcript: AuctionStep[] = []
  for (let call = 0; ; call++) {
    const price = options.start - call * options.step
    if (price < reserve)
      return { status: 'unsold', reason: `the price fell below the reserve of ${reserve}`, transcript }
    const taker = bidders.find((bidder) => bidder.amount >= price)
    transcript.push({ price, bidder: taker?.bidder ?? null })
    if (taker !== undefined) return { status: 'sold', winner: taker.bidder, price, transcript }
  }
}

const CALL_LIMIT = 1_000_000

function requireClock(options: ClockOptions, limits: readonly Valuation[], rises: boolean): void {
  const { start, step } = options
  const highest = limits.reduce((most, one) => Math.max(most, one.amount), start)
  const span = rises ? highest - start : start - (options.reserve ?? 0)
  if (Number.isFinite(start) && step > 0 && span / step <= CALL_LIMIT) return
  throw new InvalidInputError([
    {
      code: 'out-of-range',
      path: ['step'],
      message: `a clock from ${start} in steps of ${step} does not end within ${CALL_LIMIT} calls`,
      hint: 'give a finite start and a larger step > 0',
    },
  ])
}

function requireBids(bids: readonly Valuation[]): void {
  const issues: Issue[] = []
  const seen = new Set<string>()
  bids.forEach(({ bidder, amount }, b) => {
    if (seen.has(bidder)) {
      const message = `"${bidder}" bids twice`
      issues.push({ code: 'duplicate-bid', path: ['bids', b], message, hint: 'keep one bid a bidder' })
    }
    seen.add(bidder)
    if (!Number.isFinite(amount)) {
      const message = `the bid of "${bidder}" is ${amount}`
      issues.push({ code: 'not-finite', path: ['bids', b, 'amount'], message, hint: 'give a finite number' })
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
