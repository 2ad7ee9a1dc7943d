/**
 * The exact optimum of a compiled project in lexicographic order of its objectives.
 *
 * Without shared capacities the compact linear model decides. With them: where cost comes first, the compact model, which
 * forgets capacities, gives a bound, and a list schedule with its modes may attain it; otherwise the exact scheduler (lazy
 * clause generation) decides, or, where the project cannot be said in integers, the time-indexed linear model on a horizon kept
 * short by list schedules. The engines are held against each other in tests.
 */

import { InternalError, type Limit, type Run, relativeGap } from '../../solvers/contract/index.ts'
import { type LinearModel, type LinearResult, solveLinear } from '../../solvers/linear/index.ts'
import { schedule as scheduleExactly } from '../../solvers/scheduling/index.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import { linearOptions } from '../conflict/index.ts'
import { buildCompact } from './compact.ts'
import { type CompiledProject, needsInstants, standsStill } from './compile.ts'
import { type ConstraintProblem, constraintProblem } from './constraint.ts'
import { earliestStarts } from './earliest-starts.ts'
import { columnsWithin, MOST_COLUMNS, type ProjectOptions, tooFine, usesScheduler } from './engine.ts'
import { bestListSchedule, shiftLeft } from './list-schedule.ts'
import { contribution, endWeight, type SumLimits, type SumObjective } from './objectives.ts'
import { buildTimeIndexed, countTimeIndexed, type TimeIndexedGoal } from './time-indexed.ts'
import { builtModel, type ExportableModel, makespanOf, type Optimised, type Timetable } from './timetable.ts'
import { criticalPathLength, findWindows, type Windows } from './windows.ts'

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
  options: ProjectOptions,
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
  readonly #options: ProjectOptions
  readonly #shared: boolean
  #horizon: number
  #limits: SumLimits
  #best: Timetable | null = null
  #first: { bound: number; gap: number; model: ExportableModel } | null = null
  #solver = 'critical path'

  constructor(project: CompiledProject, restrictions: Restrictions, run: Run, options: ProjectOptions) {
    this.#project = project
    this.#run = run
    this.#options = options
    this.#shared = needsInstants(project)
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
    const timeless = objective === 'cost' || (objective === 'value' && !usesScheduler(this.#options))
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
    return this.#accept(objective, builtModel(model), result, (values) =>
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
    const whole = this.#wholeModel(objective, list.makespan)
    return this.#accept(objective, whole, result, () => ({ starts: list.starts, modes: list.modes }))
  }

  /** The time-indexed model, for export, built when asked for; it gives null when it would be too large. */
  #wholeModel(objective: ProjectObjective, horizon: number): ExportableModel {
    const project = this.#project
    const limits = this.#limits
    const within = (): Windows | null => {
      const windows = findWindows(project, horizon)
      return windows === null || columnsWithin(project, windows) > MOST_COLUMNS ? null : windows
    }
    return {
      columns: () => {
        const windows = within()
        return windows === null ? 0 : countTimeIndexed(project, windows, horizon, objective)
      },
      build: () => {
        const windows = within()
        return windows === null ? null : buildTimeIndexed(project, windows, horizon, { objective, limits }).model
      },
    }
  }

  async #byConstraint(
    objective: ProjectObjective,
    { problem, scale, offset }: ConstraintProblem,
  ): Promise<Optimised | null> {
    const { onProgress: _quiet, ...nested } = this.#run.nested()
    const result = await scheduleExactly(problem, {
      ...nested,
      explain: false,
      onIncumbent: (found) => {
        const unit = objective === 'makespan' ? this.#project.grid.step : 1
        if (this.#first === null)
          this.#run.emit({ kind: 'incumbent', incumbent: (found.objective / scale) * unit + offset })
      },
    })
    this.#solver = 'lazy clause generation'
    if (result.status === 'infeasible') return this.#none()
    if (result.status === 'unknown') {
      if (this.#best === null) return { status: 'unknown', limit: result.limit, solver: this.#solver }
      return this.result('feasible', result.limit)
    }
    const { starts, modes: local } = result.schedule
    const { modeStart } = this.#project
    const modes = Int32Array.from(local, (mode, i) => (mode < 0 ? -1 : (modeStart[i] as number) + mode))
    const found = { starts: Int32Array.from(starts), modes }
    const value = this.#value(objective, found)
    const bound = Math.min(value, result.bound / scale + offset)
    const proved = result.status === 'optimal' ? value : bound
    this.#best = found
    // The optimum is attained by the end of this schedule, so the exported model need not look further.
    const attained = result.status === 'optimal' || objective === 'makespan'
    const horizon = attained ? makespanOf(this.#project, found) : this.#horizon
    this.#first ??= { bound: proved, gap: relativeGap(value, proved), model: this.#wholeModel(objective, horizon) }
    if (result.status === 'feasible') return this.result('feasible', result.limit)
    this.#keep(objective, value)
    return null
  }

  async #byTime(objective: ProjectObjective, windows: Windows): Promise<Optimised | null> {
    if (usesScheduler(this.#options)) {
      const stated = constraintProblem(this.#project, objective, this.#limits, this.#horizon)
      if (stated !== null) return this.#byConstraint(objective, stated)
    }
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
        if (list.makespan === criticalPathLength(project)) return this.#attained(list)
      }
    }
    if (columnsWithin(project, inside) > MOST_COLUMNS) {
      if (this.#best === null) throw tooFine(project, columnsWithin(project, inside))
      this.#first ??= this.#unproved(project)
      return this.result('feasible', 'memory')
    }
    const goal: TimeIndexedGoal = { objective, limits: this.#limits }
    const { model, modeOf, startOf } = buildTimeIndexed(project, inside, horizon, goal)
    if (modeOf.length === 0) return this.#nothing(builtModel(model))
    const result = await this.#solve(model)
    return this.#accept(objective, builtModel(model), result, (values) => {
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
  #nothing(model: ExportableModel): Optimised | null {
    const { taskCount, optional } = this.#project
    if (optional.includes(0) || !standsStill(this.#project)) return this.#none()
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
  #attained(list: Timetable & { makespan: number }): null {
    this.#best = list
    this.#horizon = list.makespan
    this.#first ??= { bound: list.makespan, gap: 0, model: this.#wholeModel('makespan', list.makespan) }
    return null
  }

  #unproved(project: CompiledProject): { bound: number; gap: number; model: ExportableModel } {
    const bound = criticalPathLength(project)
    const makespan = makespanOf(project, this.#best as Timetable)
    return { bound, gap: relativeGap(makespan, bound), model: this.#wholeModel('makespan', makespan) }
  }

  #accept(
    objective: ProjectObjective,
    model: ExportableModel,
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
    this.#keep(objective, value)
    return null
  }

  /** The optimum of an objective as a limit for the ones after it. */
  #keep(objective: ProjectObjective, value: number): void {
    if (objective === 'makespan') this.#horizon = Math.round(value)
    else this.#limits = { ...this.#limits, [objective]: value + 1e-7 * Math.max(1, Math.abs(value)) }
  }

  #value(objective: ProjectObjective, { starts, modes }: Timetable): number {
    if (objective === 'makespan') return makespanOf(this.#project, { starts, modes })
    const ending = endWeight(this.#project, objective)
    let sum = ending === 0 ? 0 : ending * makespanOf(this.#project, { starts, modes })
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
