export {
  type AdmissionRequest,
  type AllocatedResources,
  computeResourceUsage,
  type GrantedRequest,
  type RefusedRequest,
  ResourceAllocator,
} from './allocator.ts'
export { type OptimisedPlan, type OptimiseResult, optimizeResources, type ResourceGoal } from './optimise.ts'
export { type PlanProjectOptions, projectOfPlan, scheduledPlan } from './plan-project.ts'
export {
  type BasePlanner,
  type ConsideredCandidate,
  type PlanCandidate,
  planWithResources,
  ResourceAwarePlanner,
  type ResourcePlan,
  type ResourcePlanOptions,
  type ResourcePlanResult,
} from './planner.ts'
export { repairPlan } from './repair.ts'
export type {
  InsertableAction,
  RepairChange,
  RepairOptions,
  RepairResult,
  StepMode,
  StepReplacement,
} from './repair-types.ts'
export { splitStep } from './replacement.ts'
export { type ResourceStep, type StepSource, stepsOf } from './steps.ts'
export {
  type Change,
  computeTimeline,
  levelAt,
  type ResourceTimeline,
  type Supply,
  type TimelineOptions,
  type TimelinePoint,
} from './timeline.ts'
export { type ResourceState, ResourceTracker, type ResourceUsage } from './tracker.ts'
export {
  type Fix,
  findViolations,
  type PlanLimits,
  planCost,
  type ResourceViolation,
  type ViolationType,
} from './violations.ts'
