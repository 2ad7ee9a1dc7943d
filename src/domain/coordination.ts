/** What agents have to settle among themselves in one session: any of the parts may be missing. Plain data. */
import type { AgentType } from './agent.ts'
import type { AllocationProblem } from './allocation.ts'
import type { CombinatorialAuction } from './auction.ts'
import type { CoalitionProblem } from './coalition.ts'
import type { JointPlanProblem } from './joint-plan.ts'
import type { MatrixGame } from './matrix-game.ts'
import type { NegotiationIssue, NegotiationParty } from './negotiation.ts'

/** A factor of a term: the value of an issue itself, or a number for each of its values. */
export interface IssueFactor {
  readonly issue: string
  readonly values?: readonly number[]
}

/** weight x product of the factors; without factors a constant. */
export interface UtilityTerm {
  readonly weight: number
  readonly factors: readonly IssueFactor[]
}

export interface StatedNegotiation {
  readonly title: string
  readonly unit: string
  readonly parties: readonly NegotiationParty[]
  readonly issues: readonly NegotiationIssue[]
  /** Deals that are allowed: the value of the first issue compared with that of the second, or with a number. */
  readonly allowed: readonly (readonly [string, '<' | '<=' | '=' | '!=' | '>=' | '>', string | number])[]
  /** Sum of terms, by party. */
  readonly utilities: readonly (readonly UtilityTerm[])[]
  readonly protocol: 'monotonic_concession' | 'mediation' | 'alternating_offers'
  /** Of a mediation. */
  readonly objective: 'nash' | 'egalitarian' | 'kalai-smorodinsky' | 'utilitarian'
  /** Of alternating offers. */
  readonly rounds: number
}

/** How an auction is held. */
export type StatedAuction =
  | { readonly rule: 'combinatorial'; readonly auction: CombinatorialAuction }
  | {
      readonly rule: 'first_price' | 'second_price' | 'english' | 'dutch'
      readonly bids: readonly { readonly bidder: string; readonly amount: number }[]
      readonly start: number
      readonly step: number
      readonly reserve: number
    }

export interface StatedConflicts {
  readonly plan: JointPlanProblem
  readonly by: 'least_delay' | 'fewest_changes' | 'least_makespan' | 'priority' | 'negotiation'
  readonly priorities: readonly string[]
}

export interface CoordinationProblem {
  readonly title: string
  readonly unit: string
  readonly agents: readonly { readonly id: string; readonly type: AgentType; readonly reservation: number }[]
  /** How tasks are shared out. */
  readonly protocol: {
    readonly name: 'contract_net' | 'optimal_assignment' | 'auction' | 'consensus_bundles' | 'capability_match'
    readonly announcement: 'sequential' | 'parallel'
    readonly loss: number
    readonly delay: readonly [number, number]
    readonly duplication: number
  }
  readonly allocation: AllocationProblem | null
  readonly negotiation: StatedNegotiation | null
  readonly auction: StatedAuction | null
  readonly game: MatrixGame | null
  readonly coalition: CoalitionProblem | null
  readonly conflicts: StatedConflicts | null
}
