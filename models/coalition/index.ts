export { analyseCoalitions, type CoalitionAnalysis, type Shares } from './analysis.ts'
export { bestJob, characteristicFunction } from './characteristic-function.ts'
export { formByLookAhead } from './look-ahead.ts'
export {
  CoalitionValues,
  gameFromSolver,
  SOLVER_GAME_AGENTS,
  type SolverGame,
  type SolverGameOptions,
} from './solver-game.ts'
export {
  formSpatialCoalitions,
  type SpatialPlan,
  type SpatialTaskOptions,
  type SpatialTaskResult,
} from './spatial-tasks.ts'
export { checkSpatialPlan, type SpatialPlanCheck, validateSpatialTasks } from './spatial-tasks-check.ts'
