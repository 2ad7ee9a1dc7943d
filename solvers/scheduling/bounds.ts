/**
 * Lower bounds on the makespan that need no search. All are exact integers and valid for every mode choice.
 *
 *   critical path   max_i head_i + tail_i
 *   energy          for thresholds a on heads and b on the rest after the end: a + ceil(energy(a,b) / capacity) + b, where
 *                   energy(a,b) sums the least demand x duration of the tasks with head >= a and rest >= b
 *   core time       T is refuted when the parts of the tasks that must run in [T - tail, head + duration) overload a
 *                   resource; the bound is the least T not refuted (destructive, Klein and Scholl 1999)
 *
 * Cost: critical path linear, energy O(r n^2), core time O(r n log n) for each T tried.
 */
import type { CompiledProblem } from './compile.ts'
import type { Windows } from './graph.ts'

export interface MakespanBounds {
  readonly criticalPath: number
  readonly energy: number
  readonly coreTime: number
  /** The largest of them. */
  readonly best: number
}

export function makespanBounds(compiled: CompiledProblem, windows: Windows): MakespanBounds {
  const criticalPath = criticalPathBound(compiled, windows)
  const energy = Math.max(criticalPath, energyBound(compiled, windows))
  const coreTime = coreTimeBound(compiled, windows, energy)
  return { criticalPath, energy, coreTime, best: coreTime }
}

/** Optional tasks may be absent and count for nothing. */
export function criticalPathBound(compiled: CompiledProblem, windows: Windows): number {
  let longest = 0
  for (let i = 0; i < compiled.taskCount; i++) {
    if (compiled.source.tasks[i]!.optional === true) continue
    longest = Math.max(longest, windows.head[i]! + windows.tail[i]!)
  }
  return longest
}

export function energyBound(compiled: CompiledProblem, windows: Windows): number {
  const { taskCount, renewableCount } = compiled
  const { head, tail, shortest } = windows
  const byRest = Int32Array.from({ length: taskCount }, (_, i) => i)
  byRest.sort((a, b) => tail[b]! - shortest[b]! - (tail[a]! - shortest[a]!))
  const starts = [...new Set(head)].sort((a, b) => b - a)
  let best = 0
  for (const { energy, capacity } of energyTables(compiled, renewableCount)) {
    if (capacity === 0) continue
    for (const from of starts) {
      let sum = 0
      for (let k = 0; k < taskCount; k++) {
        const i = byRest[k]!
        if (head[i]! < from || energy[i] === 0) continue
        sum += energy[i]!
        const rest = tail[i]! - shortest[i]!
        const bound = from + Math.ceil(sum / capacity) + rest
        if (bound > best) best = bound
      }
    }
  }
  return best
}

function* energyTables(compiled: CompiledProblem, renewableCount: number) {
  const { taskCount, modeStart, duration, demand, source } = compiled
  for (let r = 0; r < renewableCount; r++) {
    const energy = new Float64Array(taskCount)
    for (let i = 0; i < taskCount; i++) {
      if (source.tasks[i]!.optional === true) continue
      let least = Number.POSITIVE_INFINITY
      for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) {
        least = Math.min(least, duration[m]! * demand[m * renewableCount + r]!)
      }
      energy[i] = least
    }
    yield { energy, capacity: compiled.capacity[r]! }
  }
  for (const group of source.noOverlaps ?? []) {
    const energy = new Float64Array(taskCount)
    for (const i of group.tasks) {
      if (source.tasks[i]!.optional === true) continue
      let least = Number.POSITIVE_INFINITY
      for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) least = Math.min(least, duration[m]!)
      energy[i] = least
    }
    yield { energy, capacity: 1 }
  }
}

function coreTimeBound(compiled: CompiledProblem, windows: Windows, from: number): number {
  let bound = from
  while (bound < compiled.horizon && coresOverload(compiled, windows, bound)) bound++
  return bound
}

function coresOverload(compiled: CompiledProblem, windows: Windows, makespan: number): boolean {
  const { taskCount, renewableCount, modeStart, demand, capacity, source } = compiled
  const { head, tail, shortest } = windows
  for (let r = 0; r < renewableCount; r++) {
    const events: [number, number][] = []
    for (let i = 0; i < taskCount; i++) {
      const lastStart = makespan - tail[i]!
      const firstEnd = head[i]! + shortest[i]!
      if (lastStart >= firstEnd || source.tasks[i]!.optional === true) continue
      let least = Number.MAX_SAFE_INTEGER
      for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) least = Math.min(least, demand[m * renewableCount + r]!)
      if (least > 0) events.push([lastStart, least], [firstEnd, -least])
    }
    events.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    let level = 0
    for (const [, change] of events) {
      level += change
      if (level > capacity[r]!) return true
    }
  }
  return false
}
