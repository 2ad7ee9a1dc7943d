export { operationIssues, validateOperation } from '../domain/operation-rules.ts'
export {
  AdvancedPlanningSystem,
  type Monitoring,
  type ObservationSetup,
  type OperationConstraints,
  type OperationOutcome,
  type OperationRequest,
  type SystemEvent,
  type SystemParts,
} from './advanced-planning-system.ts'
export {
  DomainModel,
  DomainSource,
  domainTask,
  HierarchyModel,
  HierarchySource,
  hierarchyTask,
  traceViolations,
} from './execution/index.ts'
export { decideInformation, fuseReadings, type InformationStep } from './information.ts'
export {
  type LeftTask,
  type OperationPlanOptions,
  type OperationPlanResult,
  operationProject,
  planOperation,
} from './operation-planner.ts'
export type { OperationPlanner } from './operation-source.ts'
export { type Coordination, OPERATION_PROTOCOLS, type OperationProtocol } from './protocols.ts'
export { SimulatedOperation } from './simulated-operation.ts'
