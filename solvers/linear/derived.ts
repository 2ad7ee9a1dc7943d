/**
 * Problems derived from a normalised one for the proofs of verify/. All share its arrays where they do not differ.
 *
 * - relaxation: integers forgotten;
 * - fixed: integer columns fixed at given values, a LP;
 * - without objective: any feasible point is optimal;
 * - elastic: min sum (s + t) with Ax + s - t within the rows' sides, s, t >= 0, x within its bounds. Always feasible; its optimal
 *   duals combine the rows into a Farkas certificate when its value is > 0;
 * - direction: the most improving r of the recession cone with -1 <= r <= 1; 0 exactly when no ray improves.
 */
import type { NormalisedProblem } from './normalise.ts'

export function relaxation(problem: NormalisedProblem): NormalisedProblem {
  return { ...problem, integrality: new Uint8Array(problem.columns), hasIntegers: false }
}

export function fixedProblem(problem: NormalisedProblem, values: Float64Array): NormalisedProblem {
  const columnLower = problem.columnLower.slice()
  const columnUpper = problem.columnUpper.slice()
  for (let j = 0; j < problem.columns; j++) {
    if (problem.integrality[j] === 0) continue
    columnLower[j] = values[j] as number
    columnUpper[j] = values[j] as number
  }
  return { ...relaxation(problem), columnLower, columnUpper }
}

export function withoutObjective(problem: NormalisedProblem): NormalisedProblem {
  return { ...problem, objective: new Float64Array(problem.columns), offset: 0, hessian: null }
}

export function elasticProblem(problem: NormalisedProblem): NormalisedProblem {
  const { columns, rows, nonZeros } = problem
  const total = columns + 2 * rows
  const starts = new Int32Array(rows + 1)
  const indices = new Int32Array(nonZeros + 2 * rows)
  const values = new Float64Array(nonZeros + 2 * rows)
  let end = 0
  for (let i = 0; i < rows; i++) {
    const from = problem.starts[i] as number
    const to = problem.starts[i + 1] as number
    indices.set(problem.indices.subarray(from, to), end)
    values.set(problem.values.subarray(from, to), end)
    end += to - from
    indices[end] = columns + 2 * i
    values[end++] = 1
    indices[end] = columns + 2 * i + 1
    values[end++] = -1
    starts[i + 1] = end
  }
  const objective = new Float64Array(total).fill(1, columns)
  const columnLower = new Float64Array(total)
  const columnUpper = new Float64Array(total).fill(Number.POSITIVE_INFINITY)
  columnLower.set(problem.columnLower)
  columnUpper.set(problem.columnUpper)
  return {
    ...problem,
    columns: total,
    nonZeros: end,
    objective,
    columnLower,
    columnUpper,
    kinds: Array.from({ length: total }, () => 'continuous' as const),
    starts,
    indices,
    values,
    sense: 'minimize',
    offset: 0,
    hessian: null,
    integrality: new Uint8Array(total),
    hasIntegers: false,
  }
}

export function directionProblem(problem: NormalisedProblem): NormalisedProblem {
  const side = (value: number, infinite: number) => (Number.isFinite(value) ? 0 : infinite)
  return {
    ...relaxation(problem),
    columnLower: problem.columnLower.map((value) => side(value, -1)),
    columnUpper: problem.columnUpper.map((value) => side(value, 1)),
    rowLower: problem.rowLower.map((value) => side(value, Number.NEGATIVE_INFINITY)),
    rowUpper: problem.rowUpper.map((value) => side(value, Number.POSITIVE_INFINITY)),
    offset: 0,
    hessian: null,
  }
}
