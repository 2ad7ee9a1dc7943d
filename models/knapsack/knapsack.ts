/**
 * The multidimensional knapsack: which items, for the largest profit, within several capacities.
 *
 * Sets        items j, rows i
 * Parameters  p_j profit, w_ij >= 0 weight, c_i >= 0 capacity
 * Variables   x_j binary: item j is taken
 * Objective   max sum p_j x_j
 * Rows        sum_j w_ij x_j <= c_i for every row i
 * Size        |J| columns, |I| rows
 *
 * Source: Chu and Beasley (1998), A genetic algorithm for the multidimensional knapsack problem (the instances mknapcb).
 */
import { InternalError, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear } from '../../solvers/linear/index.ts'
import { type AnswerCheck, Findings } from '../../src/domain/answer-check.ts'
import { clean, linearOptions, type ModelOptions } from '../conflict/index.ts'

export interface KnapsackProblem {
  readonly profits: readonly number[]
  /** weights[row][item], >= 0 */
  readonly weights: readonly (readonly number[])[]
  readonly capacities: readonly number[]
}

export interface KnapsackPoint {
  readonly objective: number
  /** Proved: no choice is worth more. */
  readonly bound: number
  /** Items taken, rising. */
  readonly items: readonly number[]
  readonly solver: string
  readonly check: AnswerCheck
}

export type KnapsackResult =
  | ({ readonly status: 'optimal' } & KnapsackPoint)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & KnapsackPoint)
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Taking nothing is always allowed, so there is always an answer unless a limit is hit first. */
export async function solveKnapsack(problem: KnapsackProblem, options: ModelOptions = {}): Promise<KnapsackResult> {
  const run = new Run('knapsack', options)
  const model = new LinearModel('knapsack', 'maximize')
  const columns = problem.profits.map((profit, j) => model.addVariable(`x${j}`, { kind: 'binary', objective: profit }))
  problem.weights.forEach((row, i) => {
    const terms = row.flatMap((weight, j) => (weight === 0 ? [] : [[columns[j] as number, weight] as const]))
    model.addRow(`capacity ${i}`, terms, '<=', problem.capacities[i] as number)
  })
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  if (result.status === 'infeasible' || result.status === 'unbounded') {
    throw new InternalError(`a knapsack was called ${result.status} although taking nothing is allowed`)
  }
  const items = columns.flatMap((column, j) => ((result.values[column] as number) > 0.5 ? [j] : []))
  const check = checkKnapsack(problem, items)
  const broken = check.violations[0]
  if (broken !== undefined) throw new InternalError(`the choice breaks "${broken.rule}": ${broken.description}`)
  const objective = clean(items.reduce((sum, j) => sum + (problem.profits[j] as number), 0))
  const point = { objective, bound: Math.max(objective, clean(result.bound)), items, solver: result.solver, check }
  if (result.status === 'optimal') return { status: 'optimal', ...point }
  return { status: 'feasible', limit: result.limit, ...point }
}

/** Every row added up anew. */
export function checkKnapsack(problem: KnapsackProblem, items: readonly number[]): AnswerCheck {
  const findings = new Findings()
  problem.weights.forEach((row, i) => {
    const used = items.reduce((sum, j) => sum + (row[j] as number), 0)
    const capacity = problem.capacities[i] as number
    findings.atMost(`capacity ${i}`, used, capacity, () => `${used} of ${capacity} in row ${i}`)
  })
  return findings.verdict()
}
