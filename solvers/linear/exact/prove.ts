/**
 * Turns "optimal within 1e-6" into a proof, or says why not: the claim of any backend against the exact answer of the
 * same model. A point is used where it helps (columns strictly between their bounds start basic; its rounded integers are the first
 * incumbent), never believed.
 */
import { InternalError, type Limit, Run, type RunOptions } from '../../contract/index.ts'
import { AT_LOWER, AT_UPPER, BASIC } from '../dense/index.ts'
import type { LinearModel } from '../model.ts'
import type { LinearResult } from '../result.ts'
import { dualBound, isFeasible, objectiveAt, provesInfeasible, provesUnbounded } from './certificate.ts'
import { type ExactProblem, type ExactSource, inDoubles, readExactly } from './problem.ts'
import { type NumberMeaning, Rational } from './rational.ts'
import { type ExactSolution, solveExactly } from './search.ts'

/** Largest rows * columns that is attempted: beyond, exact dictionaries take minutes. */
export const EXACT_CELL_LIMIT = 100_000

export interface ExactOptions extends RunOptions {
  /** What the doubles of the model stand for. @default 'binary' */
  readonly numbers?: NumberMeaning
  /** Largest rows * columns. @default EXACT_CELL_LIMIT */
  readonly cellLimit?: number
  /** Largest number of branch-and-bound nodes. @default 1e6 */
  readonly nodeLimit?: number
}

/** Why the optimum cannot be beaten. */
export type ExactOptimality =
  /** Row multipliers whose dual bound equals the objective: weak duality, exactly. In the model's own sense. */
  | { readonly kind: 'dual'; readonly duals: readonly Rational[] }
  /** A search whose every node was closed exactly. */
  | { readonly kind: 'search'; readonly nodes: number }

export type ExactInfeasibility =
  /** A combination of the rows that no point within the bounds satisfies. */
  | { readonly kind: 'farkas'; readonly multipliers: readonly Rational[] }
  /** A variable or row whose own bounds leave no value. */
  | { readonly kind: 'empty-domain'; readonly name: string }
  | { readonly kind: 'search'; readonly nodes: number }

/** The exact answer to a model. Everything in it has been checked by certificate.ts. */
export type ExactAnswer =
  | {
      readonly status: 'optimal'
      /** Offset included. */
      readonly objective: Rational
      readonly values: readonly Rational[]
      readonly certificate: ExactOptimality
    }
  | { readonly status: 'infeasible'; readonly certificate: ExactInfeasibility }
  | {
      readonly status: 'unbounded'
      readonly point: readonly Rational[]
      readonly direction: readonly Rational[]
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly reason: string }

/** What the exact answer says about a claim. */
export type ExactVerdict =
  | {
      readonly verdict: 'proved'
      readonly answer: Exclude<ExactAnswer, { status: 'unknown' }>
      /** |objective claimed - exact|; 0 when the claim has no objective. */
      readonly difference: number
    }
  | {
      readonly verdict: 'refuted'
      readonly answer: Exclude<ExactAnswer, { status: 'unknown' }>
      readonly reason: string
    }
  | { readonly verdict: 'undecided'; readonly limit: Limit; readonly reason: string }

/**
 * The exact answer to a small model.
 * @throws RangeError when the model has coefficients that are not finite
 */
export async function solveModelExactly(model: LinearModel, options: ExactOptions = {}): Promise<ExactAnswer> {
  return answer(model, options, null)
}

/**
 * Proves or refutes the claim of a result. `optimal` is proved when the exact optimum is within `tolerance` (relative) of the claimed
 * objective; `feasible` and `unknown` claim nothing, so they are proved by whatever the exact answer is, `feasible` only
 * when its point turns out to be optimal.
 * @param tolerance largest |claimed - exact| / max(1, |exact|). @default 1e-6
 */
export async function proveExactly(
  model: LinearModel,
  result: LinearResult,
  options: ExactOptions & { readonly tolerance?: number } = {},
): Promise<ExactVerdict> {
  const point = result.status === 'optimal' || result.status === 'feasible' ? result.values : null
  const exact = await answer(model, options, point)
  if (exact.status === 'unknown') return { verdict: 'undecided', limit: exact.limit, reason: exact.reason }
  if (result.status === 'unknown') return { verdict: 'proved', answer: exact, difference: 0 }
  if (exact.status !== 'optimal') {
    return exact.status === result.status
      ? { verdict: 'proved', answer: exact, difference: 0 }
      : { verdict: 'refuted', answer: exact, reason: `the model is ${exact.status}, not ${result.status}` }
  }
  if (result.status !== 'optimal' && result.status !== 'feasible') {
    return { verdict: 'refuted', answer: exact, reason: `the model is not ${result.status}: it has an optimum` }
  }
  const claimed = Rational.from(result.objective)
  const difference = Math.abs(claimed.subtract(exact.objective).toNumber())
  const size = Math.max(1, Math.abs(exact.objective.toNumber()))
  if (difference <= (options.tolerance ?? 1e-6) * size) return { verdict: 'proved', answer: exact, difference }
  const reason = `the optimum is ${exact.objective.toNumber()}, not ${result.objective}`
  return { verdict: 'refuted', answer: exact, reason }
}

async function answer(model: LinearModel, options: ExactOptions, point: Float64Array | null): Promise<ExactAnswer> {
  const run = new Run('exact', options)
  const limit = options.cellLimit ?? EXACT_CELL_LIMIT
  const cells = model.rowCount * model.variableCount
  if (cells > limit) {
    return { status: 'unknown', limit: 'memory', reason: `${cells} cells are more than the ${limit} worked on exactly` }
  }
  if (model.quadraticTerms().length > 0) {
    return {
      status: 'unknown',
      limit: 'method',
      reason: 'the objective is quadratic; exact proofs are for linear ones',
    }
  }
  const source: ExactSource = { ...model.arrays(), sense: model.sense, offset: model.objectiveOffset }
  const problem = readExactly(source, options.numbers ?? 'binary')
  const solution = await solveExactly(
    problem,
    {
      basis: point !== null && !problem.hasIntegers ? basisOfPoint(problem, point) : null,
      point,
      stop: () => run.limit,
      ...(options.nodeLimit === undefined ? {} : { nodeLimit: options.nodeLimit }),
    },
    run,
  )
  return checked(problem, solution, (v) =>
    v < problem.columns ? model.variableName(v) : model.rowName(v - problem.columns),
  )
}

/** Checks the solution's certificates. @throws InternalError when one does not hold */
export function checked(problem: ExactProblem, solution: ExactSolution, nameOf: (v: number) => string): ExactAnswer {
  switch (solution.status) {
    case 'unknown':
      return { status: 'unknown', limit: solution.limit, reason: 'the search ended before its proof' }
    case 'unbounded': {
      const { values, direction } = solution
      if (!provesUnbounded(problem, values, direction)) throw new InternalError('an exact ray does not hold')
      return { status: 'unbounded', point: values, direction }
    }
    case 'infeasible': {
      if (solution.farkas !== null) {
        if (!provesInfeasible(problem, solution.farkas)) throw new InternalError('an exact Farkas proof does not hold')
        return { status: 'infeasible', certificate: { kind: 'farkas', multipliers: solution.farkas } }
      }
      const crossed = problem.lower.findIndex((low, v) => {
        const high = problem.upper[v] ?? null
        return low !== null && high !== null && low.compare(high) > 0
      })
      if (crossed >= 0) return { status: 'infeasible', certificate: { kind: 'empty-domain', name: nameOf(crossed) } }
      return { status: 'infeasible', certificate: { kind: 'search', nodes: solution.nodes } }
    }
    case 'optimal': {
      const { values, duals, nodes } = solution
      if (!isFeasible(problem, values)) throw new InternalError('an exact optimum is not feasible')
      const objective = objectiveAt(problem, values)
      if (duals === null) return { status: 'optimal', objective, values, certificate: { kind: 'search', nodes } }
      if (dualBound(problem, duals)?.equals(objective) !== true) {
        throw new InternalError('the exact duals do not prove the exact optimum')
      }
      return { status: 'optimal', objective, values, certificate: { kind: 'dual', duals } }
    }
  }
}

/** A basis read off a point: what lies strictly between its bounds is basic. Marks of columns, then rows. */
function basisOfPoint(problem: ExactProblem, point: ArrayLike<number>): Int8Array {
  const { columns, rows, starts, indices, values, columnLower, columnUpper, rowLower, rowUpper } = inDoubles(problem)
  const basis = new Int8Array(columns + rows)
  const mark = (v: number, value: number, low: number, high: number): void => {
    const slack = 1e-7 * Math.max(1, Math.abs(value))
    basis[v] = value - low <= slack ? AT_LOWER : high - value <= slack ? AT_UPPER : BASIC
  }
  for (let j = 0; j < columns; j++) {
    mark(j, point[j] as number, columnLower[j] as number, columnUpper[j] as number)
  }
  for (let i = 0; i < rows; i++) {
    let activity = 0
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      activity += (values[k] as number) * (point[indices[k] as number] as number)
    }
    mark(columns + i, activity, rowLower[i] as number, rowUpper[i] as number)
  }
  return basis
}
