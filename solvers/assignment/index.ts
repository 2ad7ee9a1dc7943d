export type { AssignmentAnswer, AssignmentBackend, AssignmentProblem } from './backend.ts'
export { munkresBackend } from './backends/munkres.ts'
export { munkresJsBackend } from './backends/munkres-js.ts'
export { shortestAugmentingPathBackend } from './backends/shortest-augmenting-path.ts'
export { assignBottleneck, type BottleneckOptimal, type BottleneckResult } from './bottleneck.ts'
export { type AssignmentVerdict, checkAssignment, checkPairing, checkViolator } from './certificate.ts'
export { type AssignmentSense, type CostMatrix, type DenseCosts, type FlatCosts, readCosts } from './cost-matrix.ts'
export { assignFirstCome, type FirstCome, type FirstComeOptions } from './first-come.ts'
export {
  assignGeneralised,
  type GeneralisedOptions,
  type GeneralisedProblem,
  type GeneralisedResult,
} from './generalised.ts'
export { IncrementalAssignment, type IncrementalOptions } from './incremental.ts'
export {
  assignLexicographicBottleneck,
  type LexicographicBottleneck,
  type LexicographicBottleneckResult,
} from './lexicographic-bottleneck.ts'
export { type BipartiteGraph, bipartiteGraph, type MaximumMatching, maximumMatching } from './matching.ts'
export {
  type RankedAssignment,
  type Ranking,
  type RankingOptions,
  type RankingResult,
  rankAssignments,
} from './ranking.ts'
export * from './result.ts'
export { type AssignmentOptions, assign } from './solve.ts'
export { assignSparse, type CostEntry, type SparseAssignmentOptions, type SparseCosts } from './sparse.ts'
export {
  assignThreeDimensional,
  type CostCube,
  type ThreeDimensionalOptions,
  type ThreeDimensionalResult,
  type Triple,
} from './three-dimensional.ts'
