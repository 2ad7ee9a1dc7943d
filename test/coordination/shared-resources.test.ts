import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  allocateTasksWithResources,
  createAgent,
  type SharingTask,
  tablePlanner,
} from '../../src/coordination/index.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { ResourceTracker } from '../../src/resources/index.ts'
import { orders, robots } from './warehouse.ts'

const resource = (id: string, type: Resource['type'], amount: number): Resource => ({
  id,
  type,
  capacity: amount,
  initial: amount,
  costPerUnit: 0,
  costPerTime: 0,
})

describe('a shift with one charger that every robot goes to after an order', () => {
  const tracker = new ResourceTracker([resource('charger', 'reusable', 1)])
  const charging: SharingTask[] = orders(16).map((order) => ({
    ...order,
    shares: [{ resource: 'charger', amount: 1, when: 'after', duration: 5 }],
  }))

  test('costs 784 s as before, and never two robots charge at once', async () => {
    const agents = robots().map((robot) => createAgent(robot))
    const result = await allocateTasksWithResources(agents, charging, tracker)
    expect(result).toMatchObject({ status: 'optimal', cost: 784, bound: 784, gap: 0 })
    if (result.status !== 'optimal') return
    const holds = result.schedule.flatMap(({ holds: own }) => own).sort((a, b) => a.from - b.from)
    expect(holds).toHaveLength(16)
    holds.slice(1).forEach((one, k) => {
      expect(one.from).toBeGreaterThanOrEqual(holds[k]?.to as number)
    })
  })

  test('is compared with a contract net over the same limits', async () => {
    const agents = robots().map((robot) => createAgent(robot))
    const net = await allocateTasksWithResources(agents, charging.slice(0, 8), tracker, { strategy: 'contract_net' })
    expect(['optimal', 'feasible']).toContain(net.status)
    if (net.status === 'optimal' || net.status === 'feasible') expect(net.gap).toBeGreaterThanOrEqual(0)
  })
})

describe('a stock that all draw from', () => {
  const agents = () =>
    [
      ['thrifty', 10],
      ['hasty', 4],
    ].map(([id, cost]) =>
      createAgent({
        id: id as string,
        planner: tablePlanner(new Map(['t1', 't2', 't3'].map((task) => [task, { cost: cost as number, duration: 1 }]))),
      }),
    )
  const tasks: SharingTask[] = ['t1', 't2', 't3'].map((id) => ({ id, shares: [{ resource: 'paint', amount: 2 }] }))

  test('that is too small for all tasks is named', async () => {
    const result = await allocateTasksWithResources(agents(), tasks, {
      resources: [resource('paint', 'consumable', 5)],
    })
    expect(result.status).toBe('infeasible')
    if (result.status === 'infeasible') expect(result.conflict.explanation).toContain('there is 5 of paint')
    const net = await allocateTasksWithResources(
      agents(),
      tasks,
      { resources: [resource('paint', 'consumable', 5)] },
      { strategy: 'contract_net' },
    )
    expect(net).toMatchObject({ status: 'partial', unallocated: [{ task: 't3' }] })
  })

  test('is refused when nobody has said how much there is, and so is a planner whose costs do not add up', async () => {
    await expect(allocateTasksWithResources(agents(), tasks, { resources: [] })).rejects.toThrow(/paint/)
    const odd = createAgent({ id: 'odd', planner: { name: 'odd', plan: () => ({ status: 'none', reason: 'no' }) } })
    await expect(allocateTasksWithResources([odd], [], { resources: [] })).rejects.toThrow(/add up/)
  })
})

const small = fc.record({
  costs: fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
  durations: fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
  crane: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  deadline: fc.integer({ min: 2, max: 9 }),
})

test.prop([small], { numRuns: 40, seed: 31 })(
  'the cheapest allocation that fits in time: brute force over all allocations and all orders',
  async ({ costs, durations, crane, deadline }) => {
    const names = ['t0', 't1', 't2']
    const agents = costs.map((row, a) =>
      createAgent({
        id: `a${a}`,
        planner: tablePlanner(
          new Map(names.map((name, j) => [name, { cost: row[j] as number, duration: durations[a]?.[j] as number }])),
        ),
      }),
    )
    const tasks = names.map(
      (id, j): SharingTask => ({
        id,
        shares: crane[j] === true ? [{ resource: 'crane', amount: 1 }] : [],
      }),
    )
    const result = await allocateTasksWithResources(
      agents,
      tasks,
      { resources: [resource('crane', 'reusable', 1)] },
      { deadline },
    )
    let best = Number.POSITIVE_INFINITY
    for (let set = 0; set < 8; set++) {
      const who = names.map((_, j) => (set >>> j) & 1)
      const cost = who.reduce((sum, a, j) => sum + (costs[a]?.[j] as number), 0)
      const fits = permutations([0, 1, 2]).some((order) => {
        const free = [0, 0]
        let craneFree = 0
        let last = 0
        for (const j of order) {
          const a = who[j] as number
          const start = Math.max(free[a] as number, crane[j] === true ? craneFree : 0)
          const end = start + (durations[a]?.[j] as number)
          free[a] = end
          if (crane[j] === true) craneFree = end
          last = Math.max(last, end)
        }
        return last <= deadline
      })
      if (fits) best = Math.min(best, cost)
    }
    if (best === Number.POSITIVE_INFINITY) expect(result.status).toBe('infeasible')
    else expect(result).toMatchObject({ status: 'optimal', cost: best })
    if (result.status === 'optimal') expect(result.makespan).toBeLessThanOrEqual(deadline)
  },
)

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((one) => permutations(list.filter((other) => other !== one)).map((rest) => [one, ...rest]))
}
