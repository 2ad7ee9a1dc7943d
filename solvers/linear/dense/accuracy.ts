/**
 * The last word before an answer: point, duals, Farkas combination or ray are multiplied with the original matrix. An answer
 * that misses by more than RESIDUAL_TOLERANCE of its terms came from a dictionary that has lost its accuracy.
 */
import type { Dictionary } from './dictionary.ts'
import type { DenseStatus } from './program.ts'
import { PIVOT_TOLERANCE } from './tolerances.ts'

const RESIDUAL_TOLERANCE = 1e-9

/**
 * Multiplies the answer with the original matrix: the point (row activities) and, by status, the duals, the Farkas
 * combination or the ray. Fills `reduced`.
 */
export function accurate(dictionary: Dictionary, status: DenseStatus): boolean {
  const { rows, columns, matrix, value, reduced, objective, ray } = dictionary.program
  const scratch = dictionary.scratch
  const sizes = dictionary.phaseCosts
  const side = dictionary.side
  const costs = dictionary.costs
  for (let v = 0; v < columns + rows; v++) reduced[v] = 0
  for (let j = 0; j < columns; j++) reduced[side[j] as number] = costs[j] as number
  if (status === 'optimal' && missesNothing(dictionary)) return true
  const multipliers = status === 'infeasible' ? ray : reduced
  const checkRay = status === 'unbounded'
  for (let j = 0; j < columns; j++) {
    scratch[j] = status === 'infeasible' ? 0 : (objective[j] as number)
    sizes[j] = Math.abs(scratch[j] as number)
  }
  for (let i = 0, base = 0; i < rows; i++, base += columns) {
    const multiplier = multipliers[columns + i] as number
    let activity = 0
    let size = 1
    let change = 0
    let changeSize = 1
    for (let j = 0; j < columns; j++) {
      const entry = matrix[base + j] as number
      if (entry === 0) continue
      const term = entry * (value[j] as number)
      activity += term
      size += term < 0 ? -term : term
      if (multiplier !== 0) {
        const part = multiplier * entry
        scratch[j] = (scratch[j] as number) - part
        sizes[j] = (sizes[j] as number) + (part < 0 ? -part : part)
      }
      if (checkRay) {
        change += entry * (ray[j] as number)
        changeSize += Math.abs(entry * (ray[j] as number))
      }
    }
    if (Math.abs(activity - (value[columns + i] as number)) > RESIDUAL_TOLERANCE * size) return false
    if (checkRay && Math.abs(change - (ray[columns + i] as number)) > 10 * PIVOT_TOLERANCE * changeSize) return false
  }
  if (checkRay) return true
  if (status === 'infeasible' && !excludesZero(dictionary)) return false
  for (let j = 0; j < columns; j++) {
    const miss = Math.abs((scratch[j] as number) - (multipliers[j] as number))
    if (!(miss <= RESIDUAL_TOLERANCE * Math.max(1, sizes[j] as number))) return false
  }
  return true
}

/** The same for an optimum, absolutely and hence more strictly: most answers need no more. */
function missesNothing(dictionary: Dictionary): boolean {
  const { rows, columns, matrix, value, reduced, objective } = dictionary.program
  const scratch = dictionary.scratch
  for (let j = 0; j < columns; j++) scratch[j] = (objective[j] as number) - (reduced[j] as number)
  for (let i = 0, base = 0; i < rows; i++, base += columns) {
    const multiplier = reduced[columns + i] as number
    let miss = -(value[columns + i] as number)
    for (let j = 0; j < columns; j++) miss += (matrix[base + j] as number) * (value[j] as number)
    if (!(miss <= RESIDUAL_TOLERANCE && miss >= -RESIDUAL_TOLERANCE)) return false
    if (multiplier === 0) continue
    for (let j = 0; j < columns; j++) {
      scratch[j] = (scratch[j] as number) - multiplier * (matrix[base + j] as number)
    }
  }
  for (let j = 0; j < columns; j++) {
    const miss = scratch[j] as number
    if (!(miss <= RESIDUAL_TOLERANCE && miss >= -RESIDUAL_TOLERANCE)) return false
  }
  return true
}

/** True when sum(ray_v x_v) has one sign over all points within bounds, by more than rounding. */
function excludesZero(dictionary: Dictionary): boolean {
  const { rows, columns, lower, upper, ray } = dictionary.program
  let largest = 0
  for (let v = 0; v < columns + rows; v++) largest = Math.max(largest, Math.abs(ray[v] as number))
  const noise = 1e-11 * largest
  let least = 0
  let most = 0
  let size = 0
  for (let v = 0; v < columns + rows; v++) {
    const factor = ray[v] as number
    if (factor === 0) continue
    const first = factor * ((factor > 0 ? lower[v] : upper[v]) as number)
    const second = factor * ((factor > 0 ? upper[v] : lower[v]) as number)
    if (factor <= noise && factor >= -noise) {
      // Rounding left a trace on a variable that is not part of the combination.
      if (Number.isFinite(first) && Number.isFinite(second)) {
        least += first
        most += second
      }
      continue
    }
    least += first
    most += second
    if (Number.isFinite(first)) size += Math.abs(first)
    if (Number.isFinite(second)) size += Math.abs(second)
  }
  const margin = 1e-12 * size
  return least > margin || most < -margin
}
