export { analyseCoalitions, type CoalitionAnalysis, type Shares } from './analysis.ts'
export { bestJob, characteristicFunction } from './characteristic-function.ts'
