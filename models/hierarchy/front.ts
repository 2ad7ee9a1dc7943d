/** The cost/time front over methods, modes and times together: every plan that nothing beats in both, with its proof. */
import { Run } from '../../solvers/contract/index.ts'
import type { FrontPoint, FrontSummary } from '../../src/domain/front.ts'
import type { HierarchyProblem, HierarchySchedule } from '../../src/domain/hierarchy.ts'
import { projectFront } from '../pareto/index.ts'
import { compileProject, decodeSchedule, explainProjectConflict, type ProjectOptions } from '../scheduling/index.ts'
import { describePlan } from './decode.ts'
import { buildJoint } from './joint.ts'
import { expandValid, tooDeep } from './validate.ts'

/** A point of the front and the plan that attains it. */
export interface HierarchyPoint extends FrontPoint {
  readonly schedule: HierarchySchedule
}

/**
 * Points in order of increasing cost, each as soon as it is proved; the summary when the walk ends. The problem's own
 * objectives are ignored, its deadline and budget bound the front.
 * @throws InvalidInputError when the problem breaks its own rules or is too large written out
 */
export async function* hierarchyFront(
  problem: HierarchyProblem,
  options: ProjectOptions = {},
): AsyncGenerator<HierarchyPoint, FrontSummary> {
  const run = new Run('pareto', options)
  const tree = expandValid(problem)
  if (tree === null) {
    const conflict = tooDeep(problem)
    return { status: 'infeasible', knee: null, hypervolume: 0, gaps: [], conflict, solver: 'expansion' }
  }
  const joint = buildJoint(problem, tree)
  const project = compileProject(joint.project)
  const decode = (found: Parameters<typeof decodeSchedule>[1]): HierarchyPoint => {
    const { schedule } = describePlan(problem, tree, joint.decode(decodeSchedule(project, found).schedule.tasks))
    return { cost: schedule.cost, makespan: schedule.makespan, proved: false, schedule }
  }
  const explain = (): ReturnType<typeof explainProjectConflict> => explainProjectConflict(joint.project, run, options)
  return yield* projectFront({ project, decode, explain }, run, options)
}
