/**
 * Winner determination of a combinatorial auction.
 *
 * Sets        items g, bids b (items G_b, bidder a_b)
 * Parameters  p_b price
 * Variables   x_b binary, the bid wins
 * Objective   selling: max sum p_b x_b;  buying: min sum p_b x_b
 * Rows        item g: sum_{b with g} x_b = 1 (exact), <= 1 (selling, free disposal), >= 1 (buying, free disposal)
 *             bidder a (when its bids exclude each other): sum_{b of a} x_b <= 1
 * Size        one column a bid, one row an item and a bidder
 *
 * Before that, bids that another one makes useless are dropped (the same items, or a subset when items may stay over, of the same
 * bidder where bids exclude each other, at no worse a price), and bids that share neither items nor bidders are solved apart.
 *
 * VCG payments: a winner receives what the others would cost without it minus what they cost now (buying), or pays what the others
 * would bring without it minus what they bring now (selling). Bidding the truth is then a dominant strategy, as long as the
 * optima are proved; payments from unproved optima are not given.
 *
 * Stopped early, a sale is answered with the best winners known, from the search or from tabu search (winner-search.ts), and a bound.
 *
 * Sources: Rothkopf, Pekec and Harstad (1998); Sandholm (2002); Vickrey (1961), Clarke (1971), Groves (1973).
 */
import { InternalError, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { CombinatorialAuction, PackageBid } from '../../src/domain/auction.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'
import { checkWinners, validateAuction } from './winner-determination-check.ts'
import { itemBound, QUICK_STEPS, searchWinners } from './winner-search.ts'

/** From this many bids on the exact search begins with winners from a short tabu search. */
const START_BIDS = 100

export interface Winners {
  /** Winning bids, by id. */
  readonly winners: readonly PackageBid[]
  /** Sum of the winning prices. */
  readonly value: number
  /** Proved: no set of winners is better. */
  readonly bound: number
  /** Sum of prices when bids are taken greedily by price per item; null when that leaves an item over that must go. */
  readonly greedyValue: number | null
}

export type WinnerDetermination =
  | ({ readonly status: 'optimal' } & Winners)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & Winners)
  /** The items cannot all go. */
  | {
      readonly status: 'infeasible'
      /** Items that no bid contains. */
      readonly withoutBid: readonly string[]
      /** A smallest set of items that have to stay over (or be covered otherwise) so that the rest can go; null if not found. */
      readonly leftOver: readonly string[] | null
    }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** @throws InvalidInputError with every fault: duplicate bids, unknown items, prices that are no numbers */
export async function determineWinners(
  auction: CombinatorialAuction,
  options: ModelOptions = {},
): Promise<WinnerDetermination> {
  validateAuction(auction)
  return determine(auction, auction.bids, new Run('winner determination', options), options)
}

export interface VickreyPayment {
  readonly bidder: string
  /** Sum of the bidder's winning prices. */
  readonly bid: number
  /** What it pays (selling) or is paid (buying); null when the items cannot all go without it. */
  readonly payment: number | null
  /** The best value without the bidder; null when there is none. */
  readonly without: number | null
}

export type VickreyResult =
  | {
      readonly status: 'optimal'
      readonly outcome: WinnerDetermination & { readonly status: 'optimal' }
      /** By bidder. */
      readonly payments: readonly VickreyPayment[]
      /** Sum of the payments; null when one of them is. */
      readonly total: number | null
    }
  /** Without the proof of an optimum there are no payments. */
  | { readonly status: 'unpriced'; readonly outcome: WinnerDetermination }

/** Winners and their Vickrey-Clarke-Groves payments: one more solve for each winning bidder. */
export async function vickreyAuction(
  auction: CombinatorialAuction,
  options: ModelOptions = {},
): Promise<VickreyResult> {
  validateAuction(auction)
  const run = new Run('vickrey auction', options)
  const outcome = await determine(auction, auction.bids, run, options)
  if (outcome.status !== 'optimal') return { status: 'unpriced', outcome }
  const payments: VickreyPayment[] = []
  for (const bidder of [...new Set(outcome.winners.map((one) => one.bidder))].sort(byText)) {
    const bid = outcome.winners.filter((one) => one.bidder === bidder).reduce((sum, one) => sum + one.price, 0)
    const others = auction.bids.filter((one) => one.bidder !== bidder)
    const without = await determine(auction, others, run, options)
    if (without.status === 'infeasible') payments.push({ bidder, bid, payment: null, without: null })
    else if (without.status !== 'optimal') return { status: 'unpriced', outcome }
    else {
      const rest = outcome.value - bid
      payments.push({ bidder, bid, payment: without.value - rest, without: without.value })
    }
  }
  const priced = payments.every((one) => one.payment !== null)
  const total = priced ? payments.reduce((sum, one) => sum + (one.payment ?? 0), 0) : null
  return { status: 'optimal', outcome, payments, total }
}

/**
 * The best outcome with other winners than a given one: it tells whether an optimum is unique. Sets of winners that contain all
 * the given ones are left out too.
 */
export async function otherWinners(
  auction: CombinatorialAuction,
  winners: readonly PackageBid[],
  options: ModelOptions = {},
): Promise<WinnerDetermination> {
  validateAuction(auction)
  const excluded = new Set(winners.map((one) => one.id))
  return determine(auction, auction.bids, new Run('winner determination', options), options, excluded)
}

async function determine(
  auction: CombinatorialAuction,
  bids: readonly PackageBid[],
  run: Run,
  options: ModelOptions,
  excluded?: ReadonlySet<string>,
): Promise<WinnerDetermination> {
  const mustGo = auction.cover === 'exact' || auction.side === 'buy'
  if (mustGo) {
    const wanted = new Set(bids.flatMap((bid) => bid.items))
    const withoutBid = auction.items.filter((item) => !wanted.has(item))
    if (withoutBid.length > 0) return { status: 'infeasible', withoutBid, leftOver: withoutBid }
  }
  // With an excluded outcome everything hangs together, and a dominated bid may be the second best.
  const parts = excluded === undefined ? components(withoutDominated(auction, bids), auction.exclusive) : [[...bids]]
  const winners: PackageBid[] = []
  let bound = 0
  let limit: Limit | null = null
  for (const part of parts) {
    const model = build(auction, part, excluded)
    const sale = auction.side === 'sell' && auction.cover === 'free-disposal' && excluded === undefined
    const start = sale && part.length >= START_BIDS ? startOf(auction, part, run.seed) : {}
    const result = await solveLinear(model, { ...linearOptions(run, options), ...start })
    if (result.status === 'unbounded') throw new InternalError('winner determination was called unbounded')
    if (result.status === 'infeasible') {
      const leftOver = excluded === undefined ? await leastLeftOver(auction, bids, run, options) : null
      return { status: 'infeasible', withoutBid: [], leftOver }
    }
    if (result.status === 'unknown' && !sale) return { status: 'unknown', limit: result.limit }
    let chosen = result.status === 'unknown' ? [] : part.filter((_, b) => (result.values[b] as number) > 0.5)
    if (result.status !== 'optimal') {
      limit = result.limit
      // Out of time, not out of ideas: a sale always has winners.
      const searched = sale && limit !== 'interrupted' ? searchWinners(auction, part, run.seed) : []
      if (total(searched) > total(chosen)) chosen = [...searched]
    }
    bound += Math.min(result.bound ?? Number.POSITIVE_INFINITY, sale ? itemBound(part) : Number.POSITIVE_INFINITY)
    winners.push(...chosen)
  }
  winners.sort((a, b) => byText(a.id, b.id))
  const violations = checkWinners(auction, winners)
  if (violations.length > 0) throw new InternalError(`the winners break a rule: ${violations[0]}`)
  const value = total(winners)
  const outcome = { winners, value, bound: limit === null ? value : bound, greedyValue: greedyValue(auction, bids) }
  return limit === null ? { status: 'optimal', ...outcome } : { status: 'feasible', limit, ...outcome }
}

/** A good set of winners to prune with from the beginning. */
function startOf(
  auction: CombinatorialAuction,
  part: readonly PackageBid[],
  seed: number,
): { readonly start: Float64Array } {
  const won = new Set(searchWinners(auction, part, seed, QUICK_STEPS))
  return { start: Float64Array.from(part, (bid) => (won.has(bid) ? 1 : 0)) }
}

function total(bids: readonly PackageBid[]): number {
  return bids.reduce((sum, bid) => sum + bid.price, 0)
}

function build(
  auction: CombinatorialAuction,
  bids: readonly PackageBid[],
  excluded?: ReadonlySet<string>,
): LinearModel {
  const model = new LinearModel('winner determination', auction.side === 'sell' ? 'maximize' : 'minimize')
  const byItem = new Map<string, Term[]>()
  const byBidder = new Map<string, Term[]>()
  bids.forEach((bid, b) => {
    model.addVariable(bid.id, { kind: 'binary', objective: bid.price })
    for (const item of bid.items) append(byItem, item, [b, 1])
    append(byBidder, bid.bidder, [b, 1])
  })
  const relation = auction.cover === 'exact' ? '=' : auction.side === 'sell' ? '<=' : '>='
  for (const [item, terms] of byItem) model.addRow(`item ${item}`, terms, relation, 1)
  if (auction.exclusive) {
    for (const [bidder, terms] of byBidder) {
      if (terms.length > 1) model.addRow(`bidder ${bidder}`, terms, '<=', 1)
    }
  }
  if (excluded !== undefined) {
    const terms = bids.flatMap((bid, b): Term[] => (excluded.has(bid.id) ? [[b, 1]] : []))
    model.addRow('another outcome', terms, '<=', excluded.size - 1)
  }
  return model
}

/** The fewest items whose cover has to be given up. */
async function leastLeftOver(
  auction: CombinatorialAuction,
  bids: readonly PackageBid[],
  run: Run,
  options: ModelOptions,
): Promise<readonly string[] | null> {
  const model = build({ ...auction, side: 'buy' }, bids)
  for (let b = 0; b < bids.length; b++) model.setObjective(b, 0)
  const items = [...new Set(bids.flatMap((bid) => bid.items))]
  const missing = new Map(
    items.map((item) => [item, model.addVariable(`${item} stays over`, { kind: 'binary', objective: 1 })]),
  )
  for (let row = 0; row < model.rowCount; row++) {
    const column = missing.get(model.rowName(row).slice('item '.length))
    if (model.rowName(row).startsWith('item ') && column !== undefined) model.setCoefficient(row, column, 1)
  }
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status !== 'optimal') return null
  return items.filter((item) => (result.values[missing.get(item) as number] as number) > 0.5).sort(byText)
}

/** Bids that could be part of the only best outcome. */
function withoutDominated(auction: CombinatorialAuction, bids: readonly PackageBid[]): PackageBid[] {
  const sets = bids.map((bid) => new Set(bid.items))
  const better = (a: PackageBid, b: PackageBid): boolean =>
    auction.side === 'sell' ? a.price >= b.price : a.price <= b.price
  const disposable = auction.cover === 'free-disposal'
  const dropped = new Set<number>()
  const positions = new Map<string, number[]>()
  bids.forEach((bid, b) => {
    for (const item of bid.items) append(positions, item, b)
  })
  bids.forEach((bid, b) => {
    // A rival shares an item; selling it asks for a subset of the items, buying it offers a superset.
    const rivals = new Set(bid.items.flatMap((item) => positions.get(item) ?? []))
    for (const a of rivals) {
      const rival = bids[a] as PackageBid
      if (a === b || dropped.has(a) || !better(rival, bid)) continue
      if (auction.exclusive && rival.bidder !== bid.bidder) continue
      if (rival.price === bid.price && rival.items.length === bid.items.length && a > b) continue
      const [small, large] = auction.side === 'sell' ? [rival, sets[b]] : [bid, sets[a]]
      if (!disposable && rival.items.length !== bid.items.length) continue
      if (small.items.every((item) => large?.has(item) === true)) {
        dropped.add(b)
        break
      }
    }
  })
  return bids.filter((_, b) => !dropped.has(b))
}

/** Groups of bids that share no item (and no bidder, when its bids exclude each other) with another group. */
function components(bids: readonly PackageBid[], exclusive: boolean): PackageBid[][] {
  const parent = new Map<string, string>()
  const root = (key: string): string => {
    let at = key
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const keys = (bid: PackageBid): string[] => [
    ...bid.items.map((item) => `item ${item}`),
    ...(exclusive ? [`bidder ${bid.bidder}`] : []),
  ]
  for (const bid of bids) {
    const [first = '', ...rest] = keys(bid)
    for (const key of rest) {
      const from = root(key)
      const to = root(first)
      if (from !== to) parent.set(from, to)
    }
  }
  const groups = new Map<string, PackageBid[]>()
  for (const bid of bids) append(groups, root(keys(bid)[0] as string), bid)
  return [...groups.values()]
}

/** Bids by price per item, best first, each taken when it still fits. */
function greedyValue(auction: CombinatorialAuction, bids: readonly PackageBid[]): number | null {
  const sign = auction.side === 'sell' ? -1 : 1
  const order = [...bids].sort(
    (a, b) => sign * (a.price / a.items.length - b.price / b.items.length) || byText(a.id, b.id),
  )
  const taken = new Set<string>()
  const used = new Set<string>()
  let value = 0
  for (const bid of order) {
    if (bid.items.some((item) => taken.has(item)) || (auction.exclusive && used.has(bid.bidder))) continue
    if (auction.side === 'sell' && auction.cover === 'free-disposal' && bid.price <= 0) continue
    for (const item of bid.items) taken.add(item)
    used.add(bid.bidder)
    value += bid.price
  }
  const mustGo = auction.cover === 'exact' || auction.side === 'buy'
  return mustGo && auction.items.some((item) => !taken.has(item)) ? null : value
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
