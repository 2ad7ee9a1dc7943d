/** What execution needs to know about actions and about planning; both are supplied by whoever knows the problem. */
import type { GoalChange, ObservedState, ReplanStrategy, ReplanTrigger, TriggerEvidence } from '../domain/execution.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import type { DurationDistribution } from './lateness/durations.ts'

/** What a step does in a state, if it can run there. */
export type Prediction =
  | {
      readonly status: 'applies'
      readonly state: ObservedState
      readonly cost: number
      readonly duration: number
      readonly resources?: Readonly<Record<string, number>>
      /** Variables whose values the step depends on. */
      readonly reads: readonly string[]
    }
  | {
      readonly status: 'refused'
      readonly reason: string
      readonly reads: readonly string[]
      /** What a plan that runs into this is called. @default 'failure' for the next step, else 'precondition_violated' */
      readonly trigger?: ReplanTrigger
    }

/** What is believed about actions and goals. A prediction never changes anything. */
export interface ExecutionModel {
  predict(step: PlanStep, state: ObservedState): Prediction
  /** Null when the goal holds; else what is missing. */
  missing(state: ObservedState): string | null
  /** Variables the goal depends on. */
  readonly goalReads: readonly string[]
  /** When a step may begin at the earliest and has to end at the latest, on the clock. @default any time */
  window?(step: PlanStep): { readonly from: number; readonly until: number }
  /** How long a step may take; null where that is certain or not stated. @default not stated */
  durations?(step: PlanStep): DurationDistribution | null
}

/** What a strategy is asked with. */
export interface PlanRequest {
  readonly state: ObservedState
  /** What is believed to be so when the running steps have ended: what a new plan starts from. */
  readonly settled: ObservedState
  readonly time: number
  /** What is left of the plan in force, in its order; running steps left out. */
  readonly remaining: readonly PlanStep[]
  readonly plan: Plan
  /** Ids of steps that ended with success. */
  readonly finished: ReadonlySet<number>
  /** Pinned: they go on whatever is decided, unless the answer cancels them. */
  readonly running: readonly RunningStep[]
  readonly failed: PlanStep | null
  /** Every step that failed so far, and the state it failed in. */
  readonly failures: readonly { readonly step: PlanStep; readonly state: ObservedState }[]
  readonly triggers: readonly TriggerEvidence[]
  /** Goals as they stand after all changes, by name, in the order they came. */
  readonly goals: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly goalChanges: readonly GoalChange[]
  /** What is left of the stocks, by resource. */
  readonly resources: ReadonlyMap<string, number>
  readonly signal?: AbortSignal
}

export interface RunningStep {
  readonly step: PlanStep
  readonly start: number
  /** Expected end. */
  readonly end: number
}

export type PlanAnswer =
  | {
      readonly status: 'planned'
      /** What is to be done from now on. Steps that stay keep their ids. */
      readonly plan: Plan
      readonly costToGo: number
      readonly reason: string
      /** Ids of running steps to give up. */
      readonly cancel?: readonly number[]
    }
  /** `proved`: no plan exists; otherwise only this way of looking found none. */
  | { readonly status: 'none'; readonly reason: string; readonly proved: boolean }

/** A better plan than the one in force, with what both are worth; larger `gain` is better. */
export interface Opportunity {
  readonly gain: number
  /** The gain that a switch must exceed, switching cost included. */
  readonly threshold: number
  readonly answer: PlanAnswer
  /** One sentence with the numbers. */
  readonly evidence: string
}

type Maybe<T> = T | Promise<T>

/** Ways to a new plan. `full` must be there; a strategy left out is skipped by the ladder. */
export interface PlanSource {
  full(request: PlanRequest): Maybe<PlanAnswer>
  repair?(request: PlanRequest): Maybe<PlanAnswer>
  continuation?(request: PlanRequest): Maybe<PlanAnswer>
  /** Null when there is nothing better. */
  opportunity?(request: PlanRequest): Maybe<Opportunity | null>
  /** Problem-specific triggers, asked after the general ones. */
  triggers?(request: PlanRequest): Maybe<readonly TriggerEvidence[]>
  /** Goals beyond the model's that are still open when nothing is left to do; null when there are none. */
  unmet?(request: PlanRequest): string | null
}

export type AskedStrategy = Exclude<ReplanStrategy, 'auto'>
