import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  type ResourceRequest,
  resolveByLeastDelay,
  resolveInOrder,
  resourceConflicts,
} from '../../src/coordination/resource-conflicts.ts'

const request = (
  id: string,
  start: number,
  duration: number,
  weight = 1,
  uses: Record<string, number> = { aisle: 1 },
): ResourceRequest => ({
  id,
  start,
  duration,
  weight,
  uses,
})
const aisle = [
  request('R1', 12, 9, 3),
  request('R2', 14, 6, 1),
  request('R3', 15, 4, 5),
  request('R4', 20, 7, 2),
  request('R6', 21, 5, 4),
]

describe('five robots that want one aisle', () => {
  test('delay least in the order R1, R3, R6, R4, R2, for 89', async () => {
    const result = await resolveByLeastDelay(aisle, { aisle: 1 })
    expect(result).toMatchObject({ status: 'optimal', delayCost: 89, order: ['R1', 'R3', 'R6', 'R4', 'R2'] })
    if (result.status === 'optimal')
      expect(Object.fromEntries(result.starts)).toEqual({ R1: 12, R3: 21, R6: 25, R4: 30, R2: 37 })
  })

  test('lose 157 when the first come is first served', () => {
    expect(resolveInOrder(aisle, { aisle: 1 }, 'first-come')).toMatchObject({ delayCost: 157 })
  })

  test('conflict in these pairs', () => {
    const pairs = resourceConflicts(aisle, { aisle: 1 }).map((one) => one.requests.join('-'))
    expect(pairs.sort()).toEqual(['R1-R2', 'R1-R3', 'R1-R4', 'R2-R3', 'R4-R6'])
  })
})

test('two plans of 5 hours with one crane run one after the other', async () => {
  const plans = [request('a', 0, 5, 1, { crane: 1 }), request('b', 0, 5, 1, { crane: 1 })]
  const result = await resolveByLeastDelay(plans, { crane: 1 })
  expect(result.status === 'optimal' && [...result.starts.values()].sort()).toEqual([0, 5])
})

test('a request for more than there is at all is named, and never delayed for ever', async () => {
  const result = await resolveByLeastDelay([request('big', 0, 2, 1, { crew: 5 })], { crew: 3 })
  expect(result).toMatchObject({ status: 'infeasible', impossible: [{ requests: ['big'], wanted: 5, capacity: 3 }] })
})

const arbitraryRequests = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 4 }),
      duration: fc.integer({ min: 1, max: 3 }),
      weight: fc.integer({ min: 0, max: 4 }),
      amount: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((list) =>
    list.map(({ start, duration, weight, amount }, k) => request(`q${k}`, start, duration, weight, { crew: amount })),
  )

/** Profile instant by instant, apart from the critical sets. */
const overused = (requests: readonly ResourceRequest[], starts: ReadonlyMap<string, number>): boolean => {
  for (let t = 0; t < 40; t++) {
    const used = requests.filter((one) => starts.get(one.id)! <= t && t < starts.get(one.id)! + one.duration)
    if (used.reduce((sum, one) => sum + one.uses['crew']!, 0) > 2) return true
  }
  return false
}

test.prop([arbitraryRequests], { numRuns: 40, seed: 6 })(
  'least delay is compatible, and no order of placing the requests does better',
  async (requests) => {
    const result = await resolveByLeastDelay(requests, { crew: 2 })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(overused(requests, result.starts)).toBe(false)
    const starts = new Map(requests.map((one) => [one.id, one.start]))
    expect(resourceConflicts(requests, { crew: 2 }).length > 0).toBe(overused(requests, starts))
    let best = Number.POSITIVE_INFINITY
    const place = (
      left: readonly ResourceRequest[],
      placed: readonly ResourceRequest[],
      at: ReadonlyMap<string, number>,
      cost: number,
    ): void => {
      if (left.length === 0) best = Math.min(best, cost)
      for (const one of left) {
        let start = one.start
        while (overused([...placed, one], new Map(at).set(one.id, start))) start++
        place(
          left.filter((x) => x !== one),
          [...placed, one],
          new Map(at).set(one.id, start),
          cost + one.weight * (start - one.start),
        )
      }
    }
    place(requests, [], new Map(), 0)
    expect(result.delayCost).toBe(best)
    for (const order of ['first-come', 'priority'] as const) {
      const other = resolveInOrder(requests, { crew: 2 }, order)
      if (other.status !== 'feasible') throw new Error(other.status)
      expect(overused(requests, other.starts)).toBe(false)
      expect(other.delayCost).toBeGreaterThanOrEqual(result.delayCost)
    }
  },
)
