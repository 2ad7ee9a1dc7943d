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
import { type Limit, type Run, relativeGap } from '../contract/index.ts'
import { FEASIBILITY, OBJECTIVE } from '../numeric/index.ts'
import type { BackendAnswer, BackendOptions, LinearBackend } from './backend.ts'
import { checkDirection, checkFarkas, evaluateDuals, evaluatePoint, provesOptimal } from './certificate.ts'
import { directionProblem, elasticProblem, fixedProblem, relaxation, withoutObjective } from './derived.ts'
import type { LinearModel } from './model.ts'
import type { NormalisedProblem } from './normalise.ts'
import type {
  InfeasibilityCertificate,
  OptimalityCertificate,
  PointCheck,
  RayCertificate,
  SensitivityRanges,
} from './result.ts'

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

const wrong = (reason: string): Verdict => ({ kind: 'wrong', reason })

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
        ? verifySearch(claim, point, answer.bound)
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

/** The point after rounding and re-solving, or why it is none. */
async function verifiedPoint(
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

/** One question to a backend about a derived problem; a failure counts as no answer. */
async function ask(
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

async function verifyMultipliers(
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

async function verifySearch(claim: Claim, point: VerifiedPoint, reported: number | null): Promise<Verdict> {
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

async function verifyInfeasible(claim: Claim, ray: Float64Array | null): Promise<Verdict> {
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
async function farkasOfRelaxation(claim: Claim): Promise<InfeasibilityCertificate | null> {
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

async function verifyUnbounded(claim: Claim, ray: Float64Array | null): Promise<Verdict> {
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

function undecided(claim: Claim, what: string, reason: string): Verdict {
  return {
    kind: 'unknown',
    bound: null,
    limit: claim.run.limit ?? 'method',
    reason: `it claims ${what}, but ${reason}`,
  }
}

function roundIntegers(problem: NormalisedProblem, values: Float64Array): Float64Array {
  const rounded = values.slice()
  for (let j = 0; j < problem.columns; j++)
    if (problem.integrality[j] === 1) rounded[j] = Math.round(values[j] as number)
  return rounded
}

/** The bound when it lies on the right side of the objective, else null. */
function usableBound(claim: Claim, bound: number | null, objective: number): number | null {
  if (bound === null) return null
  const beyond = claim.problem.sense === 'minimize' ? bound - objective : objective - bound
  return beyond <= OBJECTIVE * Math.max(1, Math.abs(objective)) ? bound : null
}

function isBetter(problem: NormalisedProblem, candidate: number, than: number): boolean {
  if (close(candidate, than)) return false
  return problem.sense === 'minimize' ? candidate < than : candidate > than
}

function close(a: number, b: number): boolean {
  return relativeGap(a, b) <= OBJECTIVE || Math.abs(a - b) <= OBJECTIVE
}

function violated(evaluation: { maxViolation: number; worst: string | null }): string {
  return `its point violates ${evaluation.worst} by ${evaluation.maxViolation}`
}

function split(evaluation: PointCheck & { objective: number }): { objective: number; check: PointCheck } {
  const { objective, maxViolation, worst } = evaluation
  return { objective, check: { checked: true, maxViolation, worst } }
}

function dualCertificate(by: string, dual: { bound: number; maxDualInfeasibility: number }): OptimalityCertificate {
  return { kind: 'dual', by, dualObjective: dual.bound, maxDualInfeasibility: dual.maxDualInfeasibility }
}
