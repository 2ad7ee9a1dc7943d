/**
 * Tasks that pause while a resource is closed, said without pauses: for every stretch of starts for which the work pauses the
 * same number of times, a mode of its own that lasts as long as work and pauses together and may start in that stretch only.
 *
 * With open stretches of lengths l_k and work d, a start x after the beginning of stretch k pauses j times exactly when
 *   l_k + .. + l_(k+j-1) - x < d <= l_k + .. + l_(k+j) - x,
 * so the stretches of x are found from the sums. A resource on which some task may pause has its total closures taken off, for
 * the pausing task seems to hold it meanwhile; the tasks on it that may not pause get windows that keep clear of the closures
 * instead. Where a task stands still because another of its resources is closed, or while units are away besides, seeming to
 * hold would keep others out: these times are given with the modes as idle. A mode that no stretch is long enough for stays,
 * with an empty window. Exact; as many modes as (closures + 1) times (pauses + 1) at the most.
 */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import { breaksOf, type Interval } from '../../src/domain/calendar.ts'
import type { Mode, ProjectProblem, ProjectTask } from '../../src/domain/project.ts'
import type { Resource } from '../../src/domain/resource.ts'
import { timeGrid } from './time-grid.ts'

/** Modes beyond which a calendar is too fine. */
const MOST_MODES = 4000
/** Parts the name of a mode from the number of its stretch; no name holds it. */
const MARK = '\u0000'

/** The mode as it was stated. */
export function statedMode(id: string): string {
  const at = id.indexOf(MARK)
  return at < 0 ? id : id.slice(0, at)
}

export interface Unrolled {
  /** The same problem when nothing pauses. */
  readonly problem: ProjectProblem
  /** When the modes with pauses stand still. */
  readonly pauses: ReadonlyMap<Mode, readonly Interval[]>
}

/** @throws UnsupportedError when the calendars have too many breaks */
export function unrollPauses(problem: ProjectProblem): Unrolled {
  const paused = new Set(
    problem.tasks
      .filter((task) => task.pausable === true)
      .flatMap((task) => task.modes.flatMap((mode) => mode.requires.map((need) => need.resource))),
  )
  const opened = problem.resources.filter(
    (resource) => paused.has(resource.id) && resource.closures?.some(({ amount }) => amount === null) === true,
  )
  const pauses = new Map<Mode, readonly Interval[]>()
  if (opened.length === 0) return { problem, pauses }
  const names = new Set(opened.map((resource) => resource.id))
  const { step } = timeGrid(problem)
  let count = 0
  const unroll = (task: ProjectTask): ProjectTask => {
    const modes = task.modes.flatMap((mode): Mode[] => {
      // A task that may not pause keeps clear of the closures that were taken off; of the others the resource sees to.
      const breaks = breaksOf(mode, task.pausable === true ? problem.resources : opened)
      if (breaks.length === 0 || mode.duration === 0) return [mode]
      const own = stretches(mode, breaks, task.pausable === true, step, problem.resources)
      count += own.length
      if (own.length === 0) return [{ ...mode, window: NEVER }]
      for (const { mode: one, still } of own) if (still.length > 0) pauses.set(one, still)
      return own.map(({ mode: one }) => one)
    })
    return { ...task, modes }
  }
  const tasks = problem.tasks.map(unroll)
  if (count > MOST_MODES) {
    throw new UnsupportedError('calendars', `pausing over so many breaks takes ${count} ways of doing the tasks`, {
      hint: `${MOST_MODES} can be handled; shorten the calendars to the time of the project`,
    })
  }
  const resources = problem.resources.map((resource) =>
    names.has(resource.id)
      ? { ...resource, closures: (resource.closures ?? []).filter(({ amount }) => amount !== null) }
      : resource,
  )
  return { problem: { ...problem, tasks, resources }, pauses }
}

/** The window of a mode that cannot be started at any time. */
const NEVER = [0, -1] as const

interface Stretch {
  readonly mode: Mode
  /** The breaks it pauses in. */
  readonly still: readonly Interval[]
}

/** A mode for every stretch of starts with the same pauses; without pausing only those that need none. */
function stretches(
  mode: Mode,
  breaks: readonly Interval[],
  pausable: boolean,
  step: number,
  resources: readonly Resource[],
): Stretch[] {
  const opens = breaks.map(([from], k) => [k === 0 ? 0 : (breaks[k - 1] as Interval)[1], from] as const)
  const stretch = [...opens, [(breaks.at(-1) as Interval)[1], Number.POSITIVE_INFINITY] as const]
  const [wantedFrom, wantedTo] = mode.window ?? [0, Number.POSITIVE_INFINITY]
  const found: Stretch[] = []
  stretch.forEach(([from, to], k) => {
    let open = 0
    let closed = 0
    for (let j = 0; k + j < stretch.length && (pausable || j === 0); j++) {
      const [begin, end] = stretch[k + j] as readonly [number, number]
      if (j > 0) closed += begin - (stretch[k + j - 1] as readonly [number, number])[1]
      const before = open
      open += end - begin
      const first = j === 0 ? from : Math.max(from, from + before - mode.duration + step)
      const last = Math.min(to - step, from + open - mode.duration)
      const window = [Math.max(first, wantedFrom), Math.min(last, wantedTo)] as const
      if (window[0] > window[1] + step * 1e-6) continue
      const own: Mode = {
        ...mode,
        id: `${mode.id}${MARK}${found.length}`,
        duration: mode.duration + closed,
        // What is paid by the time it is held is paid for work, not for pauses.
        cost: mode.cost - closed * rate(mode, resources),
        window,
      }
      found.push({ mode: own, still: breaks.slice(k, k + j) })
    }
  })
  return found
}

/** Money per unit of time for what the mode holds. */
function rate(mode: Mode, resources: readonly Resource[]): number {
  return mode.requires.reduce((sum, { resource: id, amount }) => {
    const resource = resources.find((candidate) => candidate.id === id)
    return resource?.type === 'reusable' ? sum + amount * resource.costPerTime : sum
  }, 0)
}
