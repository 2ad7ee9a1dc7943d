/**
 * A project whose tasks may be done in more ways than modes: a compound task is replaced by the tasks of one of its methods,
 * which may be compound again. Method choice and schedule are one decision. Units as in a project.
 */
import type { Precedence, ProjectMeasure, ProjectTask, Schedule } from './project.ts'
import type { Resource } from './resource.ts'

/** One way of doing a compound task: a network of tasks. */
export interface TaskMethod {
  /** Unique among the methods of its task. */
  readonly id: string
  /** Fixed cost of doing it this way, besides the tasks. */
  readonly cost: number
  /** May be empty: nothing is to be done then. */
  readonly tasks: readonly HierarchyTask[]
  /** Between ids of `tasks`. */
  readonly precedence: readonly Precedence[]
}

export interface CompoundTask {
  readonly id: string
  readonly methods: readonly TaskMethod[]
}

/** A compound task that is described once, in `compounds`, and may occur often; inside itself up to `maxDepth`. */
export interface CompoundReference {
  readonly id: string
  readonly as: string
}

export type HierarchyTask = ProjectTask | CompoundTask | CompoundReference

/**
 * A compound task begins no later than anything below it begins and ends no earlier than anything below it ends. A precedence
 * may leave a compound task from its end and enter one at its start, without a largest lag, and with a lag > 0 only where
 * something of the task entered is always done; between plain tasks all kinds do.
 */
export interface HierarchyProblem {
  readonly title: string
  readonly timeUnit: string
  readonly costUnit: string
  readonly resources: readonly Resource[]
  /** All of them are to be done. Ids are unique within a network, not over the whole hierarchy. */
  readonly tasks: readonly HierarchyTask[]
  /** Compound tasks that `as` refers to. */
  readonly compounds: readonly CompoundTask[]
  /** How often a compound task of `compounds` may lie inside itself; null refuses recursion. */
  readonly maxDepth: number | null
  readonly precedence: readonly Precedence[]
  /** Hard limit on the end of the last task; null means none. */
  readonly deadline: number | null
  /** Limit on the total cost, hard unless `overspendPenalty` is given; null means none. */
  readonly budget: number | null
  /** Price of a unit of money beyond the budget, >= 0, which counts as cost, as in a project. Absent: the budget is hard. */
  readonly overspendPenalty?: number
  /** In order of importance. At least one. */
  readonly objectives: readonly ProjectMeasure[]
}

/** Which method replaces a compound task. */
export interface MethodChoice {
  /** Name of the compound task in the expanded hierarchy. */
  readonly task: string
  readonly method: string
}

/** Methods and schedule of the tasks that they lead to; the cost includes that of the methods. */
export interface HierarchySchedule extends Schedule {
  /** Outer before inner. */
  readonly methods: readonly MethodChoice[]
}

export function isCompound(task: HierarchyTask): task is CompoundTask {
  return 'methods' in task
}

export function isReference(task: HierarchyTask): task is CompoundReference {
  return 'as' in task
}
