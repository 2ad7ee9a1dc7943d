/** Refuses portfolios that break their own rules, all faults at once. */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { PortfolioProblem } from '../../src/domain/portfolio.ts'
import { Faults, validateRules } from '../conflict/index.ts'

export function validatePortfolio(problem: PortfolioProblem): void {
  const faults = new Faults()
  const { periods } = problem
  if (!Number.isInteger(periods) || periods < 1 || periods > 1000) {
    faults.add('out-of-range', ['periods'], `${periods} periods`, 'give a whole number from 1 to 1000', periods)
  }
  if (problem.budget.length !== periods) {
    const message = `${problem.budget.length} budgets for ${periods} periods`
    faults.add('wrong-count', ['budget'], message, 'give one amount a period')
  }
  problem.budget.forEach((money, t) => {
    faults.amount(money, ['budget', t])
  })
  if (!(problem.discountPerPeriod > -1 && Number.isFinite(problem.discountPerPeriod))) {
    const message = `the rate ${problem.discountPerPeriod} is not above -1`
    faults.add('out-of-range', ['discountPerPeriod'], message, 'give a rate such as 0.02')
  }
  if (problem.overspendPenalty !== undefined) {
    faults.amount(problem.overspendPenalty, ['overspendPenalty'])
    if (problem.discountPerPeriod < 0) {
      const message = `soft budgets with a negative rate ${problem.discountPerPeriod}`
      faults.add(
        'out-of-range',
        ['discountPerPeriod'],
        message,
        'give a rate of at least 0, or leave overspendPenalty out',
      )
    }
  }
  for (const [name, heads] of Object.entries(problem.capacity)) faults.amount(heads, ['capacity', name])
  const ids = faults.distinct(
    problem.projects.map((project) => project.id),
    (index) => ['projects', index, 'id'],
  )
  const capacities = new Set(Object.keys(problem.capacity))
  problem.projects.forEach((project, index) => {
    const path = ['projects', index]
    if (project.cost.length === 0) {
      faults.add(
        'wrong-count',
        [...path, 'cost'],
        'the project lasts no period',
        'give the cost of each period it lasts',
      )
    }
    project.cost.forEach((cost, k) => {
      faults.finite(cost, [...path, 'cost', k])
    })
    faults.finite(project.benefit, [...path, 'benefit'])
    for (const [name, needed] of Object.entries(project.heads)) {
      faults.known(name, capacities, [...path, 'heads', name])
      if (needed.length !== project.cost.length) {
        const message = `${needed.length} head-counts for ${project.cost.length} periods`
        faults.add('wrong-count', [...path, 'heads', name], message, 'give one number for each period it lasts')
      }
      needed.forEach((amount, k) => {
        faults.amount(amount, [...path, 'heads', name, k])
      })
    }
  })
  for (const [field, pairs] of [
    ['requires', problem.requires],
    ['excludes', problem.excludes],
  ] as const) {
    pairs.forEach((pair, index) => {
      pair.forEach((id, side) => {
        faults.known(id, ids, [field, index, side])
      })
      if (pair[0] === pair[1]) {
        faults.add('self-reference', [field, index], `"${pair[0]}" stands on both sides`, 'name two projects')
      }
    })
  }
  validateRules(
    problem.choices ?? [],
    ({ project, period }, path) => {
      faults.known(project, ids, [...path, 'project'])
      if (period === undefined || (Number.isInteger(period) && period >= 1 && period <= periods)) return
      faults.add('out-of-range', [...path, 'period'], `there is no period ${period}`, `give 1 to ${periods}`, period)
    },
    faults,
  )
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}
