export { readOrlibAssignment, writeOrlibAssignment } from './assignment.ts'
export {
  type OrlibGeneralisedAssignment,
  readOrlibGeneralisedAssignment,
  writeOrlibGeneralisedAssignment,
} from './generalised-assignment.ts'
export { type OrlibKnapsack, readOrlibKnapsack } from './knapsack.ts'
