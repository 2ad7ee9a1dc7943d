/**
 * Tabu search for winners of a sale: what is on hand when the exact search ran out of time.
 *
 * Bids that share an item (or a bidder, where bids exclude each other) conflict; a set of winners is an independent set of the greatest
 * weight. Each step takes in the bid outside that gains most an item (its price less the prices of the winners it conflicts with, which go out),
 * or now and then any bid; what went out may not come back for some steps, unless that gives the best set so far. With a fixed
 * number of steps the answer depends on the seed only.
 *
 * Sources: Glover (1989), Tabu search I; for auctions compare Hoos and Boutilier (2000), Solving combinatorial auctions using
 * stochastic local search.
 * Complexity: a step is O(bids + conflicts of the bids that change).
 */
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { CombinatorialAuction, PackageBid } from '../../src/domain/auction.ts'

/** Steps when there is nothing else to do, and for a start of the exact search. */
const STEPS = 60_000
export const QUICK_STEPS = 6_000
/** Steps without a better set after which most winners are thrown out. */
const PATIENCE = 1_000
const TENURE = [3, 10] as const
/** Share of the steps that take in any bid. */
const WALK = 0.05

/** Bids of a sale with free disposal that can win together; maximal, no claim beyond that. */
export function searchWinners(
  auction: CombinatorialAuction,
  bids: readonly PackageBid[],
  seed: number,
  steps = STEPS,
): readonly PackageBid[] {
  const random = new RandomStream(seed)
  const count = bids.length
  const rivals = conflicts(auction, bids)
  const prices = Float64Array.from(bids, ({ price }) => price)
  const sizes = Float64Array.from(bids, ({ items }) => items.length)
  const wins = new Uint8Array(count)
  /** Sum of the prices of the winners a bid conflicts with. */
  const against = new Float64Array(count)
  const tabuUntil = new Float64Array(count)
  let value = 0
  let best = 0
  let bestSet = new Uint8Array(count)
  let improved = 0
  const flip = (b: number, sign: 1 | -1): void => {
    wins[b] = sign === 1 ? 1 : 0
    value += sign * (prices[b] as number)
    for (const rival of rivals[b] as Int32Array)
      against[rival] = (against[rival] as number) + sign * (prices[b] as number)
  }
  for (let step = 1; step <= steps && count > 0; step++) {
    if (step - improved > PATIENCE) {
      improved = step
      tabuUntil.fill(0)
      for (let b = 0; b < count; b++) if (wins[b] === 1 && random.chance(0.7)) flip(b, -1)
    }
    let chosen = -1
    if (random.chance(WALK)) {
      const any = random.integer(0, count - 1)
      if (wins[any] === 0 && (prices[any] as number) > 0) chosen = any
    } else {
      let most = Number.NEGATIVE_INFINITY
      for (let b = 0; b < count; b++) {
        if (wins[b] === 1 || (prices[b] as number) <= 0) continue
        const gain = (prices[b] as number) - (against[b] as number)
        const score = gain / (sizes[b] as number)
        if (score <= most || ((tabuUntil[b] as number) > step && value + gain <= best)) continue
        chosen = b
        most = score
      }
    }
    if (chosen < 0) continue
    for (const rival of rivals[chosen] as Int32Array) {
      if (wins[rival] === 0) continue
      flip(rival, -1)
      tabuUntil[rival] = step + random.integer(TENURE[0], TENURE[1])
    }
    flip(chosen, 1)
    if (value > best * (1 + 1e-12)) {
      best = value
      bestSet = wins.slice()
      improved = step
    }
  }
  return bids.filter((_, b) => bestSet[b] === 1)
}

function conflicts(auction: CombinatorialAuction, bids: readonly PackageBid[]): readonly Int32Array[] {
  const groups = new Map<string, number[]>()
  bids.forEach((bid, b) => {
    const keys = bid.items.map((item) => `item ${item}`)
    for (const key of auction.exclusive ? [...keys, `bidder ${bid.bidder}`] : keys) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [b])
      else group.push(b)
    }
  })
  const rivals = bids.map(() => new Set<number>())
  for (const group of groups.values())
    for (const b of group) for (const other of group) if (other !== b) rivals[b]?.add(other)
  return rivals.map((set) => Int32Array.from(set).sort())
}

/**
 * No set of winners of a sale brings more: each item at the greatest share of a price that a bid offers for it, prices being shared equally
 * over their items.
 */
export function itemBound(bids: readonly PackageBid[]): number {
  const most = new Map<string, number>()
  for (const { items, price } of bids) {
    for (const item of items) most.set(item, Math.max(most.get(item) ?? 0, price / items.length))
  }
  let total = 0
  for (const share of most.values()) total += share
  return total
}
