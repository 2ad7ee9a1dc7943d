/** Goals: hard and soft, over numbers and symbols, with utilities, deadlines and order, and what reaches them. Plain JSON. */
import type { Limit } from '../../solvers/contract/index.ts'

export type GoalCondition =
  | { readonly variable: string; readonly equals: string | number | boolean }
  /** A range; either end may be open. */
  | { readonly variable: string; readonly atLeast?: number; readonly atMost?: number }

export interface Goal {
  readonly name: string
  /** All must hold. */
  readonly conditions: readonly GoalCondition[]
  /** A soft goal may be dropped; it is worth `utility` when reached. @default false */
  readonly soft?: boolean
  /** @default 0 for hard goals, 1 for soft ones */
  readonly utility?: number
  /** Latest time at which it must hold. */
  readonly deadline?: number
  /** Names of goals that must be reached before. */
  readonly after?: readonly string[]
}

/** Something that can be done once and serves every goal it is a cause of. */
export interface Cause {
  readonly name: string
  readonly cost: number
  /** Time it takes. @default 0 */
  readonly duration?: number
  /** Causes that must be done before it. */
  readonly needs?: readonly string[]
}

/** A goal is reached when all causes of one of its ways are done. */
export interface GoalWays {
  readonly goal: string
  readonly ways: readonly (readonly string[])[]
}

export type GoalValues = Readonly<Record<string, string | number | boolean>>

export interface GoalProblem {
  readonly goals: readonly Goal[]
  readonly causes: readonly Cause[]
  readonly ways: readonly GoalWays[]
  /** Total cost at most. @default no limit */
  readonly budget?: number
  /** Values that hold now: goals that are reached already need nothing. */
  readonly current?: GoalValues
}

export interface ReachedGoal {
  readonly goal: string
  /** Causes of the way chosen; empty when it holds already. */
  readonly causes: readonly string[]
  readonly time: number
}

export interface GoalSelection {
  readonly reached: readonly ReachedGoal[]
  readonly dropped: readonly string[]
  /** Each once, needed ones first. */
  readonly causes: readonly string[]
  /** Causes that serve several goals, with these goals. */
  readonly shared: readonly { readonly cause: string; readonly goals: readonly string[] }[]
  readonly cost: number
  readonly utility: number
}

export type GoalResult =
  /** Proved: no selection has more utility, none with that utility costs less. */
  | ({ readonly status: 'optimal' } & GoalSelection)
  /** Every goal holds already. */
  | ({ readonly status: 'satisfied' } & GoalSelection)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & GoalSelection)
  /** The hard goals cannot all be reached; `conflict` names hard goals that cannot be reached together, none of them superfluous. */
  | { readonly status: 'infeasible'; readonly conflict: readonly string[] }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Whether a goal holds in a state; a variable without a value holds nothing. */
export function goalHolds(goal: Goal, values: GoalValues): boolean {
  return goal.conditions.every((condition) => conditionHolds(condition, values))
}

function conditionHolds(condition: GoalCondition, values: GoalValues): boolean {
  const value = values[condition.variable]
  if (value === undefined) return false
  if ('equals' in condition) return value === condition.equals
  if (typeof value !== 'number') return false
  return (
    value >= (condition.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (condition.atMost ?? Number.POSITIVE_INFINITY)
  )
}
