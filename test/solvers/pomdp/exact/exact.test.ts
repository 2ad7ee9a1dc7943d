import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { DominanceLp, WITNESS } from '../../../../solvers/pomdp/dominance-lp.ts'
import { EXACT_METHODS } from '../../../../solvers/pomdp/exact/backup.ts'
import { certifiedValueIteration, compact } from '../../../../solvers/pomdp/exact/certified.ts'
import { finiteHorizon, zeroValue } from '../../../../solvers/pomdp/exact/finite-horizon.ts'
import { buildKernel } from '../../../../solvers/pomdp/kernel.ts'
import type { PomdpModel } from '../../../../solvers/pomdp/model.ts'
import { blindPolicies } from '../../../../solvers/pomdp/point-backup.ts'
import { evaluateGraph, policyGraph, reachableNodes } from '../../../../solvers/pomdp/policy-graph.ts'
import { prune } from '../../../../solvers/pomdp/prune.ts'
import { readPomdp } from '../../../../src/io/cassandra/index.ts'
import { expectimax } from '../expectimax.ts'
import { tiger } from '../instances.ts'
import { randomPomdp } from '../random-model.ts'

const never = () => false
const corpus = new URL('../../../../../shared/benchmarks/pomdp/', import.meta.url)

function solveCertified(model: PomdpModel, epsilon = 1e-6, method = EXACT_METHODS[0]!) {
  const kernel = buildKernel(model)
  const result = certifiedValueIteration(kernel, blindPolicies(kernel), model.start, epsilon, method, never)
  return { kernel, result }
}

describe('the dominance program', () => {
  test('its verdict agrees with a dense grid on three states', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
        const random = new RandomStream(seed)
        const count = random.integer(1, 8)
        const data = Float64Array.from({ length: 3 * count }, () => random.integer(-9, 9))
        const own = Float64Array.from({ length: 3 }, () => random.integer(-9, 9))
        const margin = (b: number[]) => {
          const dot = (v: Float64Array, at: number) => v[at]! * b[0]! + v[at + 1]! * b[1]! + v[at + 2]! * b[2]!
          let high = Number.NEGATIVE_INFINITY
          for (let i = 0; i < count; i++) high = Math.max(high, dot(data, 3 * i))
          return dot(own, 0) - high
        }
        let grid = Number.NEGATIVE_INFINITY
        for (let x = 0; x <= 30; x++)
          for (let y = 0; x + y <= 30; y++) grid = Math.max(grid, margin([x / 30, y / 30, (30 - x - y) / 30]))
        const lp = new DominanceLp(3)
        const verdict = lp.reset().block(data, count, null, own, 0, -1, 1).solve(0.01)
        if (verdict === WITNESS) expect(margin(Array.from(lp.belief))).toBeGreaterThan(0.01)
        else expect(grid).toBeLessThanOrEqual(0.01 + 1e-9)
      }),
      { seed: 11, numRuns: 400 },
    )
  })

  test('near-ties are not dropped on the strength of each other', () => {
    const data = Float64Array.of(1, 0, 1 - 1e-12, 1e-12, 0, 0.5)
    const kept = prune({ data, count: 3, dimension: 2 }, 1e-9, new DominanceLp(2)).kept
    expect(kept).toHaveLength(2)
    expect(kept).toContain(2)
  })
})

describe.each(EXACT_METHODS)('exact updates by %s', (method) => {
  test('give the values and the parsimonious sets of the undiscounted tiger', () => {
    const model = tiger(1)
    const kernel = buildKernel(model)
    const result = finiteHorizon(kernel, 12, zeroValue(kernel), 1e-10, method, never)
    const expected = [
      -1, -2, 2.72, 2.42125, 3.60915, 5.618819, 6.24635, 7.096616, 8.753839, 9.438168, 10.494208, 11.903343,
    ]
    expect(result.stages.map((stage) => Number(stage.value(model.start).toFixed(6)))).toEqual(expected)
    expect(result.stages.map((stage) => stage.count)).toEqual([3, 5, 7, 5, 9, 13, 15, 21, 25, 25, 33, 35])
  })

  test('equal expectimax over reachable beliefs on random models', () => {
    const runs = method === 'incremental-pruning' ? 200 : 30
    for (let seed = 1; seed <= runs; seed++) {
      const model = randomPomdp(seed)
      const kernel = buildKernel(model)
      const result = finiteHorizon(kernel, 3, zeroValue(kernel), 1e-11, method, never)
      expect(result.complete).toBe(true)
      for (const [index, stage] of result.stages.entries()) {
        expect(Math.abs(stage.value(model.start) - expectimax(model, model.start, index + 1))).toBeLessThan(1e-8)
      }
    }
  })

  test('certify the infinite-horizon tiger', () => {
    const { result, kernel } = solveCertified(tiger(), 1e-6, method)
    expect(result.complete).toBe(true)
    const value = result.value.value([0.5, 0.5])
    expect(value).toBeLessThanOrEqual(19.3713683744 + 1e-9)
    expect(value + result.errorBound).toBeGreaterThanOrEqual(19.3713683744)
    expect(kernel.stateCount).toBe(2)
  })
})

describe('certified value iteration', () => {
  test('brackets the optimum on random models: H^n V from below and above enclose it', () => {
    for (let seed = 300; seed < 340; seed++) {
      const model = randomPomdp(seed, { discount: 0.5, maxStates: 3, maxActions: 2, maxObservations: 2 })
      const { result } = solveCertified(model, 1e-7)
      expect(result.complete).toBe(true)
      const low = result.value.value(model.start)
      // Eight steps and the geometric tail bound the optimum without any solver.
      const steps = expectimax(model, model.start, 8)
      const tail = (0.5 ** 8 / 0.5) * 10
      expect(low).toBeLessThanOrEqual(steps + tail + 1e-9)
      expect(low + result.errorBound).toBeGreaterThanOrEqual(steps - tail - 1e-9)
    }
  })

  test('the tiger policy graph listens until two more hears on one side and is worth what was claimed', () => {
    const model = tiger()
    const { kernel, result } = solveCertified(model, 1e-9)
    const value = compact(result.value, 1e-7)
    expect(value.count).toBe(9)
    const graph = policyGraph(kernel, value, new DominanceLp(2))
    const evaluated = evaluateGraph(kernel, graph)
    const start = value.best(model.start)
    expect(evaluated.dot(start, model.start)).toBeCloseTo(19.3713683744, 8)
    const nodes = reachableNodes(graph, start)
    expect(nodes).toHaveLength(5)
    expect(nodes.filter((node) => graph.actions[node] === 0)).toHaveLength(3)
  })
})

describe.skipIf(!existsSync(corpus))('published values (needs ../shared/benchmarks/pomdp)', () => {
  const reference = existsSync(corpus)
    ? (JSON.parse(readFileSync(new URL('reference.json', corpus), 'utf8')) as {
        file: string
        finiteHorizonValueAtB0?: Record<string, { value: number }>
        certified?: { lower: number; upper: number }
      }[])
    : []
  const slow = new Set(['shuttle.95.POMDP', 'network.POMDP', 'query.s2.POMDP'])
  const load = (file: string) => readPomdp(readFileSync(new URL(file, corpus), 'utf8'))
  const finite = reference.filter(
    (entry) => Object.keys(entry.finiteHorizonValueAtB0 ?? {}).length > 0 && !slow.has(entry.file),
  )

  test.each(finite.map((entry) => entry.file))('%s: every finite-horizon value within 1e-7', (file) => {
    const entry = finite.find((candidate) => candidate.file === file)!
    const values = Object.entries(entry.finiteHorizonValueAtB0!).map(([h, { value }]) => [Number(h), value] as const)
    const model = load(file)
    const kernel = buildKernel(model)
    const horizon = Math.max(...values.map(([h]) => h))
    const result = finiteHorizon(kernel, horizon, zeroValue(kernel), 1e-10, 'incremental-pruning', never)
    for (const [h, value] of values)
      expect(Math.abs(result.stages[h - 1]!.value(model.start) - value)).toBeLessThan(1e-7)
  })

  test.each(reference.filter((entry) => entry.certified !== undefined).map((entry) => entry.file))(
    '%s: certified over the whole simplex within 1e-6',
    (file) => {
      const { lower, upper } = reference.find((entry) => entry.file === file)!.certified!
      const model = load(file)
      const { result } = solveCertified(model, 1e-6)
      expect(result.complete).toBe(true)
      expect(result.errorBound).toBeLessThanOrEqual(1.0000001e-6)
      const value = result.value.value(model.start)
      expect(value).toBeLessThanOrEqual(upper + 1e-9)
      expect(value + result.errorBound).toBeGreaterThanOrEqual(lower)
    },
  )
})
