/**
 * Schedule generation schemes on a unit-time profile (Kolisch 1996; double justification: Valls, Ballestin, Quintanilla
 * 2005).
 *
 * The profile holds the free units of each renewable in each period, period-major, so that one scan over consecutive
 * periods finds the earliest fit of a task: O(horizon) for a task at worst, near O(duration) in practice. No-overlap
 * groups without set-up times are renewables of capacity 1. Deadlines are not looked at: a caller that has some checks
 * the result. Works on problems whose arcs are acyclic and that have no stocks, set-ups or optional tasks.
 */
import type { CompiledProblem } from './compile.ts'

const NO_SCHEDULE = 0x7fffffff
/** Periods of the unit-time profile beyond which its memory and scans stop being worth it. */
const LONGEST_PROFILE = 200_000

/**
 * Whether the list schemes can build schedules of the problem: arcs are acyclic and none lets its second task start
 * before its first, whatever the modes.
 */
export function supportsLists(compiled: CompiledProblem): boolean {
  const { features, modeStart, duration } = compiled
  if (compiled.weights.changes > 0 || features.choices) return false
  if (compiled.order === null || features.stocks || features.setups || features.optional) return false
  if (compiled.horizon > LONGEST_PROFILE) return false
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

/** Needs of each mode as short lists, and the arcs grouped by the task they bind. */
interface Direction {
  readonly arcStart: Int32Array
  readonly arcTask: Int32Array
  readonly arcThisEnd: Uint8Array
  readonly arcOtherEnd: Uint8Array
  readonly arcLag: Int32Array
}

export class ScheduleGenerator {
  readonly compiled: CompiledProblem
  readonly horizon: number
  /** Starts of the schedule built last. */
  readonly starts: Int32Array
  /** Schedules built so far; a justification counts as two. */
  built = 0
  readonly #width: number
  readonly #base: Int32Array
  readonly #free: Int32Array
  readonly #needStart: Int32Array
  readonly #needResource: Int32Array
  readonly #needAmount: Int32Array
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
    const { taskCount, renewableCount, modeCount, horizon, source } = compiled
    const groups = (source.noOverlaps ?? []).filter((group) => group.tasks.length > 1)
    const width = renewableCount + groups.length
    this.compiled = compiled
    this.horizon = horizon
    this.#width = width
    this.#base = new Int32Array(horizon * width)
    for (let t = 0; t < horizon; t++) {
      for (let r = 0; r < renewableCount; r++) this.#base[t * width + r] = compiled.capacity[r]!
      for (let g = 0; g < groups.length; g++) this.#base[t * width + renewableCount + g] = 1
    }
    source.renewables?.forEach((resource, r) => {
      for (const gap of resource.reductions ?? []) {
        for (let t = gap.start; t < Math.min(gap.end, horizon); t++) this.#base[t * width + r]! -= gap.amount
      }
    })
    this.#free = Int32Array.from(this.#base)
    const resources: number[] = []
    const quantities: number[] = []
    this.#needStart = new Int32Array(modeCount + 1)
    const groupsOf: number[][] = Array.from({ length: taskCount }, () => [])
    groups.forEach((group, g) => {
      for (const task of group.tasks) groupsOf[task]!.push(renewableCount + g)
    })
    for (let m = 0; m < modeCount; m++) {
      for (let r = 0; r < renewableCount; r++) {
        if (compiled.demand[m * renewableCount + r]! === 0) continue
        resources.push(r)
        quantities.push(compiled.demand[m * renewableCount + r]!)
      }
      for (const g of groupsOf[compiled.taskOfMode[m]!]!) {
        resources.push(g)
        quantities.push(1)
      }
      this.#needStart[m + 1] = resources.length
    }
    this.#needResource = Int32Array.from(resources)
    this.#needAmount = Int32Array.from(quantities)
    this.#forward = direction(compiled, false)
    this.#backward = direction(compiled, true)
    this.starts = new Int32Array(taskCount)
    this.#mirrored = new Int32Array(taskCount)
    this.#count = new Int32Array(horizon + 2)
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
   * Share of the renewable capacity in use in each period of the schedule built last, averaged over the resources.
   * @returns periods filled
   */
  utilisation(target: Float64Array, makespan: number): number {
    const width = this.#width
    const free = this.#free
    const base = this.#base
    for (let t = 0; t < makespan; t++) {
      let share = 0
      for (let r = 0; r < width; r++) {
        const whole = base[t * width + r]!
        if (whole > 0) share += 1 - free[t * width + r]! / whole
      }
      target[t] = share / width
    }
    return makespan
  }

  #build(list: Int32Array, modes: Int32Array, side: Direction, starts: Int32Array, release: Int32Array | null): number {
    const width = this.#width
    const free = this.#free
    const { duration } = this.compiled
    const { arcStart, arcTask, arcThisEnd, arcOtherEnd, arcLag } = side
    const needStart = this.#needStart
    const needResource = this.#needResource
    const needAmount = this.#needAmount
    const horizon = this.horizon
    free.set(this.#base.subarray(0, this.#used * width))
    let makespan = 0
    for (let k = 0; k < list.length; k++) {
      const task = list[k]!
      const mode = modes[task]!
      const length = duration[mode]!
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
      const needFrom = needStart[mode]!
      const needTo = needStart[mode + 1]!
      let end = from + length
      if (needTo > needFrom) {
        for (let t = from; t < end; t++) {
          if (end > horizon) {
            this.#used = horizon
            return NO_SCHEDULE
          }
          const row = t * width
          for (let q = needFrom; q < needTo; q++) {
            if (free[row + needResource[q]!]! < needAmount[q]!) {
              from = t + 1
              end = from + length
              break
            }
          }
        }
        if (end > horizon) {
          this.#used = horizon
          return NO_SCHEDULE
        }
        for (let t = from; t < end; t++) {
          const row = t * width
          for (let q = needFrom; q < needTo; q++) free[row + needResource[q]!]! -= needAmount[q]!
        }
      }
      starts[task] = from
      if (end > makespan) makespan = end
    }
    this.#used = Math.min(horizon, makespan)
    return makespan
  }
}

/** True for the value that stands for "a task did not fit before the horizon". */
export function isNoSchedule(makespan: number): boolean {
  return makespan === NO_SCHEDULE
}

/** Arcs by bound task; in the backward direction time runs from the end, so from and to, start and end change places. */
function direction(compiled: CompiledProblem, backward: boolean): Direction {
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
