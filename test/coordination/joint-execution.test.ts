import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  createAgent,
  type GoalClaim,
  goalConflicts,
  MultiAgentCoordinator,
  resolveGoals,
  runJointPlan,
  tablePlanner,
} from '../../src/coordination/index.ts'
import { orders, robots } from './warehouse.ts'

describe('a shift carried out', () => {
  const shift = async () => {
    const coordinator = new MultiAgentCoordinator(robots())
    const allocation = await coordinator.allocateTasks(orders(16), { strategy: 'optimal_assignment' })
    return { coordinator, allocation }
  }

  test('does everything at the cost that was agreed when nothing happens', async () => {
    const { coordinator, allocation } = await shift()
    const run = await runJointPlan(coordinator.agents, orders(16), allocation)
    expect(run).toMatchObject({ status: 'complete', cost: 784, reallocations: [], time: 174 })
    expect(run.commitments.every(({ state }) => state === 'satisfied')).toBe(true)
  })

  test('goes on without R4 from second 60: what is open is shared out at the fresh optimum of the remainder, or named with the battery that binds', async () => {
    const { coordinator, allocation } = await shift()
    const run = await runJointPlan(coordinator.agents, orders(16), allocation, { losses: [{ agent: 'R4', at: 60 }] })
    const [again] = run.reallocations
    if (again === undefined || !('awards' in again.allocation)) throw new Error('nothing was shared out again')
    // A fresh optimum on the remainder: the same agents with the batteries they then had, and the open orders.
    const fresh = new MultiAgentCoordinator(
      robots()
        .filter(({ id }) => id !== 'R4')
        .map((robot) => ({ ...robot, resources: again.resources[robot.id] as Record<string, number> })),
    )
    const open = orders(16).filter(({ id }) => again.open.includes(id))
    const best = await fresh.allocateTasks(open, { strategy: 'optimal_assignment' })
    expect('cost' in best && best.cost).toBe(again.allocation.cost)
    expect(run.done.length + run.notDone.length).toBe(16)
    for (const { task, reason } of run.notDone) expect(`${task}: ${reason}`).toMatch(/battery|does not suffice|cannot/)
    for (const { agent, end } of run.done) if (agent === 'R4') expect(end).toBeLessThanOrEqual(60)
    // Nobody does two orders at once or goes beyond its battery.
    for (const robot of robots()) {
      const own = run.done.filter(({ agent }) => agent === robot.id).sort((a, b) => a.start - b.start)
      own.slice(1).forEach((one, k) => {
        expect(one.start).toBeGreaterThanOrEqual(own[k]?.end as number)
      })
      const away = own.reduce((sum, { start, end }) => sum + end - start, 0)
      expect(away).toBeLessThanOrEqual(robot.resources?.['battery'] as number)
    }
    expect(run.commitments.filter(({ state }) => state === 'violated').every(({ agent }) => agent === 'R4')).toBe(true)
    const same = await runJointPlan(coordinator.agents, orders(16), allocation, { losses: [{ agent: 'R4', at: 60 }] })
    expect(JSON.stringify(same)).toBe(JSON.stringify(run))
  })

  test('gives only the tasks of the lost agent to others when asked to leave the rest alone', async () => {
    const { coordinator, allocation } = await shift()
    const options = { losses: [{ agent: 'R2', at: 100 }], scope: 'lost' as const }
    const run = await runJointPlan(coordinator.agents, orders(16), allocation, options)
    const planned = 'awards' in allocation ? allocation.awards.filter(({ agent }) => agent === 'R2') : []
    expect(planned.map(({ task }) => task)).toEqual(
      expect.arrayContaining([...(run.reallocations[0]?.open ?? ['none'])]),
    )
    expect(run.commitments.some(({ state }) => state === 'cancelled')).toBe(false)
  })

  test('gives a task that failed to another agent, and not to the same one again', async () => {
    const agents = ['a', 'b'].map((id, k) =>
      createAgent({ id, planner: tablePlanner(new Map([['t', { cost: 3 + k }]])) }),
    )
    const allocation = await new MultiAgentCoordinator(agents).allocateTasks([{ id: 't' }])
    const run = await runJointPlan(agents, [{ id: 't' }], allocation, { failures: ['a/t'] })
    expect(run).toMatchObject({ status: 'complete', done: [{ task: 't', agent: 'b', start: 3, end: 7 }] })
    const none = await runJointPlan(agents, [{ id: 't' }], allocation, { failures: ['a/t', 'b/t'] })
    expect(none.notDone[0]?.reason).toContain('has failed t before')
  })
})

describe('goals that exclude each other', () => {
  const door = (id: string, agent: string, equals: string, value: number): GoalClaim => ({
    id,
    agent,
    value,
    goal: { name: id, conditions: [{ variable: 'door', equals }] },
  })
  const pair = [door('air', 'A', 'open', 2), door('quiet', 'B', 'closed', 5)]

  test('are found, and the one worth less is dropped with the reason', async () => {
    expect(await resolveGoals(pair)).toMatchObject({
      status: 'optimal',
      kept: ['quiet'],
      value: 5,
      dropped: [{ id: 'air', reason: 'air wants door = open and quiet door = closed' }],
    })
    expect(await resolveGoals(pair, {}, { by: 'priority', priorities: ['A'] })).toMatchObject({ kept: ['air'] })
  })

  test('are told from ranges that overlap', () => {
    const range = (id: string, atLeast?: number, atMost?: number): GoalClaim => {
      const condition = {
        variable: 'heat',
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(atMost === undefined ? {} : { atMost }),
      }
      return { id, agent: id, value: 1, goal: { name: id, conditions: [condition] } }
    }
    expect(goalConflicts([range('warm', 21), range('mild', 18, 22)])).toEqual([])
    expect(goalConflicts([range('warm', 21), range('cool', undefined, 20)])[0]?.description).toBe(
      'warm wants 21 <= heat and cool heat <= 20',
    )
  })

  test('settle on a compromise in which each agent keeps something, where the most valuable set would leave one with nothing', async () => {
    const claim = (id: string, agent: string, value: number, fuel: number): GoalClaim => ({
      id,
      agent,
      value,
      goal: { name: id, conditions: [] },
      takes: { fuel },
    })
    const claims = [claim('a1', 'A', 5, 3), claim('a2', 'A', 4, 3), claim('b1', 'B', 3, 3)]
    expect(await resolveGoals(claims, { fuel: 6 })).toMatchObject({ kept: ['a1', 'a2'], value: 9 })
    const fair = await resolveGoals(claims, { fuel: 6 }, { by: 'compromise' })
    expect(fair).toMatchObject({ kept: ['a1', 'b1'], value: 8 })
    expect(goalConflicts(claims, { fuel: 6 })).toMatchObject([{ kind: 'resource', goals: ['a1', 'a2', 'b1'] }])
  })

  test.prop(
    [
      fc.array(
        fc.record({
          agent: fc.constantFrom('A', 'B'),
          value: fc.integer({ min: 0, max: 9 }),
          door: fc.option(fc.constantFrom('open', 'closed')),
          fuel: fc.integer({ min: 0, max: 5 }),
        }),
        { maxLength: 6 },
      ),
    ],
    { numRuns: 60, seed: 12 },
  )('are dropped at the least loss of value: brute force over all subsets', async (list) => {
    const claims = list.map(
      ({ agent, value, door: wanted, fuel }, k): GoalClaim => ({
        id: `g${k}`,
        agent,
        value,
        goal: { name: `g${k}`, conditions: wanted === null ? [] : [{ variable: 'door', equals: wanted }] },
        takes: { fuel },
      }),
    )
    let best = 0
    for (let set = 0; set < 1 << list.length; set++) {
      const chosen = list.filter((_, k) => ((set >>> k) & 1) === 1)
      const doors = new Set(chosen.flatMap((one) => one.door ?? []))
      if (doors.size > 1 || chosen.reduce((sum, one) => sum + one.fuel, 0) > 8) continue
      best = Math.max(
        best,
        chosen.reduce((sum, one) => sum + one.value, 0),
      )
    }
    expect(await resolveGoals(claims, { fuel: 8 })).toMatchObject({ status: 'optimal', value: best })
  })
})
