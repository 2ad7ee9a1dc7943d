export { readPlanJson, writePlanJson } from './read.ts'
export { planJsonSchema, planSchema } from './schema.ts'
