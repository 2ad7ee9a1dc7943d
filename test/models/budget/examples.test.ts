import { describe, expect, test } from 'vitest'
import { type BudgetPlan, solveBudget } from '../../../models/budget/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { BudgetProblem } from '../../../src/domain/budget.ts'
import { example } from '../documents.ts'

const budget = example('budget', 'budget')

async function optimum(problem: BudgetProblem): Promise<BudgetPlan> {
  const result = await solveBudget(problem)
  if (result.status !== 'optimal') throw new Error(`the budget is ${result.status}`)
  return result
}

describe('a marketing budget', () => {
  test('is divided for the largest return, every limit kept', async () => {
    const plan = await optimum(budget)
    expect(plan.objective).toBeCloseTo(560.5, 9)
    expect(plan.bound).toBeCloseTo(560.5, 9)
    expect(plan.spent).toBeCloseTo(250, 9)
    expect(plan.variables).toBe(17)
    expect(plan.check.violations).toEqual([])
    expect(Object.fromEntries(plan.amounts.map(({ line, amount }) => [line, amount]))).toEqual({
      'search-ads': 80,
      social: 37.5,
      email: 20,
      events: 52.5,
      partners: 60,
      tv: 0,
    })
  })

  test('names what binds and what one more unit of it earns', async () => {
    const { binding, marginal } = await optimum(budget)
    expect(binding.map(({ used, limit }) => [used, limit])).toEqual([
      [250, 250],
      [137.5, 137.5],
    ])
    expect(marginal[0]).toMatchObject({ constraint: 'total', perUnit: 1.41 })
    expect(marginal[1]?.perUnit).toBeCloseTo(0.2, 9)
  })

  test('the rate of the next unit holds exactly as far as it says, and no further', async () => {
    const { objective, marginal } = await optimum(budget)
    const { perUnit, upTo } = marginal[0] as (typeof marginal)[number]
    expect(upTo).toBeCloseTo(13.16, 2)
    const within = await optimum({ ...budget, total: 250 + upTo })
    const beyond = await optimum({ ...budget, total: 250 + upTo + 5 })
    expect(within.objective - objective).toBeCloseTo(perUnit * upTo, 4)
    expect(beyond.objective - objective).toBeGreaterThan(perUnit * (upTo + 5) + 0.01)
  })

  test('with 10 k€ more or less earns 14.10 k€ more or less', async () => {
    expect((await optimum({ ...budget, total: 260 })).objective).toBeCloseTo(574.6, 9)
    expect((await optimum({ ...budget, total: 240 })).objective).toBeCloseTo(546.4, 9)
  })

  test('says from which return on the unused line would pay, and that is so', async () => {
    const { unused } = await optimum(budget)
    expect(unused).toHaveLength(1)
    const { line, neededReturn } = unused[0] as (typeof unused)[number]
    expect(line).toBe('tv')
    expect(neededReturn).toBeCloseTo(1.45, 6)
    const tv = async (returnPerUnit: number): Promise<number> => {
      const lines = budget.lines.map((entry) =>
        entry.id === 'tv' ? { ...entry, segments: [{ width: 60, returnPerUnit }, ...entry.segments.slice(1)] } : entry,
      )
      return (await optimum({ ...budget, lines })).amounts.find((entry) => entry.line === 'tv')?.amount ?? 0
    }
    expect(await tv(1.44)).toBe(0)
    expect(await tv(1.46)).toBeGreaterThanOrEqual(50)
  })

  test('that cannot pay its minimums names them with the total, and how each could give', async () => {
    const result = await solveBudget({ ...budget, total: 30 })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    const { conflict } = result
    expect(conflict.irreducible).toBe(true)
    expect(conflict.constraints.map(({ name }) => name).sort()).toEqual([
      'line events min',
      'line search-ads min',
      'line social min',
      'total',
    ])
    expect(conflict.relaxations.find(({ constraint }) => constraint === 'total')?.to).toBeCloseTo(35, 6)
    expect((await solveBudget({ ...budget, total: 35 })).status).toBe('optimal')
    expect((await solveBudget({ ...budget, total: 34.9 })).status).toBe('infeasible')
  })
})

const plain = { min: 0, max: null, minIfUsed: null }
const none = { maxShare: null, minShare: null, maxAmount: null, minAmount: null }
const small: BudgetProblem = {
  title: 'small',
  unit: 'k€',
  total: 10,
  lines: [
    { id: 'a', ...plain, segments: [{ width: 10, returnPerUnit: 3 }] },
    { id: 'b', ...plain, segments: [{ width: 10, returnPerUnit: 2 }] },
    { id: 'c', ...plain, segments: [{ width: 10, returnPerUnit: 1 }] },
  ],
  rules: [],
  requires: [],
  excludes: [],
}

test('lines that exclude each other are never both used', async () => {
  const plan = await optimum({ ...small, total: 20, excludes: [['a', 'b']] })
  expect(plan.amounts.map(({ amount }) => amount)).toEqual([10, 0, 10])
})

test('a line that requires another brings it in from a thousandth of the total on', async () => {
  const plan = await optimum({ ...small, requires: [['a', 'c']] })
  expect(plan.amounts[0]?.amount).toBeCloseTo(9.99, 9)
  expect(plan.amounts[2]?.amount).toBeCloseTo(0.01, 9)
})

test('a line whose return rises only later is not filled from its good end', async () => {
  const rising = {
    id: 'r',
    ...plain,
    segments: [
      { width: 6, returnPerUnit: 0 },
      { width: 6, returnPerUnit: 10 },
    ],
  }
  const plan = await optimum({ ...small, lines: [rising, ...small.lines.slice(0, 1)] })
  expect(plan.objective).toBeCloseTo(40, 9)
  const less = await optimum({ ...small, total: 7, lines: [rising, ...small.lines.slice(0, 1)] })
  expect(less.objective).toBeCloseTo(21, 9)
})

test('a minimum share of the total is met even where it costs return', async () => {
  const rules = [{ name: 'c gets a fifth', lines: ['c'], ...none, minShare: 0.2 }]
  const plan = await optimum({ ...small, rules })
  expect(plan.objective).toBeCloseTo(8 * 3 + 2, 9)
  expect(plan.marginal.find(({ constraint }) => constraint === 'rule c gets a fifth')?.perUnit).toBeCloseTo(2, 9)
})

test('all faults of a problem are reported at once', async () => {
  const wrong = {
    ...small,
    total: Number.NaN,
    lines: [...small.lines, { id: 'a', ...plain, min: -1, segments: [] }],
    requires: [['a', 'nobody']] as const,
  }
  const error = await solveBudget(wrong).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(InvalidInputError)
  const codes = (error as InvalidInputError).issues.map(({ code }) => code)
  expect(codes.sort()).toEqual(['duplicate', 'out-of-range', 'out-of-range', 'unknown-name'])
})
