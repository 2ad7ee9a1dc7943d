import { describe, expect, test } from 'vitest'
import type { ExecutionTrace, ObservedState } from '../../src/domain/execution.ts'
import { executeTask } from '../../src/execution/engine.ts'
import { DurableRun } from '../../src/execution/journal/durable-run.ts'
import { MemoryJournal } from '../../src/execution/journal/memory-store.ts'
import type { ReplanningOptions } from '../../src/execution/options.ts'
import { RefinementTree } from '../../src/execution/refinement/tree.ts'
import type { SimulatedFault, SimulationOptions } from '../../src/execution/simulator.ts'
import { domainSystem } from '../../src/htn/domain-system.ts'
import { planDomain } from '../../src/htn/plan-domain.ts'
import { domainTask } from '../../src/system/execution/domain.ts'
import { doors, visit } from './door-domain.ts'

function run(
  faults: readonly SimulatedFault[],
  options: ReplanningOptions = {},
  simulation: SimulationOptions = {},
): Promise<ExecutionTrace> {
  return executeTask(domainTask(doors, visit, { faults, ...simulation }), options)
}

const names = (trace: ExecutionTrace): string[] => trace.results.map((result) => result.step.name)

test('full: a task that is finished is not done again', async () => {
  const twice = { ...visit, tasks: [['enter'], ['report'], ['report']] as const }
  const faults: SimulatedFault[] = [{ kind: 'error', action: 'bind', probability: 0.5, times: 1 }]
  const trace = await executeTask(domainTask(doors, twice, { faults, seed: 6 }), { strategy: 'full' })
  expect(trace.results.map(({ step, status }) => `${step.name} ${status}`).slice(3)).toEqual([
    'bind success',
    'print success',
    'bind failure',
    'print success',
    'bind success',
  ])
})

describe('four kinds of trouble', () => {
  test('an event that breaks what a later step needs is met before that step, by repair in the tree', async () => {
    const trace = await run([{ kind: 'event', at: 1, set: { reader: false } }])
    expect(trace.status).toBe('success')
    expect(names(trace)).toEqual(['walk', 'guard', 'print', 'bind'])
    expect(trace.results.every((result) => result.status === 'success')).toBe(true)
    expect(trace.replans).toHaveLength(1)
    expect(trace.replans[0]).toMatchObject({ strategy: 'repair', newActions: 1, distance: 2 })
    expect(trace.replans[0]?.triggers[0]?.link).toMatchObject({ variable: 'reader', producer: null })
  })

  test('a wrong model: an action that leaves the world elsewhere is noticed and dealt with', async () => {
    const trace = await run([{ kind: 'model', action: 'badge', set: { at: 'lobby' }, times: 1 }])
    expect(trace.status).toBe('success')
    expect(names(trace)).toEqual(['walk', 'badge', 'badge', 'print', 'bind'])
  })

  test('changed goals: a goal that is added triggers, whatever the plan', async () => {
    const trace = await run([{ kind: 'goal', at: 2, change: { kind: 'add', goal: 'hurry' } }])
    expect(trace.replans[0]?.triggers[0]).toMatchObject({ trigger: 'new_goal' })
    expect(trace.status).toBe('success')
  })

  test('execution errors: a failed attempt is retried by another way, and its cost stays', async () => {
    const trace = await run([{ kind: 'error', action: 'badge', message: 'door stuck' }], { strategy: 'repair' })
    expect(trace.status).toBe('success')
    expect(names(trace)).toContain('guard')
    expect(trace.totalCost).toBe(trace.results.reduce((sum, result) => sum + result.cost, 0))
  })

  test('what nothing helps against ends with the reason and the trace so far', async () => {
    const trace = await run([
      { kind: 'error', action: 'badge' },
      { kind: 'error', action: 'guard' },
    ])
    expect(trace.status).toBe('failure')
    expect(trace.reason).toContain('no progress')
    expect(trace.results.length).toBeGreaterThanOrEqual(3)
  })

  test('the same seed gives the same trace to the byte, another one may not', async () => {
    const faults: SimulatedFault[] = [{ kind: 'error', action: 'badge', probability: 0.5 }]
    const first = JSON.stringify(await run(faults, {}, { seed: 7 }))
    expect(JSON.stringify(await run(faults, {}, { seed: 7 }))).toBe(first)
    const others = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => run(faults, {}, { seed })))
    expect(new Set(others.map((trace) => trace.results.length)).size).toBeGreaterThan(1)
  })
})

describe('only what is still needed counts', () => {
  test('irrelevant changes lead to no replanning', async () => {
    const faults: SimulatedFault[] = [
      { kind: 'event', at: 0.5, set: { weather: 'rain' } },
      { kind: 'event', at: 3, set: { reader: false } },
      { kind: 'event', at: 4, set: { badge: false } },
    ]
    const trace = await run(faults)
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(names(trace)).toEqual(['walk', 'badge', 'print', 'bind'])
  })

  test('noise on half of the sensors: replannings are as many as relevant changes, whatever the noise', async () => {
    const flips = { badge: 0 }
    const noise = { fuel: 2 }
    for (let seed = 1; seed <= 20; seed++) {
      const quiet = await run([], { divergenceThreshold: 0.9 }, { seed, noise, flips })
      expect(quiet).toMatchObject({ status: 'success' })
      expect(quiet.replans).toHaveLength(0)
      const changed = await run(
        [{ kind: 'event', at: 1, set: { reader: false } }],
        { divergenceThreshold: 0.9 },
        { seed, noise, flips },
      )
      expect(changed.replans).toHaveLength(1)
    }
  })

  test('every single change of the world: found before its consumer starts exactly when the plan would break', async () => {
    const changes: ObservedState[] = [
      { reader: false },
      { badge: false },
      { at: 'street' },
      { printed: 3 },
      { fuel: 0 },
      { weather: 'rain' },
    ]
    for (const set of changes) {
      for (const at of [0.5, 2.5, 3.5]) {
        const trace = await run([{ kind: 'event', at, set }], { divergenceThreshold: 1, strategy: 'auto' })
        expect(trace.status).toBe('success')
        // No step was ever begun that could not run.
        expect(trace.results.filter((result) => result.status !== 'success')).toEqual([])
      }
    }
  })
})

describe('repair', () => {
  test('door stuck: the guard instead of the badge, one action changed, the rest as it was', async () => {
    const system = domainSystem(doors, visit)
    const result = planDomain(doors, visit)
    if (!('plan' in result)) throw new Error('no plan')
    const tree = new RefinementTree(system)
    expect(tree.adopt(result.plan, (name, args) => [name, ...args])).toBe(true)
    expect(tree.remaining).toEqual([['walk'], ['badge'], ['print'], ['bind']])
    tree.advance()
    const outcome = tree.repair({ ...visit.state, at: 'lobby', reader: false })
    expect(outcome).toMatchObject({ status: 'repaired', redone: ['enter'] })
    expect(tree.remaining).toEqual([['guard'], ['print'], ['bind']])
    expect(tree.executed).toEqual([['walk']])
  })

  test('what still works is left alone, and what cannot be repaired leaves the tree as it was', () => {
    const tree = new RefinementTree(domainSystem(doors, visit))
    expect(tree.plan(visit.state)).toBe(true)
    const before = tree.remaining
    expect(tree.repair(visit.state)).toEqual({ status: 'works' })
    const hopeless = domainSystem(doors, { ...visit, goal: [['fuel', '>', 100]] })
    const lost = new RefinementTree(hopeless)
    expect(lost.plan(visit.state)).toBe(false)
    expect(tree.remaining).toEqual(before)
  })
})

describe('a run that is killed', () => {
  test('at every record, once or twice, goes on to the same trace and does nothing twice', async () => {
    const faults: SimulatedFault[] = [
      { kind: 'event', at: 1, set: { reader: false } },
      { kind: 'error', action: 'print', times: 1 },
    ]
    const whole = new MemoryJournal()
    const header = { run: 'visit', subject: 'doors' }
    const expected = await run(faults, { recorder: await DurableRun.open(whole, header) })
    expect(expected.status).toBe('success')
    const records = await whole.read()
    expect(records.length).toBeGreaterThan(20)
    for (let kept = 1; kept < records.length; kept++) {
      const journal = new MemoryJournal(records.slice(0, kept))
      const trace = await run(faults, { recorder: await DurableRun.open(journal, header) })
      expect(trace).toEqual(expected)
      // Once more over the finished journal: nothing is added.
      const length = (await journal.read()).length
      const again = await run(faults, { recorder: await DurableRun.open(journal.reopen(), header) })
      expect(again).toEqual(expected)
      expect((await journal.read()).length).toBe(length)
      const done = (await journal.read()).filter((record) => record.kind === 'outcome')
      const identities = done.map((record) => JSON.stringify([record.plan, record.what]))
      expect(new Set(identities).size).toBe(identities.length)
    }
  })
})
