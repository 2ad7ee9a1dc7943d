/**
 * The claim "optimal": multipliers for a LP or convex QP, a bound for a search, each from the backend itself or from a prover.
 */
import { FEASIBILITY, OBJECTIVE } from '../../numeric/index.ts'
import type { BackendAnswer } from '../backend.ts'
import { checkDirection, evaluateDuals, evaluatePoint, provesOptimal } from '../certificate.ts'
import type { OptimalityCertificate, SensitivityRanges } from '../result.ts'
import { ask, type Claim, close, isBetter, usableBound, type Verdict, type VerifiedPoint, wrong } from './claim.ts'

/** How a second opinion is checked: the whole of this folder. */
export type Verify = (claim: Claim, answer: BackendAnswer) => Promise<Verdict>

export async function verifyMultipliers(
  claim: Claim,
  point: VerifiedPoint,
  ranges: SensitivityRanges | null,
): Promise<Verdict> {
  const { problem, backend } = claim
  let bound: number | null = null
  if (point.duals !== null) {
    const dual = evaluateDuals(problem, point.values, point.duals)
    if (provesOptimal(point.objective, dual, OBJECTIVE)) {
      const certificate = dualCertificate(backend.name, dual)
      return { kind: 'optimal', point: { ...point, reducedCosts: dual.reducedCosts }, certificate, ranges }
    }
    bound = dual.maxDualInfeasibility === 0 ? dual.bound : null
  }
  if (claim.asksOthers) {
    for (const prover of claim.provers) {
      if (prover === backend) continue
      const answer = await ask(claim, prover, problem, {})
      if (answer?.claim === 'unbounded' && answer.ray && checkDirection(problem, answer.ray) !== null) {
        return wrong(`the objective is unbounded, which ${prover.name} showed`)
      }
      if (answer?.claim !== 'optimal' || answer.duals === null) continue
      const dual = evaluateDuals(problem, answer.values, answer.duals)
      if (provesOptimal(point.objective, dual, OBJECTIVE)) {
        const certificate = dualCertificate(prover.name, dual)
        const proved = { ...point, duals: answer.duals, reducedCosts: dual.reducedCosts }
        return { kind: 'optimal', point: proved, certificate, ranges }
      }
      const other = evaluatePoint(claim.model, answer.values)
      if (other.maxRelativeViolation <= FEASIBILITY && isBetter(problem, other.objective, point.objective)) {
        return wrong(`its objective ${point.objective} is worse than the ${other.objective} that ${prover.name} found`)
      }
    }
  }
  if (backend.capabilities.duals) return wrong('its duals do not prove its point optimal')
  return { kind: 'feasible', point, bound, limit: claim.run.limit ?? 'method' }
}

export async function verifySearch(
  claim: Claim,
  point: VerifiedPoint,
  reported: number | null,
  verify: Verify,
): Promise<Verdict> {
  const { problem, backend, options } = claim
  const { objective } = point
  if (backend.capabilities.bounds === true && reported !== null) {
    const scale = Math.max(1, Math.abs(objective))
    const beyond = (problem.sense === 'minimize' ? reported - objective : objective - reported) / scale
    if (beyond > OBJECTIVE) return wrong(`its bound ${reported} is on the wrong side of the objective ${objective}`)
    const gap = Math.abs(reported - objective)
    if (gap <= OBJECTIVE * scale) {
      const certificate =
        backend.capabilities.exact === true
          ? ({ kind: 'exact', by: backend.name } as const)
          : ({ kind: 'search', by: backend.name, bound: reported } as const)
      return { kind: 'optimal', point, certificate, ranges: null }
    }
    const allowed = gap <= (options.absoluteGap ?? 0) || gap <= options.relativeGap * Math.abs(objective) * (1 + 1e-9)
    if (allowed) return { kind: 'feasible', point, bound: reported, limit: 'gap' }
    return wrong(`its bound ${reported} leaves a gap to the objective ${objective} of its point`)
  }
  if (claim.asksOthers) {
    for (const prover of claim.provers) {
      if (prover === backend) continue
      const answer = await ask(claim, prover, problem, { relativeGap: options.relativeGap })
      if (answer === null) continue
      const opinion = await verify({ ...claim, backend: prover, asksOthers: false }, answer)
      if (opinion.kind === 'unbounded') return wrong(`the objective is unbounded, which ${prover.name} showed`)
      if (opinion.kind === 'optimal') {
        if (close(opinion.point.objective, objective)) return { ...opinion, point }
        if (isBetter(problem, opinion.point.objective, objective)) {
          return wrong(
            `its objective ${objective} is worse than the ${opinion.point.objective} that ${prover.name} found`,
          )
        }
        // The second opinion is the one that is worse: its proof is void and so is ours.
      }
      if (opinion.kind === 'feasible') {
        const limit = opinion.limit
        return { kind: 'feasible', point, bound: usableBound(claim, opinion.bound, objective), limit }
      }
    }
  }
  return { kind: 'feasible', point, bound: null, limit: claim.run.limit ?? 'method' }
}

function dualCertificate(by: string, dual: { bound: number; maxDualInfeasibility: number }): OptimalityCertificate {
  return { kind: 'dual', by, dualObjective: dual.bound, maxDualInfeasibility: dual.maxDualInfeasibility }
}
