/** What agents propose to each other and agree on. Plain JSON. */
import type { Plan } from './plan.ts'

export interface Proposal {
  readonly id: string
  readonly agent: string
  readonly task: string
  /** For the task together with everything the agent has already taken on. */
  readonly plan: Plan
  /** What the task adds to the cost of the agent's best plan. */
  readonly cost: number
  /** What the proposer gains at the price it asks: price - cost. */
  readonly utility: number
  /** What the plan takes of the agent's resources beyond what it takes without the task. */
  readonly requiredResources: Readonly<Record<string, number>>
  /** By how much the task makes the plan longer; null for a plan without times. */
  readonly expectedDuration: number | null
  /** Probability of success: proficiency ^ difficulty. */
  readonly confidence: number
}

/** The price a proposal asks for. */
export function askedPrice(proposal: Proposal): number {
  return proposal.cost + proposal.utility
}

/** A promise that comes with an agreement. */
export interface Promised {
  readonly debtor: string
  readonly creditor: string
  readonly task: string
  /** Latest end; null means none. */
  readonly deadline: number | null
}

export interface Agreement {
  readonly id: string
  readonly agents: readonly string[]
  readonly tasks: readonly string[]
  /** Every step names its agent. */
  readonly jointPlan: Plan
  /** What each agent puts in, by agent and resource. */
  readonly resourceAllocation: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** What each agent has of it, by agent: transfers included. */
  readonly utilityDistribution: Readonly<Record<string, number>>
  /** What each agent receives besides (negative: pays), by agent; they sum to 0. */
  readonly transfers: Readonly<Record<string, number>>
  readonly commitments: readonly Promised[]
}

export interface Coalition {
  readonly members: readonly string[]
  readonly tasks: readonly string[]
  readonly value: number
  /** No group of members earns more on its own than its shares of the value. */
  readonly isStable: boolean
}
