/**
 * Questions about a problem that is solved already: what one more unit of each resource would buy, and where a new task
 * fits best into a schedule that stays as it is.
 */
import { Run, type RunOptions } from '../contract/index.ts'
import { compileProblem } from './compile.ts'
import { compiledModes, scheduleFrom } from './outcome.ts'
import type { Schedule, SchedulingProblem, SchedulingTask } from './problem.ts'
import { type ScheduleOptions, schedule } from './schedule.ts'
import { verifySchedule } from './verify.ts'

export interface CapacityValue {
  readonly kind: 'renewable' | 'budget' | 'stock'
  readonly id: string
  /** Units added. */
  readonly extra: number
  /** Best objective known with them. */
  readonly objective: number
  /** How much smaller it is than without; 0 when the units buy nothing. */
  readonly gain: number
  /** True when the optimum with the extra units is proved. */
  readonly proved: boolean
}

export interface CapacityOptions extends RunOptions {
  /** Units added to each resource in turn. @default 1 */
  readonly extra?: number
  /** Search conflicts for each resource. @default 20000 */
  readonly conflictLimit?: number
}

/**
 * What `extra` units of each resource alone would gain, by solving again from the present schedule.
 * @param base the schedule to improve on; its objective is the yardstick
 */
export async function valueOfCapacity(
  problem: SchedulingProblem,
  base: Schedule,
  options: CapacityOptions = {},
): Promise<CapacityValue[]> {
  const run = new Run('capacity', options)
  const extra = options.extra ?? 1
  const variants: { kind: CapacityValue['kind']; id: string; problem: SchedulingProblem }[] = [
    ...(problem.renewables ?? []).map((own, k) => ({
      kind: 'renewable' as const,
      id: own.id,
      problem: { ...problem, renewables: replaced(problem.renewables!, k, { ...own, capacity: own.capacity + extra }) },
    })),
    ...(problem.budgets ?? []).map((own, k) => ({
      kind: 'budget' as const,
      id: own.id,
      problem: { ...problem, budgets: replaced(problem.budgets!, k, { ...own, capacity: own.capacity + extra }) },
    })),
    ...(problem.stocks ?? []).map((own, k) => ({
      kind: 'stock' as const,
      id: own.id,
      problem: {
        ...problem,
        stocks: replaced(problem.stocks!, k, {
          ...own,
          initial: own.initial + extra,
          ...(own.capacity === undefined ? {} : { capacity: own.capacity + extra }),
        }),
      },
    })),
  ]
  const values: CapacityValue[] = []
  for (const variant of variants) {
    const { onProgress: _, ...nested } = run.nested()
    const settings: ScheduleOptions = { ...nested, initial: base, conflictLimit: options.conflictLimit ?? 20_000 }
    const result = await schedule(variant.problem, settings)
    const objective =
      result.status === 'optimal' || result.status === 'feasible' ? result.schedule.objective : base.objective
    values.push({
      kind: variant.kind,
      id: variant.id,
      extra,
      objective,
      gain: base.objective - objective,
      proved: result.status === 'optimal',
    })
  }
  return values
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((own, k) => (k === index ? value : own))
}

export interface Insertion {
  readonly start: number
  /** Mode of the new task. */
  readonly mode: number
  /** Objective of the schedule with the task at this place. */
  readonly objective: number
  /** The whole schedule; the new task is the last one. */
  readonly schedule: Schedule
}

/**
 * Places for one more task in a schedule whose other tasks stay where they are, best objective first, then earliest.
 * Every place is judged by the independent check: O(horizon x modes) checks.
 * @param problem with the new task as its last one
 * @param base schedule of the other tasks
 * @param most places returned. @default 10
 */
export function insertionPlaces(problem: SchedulingProblem, base: Schedule, most = 10): Insertion[] {
  const task = problem.tasks[problem.tasks.length - 1] as SchedulingTask
  const compiled = compileProblem(problem)
  const last = compiled.taskCount - 1
  const starts = new Int32Array(compiled.taskCount)
  const modes = new Int32Array(compiled.taskCount)
  starts.set(base.starts.subarray(0, last))
  const others = { ...base, modes: Int32Array.from([...base.modes.subarray(0, last), 0]) }
  modes.set(compiledModes(compiled, others))
  const places: Insertion[] = []
  task.modes.forEach((_, k) => {
    modes[last] = compiled.modeStart[last]! + k
    // After everything else is the last place that can matter.
    const latest = Math.max(base.makespan, task.release ?? 0)
    for (let start = task.release ?? 0; start <= latest; start++) {
      starts[last] = start
      const candidate = scheduleFrom(compiled, starts, modes)
      if (verifySchedule(problem, candidate).length > 0) continue
      places.push({ start, mode: k, objective: candidate.objective, schedule: candidate })
    }
  })
  places.sort((a, b) => a.objective - b.objective || a.start - b.start || a.mode - b.mode)
  return places.slice(0, most)
}
