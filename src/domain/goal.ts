/** Goals: hard and soft, over numbers and symbols, with utilities, deadlines and order. Plain JSON. */

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
