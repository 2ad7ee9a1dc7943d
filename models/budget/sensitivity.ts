/**
 * What one more unit is worth, and why a line gets nothing: both established by solving again, so they hold with binaries
 * too, where no dual exists.
 *
 * The value function f(t) of a limit that gives way by t is not concave when there are binaries. How far the rate of the
 * first unit reaches is therefore the smaller of two exact numbers: the largest t at which the present use of lines still
 * reaches f(0) + rate t (an LP, concave in t), and the smallest t at which any other use exceeds it (a MILP).
 */

import type { Run } from '../../solvers/contract/index.ts'
import { solveLinear, type Term, type Variable } from '../../solvers/linear/index.ts'
import type { BudgetProblem } from '../../src/domain/budget.ts'
import { lineCap, lineReturn } from '../../src/domain/budget-rules.ts'
import { clean, figure, linearOptions, type ModelOptions, measure } from '../conflict/index.ts'
import { type BudgetModel, budgetNames, buildBudgetModel } from './formulation.ts'
import { budgetLimits } from './limits.ts'
import type { BindingLimit, LineAmount, MarginalValue, UnusedLine } from './result.ts'

/** A solved problem. */
export interface SolvedBudget {
  readonly problem: BudgetProblem
  readonly built: BudgetModel
  readonly values: Float64Array
  readonly objective: number
  readonly run: Run
  readonly options: ModelOptions
}

export async function marginalValues(base: SolvedBudget, binding: readonly BindingLimit[]): Promise<MarginalValue[]> {
  const limits = budgetLimits(base.problem)
  const marginal: MarginalValue[] = []
  for (const { constraint } of binding) {
    const limit = limits.find((candidate) => candidate.name === constraint)
    if (limit === undefined || base.run.limit !== null) continue
    const more = await optimum(base, limit.giveWay(1))
    if (more === null) continue
    const perUnit = clean(more - base.objective)
    marginal.push({ constraint, perUnit, upTo: await reach(base, constraint, perUnit) })
  }
  return marginal
}

export async function unusedLines(base: SolvedBudget, amounts: readonly LineAmount[]): Promise<UnusedLine[]> {
  const unused: UnusedLine[] = []
  for (let index = 0; index < amounts.length; index++) {
    const { line: id, amount } = amounts[index] as LineAmount
    if (amount > 0 || base.run.limit !== null) continue
    unused.push({ line: id, ...(await whyUnused(base, index)) })
  }
  return unused
}

async function whyUnused(base: SolvedBudget, index: number): Promise<Omit<UnusedLine, 'line'>> {
  const { problem } = base
  const line = problem.lines[index] as BudgetProblem['lines'][number]
  const { unit } = problem
  const cap = lineCap(line)
  if (cap <= 0) return { reason: 'it has no room: its maximum is 0', neededReturn: null }
  const trial = line.minIfUsed ?? Math.min(1, cap)
  const worthless = line.segments.map((segment) => ({ ...segment, returnPerUnit: 0 }))
  const forced = { ...line, min: trial, max: trial, segments: worthless }
  const lines = problem.lines.map((old, position) => (position === index ? forced : old))
  const rest = trial > cap ? null : await optimum(base, { ...problem, lines })
  const first = `its first ${measure(trial, unit)}`
  if (rest === null) return { reason: `the other constraints leave no room for ${first}`, neededReturn: null }
  const needed = clean((base.objective - rest) / trial)
  const offered = lineReturn(line, trial) / trial
  const floor = line.minIfUsed === null ? '' : ` (nothing or at least ${measure(trial, unit)})`
  const reason = `${first} would earn ${figure(offered)} each${floor}, elsewhere the same money earns ${figure(needed)}`
  return { reason, neededReturn: needed }
}

/** Best return of a varied problem; null when there is none or a limit was hit. */
async function optimum(base: SolvedBudget, problem: BudgetProblem): Promise<number | null> {
  const result = await solveLinear(buildBudgetModel(problem).model, linearOptions(base.run, base.options))
  return result.status === 'optimal' ? result.objective : null
}

async function reach(base: SolvedBudget, constraint: string, rate: number): Promise<number> {
  const { problem } = base
  // What counts as used is a share of the total: a stretched total moves it, which no linear row can follow.
  if (constraint === budgetNames.total && problem.requires.length > 0) return 1
  const most = problem.lines.reduce((sum, line) => sum + lineCap(line), 0)
  const stretched = () => buildBudgetModel(problem, { stretch: { constraint, most, price: 0 } })
  const scale = Math.max(1, Math.abs(base.objective))
  const tolerance = 1e-9 * scale
  // Above the feasibility tolerance of any backend, so that the present use itself never counts as exceeding its own line.
  const excess = 1e-5 * Math.max(1, 1e-3 * scale)
  const options = linearOptions(base.run, base.options)

  const staying = stretched()
  const slack = staying.slack
  if (slack === null) return 1
  fixIntegers(staying, base.values, 1)
  worth(staying, slack, rate, base.objective - tolerance)
  staying.model.replaceObjective([[slack, 1]], 'maximize')
  const longest = await solveLinear(staying.model, options)
  if (longest.status !== 'optimal' || longest.objective < 1) return 1
  if (!base.built.model.hasIntegers) return distance(longest.objective)

  const switching = stretched()
  worth(switching, slack, rate, base.objective + excess)
  switching.model.replaceObjective([[slack, 1]], 'minimize')
  const nearest = await solveLinear(switching.model, options)
  if (nearest.status === 'infeasible') return distance(longest.objective)
  if (nearest.status !== 'optimal') return 1

  // That use exceeds the line by the excess there; it meets the line a little earlier.
  const meeting = stretched()
  fixIntegers(meeting, nearest.values, 0)
  worth(meeting, slack, rate, base.objective - tolerance)
  meeting.model.replaceObjective([[slack, 1]], 'minimize')
  const crossing = await solveLinear(meeting.model, options)
  if (crossing.status !== 'optimal') return 1
  // Where that use sets in with a leap (a floor becomes affordable), the rate holds only short of it.
  const leap = nearest.objective - crossing.objective < 1e-6
  return Math.max(1, distance(Math.min(longest.objective, crossing.objective - (leap ? 1e-3 : 0))))
}

/** Row: return - rate t >= level. The returns are read from the model's own objective before it is replaced. */
function worth(built: BudgetModel, slack: Variable, rate: number, level: number): void {
  const { model } = built
  const terms: Term[] = built.segments
    .flat()
    .map((column) => [column, model.objectiveCoefficient(column)] as const)
    .filter(([, coefficient]) => coefficient !== 0)
  model.addRow('return keeps the rate', [...terms, [slack, -rate]], '>=', level)
}

/**
 * Fixes the binaries at the values of a point.
 * @param shift columns by which the model is ahead of the point: 1 when the point has no slack column, which comes first
 */
function fixIntegers({ model }: BudgetModel, values: Float64Array, shift: number): void {
  for (let column = shift; column < model.variableCount; column++) {
    if (model.variableKind(column) === 'continuous') continue
    const value = Math.round(values[column - shift] as number)
    model.setVariableKind(column, 'continuous')
    model.setVariableBounds(column, value, value)
  }
}

/** Rounded down to what the tolerances above can tell apart. */
function distance(value: number): number {
  return Math.floor(value * 1000 + 1e-3) / 1000
}
