/**
 * The problem on typed arrays, the form that every kernel of this folder reads.
 *
 * Modes are numbered through: task i owns modes modeStart[i] .. modeStart[i+1]-1. An arc says
 * point(to) >= point(from) + lag, where a point is the end of the task when its flag is 1 and the start when it is 0;
 * a maximum lag becomes an arc the other way with a negative lag. Size: O(modes x resources + lags).
 */
import type { Lag, SchedulingProblem, TaskMode } from './problem.ts'

export interface CompiledProblem {
  readonly source: SchedulingProblem
  readonly taskCount: number
  readonly modeCount: number
  readonly renewableCount: number
  readonly budgetCount: number
  readonly stockCount: number
  readonly modeStart: Int32Array
  readonly taskOfMode: Int32Array
  readonly duration: Int32Array
  /** demand[mode * renewableCount + r] and so on for the other kinds. */
  readonly demand: Int32Array
  readonly use: Int32Array
  readonly consume: Int32Array
  readonly produce: Int32Array
  readonly cost: Int32Array
  readonly capacity: Int32Array
  readonly budget: Int32Array
  readonly release: Int32Array
  /** Latest end; `horizon` where the problem names none. */
  readonly deadline: Int32Array
  readonly arcFrom: Int32Array
  readonly arcTo: Int32Array
  readonly arcFromEnd: Uint8Array
  readonly arcToEnd: Uint8Array
  readonly arcLag: Int32Array
  /** Index of the lag in the problem that the arc comes from. */
  readonly arcSource: Int32Array
  /** No schedule worth having ends later: a limit of the problem, or every task and gap in a row. */
  readonly horizon: number
  /** Tasks in an order that respects the arcs, or null when the arcs form a cycle (maximum lags do). */
  readonly order: Int32Array | null
  readonly weights: {
    readonly makespan: number
    readonly cost: number
    readonly tardiness: number
    readonly value: number
    readonly changes: number
  }
  readonly features: Features
}

/** What the problem contains; engines are picked by it. */
export interface Features {
  readonly multiMode: boolean
  readonly optional: boolean
  readonly budgets: boolean
  readonly stocks: boolean
  readonly reductions: boolean
  readonly noOverlap: boolean
  /** Linear conditions on what is chosen. */
  readonly choices: boolean
  readonly setups: boolean
  /** Maximum lags or other cycles of arcs. */
  readonly cyclic: boolean
  readonly windows: boolean
  readonly makespanOnly: boolean
}

/** @param problem must be valid (validate.ts) */
export function compileProblem(problem: SchedulingProblem): CompiledProblem {
  const tasks = problem.tasks
  const taskCount = tasks.length
  const modeStart = new Int32Array(taskCount + 1)
  tasks.forEach((task, i) => {
    modeStart[i + 1] = modeStart[i]! + task.modes.length
  })
  const modeCount = modeStart[taskCount]!
  const modes: TaskMode[] = tasks.flatMap((task) => [...task.modes])
  const taskOfMode = new Int32Array(modeCount)
  tasks.forEach((_, i) => {
    taskOfMode.fill(i, modeStart[i]!, modeStart[i + 1]!)
  })
  const renewables = problem.renewables ?? []
  const budgets = problem.budgets ?? []
  const stocks = problem.stocks ?? []
  const arcs = (problem.lags ?? []).flatMap((lag, index) => arcsOf(lag, index))
  const horizon = horizonOf(problem, modes)
  const order = topologicalOrder(taskCount, arcs)
  const weights = {
    makespan: 0,
    cost: 0,
    tardiness: 0,
    value: 0,
    changes: 0,
    ...(problem.objective ?? { makespan: 1 }),
  }
  return {
    source: problem,
    taskCount,
    modeCount,
    renewableCount: renewables.length,
    budgetCount: budgets.length,
    stockCount: stocks.length,
    modeStart,
    taskOfMode,
    duration: Int32Array.from(modes, (mode) => mode.duration),
    demand: amounts(modes, 'demands', renewables.length),
    use: amounts(modes, 'uses', budgets.length),
    consume: amounts(modes, 'consumes', stocks.length),
    produce: amounts(modes, 'produces', stocks.length),
    cost: Int32Array.from(modes, (mode) => mode.cost ?? 0),
    capacity: Int32Array.from(renewables, (resource) => resource.capacity),
    budget: Int32Array.from(budgets, (budget) => budget.capacity),
    release: Int32Array.from(tasks, (task) => task.release ?? 0),
    deadline: Int32Array.from(tasks, (task) => Math.min(task.deadline ?? horizon, horizon)),
    arcFrom: Int32Array.from(arcs, (arc) => arc.from),
    arcTo: Int32Array.from(arcs, (arc) => arc.to),
    arcFromEnd: Uint8Array.from(arcs, (arc) => arc.fromEnd),
    arcToEnd: Uint8Array.from(arcs, (arc) => arc.toEnd),
    arcLag: Int32Array.from(arcs, (arc) => arc.lag),
    arcSource: Int32Array.from(arcs, (arc) => arc.source),
    horizon,
    order,
    weights,
    features: {
      multiMode: modeCount > taskCount,
      optional: tasks.some((task) => task.optional === true),
      budgets: budgets.length > 0,
      stocks: stocks.length > 0,
      reductions: renewables.some((resource) => (resource.reductions?.length ?? 0) > 0),
      noOverlap: (problem.noOverlaps ?? []).some((group) => group.tasks.length > 1),
      choices: (problem.choices?.length ?? 0) > 0,
      setups: (problem.noOverlaps ?? []).some((group) => group.setup?.some((row) => row.some((time) => time > 0))),
      cyclic: order === null,
      windows: tasks.some((task) => task.release !== undefined || task.deadline !== undefined),
      makespanOnly: weights.cost === 0 && weights.tardiness === 0 && weights.value === 0 && weights.changes === 0,
    },
  }
}

interface Arc {
  readonly from: number
  readonly to: number
  readonly fromEnd: 0 | 1
  readonly toEnd: 0 | 1
  readonly lag: number
  readonly source: number
}

function arcsOf(lag: Lag, source: number): Arc[] {
  const kind = lag.kind ?? 'finish-start'
  const beforeEnd = kind === 'finish-start' || kind === 'finish-finish' ? 1 : 0
  const afterEnd = kind === 'finish-finish' || kind === 'start-finish' ? 1 : 0
  const arcs: Arc[] = []
  const min = lag.min ?? (lag.max === undefined ? 0 : undefined)
  if (min !== undefined) {
    arcs.push({ from: lag.before, to: lag.after, fromEnd: beforeEnd, toEnd: afterEnd, lag: min, source })
  }
  if (lag.max !== undefined) {
    arcs.push({ from: lag.after, to: lag.before, fromEnd: afterEnd, toEnd: beforeEnd, lag: -lag.max, source })
  }
  return arcs
}

function amounts(modes: readonly TaskMode[], key: 'demands' | 'uses' | 'consumes' | 'produces', count: number) {
  const table = new Int32Array(modes.length * count)
  modes.forEach((mode, m) => {
    mode[key]?.forEach((amount, k) => {
      table[m * count + k] = amount
    })
  })
  return table
}

/**
 * A left-shifted schedule of a regular objective never leaves a gap longer than the lags, releases, set-ups and
 * reductions can force, so everything in a row after the last release bounds it.
 */
function horizonOf(problem: SchedulingProblem, modes: readonly TaskMode[]): number {
  let total = 0
  let from = 0
  problem.tasks.forEach((task) => {
    let longest = 0
    for (const mode of task.modes) longest = Math.max(longest, mode.duration)
    total += longest
    from = Math.max(from, task.release ?? 0)
    if (task.planned != null) from = Math.max(from, task.planned.start)
    if ((task.earlinessWeight ?? 0) > 0) from = Math.max(from, task.due ?? 0)
  })
  for (const lag of problem.lags ?? []) total += Math.max(0, Math.abs(lag.min ?? 0), Math.abs(lag.max ?? 0))
  for (const group of problem.noOverlaps ?? []) {
    for (const row of group.setup ?? []) total += row.reduce((most, time) => Math.max(most, time), 0)
  }
  const longestMode = modes.reduce((most, mode) => Math.max(most, mode.duration), 0)
  for (const resource of problem.renewables ?? []) {
    for (const gap of resource.reductions ?? []) total += gap.end - gap.start + longestMode
  }
  return Math.min(from + total, problem.maxMakespan ?? Number.POSITIVE_INFINITY)
}

function topologicalOrder(taskCount: number, arcs: readonly Arc[]): Int32Array | null {
  const incoming = new Int32Array(taskCount)
  const outgoing: number[][] = Array.from({ length: taskCount }, () => [])
  for (const arc of arcs) {
    incoming[arc.to]!++
    outgoing[arc.from]!.push(arc.to)
  }
  const order = new Int32Array(taskCount)
  let filled = 0
  for (let i = 0; i < taskCount; i++) if (incoming[i] === 0) order[filled++] = i
  for (let k = 0; k < filled; k++) {
    for (const to of outgoing[order[k]!]!) {
      incoming[to]!--
      if (incoming[to] === 0) order[filled++] = to
    }
  }
  return filled === taskCount ? order : null
}
