import { describe, expect, test } from 'vitest'
import type { TriggerEvidence } from '../../src/domain/execution.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { executeTask, ReplanningEngine } from '../../src/execution/engine.ts'
import { ExecutionMonitor } from '../../src/execution/monitor.ts'
import { defineDomain } from '../../src/htn/define-domain.ts'
import type { DomainProblem } from '../../src/htn/domain-types.ts'
import { planDomain } from '../../src/htn/plan-domain.ts'
import { DomainSource } from '../../src/system/execution/domain.ts'
import { domainTask } from '../../src/system/execution/index.ts'
import { traceViolations } from '../../src/system/execution/violations.ts'

/** Three deliveries, by a thirsty van or a dear tram. */
const deliveries = defineDomain({
  state: { done: { kind: 'number' } },
  resources: { fuel: { kind: 'stock', capacity: 12 } },
  actions: {
    van: { effects: { done: (state) => (state.done as number) + 1 }, cost: 1, requires: { fuel: 4 } },
    tram: { effects: { done: (state) => (state.done as number) + 1 }, cost: 5 },
  },
  tasks: {
    deliver: [
      { name: 'by van', subtasks: [['van']] },
      { name: 'by tram', subtasks: [['tram']] },
    ],
  },
})
const problem: DomainProblem = {
  state: { done: 0, fuel: 12 },
  tasks: [['deliver'], ['deliver'], ['deliver']],
  goal: [['done', '>=', 3]],
}
const shortage: TriggerEvidence = { trigger: 'resource_shortage', evidence: 'half of the fuel leaked' }
const stock: Resource = { id: 'fuel', type: 'consumable', initial: 12, capacity: 12, costPerUnit: 0, costPerTime: 0 }

describe('replanning with what is left', () => {
  test('half of the fuel left: the new plan uses no more than that', async () => {
    const task = domainTask(deliveries, problem)
    const first = planDomain(deliveries, problem)
    if (!('plan' in first)) throw new Error('no plan')
    expect(first.plan.steps.map((step) => step.name)).toEqual(['van', 'van', 'van'])
    const monitor = new ExecutionMonitor(first.plan, task.executor, task.model, problem.state)
    const engine = new ReplanningEngine(monitor, new DomainSource(deliveries, problem))
    const plan = await engine.replanWithResources(shortage, problem.state, new Map([['fuel', 6]]))
    expect(plan?.steps.map((step) => step.name).sort()).toEqual(['tram', 'tram', 'van'])
    expect(await engine.replanWithResources(shortage, { done: 0, fuel: 0 }, new Map([['fuel', 0]]))).toMatchObject({
      cost: 15,
    })
  })

  test('a leak while under way: what the rest can no longer afford is done otherwise', async () => {
    const faults = [{ kind: 'event', at: 0.5, set: { fuel: 5 } }] as const
    const trace = await executeTask(domainTask(deliveries, problem, { faults }), { divergenceThreshold: 1 })
    expect(trace.status).toBe('success')
    expect(trace.results.map((result) => result.step.name).filter((name) => name === 'tram').length).toBeGreaterThan(0)
    expect(trace.results.every((result) => result.status === 'success')).toBe(true)
    expect(trace.currentState['fuel'] as number).toBeGreaterThanOrEqual(0)
  })

  test('the state of the monitor is the one of the last entry of the trace', async () => {
    const task = domainTask(deliveries, problem)
    const first = planDomain(deliveries, problem)
    if (!('plan' in first)) throw new Error('no plan')
    const monitor = new ExecutionMonitor(first.plan, task.executor, task.model, problem.state)
    await monitor.executeStep()
    expect(monitor.currentState).toEqual(monitor.trace.results.at(-1)?.actualState)
    expect(monitor.currentState).toEqual(monitor.trace.currentState)
  })
})

describe('violations of a trace', () => {
  test('a trace that took 10 more than there is says so, with the steps', async () => {
    const task = domainTask(deliveries, problem)
    const first = planDomain(deliveries, problem)
    if (!('plan' in first)) throw new Error('no plan')
    const steps = first.plan.steps.map((step) => ({ ...step, resources: { fuel: 22 / 3 } }))
    const plan = { ...first.plan, steps }
    const trace = await executeTask({ ...task, plan })
    const [violation] = traceViolations(trace, [stock])
    expect(violation).toMatchObject({ type: 'unavailable', resource: 'fuel' })
    expect(violation?.fix).toMatchObject({ kind: 'supply' })
    expect(violation?.fix.kind === 'supply' ? violation.fix.amount : 0).toBeCloseTo(10)
    expect(violation?.steps.at(-1)).toMatch(/^van#/)
    expect(traceViolations(await executeTask(task), [stock])).toEqual([])
  })

  test('costs beyond the budget and ends beyond the deadline are violations too', async () => {
    const trace = await executeTask(domainTask(deliveries, problem))
    const types = traceViolations(trace, [stock], { budget: 2, deadline: 2 }).map((violation) => violation.type)
    expect(types.sort()).toEqual(['budget', 'deadline'])
  })
})
