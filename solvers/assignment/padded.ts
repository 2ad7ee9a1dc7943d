/**
 * A rectangular problem as a square one: missing rows or columns are added with pairs that cost nothing. Assignments correspond
 * one to one up to the order of the padding, so the optimum is the same. In this form one row can be freed and re-assigned while
 * all prices stay valid, which ranking and incremental re-solving live on.
 */
import type { AssignmentAnswer } from './backend.ts'
import type { AssignmentSense, DenseCosts } from './cost-matrix.ts'

export interface PaddedProblem {
  readonly size: number
  /** size * size, minimise, Infinity = forbidden. */
  readonly costs: Float64Array
}

export function pad(costs: DenseCosts, sense: AssignmentSense): PaddedProblem {
  const { rows, columns, values } = costs
  const size = Math.max(rows, columns)
  const padded = new Float64Array(size * size)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) padded[i * size + j] = paddedCost(values[i * columns + j] as number, sense)
  }
  return { size, costs: padded }
}

/** A validated cost in the minimising form. */
export function paddedCost(cost: number, sense: AssignmentSense): number {
  return sense === 'minimize' || cost === Number.POSITIVE_INFINITY ? cost : 0 - cost
}

/**
 * The answer in terms of the normalised problem (the shorter side as rows). All padded rows value the columns equally, so the
 * columns they hold share the highest price; shifting it to 0 gives left-over columns the price 0 that they must have. Likewise
 * for padded columns.
 */
export function unpad(
  costs: DenseCosts,
  problem: PaddedProblem,
  columnOf: Int32Array,
  prices: Float64Array,
): AssignmentAnswer {
  const { rows, columns } = costs
  const { size } = problem
  if (rows <= columns) {
    const shift = rows < columns ? (prices[columnOf[rows] as number] as number) : 0
    return {
      claim: 'optimal',
      columnOf: columnOf.slice(0, rows),
      prices: prices.map((price) => price - shift),
    }
  }
  const shift = prices[columns] as number
  const rowOf = new Int32Array(columns)
  const levels = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const j = columnOf[i] as number
    if (j < columns) rowOf[j] = i
    levels[i] = (problem.costs[i * size + j] as number) - (prices[j] as number) + shift
  }
  return { claim: 'optimal', columnOf: rowOf, prices: levels }
}
