export { type BudgetModel, type BudgetVariation, buildBudgetModel } from './formulation.ts'
export type { BindingLimit, BudgetPlan, BudgetResult, LineAmount, MarginalValue, UnusedLine } from './result.ts'
export { solveBudget } from './solve.ts'
