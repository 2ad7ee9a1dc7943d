import { describe, expect, test } from 'vitest'
import { definePomdp } from '../../models/pomdp/define.ts'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { planToBelief } from '../../src/belief/index.ts'
import { tigerProblem } from '../solvers/pomdp/instances.ts'

const columns = ['1', '2', '3', '4', '5']
const shift = (step: number) =>
  Object.fromEntries(columns.map((column) => [column, String(Math.min(5, Math.max(1, Number(column) + step)))]))

describe('planning to a belief', () => {
  test('without sensing, four moves to the wall make column 1 certain', () => {
    const model = definePomdp({
      kind: 'pomdp',
      discount: 1,
      objective: 'cost',
      states: columns,
      actions: ['right', 'left'],
      observations: ['nothing'],
      transitions: { right: shift(1), left: shift(-1) },
      observe: { '*': 'uniform' },
      rewards: [{ value: 1 }],
    })
    const plan = planToBelief(model, { holds: (state) => state === '1', probability: 1 })
    expect(plan.status).toBe('optimal')
    if (plan.status !== 'optimal') return
    expect(plan.expectedCost).toBe(4)
    expect(plan.nodes.map((node) => node.action)).toEqual(['left', 'left', 'left', 'left', null])
    expect(plan.nodes[4]!.satisfied).toBeCloseTo(1, 12)
  })

  test('testing until the lamp is known good takes the expected number of tries', () => {
    // Each replacement is good with probability .8 and the look after it is perfect: 1 / .8 tries of cost 1.
    const model = definePomdp({
      kind: 'pomdp',
      discount: 1,
      states: ['bad', 'good'],
      actions: ['replace'],
      observations: ['dark', 'light'],
      start: 'bad',
      transitions: { replace: { '*': { bad: 0.2, good: 0.8 } } },
      observe: { replace: { bad: 'dark', good: 'light' } },
      rewards: [{ value: -1 }],
    })
    const plan = planToBelief(model, { holds: (state) => state === 'good', probability: 0.95 })
    expect(plan.status === 'optimal' ? plan.expectedCost : -1).toBeCloseTo(1.25, 9)
  })

  test('a goal that holds already costs nothing, and one that listening alone may never reach is infeasible', () => {
    const model = definePomdp({
      ...tigerProblem,
      actions: ['listen'],
      transitions: { listen: 'identity' },
      observe: { listen: tigerProblem.observe['listen']! },
      rewards: [{ value: -1 }],
    })
    const either = planToBelief(model, { holds: () => true, probability: 0.9 })
    expect(either.status === 'optimal' ? either.expectedCost : -1).toBe(0)
    const left = planToBelief(
      model,
      { holds: (state) => state === 'tiger-left', probability: 0.96 },
      { hopeless: 1000 },
    )
    expect(left.status).toBe('infeasible')
  })

  test('a belief that no plan can reach is reported as infeasible, a limit as unknown with its bound', () => {
    const model = definePomdp({
      ...tigerProblem,
      actions: ['listen'],
      transitions: { listen: 'identity' },
      observe: { listen: 'uniform' },
      rewards: [{ value: -1 }],
    })
    const goal = { holds: (state: string) => state === 'tiger-left', probability: 0.9 }
    expect(planToBelief(model, goal).status).toBe('infeasible')
    const noisy = definePomdp({
      ...tigerProblem,
      actions: ['listen'],
      transitions: { listen: 'identity' },
      observe: { listen: tigerProblem.observe['listen']! },
      rewards: [{ value: -1 }],
    })
    const cut = planToBelief(noisy, { ...goal, probability: 0.999999 }, { maxBeliefs: 4 })
    expect(cut.status).toBe('unknown')
    expect(() => planToBelief(definePomdp(tigerProblem), goal)).toThrowError(InvalidInputError)
  })
})
