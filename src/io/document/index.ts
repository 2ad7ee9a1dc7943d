export { type Override, parseOverride } from './override.ts'
export type { PlanningProblem, ProblemKind } from './problem.ts'
export { type ReadOptions, type ReadResult, readDocument } from './read.ts'
export { documentJsonSchema, documentSchema, type PlanningDocument } from './schema.ts'
