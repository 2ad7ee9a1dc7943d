/** Full enumeration of modes and starts, judged by the independent check. For a handful of tasks. */
import { compileProblem } from '../../../solvers/scheduling/compile.ts'
import { scheduleFrom } from '../../../solvers/scheduling/outcome.ts'
import type { Schedule, SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { verifySchedule } from '../../../solvers/scheduling/verify.ts'

/** The least objective over all schedules that end by `horizon`, or null when there is none. */
export function bruteForce(problem: SchedulingProblem, horizon: number): number | null {
  let best: number | null = null
  enumerate(problem, horizon, (schedule) => {
    if (best !== null && schedule.objective >= best) return
    if (verifySchedule(problem, schedule).length === 0) best = schedule.objective
  })
  return best
}

/** All feasible schedules that end by `horizon`: starts and compiled modes. */
export function feasibleSchedules(
  problem: SchedulingProblem,
  horizon: number,
): { readonly starts: Int32Array; readonly modes: Int32Array }[] {
  const found: { starts: Int32Array; modes: Int32Array }[] = []
  enumerate(problem, horizon, (schedule, starts, modes) => {
    if (verifySchedule(problem, schedule).length === 0) found.push({ starts: starts.slice(), modes: modes.slice() })
  })
  return found
}

function enumerate(
  problem: SchedulingProblem,
  horizon: number,
  visit: (schedule: Schedule, starts: Int32Array, modes: Int32Array) => void,
): void {
  const compiled = compileProblem(problem)
  const count = compiled.taskCount
  const starts = new Int32Array(count)
  const modes = new Int32Array(count)
  const place = (i: number): void => {
    if (i === count) {
      visit(scheduleFrom(compiled, starts, modes), starts, modes)
      return
    }
    const task = problem.tasks[i]!
    if (task.optional === true) {
      starts[i] = -1
      modes[i] = -1
      place(i + 1)
    }
    for (let m = compiled.modeStart[i]!; m < compiled.modeStart[i + 1]!; m++) {
      modes[i] = m
      const last = Math.min(horizon, task.deadline ?? horizon) - compiled.duration[m]!
      for (let start = task.release ?? 0; start <= last; start++) {
        starts[i] = start
        place(i + 1)
      }
    }
  }
  place(0)
}
