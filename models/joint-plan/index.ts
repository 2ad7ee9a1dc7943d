export {
  type Clause,
  earliest,
  type JointObjective,
  type Literal,
  type OrderingProblem,
  type OrderingResult,
  orderSteps,
  type PlacedSteps,
} from './formulation.ts'
