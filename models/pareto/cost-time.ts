/** The cost/time front of a project: every schedule that nothing beats in both, with its proof. */

import { Run } from '../../solvers/contract/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { CostTimePoint, FrontSummary } from '../../src/domain/front.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import {
  compileProject,
  decodeSchedule,
  explainProjectConflict,
  type Optimised,
  optimise,
  type ProjectOptions,
  validateProject,
} from '../scheduling/index.ts'
import { criticalPathLength } from '../scheduling/windows.ts'
import { hypervolumeOf, kneeOf } from './measures.ts'
import { type Step, type Walk, walkFront } from './walk.ts'

/**
 * Points in order of increasing cost, each as soon as it is proved; the summary when the walk ends. The problem's own
 * objectives are ignored, its deadline and budget bound the front.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function* costTimeFront(
  problem: ProjectProblem,
  options: ProjectOptions = {},
): AsyncGenerator<CostTimePoint, FrontSummary> {
  validateProject(problem)
  const run = new Run('pareto', options)
  const project = compileProject(problem)
  let solver = 'critical path'
  const step = (found: Optimised): Step<CostTimePoint> => {
    solver = found.solver
    if (found.status === 'infeasible') return { kind: 'none' }
    if (found.status === 'unknown') return { kind: 'limit' }
    const { schedule } = decodeSchedule(project, found)
    const proved = found.status === 'optimal'
    return { kind: 'found', proved, point: { cost: schedule.cost, makespan: schedule.makespan, proved, schedule } }
  }
  const { grid } = project
  const walk: Walk<CostTimePoint> = {
    cheapest: async (latest) => {
      if (run.limit !== null) return { kind: 'limit' }
      if (latest === null) return step(await optimise(project, ['cost', 'makespan'], {}, run, options))
      return step(await optimise(project, ['cost'], { deadline: grid.steps(latest) }, run, options))
    },
    before: (makespan) => grid.time(grid.steps(makespan) - 1),
    leastMakespan: grid.time(criticalPathLength(project)),
    mark: (point, proved) => ({ ...point, proved }),
  }
  const points: CostTimePoint[] = []
  const inner = walkFront(walk)
  for (;;) {
    const next = await inner.next()
    if (next.done === true) {
      const conflict: Conflict | null =
        next.value.kind === 'none' ? await explainProjectConflict(problem, run, options) : null
      return {
        status: conflict !== null ? 'infeasible' : next.value.kind === 'partial' ? 'partial' : 'complete',
        knee: kneeOf(points),
        hypervolume: hypervolumeOf(points),
        gaps: next.value.kind === 'partial' ? next.value.gaps : [],
        conflict,
        solver,
      }
    }
    points.push(next.value)
    run.emit({ kind: 'point', message: `cost ${next.value.cost}, makespan ${next.value.makespan}` })
    yield next.value
  }
}
