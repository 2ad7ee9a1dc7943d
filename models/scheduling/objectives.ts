/** What the objectives of a project mean for one task done in one mode and ending at one instant. */
import type { ProjectMeasure, ProjectObjective } from '../../src/domain/project.ts'
import { dueCost } from '../../src/domain/project-rules.ts'
import type { CompiledProject } from './compile.ts'

/**
 * Everything but the makespan is a sum over tasks; smaller is better, so worth counts negative. Of a weighted sum this is what
 * the tasks contribute; the makespan counts besides (`endWeight`).
 */
export type SumObjective = Exclude<ProjectObjective, 'makespan'>

/** Contribution of a mode whose task ends at a step of the grid. */
export function contribution(project: CompiledProject, objective: SumObjective, mode: number, end: number): number {
  const task = project.problem.tasks[project.taskOf[mode] as number] as CompiledProject['problem']['tasks'][number]
  switch (objective) {
    case 'cost':
      return project.cost[mode] as number
    case 'value':
      return task.optional ? -task.value : 0
    case 'weighted-tardiness':
      return dueCost(task, project.grid.time(end))
    case 'weighted': {
      let sum = 0
      for (const [measure, weight] of sumParts(project)) sum += weight * contribution(project, measure, mode, end)
      return sum
    }
  }
}

/** The measures but the makespan that the weighted sum of a project counts, with their weights. */
export function sumParts({ problem }: CompiledProject): (readonly [Exclude<ProjectMeasure, 'makespan'>, number])[] {
  const { weights = {} } = problem
  return (['cost', 'weighted-tardiness', 'value'] as const)
    .map((measure) => [measure, weights[measure] ?? 0] as const)
    .filter(([, weight]) => weight > 0)
}

/** What a step of the makespan counts in an objective. */
export function endWeight({ problem, grid }: CompiledProject, objective: ProjectObjective): number {
  if (objective === 'makespan') return 1
  return objective === 'weighted' ? (problem.weights?.makespan ?? 0) * grid.step : 0
}

/** Upper limits on sum objectives, as contributions (smaller is better). */
export type SumLimits = Partial<Record<SumObjective, number>>
