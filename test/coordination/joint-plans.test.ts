import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  checkJointSchedule,
  type Fact,
  type JointPlanProblem,
  jointPlan,
  resolutionsOf,
  resolveConflicts,
  type StepWay,
} from '../../src/coordination/index.ts'

const fact = (variable: string, value: string): Fact => ({ variable, value })
const starts = (result: Awaited<ReturnType<typeof resolveConflicts>>): Record<string, number> =>
  'schedule' in result ? Object.fromEntries(result.schedule.steps.map((step) => [step.id, step.start])) : {}

const aisle = jointPlan({
  capacities: { aisle: 1 },
  steps: (
    [
      ['R1', 12, 9, 3],
      ['R2', 14, 6, 1],
      ['R3', 15, 4, 5],
      ['R4', 20, 7, 2],
      ['R6', 21, 5, 4],
    ] as const
  ).map(([id, start, duration, weight]) => ({ id, agent: id, start, duration, weight, uses: { aisle: 1 } })),
})

describe('five robots that want one aisle', () => {
  test('delay least in the order R1, R3, R6, R4, R2, for 89, proved', async () => {
    const result = await resolveConflicts(aisle)
    expect(result).toMatchObject({ status: 'optimal', delayCost: 89 })
    expect(starts(result)).toEqual({ R1: 12, R3: 21, R6: 25, R4: 30, R2: 37 })
    if (result.status === 'optimal') expect(result.conflicts.every(({ kind }) => kind === 'resource')).toBe(true)
  })

  test('lose more when they go by priority, and change no fewer starts than the fewest', async () => {
    const by = await resolveConflicts(aisle, { by: 'priority', priorities: ['R2'] })
    expect('delayCost' in by && by.delayCost).toBeGreaterThan(89)
    expect(starts(by)['R2']).toBe(14)
    const few = await resolveConflicts(aisle, { by: 'fewest_changes' })
    if (!('changes' in few) || !('changes' in by)) throw new Error('no plan')
    expect(few.changes.length).toBe(3)
    expect(few.changes.length).toBeLessThanOrEqual(by.changes.length)
  })
})

test('two plans of 5 hours with one crane run one after the other', async () => {
  const plans = jointPlan({
    capacities: { crane: 1 },
    steps: ['a', 'b'].map((agent) => ({ id: agent, agent, duration: 5, uses: { crane: 1 } })),
  })
  expect(Object.values(starts(await resolveConflicts(plans))).sort()).toEqual([0, 5])
})

describe('a valve that one needs closed while the other has it open', () => {
  const valve = jointPlan({
    initial: [fact('valve', 'closed')],
    steps: [
      { id: 'flush', agent: 'A', duration: 4, keeps: [fact('valve', 'open')] },
      { id: 'weld', agent: 'B', start: 2, duration: 4, needs: [fact('valve', 'closed')] },
    ],
  })

  test('is found as a conflict from 2 to 4, and settled within 8', async () => {
    const result = await resolveConflicts(valve, { by: 'least_makespan' })
    expect(result).toMatchObject({
      status: 'optimal',
      makespan: 8,
      conflicts: [{ kind: 'timing', steps: ['flush', 'weld'], about: 'valve', from: 2, to: 4 }],
    })
    expect(starts(result)).toEqual({ flush: 0, weld: 4 })
  })

  test('is settled the other way round when only that keeps a deadline', async () => {
    const late = { ...valve, steps: valve.steps.map((step) => (step.id === 'weld' ? { ...step, deadline: 6 } : step)) }
    expect(starts(await resolveConflicts(late))).toEqual({ flush: 6, weld: 2 })
  })

  test('is bargained over: nobody is worse off than going last', async () => {
    const result = await resolveConflicts(valve, { by: 'negotiation' })
    if (!('schedule' in result)) throw new Error(result.status)
    expect(['0 4', '6 2']).toContain(`${starts(result)['flush']} ${starts(result)['weld']}`)
    expect(result.messages.at(-1)?.type).toBe('accept')
  })
})

describe('a value that one plan establishes and another one destroys', () => {
  const power = (more: Partial<Parameters<typeof jointPlan>[0]> = {}) =>
    jointPlan({
      initial: [fact('power', 'off')],
      steps: [
        { id: 'switch on', agent: 'A', duration: 1, sets: [fact('power', 'on')] },
        { id: 'drill', agent: 'A', start: 1, duration: 5, needs: [fact('power', 'on')] },
        { id: 'switch off', agent: 'B', start: 2, duration: 1, sets: [fact('power', 'off')] },
        { id: 'wire', agent: 'B', start: 3, duration: 2, needs: [fact('power', 'off')] },
      ],
      ...more,
    })

  test('is kept until it is no longer needed: the threat goes after, or before', async () => {
    const result = await resolveConflicts(power())
    expect(result).toMatchObject({ status: 'optimal', delayCost: 6 })
    expect(starts(result)).toEqual({ 'switch on': 0, drill: 1, 'switch off': 5, wire: 6 })
    if (result.status === 'optimal')
      expect(result.conflicts.map(({ description }) => description)).toEqual([
        'drill goes with power = on and wire with power = off, both from 3 to 5',
        'drill needs power = on, but at 3 switch off has changed it',
      ])
  })

  test('is replaced by another way of doing the step when that costs less', async () => {
    const problem = power()
    const wayless = problem.steps.map((step) =>
      step.id === 'drill'
        ? {
            ...step,
            ways: [...step.ways, { ...(step.ways[0] as StepWay), id: 'by hand', duration: 6, cost: 2, needs: [] }],
          }
        : step,
    )
    const result = await resolveConflicts({ ...problem, steps: wayless })
    expect(result).toMatchObject({ status: 'optimal', delayCost: 2, changes: [{ id: 'drill', way: 'by hand' }] })
  })

  test('contradicts a goal of another agent, and the smallest contradiction is named', async () => {
    const problem = power({ goals: [{ id: 'lit', agent: 'A', ...fact('power', 'on') }] })
    const free = await resolveConflicts(problem)
    expect(free).toMatchObject({ status: 'optimal' })
    const dark = await resolveConflicts({
      ...problem,
      goals: [...problem.goals, { id: 'dark', agent: 'B', ...fact('power', 'off') }],
    })
    expect(dark.status).toBe('infeasible')
    if (dark.status === 'infeasible')
      expect(dark.conflict).toMatchObject({
        irreducible: true,
        constraints: [{ name: 'goal lit' }, { name: 'goal dark' }],
      })
  })

  test('ends in a smallest set of deadlines and facts when no order keeps them', async () => {
    const problem = power()
    const tight = problem.steps.map((step) => ({ ...step, deadline: ['drill', 'wire'].includes(step.id) ? 6 : 90 }))
    const result = await resolveConflicts({ ...problem, steps: tight })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict.irreducible).toBe(true)
    expect(result.conflict.constraints.map(({ name }) => name)).toEqual([
      'variable power',
      'deadline drill',
      'deadline wire',
    ])
  })
})

const arbitraryPlans: fc.Arbitrary<JointPlanProblem> = fc
  .array(
    fc.record({
      agent: fc.constantFrom('A', 'B', 'C'),
      start: fc.integer({ min: 0, max: 6 }),
      duration: fc.integer({ min: 1, max: 4 }),
      weight: fc.integer({ min: 0, max: 3 }),
      crane: fc.integer({ min: 0, max: 2 }),
      needs: fc.option(fc.constantFrom('open', 'closed')),
      keeps: fc.option(fc.constantFrom('open', 'closed')),
      sets: fc.option(fc.constantFrom('open', 'closed')),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((list) =>
    jointPlan({
      capacities: { crane: 2 },
      initial: [fact('valve', 'closed')],
      steps: list.map(({ needs, keeps, sets, crane, ...step }, k) => ({
        id: `s${k}`,
        ...step,
        uses: { crane },
        needs: needs === null ? [] : [fact('valve', needs)],
        keeps: keeps === null || needs !== null ? [] : [fact('valve', keeps)],
        sets: sets === null ? [] : [fact('valve', sets)],
      })),
    }),
  )

test.prop([arbitraryPlans], { numRuns: 40, seed: 9 })(
  'random plans: the model is as good as the best of all ways out, and says infeasible only when there is none; what leaves can be played through',
  async (problem) => {
    const all = resolutionsOf(problem)
    const delays = all.map(({ starts: at }) =>
      problem.steps.reduce((sum, step, i) => sum + step.weight * ((at[i] as number) - step.start), 0),
    )
    const best = await resolveConflicts(problem)
    if (all.length === 0) {
      expect(best.status).toBe('infeasible')
      return
    }
    expect(best).toMatchObject({ status: 'optimal', delayCost: Math.min(...delays) })
    for (const by of ['least_makespan', 'fewest_changes', 'priority'] as const) {
      const other = await resolveConflicts(problem, { by })
      if ('schedule' in other) {
        expect(checkJointSchedule(problem, other.schedule).violations).toEqual([])
        expect(other.delayCost).toBeGreaterThanOrEqual(Math.min(...delays))
      }
    }
  },
)

test.prop([arbitraryPlans, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 })], {
  numRuns: 300,
  seed: 10,
})(
  'the checker refuses a schedule exactly when a conflict, an order or a window is broken: brute force on small grids',
  async (problem, at) => {
    const schedule = {
      steps: problem.steps.map((step, i) => {
        const start = step.start + (at[i] as number)
        const way = step.ways[0] as StepWay
        return { id: step.id, agent: step.agent, way: way.id, start, end: start + way.duration }
      }),
    }
    const { jointConflicts } = await import('../../src/coordination/joint-conflicts.ts')
    const placed = {
      starts: Float64Array.from(schedule.steps, (step) => step.start),
      ways: new Int32Array(schedule.steps.length),
    }
    const found = jointConflicts(problem, placed)
    const { violations } = checkJointSchedule(problem, schedule)
    expect(found.length === 0).toBe(violations.length === 0)
  },
)
