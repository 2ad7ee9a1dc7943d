/** From starts and modes to a full schedule with its measures. */
import type { CompiledProblem } from './compile.ts'
import type { Schedule } from './problem.ts'

/**
 * @param starts start of each task, -1 for an absent one
 * @param modes mode of each task in the numbering of the compiled problem, -1 for an absent one
 */
export function scheduleFrom(compiled: CompiledProblem, starts: Int32Array, modes: Int32Array): Schedule {
  const { taskCount, duration, cost: modeCost, modeStart, weights, source } = compiled
  const ends = new Int32Array(taskCount)
  const local = new Int32Array(taskCount)
  let makespan = 0
  let cost = 0
  let tardiness = 0
  let lost = 0
  let changes = 0
  for (let i = 0; i < taskCount; i++) {
    const task = source.tasks[i]!
    const mode = modes[i]!
    const { planned } = task
    if (planned === null) changes += mode < 0 ? 0 : 1
    else if (planned !== undefined && (planned.start !== starts[i]! || planned.mode !== mode - modeStart[i]!)) changes++
    if (mode < 0) {
      ends[i] = -1
      local[i] = -1
      lost += task.value ?? 0
      continue
    }
    const end = starts[i]! + duration[mode]!
    ends[i] = end
    local[i] = mode - modeStart[i]!
    if (end > makespan) makespan = end
    cost += modeCost[mode]!
    if (task.due === undefined) continue
    if (end > task.due) tardiness += (task.tardinessWeight ?? 1) * (end - task.due)
    else tardiness += (task.earlinessWeight ?? 0) * (task.due - end)
  }
  const objective =
    weights.makespan * makespan +
    weights.cost * cost +
    weights.tardiness * tardiness +
    weights.value * lost +
    weights.changes * changes
  return { starts: Int32Array.from(starts), ends, modes: local, makespan, cost, tardiness, changes, objective }
}

/** The modes of a schedule in the numbering of the compiled problem, -1 for an absent task. */
export function compiledModes(compiled: CompiledProblem, schedule: Schedule): Int32Array {
  return schedule.modes.map((mode, i) => (mode < 0 ? -1 : mode + compiled.modeStart[i]!))
}
