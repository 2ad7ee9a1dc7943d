/**
 * Shortest augmenting paths over a sparse cost graph: the dense method with rows as edge lists and a binary heap of columns.
 *
 * One search is Dijkstra from a free row. The nearest free column seen so far bounds it: nothing farther enters the heap, and the
 * search ends when the heap has nothing nearer. O((E + n) log n) a search, n searches at most; memory O(E).
 *
 * Source: R. Jonker and A. Volgenant (1987), section on sparse problems; A. Volgenant, Linear and semi-assignment problems: a core
 * oriented approach, Comput. Oper. Res. 23 (1996).
 */
import { IndexedHeap } from '../numeric/index.ts'

/** Edges of row i at starts[i] .. starts[i + 1] - 1; finite costs, each column at most once a row. */
export interface SparseGraph {
  readonly rows: number
  readonly columns: number
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly costs: Float64Array
}

/** Prices and an assignment that satisfy complementary slackness on the graph; changed in place. */
export class SparseSearch {
  readonly columnOf: Int32Array
  readonly rowOf: Int32Array
  readonly prices: Float64Array
  #graph: SparseGraph
  /** Cost of the pair of an assigned row. */
  readonly #paid: Float64Array
  readonly #distance: Float64Array
  readonly #fromRow: Int32Array
  readonly #fromCost: Float64Array
  /** Columns by distance. */
  readonly #heap: IndexedHeap
  /** 0 = never seen, 1 = seen, 2 = settled. */
  readonly #state: Uint8Array
  readonly #seen: Int32Array
  readonly #settled: Int32Array
  #settledCount = 0

  constructor(graph: SparseGraph, prices: Float64Array = new Float64Array(graph.columns)) {
    const { rows, columns } = graph
    this.#graph = graph
    this.prices = prices
    this.columnOf = new Int32Array(rows).fill(-1)
    this.rowOf = new Int32Array(columns).fill(-1)
    this.#paid = new Float64Array(rows)
    this.#distance = new Float64Array(columns)
    this.#fromRow = new Int32Array(columns)
    this.#fromCost = new Float64Array(columns)
    this.#heap = new IndexedHeap(this.#distance)
    this.#state = new Uint8Array(columns)
    this.#seen = new Int32Array(columns)
    this.#settled = new Int32Array(columns)
  }

  /**
   * Augmenting row reduction as in the dense method: free rows take their cheapest column and lower its price to the level of the
   * second cheapest, at most `scans` row scans in all.
   */
  reduceRows(scans: number): void {
    const { rows, starts, indices, costs } = this.#graph
    const { columnOf, rowOf, prices } = this
    const paid = this.#paid
    let left = scans
    for (let pass = 0; pass < 2; pass++) {
      for (let start = 0; start < rows; start++) {
        let row = start
        while (row !== -1 && columnOf[row] === -1 && left-- > 0) {
          const end = starts[row + 1] as number
          let first = Number.POSITIVE_INFINITY
          let second = Number.POSITIVE_INFINITY
          let firstEdge = -1
          let secondEdge = -1
          for (let e = starts[row] as number; e < end; e++) {
            const reduced = (costs[e] as number) - (prices[indices[e] as number] as number)
            if (reduced < second) {
              if (reduced < first) {
                second = first
                secondEdge = firstEdge
                first = reduced
                firstEdge = e
              } else {
                second = reduced
                secondEdge = e
              }
            }
          }
          if (firstEdge === -1) break
          let edge = firstEdge
          let column = indices[edge] as number
          let displaced = rowOf[column] as number
          let lowered = false
          if (secondEdge === -1) {
            if (displaced !== -1) break
          } else if (first < second) {
            const price = prices[column] as number
            prices[column] = price - (second - first)
            lowered = prices[column] !== price
          } else if (displaced !== -1) {
            edge = secondEdge
            column = indices[edge] as number
            displaced = rowOf[column] as number
          }
          columnOf[row] = column
          rowOf[column] = row
          paid[row] = costs[edge] as number
          if (displaced === -1) break
          columnOf[displaced] = -1
          row = lowered ? displaced : -1
        }
      }
    }
  }

  /** Goes on with a graph that has more pairs, none of them of negative reduced cost for an assigned row. */
  extend(graph: SparseGraph): void {
    this.#graph = graph
  }

  /** Gives a row back, e.g. because one of its pairs became cheaper. Its column keeps its price: square problems only. */
  free(row: number): void {
    const column = this.columnOf[row] as number
    this.columnOf[row] = -1
    this.rowOf[column] = -1
  }

  /** Assigns a free row along a shortest path; false when no free column can be reached. */
  augment(root: number): boolean {
    const { starts, indices, costs } = this.#graph
    const { columnOf, rowOf, prices } = this
    const paid = this.#paid
    const distance = this.#distance
    const fromRow = this.#fromRow
    const fromCost = this.#fromCost
    const heap = this.#heap
    const state = this.#state
    const seen = this.#seen
    const settled = this.#settled
    let seenCount = 0
    let settledCount = 0
    heap.clear()

    let best = Number.POSITIVE_INFINITY
    let end = -1
    let row = root
    let offset = 0
    for (;;) {
      const last = starts[row + 1] as number
      for (let e = starts[row] as number; e < last; e++) {
        const j = indices[e] as number
        const through = (costs[e] as number) - (prices[j] as number) + offset
        if (through >= best) continue
        if (state[j] === 2) continue
        if (rowOf[j] === -1) {
          best = through
          end = j
          fromRow[j] = row
          fromCost[j] = costs[e] as number
        } else if (state[j] === 0) {
          seen[seenCount++] = j
          state[j] = 1
          distance[j] = through
          fromRow[j] = row
          fromCost[j] = costs[e] as number
          heap.raise(j)
        } else if (through < (distance[j] as number)) {
          distance[j] = through
          fromRow[j] = row
          fromCost[j] = costs[e] as number
          heap.raise(j)
        }
      }
      const nearest = heap.top
      if (nearest === -1 || (distance[nearest] as number) >= best) break
      heap.pop()
      state[nearest] = 2
      settled[settledCount++] = nearest
      row = rowOf[nearest] as number
      offset = (distance[nearest] as number) - ((paid[row] as number) - (prices[nearest] as number))
    }
    for (let k = 0; k < seenCount; k++) state[seen[k] as number] = 0
    this.#settledCount = settledCount
    if (end === -1) return false

    for (let k = 0; k < settledCount; k++) {
      const j = settled[k] as number
      prices[j] = (prices[j] as number) + ((distance[j] as number) - best)
    }
    let column = end
    for (;;) {
      const assigned = fromRow[column] as number
      rowOf[column] = assigned
      const next = columnOf[assigned] as number
      columnOf[assigned] = column
      paid[assigned] = fromCost[column] as number
      if (assigned === root) return true
      column = next
    }
  }

  /** Rows of the tree of the last, failed search, ascending. */
  treeRows(root: number): number[] {
    const members = [root]
    for (let k = 0; k < this.#settledCount; k++) members.push(this.rowOf[this.#settled[k] as number] as number)
    return members.sort((a, b) => a - b)
  }
}
