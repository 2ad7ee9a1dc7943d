/** Runs that survive their process: decisions, observations and actions from a durable journal. */
export * from './divergence.ts'
export { type Approval, DurableRun, type DurableRunOptions } from './durable-run.ts'
export { forkRun } from './fork.ts'
export type { Answer, Question } from './history.ts'
export { type Difference, fingerprint, firstDifference, requireJson } from './json.ts'
export { MemoryJournal } from './memory-store.ts'
export type { ActionAttempt, ActionResult, PerformOptions, Reconciliation } from './perform.ts'
export * from './trace.ts'
