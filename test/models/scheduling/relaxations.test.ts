import { describe, expect, test } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { mandatoryTask, modeHolding, type ProjectProblem } from '../../../src/domain/project.ts'
import type { Resource } from '../../../src/domain/resource.ts'

const dig = mandatoryTask('dig', [modeHolding('dig', 3, 0, [])])
const pour = mandatoryTask('pour', [modeHolding('pour', 2, 0, [])])
const base: ProjectProblem = {
  ...{ title: 'pit', timeUnit: 'd', costUnit: '', resources: [], tasks: [dig, pour], precedence: [] },
  ...{ deadline: null, budget: null, objectives: ['makespan'] },
}

async function relaxations(problem: ProjectProblem) {
  const result = await scheduleProject(problem)
  if (result.status !== 'infeasible') throw new Error(result.status)
  return result.conflict.relaxations
}

describe('what relaxing each constraint of a conflict would take', () => {
  test('a release: how much earlier', async () => {
    const late = { ...base, tasks: [{ ...dig, release: 5 }, pour], deadline: 6 }
    expect(await relaxations(late)).toEqual([
      expect.objectContaining({ constraint: 'release dig', from: 5, to: 3 }),
      expect.objectContaining({ constraint: 'deadline', from: 6, to: 8 }),
    ])
  })

  test('a pinned start: the nearest instant at which the task may start, later or earlier', async () => {
    const after = { before: 'dig', after: 'pour', kind: 'finish-start', minLag: 0, maxLag: null } as const
    const early = { ...base, tasks: [dig, { ...pour, start: 2 }], precedence: [after] }
    const result = await scheduleProject(early)
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict.constraints).toContainEqual({ name: 'start pour', description: 'start of pour at 2 d' })
    expect(result.conflict.irreducible).toBe(true)
    expect(result.conflict.relaxations).toContainEqual({
      ...{ constraint: 'start pour', description: 'start of pour at 3 d', from: 2, to: 3 },
    })
    const late = { ...base, tasks: [{ ...dig, start: 4 }, pour], precedence: [after], deadline: 8 }
    expect(await relaxations(late)).toContainEqual(expect.objectContaining({ constraint: 'start dig', from: 4, to: 3 }))
  })

  test('a delivery without room for it leaves no schedule, and is named with its stock', async () => {
    const sand: Resource = {
      ...{ id: 'sand', type: 'consumable', capacity: 5, initial: 4, costPerUnit: 0, costPerTime: 0 },
    }
    const takes = { requires: [{ resource: 'sand', amount: 3, when: 'start' as const }] }
    const using = { ...dig, modes: [{ ...(dig.modes[0] as (typeof dig.modes)[number]), ...takes }] }
    const problem: ProjectProblem = {
      ...{ ...base, resources: [sand], tasks: [using] },
      deliveries: [{ resource: 'sand', at: 4, amount: 6 }],
    }
    const result = await scheduleProject(problem)
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict.constraints).toEqual([
      { name: 'resource sand', description: 'stock of 4 sand, 6 more at 4 d, room for 5' },
    ])
    const fitting = await scheduleProject({ ...problem, deliveries: [{ resource: 'sand', at: 4, amount: 4 }] })
    expect(fitting).toMatchObject({ status: 'optimal', objective: 3 })
    const waiting = await scheduleProject({
      ...problem,
      resources: [{ ...sand, initial: 1 }],
      deliveries: [{ resource: 'sand', at: 4, amount: 4 }],
    })
    expect(waiting).toMatchObject({ status: 'optimal', objective: 7 })
  })

  test('a largest lag: how much longer', async () => {
    // Pouring waits for the crane until 9, and may follow digging, over by 4, by 2 at the most.
    const problem: ProjectProblem = {
      ...base,
      tasks: [
        { ...dig, deadline: 4 },
        { ...pour, release: 9 },
      ],
      precedence: [{ before: 'dig', after: 'pour', kind: 'finish-start', minLag: 0, maxLag: 2 }],
    }
    expect(await relaxations(problem)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ constraint: 'precedence dig > pour', from: 2, to: 5 }),
        expect.objectContaining({ constraint: 'release pour', from: 9, to: 6 }),
        expect.objectContaining({ constraint: 'deadline dig', from: 4, to: 7 }),
      ]),
    )
  })

  test('a least lag: how much shorter', async () => {
    const problem: ProjectProblem = {
      ...base,
      precedence: [{ before: 'dig', after: 'pour', kind: 'finish-start', minLag: 4, maxLag: null }],
      deadline: 7,
    }
    expect(await relaxations(problem)).toContainEqual(
      expect.objectContaining({ constraint: 'precedence dig > pour', from: 4, to: 2 }),
    )
  })

  test('a stock that is filled too late: how much more at the start', async () => {
    const sand: Resource = {
      ...{ id: 'sand', type: 'producible', capacity: null, initial: 1, costPerUnit: 0, costPerTime: 0 },
    }
    const gives = { ...modeHolding('dig', 3, 0, []), produces: [{ resource: 'sand', amount: 9, when: 'end' as const }] }
    const takes = {
      ...modeHolding('pour', 2, 0, []),
      requires: [{ resource: 'sand', amount: 5, when: 'start' as const }],
    }
    const problem = {
      ...base,
      resources: [sand],
      tasks: [mandatoryTask('dig', [gives]), mandatoryTask('pour', [takes])],
      deadline: 4,
    }
    expect(await relaxations(problem)).toEqual([
      expect.objectContaining({ constraint: 'resource sand', from: 1, to: 5 }),
      expect.objectContaining({ constraint: 'deadline', from: 4, to: 5 }),
    ])
  })

  test('a rule: how many more', async () => {
    const problem: ProjectProblem = {
      ...base,
      choices: [
        {
          ...{ name: 'one site at most', least: null, most: 1 },
          terms: ['dig', 'pour'].map((task) => ({ task, coefficient: 1 })),
        },
      ],
    }
    expect(await relaxations(problem)).toEqual([
      expect.objectContaining({ constraint: 'rule one site at most', from: 1, to: 2 }),
    ])
  })
})
