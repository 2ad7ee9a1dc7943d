/** Scheduling a project: optimise on the time grid, decode, re-check, and say what binds. */

import { InternalError, Run, relativeGap } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { ProjectObjective, ProjectProblem, Schedule, ScheduledTask } from '../../src/domain/project.ts'
import {
  costWithPenalty,
  evaluateProject,
  measuresOf,
  objectiveValue,
  type ProjectEvaluation,
} from '../../src/domain/project-rules.ts'
import { clean } from '../conflict/index.ts'
import { type CompiledProject, compileProject } from './compile.ts'
import { explainProjectConflict } from './conflict.ts'
import { bindingUses, criticalChain } from './criticality.ts'
import type { ProjectOptions } from './engine.ts'
import { optimise } from './optimise.ts'
import type { ProjectPlan, ProjectResult } from './result.ts'
import type { ExportableModel, Optimised, Timetable } from './timetable.ts'
import { statedMode } from './unroll.ts'
import { validateProject } from './validate.ts'

/**
 * Finds starts and modes that are best in the problem's objectives, in order of importance.
 * @throws InvalidInputError when the problem breaks its own rules or its times need too fine a grid
 */
export async function scheduleProject(problem: ProjectProblem, options: ProjectOptions = {}): Promise<ProjectResult> {
  validateProject(problem)
  const run = new Run('schedule', options)
  const project = compileProject(problem)
  const optimised = await optimise(project, problem.objectives, {}, run, options)
  switch (optimised.status) {
    case 'unknown':
      return optimised
    case 'infeasible': {
      const conflict = options.explain === false ? unexplained : await explainProjectConflict(problem, run, options)
      return { status: 'infeasible', conflict, solver: optimised.solver }
    }
    case 'optimal':
    case 'feasible': {
      const plan = planFrom(project, optimised)
      const { limit } = optimised
      return withModel(
        limit === null ? { status: 'optimal', ...plan } : { status: 'feasible', limit, ...plan },
        optimised.model,
      )
    }
  }
}

/** Stands where nobody asked why. */
const unexplained: Conflict = { constraints: [], irreducible: false, relaxations: [], explanation: '' }

/** A checked schedule from a timetable. @throws InternalError when it breaks a rule of the problem */
export function decodeSchedule(
  project: CompiledProject,
  { starts, modes }: Timetable,
): { schedule: Schedule; evaluation: ProjectEvaluation } {
  const { problem, stated, grid, modeStart } = project
  const tasks: ScheduledTask[] = []
  problem.tasks.forEach((task, i) => {
    if (modes[i] === -1) return
    const mode = task.modes[(modes[i] as number) - (modeStart[i] as number)] as (typeof task.modes)[number]
    const start = clean(grid.time(starts[i] as number))
    tasks.push({ id: task.id, mode: statedMode(mode.id), start, end: clean(start + mode.duration) })
  })
  const order = new Map(problem.tasks.map((task, i) => [task.id, i]))
  tasks.sort((a, b) => a.start - b.start || (order.get(a.id) as number) - (order.get(b.id) as number))
  const evaluation = evaluateProject(stated, tasks)
  const broken = evaluation.check.violations[0]
  if (broken !== undefined) throw new InternalError(`the schedule breaks "${broken.rule}": ${broken.description}`)
  return {
    schedule: { tasks, makespan: clean(evaluation.makespan), cost: clean(evaluation.cost) },
    evaluation,
  }
}

/** Adds the linear model as a field that is built when first read: few ask for it, and it may take longer than the search. */
function withModel<Plan extends object>(plan: Plan, model: ExportableModel): Plan & Pick<ProjectPlan, 'linearModel'> {
  let built: LinearModel | null | undefined
  const linearModel = (): LinearModel | null => {
    if (built === undefined) built = model.build()
    return built
  }
  return Object.defineProperty(plan, 'linearModel', {
    get: linearModel,
    enumerable: true,
    configurable: true,
  }) as Plan & Pick<ProjectPlan, 'linearModel'>
}

function planFrom(
  project: CompiledProject,
  optimised: Extract<Optimised, Timetable>,
): Omit<ProjectPlan, 'linearModel'> {
  const problem = project.stated
  const { schedule, evaluation } = decodeSchedule(project, optimised)
  const first = problem.objectives[0] as ProjectObjective
  const values: Partial<Record<ProjectObjective, number>> = {}
  for (const objective of measuresOf(problem)) values[objective] = clean(objectiveValue(evaluation, objective))
  const soft = problem.overspendPenalty !== undefined
  const bound = boundInUnits(project, first, optimised.bound)
  const done = new Set(schedule.tasks.map((task) => task.id))
  return {
    objective: values[first] as number,
    values,
    bound,
    gap: soft && first === 'cost' ? relativeGap(values.cost as number, bound) : optimised.gap,
    schedule,
    ...(soft ? { overspend: clean(evaluation.overspend) } : {}),
    omitted: problem.tasks.flatMap((task) => (done.has(task.id) ? [] : [task.id])),
    binding: bindingUses(problem, schedule),
    criticalPath: criticalChain(problem, schedule),
    solver: optimised.solver,
    check: evaluation.check,
    variables: optimised.model.columns(),
  }
}

/** A bound of the optimisation in the units of the problem; worth is maximised by minimising its negative. */
export function boundInUnits({ grid, stated }: CompiledProject, objective: ProjectObjective, bound: number): number {
  if (objective === 'makespan') return clean(grid.time(Math.ceil(bound - 1e-6)))
  if (objective === 'cost') return clean(costWithPenalty(stated, bound))
  return clean(objective === 'value' ? -bound : bound)
}
