export { TemporalNetwork } from './incremental-network.ts'
export {
  minimalNetwork,
  solveTemporalNetwork,
  type TemporalConstraint,
  type TemporalContradiction,
  type TemporalTimes,
  type TemporalVerdict,
} from './temporal-network.ts'
