/**
 * The scheduling problem as mathematics: tasks with modes on integer time, resources of three kinds, generalised lags.
 *
 * Sets: tasks i in I, modes m in M_i, renewables r, budgets b, stocks q. A schedule gives each present task one mode
 * m_i and a start s_i >= 0; its end is e_i = s_i + d_{i,m}; it occupies [s_i, e_i).
 *
 *   renewable r   sum of demand_{i,r} over the tasks running at t <= capacity_r - reduction_r(t)     for every t
 *   budget b      sum of use_{i,b} <= capacity_b
 *   stock q       initial + (produced by ends <= t) - (consumed by starts <= t) in [0, capacity_q]   for every t
 *   lag           min <= point(after) - point(before) <= max, where a point is a start or an end
 *   no-overlap    any two present tasks i, j of the group: e_i + setup(i,j) <= s_j or e_j + setup(j,i) <= s_i
 *   windows       s_i >= release_i, e_i <= deadline_i
 *   choices       sum of coefficient x [task is done, or done in that mode] <= most                  linear in what is chosen
 *
 * An absent task (optional ones only) has no start, no mode, uses nothing, and every lag that names it is void.
 * All quantities are integers; the unit of time is the caller's.
 */

/** One way of doing a task. Arrays are aligned with the problem's resource lists; missing or short arrays mean 0. */
export interface TaskMode {
  readonly id?: string
  /** Duration, an integer >= 0. */
  readonly duration: number
  /** Units held of each renewable while the task runs. */
  readonly demands?: readonly number[]
  /** Units taken from each budget. */
  readonly uses?: readonly number[]
  /** Units taken from each stock at the start. */
  readonly consumes?: readonly number[]
  /** Units added to each stock at the end. */
  readonly produces?: readonly number[]
  /** Cost of doing the task this way, an integer. @default 0 */
  readonly cost?: number
}

export interface SchedulingTask {
  readonly id: string
  readonly modes: readonly TaskMode[]
  /** Earliest start. @default 0 */
  readonly release?: number
  /** Latest end, hard. */
  readonly deadline?: number
  /** Due date; ending later costs `tardinessWeight` for each unit of time, ending earlier `earlinessWeight`. */
  readonly due?: number
  /** @default 1 */
  readonly tardinessWeight?: number
  /** @default 0 */
  readonly earlinessWeight?: number
  /** The task may be left out. @default false */
  readonly optional?: boolean
  /** Worth of doing an optional task, an integer. @default 0 */
  readonly value?: number
  /**
   * Where an earlier schedule has the task: differing in start or mode (or leaving it out) counts as one change. null: the
   * earlier schedule leaves it out, and doing it counts.
   */
  readonly planned?: { readonly start: number; readonly mode: number } | null
}

/** A renewable resource: held while a task runs, back at its end. */
export interface Renewable {
  readonly id: string
  readonly capacity: number
  /** Intervals [start, end) during which `amount` units are not there (breaks, shifts, maintenance). */
  readonly reductions?: readonly { readonly start: number; readonly end: number; readonly amount: number }[]
}

/** A non-renewable resource: the sum of all uses is limited. */
export interface Budget {
  readonly id: string
  readonly capacity: number
}

/** A stock that tasks draw from at their start and fill at their end; never below 0. */
export interface Stock {
  readonly id: string
  readonly initial: number
  /** Most that can be stored. @default unlimited */
  readonly capacity?: number
}

export type LagKind = 'finish-start' | 'start-start' | 'finish-finish' | 'start-finish'

/** min <= point(after) - point(before) <= max; tasks are indices. */
export interface Lag {
  readonly before: number
  readonly after: number
  /** Which points are tied: the first word is the point of `before`. @default 'finish-start' */
  readonly kind?: LagKind
  /** @default 0, or no lower limit when only `max` is given */
  readonly min?: number
  readonly max?: number
}

/** Tasks of which at most one runs at any time, with optional sequence-dependent set-up times. */
export interface NoOverlap {
  readonly id: string
  /** Task indices. */
  readonly tasks: readonly number[]
  /** setup[a][b]: time needed between the end of tasks[a] and the start of tasks[b]. @default 0 */
  readonly setup?: readonly (readonly number[])[]
}

/** One choice counted in a limit: the task is done, or it is done in one mode. */
export interface ChoiceTerm {
  /** Task index. */
  readonly task: number
  /** Index into the task's modes. @default done in any mode */
  readonly mode?: number
  /** An integer of either sign. */
  readonly coefficient: number
}

/** A linear condition on what is done and how: the sum over the terms that hold is at most `most`. */
export interface ChoiceLimit {
  readonly id: string
  readonly terms: readonly ChoiceTerm[]
  /** An integer of either sign. */
  readonly most: number
}

/**
 * What is minimised: the weighted sum of the named measures with integer weights >= 0.
 * `tardiness` is already weighted by task; `value` counts the worth of the tasks left out; `changes` the tasks that do not
 * stay as `planned`.
 */
export interface ObjectiveWeights {
  readonly makespan?: number
  readonly cost?: number
  readonly tardiness?: number
  readonly value?: number
  readonly changes?: number
}

export interface SchedulingProblem {
  readonly name?: string
  readonly tasks: readonly SchedulingTask[]
  readonly renewables?: readonly Renewable[]
  readonly budgets?: readonly Budget[]
  readonly stocks?: readonly Stock[]
  readonly lags?: readonly Lag[]
  readonly noOverlaps?: readonly NoOverlap[]
  readonly choices?: readonly ChoiceLimit[]
  /** @default { makespan: 1 } */
  readonly objective?: ObjectiveWeights
  /** Latest end of the whole schedule, hard. */
  readonly maxMakespan?: number
  /** Largest total cost, hard. */
  readonly maxCost?: number
  /** Largest weighted tardiness, hard. */
  readonly maxTardiness?: number
}

/** An answer: entry i belongs to task i; an absent task has mode -1 and start and end -1. */
export interface Schedule {
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Index into the task's own `modes`. */
  readonly modes: Int32Array
  readonly makespan: number
  readonly cost: number
  readonly tardiness: number
  /** Tasks that are not where they were planned. */
  readonly changes: number
  /** The weighted sum that was minimised. */
  readonly objective: number
}
