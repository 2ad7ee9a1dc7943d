import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { findViolations, repairPlan } from '../../src/resources/index.ts'
import { resource, step } from './steps.ts'

describe('repair', () => {
  it('inserts one refuelling between two trips, and changes nothing else', async () => {
    const fuel = [resource('fuel', 'producible', 10, 20)]
    const trips = [step('out', 0, 3, [['fuel', 6, 'start']]), step('back', 5, 8, [['fuel', 6, 'start']])]
    const result = await repairPlan(
      trips,
      fuel,
      {},
      {
        insertable: [
          {
            id: 'refuel',
            duration: 1,
            requires: [],
            produces: [{ resource: 'fuel', amount: 10, when: 'end' }],
            cost: 2,
          },
        ],
      },
    )
    if (result.status !== 'repaired') throw new Error(result.status)
    expect(result.changes.map((change) => change.kind)).toEqual(['insert'])
    expect(result.cost).toBe(2)
    expect(result.proved).toBe(true)
    expect(findViolations(result.steps, fuel)).toEqual([])
    expect(result.steps.map((own) => own.id).sort()).toEqual(['back', 'out', 'refuel'])
  })

  it('delays one step rather than two, and by no more than needed', async () => {
    const crew = [resource('crew', 'reusable', 5)]
    const need: [string, number, 'duration'][] = [['crew', 3, 'duration']]
    const plan = [step('a', 0, 4, need), step('b', 2, 6, need), step('c', 8, 9, need)]
    const result = await repairPlan(plan, crew)
    if (result.status !== 'repaired') throw new Error(result.status)
    expect(result.changes).toEqual([{ kind: 'delay', step: 'b', message: 'b starts at 4 instead of 2' }])
  })

  it('leaves alone what has begun and keeps the order of the plan', async () => {
    const crew = [resource('crew', 'reusable', 5)]
    const need: [string, number, 'duration'][] = [['crew', 3, 'duration']]
    const plan = [step('a', 0, 4, need), step('b', 2, 6, need), step('c', 6, 7)]
    const result = await repairPlan(plan, crew, { precedence: [['b', 'c']] }, { fixed: ['b'] })
    if (result.status !== 'repaired') throw new Error(result.status)
    expect(result.changes).toMatchObject([{ kind: 'delay', step: 'a' }])
  })

  it('switches a mode when the deadline leaves no time to wait', async () => {
    const crew = [resource('crew', 'reusable', 5)]
    const need: [string, number, 'duration'][] = [['crew', 3, 'duration']]
    const plan = [step('a', 0, 4, need), step('b', 0, 4, need)]
    const slow = {
      id: 'small team',
      duration: 4,
      requires: [{ resource: 'crew', amount: 2, when: 'duration' as const }],
      produces: [],
      cost: 3,
    }
    const result = await repairPlan(plan, crew, { deadline: 4 }, { alternatives: { b: [slow] } })
    if (result.status !== 'repaired') throw new Error(result.status)
    expect(result.changes).toMatchObject([{ kind: 'switch-mode', step: 'b' }])
  })

  it('drops a soft step only when nothing else helps, and never another', async () => {
    const budget = { budget: 10 }
    const plan = [
      { ...step('needed', 0, 1), cost: 8 },
      { ...step('nice', 1, 2), cost: 5 },
    ]
    const result = await repairPlan(plan, [], budget, { soft: { nice: 4 } })
    if (result.status !== 'repaired') throw new Error(result.status)
    expect(result.steps.map((own) => own.id)).toEqual(['needed'])
    const none = await repairPlan(plan, [], budget)
    expect(none).toMatchObject({
      status: 'none',
      proved: true,
      conflict: { members: [{ kind: 'cost', value: 10, relaxedTo: 13 }] },
    })
  })

  it('always ends without violation and with every step, or says what conflicts', async () => {
    const random = new RandomStream(9)
    for (let round = 0; round < 25; round++) {
      const resources = [resource('crew', 'reusable', 4), resource('fuel', 'producible', 6, 12)]
      const plan = Array.from({ length: 5 }, (_, k) => {
        const start = random.integer(0, 6)
        return step(`s${k}`, start, start + random.integer(1, 3), [
          ['crew', random.integer(1, 3), 'duration'],
          ['fuel', random.integer(0, 2) + 1, 'start'],
        ])
      })
      const limits = { deadline: random.integer(8, 14) }
      const result = await repairPlan(plan, resources, limits, {
        insertable: [
          {
            id: 'refuel',
            duration: 1,
            requires: [],
            produces: [{ resource: 'fuel', amount: 4, when: 'end' }],
            cost: 1,
          },
        ],
      })
      if (result.status === 'repaired') {
        expect(findViolations(result.steps, resources, limits)).toEqual([])
        for (const own of plan) expect(result.steps.some((other) => other.id === own.id)).toBe(true)
      } else {
        expect(result.status).toBe('none')
        if (result.status === 'none') expect(result.conflict?.members.length).toBeGreaterThan(0)
      }
    }
  })
})
