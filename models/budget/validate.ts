/** Refuses budgets that break their own rules, all faults at once. */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { BudgetProblem } from '../../src/domain/budget.ts'
import { Faults } from '../conflict/index.ts'

export function validateBudget(problem: BudgetProblem): void {
  const faults = new Faults()
  const ids = faults.distinct(
    problem.lines.map((line) => line.id),
    (index) => ['lines', index, 'id'],
  )
  faults.amount(problem.total, ['total'])
  problem.lines.forEach((line, index) => {
    const path = ['lines', index]
    faults.amount(line.min, [...path, 'min'])
    if (line.max !== null) faults.amount(line.max, [...path, 'max'])
    if (line.minIfUsed !== null) faults.amount(line.minIfUsed, [...path, 'minIfUsed'])
    line.segments.forEach((segment, s) => {
      faults.amount(segment.width, [...path, 'segments', s, 'width'])
      faults.finite(segment.returnPerUnit, [...path, 'segments', s, 'returnPerUnit'])
    })
  })
  faults.distinct(
    problem.rules.map((rule) => rule.name),
    (index) => ['rules', index, 'name'],
  )
  problem.rules.forEach((rule, index) => {
    const path = ['rules', index]
    const given = [rule.maxShare, rule.minShare, rule.maxAmount, rule.minAmount].filter((limit) => limit !== null)
    if (given.length !== 1) {
      faults.add('wrong-count', path, `the rule has ${given.length} limits`, 'give exactly one share or amount')
    }
    for (const limit of given) faults.amount(limit, path)
    faults.distinct(rule.lines, (position) => [...path, 'lines', position])
    rule.lines.forEach((id, position) => {
      faults.known(id, ids, [...path, 'lines', position])
    })
  })
  for (const [field, pairs] of [
    ['requires', problem.requires],
    ['excludes', problem.excludes],
  ] as const) {
    pairs.forEach((pair, index) => {
      pair.forEach((id, side) => {
        faults.known(id, ids, [field, index, side])
      })
    })
  }
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}
