export { type MakespanBounds, makespanBounds } from './bounds.ts'
export { compileProblem } from './compile.ts'
export { type ConflictMember, explainConflict, type LimitKind, type ScheduleConflict } from './conflict.ts'
export { type FrontOptions, type FrontPoint, type FrontResult, type Measure, paretoFront } from './front.ts'
export { computeWindows, type PositiveCycle, type Windows } from './graph.ts'
export type * from './problem.ts'
export {
  type ScheduleOptions,
  type ScheduleResult,
  type ScheduleStatistics,
  schedule,
  scheduleNow,
} from './schedule.ts'
export { validateProblem } from './validate.ts'
export { type ScheduleFault, verifySchedule } from './verify.ts'
export {
  type CapacityOptions,
  type CapacityValue,
  valueOfCapacity,
} from './what-if.ts'
