export { buildPortfolioModel, type PortfolioModel, type PortfolioVariation } from './formulation.ts'
export type { DroppedProject, PeriodValue, PortfolioPlan, PortfolioResult } from './result.ts'
export { type PortfolioOptions, solvePortfolio } from './solve.ts'
