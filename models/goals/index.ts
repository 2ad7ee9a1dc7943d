export { buildGoalModel, type GoalModel } from './goal-model.ts'
export { selectGoals } from './select-goals.ts'
