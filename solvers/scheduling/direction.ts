/**
 * The arcs as a generation scheme reads them, from the start of the project or, with time running backward, from its
 * end.
 */
import type { CompiledProblem } from './compile.ts'

/** In place of a makespan: a task did not fit before the horizon. */
export const NO_SCHEDULE = 0x7fffffff

/** The arcs grouped by the task they bind. */
export interface Direction {
  readonly arcStart: Int32Array
  readonly arcTask: Int32Array
  readonly arcThisEnd: Uint8Array
  readonly arcOtherEnd: Uint8Array
  readonly arcLag: Int32Array
}

/** Arcs by bound task; in the backward direction time runs from the end, so from and to, start and end change places. */
export function direction(compiled: CompiledProblem, backward: boolean): Direction {
  const { taskCount, arcFrom, arcTo } = compiled
  const count = arcFrom.length
  const bound = backward ? arcFrom : arcTo
  const arcStart = new Int32Array(taskCount + 1)
  for (let a = 0; a < count; a++) arcStart[bound[a]! + 1]!++
  for (let i = 0; i < taskCount; i++) arcStart[i + 1]! += arcStart[i]!
  const next = Int32Array.from(arcStart)
  const result = {
    arcStart,
    arcTask: new Int32Array(count),
    arcThisEnd: new Uint8Array(count),
    arcOtherEnd: new Uint8Array(count),
    arcLag: new Int32Array(count),
  }
  for (let a = 0; a < count; a++) {
    const slot = next[bound[a]!]!++
    result.arcTask[slot] = backward ? arcTo[a]! : arcFrom[a]!
    result.arcThisEnd[slot] = backward ? 1 - compiled.arcFromEnd[a]! : compiled.arcToEnd[a]!
    result.arcOtherEnd[slot] = backward ? 1 - compiled.arcToEnd[a]! : compiled.arcFromEnd[a]!
    result.arcLag[slot] = compiled.arcLag[a]!
  }
  return result
}

/** Earliest start of a task by its release and the arcs from tasks that have their starts. */
export function earliest(
  task: number,
  length: number,
  modes: Int32Array,
  duration: Int32Array,
  side: Direction,
  starts: Int32Array,
  release: Int32Array | null,
): number {
  const { arcStart, arcTask, arcThisEnd, arcOtherEnd, arcLag } = side
  let from = release === null ? 0 : release[task]!
  for (let a = arcStart[task]!; a < arcStart[task + 1]!; a++) {
    const other = arcTask[a]!
    const reach =
      starts[other]! +
      (arcOtherEnd[a] === 1 ? duration[modes[other]!]! : 0) +
      arcLag[a]! -
      (arcThisEnd[a] === 1 ? length : 0)
    if (reach > from) from = reach
  }
  return from
}
