/**
 * Checks of exact certificates: rational arithmetic on the problem as read, nothing shared with the solver, no tolerance
 * anywhere. Each is one pass over the non-zeros and a proof when it returns true.
 */
import type { ExactProblem } from './problem.ts'
import { Rational } from './rational.ts'

/** The point satisfies every row, bound and integrality. */
export function isFeasible(problem: ExactProblem, point: readonly Rational[]): boolean {
  const { columns, rows, integrality } = problem
  if (point.length !== columns) return false
  for (let j = 0; j < columns; j++) {
    const value = point[j] as Rational
    if (!isWithin(problem, j, value) || (integrality[j] === true && !value.isInteger)) return false
  }
  return rows.every((_, i) => isWithin(problem, columns + i, activity(problem, i, point)))
}

/** objective . point + offset */
export function objectiveAt(problem: ExactProblem, point: readonly Rational[]): Rational {
  let total = problem.offset
  problem.objective.forEach((cost, j) => {
    if (cost.sign !== 0) total = total.add(cost.multiply(point[j] as Rational))
  })
  return total
}

/**
 * Weak duality: the bound on the objective (offset included) that the multipliers prove for every point of the relaxation; null
 * when they prove none because a bound they lean on is missing.
 * @param duals one multiplier a row, in the problem's own sense
 */
export function dualBound(problem: ExactProblem, duals: readonly Rational[]): Rational | null {
  const sign = problem.sense === 'minimize' ? 1 : -1
  const reduced = combine(problem, duals)
  let total = problem.offset
  for (let i = 0; i < problem.rows.length; i++) {
    const term = support(problem, problem.columns + i, duals[i] as Rational, sign)
    if (term === null) return null
    total = total.add(term)
  }
  for (let j = 0; j < problem.columns; j++) {
    const cost = (problem.objective[j] as Rational).subtract(reduced[j] as Rational)
    const term = support(problem, j, cost, sign)
    if (term === null) return null
    total = total.add(term)
  }
  return total
}

/**
 * Farkas: sum y_i r_i and sum (A'y)_j x_j are the same number at every point, yet their ranges over the bounds are
 * disjoint.
 */
export function provesInfeasible(problem: ExactProblem, multipliers: readonly Rational[]): boolean {
  const combined = combine(problem, multipliers)
  for (const sign of [1, -1]) {
    let total: Rational | null = Rational.zero
    for (let i = 0; i < problem.rows.length && total !== null; i++) {
      const term = support(problem, problem.columns + i, multipliers[i] as Rational, sign)
      total = term === null ? null : total.add(term)
    }
    for (let j = 0; j < problem.columns && total !== null; j++) {
      const term = support(problem, j, (combined[j] as Rational).negate(), sign)
      total = term === null ? null : total.add(term)
    }
    if (total !== null && total.sign * sign > 0) return true
  }
  return false
}

/** From the feasible point, the direction stays feasible (relaxation) and improves the objective for ever. */
export function provesUnbounded(
  problem: ExactProblem,
  point: readonly Rational[],
  direction: readonly Rational[],
): boolean {
  if (!isFeasible(problem, point) || direction.length !== problem.columns) return false
  const stays = (v: number, change: Rational): boolean =>
    (change.sign >= 0 || problem.lower[v] === null) && (change.sign <= 0 || problem.upper[v] === null)
  if (!direction.every((step, j) => stays(j, step))) return false
  if (!problem.rows.every((_, i) => stays(problem.columns + i, activity(problem, i, direction)))) return false
  const rate = objectiveAt({ ...problem, offset: Rational.zero }, direction).sign
  return problem.sense === 'minimize' ? rate < 0 : rate > 0
}

function activity(problem: ExactProblem, i: number, point: readonly Rational[]): Rational {
  const row = problem.rows[i] as ExactProblem['rows'][number]
  let total = Rational.zero
  row.columns.forEach((j, k) => {
    total = total.add((row.values[k] as Rational).multiply(point[j] as Rational))
  })
  return total
}

function isWithin(problem: ExactProblem, v: number, value: Rational): boolean {
  const low = problem.lower[v] ?? null
  const high = problem.upper[v] ?? null
  return (low === null || value.compare(low) >= 0) && (high === null || value.compare(high) <= 0)
}

/** A'y */
function combine(problem: ExactProblem, multipliers: readonly Rational[]): Rational[] {
  const combined: Rational[] = new Array(problem.columns).fill(Rational.zero)
  problem.rows.forEach((row, i) => {
    const y = multipliers[i] as Rational
    if (y.sign === 0) return
    row.columns.forEach((j, k) => {
      combined[j] = (combined[j] as Rational).add(y.multiply(row.values[k] as Rational))
    })
  })
  return combined
}

/** Least (sign 1) or greatest (sign -1) value of factor * x_v within the bounds; null when there is none. */
function support(problem: ExactProblem, v: number, factor: Rational, sign: number): Rational | null {
  if (factor.sign === 0) return Rational.zero
  const side = factor.sign * sign > 0 ? problem.lower[v] : problem.upper[v]
  return side === null || side === undefined ? null : factor.multiply(side)
}
