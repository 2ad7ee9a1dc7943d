import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { BeliefHull } from '../../../solvers/pomdp/belief-hull.ts'
import { fastInformedBound } from '../../../solvers/pomdp/bounds.ts'
import { hullSearch } from '../../../solvers/pomdp/hull-search.ts'
import { buildKernel } from '../../../solvers/pomdp/kernel.ts'
import { blindPolicies } from '../../../solvers/pomdp/point-backup.ts'
import { solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { readPomdp } from '../../../src/io/cassandra/index.ts'
import { tiger } from './instances.ts'
import { randomPomdp } from './random-model.ts'

const corpus = new URL('../../../../shared/benchmarks/pomdp/', import.meta.url)

describe('mixing beliefs', () => {
  test('weights are not negative, make up the belief, and bound a convex function from above', () => {
    const random = new RandomStream(11)
    const size = 5
    const draw = (zero: boolean): Float64Array => {
      const raw = Float64Array.from({ length: size }, (_, s) => (zero && s === 2 ? 0 : -Math.log(1 - random.next())))
      const sum = raw.reduce((total, x) => total + x, 0)
      return raw.map((x) => x / sum)
    }
    const planes = Array.from({ length: 12 }, () => Float64Array.from({ length: size }, () => random.next() * 10))
    const convex = (belief: Float64Array) =>
      Math.max(...planes.map((plane) => plane.reduce((total, x, s) => total + x * belief[s]!, 0)))
    const corners = Float64Array.from({ length: size }, (_, s) => Math.max(...planes.map((plane) => plane[s]!)))
    const hull = new BeliefHull(corners)
    for (let i = 0; i < 300; i++) {
      const belief = draw(i % 3 === 0)
      hull.add(belief, convex(belief))
    }
    let loose = 0
    let tight = 0
    for (let i = 0; i < 60; i++) {
      const belief = draw(i % 2 === 0)
      const mixture = hull.mixture(belief)
      loose += hull.value(mixture) - convex(belief)
      const value = hull.optimise(mixture, 1e-10)
      tight += value - convex(belief)
      expect(value).toBeGreaterThanOrEqual(convex(belief) - 1e-10)
      for (let s = 0; s < size; s++) {
        let made = 0
        mixture.points.forEach((point, k) => {
          made += mixture.weights[k]! * hull.belief(point)[s]!
        })
        expect(made).toBeCloseTo(belief[s]!, 12)
      }
      expect(Math.min(...mixture.weights)).toBeGreaterThanOrEqual(0)
    }
    expect(tight).toBeLessThan(0.3 * loose)
  })
})

describe('bounds by the hull', () => {
  test('close on the tiger', () => {
    const result = solvePomdp(tiger(), { method: 'hull' })
    expect(result.status).toBe('optimal')
    expect(result.value).toBeCloseTo(19.371368, 5)
    expect(result.action).toBe('listen')
  })

  test('hold the optimum of random models between them, at every round', () => {
    for (let seed = 500; seed < 525; seed++) {
      const model = randomPomdp(seed, { discount: 0.8 })
      const exact = solvePomdp(model, { method: 'exact', epsilon: 1e-4 })
      expect(exact.status).toBe('optimal')
      const kernel = buildKernel(model)
      let rounds = 0
      const result = hullSearch(kernel, model.start, blindPolicies(kernel), fastInformedBound(model, kernel).vectors, {
        epsilon: 1e-5,
        stop: () => rounds >= 14,
        maxPoints: 400,
        onRound: (round, low, high) => {
          rounds = round
          expect(low).toBeLessThanOrEqual(exact.upper + 1e-9)
          expect(high).toBeGreaterThanOrEqual(exact.lower - 1e-9)
        },
      })
      expect(result.upper - result.lower).toBeLessThan(1e-2)
    }
  })

  test('are the same when asked again', () => {
    const model = randomPomdp(505, { discount: 0.8 })
    const solve = () => solvePomdp(model, { method: 'hull', epsilon: 1e-4 })
    expect([solve().lower, solve().upper]).toEqual([solve().lower, solve().upper])
  })

  test.skipIf(!existsSync(corpus)).each([
    ['4x3.95.POMDP', 1.88988, 1.889882],
    ['network.POMDP', 293.1852872, 293.1852874],
  ])('close on %s, where the sawtooth stalls (needs ../shared/benchmarks/pomdp)', (file, low, high) => {
    const result = solvePomdp(readPomdp(readFileSync(new URL(file, corpus), 'utf8')), { method: 'hull' })
    expect(result.status).toBe('optimal')
    expect(result.lower).toBeLessThanOrEqual(high + 1e-6)
    expect(result.upper).toBeGreaterThanOrEqual(low - 1e-6)
  })
})
