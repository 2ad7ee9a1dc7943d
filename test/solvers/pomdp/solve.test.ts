import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { fastInformedBound, qmdp, solveMdp } from '../../../solvers/pomdp/bounds.ts'
import { buildKernel } from '../../../solvers/pomdp/kernel.ts'
import { blindPolicies } from '../../../solvers/pomdp/point-backup.ts'
import { POMDP_METHODS, solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { readPomdp } from '../../../src/io/cassandra/index.ts'
import { tiger } from './instances.ts'
import { randomPomdp } from './random-model.ts'

const corpus = new URL('../../../../shared/benchmarks/pomdp/', import.meta.url)

describe('solving the tiger', () => {
  test('exactly: value, nine vectors, the five-node graph, the first action', () => {
    const result = solvePomdp(tiger())
    expect(result.status).toBe('optimal')
    expect(result.value).toBeCloseTo(19.371368, 6)
    expect(result.upper - result.lower).toBeLessThanOrEqual(1e-6)
    expect(result.vectors).toBe(9)
    expect(result.action).toBe('listen')
    expect(result.reachable).toHaveLength(5)
    expect(result.errorBound).toBeLessThanOrEqual(1e-6)
  })

  test.each([
    [0.9, 8.50726],
    [0.75, 1.933439],
  ])('with discount %d is worth %d', (discount, value) => {
    expect(solvePomdp(tiger(), { discount }).value).toBeCloseTo(value, 5)
  })

  test('with accuracy .65 is worth -13.754733', () => {
    const model = tiger()
    const observationProbabilities = model.observationProbabilities.map((p) =>
      p === 0.85 ? 0.65 : p === 0.15 ? 0.35 : p,
    )
    expect(solvePomdp({ ...model, observationProbabilities }).value).toBeCloseTo(-13.754733, 5)
  })

  test('from another belief opens at once', () => {
    const result = solvePomdp(tiger(), { belief: [0.97, 0.03] })
    expect(result.action).toBe('open-right')
    expect(result.value).toBeCloseTo(25.1, 2)
  })

  test('over a finite horizon reports every V_h and its vectors', () => {
    const result = solvePomdp(tiger(), { horizon: 12, discount: 1 })
    expect(result.status).toBe('optimal')
    expect(result.byHorizon?.map((stage) => stage.vectors)).toEqual([3, 5, 7, 5, 9, 13, 15, 21, 25, 25, 33, 35])
    expect(result.byHorizon?.[11]?.value).toBeCloseTo(11.903343, 6)
  })

  test.each(POMDP_METHODS.filter((method) => method !== 'reachable'))(
    'by %s brackets the optimum and is never better than it',
    (method) => {
      const result = solvePomdp(tiger(), { method, timeLimitMs: 10_000 })
      expect(result.lower).toBeLessThanOrEqual(19.3713683745 + 1e-9)
      expect(result.upper).toBeGreaterThanOrEqual(19.3713683743 - 1e-9)
      if (['sarsop', 'hsvi'].includes(method)) expect(result.status).toBe('optimal')
      if (['pbvi', 'perseus'].includes(method)) expect(result.lower).toBeGreaterThan(19.37 - 1e-2)
    },
  )

  test('the same seed gives the same answer', () => {
    const solve = () => solvePomdp(tiger(), { method: 'sarsop', seed: 7 })
    expect(solve().valueFunction.data).toEqual(solve().valueFunction.data)
  })

  test('without time it still returns bounds, and says which limit it met', () => {
    const result = solvePomdp(tiger(), { timeLimitMs: 0 })
    expect(result.status).toBe('feasible')
    expect(result.status === 'feasible' ? result.limit : '').toBe('time')
    expect(result.lower).toBeLessThan(19.4)
    expect(result.upper).toBeGreaterThan(19.3)
  })

  test('faulty options are reported together', () => {
    try {
      solvePomdp(tiger(), { epsilon: 0, horizon: -1, belief: [0.5, 0.6] })
      expect.unreachable()
    } catch (error) {
      expect((error as InvalidInputError).issues.map((issue) => issue.path[0])).toEqual(['epsilon', 'horizon', 'start'])
    }
    expect(() => solvePomdp(tiger(1))).toThrowError(InvalidInputError)
  })
})

describe('on random models', () => {
  test('lower bounds <= exact <= upper bounds, in the published order', () => {
    for (let seed = 506; seed < 530; seed++) {
      const model = randomPomdp(seed, { discount: 0.8 })
      const kernel = buildKernel(model)
      const exact = solvePomdp(model, { method: 'exact', epsilon: 1e-7 })
      expect(exact.status).toBe('optimal')
      const low = exact.lower
      const high = exact.upper
      const mdp = solveMdp(model).values.reduce((total, value, s) => total + value * model.start[s]!, 0)
      const qmdpValue = qmdp(model).vectors.value(model.start)
      const fib = fastInformedBound(model, kernel).vectors.value(model.start)
      expect(blindPolicies(kernel).value(model.start)).toBeLessThanOrEqual(high + 1e-9)
      expect(fib).toBeGreaterThanOrEqual(low - 1e-7)
      expect(qmdpValue).toBeGreaterThanOrEqual(fib - 1e-7)
      expect(mdp).toBeGreaterThanOrEqual(qmdpValue - 1e-7)
      for (const method of ['sarsop', 'hsvi'] as const) {
        const result = solvePomdp(model, { method, epsilon: 1e-3, timeLimitMs: 150 })
        expect(result.lower).toBeLessThanOrEqual(high + 1e-9)
        expect(result.upper).toBeGreaterThanOrEqual(low - 1e-9)
      }
    }
  })

  test('scaling the rewards by 2 doubles the value', () => {
    for (let seed = 700; seed < 710; seed++) {
      const model = randomPomdp(seed, { discount: 0.7, maxStates: 2, maxActions: 2 })
      const doubled = { ...model, rewards: model.rewards.map((reward) => 2 * reward) }
      const once = solvePomdp(model, { epsilon: 1e-8 })
      expect(solvePomdp(doubled, { epsilon: 1e-8 }).value).toBeCloseTo(2 * once.value, 6)
    }
  })
})

describe.skipIf(!existsSync(corpus))('simple bounds of the corpus (needs ../shared/benchmarks/pomdp)', () => {
  const reference = existsSync(corpus)
    ? (
        JSON.parse(readFileSync(new URL('reference.json', corpus), 'utf8')) as {
          file: string
          simpleBoundsAtB0?: { mdp: number; qmdp: number; fib: number; blind: number }
        }[]
      ).filter((entry) => entry.simpleBoundsAtB0?.mdp !== undefined)
    : []
  test.each(reference.map((entry) => entry.file))('%s', (file) => {
    const expected = reference.find((entry) => entry.file === file)!.simpleBoundsAtB0!
    const model = readPomdp(readFileSync(new URL(file, corpus), 'utf8'))
    const kernel = buildKernel(model)
    const close = (found: number, wanted: number) =>
      expect(Math.abs(found - wanted)).toBeLessThan(2e-6 * Math.max(1, Math.abs(wanted)))
    close(qmdp(model).vectors.value(model.start), expected.qmdp)
    close(fastInformedBound(model, kernel).vectors.value(model.start), expected.fib)
    close(blindPolicies(kernel).value(model.start), expected.blind)
    close(
      solveMdp(model).values.reduce((total, value, s) => total + value * model.start[s]!, 0),
      expected.mdp,
    )
  })
})
