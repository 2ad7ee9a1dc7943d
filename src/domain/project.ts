/**
 * A project: tasks with alternative modes, precedence with lags, limited resources, a deadline and a budget. Times are
 * numbers >= 0 in `timeUnit`, intervals are half-open [start, end), money is in `costUnit`.
 */
import type { Resource, ResourceRequirement, StockDelivery } from './resource.ts'

/** One way of doing a task. */
export interface Mode {
  readonly id: string
  readonly duration: number
  /** Fixed cost of doing the task this way. */
  readonly cost: number
  /** Reusable amounts are held over the whole duration; stocks as their `when` says. */
  readonly requires: readonly ResourceRequirement[]
  /** Amounts added to producible resources. */
  readonly produces: readonly ResourceRequirement[]
  /** [earliest, latest] start when the task is done this way. @default any */
  readonly window?: readonly [number, number]
}

export interface ProjectTask {
  readonly id: string
  readonly modes: readonly Mode[]
  /** Earliest start. @default 0 */
  readonly release: number
  /** The one instant at which the task may start, where it is done: pinned, or started already. @default any */
  readonly start?: number
  /** Hard latest end; null means none. */
  readonly deadline: number | null
  /** End wished for; lateness costs `weight` per unit of time. null means none. */
  readonly due: number | null
  readonly weight: number
  /** Cost of a unit of time that the task ends before `due`, >= 0; counts with the lateness. @default 0 */
  readonly earlinessWeight?: number
  /** Worth of doing the task; only counts for optional tasks. */
  readonly value: number
  readonly optional: boolean
  /** Stands still while a resource it holds is closed altogether, and goes on after. @default false */
  readonly pausable?: boolean
  /** For the set-up times of resources. @default none */
  readonly family?: string
}

/** One way of doing a task that holds some of each resource (none where the amount is 0) from its start to its end. */
export function modeHolding(
  id: string,
  duration: number,
  cost: number,
  amounts: Iterable<readonly [resource: string, amount: number]>,
): Mode {
  const requires = [...amounts]
    .filter(([, amount]) => amount > 0)
    .map(([resource, amount]): ResourceRequirement => ({ resource, amount, when: 'duration' }))
  return { id, duration, cost, requires, produces: [] }
}

/** A task that has to be done, at any time, for no value of its own: what remains to be said of it is spread over this. */
export function mandatoryTask(id: string, modes: readonly Mode[]): ProjectTask {
  return { id, modes, release: 0, deadline: null, due: null, weight: 0, value: 0, optional: false }
}

export type PrecedenceKind = 'finish-start' | 'start-start' | 'finish-finish' | 'start-finish'

/** minLag <= (point of `after`) - (point of `before`) <= maxLag; the points are named by the kind, `before`'s first. */
export interface Precedence {
  readonly before: string
  readonly after: string
  readonly kind: PrecedenceKind
  readonly minLag: number
  /** null means none. */
  readonly maxLag: number | null
  /** Part of what the tasks are rather than a wish: never blamed for a conflict. @default false */
  readonly structural?: boolean
}

/** Counts `coefficient` when the task is done (in that mode, where one is named). */
export interface ChoiceTerm {
  readonly task: string
  /** @default done in any mode */
  readonly mode?: string
  readonly coefficient: number
}

/** A linear condition on what is done and how: least <= sum of the coefficients that count <= most. */
export interface ChoiceRule {
  /** Unique among the rules. */
  readonly name: string
  readonly terms: readonly ChoiceTerm[]
  /** null means none. */
  readonly least: number | null
  /** null means none. */
  readonly most: number | null
  /** Part of what the tasks are rather than a wish: never blamed for a conflict. @default false */
  readonly structural?: boolean
}

/** `weighted-tardiness` counts earliness too, where tasks have a weight for it. */
export type ProjectMeasure = 'makespan' | 'cost' | 'weighted-tardiness' | 'value'

/** `weighted` is the sum that the `weights` of the problem make of the measures; less is better. */
export type ProjectObjective = ProjectMeasure | 'weighted'

/** What a unit of each measure counts, >= 0; worth lowers the sum. A measure that is left out does not count. */
export type MeasureWeights = Readonly<Partial<Record<ProjectMeasure, number>>>

export interface ProjectProblem {
  readonly title: string
  readonly timeUnit: string
  readonly costUnit: string
  readonly resources: readonly Resource[]
  readonly tasks: readonly ProjectTask[]
  readonly precedence: readonly Precedence[]
  /** What comes into stocks from outside, whatever is done. @default none */
  readonly deliveries?: readonly StockDelivery[]
  /** Conditions on what is done and how. @default none */
  readonly choices?: readonly ChoiceRule[]
  /** Hard limit on the end of the last task; null means none. */
  readonly deadline: number | null
  /** Limit on the total cost, hard unless `overspendPenalty` is given; null means none. */
  readonly budget: number | null
  /**
   * Money beyond the budget may be had at this price a unit, >= 0, which counts as cost: the budget is soft. Absent: it is hard.
   */
  readonly overspendPenalty?: number
  /** In order of importance (lexicographic). At least one; `weighted` stands alone. */
  readonly objectives: readonly ProjectObjective[]
  /** Of the objective `weighted`, which needs them and a budget that is hard. */
  readonly weights?: MeasureWeights
}

/** A scheduled task. */
export interface ScheduledTask {
  readonly id: string
  readonly mode: string
  readonly start: number
  readonly end: number
}

/** Start, end and mode of every task that is done, by start then id. */
export interface Schedule {
  readonly tasks: readonly ScheduledTask[]
  readonly makespan: number
  /** What a soft budget is overspent by, times its penalty, included. */
  readonly cost: number
}
