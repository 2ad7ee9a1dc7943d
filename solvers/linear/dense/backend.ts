/**
 * The dense simplex and its branch and bound as a linear backend. Rows, continuous columns and the objective are scaled by
 * powers of two (geometric mean, Curtis and Reid's idea in its simplest form), so that scaling itself never rounds.
 * Limits: at most DENSE_CELL_LIMIT = rows * columns, `unknown` with limit `memory` beyond; NODE_LIMIT nodes.
 */
import type { Limit, Run } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'
import { branchAndBound, type TreeResult } from './branch-and-bound.ts'
import { loadScaled, loadUnscaled, type Scale, valuesOf } from './scaling.ts'
import { DenseSimplex } from './simplex.ts'

/** Largest rows * columns of a model the dense backend accepts: a dictionary of 8 MB. */
export const DENSE_CELL_LIMIT = 1_000_000
const NODE_LIMIT = 1_000_000

export const denseBackend: LinearBackend = {
  name: 'dense',
  capabilities: {
    integers: true,
    duals: true,
    timeLimit: true,
    bounds: true,
    nodeLimit: true,
    gap: true,
    maxCells: DENSE_CELL_LIMIT,
  },

  async load(): Promise<string> {
    return '1'
  },

  async solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    const { rows, columns } = problem
    if (rows * columns > DENSE_CELL_LIMIT)
      return {
        claim: 'unknown',
        limit: 'memory',
        bound: null,
        reason: `the table has more than ${DENSE_CELL_LIMIT} cells`,
      }
    if (crossed(problem)) return { claim: 'infeasible' }
    const lp = new DenseSimplex(rows, columns)
    const scale = loadScaled(lp, problem)
    lp.iterationLimit = 20_000 + 50 * (rows + columns)
    const stop = (): Limit | null => (options.interrupted?.() === true ? 'interrupted' : run.limit)
    lp.stop = stop
    if (problem.hasIntegers) {
      const tree = await branchAndBound(
        lp,
        problem.integrality,
        {
          relativeGap: options.relativeGap,
          absoluteGap: (options.absoluteGap ?? 1e-9) * Math.abs(scale.objective),
          nodeLimit: Math.min(options.nodeLimit ?? NODE_LIMIT, NODE_LIMIT),
          step: objectiveStep(problem) * Math.abs(scale.objective),
          stop,
          onIncumbent: (values, _, bound) =>
            options.onIncumbent?.(valuesOf(values, problem, scale), unscaled(bound, problem, scale)),
        },
        run,
      )
      return answerOfTree(tree, problem, scale)
    }
    let status = lp.solve()
    if (status === 'numerical') {
      // The same model without scaling takes another path.
      loadUnscaled(lp, problem, scale)
      status = lp.solve()
    }
    switch (status) {
      case 'infeasible': {
        const ray = Float64Array.from(scale.row, (factor, i) => (lp.ray[columns + i] as number) * factor)
        return { claim: 'infeasible', ray }
      }
      case 'unbounded':
        return { claim: 'unbounded', ray: valuesOf(lp.ray, problem, scale) }
      case 'optimal':
        return {
          claim: 'optimal',
          values: valuesOf(lp.value, problem, scale),
          bound: null,
          duals: Float64Array.from(
            scale.row,
            (factor, i) => ((lp.reduced[columns + i] as number) * factor) / scale.objective,
          ),
          reducedCosts: Float64Array.from(
            scale.column,
            (factor, j) => (lp.reduced[j] as number) / (factor * scale.objective),
          ),
        }
      case 'iterations':
        return { claim: 'unknown', limit: 'iterations', bound: null }
      case 'stopped':
        return { claim: 'unknown', limit: lp.stoppedBy ?? 'time', bound: null }
      case 'numerical':
        return { claim: 'unknown', limit: 'method', bound: null, reason: 'the dictionary could not be kept accurate' }
    }
  },
}

function crossed(problem: LinearProblem): boolean {
  const { columnLower, columnUpper, rowLower, rowUpper } = problem
  return (
    columnLower.some((lower, j) => lower > (columnUpper[j] as number)) ||
    rowLower.some((lower, i) => lower > (rowUpper[i] as number))
  )
}

function unscaled(objective: number, problem: LinearProblem, scale: Scale): number {
  return objective / scale.objective + problem.offset
}

function answerOfTree(tree: TreeResult, problem: LinearProblem, scale: Scale): BackendAnswer {
  switch (tree.status) {
    case 'infeasible':
    case 'unbounded':
      return { claim: tree.status }
    case 'unknown':
      return {
        claim: 'unknown',
        limit: tree.limit,
        bound: Number.isFinite(tree.bound) ? unscaled(tree.bound, problem, scale) : null,
      }
    case 'optimal':
      return {
        claim: 'optimal',
        values: valuesOf(tree.values, problem, scale),
        bound: unscaled(tree.objective, problem, scale),
        duals: null,
        reducedCosts: null,
      }
    case 'feasible':
      return {
        claim: 'feasible',
        values: valuesOf(tree.values, problem, scale),
        bound: Number.isFinite(tree.bound) ? unscaled(tree.bound, problem, scale) : null,
        limit: tree.limit,
      }
  }
}

/** The largest step all objective values are multiples of: the common divisor of integer costs of integer columns; else 0. */
function objectiveStep(problem: LinearProblem): number {
  let step = 0
  for (let j = 0; j < problem.columns; j++) {
    const cost = Math.abs(problem.objective[j] as number)
    if (cost === 0) continue
    if (problem.integrality[j] !== 1 || !Number.isSafeInteger(cost)) return 0
    let rest = cost
    while (rest !== 0) [step, rest] = [rest, step % rest]
  }
  return step
}
