export { checkCut, checkFlow, type FlowVerdict } from './certificate.ts'
export { minCostFlow } from './min-cost-flow.ts'
export type { Arc, FlowCheck, FlowNetwork, FlowResult, InfeasibleCut } from './network.ts'
export {
  type TransportationOptions,
  type TransportationProblem,
  type TransportationResult,
  transport,
} from './transportation.ts'
