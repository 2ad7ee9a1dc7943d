/**
 * The front of the linear solvers: validates and normalises once, asks backends in order, re-checks every claim against the
 * user's model, falls back when a backend fails, is missing or answers wrongly.
 */
import { BackendError, MissingPackageError, Run, type RunOptions, relativeGap } from '../contract/index.ts'
import { FEASIBILITY } from '../numeric/index.ts'
import type { BackendAnswer, LinearBackend } from './backend.ts'
import { highsBackend } from './backends/highs.ts'
import { evaluatePoint } from './certificate.ts'
import type { LinearModel } from './model.ts'
import { normalise } from './normalise.ts'
import type { Attempt, LinearResult } from './result.ts'

export interface LinearOptions extends RunOptions {
  /** Stop when the relative gap is at most this; 0 asks for the proof. @default 0 */
  readonly relativeGap?: number
  /** Backends to ask, in this order. @default chosen by the model */
  readonly backends?: readonly LinearBackend[]
}

/**
 * Solves a linear or mixed-integer model.
 * @throws InvalidInputError when the model has non-finite data; BackendError when no backend could answer.
 */
export async function solveLinear(model: LinearModel, options: LinearOptions = {}): Promise<LinearResult> {
  const run = new Run('linear', options)
  const problem = normalise(model)
  const attempts: Attempt[] = []
  for (const backend of options.backends ?? [highsBackend]) {
    let version: string
    let answer: BackendAnswer
    try {
      version = await backend.load()
      answer = await backend.solve(problem, { relativeGap: options.relativeGap ?? 0 }, run)
    } catch (error) {
      const missing = error instanceof MissingPackageError
      const reason = error instanceof Error ? error.message : String(error)
      attempts.push({ backend: backend.name, outcome: missing ? 'missing-package' : 'failed', reason })
      continue
    }
    const result = accept(model, answer, attempts, backend.name, version, run)
    if (result !== null) return result
  }
  throw new BackendError(
    attempts.at(-1)?.backend ?? 'none',
    `no backend could solve the model "${model.name}": ${attempts.map((a) => `${a.backend}: ${a.reason ?? a.outcome}`).join('; ')}`,
  )
}

function accept(
  model: LinearModel,
  answer: BackendAnswer,
  attempts: Attempt[],
  name: string,
  version: string,
  run: Run,
): LinearResult | null {
  const answered = () => {
    attempts.push({ backend: name, outcome: 'answered' })
    return { solver: `${name} ${version}`, attempts, elapsedMs: run.elapsedMs }
  }
  switch (answer.claim) {
    case 'infeasible':
    case 'unbounded':
      return { status: answer.claim, ...answered() }
    case 'unknown':
      return { status: 'unknown', limit: answer.limit, bound: answer.bound, ...answered() }
    case 'optimal':
    case 'feasible': {
      const evaluation = evaluatePoint(model, answer.values)
      if (evaluation.maxRelativeViolation > FEASIBILITY) {
        const reason = `its point violates ${evaluation.worst} by ${evaluation.maxViolation}`
        attempts.push({ backend: name, outcome: 'wrong-answer', reason })
        return null
      }
      const { objective, maxViolation, worst } = evaluation
      const point = { objective, values: answer.values, check: { checked: true, maxViolation, worst } as const }
      const bound = answer.bound ?? (answer.claim === 'optimal' ? objective : worstBound(model))
      const gap = relativeGap(objective, bound)
      if (answer.claim === 'feasible')
        return { status: 'feasible', limit: answer.limit, bound, gap, ...point, ...answered() }
      const { duals, reducedCosts } = answer
      return { status: 'optimal', bound, gap, duals, reducedCosts, ...point, ...answered() }
    }
  }
}

function worstBound(model: LinearModel): number {
  return model.sense === 'minimize' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
