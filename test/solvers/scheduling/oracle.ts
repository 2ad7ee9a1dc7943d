/** The optimum by full enumeration of modes and starts, judged by the independent check. For a handful of tasks. */
import { compileProblem } from '../../../solvers/scheduling/compile.ts'
import { scheduleFrom } from '../../../solvers/scheduling/outcome.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { verifySchedule } from '../../../solvers/scheduling/verify.ts'

/** The least objective over all schedules that end by `horizon`, or null when there is none. */
export function bruteForce(problem: SchedulingProblem, horizon: number): number | null {
  const compiled = compileProblem(problem)
  const count = compiled.taskCount
  const starts = new Int32Array(count)
  const modes = new Int32Array(count)
  let best: number | null = null
  const place = (i: number): void => {
    if (i === count) {
      const schedule = scheduleFrom(compiled, starts, modes)
      if (best !== null && schedule.objective >= best) return
      if (verifySchedule(problem, schedule).length === 0) best = schedule.objective
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
  return best
}
