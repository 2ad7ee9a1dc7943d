import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { allocateByBundles } from '../../src/coordination/allocate-by-bundles.ts'
import { allocateTasks } from '../../src/coordination/allocation-front.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'

const problemOf = (costs: readonly (readonly (number | null)[])[], capacity: number): AllocationProblem => ({
  title: '',
  unit: 'h',
  agents: costs.map((_, a) => ({ id: `a${a}`, capacity, capabilities: [] })),
  tasks: (costs[0] ?? []).map((_, j) => ({ id: `t${j}`, needs: [] })),
  costs,
  loads: costs.map((line) => line.map((cost) => (cost === null ? null : 1))),
  objectives: ['cost'],
})

test('neighbours in a line agree on the cheapest pairs first, and hear how far that is from the optimum', async () => {
  const costs = [
    [1, 2],
    [2, 9],
  ]
  const links = [['a0', 'a1']] as const
  const result = await allocateByBundles(problemOf(costs, 1), { links })
  expect(result).toMatchObject({
    status: 'complete',
    cost: 10,
    pairs: [
      [0, 0],
      [1, 1],
    ],
    optimum: { cost: 4 },
  })
  expect(result.gap).toBeCloseTo(1.5, 12)
})

test("agents out of each other's reach do not agree, and nothing is given out", async () => {
  const result = await allocateByBundles(problemOf([[1], [2]], 1), { links: [], rounds: 20 })
  expect(result).toMatchObject({ status: 'disagreed', pairs: [], gap: null })
})

const tables = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([agents, tasks]) =>
  fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 20 })), { minLength: tasks, maxLength: tasks }), {
    minLength: agents,
    maxLength: agents,
  }),
)

test.prop([tables, fc.constantFrom(0, 0.3)], { numRuns: 60, seed: 81 })(
  'no capacity and no forbidden pair is broken, and the optimum never costs more',
  async (costs, loss) => {
    const result = await allocateByBundles(problemOf(costs, 2), { loss, seed: 5, silence: 1000 })
    expect(result.status).not.toBe('disagreed')
    for (const [a, j] of result.pairs) expect(costs[a]?.[j]).not.toBeNull()
    costs.forEach((_, a) => {
      expect(result.pairs.filter(([agent]) => agent === a).length).toBeLessThanOrEqual(2)
    })
    if (result.gap !== null) expect(result.gap).toBeGreaterThanOrEqual(0)
  },
)

test('conditions over who does what are refused by the protocols, which would ignore them, and kept by the model', async () => {
  const problem = {
    title: 't',
    unit: 'h',
    agents: ['a', 'b'].map((id) => ({ id, capacity: 10, capabilities: [] })),
    tasks: ['x', 'y'].map((id) => ({ id, needs: [] })),
    costs: [
      [1, 1],
      [2, 2],
    ],
    loads: [
      [1, 1],
      [1, 1],
    ],
    objectives: ['cost' as const],
    choices: [{ name: 'b does something', terms: [{ agent: 'b', coefficient: 1 }], least: 1, most: null }],
  }
  for (const strategy of ['contract_net', 'auction', 'capability_match'] as const)
    await expect(allocateTasks(problem, { strategy })).rejects.toThrow(/constraints/)
  const best = await allocateTasks(problem, { strategy: 'optimal_assignment' })
  expect(best).toMatchObject({ status: 'optimal', cost: 3 })
})
