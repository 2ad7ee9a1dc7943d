export { Faults } from './faults.ts'
export { type MinimalConflict, minimalConflict } from './minimal-conflict.ts'
export { clean, figure, linearOptions, type ModelOptions, measure } from './solving.ts'
