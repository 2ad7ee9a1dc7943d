import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { verifyStatedPlan } from '../../src/check/stated-plan.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { StatedPlanning } from '../../src/domain/planning.ts'
import { planStated } from '../../src/htn/plan-stated.ts'
import { readDocument } from '../../src/io/document/index.ts'
import { computeTimeline, findViolations } from '../../src/resources/index.ts'

function stated(text: string, ...overrides: string[]): StatedPlanning {
  const read = readDocument(text, { overrides })
  if (read.status === 'invalid') throw new Error(read.issues.map((issue) => issue.message).join('\n'))
  if (read.problem.kind !== 'plan') throw new Error(read.problem.kind)
  return read.problem.problem
}

const TRAVEL = readFileSync(new URL('../../examples/travel.yaml', import.meta.url), 'utf8')

const MOVERS = `
version: 1
title: Movers
state:
  - { id: boxes, kind: number, minimum: 0, maximum: 9, initial: 0 }
  - { id: at(ann), kind: enum, values: [home, park], initial: home }
  - { id: at(bob), kind: enum, values: [home, park], initial: home }
resources:
  - { id: fuel, type: consumable, capacity: 6, initial: 5, costPerUnit: 2 }
  - { id: crew, capacity: 2, costPerTime: 1 }
actions:
  - { id: carry, effects: [[boxes, increase, 2]], cost: 1, uses: { crew: 2 }, requires: [{ resource: fuel, amount: 1 }] }
  - { id: refuel, effects: [], cost: 7, duration: 2, produces: [{ resource: fuel, amount: 3 }] }
  - id: walk
    parameters: [{ id: who, values: [ann, bob] }, { id: to, values: [home, park] }]
    when: [['at(?who)', '!=', ?to]]
    effects: [['at(?who)', set, ?to]]
    duration: 4
    uses: { crew: 1 }
goals:
  - { id: enough, where: [[boxes, '>=', 3]] }
  - { id: ann there, where: [['at(ann)', '=', park]] }
  - { id: bob there, where: [['at(bob)', '=', park]], value: 8 }
  - { id: more than fits, where: [[boxes, '>=', 10]], value: 9 }
`

function found(problem: StatedPlanning): Extract<ReturnType<typeof planStated>, { plan: Plan }> {
  const result = planStated(problem)
  if (!('plan' in result)) throw new Error(`${result.status} ${'text' in result ? result.text : ''}`)
  return result
}

describe('the travel document', () => {
  it('walks 2 far, takes the taxi for 5.5 when it is 8, and says what stands in the way with 3 in the pocket', () => {
    expect(found(stated(TRAVEL, 'state.distance.initial=2')).plan.steps.map((step) => step.name)).toEqual(['walk'])
    const taxi = found(stated(TRAVEL))
    expect(taxi).toMatchObject({ status: 'optimal', cost: 5.5 })
    expect(taxi.finalState['cash']).toBe(14.5)
    const poor = planStated(stated(TRAVEL, 'state.cash.initial=3'))
    expect(poor).toMatchObject({ status: 'unsolvable', conflict: ['distance 8 > 2', 'cash 3 < 5.5'] })
  })

  it('reaches a goal by the method that achieves it, and does nothing when it holds', () => {
    const goal = TRAVEL.replace('do: [[travel, park]]', 'goals: [{ id: there, where: [[at, =, park]] }]')
    expect(found(stated(goal)).plan.steps.map((step) => step.name)).toEqual(['call taxi', 'ride', 'pay driver'])
    const there = found(stated(goal, 'state.at.initial=park'))
    expect(there).toMatchObject({ status: 'satisfied', cost: 0 })
    expect(there.plan.steps).toEqual([])
  })
})

describe('goals without methods', () => {
  it('are reached by any actions, the soft ones for their worth, with side by side what may be', () => {
    const result = found(stated(MOVERS))
    expect(result).toMatchObject({ status: 'optimal', reached: ['enough', 'ann there', 'bob there'], value: 8 })
    expect(result.dropped).toEqual(['more than fits'])
    // Two boxes twice: 2 x (1 + fuel 2 + crew 2); two walks: 2 x (1 + crew 4).
    expect(result.cost).toBe(20)
    expect(result.plan.makespan).toBe(6)
  })

  it('keep budget and deadline, or say that they are what stands in the way', () => {
    const cheap = found(stated(MOVERS, 'budget=15'))
    expect(cheap).toMatchObject({ status: 'optimal', cost: 15, dropped: ['bob there', 'more than fits'] })
    const broke = planStated(stated(MOVERS, 'budget=14'))
    expect(broke).toMatchObject({ status: 'unsolvable', text: 'the cheapest plan costs 15, more than the budget 14' })
    const quick = found(stated(MOVERS, 'deadline=6'))
    expect(quick.plan.makespan).toBeLessThanOrEqual(6)
  })

  it('take from stocks what there is', () => {
    const dry = found(stated(MOVERS, 'resources.fuel.initial=1', 'goals[2].value=0', 'goals[3].value=0'))
    expect(dry.plan.steps.map((step) => step.name)).toContain('refuel')
    const none = planStated(stated(MOVERS, 'resources.fuel.initial=0', 'actions[1].produces[0].amount=0', 'budget=40'))
    expect(none.status).toBe('unsolvable')
  })
})

describe('the verifier of planning documents', () => {
  const problem = stated(MOVERS)
  const { plan } = found(problem)
  const steps = (change: (step: Plan['steps'][number], index: number) => Plan['steps'][number]): Plan => ({
    ...plan,
    steps: plan.steps.map(change),
  })
  const carry = plan.steps.findIndex((step) => step.name === 'carry')

  it('accepts the plan, also after a round trip through JSON', () => {
    expect(verifyStatedPlan(problem, JSON.parse(JSON.stringify(plan)))).toMatchObject({ valid: true, cost: 20 })
  })

  it.each<[string, Plan, string, string[]]>([
    [
      'a step that is no action',
      steps((step, i) => (i === carry ? { ...step, name: 'fly' } : step)),
      'wrong-subtasks',
      [],
    ],
    ['a wrong cost', { ...plan, cost: 19 }, 'cost', []],
    ['a wrong cost of a step', steps((step, i) => (i === carry ? { ...step, cost: 1 } : step)), 'cost', []],
    ['a wrong duration', steps((step) => ({ ...step, end: (step.end as number) + 1 })), 'times', []],
    [
      'more in use than there is',
      {
        ...steps((step) => ({ ...step, end: (step.end as number) - (step.start as number), start: 0 })),
        ordering: [],
      },
      'resource',
      [],
    ],
    ['a goal that is missed', plan, 'method-precondition', ['goals[0].where[0][2]=5']],
    ['a stock that runs dry', plan, 'resource', ['resources.fuel.initial=1']],
    ['a range that is left', plan, 'range', ['state[0].maximum=3', 'goals[0].where[0][2]=2']],
    ['a budget that is exceeded', plan, 'budget', ['budget=19']],
    ['a deadline that is missed', plan, 'deadline', ['deadline=5']],
    ['a condition that does not hold', plan, 'precondition', ['actions[2].when=[[boxes, "<", 0]]']],
    [
      'an ordering that is not kept',
      { ...plan, ordering: plan.ordering.map(([a, b]) => [b, a] as const) },
      'times',
      [],
    ],
    ['no decomposition', { ...plan, decomposition: null }, 'missing-decomposition', []],
  ])('rejects %s', (_, faulty, code, overrides) => {
    const report = verifyStatedPlan(overrides.length === 0 ? problem : stated(MOVERS, ...overrides), faulty)
    expect(report.issues.map((issue) => issue.code)).toContain(code)
  })

  it('rejects steps that overlap although one needs what the other brings about', () => {
    const taxi = found(stated(TRAVEL))
    const early = taxi.plan.steps.map((step) => ({
      ...step,
      start: 0,
      end: (step.end as number) - (step.start as number),
    }))
    const codes = verifyStatedPlan(stated(TRAVEL), { ...taxi.plan, ordering: [], steps: early }).issues.map(
      (issue) => issue.code,
    )
    expect(codes).toContain('times')
  })
})

describe('times of random plans', () => {
  it('respect crews and stocks at every instant, as the resource tracker sees them', () => {
    const random = new RandomStream(5)
    for (let round = 0; round < 40; round++) {
      const overrides = [
        `actions[0].uses.crew=${random.integer(1, 2)}`,
        `actions[0].duration=${random.integer(0, 3)}`,
        `actions[2].duration=${random.integer(1, 4)}`,
        `resources.fuel.initial=${random.integer(1, 4)}`,
        `resources.crew.capacity=${random.integer(2, 3)}`,
        `goals[0].where[0][2]=${random.integer(1, 6)}`,
      ]
      const problem = stated(MOVERS, ...overrides, 'goals[3].value=0')
      const { plan } = found(problem)
      const crew = problem.resources.filter((resource) => resource.id === 'crew')
      const held = plan.steps.map((step) => ({
        id: String(step.id),
        start: step.start as number,
        end: step.end as number,
        requires: Object.entries(step.resources ?? {})
          .filter(([resource]) => resource === 'crew')
          .map(([resource, amount]) => ({ resource, amount, when: 'duration' as const })),
        produces: [],
      }))
      expect(findViolations(held, crew)).toEqual([])
      expect(computeTimeline(crew[0] as (typeof crew)[number], held).points.every((point) => point.after >= 0)).toBe(
        true,
      )
    }
  })
})
