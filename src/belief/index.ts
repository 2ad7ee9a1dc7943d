export { decisionProblem } from '../domain/decision-rules.ts'
export { type BeliefAgentOptions, beliefAgent } from './belief-agent.ts'
export { type FusedBelief, fuseBeliefs, type Reading } from './belief-fusion.ts'
export { BeliefState, ImpossibleObservationError } from './belief-state.ts'
export { BeliefTracker, type TrackedStep, type TrackerOptions } from './belief-tracker.ts'
export {
  type BeliefAgent,
  type BeliefCoordination,
  type CoordinatedBelief,
  coordinateWithBeliefs,
  type TaskOwner,
} from './coordinate-beliefs.ts'
export {
  costWhenTold,
  costWithoutTests,
  type Decision,
  type DecisionBranch,
  type DecisionNode,
  type DecisionPlan,
  solveDecision,
} from './decision-tree.ts'
export {
  checkDecisionPlan,
  decisionDot,
  decisionText,
  recomputeCost,
  runDecisionPlan,
  simulateDecisionPlan,
} from './decision-walk.ts'
export { type BeliefGoal, type GoalPlanNode, type GoalPlanResult, planToBelief } from './goal-planner.ts'
export type { GoalSimulation } from './goal-policy.ts'
export { type Likelihood, type ObservationAction, ObservationModel } from './observation-model.ts'
export {
  type BasePlanner,
  type BeliefPlan,
  DO_NOTHING,
  type PlannerOptions,
  PomdpPlanner,
  testOf,
} from './plan-acts.ts'
export { decisionThresholds, type ThresholdRegion } from './thresholds.ts'
export {
  entropyBits,
  type InformationValue,
  type SelectionCriterion,
  selectTest,
  type TestValue,
  valueOfInformation,
  valueOfTestSet,
} from './value-of-information.ts'
