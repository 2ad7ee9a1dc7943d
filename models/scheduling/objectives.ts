/** What the objectives of a project mean for one task done in one mode and ending at one instant. */
import type { ProjectObjective } from '../../src/domain/project.ts'
import { dueCost } from '../../src/domain/project-rules.ts'
import type { CompiledProject } from './compile.ts'

/** Everything but the makespan is a sum over tasks; smaller is better, so worth counts negative. */
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
  }
}

/** Upper limits on sum objectives, as contributions (smaller is better). */
export type SumLimits = Partial<Record<SumObjective, number>>
