export {
  type BoundedPolicyOptions,
  type BoundedPolicyResult,
  boundedPolicyIteration,
} from './bounded-policy-iteration.ts'
export { fastInformedBound, type MdpSolution, qmdp, solveMdp } from './bounds.ts'
export { actionValue, checkResidual, lookahead, type ResidualCheck } from './check.ts'
export {
  type Controller,
  type ControllerChoice,
  type ControllerNode,
  type ControllerValue,
  evaluateController,
} from './controller.ts'
export { EXACT_METHODS, type ExactMethod } from './exact/backup.ts'
export { buildKernel, type JointKernel } from './kernel.ts'
export {
  evaluatePolicy,
  type MdpPolicy,
  type MdpPolicyIteration,
  type MdpProgramResult,
  policyIteration,
  solveMdpProgram,
} from './mdp.ts'
export { modelIssues, normaliseModel, type PomdpModel, type SparseRows, sparseFromDense, sparseRows } from './model.ts'
export { arDespot, type DespotOptions } from './online/despot.ts'
export { ParticleDeprivationError, updateParticles } from './online/particle-filter.ts'
export { type OnlineDecision, type PomcpOptions, pomcp } from './online/pomcp.ts'
export { type HistoryKnowledge, ModelSimulator, type Simulator, type StepOutcome } from './online/simulator.ts'
export { policyOf } from './policy.ts'
export { evaluateGraph, type PolicyGraph, policyGraph, reachableNodes } from './policy-graph.ts'
export { type PlanNode, planFromBelief, type ReachableOptions, type ReachablePlan } from './reachable.ts'
export { type Policy, type SimulationOptions, type SimulationResult, simulatePolicy } from './simulate.ts'
export { POMDP_METHODS, type PomdpMethod, type PomdpResult, type SolvePomdpOptions, solvePomdp } from './solve.ts'
export { VectorSet } from './vector-set.ts'
