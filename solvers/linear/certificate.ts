/**
 * Re-evaluates a point against the model as the user wrote it: rows, bounds, integrality, objective. Shares no code with
 * any backend.
 */
import { dot } from '../numeric/index.ts'
import type { LinearModel } from './model.ts'
import type { PointCheck } from './result.ts'

export interface PointEvaluation extends PointCheck {
  readonly objective: number
  /** Largest violation relative to max(1, largest term of its row). Compare with FEASIBILITY. */
  readonly maxRelativeViolation: number
}

export function evaluatePoint(model: LinearModel, values: Float64Array): PointEvaluation {
  const m = model.arrays()
  let maxViolation = 0
  let maxRelativeViolation = 0
  let worst: string | null = null
  const note = (violation: number, scale: number, name: string): void => {
    if (Number.isNaN(violation)) violation = Number.POSITIVE_INFINITY
    if (violation > maxViolation) {
      maxViolation = violation
      worst = name
    }
    if (violation / scale > maxRelativeViolation) maxRelativeViolation = violation / scale
  }
  for (let j = 0; j < m.columns; j++) {
    const value = values[j] as number
    const scale = Math.max(1, Math.abs(value))
    const name = model.variableName(j)
    if (!Number.isFinite(value)) note(Number.NaN, 1, name)
    note((m.columnLower[j] as number) - value, scale, name)
    note(value - (m.columnUpper[j] as number), scale, name)
    if (m.kinds[j] !== 'continuous') note(Math.abs(value - Math.round(value)), 1, name)
  }
  for (let i = 0; i < m.rows; i++) {
    let activity = 0
    let scale = 1
    for (let k = m.starts[i] as number; k < (m.starts[i + 1] as number); k++) {
      const term = (m.values[k] as number) * (values[m.indices[k] as number] as number)
      activity += term
      if (Math.abs(term) > scale) scale = Math.abs(term)
    }
    note((m.rowLower[i] as number) - activity, scale, model.rowName(i))
    note(activity - (m.rowUpper[i] as number), scale, model.rowName(i))
  }
  return {
    checked: true,
    maxViolation,
    maxRelativeViolation,
    worst,
    objective: dot(m.objective, values) + model.objectiveOffset,
  }
}
