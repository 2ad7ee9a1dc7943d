import { describe, expect, test } from 'vitest'
import { definePomdp } from '../../models/pomdp/define.ts'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { fastInformedBound, qmdp } from '../../solvers/pomdp/bounds.ts'
import { buildKernel } from '../../solvers/pomdp/kernel.ts'
import { planFromBelief } from '../../solvers/pomdp/reachable.ts'
import { solvePomdp } from '../../solvers/pomdp/solve.ts'
import {
  BeliefState,
  BeliefTracker,
  fuseBeliefs,
  ImpossibleObservationError,
  ObservationModel,
} from '../../src/belief/index.ts'
import { dockProblem } from './scenarios.ts'

describe('a belief', () => {
  test('is refused unless it sums to 1 within 1e-9, and merges equal states', () => {
    expect(() => new BeliefState(['a', 'b'], [0.5, 0.6])).toThrowError(InvalidInputError)
    expect(new BeliefState(['a', 'b', 'a'], [0.25, 0.5, 0.25]).probabilityOf('a')).toBe(0.5)
  })

  test('two readings at 85 % lift an even belief to .85 and .969799', () => {
    const model = ObservationModel.symmetric(['left', 'right'], 0.85)
    const once = BeliefState.uniform(['left', 'right']).update('left', model)
    expect(once.probabilityOf('left')).toBeCloseTo(0.85, 12)
    expect(once.update('left', (o, s) => model.likelihood(o, s)).probabilityOf('left')).toBeCloseTo(0.969799, 6)
  })

  test('has entropy in bits and names its most likely state with ties flagged', () => {
    expect(BeliefState.uniform(['a', 'b', 'c']).entropy()).toBeCloseTo(1.584963, 6)
    expect(new BeliefState(['a', 'b'], [1, 0]).entropy()).toBe(0)
    expect(BeliefState.uniform(['a', 'b']).mostLikely()).toEqual({ state: 'a', probability: 0.5, tied: true })
    expect(new BeliefState(['a', 'b'], [1, 0]).withoutZeros().states).toEqual(['a'])
  })

  test('an impossible observation is a typed error with its step, or a flagged step on request', () => {
    const model = new ObservationModel(
      ['a', 'b'],
      ['x', 'y'],
      [
        [1, 0],
        [1, 0],
      ],
    )
    const tracker = new BeliefTracker(BeliefState.uniform(['a', 'b']))
    tracker.observe('x', model)
    try {
      tracker.observe('y', model)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ImpossibleObservationError)
      expect((error as ImpossibleObservationError).step).toBe(1)
    }
    const lenient = new BeliefTracker(BeliefState.uniform(['a', 'b']), { impossible: 'keep-prediction' })
    expect(lenient.observe('y', model).reset).toBe(true)
  })

  test('samples follow the likelihood, and every row sums to 1 over the domain', () => {
    const model = ObservationModel.symmetric(['a', 'b', 'c', 'd'], 0.7)
    expect(model.observations.reduce((total, o) => total + model.likelihood(o, 'b'), 0)).toBeCloseTo(1, 12)
    const random = new RandomStream(9)
    const counts = new Map<string, number>()
    for (let k = 0; k < 100_000; k++) {
      const seen = model.sample('b', random)
      counts.set(seen, (counts.get(seen) ?? 0) + 1)
    }
    let chiSquare = 0
    for (const o of model.observations) {
      const expected = 100_000 * model.likelihood(o, 'b')
      chiSquare += ((counts.get(o) ?? 0) - expected) ** 2 / expected
    }
    // 0.999 quantile of chi-square with 3 degrees of freedom.
    expect(chiSquare).toBeLessThan(16.27)
    expect(() => ObservationModel.symmetric(['a', 'b'], 1.2)).toThrowError(InvalidInputError)
  })

  test('fusing two independent readings gives .941176 and a relayed reading counts once', () => {
    const model = ObservationModel.symmetric(['yes', 'no'], 0.8)
    const prior = BeliefState.uniform(['yes', 'no'])
    const reading = (id: string) => ({ id, observation: 'yes', model })
    expect(fuseBeliefs(prior, { ann: [reading('1')], bob: [reading('2')] }).belief.probabilityOf('yes')).toBeCloseTo(
      0.941176,
      6,
    )
    const relayed = fuseBeliefs(prior, { ann: [reading('1')], bob: [reading('1')] })
    expect(relayed.belief.probabilityOf('yes')).toBeCloseTo(0.8, 12)
    expect(relayed.duplicates).toEqual({ '1': 1 })
  })
})

test('the histogram filter of the ring corridor has the published likelihood, entropies and final belief', () => {
  const doors = new Set([1, 4, 5, 9, 14, 16])
  const states = Array.from({ length: 20 }, (_, cell) => String(cell))
  const moves = [0, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 1]
  const seen = [1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0]
  const entropies = [
    3.304642, 3.292914, 2.791932, 3.343359, 3.490305, 3.464153, 3.35507, 3.091076, 2.138584, 2.241831, 1.441828,
    1.583101, 1.747881, 1.160441, 1.30805, 1.530861, 0.66338, 0.625744,
  ]
  const model = new ObservationModel(
    states,
    ['wall', 'door'],
    states.map((cell) => (doors.has(Number(cell)) ? [1 - 0.93, 0.93] : [1 - 0.06, 0.06])),
  )
  const tracker = new BeliefTracker(BeliefState.uniform(states))
  for (const [step, shift] of moves.entries()) {
    const to = (cell: string, offset: number) => String((Number(cell) + offset + 40) % 20)
    const move = (cell: string) => ({ [to(cell, shift)]: 0.8, [to(cell, shift - 1)]: 0.1, [to(cell, shift + 1)]: 0.1 })
    const tracked = tracker.observe(seen[step] === 1 ? 'door' : 'wall', model, step === 0 ? undefined : move)
    expect(Math.abs(tracked.entropy - entropies[step]!)).toBeLessThan(1e-6)
  }
  expect(tracker.logLikelihood).toBeCloseTo(-11.509962, 6)
  expect(tracker.belief.mostLikely().state).toBe('15')
  expect(tracker.belief.probabilityOf('15')).toBeCloseTo(0.920176, 6)
  expect(tracker.belief.probabilityOf('17')).toBeCloseTo(0.031261, 6)
})

describe('localise, then dock', () => {
  const model = definePomdp(dockProblem())
  const expected = [-0.4, -0.78, -1.141, -1.48395, -1.262002, -1.242363]

  test('expectimax over reachable beliefs has the published values, and looks first', () => {
    for (const [index, value] of expected.entries()) {
      const plan = planFromBelief(model, index + 1)
      expect(plan.root.value).toBeCloseTo(value, 6)
      expect(plan.root.action).toBe(2)
      expect(plan.complete).toBe(true)
    }
  })

  test('exact vectors give the same numbers; QMDP and the informed bound never fall below', () => {
    const result = solvePomdp(model, { horizon: 4 })
    expect(result.byHorizon?.map((stage) => Number(stage.value.toFixed(6)))).toEqual(expected.slice(0, 4))
    expect(result.action).toBe('look')
    const kernel = buildKernel(model)
    for (const [index, value] of expected.slice(0, 5).entries()) {
      expect(fastInformedBound(model, kernel, index + 1).vectors.value(model.start)).toBeGreaterThanOrEqual(
        value - 1e-9,
      )
      expect(qmdp(model, index + 1).vectors.value(model.start)).toBeGreaterThanOrEqual(value - 1e-9)
    }
  })

  test('a plan cut by its belief limit brackets the exact value', () => {
    const plan = planFromBelief(model, 5, { maxBeliefs: 200 })
    expect(plan.complete).toBe(false)
    expect(plan.root.value).toBeLessThanOrEqual(expected[4]! + 1e-9)
    expect(plan.root.upper).toBeGreaterThanOrEqual(expected[4]! - 1e-9)
  })
})
