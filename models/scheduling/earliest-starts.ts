/**
 * The earliest schedule for fixed modes: starts as the least solution of the difference constraints (Bellman-Ford), without
 * capacities. It is best in every regular objective (makespan, tardiness) at once.
 */
import type { CompiledProject } from './compile.ts'

/**
 * @param modes mode of each task, -1 when it is left out
 * @returns start of each task (-1 when left out), or null when the lags contradict each other
 */
export function earliestStarts(project: CompiledProject, modes: Int32Array): Int32Array | null {
  const { taskCount: n, arcs, duration } = project
  const starts = Int32Array.from(project.release)
  for (let i = 0; i < n; i++) if (modes[i] === -1) starts[i] = -1
  const length = (i: number, whole: boolean): number => (whole ? (duration[modes[i] as number] as number) : 0)
  for (let round = 0; round <= n + 1; round++) {
    let moved = false
    for (const { before, after, fromEnd, toEnd, min, max } of arcs) {
      if (modes[before] === -1 || modes[after] === -1) continue
      const offset = length(before, fromEnd) - length(after, toEnd)
      const forward = (starts[before] as number) + offset + min
      if (forward > (starts[after] as number)) {
        starts[after] = forward
        moved = true
      }
      const backward = (starts[after] as number) - offset - max
      if (backward > (starts[before] as number)) {
        starts[before] = backward
        moved = true
      }
    }
    if (!moved) return starts
  }
  return null
}
