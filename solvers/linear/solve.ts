/**
 * The front of the linear solvers: validates and normalises once, asks backends in order, re-checks every claim against the
 * user's model, and falls back when a backend fails, is missing or answers wrongly: first to the backend's own second road
 * (no presolve, tight tolerances), then to the next backend. What no backend could prove is returned as feasible or unknown.
 */
import { BackendError, MissingPackageError, Run, UnsupportedError } from '../contract/index.ts'
import { solveInWorker } from '../worker/linear-client.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from './backend.ts'
import { chooseBackends, proversFor, requireCapabilities } from './choice.ts'
import { condition } from './condition.ts'
import { requireConvex } from './convexity.ts'
import { exactly } from './exactly.ts'
import { Job } from './job.ts'
import type { LinearModel } from './model.ts'
import { normalise } from './normalise.ts'
import { checkOptions, type LinearOptions, resolveOptions, type SolveHooks } from './options.ts'
import type { LinearResult } from './result.ts'
import { type Verdict, verify } from './verify/index.ts'

export type { Incumbent, LinearOptions } from './options.ts'

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
  const backendOptions = resolveOptions(model, options, run, hooks)
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
    answer = problem.columns === 0 ? nothingToDecide(problem) : await backend.solve(problem, backendOptions, run)
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

/** Without columns the constant is the optimum: rows that it breaks were found before. Two packages fail on such models. */
function nothingToDecide(problem: LinearProblem): BackendAnswer {
  const none = new Float64Array(0)
  return {
    claim: 'optimal',
    values: none,
    bound: problem.offset,
    duals: new Float64Array(problem.rows),
    reducedCosts: none,
  }
}
