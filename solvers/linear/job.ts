/**
 * What one call has learnt so far: the attempts, the best unproved point, and the result a verdict makes.
 */
import { type Limit, type Run, relativeGap } from '../contract/index.ts'
import type { LinearBackend } from './backend.ts'
import type { LinearModel } from './model.ts'
import type { NormalisedProblem } from './normalise.ts'
import type { Attempt, LinearResult, SensitivityRanges } from './result.ts'
import type { Verdict, VerifiedPoint } from './verify/index.ts'

export class Job {
  readonly model: LinearModel
  readonly problem: NormalisedProblem
  readonly run: Run
  readonly attempts: Attempt[] = []
  readonly versions = new Map<LinearBackend, string>()
  loadMs = 0
  #best: { point: VerifiedPoint; backend: LinearBackend } | null = null
  #bound: number | null = null
  #undecided: { backend: LinearBackend } | null = null

  constructor(model: LinearModel, problem: NormalisedProblem, run: Run) {
    this.model = model
    this.problem = problem
    this.run = run
  }

  /** Nothing more is to be asked once a limit is hit and something is known. */
  hasTriedAll(run: Run): boolean {
    return run.limit !== null && this.attempts.length > 0
  }

  answered(solver: string): {
    solver: string
    attempts: Attempt[]
    elapsedMs: number
    loadMs: number
    warnings: readonly string[]
  } {
    return {
      solver,
      attempts: this.attempts,
      elapsedMs: this.run.elapsedMs,
      loadMs: this.loadMs,
      warnings: this.problem.warnings,
    }
  }

  /** The result a verdict gives, or null when the next road is to be tried. */
  conclude(verdict: Verdict, backend: LinearBackend): LinearResult | null {
    const name = backend.name
    const done = () => {
      this.attempts.push({ backend: name, outcome: 'answered' })
      return this.answered(this.#solver(backend))
    }
    switch (verdict.kind) {
      case 'optimal': {
        const { point, certificate, ranges } = verdict
        const { objective, values, check } = point
        return {
          status: 'optimal',
          objective,
          bound: objective,
          gap: 0,
          values: withoutNegativeZero(values),
          check,
          certificate,
          duals: withoutNegativeZero(unscaled(point.duals, this.problem.rowScale)),
          reducedCosts: withoutNegativeZero(reducedCosts(this.problem, point)),
          ...(ranges === null ? {} : { ranges: unscaledRanges(ranges, this.problem.rowScale) }),
          ...done(),
        }
      }
      case 'infeasible': {
        const { certificate } = verdict
        const proof =
          certificate.kind === 'farkas'
            ? { ...certificate, multipliers: unscaled(certificate.multipliers, this.problem.rowScale) as Float64Array }
            : certificate
        return { status: 'infeasible', certificate: proof, ...done() }
      }
      case 'unbounded':
        return { status: 'unbounded', certificate: verdict.certificate, ...done() }
      case 'feasible': {
        const best = this.#keep(verdict.point, verdict.bound, backend)
        if (verdict.limit !== 'method') return this.#feasible(best, this.#bound, verdict.limit, done())
        this.attempts.push({ backend: name, outcome: 'undecided', reason: 'it gave a point without a proof' })
        return null
      }
      case 'unknown':
        this.#tighten(verdict.bound)
        if (verdict.limit !== 'method' && verdict.limit !== 'memory' && this.#best === null) {
          return { status: 'unknown', limit: verdict.limit, bound: this.#bound, ...done() }
        }
        this.#undecided = { backend }
        this.attempts.push({ backend: name, outcome: 'undecided', reason: verdict.reason })
        return null
      case 'wrong':
        this.attempts.push({ backend: name, outcome: 'wrong-answer', reason: verdict.reason })
        return null
    }
  }

  /** True when a search was ended by a limit that is not the caller's: its point is kept and the next backend asked. */
  leaves(verdict: Verdict, backend: LinearBackend): boolean {
    if (
      !('limit' in verdict) ||
      (verdict.limit !== 'nodes' && verdict.limit !== 'iterations' && verdict.limit !== 'memory')
    ) {
      return false
    }
    if (verdict.kind === 'feasible') this.#keep(verdict.point, verdict.bound, backend)
    this.attempts.push({
      backend: backend.name,
      outcome: 'undecided',
      reason: 'its search is left to the next backend',
    })
    return true
  }

  /** The best that is left when no backend proved anything. */
  partial(): LinearResult | null {
    const limit = this.run.limit ?? 'method'
    if (this.#best !== null) {
      const { point, backend } = this.#best
      return this.#feasible(point, this.#bound, limit, this.answered(this.#solver(backend)))
    }
    if (this.#undecided === null && this.run.limit === null) return null
    const solver = this.#undecided === null ? 'none' : this.#solver(this.#undecided.backend)
    return { status: 'unknown', limit, bound: this.#bound, ...this.answered(solver) }
  }

  #solver(backend: LinearBackend): string {
    return `${backend.name} ${this.versions.get(backend) ?? ''}`.trim()
  }

  #feasible(
    point: VerifiedPoint,
    bound: number | null,
    limit: Limit,
    answered: ReturnType<Job['answered']>,
  ): LinearResult {
    const { objective, values, check } = point
    const worst = this.problem.sense === 'minimize' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    const proved = bound ?? worst
    return {
      status: 'feasible',
      limit,
      objective,
      bound: proved,
      gap: relativeGap(objective, proved),
      values,
      check,
      ...answered,
    }
  }

  /** @returns the best point of all attempts */
  #keep(point: VerifiedPoint, bound: number | null, backend: LinearBackend): VerifiedPoint {
    this.#tighten(bound)
    const sign = this.problem.sense === 'minimize' ? 1 : -1
    if (this.#best === null || sign * point.objective < sign * this.#best.point.objective) {
      this.#best = { point, backend }
    }
    return this.#best.point
  }

  #tighten(bound: number | null): void {
    if (bound === null) return
    const pick = this.problem.sense === 'minimize' ? Math.max : Math.min
    this.#bound = this.#bound === null ? bound : pick(this.#bound, bound)
  }
}

/** -0 prints as it is and is not equal to 0 for some; nobody means it. */
function withoutNegativeZero<T extends Float64Array | null>(values: T): T {
  return values?.some((value) => Object.is(value, -0)) === true ? (values.map((value) => value + 0) as T) : values
}

/** Multipliers of scaled rows as multipliers of the user's rows. */
function unscaled(multipliers: Float64Array | null, scale: Float64Array | null): Float64Array | null {
  if (multipliers === null || scale === null) return multipliers
  return multipliers.map((value, i) => value * (scale[i] as number))
}

function unscaledRanges(ranges: SensitivityRanges, scale: Float64Array | null): SensitivityRanges {
  if (scale === null) return ranges
  const back = (sides: Float64Array) => sides.map((value, i) => value / (scale[i] as number))
  return { ...ranges, rowSides: { from: back(ranges.rowSides.from), to: back(ranges.rowSides.to) } }
}

/** c - A'y, from the duals; the scaled rows cancel. */
function reducedCosts(problem: NormalisedProblem, point: VerifiedPoint): Float64Array | null {
  if (point.reducedCosts !== null || point.duals === null) return point.reducedCosts
  const reduced = problem.objective.slice()
  for (let i = 0; i < problem.rows; i++) {
    const y = point.duals[i] as number
    if (y === 0) continue
    for (let k = problem.starts[i] as number; k < (problem.starts[i + 1] as number); k++) {
      const j = problem.indices[k] as number
      reduced[j] = (reduced[j] as number) - y * (problem.values[k] as number)
    }
  }
  return reduced
}
