/**
 * The front of the assignment solvers: validates once, asks backends in order, re-checks every claim against the user's matrix
 * with potentials or a Hall violator, and asks the next backend when one fails or answers wrongly.
 */
import { BackendError, Run, type RunOptions, UnsupportedError } from '../contract/index.ts'
import type { AssignmentAnswer, AssignmentBackend, AssignmentProblem } from './backend.ts'
import { munkresBackend } from './backends/munkres.ts'
import { shortestAugmentingPathBackend } from './backends/shortest-augmenting-path.ts'
import { checkAssignment, checkPairing, checkViolator } from './certificate.ts'
import { type AssignmentSense, type CostMatrix, type DenseCosts, readCosts } from './cost-matrix.ts'
import { recoverPrices } from './dual-recovery.ts'
import { findHallViolator } from './matching.ts'
import type { AssignmentAttempt, AssignmentOptimal, AssignmentResult, Pair } from './result.ts'
import { isUniqueOptimum } from './uniqueness.ts'

export interface AssignmentOptions extends RunOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
  /** Also decide whether the optimum is the only one, in one more pass over the matrix. @default false */
  readonly uniqueness?: boolean
  /** Backends to ask, in this order. @default our shortest augmenting paths, then `munkres` */
  readonly backends?: readonly AssignmentBackend[]
}

/**
 * Pairs every row with a column of its own (every column with a row, when there are fewer columns) at the least, or greatest,
 * total. O(n^2 m) with the default backend. A matrix without rows or columns is optimal with no pairs.
 *
 * @param matrix costs (or profits), array of arrays with null for a forbidden pair, or flat
 * @returns `optimal` with potentials that prove it, `infeasible` with the rows or columns that compete for too few partners,
 *   or `unknown` when a limit was hit
 * @throws InvalidInputError for NaN, ragged rows and other faults of the matrix; BackendError when no backend could answer
 */
export function assign(matrix: CostMatrix, options: AssignmentOptions = {}): AssignmentResult {
  const run = new Run('assignment', options)
  const sense = options.sense ?? 'minimize'
  const costs = readCosts(matrix, sense)
  const attempts: AssignmentAttempt[] = []
  if (costs.rows === 0 || costs.columns === 0) return emptyResult(costs, run)

  const problem = normalise(costs, sense)
  const cells = costs.rows * costs.columns
  for (const backend of options.backends ?? [shortestAugmentingPathBackend, munkresBackend]) {
    const { name, version } = backend
    if (cells > backend.capabilities.maxCells) {
      const reason = `${cells} cells are more than the ${backend.capabilities.maxCells} it is asked to solve`
      attempts.push({ backend: name, outcome: 'unsupported', reason })
      continue
    }
    let answer: AssignmentAnswer
    try {
      answer = backend.solve(problem, run)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      attempts.push({ backend: name, outcome: error instanceof UnsupportedError ? 'unsupported' : 'failed', reason })
      continue
    }
    const verdict = judge(costs, sense, problem, answer, options.uniqueness === true)
    if (typeof verdict === 'string') {
      attempts.push({ backend: name, outcome: 'wrong-answer', reason: verdict })
      continue
    }
    attempts.push({ backend: name, outcome: 'answered' })
    return { ...verdict, solver: `${name} ${version}`, attempts, elapsedMs: run.elapsedMs }
  }
  throw new BackendError(
    attempts.at(-1)?.backend ?? 'none',
    `no backend could solve the assignment: ${attempts.map((a) => `${a.backend}: ${a.reason ?? a.outcome}`).join('; ')}`,
  )
}

/** Minimise, rows <= columns: transposed and negated as needed. */
export function normalise(costs: DenseCosts, sense: AssignmentSense): AssignmentProblem {
  const { rows, columns, values } = costs
  let hasForbidden = false
  for (let k = 0; k < values.length && !hasForbidden; k++) hasForbidden = values[k] === Number.POSITIVE_INFINITY
  if (rows <= columns && sense === 'minimize') return { rows, columns, costs: values, hasForbidden }
  const result = new Float64Array(values.length)
  const transposed = rows > columns
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cost = values[i * columns + j] as number
      const at = transposed ? j * rows + i : i * columns + j
      result[at] = sense === 'minimize' || cost === Number.POSITIVE_INFINITY ? cost : 0 - cost
    }
  }
  return transposed
    ? { rows: columns, columns: rows, costs: result, hasForbidden }
    : { rows, columns, costs: result, hasForbidden }
}

type WithoutRun<T> = T extends unknown ? Omit<T, 'solver' | 'attempts' | 'elapsedMs'> : never

/** The checked result, or why the answer cannot be true. */
export function judge(
  costs: DenseCosts,
  sense: AssignmentSense,
  problem: AssignmentProblem,
  answer: AssignmentAnswer,
  uniqueness: boolean,
): WithoutRun<AssignmentResult> | string {
  const transposed = costs.rows > costs.columns
  switch (answer.claim) {
    case 'unknown':
      return { status: 'unknown', limit: answer.limit }
    case 'infeasible': {
      const side = transposed ? 'columns' : 'rows'
      const named = answer.violator === null ? null : checkViolator(costs, side, answer.violator)
      if (named !== null) return { status: 'infeasible', violator: named }
      const found = findHallViolator(problem.rows, problem.columns, problem.costs)
      const violator = found === null ? null : checkViolator(costs, side, found)
      return violator === null
        ? 'it claims infeasible, but a complete assignment exists'
        : { status: 'infeasible', violator }
    }
    case 'optimal': {
      const pairing = checkPairing(
        { rows: problem.rows, columns: problem.columns, values: problem.costs },
        answer.columnOf,
      )
      if (!pairing.valid) return pairing.reason
      const prices = answer.prices ?? recoverPrices(problem.rows, problem.columns, problem.costs, answer.columnOf)
      if (prices === null) return `its assignment of ${signed(pairing.cost, sense)} can be improved`
      const point = restore(costs, sense, problem, answer.columnOf, prices)
      const verdict = checkAssignment(costs, sense, point.columnOf, point.rowPotentials, point.columnPotentials)
      if (!verdict.valid) return verdict.reason
      const unique = uniqueness
        ? isUniqueOptimum(problem.rows, problem.columns, problem.costs, answer.columnOf, prices)
        : null
      return { status: 'optimal', cost: verdict.cost, unique, check: verdict.check, ...point }
    }
  }
}

/** From the normalised problem back to the user's rows, columns and sense. */
export function restore(
  costs: DenseCosts,
  sense: AssignmentSense,
  problem: AssignmentProblem,
  assigned: Int32Array,
  prices: Float64Array,
): Pick<AssignmentOptimal, 'pairs' | 'columnOf' | 'rowPotentials' | 'columnPotentials'> {
  const levels = new Float64Array(problem.rows)
  for (let i = 0; i < problem.rows; i++) {
    const j = assigned[i] as number
    levels[i] = signed((problem.costs[i * problem.columns + j] as number) - (prices[j] as number), sense)
  }
  const otherLevels = prices.map((price) => signed(price, sense))
  const transposed = costs.rows > costs.columns
  let columnOf = assigned
  if (transposed) {
    columnOf = new Int32Array(costs.rows).fill(-1)
    for (let k = 0; k < assigned.length; k++) columnOf[assigned[k] as number] = k
  }
  const pairs: Pair[] = []
  for (let i = 0; i < costs.rows; i++) {
    const j = columnOf[i] as number
    if (j !== -1) pairs.push([i, j])
  }
  return {
    pairs,
    columnOf,
    rowPotentials: transposed ? otherLevels : levels,
    columnPotentials: transposed ? levels : otherLevels,
  }
}

function signed(value: number, sense: AssignmentSense): number {
  return sense === 'minimize' || value === 0 ? value : -value
}

function emptyResult(costs: DenseCosts, run: Run): AssignmentOptimal {
  return {
    status: 'optimal',
    pairs: [],
    columnOf: new Int32Array(costs.rows).fill(-1),
    cost: 0,
    unique: true,
    rowPotentials: new Float64Array(costs.rows),
    columnPotentials: new Float64Array(costs.columns),
    check: { checked: true, bound: 0, gap: 0, maxViolation: 0 },
    solver: 'nothing to assign',
    attempts: [],
    elapsedMs: run.elapsedMs,
  }
}
