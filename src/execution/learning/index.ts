/** Learning from execution: what succeeds, what it costs and how long it takes. */
export * from './adaptive-planner.ts'
export * from './blacklist.ts'
export * from './experience.ts'
