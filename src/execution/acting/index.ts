/** Refinement acting: tasks and events met by methods, alternatives after failure, look-ahead by sampling. */
export * from './acting-options.ts'
export * from './domain.ts'
export type { DurableActingOptions } from './durable.ts'
export * from './engine.ts'
export type { AgendaTask } from './imagined-agenda.ts'
export { LookAhead, type LookAheadOptions, type Situation } from './look-ahead.ts'
export { type Frame, type MethodEnd, RefinementStack, type StackOptions } from './refinement-stack.ts'
export { VirtualWorld, type VirtualWorldOptions } from './virtual-world.ts'
