import { expect, test } from 'vitest'
import { definePomdp } from '../../../models/pomdp/define.ts'
import { buildKernel, evaluateGraph, policyOf, simulatePolicy, solvePomdp } from '../../../solvers/pomdp/index.ts'

/** What can be seen tells the state. Going from `b` by `stay` is wrong for ever, yet fine for one step before `turn`. */
const seen = definePomdp({
  kind: 'pomdp',
  discount: 0.9,
  states: ['a', 'b', 'c'],
  actions: ['turn', 'stay'],
  observations: ['p', 'q', 'r'],
  start: { a: 0.3, c: 0.7 },
  transitions: { turn: { a: 'c', b: 'b', c: 'a' }, stay: { a: 'b', b: 'b', c: 'c' } },
  observe: { turn: { a: 'q', b: 'r', c: 'q' }, stay: { a: 'r', b: 'p', c: 'q' } },
  rewards: [
    { action: 'turn', state: 'a', value: 3 },
    { action: 'turn', state: 'b', value: 8 },
    { action: 'turn', state: 'c', value: 1 },
    { action: 'stay', state: 'a', value: 4 },
    { action: 'stay', state: 'b', value: -6 },
    { action: 'stay', state: 'c', value: 4 },
  ],
})

/** Best at first is `look`; once the state is known to be `on`, `earn` for ever. */
const rare = definePomdp({
  kind: 'pomdp',
  discount: 0.5,
  states: ['on', 'off'],
  actions: ['earn', 'look'],
  observations: ['x', 'y', 'z'],
  start: { on: 0.38, off: 0.62 },
  transitions: { earn: 'identity', look: { on: 'off', off: { on: 0.24, off: 0.76 } } },
  observe: { earn: { '*': 'x' }, look: { on: { x: 0.98, y: 0.02 }, off: { x: 0.65, z: 0.35 } } },
  rewards: [
    { action: 'earn', state: 'on', value: 4 },
    { action: 'earn', state: 'off', value: -7 },
    { action: 'look', value: 2 },
  ],
})

test.each(['sarsop', 'hsvi', 'hull', 'pbvi', 'perseus'] as const)(
  'the policy of %s earns what it is said to earn, also beyond the beliefs that were searched',
  (method) => {
    for (const model of [seen, rare]) {
      const answer = solvePomdp(model, { method, seed: 3 })
      const { mean, standardError } = simulatePolicy(model, policyOf(model, answer), { runs: 2000, seed: 5 })
      expect(mean).toBeGreaterThan(answer.lower - 4 * standardError - 1e-3)
    }
  },
)

test('the policy graph goes on after every observation that can be made, and earns the value', () => {
  for (const model of [seen, rare]) {
    const answer = solvePomdp(model, { method: 'exact' })
    const graph = answer.graph!
    const earned = evaluateGraph(buildKernel(model), graph).vector(answer.valueFunction.best(model.start))
    const value = earned.reduce((sum, entry, s) => sum + entry * model.start[s]!, 0)
    expect(value).toBeGreaterThan(answer.value - 1e-4)
  }
})
