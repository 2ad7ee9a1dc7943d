import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { ResourceRequirement, ResourceType } from '../../src/domain/resource.ts'
import { levelAt, ResourceTracker } from '../../src/resources/index.ts'
import { resource, step } from './steps.ts'

describe('the nine cases of a requirement of 4 by a step on [2, 6) with 10 there', () => {
  const levels = (type: ResourceType, when: ResourceRequirement['when']): number[] => {
    const tracker = new ResourceTracker([resource('r', type, 10)])
    const [timeline] = tracker.timeline([step('a', 2, 6, [['r', 4, when]])])
    return [1, 2, 4, 6, 7].map((time) => levelAt(timeline!, time))
  }

  it.each([
    ['consumable', 'start', [10, 6, 6, 6, 6]],
    ['consumable', 'end', [10, 10, 10, 6, 6]],
    ['consumable', 'duration', [10, 10, 8, 6, 6]],
    ['producible', 'start', [10, 6, 6, 6, 6]],
    ['producible', 'end', [10, 10, 10, 6, 6]],
    ['producible', 'duration', [10, 10, 8, 6, 6]],
    ['reusable', 'start', [10, 10, 10, 10, 10]],
    ['reusable', 'end', [10, 10, 10, 10, 10]],
    ['reusable', 'duration', [10, 6, 6, 10, 10]],
  ] as const)('%s at %s', (type, when, expected) => {
    expect(levels(type, when)).toEqual(expected)
  })

  it('a reusable amount at an instant must be free at that instant', () => {
    const tracker = new ResourceTracker([resource('r', 'reusable', 5)])
    const holder = step('holder', 0, 4, [['r', 3, 'duration']])
    expect(tracker.findViolations([holder, step('b', 2, 3, [['r', 3, 'start']])])).toMatchObject([
      { type: 'capacity', from: 2, to: 2, steps: ['b'], needed: 6, available: 5 },
    ])
    expect(tracker.isFeasible([holder, step('b', 4, 5, [['r', 3, 'start']])])).toBe(true)
    expect(tracker.isFeasible([holder, step('b', 1, 4, [['r', 3, 'end']])])).toBe(false)
  })
})

describe('production', () => {
  it('comes at the start, at the end or over the step', () => {
    for (const [when, expected] of [
      ['start', [4, 4, 4]],
      ['end', [0, 0, 4]],
      ['duration', [0, 2, 4]],
    ] as const) {
      const tracker = new ResourceTracker([resource('r', 'producible', 0, null)])
      const [timeline] = tracker.timeline([step('a', 2, 6, [], [['r', 4, when]])])
      expect([2, 4, 6].map((time) => levelAt(timeline!, time))).toEqual(expected)
    }
  })

  it('above the capacity is a violation, or spilled and counted', () => {
    const tank = [resource('tank', 'producible', 8, 10)]
    const fill = [step('fill', 0, 4, [], [['tank', 4, 'duration']]), step('use', 4, 5, [['tank', 5, 'start']])]
    expect(new ResourceTracker(tank).findViolations(fill)).toMatchObject([
      { type: 'overflow', resource: 'tank', from: 2, to: 4, steps: ['fill'], fix: { kind: 'add-capacity', amount: 2 } },
    ])
    const spilling = new ResourceTracker(tank, { overflow: 'spill' })
    expect(spilling.findViolations(fill)).toEqual([])
    expect(spilling.usage(fill)).toMatchObject([{ spilled: 2, consumed: 5, produced: 4 }])
    expect(levelAt(spilling.timeline(fill)[0]!, 5)).toBe(5)
  })
})

describe('violations', () => {
  it('a stock of 10 and uses of 6 and 5 are 1 short at the second start', () => {
    const tracker = new ResourceTracker([resource('fuel', 'consumable', 10)])
    const plan = [step('a', 0, 2, [['fuel', 6, 'start']]), step('b', 3, 5, [['fuel', 5, 'start']])]
    expect(tracker.findViolations(plan)).toMatchObject([
      {
        type: 'unavailable',
        resource: 'fuel',
        from: 3,
        needed: 5,
        available: 4,
        steps: ['a', 'b'],
        fix: { kind: 'supply', amount: 1, by: 3 },
      },
    ])
  })

  it('a battery that dips inside a step is caught at the instant it does', () => {
    const tracker = new ResourceTracker([resource('battery', 'producible', 10, null)], {
      supplies: [{ resource: 'battery', id: 'delivery', at: 4, amount: 8 }],
    })
    const [violation] = tracker.findViolations([step('drive', 0, 4, [['battery', 12, 'duration']])])
    expect(violation).toMatchObject({ type: 'unavailable', to: 4, steps: ['drive'] })
    expect(violation!.from).toBeCloseTo(10 / 3, 9)
    expect(violation!.fix).toMatchObject({ kind: 'supply', amount: 2 })
  })

  it('two holders of 3 on 5 overlap by 1; back to back they do not', () => {
    const tracker = new ResourceTracker([resource('crew', 'reusable', 5)])
    const need: [string, number, 'duration'][] = [['crew', 3, 'duration']]
    expect(tracker.findViolations([step('a', 0, 4, need), step('b', 2, 6, need)])).toMatchObject([
      { type: 'capacity', from: 2, to: 4, needed: 6, available: 5, fix: { kind: 'delay', step: 'b', to: 4 } },
    ])
    expect(tracker.isFeasible([step('a', 0, 4, need), step('b', 4, 8, need)])).toBe(true)
    expect(tracker.findViolations([step('c', 0, 1, [['crew', 6, 'duration']])])).toMatchObject([
      { type: 'capacity', fix: { kind: 'add-capacity', amount: 1 } },
    ])
  })

  it('budget, deadline, precedence and unknown resources are named with what would lift them', () => {
    const tracker = new ResourceTracker([{ ...resource('paint', 'consumable', 9), costPerUnit: 100 }])
    const plan = [
      { ...step('a', 0, 4, [['paint', 2, 'start']]), cost: 50 },
      { ...step('b', 3, 12, [['glue', 1, 'start']]), deadline: 11 },
    ]
    const violations = tracker.findViolations(plan, { budget: 200, deadline: 10, precedence: [['a', 'b', 1]] })
    expect(violations.map((violation) => [violation.type, violation.fix])).toEqual([
      ['unavailable', { kind: 'define', resource: 'glue' }],
      ['deadline', { kind: 'extend', limit: 'deadline', by: 2 }],
      ['budget', { kind: 'extend', limit: 'budget', by: 50 }],
      ['precedence', { kind: 'delay', step: 'b', to: 5 }],
    ])
  })

  it('counts the cost of a held resource once', () => {
    const tracker = new ResourceTracker([{ ...resource('crane', 'reusable', 1), costPerTime: 2300 }])
    expect(tracker.cost([step('lift', 0, 8, [['crane', 1, 'duration']])])).toBe(18_400)
  })

  it('of a trace cover what has happened and what is still to come', () => {
    const tracker = new ResourceTracker([resource('money', 'consumable', 100)])
    const done = [step('bought', 0, 1, [['money', 90, 'start']])]
    const remaining = [step('to buy', 5, 6, [['money', 20, 'start']])]
    expect(tracker.findViolations({ kind: 'trace', done, remaining })).toMatchObject([
      { steps: ['bought', 'to buy'], fix: { kind: 'supply', amount: 10, by: 5 } },
    ])
  })
})

describe('the tracker', () => {
  it('refuses duplicate ids, negative amounts and more stock than fits, all at once', () => {
    try {
      new ResourceTracker([resource('a', 'consumable', 5, 3), resource('a', 'reusable', -1)])
      throw new Error('it was accepted')
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError)
      expect((error as InvalidInputError).issues.map((issue) => issue.code)).toEqual([
        'out-of-range',
        'duplicate-id',
        'out-of-range',
        'out-of-range',
      ])
    }
  })

  test.prop(
    [fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 })), { maxLength: 8 })],
    { seed: 11 },
  )('keeps available plus allocated constant for reusable resources, and gives equal timelines twice', (rows) => {
    const tracker = new ResourceTracker([resource('r', 'reusable', 6)])
    const plan = rows.map(([start, length, amount], k) =>
      step(`s${k}`, start, start + length, [['r', amount, 'duration']]),
    )
    expect(tracker.timeline(plan)).toEqual(tracker.timeline(plan))
    for (let time = 0; time <= 15; time++) {
      const [state] = tracker.stateAt(plan, time)
      expect(state!.available + state!.allocated).toBe(6)
      const held = rows.reduce(
        (sum, [start, length, amount]) => (start <= time && time < start + length ? sum + amount : sum),
        0,
      )
      expect(state!.allocated).toBe(held)
    }
    const overloaded = Array.from({ length: 15 }, (_, time) => tracker.stateAt(plan, time)[0]!.available < 0)
    expect(tracker.isFeasible(plan)).toBe(!overloaded.includes(true))
  })
})

it('messages round their numbers, the figures beside them do not', () => {
  const tracker = new ResourceTracker([resource('battery', 'producible', 10)])
  const [violation] = tracker.findViolations([step('drive', 0, 4, [['battery', 12, 'duration']])])
  expect(violation?.message).toBe('battery runs 2 short from 3.333, taken by drive')
  expect(violation?.from).toBeCloseTo(10 / 3, 12)
})
