/**
 * The tolerances that the parts of the simplex share: PRIMAL_TOLERANCE is relative to 1 + |bound|; DUAL_TOLERANCE is multiplied
 * by the smallest cost that is not 0 (1 when it is larger), see `Dictionary.measureCosts`; entries below PIVOT_TOLERANCE are
 * no pivots.
 */
export const PRIMAL_TOLERANCE = 1e-9
export const DUAL_TOLERANCE = 1e-9
export const PIVOT_TOLERANCE = 1e-9

/** Steps shorter than this count as degenerate. */
export const DEGENERATE = 1e-12
/** Degenerate steps in a row that count as a stall. */
export const STALL = 24
