import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/domain/resource.ts'
import {
  type AdmissionRequest,
  computeResourceUsage,
  findViolations,
  ResourceAllocator,
  type ResourceStep,
} from '../../src/resources/index.ts'

const free = { costPerUnit: 0, costPerTime: 0 }
const resources: Resource[] = [
  { id: 'crane', type: 'reusable', capacity: 2, initial: 2, ...free },
  { id: 'fuel', type: 'producible', capacity: 8, initial: 5, ...free },
]

const step = (id: string, start: number, end: number, crane: number, fuel: number): ResourceStep => ({
  id,
  start,
  end,
  requires: [
    ...(crane > 0 ? [{ resource: 'crane', amount: crane, when: 'duration' as const }] : []),
    ...(fuel > 0 ? [{ resource: 'fuel', amount: fuel, when: 'duration' as const }] : []),
  ],
  produces: fuel < 0 ? [{ resource: 'fuel', amount: -fuel, when: 'end' as const }] : [],
})

describe('plans that want the same resources', () => {
  it('go ahead by priority, and who does not is told where it would not fit', async () => {
    const result = await new ResourceAllocator(resources).allocate([
      { id: 'small', value: 9, options: [[step('lift', 0, 4, 1, 1)]] },
      { id: 'urgent', priority: 5, options: [[step('lift', 2, 6, 2, 3)]] },
      { id: 'later', options: [[step('lift', 6, 8, 2, 2)]] },
    ])
    expect(result.status).toBe('optimal')
    if (result.status === 'unknown') return
    expect(result.granted.map((entry) => entry.request)).toEqual(['urgent', 'later'])
    expect(result.refused).toEqual([{ request: 'small', reasons: [expect.stringContaining('crane: 3 in use of 2')] }])
    expect(result.worth).toEqual([
      { priority: 5, value: 1 },
      { priority: 0, value: 1 },
    ])
  })

  it('take another option when the first does not fit', async () => {
    const result = await new ResourceAllocator(resources).allocate([
      { id: 'one', options: [[step('lift', 0, 4, 2, 0)]] },
      { id: 'two', options: [[step('lift', 1, 3, 1, 0)], [step('lift', 4, 6, 1, 0)]] },
    ])
    expect(result.status === 'optimal' && result.granted.map((entry) => entry.option)).toEqual([0, 1])
  })

  it('are chosen as well as by trying every combination', async () => {
    const request = fc
      .record({
        priority: fc.constantFrom(0, 0, 1),
        value: fc.integer({ min: 1, max: 4 }),
        start: fc.integer({ min: 0, max: 4 }),
        length: fc.integer({ min: 1, max: 3 }),
        crane: fc.integer({ min: 0, max: 2 }),
        fuel: fc.integer({ min: -4, max: 4 }),
      })
      .map(
        ({ priority, value, start, length, crane, fuel }): Omit<AdmissionRequest, 'id'> => ({
          priority,
          value,
          options: [[step('s', start, start + length, crane, fuel)]],
        }),
      )
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 5 }), async (list) => {
        const requests = list.map((own, k) => ({ ...own, id: `${k}` }))
        let best: number[] = [-1, -1]
        for (let set = 0; set < 2 ** requests.length; set++) {
          const taken = requests.filter((_, k) => (set >> k) & 1)
          const steps = taken.flatMap((own) => (own.options[0] as ResourceStep[]).map((s) => ({ ...s, id: own.id })))
          if (findViolations(steps, resources).length > 0) continue
          const worth = [1, 0].map((priority) =>
            taken.reduce((sum, own) => sum + (own.priority === priority ? (own.value as number) : 0), 0),
          )
          if (worth[0]! > best[0]! || (worth[0] === best[0] && worth[1]! > best[1]!)) best = worth
        }
        const result = await new ResourceAllocator(resources).allocate(requests)
        if (result.status !== 'optimal') throw new Error(result.status)
        const found = [1, 0].map((priority) => result.worth.find((own) => own.priority === priority)?.value ?? 0)
        expect(found).toEqual(best)
      }),
      { seed: 4, numRuns: 60 },
    )
  })
})

it('the usage of a plan adds up what is consumed, produced and held at once', () => {
  const usage = computeResourceUsage([step('a', 0, 2, 1, 3), step('b', 1, 3, 1, -2)], resources)
  expect(usage.find((own) => own.resource === 'fuel')).toMatchObject({ consumed: 3, produced: 2, net: -1 })
  expect(usage.find((own) => own.resource === 'crane')).toMatchObject({ peak: 2 })
})
