/**
 * Heads and tails: longest paths over the arcs with the shortest duration of each task (Bellman-Ford, O(tasks x arcs)
 * at worst, one or two rounds on acyclic problems). A positive cycle proves that no schedule exists and is returned.
 */
import type { CompiledProblem } from './compile.ts'

export interface Windows {
  /** Earliest start of each task by release times and arcs. */
  readonly head: Int32Array
  /** Least time between the start of each task and the end of the whole schedule. */
  readonly tail: Int32Array
  readonly shortest: Int32Array
  readonly longest: Int32Array
}

/** Lag indices of the problem that cannot all hold, in cycle order, with the tasks they join. */
export interface PositiveCycle {
  readonly lags: readonly number[]
  readonly tasks: readonly number[]
  /** By how much the lags around the cycle ask too much. */
  readonly excess: number
}

export type WindowsResult = { readonly windows: Windows } | { readonly cycle: PositiveCycle }

/**
 * Arcs that touch an optional task are left out: they are void when it is absent.
 */
export function computeWindows(compiled: CompiledProblem): WindowsResult {
  const { taskCount, arcFrom, arcTo } = compiled
  const shortest = new Int32Array(taskCount)
  const longest = new Int32Array(taskCount)
  for (let i = 0; i < taskCount; i++) {
    let least = Number.MAX_SAFE_INTEGER
    let most = 0
    for (let m = compiled.modeStart[i]!; m < compiled.modeStart[i + 1]!; m++) {
      least = Math.min(least, compiled.duration[m]!)
      most = Math.max(most, compiled.duration[m]!)
    }
    shortest[i] = least
    longest[i] = most
  }
  const arcCount = arcFrom.length
  const weight = new Int32Array(arcCount)
  const live = new Uint8Array(arcCount)
  for (let a = 0; a < arcCount; a++) {
    const from = arcFrom[a]!
    const to = arcTo[a]!
    const same = from === to
    const fromSpan = compiled.arcFromEnd[a] === 1 ? shortest[from]! : 0
    const toSpan = compiled.arcToEnd[a] === 1 ? (same ? shortest[to]! : longest[to]!) : 0
    weight[a] = fromSpan - toSpan + compiled.arcLag[a]!
    const optional = compiled.source.tasks[from]!.optional === true || compiled.source.tasks[to]!.optional === true
    live[a] = optional ? 0 : 1
  }
  const head = Int32Array.from(compiled.release)
  const via = new Int32Array(taskCount).fill(-1)
  let changed = true
  for (let round = 0; changed; round++) {
    changed = false
    for (let a = 0; a < arcCount; a++) {
      if (live[a] === 0) continue
      const reach = head[arcFrom[a]!]! + weight[a]!
      if (reach <= head[arcTo[a]!]!) continue
      head[arcTo[a]!] = reach
      via[arcTo[a]!] = a
      changed = true
    }
    if (changed && round > taskCount) return { cycle: cycleOf(compiled, via, weight) }
  }
  const tail = Int32Array.from(shortest)
  changed = true
  while (changed) {
    changed = false
    for (let a = 0; a < arcCount; a++) {
      if (live[a] === 0) continue
      const reach = tail[arcTo[a]!]! + weight[a]!
      if (reach <= tail[arcFrom[a]!]!) continue
      tail[arcFrom[a]!] = reach
      changed = true
    }
  }
  return { windows: { head, tail, shortest, longest } }
}

function cycleOf(compiled: CompiledProblem, via: Int32Array, weight: Int32Array): PositiveCycle {
  const { taskCount, arcFrom, arcSource } = compiled
  const seenAt = new Int32Array(taskCount).fill(-1)
  let task = via.findIndex((arc) => arc >= 0)
  for (let start = 0; start < taskCount; start++) {
    if (via[start] === -1) continue
    task = start
    seenAt.fill(-1)
    for (let step = 0; task >= 0 && via[task]! >= 0 && seenAt[task] === -1; step++) {
      seenAt[task] = step
      task = arcFrom[via[task]!]!
    }
    if (task >= 0 && via[task]! >= 0 && seenAt[task]! >= 0) break
  }
  const lags: number[] = []
  const tasks: number[] = []
  let excess = 0
  const first = task
  do {
    const arc = via[task]!
    lags.unshift(arcSource[arc]!)
    tasks.unshift(task)
    excess += weight[arc]!
    task = arcFrom[arc]!
  } while (task !== first)
  return { lags, tasks, excess }
}
