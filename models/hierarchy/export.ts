/** The linear model of a hierarchical project: that of its joint project (joint.ts). */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { HierarchyProblem } from '../../src/domain/hierarchy.ts'
import { buildProjectModel } from '../scheduling/index.ts'
import { buildJoint } from './joint.ts'
import { expandValid, tooDeep } from './validate.ts'

/**
 * @throws InvalidInputError for a faulty hierarchy, or one with more possible starts than such a model can hold
 * @throws UnsupportedError when no methods within `maxDepth`, or no starts within the deadlines, are left
 */
export function buildHierarchyModel(problem: HierarchyProblem): LinearModel {
  const tree = expandValid(problem)
  if (tree === null) throw new UnsupportedError('--export', tooDeep(problem).explanation, { hint: 'raise maxDepth' })
  return buildProjectModel(buildJoint(problem, tree).project)
}
