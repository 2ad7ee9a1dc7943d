/**
 * The front of the linear solvers: validates and normalises once, asks backends in order, re-checks every claim against the
 * user's model, and falls back when a backend fails, is missing or answers wrongly: first to the backend's own second road
 * (no presolve, tight tolerances), then to the next backend. What no backend could prove is returned as feasible or unknown.
 */
import {
  BackendError,
  InvalidInputError,
  type Issue,
  type Limit,
  MissingPackageError,
  Run,
  type RunOptions,
  relativeGap,
  UnsupportedError,
} from '../contract/index.ts'
import { solveInWorker } from '../worker/linear-client.ts'
import type { BackendAnswer, BackendOptions, LinearBackend } from './backend.ts'
import { evaluatePoint } from './certificate.ts'
import { type BackendChoice, chooseBackends, proversFor, requireCapabilities } from './choice.ts'
import { condition } from './condition.ts'
import { requireConvex } from './convexity.ts'
import type { NumberMeaning } from './exact/index.ts'
import { exactly } from './exactly.ts'
import type { LinearModel } from './model.ts'
import { type NormalisedProblem, normalise } from './normalise.ts'
import type { Attempt, LinearResult, SensitivityRanges } from './result.ts'
import { type Verdict, type VerifiedPoint, verify } from './verify.ts'

/** A point found on the way, checked like every other. */
export interface Incumbent {
  readonly objective: number
  readonly values: Float64Array
  /** Bound proved so far; null when there is none yet. */
  readonly bound: number | null
}

export interface LinearOptions extends RunOptions {
  /** Stop when the relative gap is at most this; 0 asks for the proof. @default 0 */
  readonly relativeGap?: number
  /** Stop when the absolute gap is at most this. @default 1e-9 */
  readonly absoluteGap?: number
  /** Stop after this many branch-and-bound nodes. @default no limit */
  readonly nodeLimit?: number
  /** Backends to ask, in this order, by name or as objects. @default chosen by capability and size */
  readonly backends?: readonly BackendChoice[]
  /**
   * Backends asked for a proof that the answering one does not give (duals, a search bound, a Farkas combination).
   * @default highs
   */
  readonly provers?: readonly LinearBackend[]
  /** Duals of integer models, from the LP with the integers fixed: one more LP. @default true */
  readonly duals?: boolean
  /** Sensitivity ranges of an LP optimum. @default false */
  readonly ranges?: boolean
  /** Point to start an integer search from: one number a column, NaN where unknown; need not be feasible. */
  readonly start?: Float64Array
  /** Called with every checked improving point of an integer search. Must not throw. */
  readonly onIncumbent?: (incumbent: Incumbent) => void
  /**
   * Turns the claim into a proof by exact rational arithmetic, for small models (rows * columns at most 100,000, and patience): the
   * certificate is then `exact`. A claim that this refutes is replaced by the exact answer; when it cannot decide within the
   * limits, the attempts say so. `true` and `binary` take every number as the double it is, `decimal` as the shortest decimal that
   * reads as it (0.1 is then a tenth). @default false
   */
  readonly exact?: boolean | NumberMeaning
  /** Runs in a worker thread, so that this one stays responsive and an abort takes effect at once. @default false */
  readonly offThread?: boolean
}

/** Not part of the public options: how a worker is told to stop. */
export interface SolveHooks {
  readonly interrupted?: () => boolean
}

/**
 * Solves a linear, mixed-integer linear or convex quadratic model.
 *
 * A claim (`optimal`, `infeasible`, `unbounded`) is returned only with its certificate; everything else is `feasible` or
 * `unknown` with the limit that ended it. In this thread an abort takes effect between the steps of an integer search and only
 * when something (a callback of this call) fires it; with `offThread` at once.
 * @throws InvalidInputError when the model has non-finite data; UnsupportedError when no backend asked can honour an option;
 * BackendError when every backend failed or answered wrongly.
 */
export async function solveLinear(model: LinearModel, options: LinearOptions = {}): Promise<LinearResult> {
  return options.offThread === true ? solveInWorker(model, options) : solveHere(model, options, {})
}

/** The same in this thread, with the hooks of a worker. */
export async function solveHere(model: LinearModel, options: LinearOptions, hooks: SolveHooks): Promise<LinearResult> {
  const run = new Run('linear', options)
  const result = await solveApproximately(model, options, hooks, run)
  if (options.exact === undefined || options.exact === false) return result
  return exactly(model, result, options.exact === true ? 'binary' : options.exact, run)
}

async function solveApproximately(
  model: LinearModel,
  options: LinearOptions,
  hooks: SolveHooks,
  run: Run,
): Promise<LinearResult> {
  checkOptions(model, options)
  const problem = condition(model, normalise(model))
  requireConvex(problem)
  const job = new Job(model, problem, run)
  if (problem.emptyDomain !== null) {
    const certificate = { kind: 'empty-domain', by: 'bounds', name: problem.emptyDomain } as const
    return { status: 'infeasible', certificate, ...job.answered('bounds') }
  }
  const backendOptions = resolve(model, options, run, hooks)
  const candidates = chooseBackends(problem, backendOptions, options.backends)
  const unsupported: UnsupportedError[] = []
  for (const { backend, patience } of candidates) {
    for (const careful of backend.capabilities.careful === true ? [false, true] : [false]) {
      if (job.hasTriedAll(run)) break
      const limits = patience === undefined ? {} : { nodeLimit: patience }
      const verdict = await attempt(job, backend, { ...backendOptions, ...limits, careful }, options, unsupported)
      if (verdict === null) break
      if (patience !== undefined && job.leaves(verdict, backend)) break
      const result = job.conclude(verdict, backend)
      if (result !== null) return result
    }
  }
  const partial = job.partial()
  if (partial !== null) return partial
  if (unsupported.length > 0 && unsupported.length === candidates.length) throw unsupported[0] as UnsupportedError
  const last = job.attempts.at(-1)?.backend ?? 'none'
  const told = job.attempts.map((one) => `${one.backend}: ${one.reason ?? one.outcome}`).join('; ')
  throw new BackendError(last, `no backend could solve the model "${model.name}": ${told}`)
}

/** Asks one backend and verifies its claim. @returns null when it failed, is missing or cannot honour the options */
async function attempt(
  job: Job,
  backend: LinearBackend,
  backendOptions: BackendOptions,
  options: LinearOptions,
  unsupported: UnsupportedError[],
): Promise<Verdict | null> {
  const { problem, run } = job
  let answer: BackendAnswer
  try {
    requireCapabilities(backend, problem, backendOptions)
    const began = run.elapsedMs
    job.versions.set(backend, await backend.load())
    job.loadMs += run.elapsedMs - began
    answer = await backend.solve(problem, backendOptions, run)
  } catch (error) {
    const outcome =
      error instanceof MissingPackageError
        ? 'missing-package'
        : error instanceof UnsupportedError
          ? 'unsupported'
          : 'failed'
    if (error instanceof UnsupportedError) unsupported.push(error)
    job.attempts.push({
      backend: backend.name,
      outcome,
      reason: error instanceof Error ? error.message : String(error),
    })
    return null
  }
  const provers = options.provers ?? proversFor(problem)
  const wantsDuals = options.duals !== false
  return verify({ ...job, options: backendOptions, backend, provers, wantsDuals, asksOthers: true }, answer)
}

/** What one call has learnt so far. */
class Job {
  readonly model: LinearModel
  readonly problem: NormalisedProblem
  readonly run: Run
  readonly attempts: Attempt[] = []
  readonly versions = new Map<LinearBackend, string>()
  loadMs = 0
  #best: { point: VerifiedPoint; backend: LinearBackend; limit: 'method' } | null = null
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
        if (verdict.limit !== 'method') return this.#feasible(verdict.point, verdict.bound, verdict.limit, done())
        this.#keep(verdict.point, verdict.bound, backend)
        this.attempts.push({ backend: name, outcome: 'undecided', reason: 'it gave a point without a proof' })
        return null
      }
      case 'unknown':
        if (verdict.bound !== null) this.#bound ??= verdict.bound
        if (verdict.limit !== 'method' && verdict.limit !== 'memory' && this.#best === null) {
          return { status: 'unknown', limit: verdict.limit, bound: verdict.bound, ...done() }
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

  #keep(point: VerifiedPoint, bound: number | null, backend: LinearBackend): void {
    const sign = this.problem.sense === 'minimize' ? 1 : -1
    if (this.#best === null || sign * point.objective < sign * this.#best.point.objective) {
      this.#best = { point, backend, limit: 'method' }
    }
    if (bound !== null) this.#bound ??= bound
  }
}

function resolve(model: LinearModel, options: LinearOptions, run: Run, hooks: SolveHooks): BackendOptions {
  const listens = run.observed || options.onIncumbent !== undefined
  let best: number | undefined
  return {
    relativeGap: options.relativeGap ?? 0,
    ...(options.absoluteGap === undefined ? {} : { absoluteGap: options.absoluteGap }),
    ...(options.nodeLimit === undefined ? {} : { nodeLimit: options.nodeLimit }),
    ...(options.start === undefined ? {} : { start: options.start }),
    ...(options.ranges === true ? { ranges: true } : {}),
    ...(hooks.interrupted === undefined ? {} : { interrupted: hooks.interrupted }),
    ...(listens
      ? {
          onIncumbent: (values, bound) => {
            const { objective, maxRelativeViolation } = evaluatePoint(model, values)
            if (!(maxRelativeViolation <= 1e-5)) return
            best = objective
            options.onIncumbent?.({ objective, values, bound })
            const proved = bound === null ? {} : { bound, gap: relativeGap(objective, bound) }
            run.emit({ kind: 'incumbent', incumbent: objective, ...proved })
          },
          onBound: (bound, _incumbent, nodes) => {
            if (bound === null) return
            const known = best === undefined ? {} : { incumbent: best, gap: relativeGap(best, bound) }
            run.emit({ kind: 'bound', bound, ...known, message: `${nodes} nodes` })
          },
        }
      : {}),
  }
}

function checkOptions(model: LinearModel, options: LinearOptions): void {
  const issues: Issue[] = []
  const notNegative = (name: 'relativeGap' | 'absoluteGap' | 'nodeLimit') => {
    const value = options[name]
    if (value === undefined || value >= 0) return
    issues.push({
      code: 'out-of-range',
      path: [name],
      message: `${name} is ${value}`,
      hint: 'give a number >= 0, or leave it out',
    })
  }
  notNegative('relativeGap')
  notNegative('absoluteGap')
  notNegative('nodeLimit')
  if (options.start !== undefined && options.start.length !== model.variableCount) {
    issues.push({
      code: 'wrong-length',
      path: ['start'],
      message: `the start has ${options.start.length} values for ${model.variableCount} variables`,
      hint: 'give one number a variable, NaN where it is not known',
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
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
