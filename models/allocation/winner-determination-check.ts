/** The rules of a combinatorial auction, on the input and on any set of winners: from the auction's own words, no model. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { CombinatorialAuction, PackageBid } from '../../src/domain/auction.ts'

/** Rules that a set of winners breaks, one sentence each. */
export function checkWinners(auction: CombinatorialAuction, winners: readonly PackageBid[]): string[] {
  const broken: string[] = []
  for (const item of auction.items) {
    const times = winners.filter((bid) => bid.items.includes(item)).length
    const tooFew = times < 1 && (auction.cover === 'exact' || auction.side === 'buy')
    const tooMany = times > 1 && (auction.cover === 'exact' || auction.side === 'sell')
    if (tooFew || tooMany) broken.push(`item "${item}" goes in ${times} winning bids`)
  }
  if (auction.exclusive) {
    const wins = new Set<string>()
    for (const { bidder } of winners) {
      if (wins.has(bidder)) broken.push(`bidder "${bidder}" wins more than one bid`)
      wins.add(bidder)
    }
  }
  for (const winner of winners) {
    if (!auction.bids.includes(winner)) broken.push(`bid "${winner.id}" was never made`)
  }
  return broken
}

/** @throws InvalidInputError with every fault */
export function validateAuction(auction: CombinatorialAuction): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const items = new Set<string>()
  auction.items.forEach((item, g) => {
    if (items.has(item)) fault('duplicate', ['items', g], `the item "${item}" is listed twice`, 'list every item once')
    items.add(item)
  })
  const ids = new Set<string>()
  const packages = new Map<string, string>()
  auction.bids.forEach((bid, b) => {
    if (ids.has(bid.id)) fault('duplicate', ['bids', b, 'id'], `two bids are called "${bid.id}"`, 'use unique ids')
    ids.add(bid.id)
    if (!Number.isFinite(bid.price)) {
      fault('not-finite', ['bids', b, 'price'], `the price of bid "${bid.id}" is ${bid.price}`, 'give a finite number')
    }
    if (bid.items.length === 0) {
      fault('empty', ['bids', b, 'items'], `bid "${bid.id}" names no item`, 'name at least one item')
    }
    bid.items.forEach((item, k) => {
      if (!items.has(item)) {
        fault(
          'unknown-item',
          ['bids', b, 'items', k],
          `bid "${bid.id}" names the unknown item "${item}"`,
          'list it in items',
        )
      }
      if (bid.items.indexOf(item) !== k) {
        fault('duplicate', ['bids', b, 'items', k], `bid "${bid.id}" names "${item}" twice`, 'name every item once')
      }
    })
    const key = JSON.stringify([bid.bidder, [...bid.items].sort()])
    const earlier = packages.get(key)
    if (earlier !== undefined) {
      const hint = 'keep one bid of a bidder for a package'
      fault(
        'duplicate-bid',
        ['bids', b],
        `bid "${bid.id}" repeats the package of "${earlier}" by "${bid.bidder}"`,
        hint,
      )
    } else packages.set(key, bid.id)
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
