/**
 * What the checks of a claim share: the claim, the verdict, and questions to backends about derived problems.
 */
import { type Limit, type Run, relativeGap } from '../../contract/index.ts'
import { OBJECTIVE } from '../../numeric/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend } from '../backend.ts'
import type { LinearModel } from '../model.ts'
import type { NormalisedProblem } from '../normalise.ts'
import type {
  InfeasibilityCertificate,
  OptimalityCertificate,
  PointCheck,
  RayCertificate,
  SensitivityRanges,
} from '../result.ts'

export interface VerifiedPoint {
  readonly values: Float64Array
  readonly objective: number
  readonly check: PointCheck
  /** Duals of the normalised rows; for a MIP of the LP with the integers fixed. */
  readonly duals: Float64Array | null
  readonly reducedCosts: Float64Array | null
}

/** What is left of a claim after the check. */
export type Verdict =
  | {
      readonly kind: 'optimal'
      readonly point: VerifiedPoint
      readonly certificate: OptimalityCertificate
      readonly ranges: SensitivityRanges | null
    }
  | { readonly kind: 'feasible'; readonly point: VerifiedPoint; readonly bound: number | null; readonly limit: Limit }
  | { readonly kind: 'infeasible'; readonly certificate: InfeasibilityCertificate }
  | { readonly kind: 'unbounded'; readonly certificate: RayCertificate }
  | { readonly kind: 'unknown'; readonly bound: number | null; readonly limit: Limit; readonly reason: string }
  | { readonly kind: 'wrong'; readonly reason: string }

export interface Claim {
  readonly model: LinearModel
  readonly problem: NormalisedProblem
  readonly run: Run
  readonly options: BackendOptions
  readonly backend: LinearBackend
  /** Whom to ask for a proof that the backend itself does not give. */
  readonly provers: readonly LinearBackend[]
  /** Whether the duals of a MIP are wanted. */
  readonly wantsDuals: boolean
  /** False inside a second opinion: no opinion on an opinion. */
  readonly asksOthers: boolean
}

export function wrong(reason: string): Verdict {
  return { kind: 'wrong', reason }
}

export function undecided(claim: Claim, what: string, reason: string): Verdict {
  return {
    kind: 'unknown',
    bound: null,
    limit: claim.run.limit ?? 'method',
    reason: `it claims ${what}, but ${reason}`,
  }
}

/** One question to a backend about a derived problem; a failure counts as no answer. */
export async function ask(
  claim: Claim,
  backend: LinearBackend,
  problem: NormalisedProblem,
  options: Partial<BackendOptions>,
): Promise<BackendAnswer | null> {
  if (claim.run.limit !== null) return null
  const { interrupted } = claim.options
  try {
    await backend.load()
    return await backend.solve(
      problem,
      { relativeGap: 0, ...(interrupted === undefined ? {} : { interrupted }), ...options },
      claim.run,
    )
  } catch {
    return null
  }
}

export function roundIntegers(problem: NormalisedProblem, values: Float64Array): Float64Array {
  const rounded = values.slice()
  for (let j = 0; j < problem.columns; j++)
    if (problem.integrality[j] === 1) rounded[j] = Math.round(values[j] as number)
  return rounded
}

/** The bound when it lies on the right side of the objective, else null. */
export function usableBound(claim: Claim, bound: number | null, objective: number): number | null {
  if (bound === null) return null
  const beyond = claim.problem.sense === 'minimize' ? bound - objective : objective - bound
  return beyond <= OBJECTIVE * Math.max(1, Math.abs(objective)) ? bound : null
}

export function isBetter(problem: NormalisedProblem, candidate: number, than: number): boolean {
  if (close(candidate, than)) return false
  return problem.sense === 'minimize' ? candidate < than : candidate > than
}

export function close(a: number, b: number): boolean {
  return relativeGap(a, b) <= OBJECTIVE || Math.abs(a - b) <= OBJECTIVE
}
