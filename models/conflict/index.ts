export { Faults } from './faults.ts'
export { addRules, describeRule, validateRules } from './linear-rules.ts'
export { type MinimalConflict, minimalConflict } from './minimal-conflict.ts'
export { clean, figure, linearOptions, type ModelOptions, measure } from './solving.ts'
