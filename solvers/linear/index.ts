export { closeLinearWorker } from '../worker/linear-client.ts'
export type {
  BackendAnswer,
  BackendCapabilities,
  BackendOptions,
  Hessian,
  LinearBackend,
  LinearProblem,
} from './backend.ts'
export { type BackendName, backendByName, linearBackends } from './backends/registry.ts'
export { evaluatePoint, type PointEvaluation } from './certificate.ts'
export type { BackendChoice } from './choice.ts'
export { proveExactly, solveModelExactly } from './exact/index.ts'
export * from './expressions.ts'
export * from './model.ts'
export { bestSolutions, type PoolEnd, type PoolOptions } from './pool.ts'
export * from './result.ts'
export { LinearSession, type SessionOptions } from './session.ts'
export { type Incumbent, type LinearOptions, solveLinear } from './solve.ts'
