/** Why no portfolio plan is valid, in the user's words, and what would have to give. */

import type { Run } from '../../solvers/contract/index.ts'
import { solveLinear } from '../../solvers/linear/index.ts'
import type { Conflict, Relaxation } from '../../src/domain/conflict.ts'
import { ruleName } from '../../src/domain/linear-rule.ts'
import type { PortfolioProblem } from '../../src/domain/portfolio.ts'
import { clean, describeRule, figure, linearOptions, type ModelOptions, minimalConflict } from '../conflict/index.ts'
import { buildPortfolioModel, portfolioNames } from './formulation.ts'

export async function explainPortfolioConflict(
  problem: PortfolioProblem,
  run: Run,
  options: ModelOptions,
): Promise<Conflict> {
  const descriptions = describeAll(problem)
  const contradictory = async (kept: ReadonlySet<string>): Promise<boolean | null> => {
    if (run.limit !== null) return null
    const { model } = buildPortfolioModel(problem, { only: kept })
    model.replaceObjective([], 'minimize')
    const { status } = await solveLinear(model, linearOptions(run, options))
    return status === 'unknown' ? null : status === 'infeasible'
  }
  const { names, irreducible } = await minimalConflict([...descriptions.keys()], contradictory)
  const constraints = names.map((name) => ({ name, description: descriptions.get(name) as string }))
  const limits = numericLimits(problem)
  const relaxations: Relaxation[] = []
  for (const name of names) {
    const limit = limits.get(name)
    if (limit === undefined || run.limit !== null) continue
    const { model } = buildPortfolioModel(problem, { relax: name })
    const result = await solveLinear(model, linearOptions(run, options))
    if (result.status !== 'optimal') continue
    const to = clean(limit.from + result.objective)
    const description = `${limit.words}: ${figure(to)} instead of ${figure(limit.from)}`
    relaxations.push({ constraint: name, description, from: limit.from, to })
  }
  const gives = relaxations.map((relaxation) => relaxation.description)
  const explanation =
    `these cannot hold together: ${constraints.map((constraint) => constraint.description).join('; ')}.` +
    (gives.length > 0 ? ` One of these would make it possible: ${gives.join('; ')}.` : '')
  return { constraints, irreducible, relaxations, explanation }
}

function describeAll(problem: PortfolioProblem): Map<string, string> {
  const descriptions = new Map<string, string>()
  for (const [a, b] of problem.excludes) descriptions.set(portfolioNames.excludes(a, b), `not both ${a} and ${b}`)
  for (const [project, needed] of problem.requires) {
    descriptions.set(portfolioNames.requires(project, needed), `${project} starts only after ${needed} is finished`)
  }
  for (const rule of problem.choices ?? []) descriptions.set(ruleName(rule.name), describeRule(rule))
  for (const [name, limit] of numericLimits(problem)) {
    descriptions.set(name, `${limit.words}: ${figure(limit.from)}${limit.unit}`)
  }
  for (const project of problem.projects) {
    if (project.mandatory)
      descriptions.set(
        portfolioNames.mandatory(project.id),
        `${project.id} must be done${tooLong(problem, project.cost.length)}`,
      )
  }
  return descriptions
}

function tooLong({ periods }: PortfolioProblem, duration: number): string {
  return duration > periods ? `, which lasts ${duration} periods where there are ${periods}` : ''
}

function numericLimits(problem: PortfolioProblem): Map<string, { words: string; from: number; unit: string }> {
  const limits = new Map<string, { words: string; from: number; unit: string }>()
  let money = 0
  for (let t = 1; t <= problem.periods; t++) {
    money = (problem.budget[t - 1] as number) + (problem.carryOver ? money : 0)
    const words = problem.carryOver ? `money up to ${problem.periodName} ${t}` : `budget of ${problem.periodName} ${t}`
    limits.set(portfolioNames.budget(problem, t), { words, from: money, unit: ` ${problem.unit}` })
  }
  for (const [name, from] of Object.entries(problem.capacity)) {
    limits.set(portfolioNames.capacity(name), { words: name, from, unit: '' })
  }
  return limits
}
