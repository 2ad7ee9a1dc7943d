/** What a plan is asked for with, and the answers. */
import type { Limit, RunOptions } from '../../solvers/contract/index.ts'
import type { Plan } from '../domain/plan.ts'

export interface HtnPlanOptions extends RunOptions {
  /** @default 'fast' */
  readonly mode?: 'fast' | 'anytime' | 'optimal'
  /** Ground methods above which grounding is given up and the lifted strategies go on alone. @default 400000 */
  readonly maximalGroundMethods?: number
  /** Search nodes over all strategies, after which the best answer so far is returned. @default no limit */
  readonly maximalNodes?: number
  /** Whether the plan carries its causal links; without them `links` is empty. @default true */
  readonly links?: boolean
}

export interface SearchStatistics {
  readonly nodes: number
  readonly states: number
  readonly elapsedMs: number
  /** Which strategy found the plan or the proof. */
  readonly by: string
}

export type HtnPlanResult =
  /** Proved cheapest. */
  | {
      readonly status: 'optimal'
      readonly plan: Plan
      readonly cost: number
      readonly bound: number
      readonly statistics: SearchStatistics
    }
  /** A verified plan; `limit` says why the search ended without a proof, `gap` when only some plan was asked for. */
  | {
      readonly status: 'feasible'
      readonly plan: Plan
      readonly cost: number
      readonly bound: number
      readonly limit: Limit
      readonly statistics: SearchStatistics
    }
  /** Nothing needs to be done: the empty plan, cost 0. */
  | {
      readonly status: 'satisfied'
      readonly plan: Plan
      readonly cost: 0
      readonly bound: 0
      readonly statistics: SearchStatistics
    }
  /** Proved: no plan exists. */
  | { readonly status: 'unsolvable'; readonly reason: string; readonly statistics: SearchStatistics }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly statistics: SearchStatistics }
