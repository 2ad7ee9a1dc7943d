/**
 * Loads a sparse problem into the dense workspace, scaled by powers of two: geometric mean of rows, continuous columns and
 * the objective, so that scaling itself never rounds. Integer columns keep their unit.
 */
import type { LinearProblem } from '../backend.ts'
import type { DenseSimplex } from './simplex.ts'

const SCALING_PASSES = 3

/** Powers of two: r' = row r, x = column x', minimised objective = objective * (+-) the model's. */
export interface Scale {
  readonly row: Float64Array
  readonly column: Float64Array
  /** Carries the sign of the sense. */
  objective: number
}

export function loadScaled(lp: DenseSimplex, problem: LinearProblem): Scale {
  const scale = scaling(problem)
  fill(lp, problem, scale)
  return scale
}

export function loadUnscaled(lp: DenseSimplex, problem: LinearProblem, scale: Scale): void {
  scale.row.fill(1)
  scale.column.fill(1)
  scale.objective = problem.sense === 'maximize' ? -1 : 1
  fill(lp, problem, scale)
}

function fill(lp: DenseSimplex, problem: LinearProblem, scale: Scale): void {
  const { rows, columns, starts, indices, values } = problem
  lp.matrix.fill(0)
  for (let i = 0; i < rows; i++) {
    const factor = scale.row[i] as number
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const j = indices[k] as number
      lp.matrix[i * columns + j] = (values[k] as number) * factor * (scale.column[j] as number)
    }
    lp.lower[columns + i] = (problem.rowLower[i] as number) * factor
    lp.upper[columns + i] = (problem.rowUpper[i] as number) * factor
  }
  for (let j = 0; j < columns; j++) {
    const factor = scale.column[j] as number
    lp.objective[j] = (problem.objective[j] as number) * factor * scale.objective
    lp.lower[j] = (problem.columnLower[j] as number) / factor
    lp.upper[j] = (problem.columnUpper[j] as number) / factor
  }
}

/** Geometric scaling; integer columns keep their unit so that branching stays on integers. */
function scaling(problem: LinearProblem): Scale {
  const { rows, columns, starts, indices, values, integrality } = problem
  const row = new Float64Array(rows).fill(1)
  const column = new Float64Array(columns).fill(1)
  const least = new Float64Array(columns)
  const most = new Float64Array(columns)
  for (let pass = 0; pass < SCALING_PASSES; pass++) {
    // The objective counts as a row: parts of the model that share no row keep comparable costs.
    let low = Number.POSITIVE_INFINITY
    let high = 0
    for (let j = 0; j < columns; j++) {
      const size = Math.abs((problem.objective[j] as number) * (column[j] as number))
      if (size === 0) continue
      if (size < low) low = size
      if (size > high) high = size
    }
    const factor = high > 0 ? 1 / Math.sqrt(low) / Math.sqrt(high) : 1
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(problem.objective[j] as number) * factor
      least[j] = size > 0 ? size : Number.POSITIVE_INFINITY
      most[j] = size
    }
    for (let i = 0; i < rows; i++) {
      let low = Number.POSITIVE_INFINITY
      let high = 0
      for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
        const size = Math.abs((values[k] as number) * (column[indices[k] as number] as number))
        if (size < low) low = size
        if (size > high) high = size
      }
      if (high > 0) row[i] = powerOfTwo(1 / Math.sqrt(low) / Math.sqrt(high))
      for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
        const j = indices[k] as number
        const size = Math.abs((values[k] as number) * (row[i] as number))
        if (size < (least[j] as number)) least[j] = size
        if (size > (most[j] as number)) most[j] = size
      }
    }
    for (let j = 0; j < columns; j++) {
      if (integrality[j] === 1 || most[j] === 0) continue
      column[j] = powerOfTwo(1 / Math.sqrt(least[j] as number) / Math.sqrt(most[j] as number))
    }
  }
  let largest = 0
  for (let j = 0; j < columns; j++) {
    largest = Math.max(largest, Math.abs((problem.objective[j] as number) * (column[j] as number)))
  }
  const size = largest > 0 ? powerOfTwo(1 / largest) : 1
  return { row, column, objective: problem.sense === 'maximize' ? -size : size }
}

function powerOfTwo(value: number): number {
  return 2 ** Math.max(-200, Math.min(200, Math.round(Math.log2(value))))
}

export function valuesOf(scaled: Float64Array, problem: LinearProblem, scale: Scale): Float64Array {
  const values = new Float64Array(problem.columns)
  for (let j = 0; j < problem.columns; j++) values[j] = (scaled[j] as number) * (scale.column[j] as number)
  return values
}
