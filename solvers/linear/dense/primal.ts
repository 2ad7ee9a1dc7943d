/** The primal simplex, phases 1 and 2: pricing by Dantzig's rule, or by Bland's (1977) while a stall lasts. */
import type { Budget } from './budget.ts'
import { rayOfColumn, rayOfPhaseOne } from './certificates.ts'
import type { Dictionary } from './dictionary.ts'
import type { Perturbation } from './perturbation.ts'
import type { DenseStatus } from './program.ts'
import { longStep, ratioTest } from './ratio-test.ts'
import { DEGENERATE, DUAL_TOLERANCE, PRIMAL_TOLERANCE, STALL } from './tolerances.ts'

/**
 * Primal simplex. Phase 1 minimises the sum of infeasibilities and returns `optimal` when there is none left or
 * `infeasible`; phase 2 returns `optimal` or `unbounded`.
 */
export function primal(
  dictionary: Dictionary,
  perturbation: Perturbation,
  budget: Budget,
  phaseOne: boolean,
): DenseStatus {
  const { columns, lower, upper, value } = dictionary.program
  const costs = phaseOne ? dictionary.phaseCosts : dictionary.costs
  const side = dictionary.side
  let stalled = 0
  for (;;) {
    let tolerance = dictionary.dualTolerance
    if (phaseOne) {
      const infeasible = pricePhaseOne(dictionary)
      if (infeasible === 0) return 'optimal'
      tolerance = DUAL_TOLERANCE
    }
    if (stalled > STALL && perturbation.allowed) {
      perturbation.shiftBounds()
      stalled = 0
    }
    const bland = stalled > STALL

    // Entering variable: the steepest reduced cost (Dantzig), or the smallest index (Bland).
    let q = -1
    let best = tolerance
    let lowest = Number.MAX_SAFE_INTEGER
    for (let j = 0; j < columns; j++) {
      const cost = costs[j] as number
      if (cost <= tolerance && cost >= -tolerance) continue
      const v = side[j] as number
      const at = value[v] as number
      if (cost < 0 ? at >= (upper[v] as number) : at <= (lower[v] as number)) continue
      if (bland) {
        if (v < lowest) {
          lowest = v
          q = j
        }
      } else if (cost > best || -cost > best) {
        best = cost < 0 ? -cost : cost
        q = j
      }
    }
    if (q < 0) {
      if (!phaseOne) return 'optimal'
      rayOfPhaseOne(dictionary)
      return 'infeasible'
    }
    const limit = budget.spend()
    if (limit !== null) return limit

    const entering = side[q] as number
    const direction = (costs[q] as number) < 0 ? 1 : -1
    const range = (upper[entering] as number) - (lower[entering] as number)
    let p = phaseOne ? longStep(dictionary, q, direction, bland) : ratioTest(dictionary, q, direction, bland)
    let step = p < 0 ? Number.POSITIVE_INFINITY : (dictionary.breakStep[0] as number)
    if (range <= step) {
      step = range
      p = -1
    }
    if (step === Number.POSITIVE_INFINITY) {
      if (phaseOne) return 'numerical'
      rayOfColumn(dictionary, q, direction)
      return 'unbounded'
    }
    stalled = step <= DEGENERATE ? stalled + 1 : 0
    dictionary.move(q, direction * step)
    if (p < 0) value[entering] = (direction > 0 ? upper[entering] : lower[entering]) as number
    else {
      value[dictionary.head[p] as number] = dictionary.breakBound[0] as number
      dictionary.pivot(p, q)
    }
  }
}

/** Gradient of the sum of infeasibilities by the nonbasic variables. @returns the number of infeasible basics */
function pricePhaseOne(dictionary: Dictionary): number {
  const { rows, columns, lower, upper, value } = dictionary.program
  const gradient = dictionary.phaseCosts
  const tableau = dictionary.tableau
  const head = dictionary.head
  let infeasible = 0
  for (let j = 0; j < columns; j++) gradient[j] = 0
  for (let i = 0; i < rows; i++) {
    const v = head[i] as number
    const at = value[v] as number
    const low = lower[v] as number
    const high = upper[v] as number
    const base = i * columns
    if (at < low && low - at > PRIMAL_TOLERANCE * (1 + Math.abs(low))) {
      infeasible++
      for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] as number) - (tableau[base + j] as number)
    } else if (at > high && at - high > PRIMAL_TOLERANCE * (1 + Math.abs(high))) {
      infeasible++
      for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] as number) + (tableau[base + j] as number)
    }
  }
  return infeasible
}
