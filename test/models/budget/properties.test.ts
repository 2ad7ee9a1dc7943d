import fc from 'fast-check'
import { expect, test } from 'vitest'
import { solveBudget } from '../../../models/budget/index.ts'
import { checkBudgetResult } from '../../../src/check/budget.ts'
import type { BudgetLine, BudgetProblem } from '../../../src/domain/budget.ts'
import { evaluateBudget } from '../../../src/domain/budget-rules.ts'

const line = (id: string): fc.Arbitrary<BudgetLine> =>
  fc.record({
    id: fc.constant(id),
    min: fc.constantFrom(0, 0, 0, 1, 2),
    max: fc.option(fc.integer({ min: 2, max: 7 }), { nil: null }),
    segments: fc.array(
      fc.record({ width: fc.integer({ min: 1, max: 4 }), returnPerUnit: fc.integer({ min: -1, max: 6 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    // A whole floor, so that what counts as used is whole too and some optimum lies on the grid of the oracle.
    minIfUsed: fc.integer({ min: 1, max: 4 }),
  })

const none = { maxShare: null, minShare: null, maxAmount: null, minAmount: null }

const problems: fc.Arbitrary<BudgetProblem> = fc
  .record({
    total: fc.integer({ min: 2, max: 14 }),
    lines: fc.tuple(line('a'), line('b'), line('c')),
    rule: fc.constantFrom(null, 'maxAmount', 'minAmount'),
    amount: fc.integer({ min: 1, max: 8 }),
    requires: fc.subarray([['a', 'b'] as const, ['b', 'c'] as const]),
    excludes: fc.subarray([['a', 'c'] as const], { minLength: 0 }),
  })
  .map(({ total, lines, rule, amount, requires, excludes }) => ({
    title: 'random',
    unit: 'k€',
    total,
    lines,
    rules: rule === null ? [] : [{ name: 'a and b', lines: ['a', 'b'], ...none, [rule]: amount }],
    requires,
    excludes,
  }))

/** Every division into whole amounts. One rule within the total is a laminar family, so some optimum is whole. */
function bestOnGrid(problem: BudgetProblem): number | null {
  let best: number | null = null
  for (let a = 0; a <= problem.total; a++) {
    for (let b = 0; a + b <= problem.total; b++) {
      for (let c = 0; a + b + c <= problem.total; c++) {
        const { returned, check } = evaluateBudget(problem, [a, b, c])
        if (check.violations.length === 0 && (best === null || returned > best)) best = returned
      }
    }
  }
  return best
}

test('the optimum equals the best of all whole divisions, and infeasible means there is none', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async (problem) => {
      const best = bestOnGrid(problem)
      const result = await solveBudget(problem)
      expect(result.status).toBe(best === null ? 'infeasible' : 'optimal')
      if (result.status !== 'optimal') return
      expect(result.objective).toBeCloseTo(best as number, 6)
      expect(checkBudgetResult(problem, result).violations).toEqual([])
    }),
    { seed: 1, numRuns: 40 },
  )
})

test('a conflict is contradictory as a whole, and each way out it names is one', async () => {
  const impossible = problems.filter((problem) => bestOnGrid(problem) === null)
  await fc.assert(
    fc.asyncProperty(impossible, async (problem) => {
      const result = await solveBudget(problem)
      if (result.status !== 'infeasible') throw new Error(result.status)
      expect(result.conflict.irreducible).toBe(true)
      expect(result.conflict.constraints.length).toBeGreaterThan(0)
      const total = result.conflict.relaxations.find(({ constraint }) => constraint === 'total')
      if (total === undefined) return
      expect((await solveBudget({ ...problem, total: total.to })).status).toBe('optimal')
      expect((await solveBudget({ ...problem, total: total.to - 0.01 })).status).toBe('infeasible')
    }),
    { seed: 2, numRuns: 12 },
  )
})

test('more money never returns less', async () => {
  await fc.assert(
    fc.asyncProperty(problems, fc.integer({ min: 1, max: 5 }), async (problem, more) => {
      const before = await solveBudget(problem)
      if (before.status !== 'optimal') return
      const after = await solveBudget({ ...problem, total: problem.total + more })
      expect(after.status === 'optimal' && after.objective >= before.objective - 1e-9).toBe(true)
    }),
    { seed: 3, numRuns: 15 },
  )
})

test('doubling every return doubles the optimum, doubling every amount too', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async (problem) => {
      const before = await solveBudget(problem)
      if (before.status !== 'optimal') return
      const scaled = (width: number, rate: number): BudgetProblem => ({
        ...problem,
        total: problem.total * width,
        lines: problem.lines.map((entry) => ({
          ...entry,
          min: entry.min * width,
          max: entry.max === null ? null : entry.max * width,
          minIfUsed: entry.minIfUsed === null ? null : entry.minIfUsed * width,
          segments: entry.segments.map((s) => ({ width: s.width * width, returnPerUnit: s.returnPerUnit * rate })),
        })),
        rules: problem.rules.map((rule) => ({
          ...rule,
          maxAmount: rule.maxAmount === null ? null : rule.maxAmount * width,
          minAmount: rule.minAmount === null ? null : rule.minAmount * width,
        })),
      })
      for (const twin of [scaled(1, 2), scaled(2, 1)]) {
        const after = await solveBudget(twin)
        expect(after.status === 'optimal' ? after.objective : Number.NaN).toBeCloseTo(2 * before.objective, 6)
      }
    }),
    { seed: 4, numRuns: 10 },
  )
})

test('the value of one more unit is what solving with one more unit gives', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async (problem) => {
      const result = await solveBudget(problem)
      if (result.status !== 'optimal') return
      const total = result.marginal.find(({ constraint }) => constraint === 'total')
      if (total === undefined) return
      for (const more of [1, total.upTo]) {
        const after = await solveBudget({ ...problem, total: problem.total + more })
        if (after.status !== 'optimal') throw new Error(after.status)
        expect(after.objective - result.objective).toBeCloseTo(total.perUnit * more, 4)
      }
    }),
    { seed: 5, numRuns: 15 },
  )
})
