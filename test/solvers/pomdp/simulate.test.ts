import { expect, test } from 'vitest'
import { definePomdp } from '../../../models/pomdp/define.ts'
import { policyOf, simulatePolicy, solvePomdp } from '../../../solvers/pomdp/index.ts'

test('episodes of a patient decision maker last until hardly anything is left, and say how much', () => {
  const model = definePomdp({
    kind: 'pomdp',
    discount: 0.999,
    states: ['on'],
    actions: ['earn', 'rest'],
    observations: ['nothing'],
    transitions: { '*': 'identity' },
    observe: { '*': 'uniform' },
    rewards: [{ action: 'earn', value: 1 }],
  })
  const answer = solvePomdp(model)
  const tried = simulatePolicy(model, policyOf(model, answer), { runs: 2 })
  expect(answer.value).toBeCloseTo(1000, 5)
  expect(tried.cutWeight).toBeLessThan(1e-3)
  expect(tried.mean).toBeCloseTo(1000 * (1 - tried.cutWeight), 6)
  expect(simulatePolicy(model, () => 0, { runs: 1, steps: 10 })).toMatchObject({ steps: 10, cutWeight: 0.999 ** 10 })
})
