/** From methods and times to a checked plan of the hierarchy. */
import { InternalError } from '../../solvers/contract/index.ts'
import type { HierarchyProblem, HierarchySchedule } from '../../src/domain/hierarchy.ts'
import { evaluateHierarchy, flattenHierarchy } from '../../src/domain/hierarchy-rules.ts'
import type { HierarchyTree } from '../../src/domain/hierarchy-tree.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import { objectiveValue } from '../../src/domain/project-rules.ts'
import { clean } from '../conflict/index.ts'
import { bindingUses, criticalChain } from '../scheduling/index.ts'
import type { HierarchyPlan } from './result.ts'

export type PlanBody = Omit<HierarchyPlan, 'bound' | 'gap' | 'solver' | 'trace'>

/** @throws InternalError when the schedule breaks a rule of the problem */
export function describePlan(
  problem: HierarchyProblem,
  tree: HierarchyTree,
  { tasks, methods }: Pick<HierarchySchedule, 'tasks' | 'methods'>,
): PlanBody {
  const evaluation = evaluateHierarchy(problem, tree, { tasks, methods })
  const broken = evaluation.check.violations[0]
  if (broken !== undefined) throw new InternalError(`the plan breaks "${broken.rule}": ${broken.description}`)
  const flat = flattenHierarchy(problem, tree, new Map(methods.map((choice) => [choice.task, choice.method])))
  const schedule: HierarchySchedule = {
    methods,
    tasks,
    makespan: clean(evaluation.makespan),
    cost: clean(evaluation.cost),
  }
  const values: Partial<Record<ProjectObjective, number>> = {}
  for (const objective of problem.objectives) values[objective] = clean(objectiveValue(evaluation, objective))
  const done = new Set(tasks.map((task) => task.id))
  const whole = { ...flat.project, budget: problem.budget }
  return {
    objective: values[problem.objectives[0] as ProjectObjective] as number,
    values,
    schedule,
    ...(problem.overspendPenalty === undefined ? {} : { overspend: clean(evaluation.overspend) }),
    omitted: flat.project.tasks.flatMap((task) => (done.has(task.id) ? [] : [task.id])),
    binding: bindingUses(whole, schedule),
    criticalPath: criticalChain(whole, schedule),
    check: evaluation.check,
    complete: tree.complete,
  }
}
