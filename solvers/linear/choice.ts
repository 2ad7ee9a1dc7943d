/**
 * Which backends are asked, and in which order: those the caller names, or by capability and size.
 */
import { UnsupportedError } from '../contract/index.ts'
import type { BackendOptions, LinearBackend, LinearProblem } from './backend.ts'
import { type BackendName, backendByName, linearBackends } from './backends/registry.ts'

export type BackendChoice = LinearBackend | BackendName

/** One backend to ask. */
export interface Candidate {
  readonly backend: LinearBackend
  /** Nodes after which its integer search makes way for the next; undefined: only the caller's limit counts. */
  readonly patience?: number
}

/** Tables up to this many cells are the dense simplex's: it is done before HiGHS has read the model (bench/linear). */
const TINY_CELLS = 1000
const FEW_INTEGERS = 16
/** Tables up to this many cells are worth exact arithmetic when floating point failed: a second or so. */
const EXACT_CELLS = 5000
const PATIENCE = 2000

/**
 * The backends the caller names, in that order; by default the dense simplex for tiny models, HiGHS for everything, and then
 * what is left of the road when they fail: GLPK if it is installed, exact arithmetic for small models, javascript-lp-solver for
 * models of its size.
 */
export function chooseBackends(
  problem: LinearProblem,
  options: BackendOptions,
  named?: readonly BackendChoice[],
): readonly Candidate[] {
  if (named !== undefined) {
    return named.map((choice) => ({ backend: typeof choice === 'string' ? backendByName(choice) : choice }))
  }
  const { dense, highs, glpk, exact } = linearBackends
  const small = problem.columns * problem.rows <= EXACT_CELLS ? [exact] : []
  const rest = [highs, glpk, ...small, linearBackends['javascript-lp-solver']].filter((one) => fits(problem, one))
  const candidates: Candidate[] = rest.map((backend) => ({ backend }))
  const tiny =
    problem.columns * problem.rows <= TINY_CELLS &&
    integerColumns(problem) <= FEW_INTEGERS &&
    missingCapability(dense, problem, options) === null
  if (tiny) candidates.unshift({ backend: dense, ...(options.nodeLimit === undefined ? { patience: PATIENCE } : {}) })
  return candidates
}

/**
 * Backends whose proofs are believed when another's answer has none: they give duals, and bounds for integer models. For small
 * models the dense simplex is one of them, which shares nothing with HiGHS.
 */
export function proversFor(problem: LinearProblem): readonly LinearBackend[] {
  const small = problem.columns * problem.rows <= TINY_CELLS && integerColumns(problem) <= FEW_INTEGERS
  return small && !problem.hessian ? [linearBackends.highs, linearBackends.dense] : [linearBackends.highs]
}

/** True when the problem is within the sizes the backend is asked for. */
export function fits(problem: LinearProblem, backend: LinearBackend): boolean {
  const { maxSize, maxCells, maxIntegers } = backend.capabilities
  if (maxCells !== undefined && problem.columns * problem.rows > maxCells) return false
  if (maxSize !== undefined && problem.columns + problem.rows > maxSize) return false
  return maxIntegers === undefined || integerColumns(problem) <= maxIntegers
}

function integerColumns(problem: LinearProblem): number {
  if (!problem.hasIntegers) return 0
  let integers = 0
  for (let j = 0; j < problem.columns; j++) integers += problem.integrality[j] as number
  return integers
}

/** The first thing asked for that this backend cannot honour, by name; null when it can do everything. */
export function missingCapability(
  backend: LinearBackend,
  problem: LinearProblem,
  options: BackendOptions,
): string | null {
  const { capabilities } = backend
  if (problem.hessian && problem.hasIntegers) return 'quadratic objective with integer variables'
  if (problem.hessian && capabilities.quadratic !== true) return 'quadratic objective'
  if (problem.hasIntegers && !capabilities.integers) return 'integer variables'
  if (options.nodeLimit !== undefined && problem.hasIntegers && capabilities.nodeLimit !== true) return 'nodeLimit'
  if (options.start !== undefined && problem.hasIntegers && capabilities.start !== true) return 'start'
  if (options.ranges === true && !problem.hasIntegers && capabilities.ranges !== true) return 'ranges'
  return null
}

/** Says by name what this backend cannot honour. @throws UnsupportedError */
export function requireCapabilities(backend: LinearBackend, problem: LinearProblem, options: BackendOptions): void {
  const feature = missingCapability(backend, problem, options)
  if (feature === null) return
  throw new UnsupportedError(feature, `The linear backend ${backend.name} cannot honour: ${feature}.`, {
    hint: 'leave the option out, or name a backend that can',
  })
}
