/** The cost/time front of a project: every schedule that nothing beats in both, with its proof. */

import { Run } from '../../solvers/contract/index.ts'
import type { CostTimePoint, FrontSummary } from '../../src/domain/front.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import {
  compileProject,
  decodeSchedule,
  explainProjectConflict,
  type ProjectOptions,
  validateProject,
} from '../scheduling/index.ts'
import { projectFront } from './project-front.ts'

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
  const decode = (found: Parameters<typeof decodeSchedule>[1]): CostTimePoint => {
    const { schedule } = decodeSchedule(project, found)
    return { cost: schedule.cost, makespan: schedule.makespan, proved: false, schedule }
  }
  const explain = (): ReturnType<typeof explainProjectConflict> => explainProjectConflict(problem, run, options)
  return yield* projectFront({ project, decode, explain }, run, options)
}
