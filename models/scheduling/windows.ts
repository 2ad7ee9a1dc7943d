/**
 * Earliest and latest starts and ends of every task within a horizon, by propagating the precedence arcs over the four
 * arrays to their fixed point (Bellman-Ford; critical path method, Kelley and Walker 1959). Arcs that touch an optional task
 * bind only when it is done, so they never tighten the window of the other side. An empty window of a mandatory task, or no
 * fixed point after one round a task and arc, proves that no schedule fits the horizon. O((tasks + arcs) arcs).
 */
import type { CompiledProject } from './compile.ts'

export interface Windows {
  readonly earliestStart: Float64Array
  readonly earliestEnd: Float64Array
  readonly latestStart: Float64Array
  readonly latestEnd: Float64Array
}

/** @returns null when no schedule ends by the horizon; Infinity as horizon gives the earliest times alone */
export function findWindows(project: CompiledProject, horizon: number): Windows | null {
  const { taskCount: n, arcs, shortest, longest, optional } = project
  const earliestStart = Float64Array.from(project.release)
  const earliestEnd = new Float64Array(n)
  const latestStart = new Float64Array(n)
  const latestEnd = Float64Array.from(project.latestEnd, (end) => Math.min(end, horizon))
  for (let i = 0; i < n; i++) {
    earliestEnd[i] = (earliestStart[i] as number) + (shortest[i] as number)
    latestStart[i] = (latestEnd[i] as number) - (shortest[i] as number)
  }
  let moved = false
  const raise = (array: Float64Array, i: number, value: number): void => {
    if (value > (array[i] as number)) {
      array[i] = value
      moved = true
    }
  }
  const lower = (array: Float64Array, i: number, value: number): void => {
    if (value < (array[i] as number)) {
      array[i] = value
      moved = true
    }
  }
  for (let round = 0; ; round++) {
    moved = false
    for (const { before, after, fromEnd, toEnd, min, max } of arcs) {
      const early = (i: number, end: boolean): number => (end ? earliestEnd : earliestStart)[i] as number
      const late = (i: number, end: boolean): number => (end ? latestEnd : latestStart)[i] as number
      if (optional[before] === 0) {
        raise(toEnd ? earliestEnd : earliestStart, after, early(before, fromEnd) + min)
        lower(toEnd ? latestEnd : latestStart, after, late(before, fromEnd) + max)
      }
      if (optional[after] === 0) {
        lower(fromEnd ? latestEnd : latestStart, before, late(after, toEnd) - min)
        raise(fromEnd ? earliestEnd : earliestStart, before, early(after, toEnd) - max)
      }
    }
    let possible = true
    for (let i = 0; i < n; i++) {
      raise(earliestEnd, i, (earliestStart[i] as number) + (shortest[i] as number))
      raise(earliestStart, i, (earliestEnd[i] as number) - (longest[i] as number))
      lower(latestStart, i, (latestEnd[i] as number) - (shortest[i] as number))
      lower(latestEnd, i, (latestStart[i] as number) + (longest[i] as number))
      const empty =
        (earliestStart[i] as number) > (latestStart[i] as number) ||
        (earliestEnd[i] as number) > (latestEnd[i] as number)
      if (empty && optional[i] === 0) possible = false
    }
    if (!possible) return null
    if (!moved) return { earliestStart, earliestEnd, latestStart, latestEnd }
    // A task's window can move once for every task and arc at most, unless the lags form a cycle that never settles.
    if (round > n + arcs.length + 2 && !Number.isFinite(horizon)) return null
    if (round > 100 * (n + arcs.length + 2)) return { earliestStart, earliestEnd, latestStart, latestEnd }
  }
}

/** Least end of the project with unlimited resources and the shortest modes; Infinity when the lags contradict each other. */
export function criticalPathLength(project: CompiledProject): number {
  const windows = findWindows(project, project.safeHorizon)
  if (windows === null) return Number.POSITIVE_INFINITY
  let length = 0
  for (let i = 0; i < project.taskCount; i++) {
    if (project.optional[i] === 0) length = Math.max(length, windows.earliestEnd[i] as number)
  }
  return length
}
