/**
 * A head start for large dense square matrices: the assignment on a core of promising pairs.
 *
 * 1. v(j) = min_i c(i, j). 2. Each row contributes its cheapest pairs after that reduction, scanned from its own diagonal on so
 * that ties spread over the columns. 3. Sparse shortest augmenting paths on the core; rows that the core cannot place stay free.
 * 4. Pricing: one pass over the matrix finds pairs with c(i, j) < u(i) + v(j). They join the core, their row is freed and placed
 * again; after a few rounds, rows that still have such a pair are freed for good.
 *
 * What remains is dual feasible on the whole matrix, so the dense method can finish from it, usually with few rows left. When the
 * core does not help (few rows placed), the caller starts from nothing. O(n^2) beside the sparse searches.
 *
 * Source: G. Carpaneto and P. Toth, Primal-dual algorithms for the assignment problem, Discrete Appl. Math. 18 (1987).
 */
import { type SparseGraph, SparseSearch } from './sparse-augmenting-path.ts'

const PRICING_ROUNDS = 12
/** Pairs that a row adds to the core in one round, the worst first. */
const ADDED = 8
/** Share of the largest cost or price below which a negative reduced cost is rounding; integers up to 1e13 have none. */
const ROUNDING = 1e-13

export interface CoreStart {
  readonly columnOf: Int32Array
  readonly rowOf: Int32Array
  readonly prices: Float64Array
}

/** @returns null when the core places fewer than half of the rows */
export function startFromCore(size: number, costs: Float64Array, width: number): CoreStart | null {
  const prices = columnMinima(size, costs)
  let graph = selectCore(size, costs, prices, width)
  const search = new SparseSearch(graph, prices)
  search.reduceRows(3 * size)
  let placed = 0
  let failed = 0
  for (let i = 0; i < size; i++) {
    if (search.columnOf[i] !== -1) placed++
    else if (search.augment(i)) placed++
    else if (++failed > size >> 1) return null
  }
  for (let round = 0; ; round++) {
    const extra = price(size, costs, search, round < PRICING_ROUNDS)
    if (extra === null) break
    graph = enlarge(graph, extra, costs)
    search.extend(graph)
    for (let i = 0; i < size; i++) if (search.columnOf[i] === -1) search.augment(i)
  }
  return placed === 0 ? null : { columnOf: search.columnOf, rowOf: search.rowOf, prices: search.prices }
}

function columnMinima(size: number, costs: Float64Array): Float64Array {
  const minima = costs.slice(0, size)
  for (let i = 1; i < size; i++) {
    const base = i * size
    for (let j = 0; j < size; j++) {
      const cost = costs[base + j] as number
      if (cost < (minima[j] as number)) minima[j] = cost
    }
  }
  for (let j = 0; j < size; j++) if (minima[j] === Number.POSITIVE_INFINITY) minima[j] = 0
  return minima
}

/** The `width` pairs of least reduced cost of each row. */
function selectCore(size: number, costs: Float64Array, prices: Float64Array, width: number): SparseGraph {
  const starts = new Int32Array(size + 1)
  const indices = new Int32Array(size * width)
  const chosenCosts = new Float64Array(size * width)
  const reducedOf = new Float64Array(width)
  const columnAt = new Int32Array(width)
  let edges = 0
  for (let i = 0; i < size; i++) {
    const base = i * size
    let count = 0
    let worst = Number.POSITIVE_INFINITY
    for (let part = 0; part < 2; part++) {
      const last = part === 0 ? size : i
      for (let j = part === 0 ? i : 0; j < last; j++) {
        const reduced = (costs[base + j] as number) - (prices[j] as number)
        if (reduced >= worst) continue
        // Insertion into the sorted list of the best so far.
        let at = count < width ? count++ : width - 1
        while (at > 0 && (reducedOf[at - 1] as number) > reduced) {
          reducedOf[at] = reducedOf[at - 1] as number
          columnAt[at] = columnAt[at - 1] as number
          at--
        }
        reducedOf[at] = reduced
        columnAt[at] = j
        if (count === width) worst = reducedOf[width - 1] as number
      }
    }
    for (let k = 0; k < count; k++) {
      const j = columnAt[k] as number
      const cost = costs[base + j] as number
      if (cost === Number.POSITIVE_INFINITY) continue
      indices[edges] = j
      chosenCosts[edges++] = cost
    }
    starts[i + 1] = edges
  }
  return { rows: size, columns: size, starts, indices, costs: chosenCosts }
}

/**
 * Frees every assigned row that the whole matrix offers a pair of negative reduced cost.
 * @returns flat positions (row * size + column) of such pairs, by row; null when the rows need not be placed on the core again
 */
function price(size: number, costs: Float64Array, search: SparseSearch, more: boolean): number[] | null {
  const { columnOf, prices } = search
  let scale = 0
  for (let i = 0; i < size; i++) {
    const own = columnOf[i] as number
    if (own !== -1) scale = Math.max(scale, Math.abs(costs[i * size + own] as number), Math.abs(prices[own] as number))
  }
  const rounding = ROUNDING * scale
  const extra: number[] = []
  const worst = new Float64Array(ADDED)
  const worstColumn = new Int32Array(ADDED)
  for (let i = 0; i < size; i++) {
    const own = columnOf[i] as number
    if (own === -1) continue
    const base = i * size
    const level = (costs[base + own] as number) - (prices[own] as number) - rounding
    let count = 0
    let limit = level
    for (let j = 0; j < size; j++) {
      const reduced = (costs[base + j] as number) - (prices[j] as number)
      if (reduced >= limit) continue
      let at = count < ADDED ? count++ : ADDED - 1
      while (at > 0 && (worst[at - 1] as number) > reduced) {
        worst[at] = worst[at - 1] as number
        worstColumn[at] = worstColumn[at - 1] as number
        at--
      }
      worst[at] = reduced
      worstColumn[at] = j
      if (count === ADDED) limit = worst[ADDED - 1] as number
    }
    if (count > 0) search.free(i)
    for (let k = 0; k < count; k++) extra.push(base + (worstColumn[k] as number))
  }
  return more && extra.length > 0 ? extra : null
}

/** The graph with more pairs; `extra` by row. */
function enlarge(graph: SparseGraph, extra: readonly number[], costs: Float64Array): SparseGraph {
  const size = graph.rows
  const starts = new Int32Array(size + 1)
  const edges = (graph.starts[size] as number) + extra.length
  const indices = new Int32Array(edges)
  const edgeCosts = new Float64Array(edges)
  let at = 0
  let next = 0
  for (let i = 0; i < size; i++) {
    for (let e = graph.starts[i] as number; e < (graph.starts[i + 1] as number); e++) {
      indices[at] = graph.indices[e] as number
      edgeCosts[at++] = graph.costs[e] as number
    }
    for (; next < extra.length && (extra[next] as number) < (i + 1) * size; next++) {
      indices[at] = (extra[next] as number) - i * size
      edgeCosts[at++] = costs[extra[next] as number] as number
    }
    starts[i + 1] = at
  }
  return { rows: size, columns: size, starts, indices, costs: edgeCosts }
}
