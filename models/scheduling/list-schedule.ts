/**
 * Upper bounds by list scheduling: the serial schedule generation scheme (Kolisch 1996) places tasks one by one at the
 * earliest instant that precedence and capacities allow. Lists come from latest starts (a strong rule) and from seeded
 * perturbations of them, modes from a given vector or at random. Serves to keep the horizon of exact models small; proves
 * nothing.
 */
import { RandomStream } from '../../solvers/numeric/index.ts'
import { type CompiledProject, minds, netChange } from './compile.ts'
import { findWindows } from './windows.ts'

/** Instants beyond which a profile of every instant stops being worth it. */
const LONGEST_PROFILE = 100_000

export interface ListSchedule {
  readonly starts: Int32Array
  /** Mode of each task. */
  readonly modes: Int32Array
  readonly makespan: number
}

/** Whether list scheduling can build schedules: all tasks done, no largest lags, no task before its predecessor, no timed stock. */
export function suitsLists(project: CompiledProject): boolean {
  const { arcs, shortest, longest, optional, stocks } = project
  const dated = project.setups.length > 0 || project.held.some(({ closed }) => closed.length > 0)
  if (dated || project.modeEarliest.some((step) => step > 0)) return false
  if (project.modeLatest.some((step) => step < Number.POSITIVE_INFINITY)) return false
  if (
    project.choices.length > 0 ||
    project.safeHorizon > LONGEST_PROFILE ||
    optional.includes(1) ||
    stocks.some((stock) => stock.timed)
  )
    return false
  return arcs.every(({ before, after, fromEnd, toEnd, min, max }) => {
    const least = min + (fromEnd ? (shortest[before] as number) : 0) - (toEnd ? (longest[after] as number) : 0)
    return max === Number.POSITIVE_INFINITY && least >= 0
  })
}

/**
 * The best of a number of list schedules that keep the budget and all deadlines; null when none does.
 * @param fixedModes the modes to use; null lets them vary
 */
export function bestListSchedule(
  project: CompiledProject,
  fixedModes: Int32Array | null,
  seed: number,
  tries = 150,
): ListSchedule | null {
  if (!suitsLists(project)) return null
  const { taskCount: n, modeStart, duration } = project
  const windows = findWindows(project, project.safeHorizon)
  if (windows === null) return null
  const random = new RandomStream(seed)
  const fits = (mode: number): boolean =>
    project.held.every(({ capacity, demand }) => (demand[mode] as number) <= capacity)
  const choices: Int32Array[] = []
  for (let i = 0; i < n; i++) {
    const own = Array.from(
      { length: (modeStart[i + 1] as number) - (modeStart[i] as number) },
      (_, k) => (modeStart[i] as number) + k,
    )
    const usable = own.filter(fits).sort((a, b) => (duration[a] as number) - (duration[b] as number) || a - b)
    if (usable.length === 0) return null
    choices.push(Int32Array.from(usable))
  }
  let best: ListSchedule | null = null
  const modes = new Int32Array(n)
  const priority = new Float64Array(n)
  for (let attempt = 0; attempt < tries; attempt++) {
    for (let i = 0; i < n; i++) {
      const usable = choices[i] as Int32Array
      const vary = attempt > 1 && random.chance(0.4)
      if (fixedModes !== null) modes[i] = fixedModes[i] as number
      else if (attempt === 1) modes[i] = cheapest(project, usable)
      else if (vary) modes[i] = usable[random.integer(0, usable.length - 1)] as number
      else modes[i] = usable[0] as number
      const noise = attempt < 2 ? 0 : random.next() * (attempt % 3 === 0 ? 0.1 : 0.4) * project.safeHorizon
      priority[i] = (windows.latestStart[i] as number) + noise
    }
    if (!affordable(project, modes)) continue
    const starts = serialSchedule(project, modes, priority)
    if (starts === null) continue
    let makespan = 0
    let late = false
    for (let i = 0; i < n; i++) {
      const end = (starts[i] as number) + (duration[modes[i] as number] as number)
      if (end > makespan) makespan = end
      if (end > (project.latestEnd[i] as number)) late = true
    }
    if (late || (best !== null && makespan >= best.makespan)) continue
    best = { starts, modes: modes.slice(), makespan }
  }
  return best
}

/**
 * The same tasks in the same modes, each moved to the earliest instant in the order of the given starts. Never later; as they
 * are where some task would rather wait.
 */
export function shiftLeft(project: CompiledProject, starts: Int32Array, modes: Int32Array): Int32Array {
  if (!suitsLists(project) || project.problem.tasks.some(minds)) return starts
  const shifted = serialSchedule(project, modes, Float64Array.from(starts))
  if (shifted === null) return starts
  for (let i = 0; i < starts.length; i++) if ((shifted[i] as number) > (starts[i] as number)) return starts
  return shifted
}

function cheapest(project: CompiledProject, modes: Int32Array): number {
  let best = modes[0] as number
  for (const mode of modes) if ((project.cost[mode] as number) < (project.cost[best] as number)) best = mode
  return best
}

/** Whether the modes keep the budget and the sums of untimed stocks. */
function affordable(project: CompiledProject, modes: Int32Array): boolean {
  let cost = 0
  for (const mode of modes) cost += project.cost[mode] as number
  if (project.budget !== null && cost > project.budget + 1e-9 * Math.max(1, Math.abs(project.budget))) return false
  return project.stocks.every(({ initial, capacity, change }) => {
    if (capacity !== null && initial > capacity) return false
    let level = initial
    for (const mode of modes) level += netChange(change, mode)
    return level >= -1e-9 * Math.max(1, initial)
  })
}

/** @returns starts, or null when the arcs are cyclic */
function serialSchedule(project: CompiledProject, modes: Int32Array, priority: Float64Array): Int32Array | null {
  const { taskCount: n, arcs, duration, held, safeHorizon } = project
  const starts = new Int32Array(n).fill(-1)
  const waiting = new Int32Array(n)
  for (const arc of arcs) waiting[arc.after] = (waiting[arc.after] as number) + 1
  const used = held.map(() => new Float64Array(safeHorizon + 1))
  for (let placed = 0; placed < n; placed++) {
    let next = -1
    for (let i = 0; i < n; i++) {
      if (starts[i] !== -1 || waiting[i] !== 0) continue
      if (next === -1 || (priority[i] as number) < (priority[next] as number)) next = i
    }
    if (next === -1) return null
    const mode = modes[next] as number
    const length = duration[mode] as number
    let start = project.release[next] as number
    for (const { before, after, fromEnd, toEnd, min } of arcs) {
      if (after !== next) continue
      const from = (starts[before] as number) + (fromEnd ? (duration[modes[before] as number] as number) : 0)
      start = Math.max(start, from + min - (toEnd ? length : 0))
    }
    start = earliestFit(project, used, mode, start, length)
    starts[next] = start
    held.forEach(({ demand }, r) => {
      const amount = demand[mode] as number
      const profile = used[r] as Float64Array
      if (amount > 0) for (let t = start; t < start + length; t++) profile[t] = (profile[t] as number) + amount
    })
    for (const arc of arcs) if (arc.before === next) waiting[arc.after] = (waiting[arc.after] as number) - 1
  }
  return starts
}

function earliestFit(
  project: CompiledProject,
  used: readonly Float64Array[],
  mode: number,
  from: number,
  length: number,
): number {
  let start = from
  for (let t = start; t < start + length; t++) {
    for (let r = 0; r < used.length; r++) {
      const { capacity, demand } = project.held[r] as CompiledProject['held'][number]
      const amount = demand[mode] as number
      if (amount === 0 || ((used[r] as Float64Array)[t] ?? 0) + amount <= capacity + 1e-9 * capacity) continue
      start = t + 1
      break
    }
  }
  return start
}
