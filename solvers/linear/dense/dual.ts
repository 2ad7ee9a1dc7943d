/**
 * The dual simplex with bound flipping (Maros 2003) and Harris's ratio test on the reduced costs; Bland's rule (1977), without
 * flips, while a stall lasts.
 */
import type { Budget } from './budget.ts'
import { rayOfRow } from './certificates.ts'
import type { Dictionary } from './dictionary.ts'
import type { Perturbation } from './perturbation.ts'
import type { DenseStatus } from './program.ts'
import { DEGENERATE, PIVOT_TOLERANCE, PRIMAL_TOLERANCE, STALL } from './tolerances.ts'

/** Moves boxed nonbasic variables to the side their reduced cost asks for. False, and nothing moved, when that cannot do. */
export function moveToDualFeasible(dictionary: Dictionary): boolean {
  const { columns, lower, upper, value } = dictionary.program
  const costs = dictionary.costs
  const tolerance = dictionary.dualTolerance
  for (let j = 0; j < columns; j++) {
    const cost = costs[j] as number
    const v = dictionary.side[j] as number
    if (cost > tolerance && lower[v] === Number.NEGATIVE_INFINITY) return false
    if (cost < -tolerance && upper[v] === Number.POSITIVE_INFINITY) return false
  }
  let moved = false
  for (let j = 0; j < columns; j++) {
    const cost = costs[j] as number
    const v = dictionary.side[j] as number
    const target = cost > tolerance ? lower[v] : cost < -tolerance ? upper[v] : value[v]
    if (target !== value[v]) {
      value[v] = target as number
      moved = true
    }
  }
  if (moved) dictionary.computeBasics()
  return true
}

/** Dual simplex from a dual feasible dictionary. `optimal` means primal feasible. */
export function dual(dictionary: Dictionary, perturbation: Perturbation, budget: Budget): DenseStatus {
  const { rows, columns, lower, upper, value } = dictionary.program
  const tableau = dictionary.tableau
  const costs = dictionary.costs
  const side = dictionary.side
  const head = dictionary.head
  const ratios = dictionary.breakStep
  const candidates = dictionary.breakRow
  let stalled = 0
  let shifted = false
  for (;;) {
    if (stalled > STALL && perturbation.allowed) {
      perturbation.shiftCosts()
      shifted = true
      stalled = 0
    }
    const bland = stalled > STALL

    // Leaving variable: the largest infeasibility, or the smallest index.
    let p = -1
    let worst = 0
    let lowest = Number.MAX_SAFE_INTEGER
    for (let i = 0; i < rows; i++) {
      const v = head[i] as number
      const at = value[v] as number
      const low = lower[v] as number
      const high = upper[v] as number
      let outside = 0
      if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) outside = low - at
      else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) outside = at - high
      if (outside <= 0) continue
      if (bland) {
        if (v < lowest) {
          lowest = v
          p = i
        }
      } else if (outside > worst) {
        worst = outside
        p = i
      }
    }
    if (p < 0) {
      if (shifted) dictionary.priceOut()
      return 'optimal'
    }
    const limit = budget.spend()
    if (limit !== null) return limit
    const leaving = head[p] as number
    const up = (value[leaving] as number) < (lower[leaving] as number)
    const bound = (up ? lower[leaving] : upper[leaving]) as number
    let remaining = Math.abs(bound - (value[leaving] as number))

    // Candidates: nonbasic variables whose move brings the leaving one back, with the reduced cost they have to spend.
    let count = 0
    const base = p * columns
    for (let j = 0; j < columns; j++) {
      const entry = up ? (tableau[base + j] as number) : -(tableau[base + j] as number)
      if (entry <= PIVOT_TOLERANCE && entry >= -PIVOT_TOLERANCE) continue
      const v = side[j] as number
      if (entry > 0 ? (value[v] as number) >= (upper[v] as number) : (value[v] as number) <= (lower[v] as number)) {
        continue
      }
      const spend = entry > 0 ? (costs[j] as number) : -(costs[j] as number)
      ratios[count] = Math.max(0, spend)
      candidates[count++] = j
    }

    // Bound flipping: pass a boxed candidate while the infeasibility outlasts its range.
    let q = -1
    let dualStep = 0
    let flips = 0
    while (count > 0) {
      let shortest = Number.POSITIVE_INFINITY
      for (let k = 0; k < count; k++) {
        const size = Math.abs(tableau[base + (candidates[k] as number)] as number)
        const relaxed = (ratios[k] as number) + (bland ? 0 : dictionary.dualTolerance)
        if (relaxed < shortest * size) shortest = relaxed / size
      }
      if (bland) shortest += DEGENERATE * (1 + shortest)
      let chosen = -1
      let best = 0
      lowest = Number.MAX_SAFE_INTEGER
      for (let k = 0; k < count; k++) {
        const j = candidates[k] as number
        const size = Math.abs(tableau[base + j] as number)
        if (!((ratios[k] as number) <= shortest * size)) continue
        if (bland ? (side[j] as number) < lowest : size > best) {
          best = size
          lowest = side[j] as number
          chosen = k
        }
      }
      if (chosen < 0) break
      q = candidates[chosen] as number
      const size = Math.abs(tableau[base + q] as number)
      dualStep = (ratios[chosen] as number) / size
      const v = side[q] as number
      const range = (upper[v] as number) - (lower[v] as number)
      if (
        !bland &&
        range < Number.POSITIVE_INFINITY &&
        remaining - size * range > PRIMAL_TOLERANCE * (1 + Math.abs(bound))
      ) {
        remaining -= size * range
        // Passed candidates gather at the end of the array.
        count--
        const kept = candidates[count] as number
        candidates[chosen] = kept
        ratios[chosen] = ratios[count] as number
        candidates[count] = q
        flips++
        q = -1
        continue
      }
      break
    }
    if (q < 0) {
      rayOfRow(dictionary, p)
      return 'infeasible'
    }
    for (let k = count; k < count + flips; k++) {
      const j = candidates[k] as number
      const v = side[j] as number
      const target = value[v] === lower[v] ? (upper[v] as number) : (lower[v] as number)
      dictionary.move(j, target - (value[v] as number))
      value[v] = target
    }
    stalled = dualStep <= DEGENERATE ? stalled + 1 : 0
    dictionary.move(q, (bound - (value[leaving] as number)) / (tableau[base + q] as number))
    value[leaving] = bound
    dictionary.pivot(p, q)
  }
}
