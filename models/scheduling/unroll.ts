/**
 * Tasks that pause while a resource is closed, said without pauses: for every stretch of starts for which the work pauses the
 * same number of times, a mode of its own that lasts as long as work and pauses together and may start in that stretch only.
 *
 * With open stretches of lengths l_k and work d, a start x after the beginning of stretch k pauses j times exactly when
 *   l_k + .. + l_(k+j-1) - x < d <= l_k + .. + l_(k+j) - x,
 * so the stretches of x are found from the sums. A resource on which some task may pause has its total closures taken off, for
 * the pausing task seems to hold it meanwhile; the tasks on it that may not pause get windows that keep clear of the closures
 * instead. Exact; as many modes as (closures + 1) times (pauses + 1) at the most.
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

/** The same problem when nothing pauses. @throws UnsupportedError when the calendars have too many breaks */
export function unrollPauses(problem: ProjectProblem): ProjectProblem {
  const paused = new Set(
    problem.tasks
      .filter((task) => task.pausable === true)
      .flatMap((task) => task.modes.flatMap((mode) => mode.requires.map((need) => need.resource))),
  )
  const opened = problem.resources.filter(
    (resource) => paused.has(resource.id) && resource.closures?.some(({ amount }) => amount === null) === true,
  )
  if (opened.length === 0) return problem
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
      return own
    })
    return { ...task, modes }
  }
  const tasks = problem.tasks.map(unroll)
  if (count > MOST_MODES) {
    throw new UnsupportedError('calendars', `pausing over so many breaks takes ${count} ways of doing the tasks`, {
      hint: `${MOST_MODES} can be handled; shorten the calendars to the time of the project`,
    })
  }
  return {
    ...problem,
    tasks,
    resources: problem.resources.map((resource) =>
      names.has(resource.id)
        ? { ...resource, closures: (resource.closures ?? []).filter(({ amount }) => amount !== null) }
        : resource,
    ),
  }
}

/** A mode for every stretch of starts with the same pauses; without pausing only those that need none. */
function stretches(
  mode: Mode,
  breaks: readonly Interval[],
  pausable: boolean,
  step: number,
  resources: readonly Resource[],
): Mode[] {
  const opens = breaks.map(([from], k) => [k === 0 ? 0 : (breaks[k - 1] as Interval)[1], from] as const)
  const stretch = [...opens, [(breaks.at(-1) as Interval)[1], Number.POSITIVE_INFINITY] as const]
  const [wantedFrom, wantedTo] = mode.window ?? [0, Number.POSITIVE_INFINITY]
  const found: Mode[] = []
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
      const duration = mode.duration + closed
      found.push({
        ...mode,
        id: `${mode.id}${MARK}${found.length}`,
        duration,
        // What is paid by the time it is held is paid for work, not for pauses.
        cost: mode.cost - closed * rate(mode, resources),
        window,
      })
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
