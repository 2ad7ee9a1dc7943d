import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import {
  AdaptivePlanner,
  type ExecutedRun,
  ExperienceModel,
  type LearnedCosts,
} from '../../src/execution/learning/index.ts'
import { defineDomain, planDomain } from '../../src/htn/index.ts'

const COSTS = { A: 4, B: 6 }

/** Chooses between action A and action B by what they cost, as a hierarchical planner does. */
function baseline(start: 'here', learned: LearnedCosts): string {
  const cost = (name: 'A' | 'B'): number => learned.actionCost(name, COSTS[name])
  const domain = defineDomain({
    state: { at: { kind: 'enum', values: ['here', 'there'] } },
    actions: {
      A: { effects: { at: 'there' }, cost: cost('A') },
      B: { effects: { at: 'there' }, cost: cost('B') },
    },
    tasks: {
      go: [
        { name: 'by B', subtasks: [['B']] },
        { name: 'by A', subtasks: [['A']] },
      ],
    },
  })
  const result = planDomain(domain, { state: { at: start }, tasks: [['go']] })
  return result.status === 'optimal' ? (result.plan.steps[0]?.name ?? '') : result.status
}

const tried = (subject: 'A' | 'B', success: boolean): ExecutedRun => ({
  goal: 'there',
  success,
  experiences: [{ subject, success, cost: COSTS[subject] }],
})

describe('learning from failures', () => {
  test('A costs 4 and fails 8 of 10, B costs 6 and always works: A before, B afterwards, and why', () => {
    const planner = new AdaptivePlanner(baseline)
    expect(planner.plan('here')).toBe('A')
    for (let i = 0; i < 10; i++) {
      planner.record(tried('A', i < 2))
      planner.record(tried('B', true))
    }
    expect(planner.plan('here')).toBe('A')
    expect(planner.learnFromFailures()).toBe(20)
    expect(planner.learnFromFailures()).toBe(0)
    const { experience } = planner
    expect(experience.estimate('A')).toMatchObject({ alpha: 3, beta: 9, success: 0.25, cost: 4 })
    expect(experience.expectedCost('A', 4)).toBe(16)
    expect(experience.expectedCost('B', 6)).toBeCloseTo(6 / (11 / 12), 12)
    expect(planner.plan('here')).toBe('B')
    expect(experience.explain('A', 4)).toBe(
      'A: 2 successes and 8 failures; succeeds with chance 0.25; costs 4 a trial, 16 until it succeeds',
    )
    expect(experience.explain('C', 5)).toBe(
      'C: never tried; succeeds with chance 0.5; costs 5 a trial (as stated), 10 until it succeeds',
    )
    planner.reset()
    expect(planner.plan('here')).toBe('A')
    expect(planner.executionHistory).toHaveLength(20)
  })

  test('of 1,001 runs the latest 1,000 are kept, and survive as JSON together with what was learned', () => {
    const planner = new AdaptivePlanner(baseline)
    for (let i = 0; i < 1001; i++) planner.record({ ...tried('A', i % 5 === 0), goal: `goal ${i}` })
    expect(planner.executionHistory).toHaveLength(1000)
    expect(planner.executionHistory[0]?.goal).toBe('goal 1')
    planner.learnFromFailures()
    planner.record(tried('B', true))
    const again = AdaptivePlanner.restore(baseline, JSON.parse(JSON.stringify(planner)))
    expect(again.toJSON()).toEqual(planner.toJSON())
    expect(again.learnFromFailures()).toBe(1)
    expect(again.plan('here')).toBe('B')
  })

  test('contexts are learned apart; a new one begins with what is known from all of them', () => {
    const model = new ExperienceModel()
    for (let i = 0; i < 8; i++) {
      model.observe({ subject: 'drive', context: 'ice', success: false, cost: 9, duration: 4 })
      model.observe({ subject: 'drive', context: 'dry', success: true, cost: 3, duration: 1 })
    }
    expect(model.estimate('drive', 'ice')).toMatchObject({ success: 0.1, cost: 9, duration: 4, source: 'context' })
    expect(model.estimate('drive', 'dry').success).toBe(0.9)
    expect(model.estimate('drive', 'fog')).toMatchObject({ success: 0.5, cost: 6, source: 'all contexts', weight: 16 })
    expect(model.rank(['ice', 'dry'], (context) => ({ subject: 'drive', nominalCost: 1, context }))).toEqual([
      'dry',
      'ice',
    ])
    model.reset('drive')
    expect(model.estimate('drive', 'dry').source).toBe('prior')
    expect(() => new ExperienceModel({ retention: 0 })).toThrow('retention 0')
  })

  test('with nothing forgotten the posterior is the count plus one, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (outcomes) => {
        const model = new ExperienceModel()
        for (const success of outcomes) model.observe({ subject: 'a', success })
        const good = outcomes.filter(Boolean).length
        expect(model.estimate('a')).toMatchObject({ alpha: 1 + good, beta: 1 + outcomes.length - good })
      }),
    )
  })

  test('a regime that changes, and changes back, costs a bounded number of wrong choices each time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const random = new RandomStream(seed)
        const model = new ExperienceModel({ retention: 0.95 })
        const wrong = [0, 0, 0]
        const length = 400
        for (let round = 0; round < 3 * length; round++) {
          const phase = Math.floor(round / length)
          // A succeeds with .95, in the second phase with .1; B with .6 throughout; both cost 1.
          const chances = { A: phase === 1 ? 0.1 : 0.95, B: 0.6 }
          const best = phase === 1 ? 'B' : 'A'
          const [favourite, other] = model.rank(['A', 'B'] as const, (subject) => ({ subject, nominalCost: 1 }))
          // One in twelve rounds looks at the other one, or a change for the better would never be seen.
          const chosen = (round % 12 === 0 ? other : favourite) as 'A' | 'B'
          if (favourite !== best) (wrong[phase] as number)++
          model.observe({ subject: chosen, success: random.chance(chances[chosen]), cost: 1 })
        }
        for (const count of wrong) expect(count).toBeLessThan(length * 0.75)
        // At the end of each phase it is right again: the last one returned to the first regime.
        expect(model.rank(['A', 'B'] as const, (subject) => ({ subject, nominalCost: 1 }))[0]).toBe('A')
      }),
      { numRuns: 100, seed: 5 },
    )
  })
})
