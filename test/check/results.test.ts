import { describe, expect, test } from 'vitest'
import { type AllocationResult, solveAllocation, solveAssignment } from '../../models/allocation/index.ts'
import { solveBudget } from '../../models/budget/index.ts'
import { solvePortfolio } from '../../models/portfolio/index.ts'
import { scheduleProject } from '../../models/scheduling/index.ts'
import { checkAllocationResult, checkAssignmentResult } from '../../src/check/allocation.ts'
import { checkBudgetResult } from '../../src/check/budget.ts'
import { checkPortfolioResult } from '../../src/check/portfolio.ts'
import { checkFront, checkProjectResult } from '../../src/check/schedule-project.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import { example } from '../models/documents.ts'

/** The result as it comes back from JSON. */
function stored<T>(result: T): T {
  const { linearModel: _model, ...plain } = result as T & { linearModel?: unknown }
  return JSON.parse(JSON.stringify(plain)) as T
}

function broken(check: AnswerCheck): string[] {
  return [...new Set(check.violations.map(({ rule }) => rule))]
}

describe('a budget result', async () => {
  const problem = example('budget', 'budget')
  const fresh = await solveBudget(problem)
  if (fresh.status !== 'optimal') throw new Error(fresh.status)
  const result = stored(fresh)

  test('passes as it stands, also after JSON', () => {
    const check = checkBudgetResult(problem, result)
    expect(check.violations).toEqual([])
    expect(check.rules).toBeGreaterThan(20)
  })

  test('with one amount changed breaks the total, the return and the objective', () => {
    const amounts = result.amounts.map((entry) => (entry.line === 'email' ? { ...entry, amount: 25 } : entry))
    expect(broken(checkBudgetResult(problem, { ...result, amounts }))).toEqual(
      expect.arrayContaining(['total', 'rule digital at most 55 %', 'spent', 'return email', 'objective']),
    )
  })

  test('that calls a slack constraint binding, or claims a return it has not, is caught', () => {
    const binding = [...result.binding, { constraint: 'line tv max', description: '', used: 120, limit: 120 }]
    expect(broken(checkBudgetResult(problem, { ...result, binding }))).toEqual(['binding line tv max'])
    expect(broken(checkBudgetResult(problem, { ...result, objective: 570, bound: 570 }))).toEqual(['objective'])
    expect(broken(checkBudgetResult(problem, { ...result, bound: 600 }))).toEqual(['proof'])
  })
})

test('a portfolio result passes, and with a project started too early does not', async () => {
  const problem = example('portfolio', 'portfolio')
  const fresh = await solvePortfolio(problem)
  if (fresh.status !== 'optimal') throw new Error(fresh.status)
  const result = stored(fresh)
  expect(checkPortfolioResult(problem, result).violations).toEqual([])
  const plan = result.plan.map((entry) => (entry.project === 'Fraud scoring' ? { ...entry, start: 3 } : entry))
  expect(broken(checkPortfolioResult(problem, { ...result, plan }))).toEqual(
    expect.arrayContaining(['requires Fraud scoring > Payments revamp', 'capacity dev 3', 'spend', 'objective']),
  )
  const spend = result.spend.map((money, t) => (t === 0 ? money - 100 : money))
  expect(broken(checkPortfolioResult(problem, { ...result, spend }))).toEqual(['spend'])
})

describe('a project result', async () => {
  const problem = example('project', 'renovation')
  const fresh = await scheduleProject(problem)
  if (fresh.status !== 'optimal') throw new Error(fresh.status)
  const result = stored(fresh)
  const moved = (id: string, by: number) => ({
    ...result,
    schedule: {
      ...result.schedule,
      tasks: result.schedule.tasks.map((task) =>
        task.id === id ? { ...task, start: task.start + by, end: task.end + by } : task,
      ),
    },
  })

  test('passes as it stands, also after JSON', () => {
    expect(checkProjectResult(problem, result).violations).toEqual([])
  })

  test('with a task moved forward breaks precedence or a capacity', () => {
    expect(broken(checkProjectResult(problem, moved('paint', -1)))).toContain('precedence drywall > paint')
    expect(broken(checkProjectResult(problem, moved('tiles', -2)))).toContain('precedence trusses > tiles')
  })

  test('that drops a task, swaps a mode or hides a cost is caught', () => {
    const { tasks } = result.schedule
    const without = { ...result, schedule: { ...result.schedule, tasks: tasks.filter((task) => task.id !== 'wiring') } }
    expect(broken(checkProjectResult(problem, without))).toEqual(expect.arrayContaining(['task wiring', 'cost']))
    const swapped = tasks.map((task) => (task.id === 'paint' ? { ...task, mode: 'fast' } : task))
    const faster = { ...result, schedule: { ...result.schedule, tasks: swapped } }
    expect(broken(checkProjectResult(problem, faster))).toEqual(expect.arrayContaining(['duration paint', 'cost']))
    const cheap = { ...result, schedule: { ...result.schedule, cost: 70 } }
    expect(broken(checkProjectResult(problem, cheap))).toEqual(['cost'])
  })

  test('a front with a point that is dominated or misquoted is caught', () => {
    const { schedule } = result
    const point = { cost: schedule.cost, makespan: schedule.makespan, proved: true, schedule }
    expect(checkFront(problem, [point]).violations).toEqual([])
    expect(broken(checkFront(problem, [point, point]))).toEqual(['no point dominates'])
    expect(broken(checkFront(problem, [{ ...point, makespan: 29 }]))).toEqual(['makespan'])
  })
})

test('an assignment whose prices prove nothing is caught', async () => {
  const problem = example('assignment', 'people')
  const result = await solveAssignment(problem)
  if (result.status !== 'optimal') throw new Error(result.status)
  expect(checkAssignmentResult(problem, result).violations).toEqual([])
  const agents = result.prices.agents.map((price, i) => (i === 0 ? price + 1 : price))
  expect(broken(checkAssignmentResult(problem, { ...result, prices: { ...result.prices, agents } }))).toEqual([
    'prices',
  ])
  const [[first, a], [second, b], ...rest] = result.pairs as [[number, number], [number, number]]
  const pairs = [[first, b], [second, a], ...rest] as const
  expect(broken(checkAssignmentResult(problem, { ...result, pairs }))).toEqual(
    expect.arrayContaining(['cost', 'prices']),
  )
})

test('an allocation beyond a capacity or with a task done twice is caught', async () => {
  const problem = example('allocation', 'warehouse-shift')
  const result = await solveAllocation(problem)
  if (result.status !== 'optimal') throw new Error(result.status)
  expect(checkAllocationResult(problem, result).violations).toEqual([])
  const onto = (agent: number): AllocationResult => ({
    ...result,
    pairs: result.pairs.map(([, task]) => [agent, task]),
  })
  expect(broken(checkAllocationResult(problem, onto(4)))).toContain('capacity R5')
  expect(broken(checkAllocationResult(problem, onto(0)))).toContain('allowed')
  const twice = { ...result, pairs: [...result.pairs, result.pairs[0] as readonly [number, number]] }
  expect(broken(checkAllocationResult(problem, twice))).toContain('task O01 once')
})
