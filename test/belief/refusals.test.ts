import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import {
  BeliefState,
  checkDecisionPlan,
  decisionThresholds,
  fuseBeliefs,
  ObservationModel,
  solveDecision,
  valueOfTestSet,
} from '../../src/belief/index.ts'
import type { DecisionProblem } from '../../src/domain/pomdp-decision.ts'

const base: DecisionProblem = {
  kind: 'decision',
  hypotheses: [
    { id: 'x', probability: 0.5 },
    { id: 'y', probability: 0.5 },
  ],
  tests: [{ id: 't', cost: 1, outcomes: ['+', '-'], likelihood: { x: [0.9, 0.1], y: [0.1, 0.9] } }],
  acts: [
    { id: 'a', loss: { x: 0, y: 10 } },
    { id: 'b', loss: { x: 10, y: 0 } },
  ],
  repairs: [],
}

function faultsOf(call: () => unknown): string[] {
  try {
    call()
  } catch (error) {
    if (error instanceof InvalidInputError)
      return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw error
  }
  return []
}

describe('decisions', () => {
  test('names used twice and names of no hypothesis are refused, all at once', () => {
    const twice = {
      ...base,
      tests: [...base.tests, { ...base.tests[0]!, outcomes: ['+', '+'] }],
      acts: [...base.acts, { id: 'a', loss: { x: 1, y: 1, z: 1 } }],
    }
    expect(faultsOf(() => solveDecision(twice))).toEqual([
      'tests.1.id: the test "t" is declared twice',
      'acts.2.id: the act "a" is declared twice',
      'tests.1.outcomes.1: the outcome "+" of "t" is declared twice',
      'acts.2.loss.z: no hypothesis is called "z"',
    ])
  })

  test('tests that the problem does not have and impossible caps are refused', () => {
    const fault = ['tests.0: no test is called "u"']
    expect(faultsOf(() => solveDecision(base, { tests: ['u'] }))).toEqual(fault)
    expect(faultsOf(() => valueOfTestSet(base, ['u']))).toEqual(fault)
    expect(faultsOf(() => decisionThresholds(base, ['u']))).toEqual(fault)
    for (const maxDepth of [-1, 0.5, Number.NaN])
      expect(faultsOf(() => solveDecision(base, { maxDepth }))).toHaveLength(1)
  })

  test('a test named twice in a set counts once', () => {
    expect(valueOfTestSet(base, ['t', 't'])).toEqual(valueOfTestSet(base, ['t']))
  })

  test('outcomes and faults of next to no probability keep their branch', () => {
    const rare = {
      ...base.tests[0]!,
      outcomes: ['+', '-', '?'],
      likelihood: { x: [0.9, 0.1, 1e-17], y: [0.1, 0.9, 0] },
    }
    const plan = solveDecision({ ...base, tests: [rare] })
    expect(plan.root.branches.map(({ outcome }) => outcome)).toEqual(['+', '-', '?'])
    checkDecisionPlan(plan)
    const repairs = ['x', 'y'].map((fixes) => ({ id: `fix ${fixes}`, fixes, cost: 1 }))
    const sure = [
      { id: 'x', probability: 1 },
      { id: 'y', probability: 1e-17 },
    ]
    checkDecisionPlan(solveDecision({ ...base, hypotheses: sure, tests: [], acts: [], repairs }))
  })

  test('ties within rounding leave no gap: without a cap a plan is optimal', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = new RandomStream(seed)
      const weights = [random.next(), random.next(), random.next()]
      const total = weights.reduce((a, b) => a + b, 0)
      const plan = solveDecision({
        kind: 'diagnosis',
        components: weights.map((weight, k) => ({ id: `c${k}`, p: weight / total, cost: 20 * random.next() })),
        tests: ['s', 't'].map((id) => ({
          id,
          cost: 0,
          pPos: Object.fromEntries(weights.map((_, k) => [`c${k}`, random.next()])),
        })),
      })
      expect([seed, plan.status, plan.lowerBound]).toEqual([seed, 'optimal', plan.expectedCost])
    }
  })
})

describe('beliefs', () => {
  const belief = BeliefState.uniform(['a', 'b', 'c'])
  const twoStates = ObservationModel.symmetric(['a', 'b'], 0.8)

  test('a move that is no distribution is refused for every state at once', () => {
    expect(faultsOf(() => belief.predict((state) => (state === 'c' ? { c: 1 } : { [state]: 0.4 })))).toEqual([
      'move.a: the next states of "a" are no distribution (sum 0.4)',
      'move.b: the next states of "b" are no distribution (sum 0.4)',
    ])
  })

  test('a model that says nothing about a possible state does not rule it out', () => {
    expect(faultsOf(() => belief.update('a', twoStates))).toEqual([
      'model.c: the model does not say what is observed in "c"',
    ])
    const without = new BeliefState(['a', 'b', 'c'], [0.5, 0.5, 0])
    expect(without.update('a', twoStates).probabilityOf('a')).toBeCloseTo(0.8, 12)
    expect(faultsOf(() => belief.update('o', () => -1))).toHaveLength(3)
  })

  test('copies of one reading that differ are a contradiction', () => {
    const shared = {
      ana: [{ id: 'r', observation: 'a', model: twoStates }],
      ben: [{ id: 'r', observation: 'b', model: twoStates }],
    }
    expect(faultsOf(() => fuseBeliefs(BeliefState.uniform(['a', 'b']), shared))).toEqual([
      'ben.0: the reading "r" says "b" here and "a" before',
    ])
  })

  test('an observation model names every state and observation once', () => {
    const row = [0.5, 0.5]
    expect(faultsOf(() => new ObservationModel(['a', 'a'], ['p', 'p'], [row, row]))).toHaveLength(2)
  })
})
