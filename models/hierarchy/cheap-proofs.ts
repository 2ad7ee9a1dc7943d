/**
 * Proofs that a chosen way cannot do, before anything is scheduled, cheapest first: the critical path against the latest end,
 * the work on each resource against what it can give until then, sums of stocks and of money, and the linear relaxation of
 * modes and orderings. Each is a relaxation, so what it refutes is refuted; what passes may still fail.
 */
import type { Run } from '../../solvers/contract/index.ts'
import { type LinearModel, solveLinear } from '../../solvers/linear/index.ts'
import type { FlatHierarchy } from '../../src/domain/hierarchy-rules.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import { costWithPenalty } from '../../src/domain/project-rules.ts'
import { figure, linearOptions, measure } from '../conflict/index.ts'
import {
  buildCompact,
  type CompiledProject,
  compileProject,
  criticalPathLength,
  findWindows,
  netChange,
  type ProjectOptions,
} from '../scheduling/index.ts'

/** What a candidate must beat: its first objective at most this (smaller is better; worth counts negative). */
export interface Yardstick {
  readonly objective: ProjectObjective
  readonly most: number
  /** A value equal to `most` is still of interest (for the objectives that follow). */
  readonly ties: boolean
}

/** @returns why the way is out, in words; null when it has to be scheduled */
export async function refute(
  flat: FlatHierarchy,
  yardstick: Yardstick | null,
  run: Run,
  options: ProjectOptions,
): Promise<string | null> {
  const { project: problem, methodCost } = flat
  const project = compileProject(problem)
  const time = yardstick?.objective === 'makespan' ? yardstick : null
  const money = yardstick?.objective === 'cost' ? yardstick : null
  const latest = Math.min(problem.deadline ?? Number.POSITIVE_INFINITY, time?.most ?? Number.POSITIVE_INFINITY)
  const tooLate = (length: number): boolean => length > latest || (time?.ties === false && length >= time.most)

  const path = project.grid.time(criticalPathLength(project))
  if (tooLate(path)) return `its critical path takes ${measure(path, problem.timeUnit)}`
  for (const { id, capacity, demand, idle } of project.held) {
    const still = (mode: number): number => idle.get(mode)?.reduce((sum, [from, to]) => sum + to - from, 0) ?? 0
    const working = (mode: number): number => (project.duration[mode] as number) - still(mode)
    const work = sumOfLeast(project, (mode) => (demand[mode] as number) * working(mode))
    const length = project.grid.time(capacity > 0 ? work / capacity : work > 0 ? Number.POSITIVE_INFINITY : 0)
    if (tooLate(length)) return `its work on ${id} takes ${measure(length, problem.timeUnit)}`
  }
  for (const { id, initial, change } of project.stocks) {
    const drain = sumOfLeast(project, (mode) => -netChange(change, mode))
    if (drain > initial + 1e-9) return `it takes ${figure(drain)} ${id} of ${figure(initial)}`
  }
  const cost = sumOfLeast(project, (mode) => project.cost[mode] as number)
  // What is paid in all, with the penalty where the budget is soft.
  const paid = costWithPenalty(problem, cost) + methodCost
  const tooDear = project.budget !== null && cost > project.budget + 1e-9
  const noBetter = money !== null && (paid > money.most + 1e-9 || (!money.ties && paid >= money.most - 1e-9))
  if (tooDear || noBetter) return `it costs at least ${measure(paid, problem.costUnit)}`
  return byRelaxation(project, flat, yardstick, latest, run, options)
}

/** The linear relaxation of the compact model: modes, orderings, money and stocks at once. */
async function byRelaxation(
  project: CompiledProject,
  { project: problem, methodCost }: FlatHierarchy,
  yardstick: Yardstick | null,
  latest: number,
  run: Run,
  options: ProjectOptions,
): Promise<string | null> {
  const horizon = Number.isFinite(latest)
    ? Math.min(project.grid.floor(latest), project.safeHorizon)
    : project.safeHorizon
  const windows = findWindows(project, horizon)
  if (windows === null) return 'no times keep its orderings and windows'
  if (project.taskCount === 0) return null
  const objective = yardstick?.objective ?? (project.problem.objectives[0] as ProjectObjective)
  const { model } = buildCompact(project, windows, horizon, { objective, limits: {} })
  const result = await solveLinear(relaxed(model), linearOptions(run, options))
  if (result.status === 'infeasible') return 'the linear relaxation of its modes and limits has no answer'
  if (result.status !== 'optimal' || yardstick === null) return null
  const bound =
    objective === 'makespan'
      ? project.grid.time(Math.ceil(result.bound - 1e-6))
      : objective === 'cost'
        ? costWithPenalty(problem, result.bound) + methodCost
        : result.bound
  const slack = 1e-6 * Math.max(1, Math.abs(bound))
  const worse = bound > yardstick.most + slack || (!yardstick.ties && bound >= yardstick.most - slack)
  return worse ? `its linear relaxation gives ${figure(bound)}, no better than ${figure(yardstick.most)}` : null
}

function relaxed(model: LinearModel): LinearModel {
  const copy = model.clone()
  for (let column = 0; column < copy.variableCount; column++) {
    const lower = copy.variableLower(column)
    const upper = copy.variableUpper(column)
    copy.setVariableKind(column, 'continuous')
    copy.setVariableBounds(column, lower, upper)
  }
  return copy
}

/** Sum over the tasks that must be done of the least amount over their modes; what may be left out counts when negative. */
function sumOfLeast(project: CompiledProject, amount: (mode: number) => number): number {
  let sum = 0
  for (let i = 0; i < project.taskCount; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let mode = project.modeStart[i] as number; mode < (project.modeStart[i + 1] as number); mode++) {
      least = Math.min(least, amount(mode))
    }
    sum += project.optional[i] === 1 ? Math.min(0, least) : least
  }
  return sum
}
