/**
 * The exact optimum of a compiled project in lexicographic order of its objectives. Without shared capacities the compact
 * model decides; with them the time-indexed one, on a horizon kept short by list schedules. Where cost or worth comes first
 * the compact model, which forgets capacities, gives a bound; when its modes can be scheduled in time the bound is attained
 * and no time-indexed model is needed.
 */

import { InternalError, type Limit, type Run, relativeGap } from '../../solvers/contract/index.ts'
import { type LinearModel, type LinearResult, solveLinear } from '../../solvers/linear/index.ts'
import type { ProjectObjective, ProjectProblem } from '../../src/domain/project.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'
import { buildCompact } from './compact.ts'
import { type CompiledProject, compileProject } from './compile.ts'
import { earliestStarts } from './earliest-starts.ts'
import { bestListSchedule, shiftLeft } from './list-schedule.ts'
import { contribution, type SumLimits, type SumObjective } from './objectives.ts'
import { buildTimeIndexed, modeWindows, type TimeIndexedGoal } from './time-indexed.ts'
import { criticalPathLength, findWindows, type Windows } from './windows.ts'

/** Columns of a time-indexed model beyond which it is not attempted. */
const MOST_COLUMNS = 60_000

export interface Timetable {
  /** Start of each task in steps, -1 when left out. */
  readonly starts: Int32Array
  /** Mode of each task, -1 when left out. */
  readonly modes: Int32Array
}

export type Optimised =
  | ({
      readonly status: 'optimal' | 'feasible'
      /** Which limit was hit; null for an optimum. */
      readonly limit: Limit | null
      /** Proved bound on the first objective, smaller is better: steps for the makespan, contributions for a sum. */
      readonly bound: number
      readonly gap: number
      readonly solver: string
      readonly model: LinearModel
    } & Timetable)
  | { readonly status: 'infeasible'; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }

export interface Restrictions {
  /** Latest end in steps, besides the project's own deadline. */
  readonly deadline?: number
  readonly maxCost?: number
}

export async function optimise(
  project: CompiledProject,
  objectives: readonly ProjectObjective[],
  restrictions: Restrictions,
  run: Run,
  options: ModelOptions,
): Promise<Optimised> {
  const stage = new Stages(project, restrictions, run, options)
  for (const objective of objectives) {
    const end = await stage.minimize(objective)
    if (end !== null) return end
  }
  return stage.result('optimal', null)
}

/** One stage an objective: each keeps the optima of the earlier ones. */
class Stages {
  readonly #project: CompiledProject
  readonly #run: Run
  readonly #options: ModelOptions
  readonly #shared: boolean
  #horizon: number
  #limits: SumLimits
  #best: Timetable | null = null
  #first: { bound: number; gap: number; model: LinearModel } | null = null
  #solver = 'critical path'

  constructor(project: CompiledProject, restrictions: Restrictions, run: Run, options: ModelOptions) {
    this.#project = project
    this.#run = run
    this.#options = options
    this.#shared = project.held.length > 0 || project.stocks.some((stock) => stock.timed)
    const deadline = Math.min(
      project.deadline ?? Number.POSITIVE_INFINITY,
      restrictions.deadline ?? Number.POSITIVE_INFINITY,
    )
    this.#horizon = Math.min(deadline, project.safeHorizon)
    this.#limits = restrictions.maxCost === undefined ? {} : { cost: restrictions.maxCost }
  }

  result(status: 'optimal' | 'feasible', limit: Limit | null): Optimised {
    if (this.#best === null || this.#first === null)
      throw new InternalError('a project was optimised without a schedule')
    return { status, limit, ...this.#first, ...this.#best, solver: this.#solver }
  }

  /** @returns null when the next objective may follow, else the final answer */
  async minimize(objective: ProjectObjective): Promise<Optimised | null> {
    if (objective === 'makespan' && this.#best !== null) {
      this.#horizon = Math.min(this.#horizon, makespanOf(this.#project, this.#best))
    }
    const windows = findWindows(this.#project, this.#horizon)
    if (windows === null) return this.#none()
    if (!this.#shared) return this.#byCompact(objective, windows)
    // Only what modes alone decide can be settled without instants.
    const timeless = objective === 'cost' || objective === 'value'
    if (timeless && this.#limits['weighted-tardiness'] === undefined) {
      const attained = await this.#byRelaxation(objective, windows)
      if (attained !== 'open') return attained
    }
    return this.#byTime(objective, windows)
  }

  #none(): Optimised {
    if (this.#best !== null) throw new InternalError('fixing an objective at its optimum left no schedule')
    return { status: 'infeasible', solver: this.#solver }
  }

  async #solve(model: LinearModel): Promise<LinearResult> {
    const result = await solveLinear(model, linearOptions(this.#run, this.#options))
    this.#solver = result.solver
    if (result.status === 'unbounded') throw new InternalError('a project model was called unbounded')
    return result
  }

  async #byCompact(objective: ProjectObjective, windows: Windows): Promise<Optimised | null> {
    const { model, modes } = buildCompact(this.#project, windows, this.#horizon, { objective, limits: this.#limits })
    const result = await this.#solve(model)
    return this.#accept(objective, model, result, (values) =>
      this.#fromModes(modes.map((column) => values[column] as number)),
    )
  }

  #fromModes(on: readonly number[]): Timetable {
    const { taskCount, modeStart } = this.#project
    const modes = new Int32Array(taskCount).fill(-1)
    for (let i = 0; i < taskCount; i++) {
      for (let mode = modeStart[i] as number; mode < (modeStart[i + 1] as number); mode++) {
        if ((on[mode] as number) > 0.5) modes[i] = mode
      }
    }
    const starts = earliestStarts(this.#project, modes)
    if (starts === null) throw new InternalError('the chosen modes contradict the lags')
    return { starts, modes }
  }

  /** Optimum without capacities; `open` unless a list schedule with the same modes attains it in time. */
  async #byRelaxation(objective: SumObjective, windows: Windows): Promise<Optimised | null | 'open'> {
    const { model, modes } = buildCompact(this.#project, windows, this.#horizon, { objective, limits: this.#limits })
    const result = await this.#solve(model)
    if (result.status === 'infeasible') return this.#none()
    if (result.status !== 'optimal') return 'open'
    const relaxed = this.#fromModes(modes.map((column) => result.values[column] as number))
    const list = bestListSchedule(this.#project, relaxed.modes, this.#run.seed)
    if (list === null || list.makespan > this.#horizon) return 'open'
    const within = findWindows(this.#project, list.makespan) ?? windows
    const whole = this.#wholeModel(objective, within, list.makespan) ?? model
    return this.#accept(objective, whole, result, () => ({ starts: list.starts, modes: list.modes }))
  }

  /** The model with capacities that has the same optimum, for export; null when it would be too large. */
  #wholeModel(objective: SumObjective, windows: Windows, horizon: number): LinearModel | null {
    if (columnsWithin(this.#project, windows) > MOST_COLUMNS) return null
    return buildTimeIndexed(this.#project, windows, horizon, { objective, limits: this.#limits }).model
  }

  async #byTime(objective: ProjectObjective, windows: Windows): Promise<Optimised | null> {
    const project = this.#withCostLimit()
    let horizon = this.#horizon
    let inside = windows
    if (objective === 'makespan') {
      const list = bestListSchedule(project, null, this.#run.seed)
      const better = list !== null && list.makespan <= horizon
      const timeOnly = Object.keys(this.#limits).every((name) => name === 'cost')
      if (better && timeOnly) {
        horizon = list.makespan
        if (this.#best === null) this.#best = list
        inside = findWindows(project, horizon) ?? windows
        // What the critical path needs at least is attained: nothing is left to prove.
        if (list.makespan === criticalPathLength(project)) return this.#attained(project, inside, list)
      }
    }
    if (columnsWithin(project, inside) > MOST_COLUMNS) {
      if (this.#best === null) return { status: 'unknown', limit: 'memory', solver: this.#solver }
      this.#first ??= this.#unproved(project)
      return this.result('feasible', 'memory')
    }
    const goal: TimeIndexedGoal = { objective, limits: this.#limits }
    const { model, modeOf, startOf } = buildTimeIndexed(project, inside, horizon, goal)
    if (modeOf.length === 0) return this.#nothing(model)
    const result = await this.#solve(model)
    return this.#accept(objective, model, result, (values) => {
      const { taskCount, taskOf } = project
      const modes = new Int32Array(taskCount).fill(-1)
      const starts = new Int32Array(taskCount).fill(-1)
      for (let column = 0; column < modeOf.length; column++) {
        if ((values[column] as number) <= 0.5) continue
        const task = taskOf[modeOf[column] as number] as number
        modes[task] = modeOf[column] as number
        starts[task] = startOf[column] as number
      }
      return { modes, starts: shiftLeft(project, starts, modes) }
    })
  }

  /** No task has an instant to start at: only doing nothing is left, which is best where nothing must be done. */
  #nothing(model: LinearModel): Optimised | null {
    const { taskCount, optional } = this.#project
    if (optional.includes(0)) return this.#none()
    this.#best = { starts: new Int32Array(taskCount).fill(-1), modes: new Int32Array(taskCount).fill(-1) }
    this.#first ??= { bound: 0, gap: 0, model }
    return null
  }

  /** The limit on cost, if any, as the budget that list schedules keep. */
  #withCostLimit(): CompiledProject {
    const { cost } = this.#limits
    if (cost === undefined) return this.#project
    return { ...this.#project, budget: Math.min(cost, this.#project.budget ?? Number.POSITIVE_INFINITY) }
  }

  /** A makespan equal to the length of the critical path. */
  #attained(project: CompiledProject, windows: Windows, list: Timetable & { makespan: number }): null {
    const goal: TimeIndexedGoal = { objective: 'makespan', limits: this.#limits }
    this.#best = list
    this.#horizon = list.makespan
    const { model } = buildTimeIndexed(project, windows, list.makespan, goal)
    this.#first ??= { bound: list.makespan, gap: 0, model }
    return null
  }

  #unproved(project: CompiledProject): { bound: number; gap: number; model: LinearModel } {
    const bound = criticalPathLength(project)
    const makespan = makespanOf(project, this.#best as Timetable)
    return { bound, gap: relativeGap(makespan, bound), model: buildCompactModel(project, this.#horizon) }
  }

  #accept(
    objective: ProjectObjective,
    model: LinearModel,
    result: LinearResult,
    decode: (values: Float64Array) => Timetable,
  ): Optimised | null {
    if (result.status === 'infeasible') {
      if (this.#best !== null) throw new InternalError('fixing an objective at its optimum left no schedule')
      return { status: 'infeasible', solver: result.solver }
    }
    if (result.status === 'unbounded') throw new InternalError('a project model was called unbounded')
    if (result.status === 'unknown') {
      if (this.#best === null) return { status: 'unknown', limit: result.limit, solver: result.solver }
      this.#first ??= this.#unproved(this.#project)
      return this.result('feasible', result.limit)
    }
    const found = decode(result.values)
    const value = this.#value(objective, found)
    this.#best = found
    this.#first ??= {
      bound: Math.min(value, result.bound),
      gap: relativeGap(value, Math.min(value, result.bound)),
      model,
    }
    if (result.status === 'feasible') return this.result('feasible', result.limit)
    if (objective === 'makespan') this.#horizon = Math.round(value)
    else this.#limits = { ...this.#limits, [objective]: value + 1e-7 * Math.max(1, Math.abs(value)) }
    return null
  }

  #value(objective: ProjectObjective, { starts, modes }: Timetable): number {
    if (objective === 'makespan') return makespanOf(this.#project, { starts, modes })
    let sum = 0
    modes.forEach((mode, i) => {
      if (mode === -1) return
      sum += contribution(
        this.#project,
        objective,
        mode,
        (starts[i] as number) + (this.#project.duration[mode] as number),
      )
    })
    return sum
  }
}

export function makespanOf(project: CompiledProject, { starts, modes }: Timetable): number {
  let makespan = 0
  modes.forEach((mode, i) => {
    if (mode !== -1) makespan = Math.max(makespan, (starts[i] as number) + (project.duration[mode] as number))
  })
  return makespan
}

function buildCompactModel(project: CompiledProject, horizon: number): LinearModel {
  const windows = findWindows(project, horizon)
  if (windows === null) throw new InternalError('a scheduled project has no windows')
  return buildCompact(project, windows, horizon, { objective: 'makespan', limits: {} }).model
}

/**
 * Whether any schedule exists at all; null when a limit was hit. List schedules answer most questions of existence, propagation
 * many of the others, a model without objective the rest.
 */
export async function hasSchedule(project: CompiledProject, run: Run, options: ModelOptions): Promise<boolean | null> {
  const horizon = Math.min(project.deadline ?? Number.POSITIVE_INFINITY, project.safeHorizon)
  const windows = findWindows(project, horizon)
  if (windows === null) return false
  const list = bestListSchedule(project, null, run.seed)
  if (list !== null && list.makespan <= horizon) return true
  const shared = project.held.length > 0 || project.stocks.some((stock) => stock.timed)
  if (shared && columnsWithin(project, windows) > MOST_COLUMNS) return null
  const { model } = shared
    ? buildTimeIndexed(project, windows, horizon, { objective: 'value', limits: {} })
    : buildCompact(project, windows, horizon, { objective: 'value', limits: {} })
  if (model.variableCount === 0) return !project.optional.includes(0)
  model.replaceObjective([])
  const { status } = await solveLinear(model, linearOptions(run, options))
  return status === 'unknown' ? null : status !== 'infeasible'
}

function columnsWithin(project: CompiledProject, windows: Windows): number {
  const { first, last } = modeWindows(project, windows)
  let columns = 0
  for (let mode = 0; mode < first.length; mode++) {
    columns += Math.max(0, (last[mode] as number) - (first[mode] as number) + 1)
  }
  return columns
}

/** The least capacity of a held resource at which the problem has a schedule; null when none suffices or a limit was hit. */
export async function leastCapacity(
  problem: ProjectProblem,
  resource: string,
  run: Run,
  options: ModelOptions,
): Promise<number | null> {
  const ample = compileProject(problem)
  const demand = heldDemand(problem, ample, resource)
  const project = {
    ...ample,
    held: [
      ...ample.held.filter(({ id }) => id !== resource),
      { id: resource, capacity: Number.POSITIVE_INFINITY, demand },
    ],
  }
  const horizon = Math.min(project.deadline ?? Number.POSITIVE_INFINITY, project.safeHorizon)
  const windows = findWindows(project, horizon)
  if (windows === null) return null
  if (columnsWithin(project, windows) > MOST_COLUMNS) return null
  const goal: TimeIndexedGoal = { objective: { capacityOf: resource }, limits: {} }
  const { model } = buildTimeIndexed(project, windows, horizon, goal)
  const result = await solveLinear(model, linearOptions(run, options))
  return result.status === 'optimal' ? result.objective : null
}

function heldDemand(problem: ProjectProblem, project: CompiledProject, resource: string): Float64Array {
  const modes = problem.tasks.flatMap((task) => task.modes)
  return Float64Array.from(modes, (mode, m) =>
    project.duration[m] === 0
      ? 0
      : mode.requires.reduce((sum, { resource: id, amount }) => (id === resource ? sum + amount : sum), 0),
  )
}
