/** A project on its time grid, with numbers for ids: what the formulations and the window propagation work on. */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { Interval } from '../../src/domain/calendar.ts'
import type { Mode, Precedence, ProjectProblem, ProjectTask } from '../../src/domain/project.ts'
import type { Resource, ResourceRequirement } from '../../src/domain/resource.ts'
import { type TimeGrid, timeGrid } from './time-grid.ts'
import { statedMode, unrollPauses } from './unroll.ts'

/** Steps beyond which times no longer fit the integers used for them. */
const LONGEST_HORIZON = 100_000_000

/** min <= point(after) - point(before) <= max in steps; a point is a start or an end. */
export interface Arc {
  readonly before: number
  readonly after: number
  readonly fromEnd: boolean
  readonly toEnd: boolean
  readonly min: number
  readonly max: number
  readonly name: string
}

export interface HeldResource {
  readonly id: string
  readonly capacity: number
  /** Amount held, by mode. */
  readonly demand: Float64Array
  /** Units that are not there, in steps; Infinity for all. */
  readonly closed: readonly { readonly from: number; readonly to: number; readonly amount: number }[]
  /** Modes that stand still and hold nothing for a while, by mode, in steps. */
  readonly idle: ReadonlyMap<number, readonly Span[]>
}

/** [from, to) in steps. */
export type Span = readonly [from: number, to: number]

/** Tasks that one resource serves one at a time, with the time between each two. */
export interface SetupGroup {
  readonly resource: string
  readonly tasks: readonly number[]
  /** time[a][b], in steps: from the end of tasks[a] to the start of tasks[b]. */
  readonly time: readonly (readonly number[])[]
}

/** A stock; `change[when][mode]` is what a mode adds (negative: takes). */
export interface Stock {
  readonly id: string
  readonly initial: number
  readonly capacity: number | null
  readonly change: { readonly start: Float64Array; readonly end: Float64Array; readonly duration: Float64Array }
  /** What comes from outside, in steps, by time. */
  readonly deliveries: readonly { readonly at: number; readonly amount: number }[]
  /** Something fills it, so the order in time matters; otherwise only the sum does. */
  readonly timed: boolean
}

/** A linear condition over the modes: least <= sum of coefficient[mode] over the modes chosen <= most. */
export interface Choice {
  readonly name: string
  /** [mode, coefficient], each mode once. */
  readonly terms: readonly (readonly [number, number])[]
  readonly least: number
  readonly most: number
}

export interface CompiledProject {
  /** With pauses unrolled into modes (unroll.ts); its tasks are those of `stated`, in the same order. */
  readonly problem: ProjectProblem
  /** As it was stated. */
  readonly stated: ProjectProblem
  readonly grid: TimeGrid
  readonly taskCount: number
  /** Modes of task i are modeStart[i] .. modeStart[i + 1] - 1. */
  readonly modeStart: Int32Array
  readonly taskOf: Int32Array
  readonly duration: Int32Array
  readonly shortest: Int32Array
  readonly longest: Int32Array
  readonly cost: Float64Array
  readonly release: Int32Array
  /** Latest end; Infinity for none. */
  readonly latestEnd: Float64Array
  readonly optional: Uint8Array
  readonly arcs: readonly Arc[]
  readonly held: readonly HeldResource[]
  readonly stocks: readonly Stock[]
  readonly choices: readonly Choice[]
  /** Earliest and latest start of each mode, in steps. */
  readonly modeEarliest: Float64Array
  readonly modeLatest: Float64Array
  readonly setups: readonly SetupGroup[]
  /** Latest end of everything, in steps; null for none. */
  readonly deadline: number | null
  /** Hard limit on what is spent; null for none or a soft one. */
  readonly budget: number | null
  /** Some schedule that is best in any objective ends by then, whatever the modes. */
  readonly safeHorizon: number
}

export const projectNames = {
  deadline: 'deadline',
  budget: 'budget',
  resource: (id: string): string => `resource ${id}`,
  choice: (name: string): string => `rule ${name}`,
  release: (task: string): string => `release ${task}`,
  start: (task: string): string => `start ${task}`,
  taskDeadline: (task: string): string => `deadline ${task}`,
  precedence: ({ before, after, kind }: Precedence): string =>
    `precedence ${before} > ${after}${kind === 'finish-start' ? '' : ` (${kind})`}`,
}

/** Whether the stocks keep their room when nothing is done. */
export function standsStill({ stocks }: CompiledProject): boolean {
  return stocks.every(
    ({ initial, capacity, deliveries }) =>
      capacity === null || deliveries.reduce((sum, { amount }) => sum + amount, initial) <= capacity + 1e-9,
  )
}

/** What a mode changes a stock by, all in all. */
export function netChange(change: Stock['change'], mode: number): number {
  return (change.start[mode] as number) + (change.end[mode] as number) + (change.duration[mode] as number)
}

/** @param only names of the constraints to state; the others are left out. @default all */
export function compileProject(stated: ProjectProblem, only?: ReadonlySet<string>): CompiledProject {
  const states = (name: string): boolean => only === undefined || only.has(name)
  const { problem, pauses } = unrollPauses(withStatedCalendars(stated, states))
  const grid = timeGrid(problem)
  const { tasks } = problem
  const modeStart = new Int32Array(tasks.length + 1)
  tasks.forEach((task, i) => {
    modeStart[i + 1] = (modeStart[i] as number) + task.modes.length
  })
  const modeCount = modeStart[tasks.length] as number
  const modes = tasks.flatMap((task) => task.modes)
  const taskOf = new Int32Array(modeCount)
  tasks.forEach((_, i) => {
    taskOf.fill(i, modeStart[i], modeStart[i + 1])
  })
  const duration = Int32Array.from(modes, (mode) => grid.steps(mode.duration))
  const cost = Float64Array.from(modes, (mode) => {
    let price = mode.cost
    for (const { resource: id, amount } of mode.requires) {
      const resource = problem.resources.find((candidate) => candidate.id === id)
      if (resource?.type === 'reusable') price += resource.costPerTime * amount * mode.duration
      else price += (resource?.costPerUnit ?? 0) * amount
    }
    return price
  })
  const shortest = new Int32Array(tasks.length)
  const longest = new Int32Array(tasks.length)
  tasks.forEach((_, i) => {
    const own = duration.subarray(modeStart[i], modeStart[i + 1])
    shortest[i] = Math.min(...own)
    longest[i] = Math.max(...own)
  })
  const pins = tasks.map(({ id, start }) =>
    start !== undefined && states(projectNames.start(id)) ? grid.steps(start) : null,
  )
  const release = Int32Array.from(tasks, (task, i) =>
    Math.max(states(projectNames.release(task.id)) ? grid.steps(task.release) : 0, pins[i] ?? 0),
  )
  // A pinned task of one length is held by its earliest start and latest end, others by the latest starts of their modes.
  const latestEnd = Float64Array.from(tasks, (task, i) =>
    Math.min(
      task.deadline !== null && states(projectNames.taskDeadline(task.id))
        ? grid.floor(task.deadline)
        : Number.POSITIVE_INFINITY,
      (pins[i] ?? Number.POSITIVE_INFINITY) + (longest[i] as number),
    ),
  )
  const indexOf = new Map(tasks.map((task, i) => [task.id, i]))
  const arcs = problem.precedence.flatMap((link): Arc[] => {
    const name = projectNames.precedence(link)
    if (link.structural !== true && !states(name)) return []
    return [
      {
        before: indexOf.get(link.before) as number,
        after: indexOf.get(link.after) as number,
        fromEnd: link.kind === 'finish-start' || link.kind === 'finish-finish',
        toEnd: link.kind === 'finish-finish' || link.kind === 'start-finish',
        min: grid.steps(link.minLag),
        max: link.maxLag === null ? Number.POSITIVE_INFINITY : grid.steps(link.maxLag),
        name,
      },
    ]
  })
  const amounts = (requirements: readonly ResourceRequirement[], id: string, when: string | null): number =>
    requirements.reduce(
      (sum, entry) => (entry.resource === id && (when === null || entry.when === when) ? sum + entry.amount : sum),
      0,
    )
  const held: HeldResource[] = []
  const stocks: Stock[] = []
  for (const resource of problem.resources) {
    if (!states(projectNames.resource(resource.id))) continue
    const { id, capacity, initial } = resource
    if (resource.type === 'reusable') {
      const demand = Float64Array.from(modes, (mode) => (mode.duration > 0 ? amounts(mode.requires, id, null) : 0))
      const closed = (resource.closures ?? []).map(({ from, to, amount }) => ({
        from: grid.steps(from),
        to: grid.steps(to),
        amount: amount ?? Number.POSITIVE_INFINITY,
      }))
      const matters = capacity !== null && (closed.length > 0 || canExceed(demand, modeStart, capacity))
      if (matters)
        held.push({ id, capacity, demand, closed, idle: idleTimes(modes, demand, pauses, resource, stated, grid) })
      continue
    }
    const net = (when: string): Float64Array =>
      Float64Array.from(modes, (mode) => amounts(mode.produces, id, when) - amounts(mode.requires, id, when))
    const change = { start: net('start'), end: net('end'), duration: net('duration') }
    const deliveries = (problem.deliveries ?? [])
      .filter((delivery) => delivery.resource === id)
      .map(({ at, amount }) => ({ at: grid.steps(at), amount }))
    const timed = deliveries.length > 0 || modes.some((mode) => amounts(mode.produces, id, null) > 0)
    stocks.push({ id, initial, capacity, change, deliveries, timed })
  }
  const modeEarliest = Float64Array.from(modes, (mode) => (mode.window === undefined ? 0 : grid.ceil(mode.window[0])))
  const modeLatest = Float64Array.from(modes, (mode, m) => {
    const i = taskOf[m] as number
    const latest = mode.window === undefined ? Number.POSITIVE_INFINITY : grid.floor(mode.window[1])
    return shortest[i] === longest[i] ? latest : Math.min(latest, pins[i] ?? latest)
  })
  const setups = compileSetups(problem, grid, states)
  const wished = tasks.filter(minds).map(({ due }) => grid.ceil(due ?? 0))
  let safeHorizon = Math.max(0, ...release, ...modeEarliest, ...wished)
  const longestTask = Math.max(0, ...longest)
  for (const { closed } of held) for (const { from, to } of closed) safeHorizon += to - from + longestTask
  for (const { time } of setups) for (const row of time) safeHorizon += Math.max(0, ...row)
  // Whatever waits for a delivery can be done after the last one.
  safeHorizon += Math.max(0, ...stocks.flatMap(({ deliveries }) => deliveries.map(({ at }) => at)))
  for (const length of longest) safeHorizon += length
  for (const arc of arcs) safeHorizon += Math.abs(arc.min) + (Number.isFinite(arc.max) ? Math.abs(arc.max) : 0)
  if (safeHorizon > LONGEST_HORIZON) {
    const message = `at steps of ${grid.step} ${problem.timeUnit} the project may last ${safeHorizon} steps`
    const hint = 'round durations, releases and lags to a coarser step'
    throw new InvalidInputError([{ code: 'grid-too-fine', path: ['tasks'], message, hint }])
  }
  return {
    problem,
    stated,
    modeEarliest,
    modeLatest,
    setups,
    grid,
    taskCount: tasks.length,
    modeStart,
    taskOf,
    duration,
    shortest,
    longest,
    cost,
    release,
    latestEnd,
    optional: Uint8Array.from(tasks, (task) => (task.optional ? 1 : 0)),
    arcs,
    held,
    stocks,
    choices: compileChoices(problem, modeStart, states),
    deadline: problem.deadline !== null && states(projectNames.deadline) ? grid.floor(problem.deadline) : null,
    // A soft budget bounds nothing, and what it adds grows with what is spent: the least cost is the same without it.
    budget:
      problem.budget !== null && problem.overspendPenalty === undefined && states(projectNames.budget)
        ? problem.budget
        : null,
    safeHorizon,
  }
}

/** Without the closures of resources that are left out: what is not stated must not show in how long tasks pause. */
function withStatedCalendars(stated: ProjectProblem, states: (name: string) => boolean): ProjectProblem {
  const dropped = (resource: Resource): boolean =>
    resource.closures !== undefined && !states(projectNames.resource(resource.id))
  if (!stated.resources.some(dropped)) return stated
  const resources = stated.resources.map((resource) => (dropped(resource) ? { ...resource, closures: [] } : resource))
  return { ...stated, resources }
}

/**
 * The pauses in which a mode must not even seem to hold a resource. In a pause that is exactly a total closure of it, with no
 * unit away besides, seeming to hold does no harm: whoever holds it then held it just before, when it was open.
 */
function idleTimes(
  modes: readonly Mode[],
  demand: Float64Array,
  pauses: ReadonlyMap<Mode, readonly Interval[]>,
  resource: Resource,
  stated: ProjectProblem,
  grid: TimeGrid,
): ReadonlyMap<number, readonly Span[]> {
  const idle = new Map<number, readonly Span[]>()
  if (pauses.size === 0) return idle
  const { closures = [] } = stated.resources.find(({ id }) => id === resource.id) ?? resource
  const own = closures.filter(({ amount }) => amount === null)
  const harmless = ([from, to]: Interval): boolean =>
    own.some((closure) => closure.from === from && closure.to === to) &&
    !closures.some((closure) => closure.amount !== null && closure.from < to && from < closure.to)
  modes.forEach((mode, m) => {
    if (demand[m] === 0) return
    const still = pauses.get(mode)?.filter((pause) => !harmless(pause)) ?? []
    if (still.length > 0)
      idle.set(
        m,
        still.map(([from, to]) => [grid.steps(from), grid.steps(to)] as const),
      )
  })
  return idle
}

/** Whether a task would rather wait than end before its due date. */
export function minds({ due, earlinessWeight = 0 }: ProjectTask): boolean {
  return due !== null && earlinessWeight > 0
}

/**
 * Whether instants matter: something is shared, ways of doing tasks depend on when, or starting as early as possible is not
 * always best.
 */
export function needsInstants({ held, stocks, setups, modeEarliest, modeLatest, problem }: CompiledProject): boolean {
  if (problem.tasks.some(minds)) return true
  if (held.length > 0 || setups.length > 0 || stocks.some((stock) => stock.timed)) return true
  return modeEarliest.some((step) => step > 0) || modeLatest.some((step) => step < Number.POSITIVE_INFINITY)
}

function compileSetups(
  problem: ProjectProblem,
  grid: TimeGrid,
  states: (name: string) => boolean,
): readonly SetupGroup[] {
  return problem.resources.flatMap((resource): SetupGroup[] => {
    if (resource.setups === undefined || resource.setups.length === 0) return []
    if (!states(projectNames.resource(resource.id))) return []
    const { setups } = resource
    const tasks = problem.tasks.flatMap((task, i) =>
      task.modes.some((mode) => mode.duration > 0 && mode.requires.some((need) => need.resource === resource.id))
        ? [i]
        : [],
    )
    const family = (i: number): string | undefined => problem.tasks[i]?.family
    const time = tasks.map((a) =>
      tasks.map((b) =>
        grid.steps(setups.find((own) => own.before === family(a) && own.after === family(b))?.time ?? 0),
      ),
    )
    return [{ resource: resource.id, tasks, time }]
  })
}

function compileChoices(
  problem: ProjectProblem,
  modeStart: Int32Array,
  states: (name: string) => boolean,
): readonly Choice[] {
  const indexOf = new Map(problem.tasks.map((task, i) => [task.id, i]))
  return (problem.choices ?? []).flatMap(({ name, terms, least, most, structural }) => {
    if (structural !== true && !states(projectNames.choice(name))) return []
    const sums = new Map<number, number>()
    for (const term of terms) {
      const i = indexOf.get(term.task) as number
      problem.tasks[i]?.modes.forEach((mode, m) => {
        if (term.mode !== undefined && term.mode !== statedMode(mode.id)) return
        const index = (modeStart[i] as number) + m
        sums.set(index, (sums.get(index) ?? 0) + term.coefficient)
      })
    }
    return [
      {
        name: projectNames.choice(name),
        terms: [...sums].filter(([, coefficient]) => coefficient !== 0),
        least: least ?? Number.NEGATIVE_INFINITY,
        most: most ?? Number.POSITIVE_INFINITY,
      },
    ]
  })
}

/** Whether all tasks at once, each in its hungriest mode, would need more than the capacity. */
function canExceed(demand: Float64Array, modeStart: Int32Array, capacity: number): boolean {
  let sum = 0
  for (let i = 0; i + 1 < modeStart.length; i++) sum += Math.max(0, ...demand.subarray(modeStart[i], modeStart[i + 1]))
  return sum > capacity
}
