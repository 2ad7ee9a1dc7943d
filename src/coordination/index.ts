// Protocols without a centre, re-allocation, commitments, and bargaining over continuous deals.
export * from '../../models/coalition/index.ts'
export { checkJointSchedule } from '../check/joint-plan.ts'
export * from '../domain/agent.ts'
export * from '../domain/agreement.ts'
export type * from '../domain/allocation.ts'
export type * from '../domain/auction.ts'
export type * from '../domain/coalition.ts'
export type * from '../domain/joint-plan.ts'
export type * from '../domain/linear-negotiation.ts'
export * from '../domain/message.ts'
export type * from '../domain/negotiation.ts'
export * from '../domain/spatial-tasks.ts'
export * from './abstract-coordination.ts'
export {
  type AgentAllocation,
  type AgentAllocationOptions,
  type AgentPlanOf,
  allocateToAgents,
} from './agent-allocation.ts'
export { BUNDLE_LIMIT } from './agent-optimum.ts'
export {
  allocateByContractNet,
  type ContractNetAllocation,
  planningContractor,
  tableContractors,
  type Unallocated,
} from './allocate.ts'
export * from './allocate-by-bundles.ts'
export {
  ALLOCATION_STRATEGIES,
  type AllocateOptions,
  type AllocationOutcome,
  type AllocationStrategy,
  type Award,
  allocateTasks,
  type OptimumFound,
  type TaskAllocation,
} from './allocation-front.ts'
export * from './alternating-offers.ts'
export * from './auctions.ts'
export * from './blackboard.ts'
export { type Belief, type ConsensusAction, consensusAction } from './bundle-consensus.ts'
export * from './bundle-scores.ts'
export { Channel, type ChannelOptions, type Delivery, VirtualClock } from './channel.ts'
export * from './combinatorial-announcement.ts'
export * from './commitments.ts'
export * from './consensus-bundles.ts'
export * from './contract-net.ts'
export { fromContractNet } from './contract-net-messages.ts'
export { type ContractNetCheck, type ContractNetCheckOptions, checkContractNet } from './contract-net-model-check.ts'
export * from './contract-reallocation.ts'
export {
  type Coordinated,
  coordinate,
  dealSpaceOf,
  type NegotiationReport,
} from './coordinate.ts'
export * from './coordinator.ts'
export * from './deal-space.ts'
export { CONTRIBUTOR_LIMIT, type CoalitionFormation, formCoalitions } from './form-coalition.ts'
export * from './goal-conflicts.ts'
export { type JointConflict, jointConflicts } from './joint-conflicts.ts'
export * from './joint-execution.ts'
export {
  type JointPlanDescription,
  type JointStepDescription,
  jointPlan,
  requireJointPlan,
} from './joint-plan-rules.ts'
export * from './levelled-commitment.ts'
export * from './linear-bargaining.ts'
export { checkLinearDeal, lotteriesOver, validateLinearDealSpace } from './linear-deal-space.ts'
export * from './mail-room.ts'
export * from './mediation.ts'
export * from './monotonic-concession.ts'
export {
  type AgentDescription,
  createAgent,
  type KnownNames,
  PlanningAgent,
  type ProposalResult,
} from './planning-agent.ts'
export {
  type ConflictsResolved,
  RESOLUTIONS,
  type Resolution,
  type ResolvedPlan,
  type ResolveOptions,
  resolutionsOf,
  resolveConflicts,
} from './resolve-conflicts.ts'
export * from './resource-conflicts.ts'
export { type SequencePlannerOptions, sequencePlanner } from './sequence-planner.ts'
export * from './shared-resources.ts'
export { type TableEntry, tablePlanner } from './table-planner.ts'
export {
  BARGAINING_PROTOCOLS,
  type BargainingProtocol,
  negotiateTask,
  type TaskNegotiation,
  type TaskNegotiationOptions,
} from './task-negotiation.ts'
export { type Trust, type TrustOptions, TrustRecord } from './trust.ts'
