/**
 * The result of a solve with its claim proved by exact rational arithmetic, or replaced by the exact answer.
 */
import type { Run } from '../contract/index.ts'
import { evaluatePoint } from './certificate.ts'
import { type ExactAnswer, type NumberMeaning, proveExactly, type Rational } from './exact/index.ts'
import type { LinearModel } from './model.ts'
import type { Attempt, LinearResult } from './result.ts'

const certificate = { kind: 'exact', by: 'exact' } as const

/** @param numbers what the model's doubles stand for */
export async function exactly(
  model: LinearModel,
  result: LinearResult,
  numbers: NumberMeaning,
  run: Run,
): Promise<LinearResult> {
  const verdict = await proveExactly(model, result, { ...run.nested(), numbers })
  const add = (outcome: Attempt['outcome'], reason: string): readonly Attempt[] => [
    ...result.attempts,
    { backend: 'exact', outcome, reason },
  ]
  const elapsedMs = run.elapsedMs
  if (verdict.verdict === 'undecided') {
    return { ...result, elapsedMs, attempts: add('undecided', verdict.reason) }
  }
  if (verdict.verdict === 'proved') {
    if (result.status === 'optimal' || result.status === 'infeasible') return { ...result, elapsedMs, certificate }
    if (result.status === 'unbounded') return { ...result, elapsedMs }
  }
  const reason = verdict.verdict === 'refuted' ? verdict.reason : 'the exact answer decides it'
  return replaced(model, { ...result, elapsedMs, attempts: add('answered', reason) }, verdict.answer)
}

function replaced(
  model: LinearModel,
  result: LinearResult,
  answer: Exclude<ExactAnswer, { status: 'unknown' }>,
): LinearResult {
  const { attempts, elapsedMs, loadMs, warnings } = result
  const answered = { solver: 'exact 1', attempts, elapsedMs, loadMs, warnings }
  switch (answer.status) {
    case 'infeasible':
      return { status: 'infeasible', certificate, ...answered }
    case 'unbounded': {
      const direction = toDoubles(answer.direction)
      const point = toDoubles(answer.point)
      const sign = model.sense === 'minimize' ? -1 : 1
      const rate = sign * (model.evaluateObjective(direction) - model.objectiveOffset)
      return { status: 'unbounded', certificate: { kind: 'ray', by: 'exact', point, direction, rate }, ...answered }
    }
    case 'optimal': {
      const values = toDoubles(answer.values)
      const { objective, maxViolation, worst } = evaluatePoint(model, values)
      const duals = answer.certificate.kind === 'dual' ? toDoubles(answer.certificate.duals) : null
      return {
        status: 'optimal',
        objective,
        bound: objective,
        gap: 0,
        values,
        check: { checked: true, maxViolation, worst },
        certificate,
        duals,
        reducedCosts: duals === null ? null : reducedCosts(model, duals),
        ...answered,
      }
    }
  }
}

function toDoubles(values: readonly Rational[]): Float64Array {
  return Float64Array.from(values, (value) => value.toNumber())
}

/** c - A'y */
function reducedCosts(model: LinearModel, duals: Float64Array): Float64Array {
  const { rows, starts, indices, values, objective } = model.arrays()
  const reduced = objective.slice()
  for (let i = 0; i < rows; i++) {
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const j = indices[k] as number
      reduced[j] = (reduced[j] as number) - (duals[i] as number) * (values[k] as number)
    }
  }
  return reduced
}
