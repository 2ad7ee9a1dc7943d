/**
 * javascript-lp-solver 1.0.3 (dense tableau simplex, branch and cut): small models only, and only in a worker that can be
 * killed, because it does not return from some ordinary LPs and neither its time-out nor its iteration options help.
 *
 * The package knows x >= 0 or free variables, takes bounds as rows and rounds every answer to 1e-8. So finite lower bounds are
 * shifted to 0, finite upper ones become rows, every row is scaled to a largest coefficient of 1; names are generated (its own
 * result fields share the name space of the variables) and its presolve, which loses rows, is off. Its time-out is never used:
 * on expiry it returns the LP relaxation as a success.
 */
import type { Run } from '../../contract/index.ts'
import { UnsupportedError } from '../../contract/index.ts'
import { WorkerHost } from '../../worker/host.ts'
import { startLinearWorker } from '../../worker/start.ts'
import type { BackendAnswer, BackendOptions, LinearBackend, LinearProblem } from '../backend.ts'

/** Milliseconds after which a solve counts as one that never returns. */
export const JSLP_HARD_LIMIT_MS = 10_000

/** The package's own JSON form. */
export interface JslpModel {
  readonly optimize: string
  readonly opType: 'min' | 'max'
  readonly constraints: Record<string, { min?: number; max?: number; equal?: number }>
  readonly variables: Record<string, Record<string, number>>
  readonly ints: Record<string, 1>
  readonly unrestricted: Record<string, 1>
  readonly options: { readonly presolve: false }
}

/** The fields of the package's answer that are believed. */
export interface JslpAnswer {
  readonly feasible: boolean
  readonly bounded: boolean
  readonly isIntegral: boolean
  /** Values by generated name; a missing one is 0. */
  readonly values: Readonly<Record<string, number>>
}

let host: WorkerHost | undefined

export const jslpBackend: LinearBackend = {
  name: 'javascript-lp-solver',
  capabilities: { integers: true, duals: false, timeLimit: true, maxSize: 400, maxIntegers: 60 },

  async load(): Promise<string> {
    host ??= new WorkerHost(startLinearWorker)
    return '1.0.3'
  },

  async solve(problem: LinearProblem, _options: BackendOptions, run: Run): Promise<BackendAnswer> {
    if (problem.hessian) {
      throw new UnsupportedError('quadratic objective', 'javascript-lp-solver takes linear objectives only.')
    }
    host ??= new WorkerHost(startLinearWorker)
    const { model, decode } = translate(problem)
    const limits = { timeLimitMs: run.remainingMs, workLimitMs: JSLP_HARD_LIMIT_MS }
    const outcome = await host.run<JslpAnswer>('jslp', model, { signal: run.signal, ...limits, graceMs: 0 })
    if (outcome.status === 'terminated') {
      const limit = run.limit ?? 'method'
      const reason = `it did not return within ${Math.round(Math.min(run.timeLimitMs, JSLP_HARD_LIMIT_MS))} ms and was ended`
      return { claim: 'unknown', limit, bound: null, reason }
    }
    const answer = outcome.value
    if (!answer.feasible) return { claim: 'infeasible' }
    if (!answer.bounded) return { claim: 'unbounded' }
    const values = decode(answer.values)
    if (problem.hasIntegers && !answer.isIntegral) return { claim: 'feasible', values, bound: null, limit: 'method' }
    return { claim: 'optimal', values, bound: null, duals: null, reducedCosts: null }
  },
}

/** Substitutes x = shift + sign * x' with x' >= 0, or leaves x free. */
function translate(problem: LinearProblem): {
  model: JslpModel
  decode(values: Readonly<Record<string, number>>): Float64Array
} {
  const { columns, rows, starts, indices, values, columnLower, columnUpper } = problem
  const shift = new Float64Array(columns)
  const sign = new Float64Array(columns).fill(1)
  const variables: Record<string, Record<string, number>> = {}
  const constraints: JslpModel['constraints'] = {}
  const ints: Record<string, 1> = {}
  const unrestricted: Record<string, 1> = {}
  for (let j = 0; j < columns; j++) {
    const lower = columnLower[j] as number
    const upper = columnUpper[j] as number
    if (Number.isFinite(lower)) shift[j] = lower
    else if (Number.isFinite(upper)) {
      shift[j] = upper
      sign[j] = -1
    } else unrestricted[`x${j}`] = 1
    const entry: Record<string, number> = { z: (sign[j] as number) * (problem.objective[j] as number) }
    if (Number.isFinite(lower) && Number.isFinite(upper)) {
      entry[`b${j}`] = 1
      constraints[`b${j}`] = { max: upper - lower }
    }
    if (problem.integrality[j] === 1) ints[`x${j}`] = 1
    variables[`x${j}`] = entry
  }
  for (let i = 0; i < rows; i++) {
    const begin = starts[i] as number
    const end = starts[i + 1] as number
    if (begin === end) continue
    let largest = 0
    let moved = 0
    for (let k = begin; k < end; k++) {
      largest = Math.max(largest, Math.abs(values[k] as number))
      moved += (values[k] as number) * (shift[indices[k] as number] as number)
    }
    for (let k = begin; k < end; k++) {
      const j = indices[k] as number
      const entry = variables[`x${j}`] as Record<string, number>
      entry[`c${i}`] = ((sign[j] as number) * (values[k] as number)) / largest
    }
    const lower = ((problem.rowLower[i] as number) - moved) / largest
    const upper = ((problem.rowUpper[i] as number) - moved) / largest
    if (lower === upper) constraints[`c${i}`] = { equal: lower }
    else {
      constraints[`c${i}`] = {
        ...(Number.isFinite(lower) ? { min: lower } : {}),
        ...(Number.isFinite(upper) ? { max: upper } : {}),
      }
    }
  }
  return {
    model: {
      optimize: 'z',
      opType: problem.sense === 'maximize' ? 'max' : 'min',
      constraints,
      variables,
      ints,
      unrestricted,
      options: { presolve: false },
    },
    decode: (answer) =>
      Float64Array.from({ length: columns }, (_, j) => {
        return (shift[j] as number) + (sign[j] as number) * (answer[`x${j}`] ?? 0)
      }),
  }
}
