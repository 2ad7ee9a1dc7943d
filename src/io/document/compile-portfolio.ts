import type { PortfolioProblem, PortfolioProject } from '../../domain/portfolio.ts'
import type { Checker } from './checker.ts'
import { checkPairs } from './compile-budget.ts'
import { compilePortfolioRules } from './compile-constraints.ts'
import type { PlanningDocument } from './schema.ts'

export function compilePortfolio(document: PlanningDocument, check: Checker): PortfolioProblem {
  check.onlySections(document, 'portfolio', ['periods', 'projects', 'capacity', 'requires', 'excludes', 'constraints'])
  check.required(document, 'portfolio', 'periods')
  check.required(document, 'portfolio', 'projects')
  const periods = document.periods ?? { count: 1, budget: [0] }
  if (periods.budget.length !== periods.count) {
    const message = `there are ${periods.count} periods but ${periods.budget.length} budgets`
    check.add('wrong-length', ['periods', 'budget'], message, `give ${periods.count} numbers`)
  }
  const capacity = document.capacity ?? {}
  const heads = Object.keys(capacity)
  const ids = check.uniqueIds(
    'projects',
    (document.projects ?? []).map((project) => project.id),
  )
  const projects = (document.projects ?? []).map((project, index): PortfolioProject => {
    for (const [name, needs] of Object.entries(project.heads ?? {})) {
      check.known(['projects', index, 'heads', name], name, heads, 'capacities')
      if (needs.length !== project.cost.length) {
        const message = `"${project.id}" lasts ${project.cost.length} periods but gives ${needs.length} numbers of ${name}`
        check.add('wrong-length', ['projects', index, 'heads', name], message, `give ${project.cost.length} numbers`)
      }
    }
    return {
      id: project.id,
      cost: project.cost,
      heads: project.heads ?? {},
      benefit: project.benefit,
      mandatory: project.mandatory ?? false,
    }
  })
  checkPairs(document, check, ids, 'projects')
  return {
    title: document.title ?? 'Portfolio',
    unit: document.unit ?? document.units?.money ?? '',
    periodName: periods.name ?? 'period',
    periods: periods.count,
    budget: periods.budget,
    carryOver: periods.carryOver ?? false,
    ...('overspendPenalty' in periods && periods.overspendPenalty !== undefined
      ? { overspendPenalty: periods.overspendPenalty }
      : {}),
    capacity,
    discountPerPeriod: periods.discount ?? 0,
    projects,
    requires: document.requires ?? [],
    excludes: document.excludes ?? [],
    choices: compilePortfolioRules(document, ids, periods.count, check),
  }
}
