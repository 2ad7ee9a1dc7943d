/**
 * Checks of answers against the model. Nothing here shares code with a backend, and everything is one pass over the
 * non-zeros.
 *
 * - A point: rows, bounds, integrality and objective against the model as the user wrote it.
 * - LP optimality, weak duality: for any y, min c.x over the rows and bounds is at least
 *   sum_i min over the row's side of y_i s_i + sum_j min over the bounds of (c - A'y)_j x_j. When that meets c.x, x is optimal.
 *   A convex quadratic objective is replaced by its tangent at the point, which lies below it (Rockafellar 1970, section 25).
 * - Infeasibility, Farkas (1902): y'Ax cannot reach what the rows demand within the bounds.
 * - Unboundedness: a direction of the recession cone that improves the objective.
 */
import { DUAL, FEASIBILITY } from '../numeric/index.ts'
import type { LinearProblem } from './backend.ts'
import type { LinearModel } from './model.ts'
import type { PointCheck } from './result.ts'

export interface PointEvaluation extends PointCheck {
  readonly objective: number
  /** Largest violation relative to max(1, largest term of its row). Compare with FEASIBILITY. */
  readonly maxRelativeViolation: number
}

/** Re-evaluates a point against the model as the user wrote it. */
export function evaluatePoint(model: LinearModel, values: Float64Array): PointEvaluation {
  const m = model.arrays()
  const { columns, rows, columnLower, columnUpper, kinds, rowLower, rowUpper, starts, indices, values: entries } = m
  let maxViolation = 0
  let maxRelativeViolation = 0
  let worst = -1
  for (let j = 0; j < columns; j++) {
    const value = values[j] as number
    let violation = Math.max((columnLower[j] as number) - value, value - (columnUpper[j] as number), 0)
    let relative = violation / Math.max(1, Math.abs(value))
    if (kinds[j] !== 'continuous') {
      const distance = Math.abs(value - Math.round(value))
      violation = Math.max(violation, distance)
      relative = Math.max(relative, distance)
    }
    if (!Number.isFinite(value)) violation = relative = Number.POSITIVE_INFINITY
    if (violation > maxViolation) {
      maxViolation = violation
      worst = j
    }
    if (relative > maxRelativeViolation) maxRelativeViolation = relative
  }
  for (let i = 0; i < rows; i++) {
    let activity = 0
    let compensation = 0
    let scale = 1
    const end = starts[i + 1] as number
    for (let k = starts[i] as number; k < end; k++) {
      const term = (entries[k] as number) * (values[indices[k] as number] as number)
      const size = Math.abs(term)
      const next = activity + term
      compensation += Math.abs(activity) >= size ? activity - next + term : term - next + activity
      activity = next
      if (size > scale) scale = size
    }
    activity += compensation
    let violation = Math.max((rowLower[i] as number) - activity, activity - (rowUpper[i] as number), 0)
    if (Number.isNaN(activity)) violation = Number.POSITIVE_INFINITY
    if (violation > maxViolation) {
      maxViolation = violation
      worst = columns + i
    }
    if (violation / scale > maxRelativeViolation) maxRelativeViolation = violation / scale
  }
  return {
    checked: true,
    maxViolation,
    maxRelativeViolation,
    worst: worst < 0 ? null : worst < columns ? model.variableName(worst) : model.rowName(worst - columns),
    objective: model.evaluateObjective(values),
  }
}

export interface DualEvaluation {
  /** Bound on the objective of every feasible point: lower for minimisation, upper for maximisation. */
  readonly bound: number
  readonly maxDualInfeasibility: number
  /** c - A'y at the point, in the problem's own sense. */
  readonly reducedCosts: Float64Array
}

/**
 * The bound that row multipliers prove. A reduced cost of the wrong sign against a missing bound would make it -Infinity; when
 * it is within tolerance the missing bound is taken at twice the point's value, and the size is reported.
 * @param duals change of the objective per unit of each row's active side
 */
export function evaluateDuals(problem: LinearProblem, values: Float64Array, duals: Float64Array): DualEvaluation {
  const { columns, rows, starts, indices, values: entries, rowLower, rowUpper, columnLower, columnUpper } = problem
  const sign = problem.sense === 'minimize' ? 1 : -1
  const cost = gradient(problem, values)
  const reduced = new Float64Array(columns)
  const scales = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    reduced[j] = sign * (cost[j] as number)
    scales[j] = Math.max(1, Math.abs(cost[j] as number))
  }
  // The tangent of the objective at the point: its constant part is objective(values) - gradient.values.
  let bound = sign * (objectiveOf(problem, values) - product(cost, values))
  let worst = 0
  for (let i = 0; i < rows; i++) {
    const y = sign * (duals[i] as number)
    if (y === 0) continue
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const j = indices[k] as number
      const term = (entries[k] as number) * y
      reduced[j] = (reduced[j] as number) - term
      if (Math.abs(term) > (scales[j] as number)) scales[j] = Math.abs(term)
    }
    const side = y > 0 ? (rowLower[i] as number) : (rowUpper[i] as number)
    if (Number.isFinite(side)) bound += y * side
    else {
      worst = Math.max(worst, Math.abs(y))
      bound -= Math.abs(y) * Math.max(1, 2 * Math.abs(activityOf(problem, i, values)))
    }
  }
  for (let j = 0; j < columns; j++) {
    const d = reduced[j] as number
    if (d === 0) continue
    const side = d > 0 ? (columnLower[j] as number) : (columnUpper[j] as number)
    if (Number.isFinite(side)) bound += d * side
    else {
      worst = Math.max(worst, Math.abs(d) / (scales[j] as number))
      bound -= Math.abs(d) * Math.max(1, 2 * Math.abs(values[j] as number))
    }
    reduced[j] = sign * d
  }
  return { bound: sign * bound, maxDualInfeasibility: worst, reducedCosts: reduced }
}

/** True when the multipliers prove the objective best to the tolerances of the house. */
export function provesOptimal(objective: number, dual: DualEvaluation, tolerance: number): boolean {
  if (!(dual.maxDualInfeasibility <= DUAL)) return false
  return Math.abs(objective - dual.bound) <= tolerance * Math.max(1, Math.abs(objective), Math.abs(dual.bound))
}

/**
 * Checks a Farkas ray in either sign convention.
 * @returns the multipliers with their sign put right and the violation they prove; null when they prove nothing
 */
export function checkFarkas(
  problem: LinearProblem,
  ray: Float64Array,
): { multipliers: Float64Array; violation: number } | null {
  let largest = 0
  for (let i = 0; i < problem.rows; i++) largest = Math.max(largest, Math.abs(ray[i] as number))
  if (!(largest > 0) || !Number.isFinite(largest)) return null
  for (const sign of [1, -1]) {
    const multipliers = new Float64Array(problem.rows)
    for (let i = 0; i < problem.rows; i++) {
      let y = (sign * (ray[i] as number)) / largest
      const side = y > 0 ? (problem.rowLower[i] as number) : (problem.rowUpper[i] as number)
      if (Math.abs(y) < 1e-12 || !Number.isFinite(side)) y = 0
      multipliers[i] = y
    }
    const violation = farkasViolation(problem, multipliers)
    if (violation > 0) return { multipliers, violation }
  }
  return null
}

/** What the combined row demands minus the most the bounds allow; > 0 only when beyond rounding. -Infinity: no proof. */
function farkasViolation(problem: LinearProblem, multipliers: Float64Array): number {
  const { columns, rows, starts, indices, values: entries, rowLower, rowUpper, columnLower, columnUpper } = problem
  const combined = new Float64Array(columns)
  const magnitude = new Float64Array(columns)
  let demand = 0
  let scale = 0
  for (let i = 0; i < rows; i++) {
    const y = multipliers[i] as number
    if (y === 0) continue
    const part = y * (y > 0 ? (rowLower[i] as number) : (rowUpper[i] as number))
    demand += part
    scale += Math.abs(part)
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const j = indices[k] as number
      const term = (entries[k] as number) * y
      combined[j] = (combined[j] as number) + term
      magnitude[j] = (magnitude[j] as number) + Math.abs(term)
    }
  }
  for (let j = 0; j < columns; j++) {
    const g = combined[j] as number
    const rounding = 1e-13 * (magnitude[j] as number)
    const side = g > 0 ? (columnUpper[j] as number) : (columnLower[j] as number)
    if (Number.isFinite(side)) {
      const part = g * side
      demand -= part
      scale += Math.abs(part) + rounding * Math.abs(side) * 1e4
    } else if (Math.abs(g) > rounding * 1e4) return Number.NEGATIVE_INFINITY
  }
  return demand > 1e-9 * scale ? demand : Number.NEGATIVE_INFINITY
}

/**
 * Checks that a direction stays feasible from any feasible point and improves the objective.
 * @returns the cleaned direction (largest entry 1) and its rate of improvement; null when it proves nothing
 */
export function checkDirection(
  problem: LinearProblem,
  ray: Float64Array,
): { direction: Float64Array; rate: number } | null {
  const { columns, rows, starts, indices, values: entries, rowLower, rowUpper, columnLower, columnUpper } = problem
  if (problem.hessian !== undefined && problem.hessian !== null) return null
  let largest = 0
  for (let j = 0; j < columns; j++) largest = Math.max(largest, Math.abs(ray[j] as number))
  if (!(largest > 0) || !Number.isFinite(largest)) return null
  const direction = new Float64Array(columns)
  let rate = 0
  let scale = 0
  for (let j = 0; j < columns; j++) {
    let r = (ray[j] as number) / largest
    if (Math.abs(r) < 1e-11) r = 0
    if ((r < 0 && Number.isFinite(columnLower[j] as number)) || (r > 0 && Number.isFinite(columnUpper[j] as number))) {
      if (Math.abs(r) > FEASIBILITY * 1e-2) return null
      r = 0
    }
    direction[j] = r
    const gain = (problem.sense === 'minimize' ? -1 : 1) * (problem.objective[j] as number) * r
    rate += gain
    scale += Math.abs(gain)
  }
  if (!(rate > 1e-9 * Math.max(scale, 1e-9))) return null
  for (let i = 0; i < rows; i++) {
    let move = 0
    let size = 0
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const term = (entries[k] as number) * (direction[indices[k] as number] as number)
      move += term
      size += Math.abs(term)
    }
    if (Number.isFinite(rowLower[i] as number) && move < -1e-9 * Math.max(size, 1e-3)) return null
    if (Number.isFinite(rowUpper[i] as number) && move > 1e-9 * Math.max(size, 1e-3)) return null
  }
  return { direction, rate }
}

/** Objective of a normalised problem at a point, offset and quadratic part included. */
export function objectiveOf(problem: LinearProblem, values: Float64Array): number {
  const cost = gradient(problem, values)
  let total = 0
  for (let j = 0; j < problem.columns; j++) {
    total += (((cost[j] as number) + (problem.objective[j] as number)) / 2) * (values[j] as number)
  }
  return total + problem.offset
}

/** c + Qx. The objective array itself when there is no quadratic part. */
function gradient(problem: LinearProblem, values: Float64Array): Float64Array {
  const hessian = problem.hessian
  if (hessian === undefined || hessian === null) return problem.objective
  const result = problem.objective.slice()
  for (let j = 0; j < problem.columns; j++) {
    for (let k = hessian.starts[j] as number; k < (hessian.starts[j + 1] as number); k++) {
      const i = hessian.indices[k] as number
      const q = hessian.values[k] as number
      result[i] = (result[i] as number) + q * (values[j] as number)
      if (i !== j) result[j] = (result[j] as number) + q * (values[i] as number)
    }
  }
  return result
}

function product(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let j = 0; j < a.length; j++) total += (a[j] as number) * (b[j] as number)
  return total
}

function activityOf(problem: LinearProblem, row: number, values: Float64Array): number {
  let activity = 0
  for (let k = problem.starts[row] as number; k < (problem.starts[row + 1] as number); k++) {
    activity += (problem.values[k] as number) * (values[problem.indices[k] as number] as number)
  }
  return activity
}
