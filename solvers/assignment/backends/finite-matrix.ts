/**
 * Matrices for packages that know no forbidden pairs: each is replaced by a cost so high that any complete assignment of
 * allowed pairs is cheaper than any that uses one. With costs in [low, high] and n rows, n (high - low) + 1 above `high` does.
 */
import type { AssignmentAnswer, AssignmentProblem } from '../backend.ts'

/** One array a row, all finite. */
export function finiteRows(problem: AssignmentProblem): number[][] {
  const { rows, columns, costs } = problem
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let k = 0; k < costs.length; k++) {
    const cost = costs[k] as number
    if (cost === Number.POSITIVE_INFINITY) continue
    if (cost < low) low = cost
    if (cost > high) high = cost
  }
  const prohibitive = high >= low ? high + rows * (high - low) + 1 : 1
  const matrix: number[][] = []
  for (let i = 0; i < rows; i++) {
    const row = new Array<number>(columns)
    for (let j = 0; j < columns; j++) {
      const cost = costs[i * columns + j] as number
      row[j] = cost === Number.POSITIVE_INFINITY ? prohibitive : cost
    }
    matrix.push(row)
  }
  return matrix
}

/** Reads a package's pairs; a forbidden pair among them means that it found no assignment without. */
export function answerOfPairs(
  problem: AssignmentProblem,
  pairs: Iterable<readonly [number, number]>,
): AssignmentAnswer {
  const columnOf = new Int32Array(problem.rows).fill(-1)
  for (const [i, j] of pairs) {
    columnOf[i] = j
    if (problem.costs[i * problem.columns + j] === Number.POSITIVE_INFINITY)
      return { claim: 'infeasible', violator: null }
  }
  return { claim: 'optimal', columnOf, prices: null }
}
