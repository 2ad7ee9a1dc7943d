export {
  checkKnapsack,
  type KnapsackPoint,
  type KnapsackProblem,
  type KnapsackResult,
  solveKnapsack,
} from './knapsack.ts'
