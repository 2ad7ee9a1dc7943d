/**
 * The linear model of a project, to be read or solved elsewhere: the compact one (compact.ts) where tasks share no capacities, else
 * the time-indexed one (time-indexed.ts). With several objectives that of the first: its optimum is the first of the answer's.
 */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import { buildCompact } from './compact.ts'
import { compileProject, needsInstants } from './compile.ts'
import { columnsWithin, MOST_COLUMNS, tooFine } from './engine.ts'
import { bestListSchedule } from './list-schedule.ts'
import { buildTimeIndexed } from './time-indexed.ts'
import { findWindows } from './windows.ts'

/**
 * @throws InvalidInputError for a faulty project, or one with more possible starts than such a model can hold
 * @throws UnsupportedError when precedence and deadlines alone leave no schedule: there is nothing to write
 */
export function buildProjectModel(problem: ProjectProblem): LinearModel {
  const project = compileProject(problem)
  const [objective = 'makespan'] = problem.objectives
  const latest = Math.min(project.deadline ?? Number.POSITIVE_INFINITY, project.safeHorizon)
  // No shortest schedule ends after one that is known; a cheapest one may.
  const known = objective === 'makespan' ? bestListSchedule(project, null, 0) : null
  const horizon = Math.min(latest, known?.makespan ?? latest)
  const windows = findWindows(project, horizon)
  if (windows === null) {
    throw new UnsupportedError('--export', 'precedence and deadlines alone leave no schedule', {
      hint: 'solve it to see which of them conflict',
    })
  }
  if (!needsInstants(project)) return buildCompact(project, windows, horizon, { objective, limits: {} }).model
  const columns = columnsWithin(project, windows)
  if (columns > MOST_COLUMNS) throw tooFine(project, columns)
  return buildTimeIndexed(project, windows, horizon, { objective, limits: {} }).model
}
