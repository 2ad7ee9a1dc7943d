import { existsSync, readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { determineWinners, otherWinners, vickreyAuction } from '../../../models/allocation/winner-determination.ts'
import { checkWinners } from '../../../models/allocation/winner-determination-check.ts'
import { itemBound, searchWinners } from '../../../models/allocation/winner-search.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { CombinatorialAuction, PackageBid } from '../../../src/domain/auction.ts'

const carriers: Readonly<Record<string, string>> = {
  Alba: 'HAM-MUC=1310; MUC-LYS=1170; LYS-BCN=1230; MUC-WAW=1520; MUC-LYS+LYS-BCN+BCN-MUC=3430; MUC-WAW+WAW-HAM=2200; BCN-MUC+MUC-HAM=2610',
  Borealis:
    'HAM-MUC=1050; LYS-BCN=990; BCN-MUC=1800; MUC-WAW=1380; LYS-BCN+BCN-MUC=2490; MUC-HAM+HAM-MUC+MUC-LYS=3120; BCN-MUC+MUC-HAM=2540',
  Corvid:
    'MUC-HAM=1230; HAM-MUC=1240; MUC-LYS=1500; LYS-BCN=930; BCN-MUC=1780; MUC-WAW=1670; WAW-HAM=1440; MUC-LYS+LYS-BCN+BCN-MUC=3580; LYS-BCN+BCN-MUC=2190; MUC-HAM+HAM-MUC+MUC-LYS=3620; BCN-MUC+MUC-HAM=2510',
  Dorn: 'MUC-HAM=1060; MUC-LYS=1220; LYS-BCN=1040; BCN-MUC=1930; MUC-WAW=1220; WAW-HAM=1530; MUC-HAM+HAM-MUC=1830; MUC-LYS+LYS-BCN+BCN-MUC=3840; MUC-WAW+WAW-HAM=2260; MUC-HAM+HAM-MUC+MUC-LYS=3040; BCN-MUC+MUC-HAM=2610',
  Elbe: 'MUC-HAM=1400; HAM-MUC=1090; MUC-LYS=1250; MUC-WAW=1540; MUC-HAM+HAM-MUC=2110; MUC-LYS+LYS-BCN+BCN-MUC=3210; LYS-BCN+BCN-MUC=2590; BCN-MUC+MUC-HAM=2810',
}

const lanes: CombinatorialAuction = {
  title: 'transport lanes',
  unit: 'EUR',
  items: ['MUC-HAM', 'HAM-MUC', 'MUC-LYS', 'LYS-BCN', 'BCN-MUC', 'MUC-WAW', 'WAW-HAM'],
  side: 'buy',
  cover: 'exact',
  exclusive: true,
  bids: Object.entries(carriers).flatMap(([bidder, text]) =>
    text.split('; ').map((one, k): PackageBid => {
      const [items = '', price = ''] = one.split('=')
      return { id: `${bidder} ${k + 1}`, bidder, items: items.split('+'), price: Number(price) }
    }),
  ),
}

/** Every subset of the bids. */
function bestByHand(auction: CombinatorialAuction): number | null {
  let best: number | null = null
  for (let S = 0; S < 2 ** auction.bids.length; S++) {
    const chosen = auction.bids.filter((_, b) => ((S >>> b) & 1) === 1)
    if (checkWinners(auction, chosen).length > 0) continue
    const value = chosen.reduce((sum, bid) => sum + bid.price, 0)
    if (best === null || (auction.side === 'sell' ? value > best : value < best)) best = value
  }
  return best
}

const arbitraryAuction = fc
  .record({
    side: fc.constantFrom('sell' as const, 'buy' as const),
    cover: fc.constantFrom('exact' as const, 'free-disposal' as const),
    exclusive: fc.boolean(),
    bids: fc.uniqueArray(
      fc.record({
        bidder: fc.constantFrom('a', 'b', 'c', 'd'),
        items: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }),
        price: fc.integer({ min: 0, max: 12 }),
      }),
      { maxLength: 9, selector: ({ bidder, items }) => `${bidder} ${[...items].sort().join()}` },
    ),
  })
  .map(
    ({ bids, ...rest }): CombinatorialAuction => ({
      title: 'random',
      unit: '',
      items: ['1', '2', '3', '4'],
      ...rest,
      bids: bids.map((bid, b) => ({ id: `b${b}`, ...bid })),
    }),
  )

describe('the transport lanes', () => {
  test('are covered for 7240, 770 below the greedy choice, and by no other set of bids below 7430', async () => {
    const outcome = await determineWinners(lanes)
    expect(outcome.status).toBe('optimal')
    if (outcome.status !== 'optimal') return
    expect(outcome.value).toBe(7240)
    expect(outcome.greedyValue).toBe(8010)
    expect(outcome.winners.map((bid) => [bid.bidder, bid.price])).toEqual([
      ['Alba', 2200],
      ['Dorn', 1830],
      ['Elbe', 3210],
    ])
    expect(await otherWinners(lanes, outcome.winners)).toMatchObject({ status: 'optimal', value: 7430 })
  })

  test('pay Alba 2530, Dorn 2100 and Elbe 3400 by Vickrey, Clarke and Groves', async () => {
    const result = await vickreyAuction(lanes)
    expect(result).toMatchObject({
      status: 'optimal',
      total: 8030,
      payments: [
        { bidder: 'Alba', bid: 2200, payment: 2530, without: 7570 },
        { bidder: 'Dorn', bid: 1830, payment: 2100, without: 7510 },
        { bidder: 'Elbe', bid: 3210, payment: 3400, without: 7430 },
      ],
    })
  })

  test('with a lane that nobody bids on name that lane', async () => {
    const outcome = await determineWinners({ ...lanes, items: [...lanes.items, 'BCN-OPO'] })
    expect(outcome).toMatchObject({ status: 'infeasible', withoutBid: ['BCN-OPO'] })
  })
})

test('packages that cannot be combined name the fewest items that stay over', async () => {
  const bid = (id: string, ...items: string[]): PackageBid => ({ id, bidder: id, items, price: 1 })
  const auction: CombinatorialAuction = {
    ...lanes,
    items: ['1', '2', '3'],
    bids: [bid('a', '1', '2'), bid('b', '2', '3')],
  }
  const outcome = await determineWinners(auction)
  expect(outcome.status).toBe('infeasible')
  if (outcome.status === 'infeasible') expect(outcome.leftOver).toHaveLength(1)
})

test('a bid for a package already bid for by the same bidder is refused', async () => {
  const bids = [...lanes.bids, { id: 'again', bidder: 'Alba', items: ['HAM-MUC'], price: 1 }]
  await expect(determineWinners({ ...lanes, bids })).rejects.toThrow(InvalidInputError)
})

test('two bidders worth 150 alone in a sale where both together are worth 200 pay 50 each', async () => {
  const bid = (bidder: string, price: number, ...items: string[]): PackageBid => ({
    id: `${bidder}${items}`,
    bidder,
    items,
    price,
  })
  const sale: CombinatorialAuction = { ...lanes, side: 'sell', cover: 'free-disposal', items: ['A', 'B'], bids: [] }
  const first = await vickreyAuction({
    ...sale,
    bids: [bid('1', 150, 'A'), bid('2', 150, 'B'), bid('3', 200, 'A', 'B')],
  })
  expect(first.status === 'optimal' && first.payments.map((one) => one.payment)).toEqual([50, 50])
  const second = await vickreyAuction({
    ...sale,
    bids: [bid('1', 160, 'A'), bid('2', 150, 'B'), bid('3', 200, 'A', 'B')],
  })
  expect(second.status === 'optimal' && second.payments.map((one) => one.payment)).toEqual([50, 40])
})

test.prop([arbitraryAuction], { numRuns: 60, seed: 2 })(
  'winners are the best of all subsets of the bids',
  async (auction) => {
    const outcome = await determineWinners(auction)
    const expected = bestByHand(auction)
    if (expected === null) expect(outcome.status).toBe('infeasible')
    else expect(outcome).toMatchObject({ status: 'optimal', value: expected })
  },
)

test.prop([arbitraryAuction, fc.integer({ min: -6, max: 6 })], { numRuns: 25, seed: 9 })(
  'a bidder never gains by misreporting one price, and never loses by bidding the truth',
  async (random, lie) => {
    const auction: CombinatorialAuction = { ...random, side: 'sell', cover: 'free-disposal', exclusive: true }
    const mine = auction.bids[0]
    if (mine === undefined) return
    const gain = async (bids: readonly PackageBid[]): Promise<number> => {
      const result = await vickreyAuction({ ...auction, bids })
      if (result.status !== 'optimal') throw new Error('not solved')
      const payment = result.payments.find((one) => one.bidder === mine.bidder)
      if (payment === undefined) return 0
      const won = result.outcome.winners.filter((bid) => bid.bidder === mine.bidder).map((bid) => bid.id)
      const worth = auction.bids.filter((bid) => won.includes(bid.id)).reduce((sum, bid) => sum + bid.price, 0)
      return worth - (payment.payment as number)
    }
    const truthful = await gain(auction.bids)
    expect(truthful).toBeGreaterThanOrEqual(-1e-9)
    const lied = auction.bids.map((bid) => (bid === mine ? { ...bid, price: bid.price + lie } : bid))
    expect(await gain(lied)).toBeLessThanOrEqual(truthful + 1e-9)
  },
)

test.prop([arbitraryAuction], { numRuns: 20, seed: 12 })(
  'tabu search finds winners that can win together, and the shares of the items bound the best',
  (random) => {
    const auction: CombinatorialAuction = { ...random, side: 'sell', cover: 'free-disposal' }
    const winners = searchWinners(auction, auction.bids, 3)
    expect(checkWinners(auction, winners)).toEqual([])
    const value = winners.reduce((sum, bid) => sum + bid.price, 0)
    const best = bestByHand(auction) as number
    expect(value).toBeLessThanOrEqual(best)
    expect(itemBound(auction.bids)).toBeGreaterThanOrEqual(best - 1e-9)
    expect(searchWinners(auction, auction.bids, 3)).toEqual(winners)
  },
)

const folder = new URL('../../../../shared/benchmarks/coordination/cats/', import.meta.url).pathname
const hasInstances = existsSync(folder)

describe.skipIf(!hasInstances)(
  `published auctions${hasInstances ? '' : ' (skipped: ../shared/benchmarks is absent)'}`,
  () => {
    const read = (file: string): CombinatorialAuction => {
      const lines = readFileSync(folder + file, 'utf8')
        .split('\n')
        .map((line) => line.trim())
      const items = new Set<string>()
      const bids = lines
        .filter((line) => /^\d+\s+[\d.]+\s+\d/.test(line))
        .map((line): PackageBid => {
          const [id = '', price = '', ...goods] = line.replace('#', '').trim().split(/\s+/)
          for (const good of goods) items.add(good)
          return { id, bidder: id, items: goods, price: Number(price) }
        })
      return { title: file, unit: '', items: [...items], bids, side: 'sell', cover: 'free-disposal', exclusive: false }
    }

    test('reach the proved revenue, all that take less than a moment', async () => {
      const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as {
        file: string
        best: number
        isOptimal: boolean
        highsWasmCpuMs: number
      }[]
      // The others take longer; the benchmark `winners` runs all 54.
      const sample = expected.filter((one) => one.isOptimal && one.highsWasmCpuMs < 100)
      expect(sample.length).toBeGreaterThan(25)
      for (const { file, best } of sample) {
        const outcome = await determineWinners(read(file))
        expect([file, outcome.status, outcome.status === 'optimal' && outcome.value]).toEqual([file, 'optimal', best])
      }
    })

    test('that run out of time give winners and a bound, never "infeasible"', async () => {
      for (const [file, best] of [
        ['arbitrary_g60_b250_1.txt', 3170912],
        ['L7_g60_b250_1.txt', 33013989],
      ] as const) {
        const outcome = await determineWinners(read(file), { timeLimitMs: 1 })
        if (outcome.status !== 'feasible') throw new Error(outcome.status)
        expect(outcome.limit).toBe('time')
        expect(outcome.value).toBeGreaterThan(0.9 * best)
        expect(outcome.value).toBeLessThanOrEqual(best)
        expect(outcome.bound).toBeGreaterThanOrEqual(best)
      }
    })
  },
)
