/** The proofs of `infeasible` and `unbounded`, read off the dictionary into `ray`. */
import type { Dictionary } from './dictionary.ts'
import { PIVOT_TOLERANCE, PRIMAL_TOLERANCE } from './tolerances.ts'

/** Row p reads x_B = sum T x_N, and no choice of x_N within bounds brings x_B into its own. */
export function rayOfRow(dictionary: Dictionary, p: number): void {
  const { rows, columns, ray } = dictionary.program
  for (let v = 0; v < rows + columns; v++) ray[v] = 0
  ray[dictionary.head[p] as number] = 1
  for (let j = 0; j < columns; j++) ray[dictionary.side[j] as number] = -(dictionary.tableau[p * columns + j] as number)
}

/** The infeasible rows added up: their sum cannot fall any further. */
export function rayOfPhaseOne(dictionary: Dictionary): void {
  const { rows, columns, lower, upper, value, ray } = dictionary.program
  for (let v = 0; v < rows + columns; v++) ray[v] = 0
  for (let i = 0; i < rows; i++) {
    const v = dictionary.head[i] as number
    const at = value[v] as number
    const low = lower[v] as number
    const high = upper[v] as number
    if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) ray[v] = -1
    else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) ray[v] = 1
  }
  for (let j = 0; j < columns; j++) ray[dictionary.side[j] as number] = -(dictionary.phaseCosts[j] as number)
}

/** The direction in which the nonbasic variable of column q moves, and the basics with it. */
export function rayOfColumn(dictionary: Dictionary, q: number, direction: number): void {
  const { rows, columns, ray } = dictionary.program
  for (let v = 0; v < rows + columns; v++) ray[v] = 0
  ray[dictionary.side[q] as number] = direction
  for (let i = 0; i < rows; i++) {
    const rate = direction * (dictionary.tableau[i * columns + q] as number)
    ray[dictionary.head[i] as number] = rate > PIVOT_TOLERANCE || rate < -PIVOT_TOLERANCE ? rate : 0
  }
}
