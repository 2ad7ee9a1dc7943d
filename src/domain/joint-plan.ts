/**
 * The plans of several agents side by side, before they are coordinated. Times are numbers >= 0, intervals half-open [start, end).
 * Variables have one value at a time: a step may need values while it runs, keep values while it runs (they go back when it ends), and
 * set values when it ends.
 */

/** variable = value */
export interface Fact {
  readonly variable: string
  readonly value: string | number | boolean
}

/** One way of doing a step. */
export interface StepWay {
  readonly id: string
  readonly duration: number
  readonly cost: number
  /** Reusable amounts held from start to end, by resource. */
  readonly uses: Readonly<Record<string, number>>
  /** Must hold from start to end. */
  readonly needs: readonly Fact[]
  /** Holds from start to end because of the step; what it was comes back. */
  readonly keeps: readonly Fact[]
  /** Holds from the end on. */
  readonly sets: readonly Fact[]
}

export interface JointStep {
  readonly id: string
  readonly agent: string
  /** Start wanted by the agent; it cannot be earlier. */
  readonly start: number
  /** Latest end; null means none. */
  readonly deadline: number | null
  /** Cost of a unit of delay. */
  readonly weight: number
  /** At least one; the first is the one the agent planned. */
  readonly ways: readonly StepWay[]
}

/** A fact that has to hold when everything is done. */
export interface JointGoal extends Fact {
  readonly id: string
  readonly agent: string
}

export interface JointPlanProblem {
  readonly title: string
  readonly timeUnit: string
  readonly steps: readonly JointStep[]
  /** Pairs of step ids: the first ends before the second starts. Steps of one agent keep the order they are planned in besides. */
  readonly after: readonly (readonly [string, string])[]
  /** Amounts of the reusable resources. */
  readonly capacities: Readonly<Record<string, number>>
  /** Values at time 0. */
  readonly initial: readonly Fact[]
  readonly goals: readonly JointGoal[]
}

/** When and how every step is done. */
export interface JointSchedule {
  readonly steps: readonly {
    readonly id: string
    readonly agent: string
    readonly way: string
    readonly start: number
    readonly end: number
  }[]
}
