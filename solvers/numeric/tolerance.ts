/** Tolerances used to check answers, in one place. All are relative to max(1, |magnitude of the terms|). */

/** Rows and bounds. */
export const FEASIBILITY = 1e-6
/** Distance of an integer variable from the nearest integer. */
export const INTEGRALITY = 1e-6
/** Agreement of two objectives, and of a primal with a dual objective. */
export const OBJECTIVE = 1e-6
/** Dual feasibility: reduced costs of the wrong sign. */
export const DUAL = 1e-6
/** Sums of probabilities. */
export const PROBABILITY = 1e-9

/** True when |a - b| <= tolerance * max(1, |a|, |b|). Equal infinities are close. */
export function close(a: number, b: number, tolerance = OBJECTIVE): boolean {
  if (a === b) return true
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
}
