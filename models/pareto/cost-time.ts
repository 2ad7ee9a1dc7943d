/** The cost/time front of a project: every schedule that nothing beats in both, with its proof. */

import { Run } from '../../solvers/contract/index.ts'
import type { CostTimePoint, FrontSummary } from '../../src/domain/front.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import { objectiveValue } from '../../src/domain/project-rules.ts'
import { clean } from '../conflict/index.ts'
import {
  compileProject,
  decodeSchedule,
  explainProjectConflict,
  type ProjectOptions,
  validateProject,
} from '../scheduling/index.ts'
import { type FrontMeasure, projectFront } from './project-front.ts'

export interface CostTimeOptions extends ProjectOptions {
  /** What is traded against time. @default 'cost' */
  readonly measure?: FrontMeasure
}

/**
 * Points in order of increasing cost, each as soon as it is proved; the summary when the walk ends. The problem's own
 * objectives are ignored, its deadline and budget bound the front.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function* costTimeFront(
  problem: ProjectProblem,
  options: CostTimeOptions = {},
): AsyncGenerator<CostTimePoint, FrontSummary> {
  validateProject(problem)
  const run = new Run('pareto', options)
  const project = compileProject(problem)
  const measure = options.measure ?? 'cost'
  const decode = (found: Parameters<typeof decodeSchedule>[1]): CostTimePoint => {
    const { schedule, evaluation } = decodeSchedule(project, found)
    const cost = measure === 'cost' ? schedule.cost : clean(objectiveValue(evaluation, measure))
    return { cost, makespan: schedule.makespan, proved: false, schedule }
  }
  const explain = (): ReturnType<typeof explainProjectConflict> => explainProjectConflict(problem, run, options)
  return yield* projectFront({ project, decode, explain, measure }, run, options)
}
