/**
 * Where one more task fits into a project whose other tasks stay where they are: the others are scheduled without it, then every
 * place on the time grid is judged by the rules of the problem. O(steps x modes) checks.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { breaksOf, workingEnd } from '../../src/domain/calendar.ts'
import type { ProjectObjective, ProjectProblem } from '../../src/domain/project.ts'
import { evaluateProject, measuresOf, objectiveValue } from '../../src/domain/project-rules.ts'
import { clean } from '../conflict/index.ts'
import type { ProjectOptions } from './engine.ts'
import type { ProjectResult } from './result.ts'
import { scheduleProject } from './solve.ts'
import { timeGrid } from './time-grid.ts'
import { validateProject } from './validate.ts'

/** Places beyond which a grid is too fine to try them all. */
const MOST_PLACES = 20_000

export interface TaskInsertion {
  readonly start: number
  readonly end: number
  readonly mode: string
  /** Values of all objectives with the task at this place. */
  readonly values: Readonly<Partial<Record<ProjectObjective, number>>>
}

export interface Insertions {
  /** The project without the task. */
  readonly others: ProjectProblem
  readonly result: ProjectResult
  /** Best objectives first, then earliest; empty when the task fits nowhere or the others have no schedule. */
  readonly places: readonly TaskInsertion[]
}

/**
 * @param id the task to insert
 * @param options `most`: places returned. @default 10
 * @throws InvalidInputError for an unknown task, a faulty problem, or a grid with more than 20,000 places
 */
export async function insertTask(
  problem: ProjectProblem,
  id: string,
  options: ProjectOptions & { readonly most?: number } = {},
): Promise<Insertions> {
  validateProject(problem)
  const task = problem.tasks.find((candidate) => candidate.id === id)
  if (task === undefined) {
    const message = `there is no task "${id}" to insert`
    throw new InvalidInputError([{ code: 'unknown-name', path: ['tasks'], message, hint: 'name one of the tasks' }])
  }
  const others: ProjectProblem = {
    ...problem,
    tasks: problem.tasks.filter((other) => other !== task),
    precedence: problem.precedence.filter(({ before, after }) => before !== id && after !== id),
    choices: (problem.choices ?? []).map((rule) => ({ ...rule, terms: rule.terms.filter((term) => term.task !== id) })),
  }
  const { most = 10, ...settings } = options
  const result = await scheduleProject(others, settings)
  if (result.status !== 'optimal' && result.status !== 'feasible') return { others, result, places: [] }
  const { step } = timeGrid(problem)
  const lags = problem.precedence.reduce((sum, { minLag }) => sum + Math.max(0, minLag), 0)
  const ends = problem.resources.flatMap((resource) => (resource.closures ?? []).map((closure) => closure.to))
  const windows = task.modes.flatMap((mode) => (mode.window === undefined ? [] : [mode.window[0]]))
  // Later than everything there is, nothing changes any more.
  const last =
    Math.max(result.schedule.makespan, task.release, task.start ?? 0, ...ends.filter(Number.isFinite), ...windows) +
    lags
  const steps = Math.floor((last - task.release) / step + 1e-6)
  if ((steps + 1) * task.modes.length > MOST_PLACES) {
    const message = `there are ${(steps + 1) * task.modes.length} places for "${id}" at steps of ${step}`
    const hint = 'round durations, releases and lags to a coarser step'
    throw new InvalidInputError([{ code: 'grid-too-fine', path: ['tasks'], message, hint }])
  }
  const places: TaskInsertion[] = []
  for (const mode of task.modes) {
    const breaks = task.pausable === true ? breaksOf(mode, problem.resources) : []
    for (let k = 0; k <= steps; k++) {
      const start = clean(task.release + k * step)
      const end = workingEnd(start, mode.duration, breaks)
      if (end === null) continue
      const evaluation = evaluateProject(problem, [...result.schedule.tasks, { id, mode: mode.id, start, end }])
      if (evaluation.check.violations.length > 0) continue
      const values: Partial<Record<ProjectObjective, number>> = {}
      for (const objective of measuresOf(problem)) values[objective] = clean(objectiveValue(evaluation, objective))
      places.push({ start, end: clean(end), mode: mode.id, values })
    }
  }
  places.sort((a, b) => byObjectives(problem.objectives, a, b) || a.start - b.start || a.end - b.end)
  return { others, result, places: places.slice(0, most) }
}

function byObjectives(objectives: readonly ProjectObjective[], a: TaskInsertion, b: TaskInsertion): number {
  for (const objective of objectives) {
    const difference = ((a.values[objective] ?? 0) - (b.values[objective] ?? 0)) * (objective === 'value' ? -1 : 1)
    if (Math.abs(difference) > 1e-9) return difference
  }
  return 0
}
