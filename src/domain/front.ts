/** The trade-off between cost and time: points none of which is better than another in both. */
import type { Conflict } from './conflict.ts'
import type { Schedule } from './project.ts'

export interface FrontPoint {
  /** The measure traded against time: cost, unless the front is asked for another one. */
  readonly cost: number
  readonly makespan: number
  /** No answer is at least as good in both and better in one. */
  readonly proved: boolean
}

/** A point of a project's front and the schedule that attains it. */
export interface CostTimePoint extends FrontPoint {
  readonly schedule: Schedule
}

/** A point of an allocation's front. */
export interface AllocationPoint extends FrontPoint {
  /** Doer of every task: [agent index, task index], by task. */
  readonly pairs: readonly (readonly [number, number])[]
}

/** Where further points may hide because a limit was hit: makespans in [makespanFrom, makespanTo]. */
export interface FrontGap {
  readonly makespanFrom: number
  readonly makespanTo: number
  /** Points in the gap cost at least this. */
  readonly costAtLeast: number
}

export interface FrontSummary {
  /** `complete`: every point of the front was found and proved. `partial`: a limit was hit, see `gaps`. */
  readonly status: 'complete' | 'partial' | 'infeasible'
  /** Index (in order of increasing cost) of the point farthest from the line between the two ends, scaled; null below 3. */
  readonly knee: number | null
  /**
   * Area dominated by the front inside the box spanned by its own extreme points, as a share of the box (0..1); 1 for a
   * single point.
   */
  readonly hypervolume: number
  readonly gaps: readonly FrontGap[]
  /** Why there is no point; null unless infeasible. */
  readonly conflict: Conflict | null
  readonly solver: string
}

/** The collected front, in order of increasing cost. */
export interface Front<Point extends FrontPoint> extends FrontSummary {
  readonly points: readonly Point[]
}
