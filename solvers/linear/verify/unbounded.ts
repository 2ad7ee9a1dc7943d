/**
 * The claim "unbounded", or "unbounded or infeasible": a feasible point and a direction, from the backend or derived. A model without a
 * feasible point is infeasible instead.
 */
import { FEASIBILITY } from '../../numeric/index.ts'
import { checkDirection, evaluatePoint } from '../certificate.ts'
import { directionProblem, withoutObjective } from '../derived.ts'
import { ask, type Claim, roundIntegers, undecided, type Verdict, wrong } from './claim.ts'
import { verifyInfeasible } from './infeasible.ts'

export async function verifyUnbounded(claim: Claim, ray: Float64Array | null): Promise<Verdict> {
  const { problem, backend, model } = claim
  if (problem.hessian) return undecided(claim, 'unbounded', 'a quadratic objective has no ray to check')
  const feasible = withoutObjective(problem)
  let point: Float64Array | null = null
  let infeasible: Float64Array | null | undefined
  for (const asked of new Set([backend, ...claim.provers])) {
    const answer = await ask(claim, asked, feasible, {})
    if (answer?.claim === 'optimal' || answer?.claim === 'feasible') {
      const values = roundIntegers(problem, answer.values)
      if (evaluatePoint(model, values).maxRelativeViolation <= FEASIBILITY) {
        point = values
        break
      }
    } else if (answer?.claim === 'infeasible') {
      infeasible = answer.ray ?? null
      break
    }
  }
  if (infeasible !== undefined) return verifyInfeasible(claim, infeasible)
  if (point === null) return undecided(claim, 'unbounded', 'no feasible point was found')
  const proof = ray === null ? null : checkDirection(problem, ray)
  if (proof !== null) return { kind: 'unbounded', certificate: { kind: 'ray', by: backend.name, point, ...proof } }
  let bounded = false
  for (const asked of new Set([backend, ...claim.provers])) {
    const answer = await ask(claim, asked, directionProblem(problem), {})
    if (answer?.claim !== 'optimal') continue
    const derived = checkDirection(problem, answer.values)
    if (derived !== null) return { kind: 'unbounded', certificate: { kind: 'ray', by: asked.name, point, ...derived } }
    bounded = true
  }
  return bounded
    ? wrong('it claims unbounded, but no direction improves for ever')
    : undecided(claim, 'unbounded', 'no direction was found')
}
