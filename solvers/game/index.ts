export {
  type BargainingObjective,
  type BargainingSet,
  bargainingSolution,
  nashProduct,
  paretoDeals,
  rationalDeals,
} from './bargaining.ts'
export {
  bestCoalitionStructure,
  type CoalitionStructureOptions,
  type CoalitionStructureResult,
  superadditiveCover,
} from './coalition-structure.ts'
export {
  type CooperativeGame,
  coalitionMembers,
  coalitionOf,
  coalitionSize,
  coalitionSum,
  cooperativeGame,
  PLAYER_LIMIT,
  tabulate,
} from './cooperative.ts'
export {
  type BalancedCollection,
  CORE_TOLERANCE,
  type CoreResult,
  checkCorePayoff,
  findCore,
  type LeastCore,
} from './core.ts'
export { ExcessScan, type Worst } from './excess.ts'
export {
  type BehaviourStrategy,
  type ExtensiveGameResult,
  type GameNode,
  solveExtensiveGame,
} from './extensive.ts'
export { type NucleolusVerdict, verifyNucleolus } from './kohlberg.ts'
export { GAME_TOLERANCE, MatrixGameKernel, type MatrixGameSolution, solveMatrixGame } from './matrix-game.ts'
export { findNucleolus, type NucleolusOptions, type NucleolusResult } from './nucleolus.ts'
export { banzhafIndex, banzhafValue, RATIONAL_PLAYER_LIMIT, shapleyFractions, shapleyValue } from './shapley.ts'
export { type SampledShapley, type SampledShapleyOptions, sampleShapley } from './shapley-sampling.ts'
