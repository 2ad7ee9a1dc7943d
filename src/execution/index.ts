export type * from '../domain/execution.ts'
export { planDistance, REPLAN_STRATEGIES, REPLAN_TRIGGERS, stepKey, TRACE_VERSION } from '../domain/execution.ts'
export type * from '../domain/execution-problem.ts'
export type * from '../domain/grid.ts'
export type * from '../domain/market.ts'
export type * from '../domain/response.ts'
export { VirtualClock, WallClock } from './clock.ts'
export { continuationOf } from './continuation.ts'
export { Dispatch, type DispatchOptions, type Timing } from './dispatch.ts'
export { type DivergenceOptions, divergenceOf, HysteresisThreshold } from './divergence.ts'
export { type ExecutionTask, executeTask, ReplanningEngine } from './engine.ts'
export type * from './model.ts'
export { type BegunStep, ExecutionMonitor } from './monitor.ts'
export type { MonitorOptions, ReplanningOptions, RetryOptions } from './options.ts'
export { type Progress, progressOf } from './progress.ts'
export { type ExecutionRecorder, type RecordedAction, unrecorded } from './recorder.ts'
export { type RefinementOptions, RefinementTree, type RepairOutcome } from './refinement/tree.ts'
export { type SimulatedFault, SimulatedWorld, type SimulationOptions } from './simulator.ts'
export {
  type ActionSpace,
  findPath,
  type SpaceAction,
  type SpaceOptions,
  type SpaceResult,
} from './state-space.ts'
export { TemporalNetwork } from './temporal-network.ts'
export { type BrokenLink, PlanWatch, type Simulation, simulate } from './watch.ts'
export { gridTask } from './worlds/grid.ts'
export { finalCash, hindsightValue, marketTask } from './worlds/market.ts'
export { type ProjectExecution, projectTask } from './worlds/project.ts'
export { type ResponseTime, responseTask, responseTimes } from './worlds/response.ts'
export { optionsOf, taskOf } from './worlds/task.ts'
