import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { boundedPolicyIteration } from '../../../solvers/pomdp/bounded-policy-iteration.ts'
import { evaluateController, plainNode } from '../../../solvers/pomdp/controller.ts'
import { buildKernel } from '../../../solvers/pomdp/kernel.ts'
import { policyOf } from '../../../solvers/pomdp/policy.ts'
import { simulatePolicy } from '../../../solvers/pomdp/simulate.ts'
import { type PomdpMethod, solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { expectimax } from './expectimax.ts'
import { tiger } from './instances.ts'
import { randomPomdp } from './random-model.ts'

describe('finite-state controllers', () => {
  test('the five nodes that listen until two more hears on one side are worth the optimum of the tiger', () => {
    const kernel = buildKernel(tiger())
    // Balance of hears from -2 to 2, as nodes 0 to 4; opening starts again in the middle.
    const nodes = [-2, -1, 0, 1, 2].map((balance) =>
      Math.abs(balance) === 2
        ? plainNode(kernel, balance < 0 ? 1 : 2, () => 2)
        : plainNode(kernel, 0, (hear) => balance + 2 + (hear === 0 ? 1 : -1)),
    )
    const { values, error } = evaluateController(kernel, nodes)
    expect((values[4]! + values[5]!) / 2).toBeCloseTo(19.371368, 6)
    expect(error).toBeLessThan(1e-8)
  })

  test('bounded policy iteration never falls, stays in its size, and claims what it earns', () => {
    const kernel = buildKernel(tiger())
    const values: number[] = []
    const found = boundedPolicyIteration(kernel, tiger().start, {
      maxNodes: 8,
      stop: () => false,
      onSweep: (_, nodes, value) => {
        expect(nodes).toBeLessThanOrEqual(8)
        values.push(value)
      },
    })
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]! - 1e-7)
    expect(found.value).toBeGreaterThan(10)
    expect(found.value).toBeLessThanOrEqual(19.3713683745)
    for (const node of found.controller.nodes) {
      expect(node.choices.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
      for (const choice of node.choices)
        for (const next of choice.next)
          if (next.length > 0) expect(next.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
    }
  })

  test('on random models its value lies between blind play and the optimum, and improves with room', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const model = randomPomdp(seed, { discount: 0.8 })
      const kernel = buildKernel(model)
      const of = (maxNodes: number) =>
        boundedPolicyIteration(kernel, model.start, { maxNodes, stop: () => false }).value
      const blind = solvePomdp(model, { method: 'blind' }).lower
      const optimum = solvePomdp(model, { method: 'sarsop', epsilon: 1e-7, timeLimitMs: 5000 }).upper
      const [one, many] = [of(1), of(8)]
      expect(one).toBeGreaterThanOrEqual(blind - 1e-7)
      expect(many).toBeGreaterThanOrEqual(one - 1e-7)
      expect(many).toBeLessThanOrEqual(optimum + 1e-6)
    }
  })
})

describe('every policy in simulation', () => {
  const model = tiger()

  test.each<PomdpMethod>(['exact', 'sarsop', 'hsvi', 'pbvi', 'perseus', 'bpi', 'blind'])(
    'by %s earns what is claimed, within 3 standard errors',
    (method) => {
      const result = solvePomdp(model, { method, timeLimitMs: 5000 })
      const { mean, standardError } = simulatePolicy(model, policyOf(model, result), { runs: 3000, seed: 7 })
      expect(mean).toBeGreaterThan(result.lower - 3 * standardError)
      expect(mean).toBeLessThan(result.upper + 3 * standardError)
    },
  )

  test.each<PomdpMethod>(['qmdp', 'fib', 'mls'])('by %s earns no more than the optimum', (method) => {
    const result = solvePomdp(model, { method })
    const { mean, standardError } = simulatePolicy(model, policyOf(model, result), { runs: 3000, seed: 7 })
    expect(mean).toBeLessThan(19.3714 + 3 * standardError)
    expect(mean).toBeLessThan(result.upper)
  })

  test('of a finite horizon, by vectors or by the plan over beliefs, earns V_h', () => {
    for (const method of ['incremental-pruning', 'reachable'] as const) {
      const result = solvePomdp(model, { method, horizon: 5 })
      expect(result.value).toBeCloseTo(2.763096193125, 8)
      const policy = policyOf(model, result)
      const { mean, standardError } = simulatePolicy(model, policy, { runs: 5000, steps: 5, seed: 2 })
      expect(Math.abs(mean - result.value)).toBeLessThan(3 * standardError)
    }
  })
})

describe('200 random small models', () => {
  test('expectimax, the plan over beliefs and the vectors agree; all bounds bracket the value', () => {
    const random = new RandomStream(99)
    for (let seed = 1000; seed < 1200; seed++) {
      const model = randomPomdp(seed, { maxStates: 3, maxActions: 2, maxObservations: 2 })
      const horizon = random.integer(1, 4)
      const oracle = expectimax(model, model.start, horizon)
      expect(solvePomdp(model, { horizon }).value).toBeCloseTo(oracle, 7)
      expect(solvePomdp(model, { horizon, method: 'reachable' }).value).toBeCloseTo(oracle, 9)
      const { lower, upper } = solvePomdp(model, { method: 'sarsop', epsilon: 1e-6, timeLimitMs: 3000 })
      // What the steps beyond the horizon can add or cost at most.
      const span = Math.max(...model.rewards.map(Math.abs))
      const rest = (model.discount ** horizon * span) / (1 - model.discount)
      expect(lower).toBeLessThanOrEqual(oracle + rest + 1e-9)
      expect(upper).toBeGreaterThanOrEqual(oracle - rest - 1e-9)
    }
  })
})
