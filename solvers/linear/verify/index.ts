/**
 * Turns a backend's claim into a result that can be stood by, or says why it cannot. What a claim needs:
 *
 * | claim | LP | MIP |
 * |---|---|---|
 * | a point | rows, bounds, objective re-evaluated | integers rounded, fixed, the LP solved again, everything re-evaluated |
 * | optimal | multipliers whose bound meets the objective | a search bound on the right side that meets the objective |
 * | infeasible | a checked Farkas combination | the same for the relaxation, or an independent search that agrees |
 * | unbounded | a checked direction and a checked point | the same (data are rational: Meyer 1974) |
 *
 * Where the backend gives no proof, another one (a prover) is asked for it: its word counts only with its own certificate.
 */
import type { BackendAnswer } from '../backend.ts'
import { type Claim, usableBound, type Verdict, wrong } from './claim.ts'
import { farkasOfRelaxation, verifyInfeasible } from './infeasible.ts'
import { verifyMultipliers, verifySearch } from './optimal.ts'
import { verifiedPoint } from './point.ts'
import { verifyUnbounded } from './unbounded.ts'

export type { Claim, Verdict, VerifiedPoint } from './claim.ts'

/** Checks one claim. */
export async function verify(claim: Claim, answer: BackendAnswer): Promise<Verdict> {
  switch (answer.claim) {
    case 'unknown': {
      // A backend that gives up on an infeasible LP can still be helped by the elastic form.
      const proof = answer.limit === 'method' && !claim.problem.hasIntegers ? await farkasOfRelaxation(claim) : null
      if (proof !== null) return { kind: 'infeasible', certificate: proof }
      return { kind: 'unknown', bound: answer.bound, limit: answer.limit, reason: answer.reason ?? 'it gave no answer' }
    }
    case 'feasible': {
      const point = await verifiedPoint(claim, answer.values)
      if (typeof point === 'string') {
        return answer.limit === 'method'
          ? wrong(point)
          : { kind: 'unknown', bound: null, limit: answer.limit, reason: point }
      }
      return { kind: 'feasible', point, bound: usableBound(claim, answer.bound, point.objective), limit: answer.limit }
    }
    case 'optimal': {
      const duals = claim.problem.hasIntegers ? null : answer.duals
      const point = await verifiedPoint(claim, answer.values, duals)
      if (typeof point === 'string') return wrong(point)
      return claim.problem.hasIntegers
        ? verifySearch(claim, point, answer.bound, verify)
        : verifyMultipliers(claim, point, answer.ranges ?? null)
    }
    case 'infeasible':
      return verifyInfeasible(claim, answer.ray ?? null)
    case 'unbounded':
      return verifyUnbounded(claim, answer.ray ?? null)
    case 'unbounded-or-infeasible':
      return verifyUnbounded(claim, null)
  }
}
