/**
 * Lexicographic bottleneck assignment: the largest cost as small as possible, then the second largest, and so on (maximising:
 * the smallest profit as large as possible, then the second smallest ...).
 *
 * Level by level, from the worst cost down. At a level t all costs above t are settled: the graph holds exactly the assignments
 * that are best so far. (1) The smallest t below the last level is found such that pairs of cost <= t or of a settled level still
 * match completely. (2) The number of pairs of cost t is minimised: a sum assignment with costs 0 and 1. (3) Only pairs of
 * reduced cost 0 stay in the graph: by complementary slackness every complete matching of these uses that minimum, and no other
 * matching does. Each level settles at least one pair, so there are at most n levels of O(n^2.5 log n). Rectangular matrices are
 * padded with pairs that cost nothing. All arithmetic is on small integers, hence exact.
 *
 * Source: R. Burkard, M. Dell'Amico and S. Martello, Assignment Problems (2009), section 6.6.
 */
import { InternalError, Run } from '../contract/index.ts'
import { sum } from '../numeric/index.ts'
import { checkPairing } from './certificate.ts'
import { type CostMatrix, type DenseCosts, readCosts } from './cost-matrix.ts'
import { allowedGraph, enlargeMatching } from './matching.ts'
import type { AssignmentInfeasible, AssignmentOptimal, AssignmentUnknown, Pair } from './result.ts'
import { assignDense } from './shortest-augmenting-path.ts'
import { type AssignmentOptions, assign, normalise } from './solve.ts'

export interface LexicographicBottleneck extends Pick<AssignmentOptimal, 'pairs' | 'columnOf' | 'elapsedMs'> {
  readonly status: 'optimal'
  /** What is paid, worst first: the vector that was optimised. */
  readonly profile: Float64Array
  /** Their sum. */
  readonly cost: number
}

export type LexicographicBottleneckResult = LexicographicBottleneck | AssignmentInfeasible | AssignmentUnknown

/** @throws InvalidInputError, BackendError as `assign` */
export function assignLexicographicBottleneck(
  matrix: CostMatrix,
  options: Omit<AssignmentOptions, 'uniqueness'> = {},
): LexicographicBottleneckResult {
  const run = new Run('lexicographic bottleneck', options)
  const sense = options.sense ?? 'minimize'
  const costs = readCosts(matrix, sense)
  const any = assign({ rows: costs.rows, columns: costs.columns, costs: costs.values }, { ...options, ...run.nested() })
  if (any.status !== 'optimal') return any
  if (any.pairs.length === 0) {
    return {
      status: 'optimal',
      pairs: [],
      columnOf: any.columnOf,
      profile: new Float64Array(0),
      cost: 0,
      elapsedMs: any.elapsedMs,
    }
  }
  const problem = normalise(costs, sense)
  const assigned = optimiseLevels(problem.rows, problem.columns, problem.costs, run)
  const { solver, attempts } = any
  if (assigned === null) {
    return { status: 'unknown', limit: run.limit ?? 'time', solver, attempts, elapsedMs: run.elapsedMs }
  }
  return report(costs, sense === 'minimize' ? 1 : -1, assigned, run.elapsedMs)
}

/** Column of each row, null when a limit of the run was hit; a complete assignment exists. */
function optimiseLevels(rows: number, columns: number, costs: Float64Array, run: Run): Int32Array | null {
  const size = columns
  // Padded rows pay -Infinity: below every level, hence never counted.
  const padded = new Float64Array(size * size).fill(Number.NEGATIVE_INFINITY)
  padded.set(costs)
  const alive = new Uint8Array(size * size)
  for (let k = 0; k < alive.length; k++) alive[k] = padded[k] === Number.POSITIVE_INFINITY ? 0 : 1
  const levels = Float64Array.from(new Set(costs.filter((cost) => cost !== Number.POSITIVE_INFINITY))).sort()
  const counts = new Float64Array(size * size)
  let columnOf = new Int32Array(size).fill(-1)
  let settledFrom = Number.POSITIVE_INFINITY
  let unsettled = levels.length
  let settledPairs = 0
  while (settledPairs < rows) {
    if (run.limit !== null) return null
    const matches = (threshold: number): boolean => {
      const usable = padded.map((cost, k) =>
        alive[k] === 1 && (cost <= threshold || cost >= settledFrom) ? 0 : Number.POSITIVE_INFINITY,
      )
      const graph = allowedGraph(size, size, usable, (cost) => cost === 0)
      return enlargeMatching(graph, new Int32Array(size).fill(-1), new Int32Array(size).fill(-1)) === size
    }
    let low = 0
    let high = unsettled - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (matches(levels[middle] as number)) high = middle
      else low = middle + 1
    }
    const level = levels[low] as number
    for (let k = 0; k < counts.length; k++) {
      const cost = padded[k] as number
      const usable = alive[k] === 1 && (cost <= level || cost >= settledFrom)
      counts[k] = usable ? (cost === level ? 1 : 0) : Number.POSITIVE_INFINITY
    }
    const best = assignDense(size, size, counts)
    if (best.outcome !== 'optimal') throw new InternalError('a level of the lexicographic bottleneck lost its matching')
    columnOf = Int32Array.from(best.columnOf)
    let paid = 0
    for (let i = 0; i < size; i++) {
      const own = columnOf[i] as number
      const row = i * size
      const potential = (counts[row + own] as number) - (best.prices[own] as number)
      if (counts[row + own] === 1) paid++
      for (let j = 0; j < size; j++) {
        alive[row + j] = (counts[row + j] as number) - (best.prices[j] as number) === potential ? 1 : 0
      }
    }
    settledPairs += paid
    settledFrom = level
    unsettled = low
  }
  return columnOf.slice(0, rows)
}

function report(costs: DenseCosts, sign: number, assigned: Int32Array, elapsedMs: number): LexicographicBottleneck {
  let columnOf = assigned
  if (costs.rows > costs.columns) {
    columnOf = new Int32Array(costs.rows).fill(-1)
    for (let j = 0; j < assigned.length; j++) columnOf[assigned[j] as number] = j
  }
  const pairing = checkPairing(costs, columnOf)
  if (!pairing.valid) throw new InternalError(`the lexicographic bottleneck assignment is wrong: ${pairing.reason}`)
  const pairs: Pair[] = []
  for (let i = 0; i < costs.rows; i++) if (columnOf[i] !== -1) pairs.push([i, columnOf[i] as number])
  const profile = Float64Array.from(pairs, ([i, j]) => costs.values[i * costs.columns + j] as number)
  profile.sort((a, b) => sign * (b - a))
  return { status: 'optimal', pairs, columnOf, profile, cost: sum(profile), elapsedMs }
}
