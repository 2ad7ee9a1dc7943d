/**
 * Planning a hierarchical project: methods, modes and times that are best together, with the proof over all of them. Two roads
 * that must agree: the joint model (`joint.ts`), and candidates one by one with cheap proofs in between (`by-candidates.ts`).
 */
import { InternalError, Run, relativeGap } from '../../solvers/contract/index.ts'
import type { HierarchyProblem } from '../../src/domain/hierarchy.ts'
import type { HierarchyTree } from '../../src/domain/hierarchy-tree.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import {
  boundInUnits,
  compileProject,
  decodeSchedule,
  explainProjectConflict,
  optimise,
  type ProjectOptions,
} from '../scheduling/index.ts'
import { solveByCandidates } from './by-candidates.ts'
import { describePlan } from './decode.ts'
import { buildJoint } from './joint.ts'
import type { HierarchyResult } from './result.ts'
import { expandValid, tooDeep } from './validate.ts'

export interface HierarchyOptions extends ProjectOptions {
  /**
   * `joint`: methods and schedule in one model. `candidates`: one choice of methods after the other, best bound first, with
   * cheap proofs before each is scheduled; it explains itself in `trace`. @default 'joint'
   */
  readonly road?: 'joint' | 'candidates'
}

/**
 * The best plan in the problem's objectives, in order of importance.
 * @throws InvalidInputError when the problem breaks its own rules or is too large written out
 */
export async function solveHierarchy(
  problem: HierarchyProblem,
  options: HierarchyOptions = {},
): Promise<HierarchyResult> {
  const run = new Run('hierarchy', options)
  const tree = expandValid(problem)
  if (tree === null) return { status: 'infeasible', conflict: tooDeep(problem), solver: 'expansion', trace: [] }
  return options.road === 'candidates'
    ? solveByCandidates(problem, tree, run, options)
    : solveJointly(problem, tree, run, options)
}

async function solveJointly(
  problem: HierarchyProblem,
  tree: HierarchyTree,
  run: Run,
  options: HierarchyOptions,
): Promise<HierarchyResult> {
  const joint = buildJoint(problem, tree)
  const project = compileProject(joint.project)
  const found = await optimise(project, problem.objectives, {}, run, options)
  const { solver } = found
  switch (found.status) {
    case 'unknown':
      return { status: 'unknown', limit: found.limit, solver, trace: [] }
    case 'infeasible': {
      const conflict = await explainProjectConflict(joint.project, run, options)
      return { status: 'infeasible', conflict, solver, trace: [] }
    }
    case 'optimal':
    case 'feasible': {
      const { schedule } = decodeSchedule(project, found)
      const body = describePlan(problem, tree, joint.decode(schedule.tasks))
      const bound = boundInUnits(project, problem.objectives[0] as ProjectObjective, found.bound)
      const soft = problem.overspendPenalty !== undefined && problem.objectives[0] === 'cost'
      const gap = soft ? relativeGap(body.objective, bound) : found.gap
      const plan = { ...body, bound, gap, solver, trace: [] }
      if (found.limit === null) return { status: 'optimal', ...plan }
      return { status: 'feasible', limit: found.limit, ...plan }
    }
    default:
      throw new InternalError('a project was answered in an unknown way')
  }
}
