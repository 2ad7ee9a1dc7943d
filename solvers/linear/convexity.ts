/**
 * Whether a quadratic objective is convex (concave when maximised): a backend's word for the optimum of another one is no proof,
 * and neither is the tangent bound of certificate.ts.
 *
 * Diagonal dominance answers at once, O(entries). Otherwise a dense LDL' factorisation over the columns with quadratic terms, O(n^3 / 3)
 * for n <= MOST_COLUMNS: Q is positive semidefinite when no pivot is negative and a zero pivot has a zero column.
 */
import { UnsupportedError } from '../contract/index.ts'
import type { Hessian, LinearProblem } from './backend.ts'

const MOST_COLUMNS = 1000
const TOLERANCE = 1e-10

/** @throws UnsupportedError when the objective is not convex, or too large to tell */
export function requireConvex(problem: LinearProblem): void {
  const { hessian } = problem
  if (!hessian) return
  const sign = problem.sense === 'minimize' ? 1 : -1
  const involved = involvedColumns(hessian, problem.columns)
  if (isDominant(hessian, problem.columns, sign)) return
  if (involved.length > MOST_COLUMNS) {
    throw new UnsupportedError(
      'quadratic objective',
      `The convexity of a quadratic objective over ${involved.length} columns cannot be checked here (at most ${MOST_COLUMNS}).`,
      { hint: 'write the objective as a sum of squares of new variables, which is convex at sight' },
    )
  }
  if (!isSemidefinite(denseMatrix(hessian, involved, sign), involved.length)) {
    throw new UnsupportedError(
      'non-convex quadratic objective',
      `The quadratic objective is not ${sign === 1 ? 'convex, which minimising' : 'concave, which maximising'} needs.`,
      { hint: 'check the signs of the quadratic terms and the sense; products of variables alone are never convex' },
    )
  }
}

function involvedColumns(hessian: Hessian, columns: number): number[] {
  const seen = new Uint8Array(columns)
  for (let j = 0; j < columns; j++) {
    for (let k = hessian.starts[j] as number; k < (hessian.starts[j + 1] as number); k++) {
      seen[j] = 1
      seen[hessian.indices[k] as number] = 1
    }
  }
  const found: number[] = []
  for (let j = 0; j < columns; j++) if (seen[j] === 1) found.push(j)
  return found
}

function isDominant(hessian: Hessian, columns: number, sign: number): boolean {
  const margin = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    for (let k = hessian.starts[j] as number; k < (hessian.starts[j + 1] as number); k++) {
      const i = hessian.indices[k] as number
      const q = hessian.values[k] as number
      if (i === j) margin[j] = (margin[j] as number) + sign * q
      else {
        margin[i] = (margin[i] as number) - Math.abs(q)
        margin[j] = (margin[j] as number) - Math.abs(q)
      }
    }
  }
  return margin.every((value) => value >= 0)
}

function denseMatrix(hessian: Hessian, involved: readonly number[], sign: number): Float64Array {
  const n = involved.length
  const position = new Map(involved.map((column, index) => [column, index]))
  const matrix = new Float64Array(n * n)
  for (const j of involved) {
    const b = position.get(j) as number
    for (let k = hessian.starts[j] as number; k < (hessian.starts[j + 1] as number); k++) {
      const a = position.get(hessian.indices[k] as number) as number
      matrix[a * n + b] = sign * (hessian.values[k] as number)
      matrix[b * n + a] = matrix[a * n + b] as number
    }
  }
  return matrix
}

/** LDL' in place, without pivoting, which semidefinite matrices do not need. */
function isSemidefinite(matrix: Float64Array, n: number): boolean {
  let scale = 0
  for (let i = 0; i < matrix.length; i++) scale = Math.max(scale, Math.abs(matrix[i] as number))
  const tiny = TOLERANCE * scale
  for (let p = 0; p < n; p++) {
    const pivot = matrix[p * n + p] as number
    if (pivot < -tiny) return false
    if (pivot <= tiny) {
      for (let i = p + 1; i < n; i++) if (Math.abs(matrix[i * n + p] as number) > Math.sqrt(tiny * scale)) return false
      continue
    }
    for (let i = p + 1; i < n; i++) {
      const factor = (matrix[i * n + p] as number) / pivot
      if (factor === 0) continue
      for (let j = p + 1; j <= i; j++)
        matrix[i * n + j] = (matrix[i * n + j] as number) - factor * (matrix[j * n + p] as number)
    }
  }
  return true
}
