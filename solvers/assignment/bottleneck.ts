/**
 * Bottleneck assignment: the largest cost that is paid is as small as possible (maximising: the smallest profit as large as
 * possible), and the total is best among those.
 *
 *   min over complete x of  max_i c(i, x(i)),  then  min sum_i c(i, x(i))  s.t.  c(i, x(i)) <= bottleneck
 *
 * Threshold method: binary search over the distinct costs, from the largest row or column minimum upward, each step a maximum
 * matching of the pairs below the threshold (Hopcroft-Karp, started from the matching of the last step that failed). Proof: the
 * pairs below the bottleneck leave some members with too few partners (Hall). O(n^2.5 log n) time plus one sort of the costs.
 *
 * Source: R. Burkard, M. Dell'Amico and S. Martello, Assignment Problems (2009), section 6.2.
 */
import { InternalError, Run } from '../contract/index.ts'
import { checkViolator } from './certificate.ts'
import { type CostMatrix, type DenseCosts, readCosts } from './cost-matrix.ts'
import { allowedGraph, enlargeMatching, findHallViolator } from './matching.ts'
import type { AssignmentInfeasible, AssignmentOptimal, AssignmentUnknown, HallViolator } from './result.ts'
import { type AssignmentOptions, assign, normalise } from './solve.ts'

/** The best total among the assignments whose largest cost is the bottleneck. */
export interface BottleneckOptimal extends AssignmentOptimal {
  /** The largest cost paid (the smallest profit when maximising); null when there is nothing to assign. */
  readonly bottleneck: number | null
  /** Proof that nothing better exists: with strictly better pairs only, these compete for too few partners. */
  readonly bottleneckProof: HallViolator | null
}

export type BottleneckResult = BottleneckOptimal | AssignmentInfeasible | AssignmentUnknown

/**
 * @param options `uniqueness` speaks of the assignments that keep the bottleneck
 * @throws InvalidInputError, BackendError as `assign`
 */
export function assignBottleneck(matrix: CostMatrix, options: AssignmentOptions = {}): BottleneckResult {
  const run = new Run('bottleneck', options)
  const sense = options.sense ?? 'minimize'
  const costs = readCosts(matrix, sense)
  const problem = normalise(costs, sense)
  const threshold = problem.costs.length === 0 ? null : smallestThreshold(problem.rows, problem.columns, problem.costs)
  if (threshold === null) {
    const result = assign(flat(costs, costs.values), { ...options, ...run.nested() })
    return result.status === 'optimal' ? { ...result, bottleneck: null, bottleneckProof: null } : result
  }
  const bottleneck = sense === 'minimize' ? threshold : 0 - threshold
  const worse = (cost: number) => (sense === 'minimize' ? cost > bottleneck : cost < bottleneck)
  const kept = costs.values.map((cost) => (worse(cost) ? Number.POSITIVE_INFINITY : cost))
  const result = assign(flat(costs, kept), { ...options, ...run.nested() })
  if (result.status !== 'optimal') return result
  return {
    ...result,
    elapsedMs: run.elapsedMs,
    bottleneck,
    bottleneckProof: proveBottleneck(costs, bottleneck, sense === 'minimize'),
  }
}

/** The smallest t such that the pairs of cost <= t can match all rows; null when no threshold does. rows <= columns. */
export function smallestThreshold(rows: number, columns: number, costs: Float64Array): number | null {
  const columnOf = new Int32Array(rows).fill(-1)
  const rowOf = new Int32Array(columns).fill(-1)
  const rowMinimum = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  const columnMinimum = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cost = costs[i * columns + j] as number
      if (cost < (rowMinimum[i] as number)) rowMinimum[i] = cost
      if (cost < (columnMinimum[j] as number)) columnMinimum[j] = cost
    }
  }
  let least = Number.NEGATIVE_INFINITY
  for (let i = 0; i < rows; i++) least = Math.max(least, rowMinimum[i] as number)
  if (rows === columns) for (let j = 0; j < columns; j++) least = Math.max(least, columnMinimum[j] as number)
  if (least === Number.POSITIVE_INFINITY) return null

  const levels = distinctFrom(costs, least)
  const matches = (threshold: number): boolean => {
    const graph = allowedGraph(rows, columns, costs, (cost) => cost <= threshold)
    const triedColumnOf = columnOf.slice()
    const triedRowOf = rowOf.slice()
    if (enlargeMatching(graph, triedColumnOf, triedRowOf) === rows) return true
    columnOf.set(triedColumnOf)
    rowOf.set(triedRowOf)
    return false
  }
  let low = 0
  let high = levels.length - 1
  if (!matches(levels[high] as number)) return null
  while (low < high) {
    const middle = (low + high) >> 1
    if (matches(levels[middle] as number)) high = middle
    else low = middle + 1
  }
  return levels[low] as number
}

/** Distinct finite costs >= least, ascending. */
function distinctFrom(costs: Float64Array, least: number): Float64Array {
  const sorted = costs.filter((cost) => cost >= least && cost !== Number.POSITIVE_INFINITY).sort()
  let count = 0
  for (let k = 0; k < sorted.length; k++) {
    if (k === 0 || sorted[k] !== sorted[count - 1]) sorted[count++] = sorted[k] as number
  }
  return sorted.subarray(0, count)
}

function proveBottleneck(costs: DenseCosts, bottleneck: number, minimize: boolean): HallViolator {
  const strict = costs.values.map((cost) =>
    (minimize ? cost < bottleneck : cost > bottleneck) ? cost : Number.POSITIVE_INFINITY,
  )
  const better = { rows: costs.rows, columns: costs.columns, values: strict }
  const problem = normalise(better, minimize ? 'minimize' : 'maximize')
  const members = findHallViolator(problem.rows, problem.columns, problem.costs)
  const proof =
    members === null ? null : checkViolator(better, costs.rows > costs.columns ? 'columns' : 'rows', members)
  if (proof === null) throw new InternalError(`an assignment strictly better than the bottleneck ${bottleneck} exists`)
  return proof
}

function flat(costs: DenseCosts, values: Float64Array): CostMatrix {
  return { rows: costs.rows, columns: costs.columns, costs: values }
}
