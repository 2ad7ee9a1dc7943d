/**
 * The point of a claim: of a LP as it is, of a MIP with the integers rounded and fixed and the LP solved again (which ends what
 * lives on the integrality tolerance alone), evaluated against the user's model.
 */
import { FEASIBILITY } from '../../numeric/index.ts'
import { evaluatePoint } from '../certificate.ts'
import { fixedProblem } from '../derived.ts'
import type { NormalisedProblem } from '../normalise.ts'
import type { PointCheck } from '../result.ts'
import { ask, type Claim, close, type VerifiedPoint } from './claim.ts'

/** The point after rounding and re-solving, or why it is none. */
export async function verifiedPoint(
  claim: Claim,
  raw: Float64Array,
  duals: Float64Array | null = null,
): Promise<VerifiedPoint | string> {
  const { model, problem } = claim
  if (raw.length !== problem.columns) return `its point has ${raw.length} of ${problem.columns} values`
  if (!problem.hasIntegers) {
    const evaluation = evaluatePoint(model, raw)
    if (!(evaluation.maxRelativeViolation <= FEASIBILITY)) return violated(evaluation)
    return { ...split(evaluation), values: raw, duals, reducedCosts: null }
  }
  const rounded = raw.slice()
  let continuous = false
  for (let j = 0; j < problem.columns; j++) {
    const value = raw[j] as number
    if (problem.integrality[j] === 0) {
      continuous = true
      continue
    }
    const nearest = Math.round(value)
    if (!(Math.abs(value - nearest) <= 1e-5 * Math.max(1, Math.abs(nearest)))) {
      return `the integer variable ${model.variableName(j)} has the value ${value}`
    }
    rounded[j] = nearest === 0 ? 0 : nearest
  }
  if (!continuous) {
    const evaluation = evaluatePoint(model, rounded)
    if (!(evaluation.maxRelativeViolation <= FEASIBILITY)) return violated(evaluation)
    // With every column fixed the rows carry no price; the reduced costs are the objective itself.
    return {
      ...split(evaluation),
      values: rounded,
      duals: new Float64Array(problem.rows),
      reducedCosts: problem.objective,
    }
  }
  const exact = evaluatePoint(model, rounded)
  const holds = exact.maxRelativeViolation <= FEASIBILITY * 1e-3
  if (holds && !claim.wantsDuals) return { ...split(exact), values: rounded, duals: null, reducedCosts: null }
  const solved = await optimum(claim, fixedProblem(problem, rounded))
  if (solved !== null) {
    const values = solved.values.slice()
    for (let j = 0; j < problem.columns; j++) if (problem.integrality[j] === 1) values[j] = rounded[j] as number
    const evaluation = evaluatePoint(model, values)
    const better =
      problem.sense === 'minimize' ? evaluation.objective <= exact.objective : evaluation.objective >= exact.objective
    if (
      evaluation.maxRelativeViolation <= FEASIBILITY &&
      (better || !holds || close(evaluation.objective, exact.objective))
    ) {
      return { ...split(evaluation), values, duals: solved.duals, reducedCosts: null }
    }
  }
  if (exact.maxRelativeViolation <= FEASIBILITY) {
    return { ...split(exact), values: rounded, duals: null, reducedCosts: null }
  }
  return `with its integers rounded, ${violated(exact)}`
}

/** Solves a derived LP with the claim's backend, or a prover when that has no duals. */
async function optimum(
  claim: Claim,
  problem: NormalisedProblem,
): Promise<{ values: Float64Array; duals: Float64Array | null; by: string } | null> {
  const asked = [claim.backend, ...claim.provers].filter(
    (backend, position, all) => backend.capabilities.duals && all.indexOf(backend) === position,
  )
  for (const backend of asked) {
    const answer = await ask(claim, backend, problem, {})
    if (answer?.claim === 'optimal') return { values: answer.values, duals: answer.duals, by: backend.name }
    if (answer?.claim === 'infeasible') return null
  }
  return null
}

function violated(evaluation: { maxViolation: number; worst: string | null }): string {
  return `its point violates ${evaluation.worst} by ${evaluation.maxViolation}`
}

function split(evaluation: PointCheck & { objective: number }): { objective: number; check: PointCheck } {
  const { objective, maxViolation, worst } = evaluation
  return { objective, check: { checked: true, maxViolation, worst } }
}
