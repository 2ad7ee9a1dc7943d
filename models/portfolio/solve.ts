/** Planning a portfolio: solve, decode, re-check, and say what was dropped, what more money is worth and what comes second. */

import { InternalError, Run } from '../../solvers/contract/index.ts'
import { type LinearFeasible, type LinearOptimal, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { PortfolioProblem } from '../../src/domain/portfolio.ts'
import { evaluatePortfolio, type ProjectStart } from '../../src/domain/portfolio-rules.ts'
import { clean, figure, linearOptions, type ModelOptions } from '../conflict/index.ts'
import { explainPortfolioConflict } from './conflict.ts'
import { buildPortfolioModel, type PortfolioModel } from './formulation.ts'
import type { DroppedProject, PeriodValue, PortfolioPlan, PortfolioResult } from './result.ts'
import { validatePortfolio } from './validate.ts'

export interface PortfolioOptions extends ModelOptions {
  /** Extra money for which the value of each period is established. @default a round figure near 2 % of the mean budget */
  readonly marginalAmount?: number
}

/**
 * Chooses and starts projects for the largest net present value.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function solvePortfolio(
  problem: PortfolioProblem,
  options: PortfolioOptions = {},
): Promise<PortfolioResult> {
  validatePortfolio(problem)
  const run = new Run('portfolio', options)
  const built = buildPortfolioModel(problem)
  const result = await solveLinear(built.model, linearOptions(run, options))
  switch (result.status) {
    case 'unbounded':
      throw new InternalError('a portfolio model was called unbounded although every column is binary')
    case 'unknown':
      return { status: 'unknown', limit: result.limit, solver: result.solver }
    case 'infeasible': {
      const conflict = await explainPortfolioConflict(problem, run, options)
      return { status: 'infeasible', conflict, solver: result.solver }
    }
    case 'feasible':
      return { status: 'feasible', limit: result.limit, ...decode(problem, built, result) }
    case 'optimal': {
      const plan = decode(problem, built, result)
      const marginal = await periodValues(problem, plan.objective, run, options)
      const dropped = await droppedProjects(problem, plan, run, options)
      const nextBest = await runnerUp(problem, result.values, run, options)
      return { status: 'optimal', ...plan, marginal, dropped, ...(nextBest === null ? {} : { nextBest }) }
    }
  }
}

function decode(
  problem: PortfolioProblem,
  built: PortfolioModel,
  result: LinearOptimal | LinearFeasible,
): PortfolioPlan {
  const plan: ProjectStart[] = []
  problem.projects.forEach((project, p) => {
    const index = (built.starts[p] as readonly number[]).findIndex((column) => (result.values[column] as number) > 0.5)
    if (index >= 0) plan.push({ project: project.id, start: index + 1 })
  })
  plan.sort((a, b) => a.start - b.start)
  const evaluation = evaluatePortfolio(problem, plan)
  const broken = evaluation.check.violations[0]
  if (broken !== undefined) throw new InternalError(`the decoded plan breaks "${broken.rule}": ${broken.description}`)
  if (Math.abs(evaluation.npv - result.objective) > 1e-6 * Math.max(1, Math.abs(result.objective))) {
    throw new InternalError(`the decoded plan is worth ${evaluation.npv}, the model said ${result.objective}`)
  }
  return {
    objective: clean(evaluation.npv),
    bound: clean(Math.max(result.bound, evaluation.npv)),
    gap: result.gap,
    plan,
    spend: evaluation.spend,
    available: evaluation.available,
    heads: evaluation.heads,
    dropped: [],
    marginal: [],
    solver: result.solver,
    check: evaluation.check,
    variables: built.model.variableCount,
    linearModel: built.model,
  }
}

async function periodValues(
  problem: PortfolioProblem,
  objective: number,
  run: Run,
  options: PortfolioOptions,
): Promise<PeriodValue[]> {
  const mean = problem.budget.reduce((sum, money) => sum + money, 0) / Math.max(1, problem.periods)
  const amount = options.marginalAmount ?? roundFigure(0.02 * mean)
  const values: PeriodValue[] = []
  for (let period = 1; period <= problem.periods; period++) {
    if (run.limit !== null) break
    const budget = problem.budget.map((money, t) => (t === period - 1 ? money + amount : money))
    const result = await solveLinear(buildPortfolioModel({ ...problem, budget }).model, linearOptions(run, options))
    if (result.status === 'optimal') values.push({ period, amount, gain: clean(result.objective - objective) })
  }
  return values
}

async function droppedProjects(
  problem: PortfolioProblem,
  plan: PortfolioPlan,
  run: Run,
  options: PortfolioOptions,
): Promise<DroppedProject[]> {
  const chosen = new Set(plan.plan.map((entry) => entry.project))
  const dropped: DroppedProject[] = []
  for (const project of problem.projects) {
    if (chosen.has(project.id) || run.limit !== null) continue
    const projects = problem.projects.map((other) => (other === project ? { ...other, mandatory: true } : other))
    const forced = { ...problem, projects }
    const built = buildPortfolioModel(forced)
    const result = await solveLinear(built.model, linearOptions(run, options))
    if (result.status === 'infeasible') {
      const { explanation } = await explainPortfolioConflict(forced, run, options)
      dropped.push({ project: project.id, reason: `no plan can include it: ${explanation}`, valueIfIncluded: null })
    } else if (result.status === 'optimal') {
      const other = decode(forced, built, result)
      const displaced = plan.plan.filter((entry) => !other.plan.some((kept) => kept.project === entry.project))
      const loss = plan.objective - other.objective
      const instead =
        displaced.length === 0 ? '' : `, in place of ${displaced.map((entry) => entry.project).join(', ')}`
      const reason =
        loss > 1e-9
          ? `the best plan with it${instead} is worth ${figure(other.objective)} ${problem.unit}, ${figure(loss)} less`
          : `a plan with it${instead} is worth exactly as much`
      dropped.push({ project: project.id, reason, valueIfIncluded: other.objective })
    }
  }
  return dropped
}

/** Value of the best plan that is not the given one: a row cuts off exactly that point. */
async function runnerUp(
  problem: PortfolioProblem,
  values: Float64Array,
  run: Run,
  options: PortfolioOptions,
): Promise<number | null> {
  if (run.limit !== null) return null
  const { model } = buildPortfolioModel(problem)
  const terms: Term[] = []
  let ones = 0
  for (let column = 0; column < model.variableCount; column++) {
    const on = (values[column] as number) > 0.5
    if (on) ones++
    terms.push([column, on ? 1 : -1])
  }
  model.addRow('another plan', terms, '<=', ones - 1, { group: null })
  const result = await solveLinear(model, linearOptions(run, options))
  return result.status === 'optimal' ? clean(result.objective) : null
}

/** 1, 2 or 5 times a power of ten near the value. */
function roundFigure(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const lead = value / power
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power
}
