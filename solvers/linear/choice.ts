/**
 * Which backends are asked, and in which order: those the caller names, or by capability and size.
 */
import { UnsupportedError } from '../contract/index.ts'
import type { BackendOptions, LinearBackend, LinearProblem } from './backend.ts'
import { type BackendName, backendByName, linearBackends } from './backends/registry.ts'

export type BackendChoice = LinearBackend | BackendName

/**
 * The default order: HiGHS for everything; then what is left of the road when it fails: GLPK if it is installed,
 * javascript-lp-solver for models of its size.
 */
export function chooseBackends(problem: LinearProblem, named?: readonly BackendChoice[]): readonly LinearBackend[] {
  if (named !== undefined) return named.map((choice) => (typeof choice === 'string' ? backendByName(choice) : choice))
  const all = [linearBackends.highs, linearBackends.glpk, linearBackends['javascript-lp-solver']]
  return all.filter((backend) => fits(problem, backend))
}

/** Backends whose proofs are believed when another's answer has none: they give duals, and bounds for integer models. */
export function proversFor(problem: LinearProblem): readonly LinearBackend[] {
  return [linearBackends.highs].filter(
    (backend) => fits(problem, backend) && (problem.hasIntegers ? backend.capabilities.bounds === true : true),
  )
}

/** True when the problem is within the sizes the backend is asked for. */
export function fits(problem: LinearProblem, backend: LinearBackend): boolean {
  const { maxSize, maxCells, maxIntegers } = backend.capabilities
  if (maxCells !== undefined && problem.columns * problem.rows > maxCells) return false
  if (maxSize !== undefined && problem.columns + problem.rows > maxSize) return false
  if (maxIntegers === undefined || !problem.hasIntegers) return true
  let integers = 0
  for (let j = 0; j < problem.columns; j++) integers += problem.integrality[j] as number
  return integers <= maxIntegers
}

/** Says by name what this backend cannot honour. @throws UnsupportedError */
export function requireCapabilities(backend: LinearBackend, problem: LinearProblem, options: BackendOptions): void {
  const { name, capabilities } = backend
  const refuse = (feature: string): never => {
    throw new UnsupportedError(feature, `The linear backend ${name} cannot honour: ${feature}.`, {
      hint: 'leave the option out, or name a backend that can',
    })
  }
  if (problem.hasIntegers && !capabilities.integers) refuse('integer variables')
  if (problem.hessian && capabilities.quadratic !== true) refuse('quadratic objective')
  if (problem.hessian && problem.hasIntegers) refuse('quadratic objective with integer variables')
  if (options.nodeLimit !== undefined && problem.hasIntegers && capabilities.nodeLimit !== true) refuse('nodeLimit')
  if (options.start !== undefined && problem.hasIntegers && capabilities.start !== true) refuse('start')
  if (options.ranges === true && !problem.hasIntegers && capabilities.ranges !== true) refuse('ranges')
}
