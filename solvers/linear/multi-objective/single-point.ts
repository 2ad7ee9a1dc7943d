/**
 * Methods that give one efficient point.
 *
 * - lexicographic: minimise the first objective, then the second among its optima, and so on; one program an objective.
 * - weighted sum: minimise sum w_k f_k; with all weights > 0 an optimum is efficient (Geoffrion 1968); points above the convex
 *   hull of the front are out of its reach.
 */
import { InvalidInputError, type Issue, type Limit, Run } from '../../contract/index.ts'
import type { MultiObjectiveOptions, MultiObjectiveProblem, ParetoPoint } from './problem.ts'
import { type Scalar, ScalarPrograms } from './scalar.ts'

export type SinglePointResult =
  | { readonly status: 'optimal'; readonly point: ParetoPoint; readonly elapsedMs: number }
  | { readonly status: 'feasible'; readonly point: ParetoPoint; readonly limit: Limit; readonly elapsedMs: number }
  | { readonly status: 'infeasible' | 'unbounded'; readonly elapsedMs: number }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly elapsedMs: number }

export interface LexicographicOptions extends MultiObjectiveOptions {
  /** Objectives by importance, each once. @default the order of the problem */
  readonly order?: readonly number[]
}

/** The point that is best in the most important objective, among those in the next one, and so on. Efficient. */
export async function solveLexicographic(
  problem: MultiObjectiveProblem,
  options: LexicographicOptions = {},
): Promise<SinglePointResult> {
  const programs = new ScalarPrograms(problem, new Run('lexicographic', options), options, 1)
  const count = problem.objectives.length
  const order = options.order ?? Array.from({ length: count }, (_, k) => k)
  if (order.length !== count || new Set(order).size !== count || order.some((k) => !(k >= 0 && k < count))) {
    const hint = `name each of the objectives 0 to ${count - 1} once`
    throw new InvalidInputError([
      { code: 'bad-order', path: ['order'], message: `the order [${order.join(', ')}] is no permutation`, hint },
    ])
  }
  return singlePoint(programs, await programs.lexicographic(order, programs.noLimits()), true)
}

/**
 * The optimum of a weighted sum; each objective counts in its own sense.
 * @param weights one number >= 0 an objective; the point is proved efficient when all are > 0
 */
export async function solveWeighted(
  problem: MultiObjectiveProblem,
  weights: readonly number[],
  options: MultiObjectiveOptions = {},
): Promise<SinglePointResult> {
  const programs = new ScalarPrograms(problem, new Run('weighted', options), options, 1)
  const issues: Issue[] = []
  if (weights.length !== problem.objectives.length) {
    const message = `there are ${weights.length} weights for ${problem.objectives.length} objectives`
    issues.push({ code: 'wrong-length', path: ['weights'], message, hint: 'give one an objective' })
  }
  weights.forEach((weight, k) => {
    if (weight >= 0 && Number.isFinite(weight)) return
    const hint = 'give a finite number >= 0; the senses say which way is better'
    issues.push({ code: 'out-of-range', path: ['weights', k], message: `the weight ${weight} is no weight`, hint })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  const result = await programs.minimise(weights, programs.noLimits())
  return singlePoint(
    programs,
    result,
    weights.every((weight) => weight > 0),
  )
}

function singlePoint(programs: ScalarPrograms, result: Scalar, efficient: boolean): SinglePointResult {
  const { elapsedMs } = programs.run
  switch (result.status) {
    case 'optimal':
      return { status: 'optimal', point: programs.point(result.outcome, efficient), elapsedMs }
    case 'stopped': {
      const { outcome, limit } = result
      if (outcome === null) return { status: 'unknown', limit, elapsedMs }
      return { status: 'feasible', point: programs.point(outcome, false), limit, elapsedMs }
    }
    default:
      return { status: result.status, elapsedMs }
  }
}
