/**
 * Schedule generation schemes, serial and parallel, on a unit-time profile (Kolisch 1996; double justification: Valls,
 * Ballestin, Quintanilla 2005).
 *
 * The profile (packing.ts) holds the free units of all renewables of a period in as few machine words as they fit, so
 * that one scan over consecutive periods finds the earliest fit of a task: O(horizon) for a task at worst, near
 * O(duration) in practice. Deadlines are not looked at: a caller that has some checks the result. Works on problems
 * whose arcs are acyclic and that have no stocks, set-ups or optional tasks.
 */
import type { CompiledProblem } from './compile.ts'
import { type Direction, direction, earliest, NO_SCHEDULE } from './direction.ts'
import { type PackedCapacity, packCapacity } from './packing.ts'
import { ParallelScheme } from './parallel-scheme.ts'

/** Periods of the unit-time profile beyond which its memory and scans stop being worth it. */
const LONGEST_PROFILE = 200_000

/**
 * Whether the list schemes can build schedules of the problem: arcs are acyclic and none lets its second task start
 * before its first, whatever the modes; and no task without length is kept apart from others, because a profile of
 * periods does not show an instant inside another task.
 */
export function supportsLists(compiled: CompiledProblem): boolean {
  const { features, modeStart, duration } = compiled
  if (compiled.weights.changes > 0 || features.choices) return false
  if (compiled.order === null || features.stocks || features.setups || features.optional) return false
  if (compiled.horizon > LONGEST_PROFILE) return false
  for (const group of compiled.source.noOverlaps ?? []) {
    if (group.tasks.length < 2) continue
    if (group.tasks.some((task) => duration.subarray(modeStart[task], modeStart[task + 1]).includes(0))) return false
  }
  for (let a = 0; a < compiled.arcLag.length; a++) {
    const from = compiled.arcFrom[a]!
    const to = compiled.arcTo[a]!
    let least = compiled.arcLag[a]!
    if (compiled.arcFromEnd[a] === 1) least += Math.min(...duration.subarray(modeStart[from], modeStart[from + 1]))
    if (compiled.arcToEnd[a] === 1) least -= Math.max(...duration.subarray(modeStart[to], modeStart[to + 1]))
    if (least < 0) return false
  }
  return true
}

export class ScheduleGenerator {
  readonly compiled: CompiledProblem
  readonly horizon: number
  /** Starts of the schedule built last. */
  readonly starts: Int32Array
  /** Schedules built so far; a justification counts as two. */
  built = 0
  readonly #packed: PackedCapacity
  readonly #free: Int32Array
  readonly #parallel: ParallelScheme
  readonly #forward: Direction
  readonly #backward: Direction
  readonly #count: Int32Array
  readonly #listA: Int32Array
  readonly #listB: Int32Array
  readonly #mirrored: Int32Array
  /** Justification mirrors time, which needs a profile and tasks that look the same from both ends. */
  readonly canJustify: boolean
  #used = 0

  constructor(compiled: CompiledProblem) {
    const { taskCount, horizon } = compiled
    this.compiled = compiled
    this.horizon = horizon
    this.#packed = packCapacity(compiled)
    this.#free = Int32Array.from(this.#packed.base)
    this.#forward = direction(compiled, false)
    this.#backward = direction(compiled, true)
    this.#parallel = new ParallelScheme(compiled, this.#packed, this.#forward)
    this.starts = new Int32Array(taskCount)
    this.#mirrored = new Int32Array(taskCount)
    this.#count = new Int32Array(3 * horizon + 5)
    this.#listA = new Int32Array(taskCount)
    this.#listB = new Int32Array(taskCount)
    const plain = compiled.arcLag.every(
      (lag, a) => lag >= 0 && compiled.arcFromEnd[a] === 1 && compiled.arcToEnd[a] === 0,
    )
    this.canJustify = plain && !compiled.features.reductions && !compiled.features.windows
  }

  /**
   * Serial scheme: each task of the list as early as it fits. Leaves the starts in `starts`.
   * @param list all tasks, predecessors first
   * @param modes mode of each task, in the numbering of the compiled problem
   * @returns the makespan, or NO_SCHEDULE when a task does not fit before the horizon
   */
  serial(list: Int32Array, modes: Int32Array): number {
    this.built++
    return this.#build(list, modes, this.#forward, this.starts, this.compiled.release)
  }

  /**
   * Parallel scheme (parallel-scheme.ts). Leaves the starts in `starts`. Only where `canJustify`.
   * @param list all tasks, predecessors first
   * @returns the makespan, or NO_SCHEDULE when a task does not fit before the horizon
   */
  parallel(list: Int32Array, modes: Int32Array): number {
    this.built++
    return this.#parallel.build(list, modes, this.starts)
  }

  /**
   * Double justification of the schedule in `starts`: all tasks as late as possible in order of falling ends, then as
   * early as possible in order of rising starts. Never lengthens the schedule.
   */
  justify(modes: Int32Array, makespan: number): number {
    const { taskCount, duration } = this.compiled
    const { starts } = this
    const key = this.#mirrored
    const list = this.#listA
    this.built += 2
    for (let i = 0; i < taskCount; i++) key[i] = makespan - starts[i]! - duration[modes[i]!]!
    this.sortByKey(key, this.compiled.order!, list, true)
    const backward = this.#build(list, modes, this.#backward, key, null)
    const forwardKey = this.starts
    for (let i = 0; i < taskCount; i++) forwardKey[i] = backward - key[i]! - duration[modes[i]!]!
    this.sortByKey(forwardKey, this.compiled.order!, this.#listB, false)
    return this.#build(this.#listB, modes, this.#forward, this.starts, this.compiled.release)
  }

  /**
   * Stable counting sort of the tasks by key into `target`.
   * @param key from 0 to three times the horizon
   * @param order tasks in the order that breaks ties (reversed when `reverse`)
   */
  sortByKey(key: Int32Array, order: Int32Array, target: Int32Array, reverse: boolean): void {
    const count = this.#count
    const n = order.length
    let most = 0
    for (let i = 0; i < n; i++) if (key[i]! > most) most = key[i]!
    count.fill(0, 0, most + 2)
    for (let i = 0; i < n; i++) count[key[i]! + 1]!++
    for (let t = 1; t <= most; t++) count[t]! += count[t - 1]!
    for (let k = 0; k < n; k++) {
      const task = order[reverse ? n - 1 - k : k]!
      target[count[key[task]!]!++] = task
    }
  }

  /** Tasks by start, ties in precedence order: the list that rebuilds the schedule in `starts`. */
  listOfStarts(target: Int32Array): void {
    this.sortByKey(this.starts, this.compiled.order!, target, false)
  }

  /**
   * Part of the renewable capacity that a schedule takes in each period, summed over the resources.
   * @param target filled up to the makespan
   */
  utilisation(starts: Int32Array, modes: Int32Array, makespan: number, target: Int32Array): void {
    const { duration } = this.compiled
    const { share } = this.#packed
    target.fill(0, 0, makespan + 1)
    for (let i = 0; i < starts.length; i++) {
      const mode = modes[i]!
      target[starts[i]!]! += share[mode]!
      target[starts[i]! + duration[mode]!]! -= share[mode]!
    }
    for (let t = 1; t < makespan; t++) target[t]! += target[t - 1]!
  }

  #build(list: Int32Array, modes: Int32Array, side: Direction, starts: Int32Array, release: Int32Array | null): number {
    const { base, words } = this.#packed
    this.#free.set(base.subarray(0, this.#used * words))
    const makespan =
      words === 1
        ? this.#buildNarrow(list, modes, side, starts, release)
        : this.#buildWide(list, modes, side, starts, release)
    this.#used = Math.min(this.horizon, makespan)
    return makespan
  }

  /** All free units of a period in one word. */
  #buildNarrow(
    list: Int32Array,
    modes: Int32Array,
    side: Direction,
    starts: Int32Array,
    release: Int32Array | null,
  ): number {
    const free = this.#free
    const { horizon } = this
    const { duration } = this.compiled
    const { need } = this.#packed
    const guard = this.#packed.guard[0]!
    let makespan = 0
    for (let k = 0; k < list.length; k++) {
      const task = list[k]!
      const mode = modes[task]!
      const length = duration[mode]!
      let from = earliest(task, length, modes, duration, side, starts, release)
      const amount = need[mode]!
      let end = from + length
      if (amount !== 0) {
        for (let t = from; t < end; t++) {
          if (end > horizon) return NO_SCHEDULE
          if (((free[t]! - amount) & guard) !== guard) {
            from = t + 1
            end = from + length
          }
        }
        if (end > horizon) return NO_SCHEDULE
        for (let t = from; t < end; t++) free[t] = (free[t]! - amount) | 0
      }
      starts[task] = from
      if (end > makespan) makespan = end
    }
    return makespan
  }

  /** The same over several words a period. */
  #buildWide(
    list: Int32Array,
    modes: Int32Array,
    side: Direction,
    starts: Int32Array,
    release: Int32Array | null,
  ): number {
    const free = this.#free
    const { horizon } = this
    const { duration } = this.compiled
    const { need, guard, words } = this.#packed
    let makespan = 0
    for (let k = 0; k < list.length; k++) {
      const task = list[k]!
      const mode = modes[task]!
      const length = duration[mode]!
      let from = earliest(task, length, modes, duration, side, starts, release)
      const own = mode * words
      // Words the task has no need in are left out of the scan.
      let first = own
      let last = own + words
      while (first < last && need[first] === 0) first++
      while (first < last && need[last - 1] === 0) last--
      let end = from + length
      if (first < last) {
        for (let t = from; t < end; t++) {
          if (end > horizon) return NO_SCHEDULE
          const row = t * words - own
          for (let w = first; w < last; w++) {
            const mask = guard[w - own]!
            if (((free[row + w]! - need[w]!) & mask) !== mask) {
              from = t + 1
              end = from + length
              break
            }
          }
        }
        if (end > horizon) return NO_SCHEDULE
        for (let t = from; t < end; t++) {
          const row = t * words - own
          for (let w = first; w < last; w++) free[row + w] = (free[row + w]! - need[w]!) | 0
        }
      }
      starts[task] = from
      if (end > makespan) makespan = end
    }
    return makespan
  }
}

/** True for the value that stands for "a task did not fit before the horizon". */
export function isNoSchedule(makespan: number): boolean {
  return makespan === NO_SCHEDULE
}
