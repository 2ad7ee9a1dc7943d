/**
 * Multi-mode project scheduling with capacities, indexed by time.
 *
 * Sets        tasks i, modes m of a task, instants t = 0..H on the time grid, held resources r, stocks s, arcs (i, j)
 * Parameters  p_im duration [steps], c_im cost, d_imr amount held, capacity K_r, window of every start, H horizon [steps]
 * Variables   x_imt binary  task i starts in mode m at t, for t in its window
 *             z_t binary    the project ends at t (only where the makespan is minimised)
 *             k_r >= 0      capacity given up (only where it is minimised)
 * Objective   makespan: min sum t z_t;  cost, tardiness, worth: min of the sum of contributions of x_imt
 * Rows        once i: sum x_imt = 1 (<= 1 when optional); y_i is that sum
 *             arc (i, j, min): F_j(t) <= F_i(t - min) + (1 - y_i) for every t that matters, F_i(t) being the sum of the x
 *                 whose point (start or end) lies at or before t; max: F_i(t) <= F_j(t + max) + (1 - y_j)
 *             capacity r, t: sum of d_imr over the x running at t <= K_r (+ k_r)
 *             stock s, t: 0 <= level <= room, the level being linear in x; one row in all when nothing fills it
 *             end t: sum_{u <= t} z_u <= (sum of x_imt ending at or before t) + (1 - y_i) for every task that may be last
 *             rules over choices: least <= sum of c_m x_imt <= most
 *             set-up (i, j), t: x_jt + sum of the x_imu with t - p_im - s_ij < u <= t  <= 1, both ways
 *             budget, and limits of earlier objectives
 * Size        one column a task, mode and instant of its window; rows: arcs times instants + resources times instants
 *
 * The disaggregated rows (Christofides, Alvarez-Valdes and Tamarit 1987) have no big M: a mandatory task contributes 1 - y = 0.
 * Windows come from propagation within the horizon, so a good upper bound keeps the model small.
 */
import { LinearModel, type Term, type Variable } from '../../solvers/linear/index.ts'
import { type Arc, type CompiledProject, netChange, projectNames, type Stock } from './compile.ts'
import { contribution, endWeight, type SumLimits, type SumObjective } from './objectives.ts'
import type { Windows } from './windows.ts'

export interface TimeIndexedModel {
  readonly model: LinearModel
  /** Mode of each x column; columns are numbered from 0. */
  readonly modeOf: readonly number[]
  /** Start of each x column. */
  readonly startOf: readonly number[]
}

export interface TimeIndexedGoal {
  /** `makespan`, a sum, or the least capacity of a held resource. */
  readonly objective: 'makespan' | SumObjective | { readonly capacityOf: string }
  readonly limits: SumLimits
}

/** Start windows of every mode, [first, last]; empty when last < first. */
export function modeWindows(project: CompiledProject, windows: Windows): { first: Int32Array; last: Int32Array } {
  const count = project.taskOf.length
  const first = new Int32Array(count)
  const last = new Int32Array(count)
  for (let mode = 0; mode < count; mode++) {
    const i = project.taskOf[mode] as number
    const length = project.duration[mode] as number
    first[mode] = Math.max(
      windows.earliestStart[i] as number,
      (windows.earliestEnd[i] as number) - length,
      project.modeEarliest[mode] as number,
    )
    last[mode] = Math.min(
      windows.latestStart[i] as number,
      (windows.latestEnd[i] as number) - length,
      project.modeLatest[mode] as number,
    )
  }
  return { first, last }
}

export function buildTimeIndexed(
  project: CompiledProject,
  windows: Windows,
  horizon: number,
  goal: TimeIndexedGoal,
): TimeIndexedModel {
  const builder = new Builder(project, windows, horizon, goal)
  return builder.build()
}

/** Columns of the model that `buildTimeIndexed` would build, without building it. O(modes x held resources). */
export function countTimeIndexed(
  project: CompiledProject,
  windows: Windows,
  horizon: number,
  objective: 'makespan' | SumObjective,
): number {
  const { first, last } = modeWindows(project, windows)
  let columns = endWeight(project, objective) > 0 ? Math.max(0, horizon - leastEnd(project, windows) + 1) : 0
  for (let mode = 0; mode < first.length; mode++) {
    if (isUsable(project, mode)) columns += Math.max(0, (last[mode] as number) - (first[mode] as number) + 1)
  }
  return columns
}

/** Whether the mode holds no more than there is. @param free a resource of any capacity */
function isUsable({ held }: CompiledProject, mode: number, free: string | null = null): boolean {
  return held.every(({ id, capacity, demand }) => id === free || (demand[mode] as number) <= capacity)
}

/** No project ends before its mandatory tasks. */
function leastEnd({ taskCount, optional }: CompiledProject, { earliestEnd }: Windows): number {
  let least = 0
  for (let i = 0; i < taskCount; i++) if (optional[i] === 0) least = Math.max(least, earliestEnd[i] as number)
  return least
}

/** A point of a task that a cumulative sum counts. */
type Point = 'start' | 'end'

class Builder {
  readonly #project: CompiledProject
  readonly #windows: Windows
  readonly #horizon: number
  readonly #goal: TimeIndexedGoal
  readonly #model = new LinearModel('project')
  readonly #modeOf: number[] = []
  readonly #startOf: number[] = []
  /** Columns of task i: firstColumn[i] .. firstColumn[i + 1] - 1. */
  readonly #firstColumn: Int32Array

  constructor(project: CompiledProject, windows: Windows, horizon: number, goal: TimeIndexedGoal) {
    this.#project = project
    this.#windows = windows
    this.#horizon = horizon
    this.#goal = goal
    this.#firstColumn = new Int32Array(project.taskCount + 1)
  }

  build(): TimeIndexedModel {
    this.#addStarts()
    for (const arc of this.#project.arcs) this.#addArc(arc)
    this.#addCapacities()
    for (const stock of this.#project.stocks) {
      if (stock.timed) this.#addLevels(stock)
      else this.#addTotal(stock)
    }
    this.#addSetups()
    this.#addSums()
    const { objective } = this.#goal
    if (typeof objective === 'string') {
      if (objective !== 'makespan') this.#model.replaceObjective(this.#sumTerms(objective))
      const weight = endWeight(this.#project, objective)
      if (weight > 0) this.#minimizeMakespan(weight)
    }
    return { model: this.#model, modeOf: this.#modeOf, startOf: this.#startOf }
  }

  #addStarts(): void {
    const { taskCount, modeStart, problem, optional } = this.#project
    const { first, last } = modeWindows(this.#project, this.#windows)
    for (let i = 0; i < taskCount; i++) {
      const task = problem.tasks[i] as (typeof problem.tasks)[number]
      for (let mode = modeStart[i] as number; mode < (modeStart[i + 1] as number); mode++) {
        const label = task.modes[mode - (modeStart[i] as number)]?.id ?? ''
        if (!isUsable(this.#project, mode, this.#free)) continue
        for (let t = first[mode] as number; t <= (last[mode] as number); t++) {
          this.#model.addVariable(`${task.id} ${label} starts ${t}`, { kind: 'binary' })
          this.#modeOf.push(mode)
          this.#startOf.push(t)
        }
      }
      this.#firstColumn[i + 1] = this.#modeOf.length
      const once = this.#presence(i, 1)
      this.#model.addRow(`${task.id} once`, once, optional[i] === 1 ? '<=' : '=', 1, { group: null })
    }
  }

  /** The resource whose capacity is what is wanted. */
  get #free(): string | null {
    const { objective } = this.#goal
    return typeof objective === 'object' ? objective.capacityOf : null
  }

  /** y_i times a coefficient. */
  #presence(i: number, coefficient: number): Term[] {
    const terms: Term[] = []
    for (let column = this.#firstColumn[i] as number; column < (this.#firstColumn[i + 1] as number); column++) {
      terms.push([column, coefficient])
    }
    return terms
  }

  /** F_i(t) times a coefficient. */
  #reached(i: number, point: Point, t: number, coefficient: number): Term[] {
    const { duration } = this.#project
    const terms: Term[] = []
    for (let column = this.#firstColumn[i] as number; column < (this.#firstColumn[i + 1] as number); column++) {
      const length = point === 'end' ? (duration[this.#modeOf[column] as number] as number) : 0
      if ((this.#startOf[column] as number) + length <= t) terms.push([column, coefficient])
    }
    return terms
  }

  #addArc({ before, after, fromEnd, toEnd, min, max, name }: Arc): void {
    const from: Point = fromEnd ? 'end' : 'start'
    const to: Point = toEnd ? 'end' : 'start'
    this.#addOrder(name, before, from, after, to, min)
    // F_before(t) <= F_after(t + max) + (1 - y_after): the same row with the roles exchanged and the lag -max.
    if (Number.isFinite(max)) this.#addOrder(`${name} at most`, after, to, before, from, -max)
  }

  /** The point of j comes at least `lag` after the point of i, when both are done. */
  #addOrder(name: string, i: number, iPoint: Point, j: number, jPoint: Point, lag: number): void {
    const { earliestStart, earliestEnd, latestStart, latestEnd } = this.#windows
    const begin = (jPoint === 'end' ? earliestEnd[j] : earliestStart[j]) as number
    const end = ((iPoint === 'end' ? latestEnd[i] : latestStart[i]) as number) + lag
    const optional = this.#project.optional[i] === 1
    for (let t = begin; t < end; t++) {
      const later = this.#reached(j, jPoint, t, 1)
      if (later.length === 0) continue
      const terms = [...later, ...this.#reached(i, iPoint, t - lag, -1), ...(optional ? this.#presence(i, 1) : [])]
      this.#model.addRow(`${name} at ${t}`, terms, '<=', optional ? 1 : 0, { group: name })
    }
  }

  #addCapacities(): void {
    const { duration } = this.#project
    for (const { id, capacity, demand, closed, idle } of this.#project.held) {
      const name = projectNames.resource(id)
      const free = this.#free === id ? this.#model.addVariable(`capacity ${id}`, { objective: 1 }) : null
      for (let t = 0; t < this.#horizon; t++) {
        const terms: Term[] = []
        let most = 0
        let task = -1
        let largest = 0
        for (let column = 0; column < this.#modeOf.length; column++) {
          const mode = this.#modeOf[column] as number
          const amount = demand[mode] as number
          const start = this.#startOf[column] as number
          if (amount === 0 || start > t || start + (duration[mode] as number) <= t) continue
          if (idle.get(mode)?.some(([from, to]) => from <= t && t < to) === true) continue
          terms.push([column, amount])
          const owner = this.#project.taskOf[mode] as number
          if (owner !== task) {
            most += largest
            largest = 0
            task = owner
          }
          largest = Math.max(largest, amount)
        }
        most += largest
        const gone = closed.reduce((sum, { from, to, amount }) => (from <= t && t < to ? sum + amount : sum), 0)
        if (gone === Number.POSITIVE_INFINITY) {
          if (terms.length > 0) this.#model.addRow(`${name} closed at ${t}`, terms, '<=', 0, { group: name })
          continue
        }
        if (free !== null && terms.length > 0) {
          this.#model.addRow(`${name} at ${t}`, [...terms, [free, -1]], '<=', -gone, { group: name })
        } else if (most > capacity - gone)
          this.#model.addRow(`${name} at ${t}`, terms, '<=', Math.max(0, capacity - gone), { group: name })
      }
    }
  }

  /** A task cannot start while another one on the same resource runs or the resource is set up after it. */
  #addSetups(): void {
    const { duration } = this.#project
    for (const { resource, tasks, time } of this.#project.setups) {
      const name = projectNames.resource(resource)
      tasks.forEach((i, a) => {
        tasks.forEach((j, b) => {
          if (i === j) return
          const gap = time[a]?.[b] ?? 0
          const latest = Math.max(-1, ...this.#columnsOf(j).map((column) => this.#startOf[column] as number))
          for (let t = 0; t <= latest; t++) {
            const starting = this.#columnsOf(j).filter((column) => this.#startOf[column] === t)
            if (starting.length === 0) continue
            const blocking = this.#columnsOf(i).filter((column) => {
              const start = this.#startOf[column] as number
              return start <= t && t < start + (duration[this.#modeOf[column] as number] as number) + gap
            })
            if (blocking.length === 0) continue
            const terms = [...starting, ...blocking].map((column): Term => [column, 1])
            this.#model.addRow(`${name} set-up ${i} ${j} at ${t}`, terms, '<=', 1, { group: name })
          }
        })
      })
    }
  }

  /** Columns of the modes that take time. */
  #columnsOf(i: number): number[] {
    const { duration } = this.#project
    const first = this.#firstColumn[i] as number
    const all = Array.from({ length: (this.#firstColumn[i + 1] as number) - first }, (_, k) => first + k)
    return all.filter((column) => (duration[this.#modeOf[column] as number] as number) > 0)
  }

  /** A stock that nothing fills: only the sum of what is taken counts. */
  #addTotal({ id, initial, capacity, change }: Stock): void {
    const terms: Term[] = []
    for (let column = 0; column < this.#modeOf.length; column++) {
      const mode = this.#modeOf[column] as number
      const taken = -netChange(change, mode)
      if (taken !== 0) terms.push([column, taken])
    }
    const name = projectNames.resource(id)
    if (capacity !== null && initial > capacity) this.#model.addRow(`${name} room`, [], '>=', initial - capacity)
    if (terms.length > 0) this.#model.addRow(name, terms, '<=', initial)
  }

  /** Levels after the events of every instant, and just before them where something flows evenly. */
  #addLevels({ id, initial, capacity, change, deliveries }: Stock): void {
    const { duration } = this.#project
    const name = projectNames.resource(id)
    const flows = change.duration.some((amount) => amount !== 0)
    const later = deliveries.map(({ at }) => at).filter((at) => at > this.#horizon)
    const instants = [...Array.from({ length: this.#horizon + 1 }, (_, t) => t), ...new Set(later)]
    for (const t of instants) {
      for (const after of flows && t > 0 ? [false, true] : [true]) {
        const terms: Term[] = []
        for (let column = 0; column < this.#modeOf.length; column++) {
          const mode = this.#modeOf[column] as number
          const start = this.#startOf[column] as number
          const length = duration[mode] as number
          const happened = (instant: number): boolean => (after ? instant <= t : instant < t)
          let amount = 0
          if (happened(start)) amount += change.start[mode] as number
          if (happened(start + length)) amount += change.end[mode] as number
          const even = change.duration[mode] as number
          if (even !== 0) {
            if (length === 0) amount += happened(start) ? even : 0
            else amount += even * Math.min(1, Math.max(0, (t - start) / length))
          }
          if (amount !== 0) terms.push([column, amount])
        }
        let there = initial
        for (const { at, amount } of deliveries) if (after ? at <= t : at < t) there += amount
        const upper = (capacity ?? Number.POSITIVE_INFINITY) - there
        const row = `${name} ${after ? 'after' : 'before'} ${t}`
        this.#model.addRange(row, -there, terms, upper, { group: name })
      }
    }
  }

  #sumTerms(objective: SumObjective): Term[] {
    const terms: Term[] = []
    for (let column = 0; column < this.#modeOf.length; column++) {
      const mode = this.#modeOf[column] as number
      const end = (this.#startOf[column] as number) + (this.#project.duration[mode] as number)
      const amount = contribution(this.#project, objective, mode, end)
      if (amount !== 0) terms.push([column, amount])
    }
    return terms
  }

  #addSums(): void {
    for (const { name, terms, least, most } of this.#project.choices) {
      const coefficients = new Map(terms)
      const chosen: Term[] = []
      this.#modeOf.forEach((mode, column) => {
        const coefficient = coefficients.get(mode)
        if (coefficient !== undefined) chosen.push([column, coefficient])
      })
      this.#model.addRange(name, least, chosen, most, { group: name })
    }
    const { budget } = this.#project
    if (budget !== null) this.#model.addRow(projectNames.budget, this.#sumTerms('cost'), '<=', budget)
    for (const [objective, limit] of Object.entries(this.#goal.limits) as [SumObjective, number][]) {
      this.#model.addRow(`limit on ${objective}`, this.#sumTerms(objective), '<=', limit, { group: null })
    }
  }

  #minimizeMakespan(weight: number): void {
    const { taskCount, optional } = this.#project
    const { latestEnd } = this.#windows
    const least = leastEnd(this.#project, this.#windows)
    const ends: Variable[] = []
    for (let t = least; t <= this.#horizon; t++) {
      ends.push(this.#model.addVariable(`ends ${t}`, { kind: 'binary', objective: weight * t }))
    }
    const all = ends.map((column) => [column, 1] as const)
    this.#model.addRow('project ends once', all, '=', 1, { group: null })
    for (let i = 0; i < taskCount; i++) {
      if (this.#isFollowed(i)) continue
      for (let t = least; t < Math.min(this.#horizon, latestEnd[i] as number); t++) {
        const terms = [...all.slice(0, t - least + 1), ...this.#reached(i, 'end', t, -1)]
        const row = `end after ${this.#project.problem.tasks[i]?.id} at ${t}`
        const given = optional[i] === 1 ? this.#presence(i, 1) : []
        this.#model.addRow(row, [...terms, ...given], '<=', optional[i] === 1 ? 1 : 0, { group: null })
      }
    }
  }

  /** Whether a mandatory task always ends no earlier, so that this one need not be compared with the project's end. */
  #isFollowed(i: number): boolean {
    return this.#project.arcs.some(
      ({ before, after, fromEnd, min }) => before === i && fromEnd && min >= 0 && this.#project.optional[after] === 0,
    )
  }
}
