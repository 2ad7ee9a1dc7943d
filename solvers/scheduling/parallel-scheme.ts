/**
 * Parallel schedule generation scheme (Kelley 1963; Kolisch 1996): at each instant at which a task ends or gets ready, the
 * ready tasks that fit start in the order of the list. Makes schedules without delay: on average shorter than those of
 * the serial scheme, though the shortest of all may not be among them. For problems whose arcs are plain minimum lags
 * from end to start, with constant capacities and no time windows. O(tasks x (instants + needs)).
 */
import type { CompiledProblem } from './compile.ts'
import { type Direction, NO_SCHEDULE } from './direction.ts'
import type { PackedCapacity } from './packing.ts'

const UNPLACED = -1

export class ParallelScheme {
  readonly #compiled: CompiledProblem
  readonly #packed: PackedCapacity
  readonly #forward: Direction
  readonly #free: Int32Array
  readonly #waiting: Int32Array

  constructor(compiled: CompiledProblem, packed: PackedCapacity, forward: Direction) {
    this.#compiled = compiled
    this.#packed = packed
    this.#forward = forward
    this.#free = new Int32Array(packed.base.length)
    this.#waiting = new Int32Array(compiled.taskCount)
  }

  /**
   * @param list all tasks, predecessors first
   * @param starts filled with the starts
   * @returns the makespan, or NO_SCHEDULE when a task does not fit before the horizon
   */
  build(list: Int32Array, modes: Int32Array, starts: Int32Array): number {
    const { duration, horizon } = this.#compiled
    const waiting = this.#waiting
    this.#free.set(this.#packed.base)
    waiting.set(list)
    starts.fill(UNPLACED)
    let count = waiting.length
    let makespan = 0
    for (let now = 0; count > 0; ) {
      let next = NO_SCHEDULE
      let kept = 0
      for (let k = 0; k < count; k++) {
        const task = waiting[k]!
        const mode = modes[task]!
        const end = now + duration[mode]!
        const ready = this.#ready(task, modes, starts)
        if (ready <= now && this.#fits(mode, now)) {
          if (end > horizon) return NO_SCHEDULE
          this.#take(mode, now, end)
          starts[task] = now
          if (end > makespan) makespan = end
        } else {
          waiting[kept++] = task
          if (ready > now && ready < next) next = ready
        }
      }
      count = kept
      for (let i = 0; i < starts.length; i++) {
        if (starts[i] === UNPLACED) continue
        const end = starts[i]! + duration[modes[i]!]!
        if (end > now && end < next) next = end
      }
      if (count > 0 && next === NO_SCHEDULE) return NO_SCHEDULE
      now = next
    }
    return makespan
  }

  /** When all predecessors of a task have ended; NO_SCHEDULE while one of them has no start. */
  #ready(task: number, modes: Int32Array, starts: Int32Array): number {
    const { arcStart, arcTask, arcLag } = this.#forward
    const { duration } = this.#compiled
    let ready = 0
    for (let a = arcStart[task]!; a < arcStart[task + 1]!; a++) {
      const other = arcTask[a]!
      if (starts[other] === UNPLACED) return NO_SCHEDULE
      ready = Math.max(ready, starts[other]! + duration[modes[other]!]! + arcLag[a]!)
    }
    return ready
  }

  /** Whether the needs of a mode fit into one period; in the parallel scheme no later period has less to give. */
  #fits(mode: number, period: number): boolean {
    const { need, guard, words } = this.#packed
    if (this.#compiled.duration[mode] === 0) return true
    if (period >= this.#compiled.horizon) return false
    for (let w = 0; w < words; w++) {
      if (((this.#free[period * words + w]! - need[mode * words + w]!) & guard[w]!) !== guard[w]) return false
    }
    return true
  }

  #take(mode: number, from: number, to: number): void {
    const { need, words } = this.#packed
    const free = this.#free
    for (let t = from; t < to; t++) {
      for (let w = 0; w < words; w++) free[t * words + w] = (free[t * words + w]! - need[mode * words + w]!) | 0
    }
  }
}
