export { exactBackend } from './backend.ts'
export { dualBound, isFeasible, objectiveAt, provesInfeasible, provesUnbounded } from './certificate.ts'
export { type ExactProblem, type ExactRow, readExactly } from './problem.ts'
export {
  EXACT_CELL_LIMIT,
  type ExactAnswer,
  type ExactInfeasibility,
  type ExactOptimality,
  type ExactOptions,
  type ExactVerdict,
  proveExactly,
  solveModelExactly,
} from './prove.ts'
export { type NumberMeaning, Rational } from './rational.ts'
