import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { planningContractor } from '../../src/coordination/allocate.ts'
import { announceCombinatorially, type PackageBidder } from '../../src/coordination/combinatorial-announcement.ts'
import { contractNet } from '../../src/coordination/contract-net.ts'

const tasks = ['t0', 't1', 't2', 't3']

/** Any cost for any set of tasks; now and then none. */
function wild(seed: number, count: number): PackageBidder[] {
  const random = new RandomStream(seed)
  return Array.from({ length: count }, (_, a) => {
    const costs = Array.from({ length: 16 }, () => (random.chance(0.25) ? null : random.integer(1, 50)))
    return { id: `a${a}`, cost: (held) => costs[held.reduce((mask, task) => mask | (1 << tasks.indexOf(task)), 0)]! }
  })
}

/** Most tasks first, then least cost, over all ways to give them out or leave them over. */
function bestByHand(bidders: readonly PackageBidder[]): { readonly done: number; readonly cost: number } {
  let best = { done: 0, cost: 0 }
  for (let code = 0; code < (bidders.length + 1) ** 4; code++) {
    const owners = tasks.map((_, j) => Math.floor(code / (bidders.length + 1) ** j) % (bidders.length + 1))
    const parts = bidders.map((bidder, a) => {
      const held = tasks.filter((_, j) => owners[j] === a)
      return held.length === 0 ? 0 : (bidder.cost(held) ?? Number.POSITIVE_INFINITY)
    })
    const cost = parts.reduce((sum, one) => sum + one, 0)
    const done = owners.filter((one) => one < bidders.length).length
    if (Number.isFinite(cost) && (done > best.done || (done === best.done && cost < best.cost))) best = { done, cost }
  }
  return best
}

describe('tasks announced together', () => {
  test.prop([fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 3 })], { numRuns: 50, seed: 71 })(
    'with bids on all packages go as many as can and at the least cost of all allocations',
    async (seed, count) => {
      const bidders = wild(seed, count)
      const result = await announceCombinatorially(tasks, bidders, { rounds: 1 })
      const best = bestByHand(bidders)
      expect(tasks.length - result.unallocated.length).toBe(best.done)
      expect(result.cost).toBeCloseTo(best.cost, 9)
      expect(result).toMatchObject({ status: best.done === 4 ? 'complete' : 'partial', optimal: true })
    },
  )

  const stops: Readonly<Record<string, number>> = { t0: 4, t1: 10, t2: -3, t3: -8 }
  const drive =
    (home: number) =>
    (held: readonly string[]): number => {
      const away = held.map((task) => (stops[task] as number) - home)
      return 2 * (Math.max(0, ...away) - Math.min(0, ...away))
    }

  test('find the two tours that a sequential contract net misses', async () => {
    const bidders = [-1, 1].map((home, a) => ({ id: `a${a}`, cost: drive(home) }))
    const net = contractNet(
      tasks,
      bidders.map(({ id, cost }) => planningContractor(id, cost)),
    )
    const together = await announceCombinatorially(tasks, bidders)
    expect(together.cost).toBeLessThanOrEqual(net.cost)
    expect(together.allocation.map((one) => one.tasks)).toEqual([
      ['t2', 't3'],
      ['t0', 't1'],
    ])
  })

  test('in single tasks are announced again until all are taken, at costs on top of what was won', async () => {
    const bidders = [{ id: 'a0', cost: drive(0) }]
    const result = await announceCombinatorially(tasks, bidders, { packageSize: 1 })
    expect(result).toMatchObject({ status: 'complete', optimal: false, cost: 36 })
    expect(result.rounds).toHaveLength(4)
    const paid = result.rounds.flatMap(({ awards }) => awards).reduce((sum, { price }) => sum + price, 0)
    expect(paid).toBe(36)
  })

  test('that nobody takes are left over; too many packages and repeated names are refused', async () => {
    const idle = [{ id: 'a', cost: () => null }]
    expect(await announceCombinatorially(['x'], idle)).toMatchObject({ status: 'partial', unallocated: ['x'], cost: 0 })
    const many = Array.from({ length: 20 }, (_, j) => `t${j}`)
    await expect(announceCombinatorially([...many, 't0'], [...idle, ...idle], { rounds: 0 })).rejects.toThrow(
      /4 faults/,
    )
  })
})
