/**
 * How far an entering variable of the primal simplex goes and which row then leaves: Harris's two-pass ratio test (1973), and
 * for phase 1 a long step over the breakpoints of the sum of infeasibilities (Maros 2003). Each visits a column of the
 * dictionary a few times; the long step looks once at all remaining breakpoints for each one it passes.
 */
import type { Dictionary } from './dictionary.ts'
import { DEGENERATE, DUAL_TOLERANCE, PIVOT_TOLERANCE, PRIMAL_TOLERANCE } from './tolerances.ts'

/**
 * Harris's two passes: the longest step that oversteps no bound by more than the tolerance, then the largest pivot within
 * it. With Bland's rule: the exact minimum, ties by index. Leaves step and bound at position 0 of the break arrays.
 * @returns the leaving row, or -1
 */
export function ratioTest(dictionary: Dictionary, q: number, direction: number, bland: boolean): number {
  const { rows, columns, lower, upper, value } = dictionary.program
  const tableau = dictionary.tableau
  const head = dictionary.head
  const slacks = dictionary.breakStep
  const breakRow = dictionary.breakRow
  const bounds = dictionary.breakBound
  // Position 0 is kept for the answer.
  let count = 1
  let longest = Number.POSITIVE_INFINITY
  for (let i = 0, k = q; i < rows; i++, k += columns) {
    const rate = direction * (tableau[k] as number)
    if (rate <= PIVOT_TOLERANCE && rate >= -PIVOT_TOLERANCE) continue
    const v = head[i] as number
    const bound = (rate > 0 ? upper[v] : lower[v]) as number
    if (bound === Number.POSITIVE_INFINITY || bound === Number.NEGATIVE_INFINITY) continue
    const slack = rate > 0 ? bound - (value[v] as number) : (value[v] as number) - bound
    const size = rate > 0 ? rate : -rate
    slacks[count] = slack
    breakRow[count] = i
    bounds[count++] = bound
    const relaxed = bland ? Math.max(0, slack) : slack + PRIMAL_TOLERANCE * (bound < 0 ? 1 - bound : 1 + bound)
    if (relaxed < longest * size) longest = relaxed / size
  }
  if (count === 1) return -1
  if (bland) longest += DEGENERATE * (1 + longest)
  let chosen = 0
  let best = 0
  let leaving = Number.MAX_SAFE_INTEGER
  for (let k = 1; k < count; k++) {
    const i = breakRow[k] as number
    const rate = tableau[i * columns + q] as number
    const size = rate < 0 ? -rate : rate
    if (!((slacks[k] as number) <= longest * size)) continue
    const v = head[i] as number
    if (bland ? v < leaving : size > best) {
      best = size
      leaving = v
      chosen = k
    }
  }
  if (chosen === 0) return -1
  const slack = slacks[chosen] as number
  slacks[0] = slack <= 0 ? 0 : slack / best
  bounds[0] = bounds[chosen] as number
  return breakRow[chosen] as number
}

/**
 * Phase 1: the sum of infeasibilities is piecewise linear along the step; go on past breakpoints while it falls. Same
 * outputs as `ratioTest`.
 */
export function longStep(dictionary: Dictionary, q: number, direction: number, bland: boolean): number {
  const { rows, columns, lower, upper, value } = dictionary.program
  const tableau = dictionary.tableau
  const steps = dictionary.breakStep
  const breakRow = dictionary.breakRow
  const bounds = dictionary.breakBound
  // Position 0 is kept for the answer.
  let count = 1
  for (let i = 0, k = q; i < rows; i++, k += columns) {
    const rate = direction * (tableau[k] as number)
    if (rate <= PIVOT_TOLERANCE && rate >= -PIVOT_TOLERANCE) continue
    const v = dictionary.head[i] as number
    const at = value[v] as number
    const low = lower[v] as number
    const high = upper[v] as number
    const near = rate > 0 ? low : high
    const far = rate > 0 ? high : low
    const outside = rate > 0 ? low - at : at - high
    const size = rate < 0 ? -rate : rate
    if (outside > PRIMAL_TOLERANCE * (1 + Math.abs(near))) {
      steps[count] = outside / size
      breakRow[count] = i
      bounds[count++] = near
      if (far === near) {
        // An equality: the same point stops it twice, coming in and going out.
        steps[count] = outside / size
        breakRow[count] = i
        bounds[count++] = near
        continue
      }
    } else if ((rate > 0 ? at - high : low - at) > PRIMAL_TOLERANCE * (1 + Math.abs(far))) continue
    if (far === Number.POSITIVE_INFINITY || far === Number.NEGATIVE_INFINITY) continue
    steps[count] = Math.max(0, (rate > 0 ? far - at : at - far) / size)
    breakRow[count] = i
    bounds[count++] = far
  }
  let slope = -Math.abs(dictionary.phaseCosts[q] as number)
  let p = -1
  while (count > 1) {
    let first = 1
    for (let k = 2; k < count; k++) {
      const difference = (steps[k] as number) - (steps[first] as number)
      if (difference > 0) continue
      if (difference < 0) first = k
      else if (bland) {
        if ((dictionary.head[breakRow[k] as number] as number) < (dictionary.head[breakRow[first] as number] as number))
          first = k
      } else {
        const size = Math.abs(tableau[(breakRow[k] as number) * columns + q] as number)
        if (size > Math.abs(tableau[(breakRow[first] as number) * columns + q] as number)) first = k
      }
    }
    p = breakRow[first] as number
    steps[0] = steps[first] as number
    bounds[0] = bounds[first] as number
    slope += Math.abs(tableau[p * columns + q] as number)
    if (slope >= -DUAL_TOLERANCE || bland) break
    count--
    steps[first] = steps[count] as number
    breakRow[first] = breakRow[count] as number
    bounds[first] = bounds[count] as number
  }
  return p
}
