import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/domain/plan.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { candidates } from '../../src/htn/candidates.ts'
import { defineDomain } from '../../src/htn/define-domain.ts'
import { domainSystem } from '../../src/htn/domain-system.ts'
import { type BasePlanner, findViolations, planWithResources, ResourceAwarePlanner } from '../../src/resources/index.ts'

/** Goods go by van or by two small trucks; each way loads at the only ramp. */
const transport = defineDomain({
  state: { delivered: { kind: 'boolean' } },
  actions: {
    load: { effects: {}, cost: 1, duration: 2 },
    'drive van': { effects: { delivered: true }, cost: 3, duration: 6 },
    'drive truck': { effects: { delivered: true }, cost: 4, duration: 3 },
  },
  tasks: {
    deliver: [
      { name: 'by van', subtasks: [['load'], ['drive van']] },
      { name: 'by trucks', subtasks: [['load'], ['drive truck'], ['drive truck']], ordered: false },
    ],
  },
})

const AMOUNTS = new Map<string, Readonly<Record<string, number>>>([
  ['load', { ramp: 1 }],
  ['drive van', { fuel: 6, driver: 1 }],
  ['drive truck', { fuel: 3, driver: 1 }],
])

/** The domain knows nothing of amounts: what steps take is told on their way out. */
const base: BasePlanner = {
  candidates: async function* () {
    const system = domainSystem(transport, {
      state: { delivered: false },
      tasks: [['deliver'], ['deliver']],
      ordered: false,
    })
    for await (const { plan, bound } of candidates(system)) {
      const steps = plan.steps.map((step) => ({ ...step, resources: AMOUNTS.get(step.name) ?? {} }))
      yield { plan: { ...plan, steps }, bound }
    }
    return { status: 'complete' }
  },
}

const resource = (id: string, type: Resource['type'], amount: number, costPerUnit = 0): Resource => ({
  id,
  type,
  capacity: type === 'reusable' ? amount : null,
  initial: amount,
  costPerUnit,
  costPerTime: 0,
})

const resources = [
  resource('ramp', 'reusable', 1),
  resource('driver', 'reusable', 2),
  resource('fuel', 'producible', 12, 1),
]

describe('planning under resources above the HTN candidates', () => {
  it('is proved best over all candidates and breaks nothing', async () => {
    const result = await planWithResources(base, resources)
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    // Two vans: 2 x (1 + 3) and 12 fuel; the second is loaded by 4 and drives for 6.
    expect([result.cost, result.makespan]).toEqual([20, 10])
    expect(findViolations(result.steps, resources)).toEqual([])
    expect(result.trace[0]?.outcome).toBe('best')
  })

  it('passes over the first candidate when it cannot meet the deadline, with the reason in the trace', async () => {
    const result = await planWithResources(base, resources, { deadline: 9 })
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(result.makespan).toBeLessThanOrEqual(9)
    expect(result.steps.map((step) => step.id).filter((id) => id.includes('truck')).length).toBeGreaterThan(0)
    expect(result.trace[0]).toMatchObject({ outcome: 'infeasible', number: 1 })
    expect(result.trace.some((entry) => entry.outcome === 'best')).toBe(true)
  })

  it('puts time first when asked to', async () => {
    const result = await planWithResources(base, resources, {}, { objectives: ['makespan', 'cost'] })
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(result.makespan).toBeLessThan(10)
    expect(result.cost).toBeGreaterThanOrEqual(20)
  })

  it('repairs by refuelling where the tank is too small, and never loses the goal', async () => {
    const small = resources.map((own) => (own.id === 'fuel' ? { ...own, initial: 10, capacity: 20 } : own))
    const refuel = {
      id: 'refuel',
      duration: 1,
      requires: [],
      produces: [{ resource: 'fuel', amount: 10, when: 'end' as const }],
      cost: 2,
    }
    const without = await planWithResources(base, small)
    expect(without.status).toBe('infeasible')
    if (without.status === 'infeasible') expect(JSON.stringify(without.conflict)).toContain('fuel')
    const result = await planWithResources(base, small, {}, { insertable: [refuel] })
    expect(result.status).toBe('feasible')
    if (result.status !== 'feasible') return
    expect(result.changes.some((change) => change.kind === 'insert')).toBe(true)
    expect(findViolations(result.steps, small)).toEqual([])
    expect(result.steps.filter((step) => step.id.includes('drive')).length).toBeGreaterThanOrEqual(2)
  })

  it('falls back to the sequence of the plan where moving steps would break what the planner verifies', async () => {
    const verify = (plan: Plan): string | null => {
      const loads = plan.steps.filter((step) => step.name === 'load').map((step) => step.end ?? 0)
      const drives = plan.steps.filter((step) => step.name !== 'load').map((step) => step.start ?? 0)
      return Math.max(...loads) <= Math.min(...drives) ? null : 'drives before all is loaded'
    }
    const planner = new ResourceAwarePlanner({ ...base, verify }, resources)
    const result = await planner.plan()
    expect(result.status).toBe('feasible')
    if (result.status !== 'feasible') return
    expect(verify(result.plan)).toBeNull()
    expect(result.limit).toBe('gap')
  })

  it('looks at no more candidates than allowed and then claims no proof', async () => {
    const result = await planWithResources(base, resources, {}, { maximalCandidates: 1, objectives: ['makespan'] })
    expect(result.status).toBe('feasible')
    expect(result.trace).toHaveLength(1)
  })
})
