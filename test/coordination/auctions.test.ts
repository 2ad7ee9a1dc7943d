import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { dutchAuction, englishAuction, sealedBidAuction } from '../../src/coordination/auctions.ts'
import type { Valuation } from '../../src/domain/auction.ts'

const bids = (...amounts: number[]): Valuation[] => amounts.map((amount, i) => ({ bidder: `b${i}`, amount }))

describe('an auction of one item among bidders worth 10, 8 and 5', () => {
  test('ends at 8 in the second-price auction and at 10 in the first-price auction', () => {
    expect(sealedBidAuction(bids(10, 8, 5), 'second')).toMatchObject({ winner: 'b0', price: 8 })
    expect(sealedBidAuction(bids(10, 8, 5), 'first')).toMatchObject({ winner: 'b0', price: 10 })
  })

  test('ends at 8 or 9 in the English auction with steps of 1', () => {
    const outcome = englishAuction(bids(10, 8, 5), { start: 1, step: 1 })
    expect(outcome).toMatchObject({ status: 'sold', winner: 'b0' })
    if (outcome.status === 'sold') expect([8, 9]).toContain(outcome.price)
  })

  test('ends at 10 in the Dutch auction', () => {
    expect(dutchAuction(bids(10, 8, 5), { start: 20, step: 1 })).toMatchObject({ winner: 'b0', price: 10 })
  })

  test('stays unsold above every limit', () => {
    expect(sealedBidAuction(bids(10, 8, 5), 'second', { reserve: 11 }).status).toBe('unsold')
    expect(englishAuction(bids(10, 8, 5), { start: 11, step: 1 }).status).toBe('unsold')
    expect(dutchAuction(bids(10, 8, 5), { start: 20, step: 1, reserve: 11 }).status).toBe('unsold')
  })
})

const gain = (rule: 'first' | 'second', offers: readonly number[], value: number): number => {
  const outcome = sealedBidAuction(bids(...offers), rule)
  return outcome.status === 'sold' && outcome.winner === 'b0' ? value - outcome.price : 0
}

test('in a second-price auction no deviation of 0 to 12 gains over the truth, whatever the others bid', () => {
  for (let value = 0; value <= 12; value++) {
    for (let other = 0; other <= 12; other++) {
      const truthful = gain('second', [value, other, 5], value)
      for (let lie = 0; lie <= 12; lie++) expect(gain('second', [lie, other, 5], value)).toBeLessThanOrEqual(truthful)
    }
  }
})

test('in a first-price auction a lower bid than the truth can gain', () => {
  expect(gain('first', [9, 8, 5], 10)).toBeGreaterThan(gain('first', [10, 8, 5], 10))
})

test.prop([fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 })], { seed: 1 })(
  'an English auction ends within one step of the second price, and with a winner of the highest limit but one step',
  (amounts) => {
    const outcome = englishAuction(bids(...amounts), { start: 1, step: 1 })
    const second = [...amounts].sort((a, b) => b - a)[1] as number
    if (outcome.status !== 'sold') throw new Error('unsold')
    expect(Math.abs(outcome.price - second)).toBeLessThanOrEqual(1)
    const limit = amounts[Number(outcome.winner.slice(1))] as number
    expect(limit).toBeGreaterThanOrEqual(second)
    expect(outcome.price).toBeLessThanOrEqual(limit)
  },
)

test('two bids of one bidder and a clock that does not move are refused', () => {
  expect(() => sealedBidAuction([...bids(1), ...bids(2)], 'first')).toThrow(/bids twice/)
  expect(() => englishAuction(bids(3), { start: 0, step: 0 })).toThrow(/does not end/)
})
