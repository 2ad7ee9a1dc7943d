/**
 * The closed set of statuses. `optimal`, `infeasible`, `unbounded`, `unsolvable` and `complete` are claims that carry a
 * proof; `feasible` and `unknown` are no claims and name the limit that was hit.
 */

/** Which limit ended a run before its proof. */
export type Limit =
  /** The time limit of the run. */
  | 'time'
  /** A limit on search nodes. */
  | 'nodes'
  /** A limit on iterations, schedules or samples. */
  | 'iterations'
  /** A limit on memory or on the size of an intermediate set. */
  | 'memory'
  /** The requested gap was reached; the incumbent is good enough, not proved best. */
  | 'gap'
  /** The caller's AbortSignal fired. */
  | 'interrupted'
  /** The method cannot decide the question within its numeric tolerance or by its nature. */
  | 'method'

export type SolveStatus =
  /** The point is feasible and proved best within the stated tolerance. */
  | 'optimal'
  /** A checked feasible point, not proved best. */
  | 'feasible'
  /** Proved: no point satisfies the constraints. */
  | 'infeasible'
  /** Proved: the objective improves without end. */
  | 'unbounded'
  /** No point and no proof; a limit was hit. */
  | 'unknown'

/**
 * Relative gap between an objective and a bound on it: |objective - bound| / max(1e-9, |objective|); 0 when they agree
 * to 1e-12 absolute.
 */
export function relativeGap(objective: number, bound: number): number {
  const difference = Math.abs(objective - bound)
  if (difference <= 1e-12) return 0
  return difference / Math.max(1e-9, Math.abs(objective))
}
