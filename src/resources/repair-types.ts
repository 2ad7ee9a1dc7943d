/** What repair may do with a plan, and what it answers. */
import type { Limit, RunOptions } from '../../solvers/contract/index.ts'
import type { ScheduleConflict } from '../../solvers/scheduling/index.ts'
import type { ResourceRequirement } from '../domain/resource.ts'
import type { ResourceStep } from './steps.ts'
import type { TimelineOptions } from './timeline.ts'

/** Another way of doing a step. */
export interface StepMode {
  readonly id: string
  readonly duration: number
  readonly requires: readonly ResourceRequirement[]
  readonly produces: readonly ResourceRequirement[]
  readonly cost?: number
}

/** An action that may be added, such as refuelling. */
export interface InsertableAction extends StepMode {
  /** How often it may be added. @default 2 */
  readonly times?: number
}

export interface RepairOptions extends RunOptions, TimelineOptions {
  /** Other modes by step id. */
  readonly alternatives?: Readonly<Record<string, readonly StepMode[]>>
  readonly insertable?: readonly InsertableAction[]
  /** Steps that may be done by others: another method, or in parts (see `splitStep`). */
  readonly replacements?: readonly StepReplacement[]
  /** Ids of steps that may be left out, with what that costs. */
  readonly soft?: Readonly<Record<string, number>>
  /** Ids of steps that have begun or are promised: they stay as they are. */
  readonly fixed?: readonly string[]
}

export interface RepairChange {
  readonly kind: 'delay' | 'advance' | 'switch-mode' | 'insert' | 'drop' | 'split' | 'method'
  readonly step: string
  /** In words, with old and new times or modes. */
  readonly message: string
}

export type RepairResult =
  | {
      readonly status: 'repaired'
      readonly steps: readonly ResourceStep[]
      readonly changes: readonly RepairChange[]
      readonly cost: number
      /** No repair has fewer changes, or as few at less cost. */
      readonly proved: boolean
    }
  | { readonly status: 'none'; readonly proved: boolean; readonly conflict: ScheduleConflict | null }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Steps done by other steps. */
export interface StepReplacement {
  /** What it is called: a method, or `in 2 parts`. */
  readonly id: string
  readonly kind: 'method' | 'split'
  /** Ids of the steps that are not done then. */
  readonly replaces: readonly string[]
  /** What is done instead; the ids become ids of steps. */
  readonly by: readonly StepMode[]
  /** Pairs of ids of `by`. @default one after the other */
  readonly order?: readonly (readonly [string, string])[]
}
