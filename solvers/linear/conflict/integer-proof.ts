/**
 * Infeasibility of integer systems without a search: branch and bound does not end on 2 x - 2 y = 1 once the bounds of x and y
 * are dropped. Two proofs, both by hand:
 *
 * - divisibility: when all coefficients of a row over integer variables are multiples of g, so is the row, and its sides must
 *   have a multiple of g between them;
 * - propagation: every row bounds each of its variables by the least and greatest activity of the others; bounds of integer
 *   variables round inward; an empty interval is a proof. At most 20 passes over the rows.
 *
 * Bounds are kept a margin of 1e-6 (relative) too wide, so that rounding proves nothing. O(passes x non-zeros).
 */
import type { LinearModel } from '../model.ts'

const MARGIN = 1e-6
const PASSES = 20
/** Multiples are sought on a grid of 1e-6; coefficients finer than that are left alone. */
const GRID = 1e6
const EXACT = 2 ** 50

/** True when one of the two proofs succeeds; false says nothing. */
export function provablyEmpty(model: LinearModel): boolean {
  if (!model.hasIntegers) return false
  return breaksDivisibility(model) || propagatesToNothing(model)
}

function breaksDivisibility(model: LinearModel): boolean {
  const a = model.arrays()
  for (let row = 0; row < a.rows; row++) {
    const lower = a.rowLower[row] as number
    const upper = a.rowUpper[row] as number
    const begin = a.starts[row] as number
    const end = a.starts[row + 1] as number
    if (!Number.isFinite(lower) || !Number.isFinite(upper) || begin === end) continue
    let divisor = 0
    for (let k = begin; k < end && divisor >= 0; k++) {
      const scaled = (a.values[k] as number) * GRID
      const whole = Math.abs(Math.round(scaled))
      const onGrid = Math.abs(Math.abs(scaled) - whole) <= 1e-9 * Math.abs(scaled) && whole < EXACT
      if (!onGrid || a.kinds[a.indices[k] as number] === 'continuous') divisor = -1
      else divisor = gcd(divisor, whole)
    }
    if (divisor <= 0) continue
    const step = divisor / GRID
    const margin = MARGIN * Math.max(1, Math.abs(lower), Math.abs(upper))
    if (Math.ceil((lower - margin) / step) * step > upper + margin) return true
  }
  return false
}

function gcd(x: number, y: number): number {
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

function propagatesToNothing(model: LinearModel): boolean {
  const a = model.arrays()
  const lower = a.columnLower.slice()
  const upper = a.columnUpper.slice()
  for (let j = 0; j < a.columns; j++) {
    if (a.kinds[j] === 'binary') {
      lower[j] = Math.max(0, lower[j] as number)
      upper[j] = Math.min(1, upper[j] as number)
    }
    if (!settle(a.kinds[j] !== 'continuous', lower, upper, j)) return true
  }
  for (let pass = 0; pass < PASSES; pass++) {
    let changed = false
    for (let row = 0; row < a.rows; row++) {
      const begin = a.starts[row] as number
      const end = a.starts[row + 1] as number
      // Least and greatest activity: the finite parts, and how many terms are infinite.
      let least = 0
      let greatest = 0
      let openLeast = 0
      let openGreatest = 0
      let scale = 1
      for (let k = begin; k < end; k++) {
        const value = a.values[k] as number
        if (value === 0) continue
        const j = a.indices[k] as number
        const low = value * ((value > 0 ? lower[j] : upper[j]) as number)
        const high = value * ((value > 0 ? upper[j] : lower[j]) as number)
        if (Number.isFinite(low)) {
          least += low
          scale = Math.max(scale, Math.abs(low))
        } else openLeast++
        if (Number.isFinite(high)) {
          greatest += high
          scale = Math.max(scale, Math.abs(high))
        } else openGreatest++
      }
      const rowLower = a.rowLower[row] as number
      const rowUpper = a.rowUpper[row] as number
      const margin = MARGIN * scale
      if (openLeast === 0 && least > rowUpper + margin) return true
      if (openGreatest === 0 && greatest < rowLower - margin) return true
      for (let k = begin; k < end; k++) {
        const value = a.values[k] as number
        if (value === 0) continue
        const j = a.indices[k] as number
        const low = value * ((value > 0 ? lower[j] : upper[j]) as number)
        const high = value * ((value > 0 ? upper[j] : lower[j]) as number)
        // What the others leave for this term.
        const lowOpen = Number.isFinite(low) ? openLeast : openLeast - 1
        const highOpen = Number.isFinite(high) ? openGreatest : openGreatest - 1
        const atMost =
          lowOpen > 0 ? Number.POSITIVE_INFINITY : rowUpper - (least - (Number.isFinite(low) ? low : 0)) + margin
        const atLeast =
          highOpen > 0 ? Number.NEGATIVE_INFINITY : rowLower - (greatest - (Number.isFinite(high) ? high : 0)) - margin
        const newLower = (value > 0 ? atLeast : atMost) / value
        const newUpper = (value > 0 ? atMost : atLeast) / value
        const integer = a.kinds[j] !== 'continuous'
        if (!improves(newLower, newUpper, lower, upper, j, integer)) continue
        if (newLower > (lower[j] as number)) lower[j] = newLower
        if (newUpper < (upper[j] as number)) upper[j] = newUpper
        if (!settle(integer, lower, upper, j)) return true
        changed = true
        break // the activities are stale; the next pass takes the rest
      }
    }
    if (!changed) return false
  }
  return false
}

/** Worth the trouble: an integer bound moves by one or more, a continuous one by a tenth of a unit or from infinity. */
function improves(
  newLower: number,
  newUpper: number,
  lower: Float64Array,
  upper: Float64Array,
  j: number,
  integer: boolean,
): boolean {
  if (integer) {
    return Math.ceil(newLower - MARGIN) > (lower[j] as number) || Math.floor(newUpper + MARGIN) < (upper[j] as number)
  }
  return newLower > (lower[j] as number) + 0.1 || newUpper < (upper[j] as number) - 0.1
}

/** Rounds an integer variable's interval inward. @returns false when nothing is left */
function settle(integer: boolean, lower: Float64Array, upper: Float64Array, j: number): boolean {
  if (integer) {
    lower[j] = Math.ceil((lower[j] as number) - MARGIN)
    upper[j] = Math.floor((upper[j] as number) + MARGIN)
  }
  const low = lower[j] as number
  const high = upper[j] as number
  return low <= high + MARGIN * Math.max(1, Math.min(Math.abs(low), Math.abs(high)))
}
