/**
 * The claim "infeasible": a Farkas combination, from the backend's ray or from the duals of the elastic problem; for an integer
 * model with a feasible relaxation a second, independent search.
 */
import { FEASIBILITY } from '../../numeric/index.ts'
import { checkFarkas, evaluatePoint } from '../certificate.ts'
import { elasticProblem, relaxation, withoutObjective } from '../derived.ts'
import type { InfeasibilityCertificate } from '../result.ts'
import { ask, type Claim, roundIntegers, undecided, type Verdict, wrong } from './claim.ts'

export async function verifyInfeasible(claim: Claim, ray: Float64Array | null): Promise<Verdict> {
  const { problem, backend } = claim
  const refuted = (values: Float64Array) => {
    const point = evaluatePoint(claim.model, values)
    return point.maxRelativeViolation <= FEASIBILITY
  }
  if (ray !== null) {
    const farkas = checkFarkas(problem, ray)
    if (farkas !== null) return { kind: 'infeasible', certificate: { kind: 'farkas', by: backend.name, ...farkas } }
  }
  // What the ray shows only beyond rounding, exact arithmetic has shown exactly.
  if (backend.capabilities.exact === true) {
    return { kind: 'infeasible', certificate: { kind: 'exact', by: backend.name } }
  }
  const certificate = await farkasOfRelaxation(claim)
  if (certificate !== null) return { kind: 'infeasible', certificate }
  if (!problem.hasIntegers) return undecided(claim, 'infeasible', 'no combination of rows proves it')
  if (!claim.asksOthers) return undecided(claim, 'infeasible', 'nobody else was asked')
  // Another backend is the better witness; only without one does the backend's own other road count.
  const opinions = claim.provers
    .filter((prover) => prover !== backend)
    .map((prover) => ({ backend: prover, careful: false }))
  if (opinions.length === 0 && backend.capabilities.careful === true) {
    opinions.push({ backend, careful: claim.options.careful !== true })
  }
  for (const opinion of opinions) {
    const answer = await ask(claim, opinion.backend, withoutObjective(problem), { careful: opinion.careful })
    if (answer === null) continue
    if (answer.claim === 'infeasible') {
      const road = (name: string, careful: boolean) => (careful ? `${name} without presolve` : name)
      return {
        kind: 'infeasible',
        certificate: {
          kind: 'agreement',
          by: road(backend.name, claim.options.careful === true),
          confirmedBy: road(opinion.backend.name, opinion.careful),
        },
      }
    }
    if ((answer.claim === 'optimal' || answer.claim === 'feasible') && refuted(roundIntegers(problem, answer.values))) {
      return wrong(`it claims infeasible, but ${opinion.backend.name} found a feasible point`)
    }
  }
  return undecided(claim, 'infeasible', 'no second search confirmed it')
}

/** A Farkas combination for the LP relaxation: from the duals of its elastic form, whoever claimed what. */
export async function farkasOfRelaxation(claim: Claim): Promise<InfeasibilityCertificate | null> {
  const relaxed = claim.problem.hasIntegers ? relaxation(claim.problem) : claim.problem
  for (const prover of [claim.backend, ...claim.provers]) {
    if (!prover.capabilities.duals) continue
    if (claim.problem.hasIntegers) {
      const direct = await ask(claim, prover, relaxed, { rays: true })
      if (direct?.claim === 'optimal') return null
      const proof = direct?.claim === 'infeasible' && direct.ray ? checkFarkas(relaxed, direct.ray) : null
      if (proof !== null) return { kind: 'farkas', by: prover.name, ...proof }
    }
    const answer = await ask(claim, prover, elasticProblem(relaxed), {})
    if (answer?.claim !== 'optimal' || answer.duals === null) continue
    const farkas = checkFarkas(relaxed, answer.duals)
    if (farkas !== null) return { kind: 'farkas', by: prover.name, ...farkas }
  }
  return null
}
