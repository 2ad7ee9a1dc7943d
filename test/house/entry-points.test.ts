import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PLAN_VERSION, type Plan, type PlanStep } from '../../src/domain/plan.ts'
import type { Resource } from '../../src/domain/resource.ts'
import type { BasePlanner } from '../../src/resources/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, string | { default: string }>
}
const entries = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'string'
    ? []
    : [[name, target.default.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')] as const],
)

describe('each feature', () => {
  // A fresh start: nothing that another entry point has loaded or set up is there.
  beforeEach(() => vi.resetModules())

  test.each(entries)('runs alone: %s', async (_name, source) => {
    const module = (await import(pathToFileURL(`${root}${source}`).href)) as object
    expect(Object.values(module).filter((value) => value !== undefined).length).toBeGreaterThan(0)
  })
})

describe('features stand on what a planner gives, not on ours', () => {
  /** Two plans written down by hand; no hierarchy, no search. */
  const plan = (steps: readonly Omit<PlanStep, 'id' | 'args'>[]): Plan => ({
    version: PLAN_VERSION,
    steps: steps.map((step, id) => ({ id, args: [], ...step })),
    ordering: steps.slice(1).map((_, id) => [id, id + 1]),
    links: [],
    decomposition: null,
    cost: steps.reduce((sum, { cost = 0 }) => sum + cost, 0),
  })
  const planner: BasePlanner = {
    candidates: async function* () {
      const burning = plan([{ name: 'heat', cost: 1, start: 0, end: 2, resources: { fuel: 5 } }])
      yield { plan: burning, bound: 1 }
      const waiting = plan([{ name: 'wait', cost: 4, start: 0, end: 6, resources: { fuel: 1 } }])
      yield { plan: waiting, bound: 4 }
      return { status: 'complete' }
    },
  }
  const fuel: Resource = {
    id: 'fuel',
    type: 'consumable',
    capacity: null,
    initial: 3,
    costPerUnit: 0,
    costPerTime: 0,
  }

  test('resources choose among the plans of any planner: here the one that the fuel allows', async () => {
    const { ResourceAwarePlanner } = await import('../../src/resources/index.ts')
    const result = await new ResourceAwarePlanner(planner, [fuel]).plan()
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.steps.map(({ name }) => name)).toEqual(['wait'])
    const plenty = await new ResourceAwarePlanner(planner, [{ ...fuel, initial: 5 }]).plan()
    expect(plenty).toMatchObject({ status: 'optimal', plan: { steps: [{ name: 'heat' }] } })
  })
})
