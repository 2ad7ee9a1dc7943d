import { expect, test } from 'vitest'
import { solvePortfolio } from '../../../models/portfolio/index.ts'
import { example } from '../documents.ts'

const portfolio = example('portfolio', 'portfolio')

test('fourteen projects over four quarters: the plan, its cash, its heads, the runner-up and the dropped', async () => {
  const result = await solvePortfolio(portfolio)
  expect(result.status).toBe('optimal')
  if (result.status !== 'optimal') return
  expect(result.objective).toBeCloseTo(902.28, 2)
  expect(result.plan.map(({ project, start }) => [start, project]).sort()).toEqual(
    [
      [1, 'Customer portal'],
      [1, 'GDPR tooling'],
      [1, 'Zero-trust network'],
      [3, 'Chat support'],
      [3, 'Payments revamp'],
      [3, 'Warehouse WMS'],
      [4, 'CRM migration'],
      [4, 'Fraud scoring'],
    ].sort(),
  )
  expect(result.spend).toEqual([600, 310, 590, 560])
  expect(result.available).toEqual([620, 580, 790, 680])
  expect(result.heads).toEqual({ dev: [15, 6, 14, 16], sre: [5, 6, 5, 5] })
  expect(result.nextBest).toBeCloseTo(892.83, 2)
  expect(result.check.violations).toEqual([])
  expect(result.dropped.map(({ project }) => project)).toContain('Loyalty programme')
  for (const { valueIfIncluded } of result.dropped) expect(valueIfIncluded).toBeLessThan(result.objective)
  for (const { gain } of result.marginal) expect(gain).toBeGreaterThanOrEqual(0)
})

test('a mandatory project beyond the money is a conflict of those two, with the money it would take', async () => {
  const projects = portfolio.projects.map((project) =>
    project.id === 'CRM migration' ? { ...project, mandatory: true } : { ...project, mandatory: false },
  )
  const result = await solvePortfolio({ ...portfolio, budget: [100, 20, 20, 20], projects })
  expect(result.status).toBe('infeasible')
  if (result.status !== 'infeasible') return
  expect(result.conflict.constraints.map(({ name }) => name).sort()).toEqual([
    'budget quarter 4',
    'mandatory CRM migration',
  ])
  expect(result.conflict.relaxations).toMatchObject([{ constraint: 'budget quarter 4', from: 160, to: 240 }])
})
