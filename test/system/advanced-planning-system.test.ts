import { describe, expect, test } from 'vitest'
import type { OperationProblem, OperationTask } from '../../src/domain/operation.ts'
import { DurableRun, MemoryJournal } from '../../src/execution/journal/index.ts'
import { ExperienceModel } from '../../src/execution/learning/index.ts'
import { AdvancedPlanningSystem, planOperation, type SystemParts } from '../../src/system/index.ts'
import { able, badDay, hidden, order, orders, robots, unit } from './warehouse-day.ts'

const system = (more: Partial<SystemParts> = {}): AdvancedPlanningSystem =>
  new AdvancedPlanningSystem({ agents: robots, observationModel: hidden, ...more })

describe('a day in the warehouse', () => {
  test('before anything is known, reading the scanner first is worth it', async () => {
    const result = await system().plan({ tasks: orders, constraints: { budget: 60 } })
    if (result.status !== 'optimal') throw new Error(result.status)
    const [step] = result.information
    expect(step?.sensor).toBe('scan A')
    expect(step?.withoutSensing).toBeCloseTo(0.7 * 6 + 0.3 * 20, 9)
    expect(step?.expectedCost).toBeCloseTo(1 + 0.665 * 6 + 0.015 * 20 + 0.32 * 14, 9)
    expect(result.plan.steps.filter((one) => one.name === 'sense')).toHaveLength(1)
    expect(result.check.violations).toEqual([])
  })

  test('stock-out, broken robot and urgent order: every required order is done within the budget', async () => {
    const outcome = await system().planAndExecute({ tasks: orders, constraints: { budget: 60 }, world: badDay })
    expect(outcome.status).toBe('done')
    expect(outcome.check.violations).toEqual([])
    expect(outcome.done).toEqual(['O1', 'O2', 'O3', 'O4', 'O5', 'U1'])
    expect(outcome.cost).toBe(53)
    expect(outcome.time).toBe(28)
    expect(outcome.trace.replans.map((one) => [one.time, one.triggers[0]?.trigger])).toEqual([
      [2, 'message'],
      [5, 'failure'],
      [7, 'new_goal'],
    ])
    // What was known at 5 included the loss itself, recorded with the failure it caused.
    expect(outcome.trace.replans[1]?.triggers.map((one) => one.trigger)).toContain('precondition_violated')
    const urgent = outcome.trace.results.filter((one) => one.step.args[0] === 'U1' && one.status === 'success')
    expect(Math.max(...urgent.map((one) => one.end))).toBeLessThanOrEqual(24)
  })

  test('a quiet day needs no new plan but the one after the reading', async () => {
    const world = { truth: { 'bin A': 'stocked' }, outcomes: { 'scan A': 'full' } }
    const outcome = await system().planAndExecute({ tasks: orders, constraints: { budget: 60 }, world })
    expect(outcome.status).toBe('done')
    expect(outcome.replans).toBe(0)
    expect(outcome.cost).toBe(1 + 6 + 1 + 6 + 8 + 1 + 5 + 1 + 4 + 1)
  })

  test('money for all but one order: the rest is done and the order left is reported with what binds', async () => {
    const world = { truth: { 'bin A': 'empty' }, outcomes: { 'scan A': 'gap' } }
    const outcome = await system().planAndExecute({ tasks: orders, constraints: { budget: 33 }, world })
    expect(outcome.status).toBe('partial')
    expect(outcome.cost).toBeLessThanOrEqual(33)
    expect(outcome.left).toHaveLength(1)
    expect(outcome.left[0]?.reason).toMatch(/No schedule keeps budget 22 €.*11 of 33 €/)
    expect(outcome.check.violations).toEqual([])
  })

  test('a way that often takes longer than the deadline allows gives way to a dearer one, but no task is given up for it', async () => {
    const experience = new ExperienceModel()
    for (const duration of [9, 10, 10, 14, 15]) experience.observe({ subject: 'walk', success: true, duration })
    const walk = { id: 'on foot', units: [unit('walk', 'tote', 10, 1)], relies: [] }
    const drive = { id: 'by cart', units: [unit('drive', 'tote', 4, 5)], relies: [] }
    const run = (ways: OperationTask['ways'], monitoring: NonNullable<SystemParts['monitoring']>) =>
      new AdvancedPlanningSystem({ agents: robots.slice(0, 1), monitoring }).planAndExecute({
        tasks: [order('O1', 'tote', 0, { ways })],
        constraints: { deadline: 12 },
      })
    const lateness = { alpha: 0.2, experience }
    expect(await run([walk, drive], {})).toMatchObject({ status: 'done', cost: 1, replans: 0 })
    const safe = await run([walk, drive], { lateness })
    expect(safe).toMatchObject({ status: 'done', cost: 5, replans: 1, check: { violations: [] } })
    expect(safe.trace.replans[0]).toMatchObject({ time: 0, triggers: [{ trigger: 'timeout', threshold: 0.2 }] })
    const only = await run([walk], { lateness })
    expect(only).toMatchObject({ status: 'done', cost: 1, replans: 0 })
    expect(only.trace.noted).toHaveLength(1)
  })

  test('the same seed gives the same bytes, and the outcome is JSON', async () => {
    const run = () =>
      system({ seed: 7 }).planAndExecute({
        tasks: orders,
        constraints: { budget: 60 },
        world: { events: badDay.events ?? [] },
      })
    const [first, second] = [await run(), await run()]
    expect(JSON.stringify(first.trace)).toBe(JSON.stringify(second.trace))
    expect(JSON.parse(JSON.stringify(first.trace))).toEqual(first.trace)
  })

  test('a run that was killed goes on from its journal and ends with the same trace', async () => {
    const request = { tasks: orders, constraints: { budget: 60 }, world: badDay }
    const store = new MemoryJournal()
    const recorder = await DurableRun.open(store, { run: 'day', subject: 'warehouse' })
    const whole = await system({ monitoring: { recorder } }).planAndExecute(request)
    const records = await store.read()
    for (let kept = 1; kept < records.length; kept += 7) {
      const half = new MemoryJournal(records.slice(0, kept))
      const again = await DurableRun.open(half, { run: 'day', subject: 'warehouse' })
      const resumed = await system({ monitoring: { recorder: again } }).planAndExecute(request)
      expect(JSON.stringify(resumed.trace)).toBe(JSON.stringify(whole.trace))
    }
  })

  test('an interrupted run keeps its trace', async () => {
    const controller = new AbortController()
    const outcome = await system().planAndExecute({
      tasks: orders,
      world: badDay,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'replanned' && event.time >= 5) controller.abort()
      },
    })
    expect(outcome.status).toBe('stopped')
    expect(outcome.trace.results.length).toBeGreaterThan(0)
  })

  test('two replannings allowed: it stops with the reason', async () => {
    const outcome = await system().planAndExecute({ tasks: orders, world: badDay, maxReplans: 2 })
    expect(outcome.status).toBe('stopped')
    expect(outcome.reason).toContain('2 replannings are allowed')
  })
})

describe('times of tasks', () => {
  test('a task that is released later does not begin before, however free everybody is', async () => {
    const outcome = await system().planAndExecute({ tasks: [order('T', 'tote', 3, { release: 10 })] })
    expect(outcome.trace.results.map((one) => one.start)).toEqual([10, 13])
    expect(outcome.check.violations).toEqual([])
  })

  test('a task that ends after its own deadline is looked at when that shows, and never called done', async () => {
    const tasks = [order('T', 'tote', 3, { deadline: 6 })]
    const outcome = await system().planAndExecute({ tasks, world: { delays: { 'T/aisle/pick': 3 } } })
    expect(outcome.trace.replans[0]?.triggers[0]).toMatchObject({ trigger: 'timeout', value: 11, threshold: 6 })
    expect(outcome).toMatchObject({ status: 'partial', done: [] })
    expect(outcome.left[0]?.reason).toBe('It was done at 11, after its deadline 6.')
  })
})

describe('what is claimed', () => {
  test('a plan whose work was shared out by a protocol is not called optimal and carries no certificate', async () => {
    const tasks = ['A', 'B'].map((id) => order(id, 'tote', 3))
    const shared = await system({ coordinationProtocol: 'contract_net' }).plan({ tasks })
    expect(shared).toMatchObject({ status: 'feasible', limit: null, within: 'what contract_net settled' })
    expect(shared.status === 'feasible' && shared.plan.certificate).toBeUndefined()
    const joint = await system().plan({ tasks })
    expect(joint).toMatchObject({ status: 'optimal', within: null, measure: 'cost', objective: 8, bound: 8 })
    expect(joint.status === 'optimal' && joint.plan.certificate).toMatchObject({ bound: 8, optimal: true })
  })

  test('the bound is one on what comes first; a makespan never stands as a bound on cost', async () => {
    const quick = await system({ objectives: ['makespan', 'cost'] }).plan({ tasks: [order('A', 'tote', 3)] })
    expect(quick).toMatchObject({ status: 'optimal', measure: 'makespan', objective: 5, bound: 5, cost: 4 })
    expect(quick.status === 'optimal' && quick.plan.certificate).toBeUndefined()
  })
})

describe('the four compositions', () => {
  const quiet = { agents: robots, observationModel: { facts: [] } }
  const charging = (id: string): OperationTask =>
    order(id, 'tote', 0, {
      ways: [
        {
          id: 'charge',
          units: [
            { ...unit('charge', 'tote', 4, 0), requires: [{ resource: 'charger', amount: 1, when: 'duration' }] },
          ],
          relies: [],
        },
      ],
    })
  const charger = { id: 'charger', type: 'reusable', capacity: 1, initial: 1, costPerUnit: 0, costPerTime: 0 } as const

  test('agents and resources: three robots, one charger, never two at once', async () => {
    const team = system({ ...quiet, resources: [charger], objectives: ['makespan'] })
    const result = await team.plan({ tasks: ['C1', 'C2', 'C3'].map(charging) })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.makespan).toBe(12)
    const starts = result.plan.steps.map((step) => step.start)
    expect(starts.toSorted()).toEqual([0, 4, 8])
  })

  test('resources and replanning: when fuel was spent on a failure, what is left decides', async () => {
    const fuel = {
      id: 'fuel',
      type: 'consumable',
      capacity: null,
      initial: 10,
      costPerUnit: 0,
      costPerTime: 0,
    } as const
    const drive = (id: string, amount: number, cost: number, relies: { fact: string; value: string }[] = []) => ({
      id,
      units: [{ ...unit('drive', 'tote', 3, cost), requires: [{ resource: 'fuel', amount, when: 'start' as const }] }],
      relies,
    })
    const trip = order('T1', 'tote', 0, {
      ways: [drive('bridge', 4, 1, [{ fact: 'bridge', value: 'open' }]), drive('long way', 7, 2), drive('walk', 0, 20)],
    })
    const facts = [
      {
        id: 'bridge',
        values: [
          { id: 'open', probability: 0.9 },
          { id: 'shut', probability: 0.1 },
        ],
      },
    ]
    const team = system({ resources: [fuel], observationModel: { facts } })
    const good = await team.planAndExecute({ tasks: [trip], world: { truth: { bridge: 'open' } } })
    expect(good.cost).toBe(1)
    // 10 - 4 = 6 units are left and the long way takes 7.
    const bad = await team.planAndExecute({ tasks: [trip], world: { truth: { bridge: 'shut' } } })
    expect(bad.status).toBe('done')
    expect(bad.cost).toBe(21)
    expect(bad.trace.results.map((one) => one.step.args[1])).toEqual(['bridge', 'walk'])
  })

  test('beliefs and agents: two readings fuse to .941176, and one that was passed on counts once', async () => {
    const facts = [
      {
        id: 'door',
        values: [
          { id: 'open', probability: 0.5 },
          { id: 'shut', probability: 0.5 },
        ],
      },
    ]
    const likelihood = { open: [0.8, 0.2], shut: [0.2, 0.8] }
    const sensors = ['eye 1', 'eye 2'].map((id) => ({
      id,
      fact: 'door',
      cost: 1,
      duration: 1,
      needs: [],
      outcomes: ['open', 'shut'],
      likelihood,
    }))
    const task = order('T', 'tote', 0, {
      ways: [
        { id: 'door', units: [unit('go', 'tote', 2, 2)], relies: [{ fact: 'door', value: 'open' }] },
        { id: 'stairs', units: [unit('go', 'tote', 5, 5)], relies: [] },
      ],
    })
    const reading = (id: string, agent: string, sensor: string) => ({ id, agent, sensor, outcome: 'open' })
    const believed = async (readings: ReturnType<typeof reading>[]) => {
      const result = await system({ observationModel: { facts, sensors, readings } }).plan({ tasks: [task] })
      if (result.status !== 'optimal') throw new Error(result.status)
      return result.information[0]?.belief[0]
    }
    expect(await believed([reading('a', 'R1', 'eye 1'), reading('b', 'R2', 'eye 2')])).toBeCloseTo(0.941176, 6)
    expect(await believed([reading('a', 'R1', 'eye 1'), reading('a', 'R2', 'eye 1')])).toBeCloseTo(0.8, 9)
  })

  test('protocols: the agents share the work out themselves, and the result says how far from the optimum', async () => {
    for (const coordinationProtocol of ['contract-net', 'OPTIMAL_ASSIGNMENT', 'joint']) {
      const outcome = await system({ ...quiet, coordinationProtocol }).planAndExecute({
        tasks: orders.filter((one) => one.id !== 'O2'),
      })
      expect(outcome.status).toBe('done')
      expect(outcome.check.violations).toEqual([])
      const first = outcome.planned[0]?.result
      if (first === undefined || first.status === 'infeasible' || first.status === 'unknown') throw new Error('no plan')
      if (coordinationProtocol === 'contract-net') expect(first.coordination.messages).toBeGreaterThan(0)
      if (coordinationProtocol === 'joint') expect(first.coordination.gap).toBeNull()
    }
    expect(() => system({ coordinationProtocol: 'shouting' })).toThrow(/shouting/)
  })
})

describe('planning an operation', () => {
  const base: OperationProblem = {
    title: 't',
    timeUnit: 'min',
    costUnit: '€',
    agents: [
      { id: 'A', capabilities: [{ name: 'tote', proficiency: 1, costMultiplier: 2 }] },
      { id: 'B', capabilities: [{ name: 'tote', proficiency: 0.5, costMultiplier: 1 }] },
    ],
    resources: [],
    tasks: [],
    facts: [],
    sensors: [],
    readings: [],
    budget: null,
    deadline: null,
    objectives: ['cost', 'makespan'],
  }

  test('a slow cheap agent does what it can before the deadline, the quick dear one the rest', async () => {
    const tasks = ['T1', 'T2', 'T3'].map((id) =>
      order(id, 'tote', 0, { ways: [{ id: 'w', units: [unit('u', 'tote', 4, 10)], relies: [] }] }),
    )
    const result = await planOperation({ ...base, tasks, deadline: 8 })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.cost).toBe(10 + 20 + 20)
    expect(result.plan.makespan).toBe(8)
  })

  test('work that need not be done is done when it is worth more than what it displaces', async () => {
    const soft = (id: string, value: number) =>
      order(id, 'tote', 0, {
        required: false,
        value,
        ways: [{ id: 'w', units: [unit('u', 'tote', 4, 1)], relies: [] }],
      })
    const result = await planOperation({
      ...base,
      agents: [base.agents[0]!],
      tasks: [soft('low', 1), soft('high', 5)],
      deadline: 4,
    })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.decomposition?.nodes.map((node) => node.task)).toEqual(['high'])
    expect(result.left).toEqual([{ task: 'low', required: false, reason: expect.any(String) }])
  })

  test('every fault of an operation is reported at once', async () => {
    const faulty = {
      ...base,
      tasks: [
        order('T1', 'tote', Number.NaN, { after: ['T2', 'nobody'] }),
        order('T2', 'tote', 1, { after: ['T1'] }),
        order('T3', 'tote', 1),
        order('T3', 'tote', 1),
      ],
    }
    await expect(planOperation(faulty)).rejects.toThrow(/nobody/)
    const issues = await planOperation(faulty).catch((error: { issues: { code: string }[] }) => error.issues)
    const codes = (issues as { code: string }[]).map((one) => one.code)
    expect(codes).toEqual(expect.arrayContaining(['duplicate-id', 'unknown-reference', 'out-of-range', 'cycle']))
  })

  test('nobody can do the work: the answer says so instead of a plan', async () => {
    const result = await planOperation({ ...base, tasks: [order('T1', 'flying', 3)] })
    expect(result.status === 'optimal' ? result.left.map((one) => one.task) : result.status).toEqual(['T1'])
    expect(able('x')).toHaveLength(1)
  })
})
