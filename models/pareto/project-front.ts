/** The walk along the cost/time front of a compiled project, whatever its points carry. */
import type { Run } from '../../solvers/contract/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { FrontPoint, FrontSummary } from '../../src/domain/front.ts'
import {
  type CompiledProject,
  type Optimised,
  optimise,
  type ProjectOptions,
  type Timetable,
} from '../scheduling/index.ts'
import { criticalPathLength } from '../scheduling/windows.ts'
import { streamFront } from './stream.ts'
import type { Step, Walk } from './walk.ts'

/** Sums that can be traded against the makespan; both are minimised. */
export type FrontMeasure = 'cost' | 'weighted-tardiness'

export interface ProjectFront<Point extends FrontPoint> {
  readonly project: CompiledProject
  /** The checked point of a timetable, called unproved. */
  readonly decode: (found: Timetable) => Point
  /** What is traded against time. @default 'cost' */
  readonly measure?: FrontMeasure
  /** Why there is no point at all. */
  readonly explain: () => Promise<Conflict>
}

/** Points in order of increasing cost, each as soon as it is proved; the summary when the walk ends. */
export async function* projectFront<Point extends FrontPoint>(
  { project, decode, explain, measure = 'cost' }: ProjectFront<Point>,
  run: Run,
  options: ProjectOptions,
): AsyncGenerator<Point, FrontSummary> {
  const { grid } = project
  let solver = 'critical path'
  const mark = (point: Point, proved: boolean): Point => ({ ...point, proved })
  const step = (found: Optimised): Step<Point> => {
    solver = found.solver
    if (found.status === 'infeasible') return { kind: 'none' }
    if (found.status === 'unknown') return { kind: 'limit' }
    const proved = found.status === 'optimal'
    return { kind: 'found', proved, point: mark(decode(found), proved) }
  }
  const walk: Walk<Point> = {
    cheapest: async (latest) => {
      if (run.limit !== null) return { kind: 'limit' }
      if (latest === null) return step(await optimise(project, [measure, 'makespan'], {}, run, options))
      return step(await optimise(project, [measure], { deadline: grid.steps(latest) }, run, options))
    },
    before: (makespan) => grid.time(grid.steps(makespan) - 1),
    leastMakespan: grid.time(criticalPathLength(project)),
    mark,
  }
  return yield* streamFront({ walk, measure, explain, solver: () => solver }, run)
}
