export { type SolveAssignmentOptions, solveAssignment } from './assignment.ts'
export { type AllocationModel, type AllocationVariation, buildAllocationModel } from './formulation.ts'
export {
  type AllocationOption,
  allocateWithinLimits,
  type LimitedAllocation,
  type LimitedAllocationOptions,
  type LimitedAllocationProblem,
  type LimitedAllocationResult,
  limitPrices,
} from './limited-allocation.ts'
export type {
  Allocation,
  AllocationResult,
  AssignmentPrices,
  SolvedAssignment,
  Unallocatable,
} from './result.ts'
export { allocateWithin, solveAllocation } from './solve.ts'
export { validateAllocation } from './validate.ts'
export {
  determineWinners,
  otherWinners,
  type VickreyPayment,
  type VickreyResult,
  vickreyAuction,
  type WinnerDetermination,
  type Winners,
} from './winner-determination.ts'
export { checkWinners, validateAuction } from './winner-determination-check.ts'
