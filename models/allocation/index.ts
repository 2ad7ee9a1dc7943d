export { type SolveAssignmentOptions, solveAssignment } from './assignment.ts'
export { type AllocationModel, type AllocationVariation, buildAllocationModel } from './formulation.ts'
export type {
  Allocation,
  AllocationResult,
  AssignmentPrices,
  SolvedAssignment,
  Unallocatable,
} from './result.ts'
export { allocateWithin, solveAllocation } from './solve.ts'
export { validateAllocation } from './validate.ts'
