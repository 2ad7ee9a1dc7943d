/** The schedule of a project as MSPDI: the project in the terms of the writer, its unit of time recognised by name. */
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import type { ProjectProblem, Schedule } from '../../domain/project.ts'
import { type MspdiOptions, type MspdiSchedule, writeMspdi } from './write.ts'

const MINUTES: readonly (readonly [RegExp, number])[] = [
  [/^(min|mins|minute|minutes)$/i, 1],
  [/^(h|hr|hrs|hour|hours)$/i, 60],
  [/^(w|wk|wks|week|weeks)$/i, 7 * 1440],
  [/^(s|sec|secs|second|seconds)$/i, 1 / 60],
]

/** Minutes of a unit of time by its name; a day where the name says nothing else. */
export function minutesOf(unit: string): number {
  return MINUTES.find(([name]) => name.test(unit.trim()))?.[1] ?? 1440
}

/**
 * The whole XML text. A task that pauses is written as long as it lasts, pauses included; stocks are not written, the format
 * has none.
 * @param options `minutesPerUnit`: that of the problem's unit of time when left out
 * @throws InvalidInputError when the start is not a calendar time or the unit not a positive number
 */
export function writeProjectMspdi(problem: ProjectProblem, schedule: Schedule, options: MspdiOptions): string {
  const held = problem.resources.filter((resource) => resource.type === 'reusable')
  const placed = new Map(schedule.tasks.map((entry) => [entry.id, entry]))
  const index = new Map(problem.tasks.map((task, i) => [task.id, i]))
  const entries = problem.tasks.map((task) => placed.get(task.id))
  const stated: SchedulingProblem = {
    name: problem.title,
    tasks: problem.tasks.map((task, i) => ({
      id: task.id,
      modes: task.modes.map((mode) => {
        const entry = entries[i]
        return {
          id: mode.id,
          duration: entry?.mode === mode.id ? entry.end - entry.start : mode.duration,
          cost: mode.cost,
          demands: held.map(({ id }) =>
            mode.requires.reduce((sum, need) => (need.resource === id ? sum + need.amount : sum), 0),
          ),
        }
      }),
      ...(task.deadline === null ? {} : { deadline: task.deadline }),
    })),
    renewables: held.map(({ id, capacity, initial }) => ({ id, capacity: capacity ?? initial })),
    lags: problem.precedence.flatMap(({ before, after, kind, minLag }) => {
      const [i, j] = [index.get(before), index.get(after)]
      return i === undefined || j === undefined ? [] : [{ before: i, after: j, kind, min: minLag }]
    }),
  }
  const timetable: MspdiSchedule = {
    starts: entries.map((entry) => entry?.start ?? -1),
    ends: entries.map((entry) => entry?.end ?? -1),
    modes: problem.tasks.map((task, i) => task.modes.findIndex((mode) => mode.id === entries[i]?.mode)),
    makespan: schedule.makespan,
  }
  return writeMspdi(stated, timetable, { minutesPerUnit: minutesOf(problem.timeUnit), ...options })
}
