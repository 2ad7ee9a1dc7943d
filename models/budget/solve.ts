/** Optimising a budget: solve, decode, re-check, and say what binds, what more money is worth and why a line gets none. */

import { InternalError, Run } from '../../solvers/contract/index.ts'
import { type LinearFeasible, type LinearOptimal, solveLinear } from '../../solvers/linear/index.ts'
import type { BudgetProblem } from '../../src/domain/budget.ts'
import { type BudgetEvaluation, evaluateBudget } from '../../src/domain/budget-rules.ts'
import { clean, linearOptions, type ModelOptions } from '../conflict/index.ts'
import { explainBudgetConflict } from './conflict.ts'
import { type BudgetModel, buildBudgetModel } from './formulation.ts'
import { bindingLimits } from './limits.ts'
import type { BudgetPlan, BudgetResult } from './result.ts'
import { marginalValues, unusedLines } from './sensitivity.ts'
import { validateBudget } from './validate.ts'

/**
 * Divides the total over the lines for the largest return.
 * @throws InvalidInputError when the problem breaks its own rules (unknown names, negative widths, ...)
 */
export async function solveBudget(problem: BudgetProblem, options: ModelOptions = {}): Promise<BudgetResult> {
  validateBudget(problem)
  const run = new Run('budget', options)
  const built = buildBudgetModel(problem)
  const result = await solveLinear(built.model, linearOptions(run, options))
  switch (result.status) {
    case 'unbounded':
      throw new InternalError('a budget model was called unbounded although every column is bounded')
    case 'unknown':
      return { status: 'unknown', limit: result.limit, solver: result.solver }
    case 'infeasible':
      return {
        status: 'infeasible',
        conflict: await explainBudgetConflict(problem, run, options),
        solver: result.solver,
      }
    case 'feasible':
      return { status: 'feasible', limit: result.limit, ...decode(problem, built, result) }
    case 'optimal': {
      const plan = decode(problem, built, result)
      const base = { problem, built, values: result.values, objective: plan.objective, run, options }
      const marginal = await marginalValues(base, plan.binding)
      const unused = await unusedLines(base, plan.amounts)
      return { status: 'optimal', ...plan, marginal, unused }
    }
  }
}

function decode(problem: BudgetProblem, built: BudgetModel, result: LinearOptimal | LinearFeasible): BudgetPlan {
  const amounts = built.segments.map((columns) =>
    clean(columns.reduce((sum, column) => sum + (result.values[column] as number), 0)),
  )
  const evaluation = evaluateBudget(problem, amounts)
  refuseBroken(evaluation, result.objective)
  return {
    objective: clean(evaluation.returned),
    bound: clean(Math.max(result.bound, evaluation.returned)),
    gap: result.gap,
    amounts: problem.lines.map((line, index) => ({
      line: line.id,
      amount: amounts[index] as number,
      return: clean(evaluation.returns[index] as number),
    })),
    spent: clean(evaluation.spent),
    binding: bindingLimits(problem, amounts),
    marginal: [],
    unused: [],
    solver: result.solver,
    check: evaluation.check,
    variables: built.model.variableCount,
    linearModel: built.model,
  }
}

function refuseBroken(evaluation: BudgetEvaluation, objective: number): void {
  const broken = evaluation.check.violations[0]
  if (broken !== undefined) throw new InternalError(`the decoded budget breaks "${broken.rule}": ${broken.description}`)
  if (Math.abs(evaluation.returned - objective) > 1e-6 * Math.max(1, Math.abs(objective))) {
    throw new InternalError(`the decoded budget returns ${evaluation.returned}, the model said ${objective}`)
  }
}
