/** Questions of existence: is there any schedule, and from which capacity of a resource on. */

import type { Run } from '../../solvers/contract/index.ts'
import { solveLinear } from '../../solvers/linear/index.ts'
import { type Renewable, schedule as scheduleExactly } from '../../solvers/scheduling/index.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import { linearOptions } from '../conflict/index.ts'
import { buildCompact } from './compact.ts'
import { type CompiledProject, compileProject, needsInstants, standsStill } from './compile.ts'
import { type ConstraintProblem, constraintProblem } from './constraint.ts'
import { columnsWithin, MOST_COLUMNS, type ProjectOptions, usesScheduler } from './engine.ts'
import { bestListSchedule } from './list-schedule.ts'
import { buildTimeIndexed, type TimeIndexedGoal } from './time-indexed.ts'
import { findWindows } from './windows.ts'

/** Search conflicts after which a question of existence is left open. */
const MOST_CONFLICTS = 50_000

/**
 * Whether any schedule exists at all; null when a limit was hit. List schedules answer most questions of existence, propagation
 * many of the others, a model without objective the rest.
 */
export async function hasSchedule(
  project: CompiledProject,
  run: Run,
  options: ProjectOptions,
): Promise<boolean | null> {
  const horizon = Math.min(project.deadline ?? Number.POSITIVE_INFINITY, project.safeHorizon)
  const windows = findWindows(project, horizon)
  if (windows === null) return false
  const list = bestListSchedule(project, null, run.seed)
  if (list !== null && list.makespan <= horizon) return true
  const shared = needsInstants(project)
  if (shared && usesScheduler(options)) {
    const stated = constraintProblem(project, 'makespan', {}, horizon)
    if (stated !== null) return existsExactly(stated, run)
  }
  if (shared && columnsWithin(project, windows) > MOST_COLUMNS) return null
  const { model } = shared
    ? buildTimeIndexed(project, windows, horizon, { objective: 'value', limits: {} })
    : buildCompact(project, windows, horizon, { objective: 'value', limits: {} })
  if (model.variableCount === 0) return !project.optional.includes(0) && standsStill(project)
  model.replaceObjective([])
  const { status } = await solveLinear(model, linearOptions(run, options))
  return status === 'unknown' ? null : status !== 'infeasible'
}

/** Any schedule will do: an objective without weights is attained by the first one. */
async function existsExactly({ problem }: ConstraintProblem, run: Run): Promise<boolean | null> {
  const { onProgress: _quiet, ...nested } = run.nested()
  const anything = { ...problem, objective: { makespan: 0 } }
  const { status } = await scheduleExactly(anything, { ...nested, explain: false, conflictLimit: MOST_CONFLICTS })
  return status === 'unknown' ? null : status !== 'infeasible'
}

/** The least capacity of a held resource at which the problem has a schedule; null when none suffices or a limit was hit. */
export async function leastCapacity(
  problem: ProjectProblem,
  resource: string,
  run: Run,
  options: ProjectOptions,
): Promise<number | null> {
  const ample = compileProject(problem)
  const demand = heldDemand(ample, resource)
  const own = ample.held.find(({ id }) => id === resource)
  const project = {
    ...ample,
    held: [
      ...ample.held.filter(({ id }) => id !== resource),
      {
        id: resource,
        capacity: Number.POSITIVE_INFINITY,
        demand,
        closed: own?.closed ?? [],
        idle: own?.idle ?? new Map(),
      },
    ],
  }
  const horizon = Math.min(project.deadline ?? Number.POSITIVE_INFINITY, project.safeHorizon)
  const windows = findWindows(project, horizon)
  if (windows === null) return null
  // Where it is let go in pauses it is several renewables for the scheduler.
  if (usesScheduler(options) && (own === undefined || own.idle.size === 0)) {
    const stated = constraintProblem(project, 'makespan', {}, horizon)
    if (stated !== null) return leastCapacityExactly(stated, resource, run)
  }
  if (columnsWithin(project, windows) > MOST_COLUMNS) return null
  const goal: TimeIndexedGoal = { objective: { capacityOf: resource }, limits: {} }
  const { model } = buildTimeIndexed(project, windows, horizon, goal)
  const result = await solveLinear(model, linearOptions(run, options))
  return result.status === 'optimal' ? result.objective : null
}

/** Bisection on the capacity, which only ever helps. */
async function leastCapacityExactly(stated: ConstraintProblem, resource: string, run: Run): Promise<number | null> {
  const renewables = stated.problem.renewables ?? []
  const index = renewables.findIndex(({ id }) => id === resource)
  const demandOf = ({ demands = [] }: { readonly demands?: readonly number[] }): number => demands[index] ?? 0
  const { tasks } = stated.problem
  const scale = stated.capacityScale(resource)
  let low = Math.max(
    0,
    ...tasks.filter((task) => task.optional !== true).map((task) => Math.min(...task.modes.map(demandOf))),
  )
  let high = tasks.reduce((sum, task) => sum + Math.max(...task.modes.map(demandOf)), 0)
  const exists = (capacity: number): Promise<boolean | null> => {
    const changed = renewables.map((renewable, r) => (r === index ? withCapacity(renewable, capacity) : renewable))
    return existsExactly({ ...stated, problem: { ...stated.problem, renewables: changed } }, run)
  }
  if ((await exists(high)) !== true) return null
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await exists(middle)
    if (found === null) return null
    if (found) high = middle
    else low = middle + 1
  }
  return low / scale
}

/** What is closed altogether stays so, and never more than there is. */
function withCapacity(renewable: Renewable, capacity: number): Renewable {
  const reductions = renewable.reductions?.map((gap) => ({ ...gap, amount: Math.min(gap.amount, capacity) }))
  return { ...renewable, capacity, ...(reductions === undefined ? {} : { reductions }) }
}

function heldDemand(project: CompiledProject, resource: string): Float64Array {
  const modes = project.problem.tasks.flatMap((task) => task.modes)
  return Float64Array.from(modes, (mode, m) =>
    project.duration[m] === 0
      ? 0
      : mode.requires.reduce((sum, { resource: id, amount }) => (id === resource ? sum + amount : sum), 0),
  )
}
