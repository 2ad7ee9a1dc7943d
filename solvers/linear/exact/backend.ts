/**
 * Exact arithmetic as a linear backend for small models, integers included: the answer is exact for the numbers as the
 * model holds them and rounded once, at the end. At most EXACT_CELL_LIMIT = rows * columns.
 */
import { InternalError, type Run } from '../../contract/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'
import { objectiveAt } from './certificate.ts'
import { readExactly } from './problem.ts'
import { checked, EXACT_CELL_LIMIT } from './prove.ts'
import type { Rational } from './rational.ts'
import { solveExactly } from './search.ts'

export const exactBackend: LinearBackend = {
  name: 'exact',
  capabilities: {
    integers: true,
    duals: true,
    timeLimit: true,
    bounds: true,
    nodeLimit: true,
    start: true,
    exact: true,
    maxCells: EXACT_CELL_LIMIT,
  },

  async load(): Promise<string> {
    return '1'
  },

  async solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer> {
    if (problem.rows * problem.columns > EXACT_CELL_LIMIT) {
      const reason = `the table has more than ${EXACT_CELL_LIMIT} cells`
      return { claim: 'unknown', limit: 'memory', bound: null, reason }
    }
    const exact = readExactly(problem, 'binary')
    const solution = await solveExactly(
      exact,
      {
        point: options.start ?? null,
        stop: () => (options.interrupted?.() === true ? 'interrupted' : run.limit),
        ...(options.nodeLimit === undefined ? {} : { nodeLimit: options.nodeLimit }),
      },
      run,
    )
    if (solution.status === 'unknown') {
      const { incumbent, limit } = solution
      if (incumbent === null) return { claim: 'unknown', limit, bound: null }
      return { claim: 'feasible', values: toDoubles(incumbent), bound: null, limit }
    }
    const answer = checked(exact, solution, String)
    switch (answer.status) {
      case 'optimal': {
        const duals = answer.certificate.kind === 'dual' ? answer.certificate.duals : null
        return {
          claim: 'optimal',
          values: toDoubles(answer.values),
          bound: problem.hasIntegers ? objectiveAt(exact, answer.values).toNumber() : null,
          duals: duals === null ? null : toDoubles(duals),
          reducedCosts: duals === null ? null : reducedCosts(problem, duals),
        }
      }
      case 'infeasible':
        return {
          claim: 'infeasible',
          ray: answer.certificate.kind === 'farkas' ? toDoubles(answer.certificate.multipliers) : null,
        }
      case 'unbounded':
        return { claim: 'unbounded', ray: toDoubles(answer.direction) }
      case 'unknown':
        throw new InternalError('a checked solution is never unknown')
    }
  },
}

function toDoubles(values: readonly Rational[]): Float64Array {
  return Float64Array.from(values, (value) => value.toNumber())
}

/** c - A'y, rounded once. */
function reducedCosts(problem: LinearProblem, duals: readonly Rational[]): Float64Array {
  const { objective, rows, columns } = readExactly(problem, 'binary')
  const reduced = objective.slice()
  rows.forEach((row, i) => {
    const y = duals[i] as Rational
    if (y.sign === 0) return
    row.columns.forEach((j, k) => {
      reduced[j] = (reduced[j] as Rational).subtract(y.multiply(row.values[k] as Rational))
    })
  })
  return toDoubles(reduced.slice(0, columns))
}
