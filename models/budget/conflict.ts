/** Why a budget has no valid division, in the user's words, and what would have to give. */

import type { Run } from '../../solvers/contract/index.ts'
import { solveLinear } from '../../solvers/linear/index.ts'
import type { BudgetProblem } from '../../src/domain/budget.ts'
import type { Conflict, Relaxation } from '../../src/domain/conflict.ts'
import { clean, figure, linearOptions, type ModelOptions, measure, minimalConflict } from '../conflict/index.ts'
import { budgetNames, buildBudgetModel } from './formulation.ts'
import { type BudgetLimit, beyond, budgetLimits } from './limits.ts'

export async function explainBudgetConflict(
  problem: BudgetProblem,
  run: Run,
  options: ModelOptions,
): Promise<Conflict> {
  const limits = new Map(budgetLimits(problem).map((limit) => [limit.name, limit]))
  const descriptions = describeAll(problem, limits)
  const contradictory = async (kept: ReadonlySet<string>): Promise<boolean | null> => {
    if (run.limit !== null) return null
    const { model } = buildBudgetModel(problem, { only: kept })
    model.replaceObjective([], 'minimize')
    const { status } = await solveLinear(model, linearOptions(run, options))
    return status === 'unknown' ? null : status === 'infeasible'
  }
  const { names, irreducible } = await minimalConflict([...descriptions.keys()], contradictory)
  const constraints = names.map((name) => ({ name, description: descriptions.get(name) as string }))
  const relaxations: Relaxation[] = []
  for (const name of names) {
    const limit = limits.get(name)
    const relaxation = limit === undefined ? null : await relax(problem, limit, run, options)
    if (relaxation !== null) relaxations.push(relaxation)
  }
  const gives = relaxations.map((relaxation) => relaxation.description)
  const explanation =
    `These cannot hold together: ${constraints.map((constraint) => constraint.description).join('; ')}.` +
    (gives.length > 0 ? ` One of these would make it possible: ${gives.join('; ')}.` : '')
  return { constraints, irreducible, relaxations, explanation }
}

/** All constraints by name; the ones people would rather see blamed come last. */
function describeAll(problem: BudgetProblem, limits: ReadonlyMap<string, BudgetLimit>): Map<string, string> {
  const descriptions = new Map<string, string>()
  for (const [a, b] of problem.excludes) {
    descriptions.set(budgetNames.excludes(a, b), `${a} and ${b} exclude each other`)
  }
  for (const [line, needed] of problem.requires) {
    descriptions.set(budgetNames.requires(line, needed), `${line} requires ${needed}`)
  }
  for (const line of problem.lines) {
    if (line.minIfUsed === null) continue
    const floor = `nothing or at least ${measure(line.minIfUsed, problem.unit)} for ${line.id}${beyond(line, line.minIfUsed)}`
    descriptions.set(budgetNames.floor(line.id), floor)
  }
  const ordered = [...limits.values()].reverse()
  for (const limit of ordered) descriptions.set(limit.name, limit.description)
  return descriptions
}

async function relax(
  problem: BudgetProblem,
  limit: BudgetLimit,
  run: Run,
  options: ModelOptions,
): Promise<Relaxation | null> {
  if (run.limit !== null) return null
  const { model } = buildBudgetModel(problem, { relax: limit.name })
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status !== 'optimal') return null
  const to = limit.side === 'most' ? limit.limit + result.objective : limit.limit - result.objective
  // A minimum that would have to become negative, or a cap beyond what the segments cover, is no way out.
  if (to < -1e-9) return null
  const from = clean(limit.limit * limit.written)
  const target = clean(to * limit.written)
  const name = limit.name === budgetNames.total ? 'total budget' : limit.name.replace(/^(rule|line) /, '')
  const description = `${name}: ${measure(target, limit.writtenUnit)} instead of ${figure(from)}`
  return { constraint: limit.name, description, from, to: target }
}
