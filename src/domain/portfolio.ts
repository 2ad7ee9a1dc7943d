/** Choosing and starting projects over periods, under a budget per period and head-counts. Periods are numbered from 1. */

import type { LinearRule } from './linear-rule.ts'

/** Counts 1 when the project is done, or, with a period, when it starts then. */
export interface PortfolioTerm {
  readonly project: string
  /** From 1. @default started in any period */
  readonly period?: number
}

export interface PortfolioProject {
  readonly id: string
  /** Money needed in each period from the start on; its length is the project's duration in periods. */
  readonly cost: readonly number[]
  /** Head-count needed in each period from the start on, by capacity name; same length as `cost`. */
  readonly heads: Readonly<Record<string, readonly number[]>>
  /** Worth, received at the start of the period after the project's last. */
  readonly benefit: number
  readonly mandatory: boolean
}

export interface PortfolioProblem {
  readonly title: string
  readonly unit: string
  /** What a period is called, e.g. `quarter`. */
  readonly periodName: string
  readonly periods: number
  /** New money in each period. */
  readonly budget: readonly number[]
  /** Unspent money stays available. */
  readonly carryOver: boolean
  /**
   * Money beyond what is available may be had at this price a unit, paid in the same period and not returned: the budgets are soft.
   * Absent: they are hard. Needs a discount rate >= 0, so that money is never cheaper before it is needed.
   */
  readonly overspendPenalty?: number
  /** Heads available in every period, by name. */
  readonly capacity: Readonly<Record<string, number>>
  /** Rate per period; a cost is paid at the start of its period, the benefit at the start of the one after the project's last. */
  readonly discountPerPeriod: number
  readonly projects: readonly PortfolioProject[]
  /** [project, needed]: `needed` is finished before `project` starts. */
  readonly requires: readonly (readonly [string, string])[]
  /** At most one of each pair is chosen. */
  readonly excludes: readonly (readonly [string, string])[]
  /** Linear conditions on what is done and when it starts. @default none */
  readonly choices?: readonly LinearRule<PortfolioTerm>[]
}
