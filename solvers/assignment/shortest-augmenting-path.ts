/**
 * Linear sum assignment on a dense matrix by shortest augmenting paths.
 *
 *   min sum_i c(i, x(i))   over injective x: rows -> columns,   rows n <= columns m
 *   dual: max sum_i u(i) + sum_j v(j)   s.t. u(i) + v(j) <= c(i, j),  v(j) <= 0 when n < m
 *
 * Phases, each keeping dual feasibility (u is implicit: u(i) = min_j c(i, j) - v(j)):
 * 1. column reduction (square only): v(j) = min_i c(i, j), each row keeps at most one of the columns it is cheapest for;
 * 2. reduction transfer (square only): a row assigned once passes its slack to the price of its column;
 * 3. augmenting row reduction: a free row takes its cheapest column and lowers that price to the level of the second
 *    cheapest. On real-valued costs this can become a price war of tiny steps, so its row scans are capped;
 * 4. Dijkstra from each row still free over the columns not yet settled, which are kept compacted, then the price update
 *    v(j) += d(j) - d(end) over the settled columns and the augmentation.
 *
 * O(n^2 m) time, O(m) memory beside the matrix. Integer costs whose sums stay below 2^53 are handled without any rounding:
 * the algorithm only adds, subtracts and compares. Proves optimality by v, or infeasibility by the rows of the last search
 * tree: they see only settled columns, one fewer than the rows themselves, and no proper subset of them is too many.
 *
 * Sources: R. Jonker and A. Volgenant, A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems, Computing 38 (1987); D. F. Crouse, On implementing 2D rectangular assignment algorithms, IEEE Trans. AES 52 (2016).
 */
import { startFromCore } from './core.ts'

/** Row scans of phase 3 per row of the matrix. */
const ROW_REDUCTION_SCANS = 6
/** Square matrices of this many rows start from a core of this many pairs a row. */
const CORE_FROM = 250
const CORE_WIDTH = 16

export interface DenseAssignment {
  readonly outcome: 'optimal' | 'infeasible' | 'stopped'
  /** Column of each row, -1 while unassigned. */
  readonly columnOf: Int32Array
  /** Row of each column, -1 for a free column. */
  readonly rowOf: Int32Array
  /** Column prices v. */
  readonly prices: Float64Array
  /** When infeasible: rows that compete for one column too few, ascending. */
  readonly violator: readonly number[]
}

/**
 * @param rows n, at most `columns`
 * @param costs n * m costs, row by row; Infinity forbids a pair; no NaN, no -Infinity
 * @param shouldStop polled now and then; true ends the run with outcome `stopped`
 */
export function assignDense(
  rows: number,
  columns: number,
  costs: Float64Array,
  shouldStop: () => boolean = () => false,
): DenseAssignment {
  const core = rows === columns && rows >= CORE_FROM ? startFromCore(rows, costs, CORE_WIDTH) : null
  const columnOf = core?.columnOf ?? new Int32Array(rows).fill(-1)
  const rowOf = core?.rowOf ?? new Int32Array(columns).fill(-1)
  const prices = core?.prices ?? new Float64Array(columns)
  if (rows === columns && core === null) reduceColumns(rows, costs, columnOf, rowOf, prices)
  const free = reduceRows(rows, columns, costs, columnOf, rowOf, prices)
  const search = new DenseSearch(columns, costs, columnOf, rowOf, prices)
  for (let k = 0; k < free.length; k++) {
    if ((k & 15) === 15 && shouldStop()) return { outcome: 'stopped', columnOf, rowOf, prices, violator: [] }
    const root = free[k] as number
    if (!search.augment(root)) {
      return { outcome: 'infeasible', columnOf, rowOf, prices, violator: search.treeRows(root) }
    }
  }
  return { outcome: 'optimal', columnOf, rowOf, prices, violator: [] }
}

/** Phases 1 and 2, square matrices. */
function reduceColumns(
  n: number,
  costs: Float64Array,
  columnOf: Int32Array,
  rowOf: Int32Array,
  prices: Float64Array,
): void {
  const cheapestRow = new Int32Array(n)
  prices.set(costs.subarray(0, n))
  for (let i = 1; i < n; i++) {
    const base = i * n
    for (let j = 0; j < n; j++) {
      const cost = costs[base + j] as number
      if (cost < (prices[j] as number)) {
        prices[j] = cost
        cheapestRow[j] = i
      }
    }
  }
  const wins = new Int32Array(n)
  for (let j = n - 1; j >= 0; j--) {
    if (prices[j] === Number.POSITIVE_INFINITY) {
      prices[j] = 0
      continue
    }
    const i = cheapestRow[j] as number
    wins[i] = (wins[i] as number) + 1
    if (wins[i] === 1) {
      columnOf[i] = j
      rowOf[j] = i
    }
  }
  for (let i = 0; i < n; i++) {
    if (wins[i] !== 1) continue
    const own = columnOf[i] as number
    const base = i * n
    let slack = Number.POSITIVE_INFINITY
    for (let j = 0; j < n; j++) {
      const reduced = (costs[base + j] as number) - (prices[j] as number)
      if (reduced < slack && j !== own) slack = reduced
    }
    if (slack !== Number.POSITIVE_INFINITY) {
      prices[own] = (prices[own] as number) - (slack - ((costs[base + own] as number) - (prices[own] as number)))
    }
  }
}

/** Phase 3. @returns the rows still free */
function reduceRows(
  rows: number,
  columns: number,
  costs: Float64Array,
  columnOf: Int32Array,
  rowOf: Int32Array,
  prices: Float64Array,
): Int32Array {
  let free = new Int32Array(rows)
  let freeCount = 0
  for (let i = 0; i < rows; i++) if (columnOf[i] === -1) free[freeCount++] = i
  let scansLeft = ROW_REDUCTION_SCANS * rows
  for (let pass = 0; pass < 2 && freeCount > 0; pass++) {
    const waiting = new Int32Array(rows)
    let waitingCount = 0
    for (let k = 0; k < freeCount; k++) {
      let row = free[k] as number
      while (row !== -1) {
        if (scansLeft-- <= 0) {
          waiting[waitingCount++] = row
          break
        }
        const base = row * columns
        let first = Number.POSITIVE_INFINITY
        let second = Number.POSITIVE_INFINITY
        let firstColumn = -1
        let secondColumn = -1
        for (let j = 0; j < columns; j++) {
          const reduced = (costs[base + j] as number) - (prices[j] as number)
          if (reduced < second) {
            if (reduced < first) {
              second = first
              secondColumn = firstColumn
              first = reduced
              firstColumn = j
            } else {
              second = reduced
              secondColumn = j
            }
          }
        }
        if (firstColumn === -1 || (secondColumn === -1 && rowOf[firstColumn] !== -1)) {
          waiting[waitingCount++] = row
          break
        }
        let column = firstColumn
        let displaced = rowOf[column] as number
        let lowered = false
        if (secondColumn !== -1 && first < second) {
          const price = prices[column] as number
          prices[column] = price - (second - first)
          lowered = prices[column] !== price
        } else if (displaced !== -1) {
          column = secondColumn
          displaced = rowOf[column] as number
        }
        columnOf[row] = column
        rowOf[column] = row
        if (displaced === -1) break
        columnOf[displaced] = -1
        if (lowered) {
          row = displaced
        } else {
          waiting[waitingCount++] = displaced
          break
        }
      }
    }
    free = waiting
    freeCount = waitingCount
  }
  return free.slice(0, freeCount)
}

/**
 * Phase 4, also for those who change a solved matrix and go on from its prices: Dijkstra over columns from one free row.
 * Scratch arrays live as long as the object; the assignment and prices it was made for are changed in place.
 */
export class DenseSearch {
  readonly #columns: number
  readonly #costs: Float64Array
  readonly #columnOf: Int32Array
  readonly #rowOf: Int32Array
  readonly #prices: Float64Array
  /** Columns not yet settled, then (from `#left` on) the settled ones; distances, prices and tree rows by position. */
  readonly #order: Int32Array
  readonly #distance: Float64Array
  readonly #price: Float64Array
  readonly #from: Int32Array
  readonly #fromByColumn: Int32Array
  #left = 0
  #candidates = 0

  constructor(columns: number, costs: Float64Array, columnOf: Int32Array, rowOf: Int32Array, prices: Float64Array) {
    this.#columns = columns
    this.#costs = costs
    this.#columnOf = columnOf
    this.#rowOf = rowOf
    this.#prices = prices
    this.#order = new Int32Array(columns)
    this.#distance = new Float64Array(columns)
    this.#price = new Float64Array(columns)
    this.#from = new Int32Array(columns)
    this.#fromByColumn = new Int32Array(columns)
  }

  /**
   * Assigns the free row `root` along a shortest path; false when no free column can be reached.
   * @param excluded columns that this search must not touch, 1 = excluded
   * @param barred columns that `root` itself must not take directly, 1 = barred
   */
  augment(root: number, excluded: Uint8Array | null = null, barred: Uint8Array | null = null): boolean {
    const columns = this.#columns
    const costs = this.#costs
    const rowOf = this.#rowOf
    const columnOf = this.#columnOf
    const prices = this.#prices
    const order = this.#order
    const distance = this.#distance
    const price = this.#price
    const from = this.#from
    const fromByColumn = this.#fromByColumn
    let candidates = 0
    for (let j = 0; j < columns; j++) {
      if (excluded !== null && excluded[j] === 1) continue
      order[candidates] = j
      price[candidates++] = prices[j] as number
    }
    distance.fill(Number.POSITIVE_INFINITY)
    this.#candidates = candidates

    let left = candidates
    let row = root
    let reached = 0
    let offset = 0
    let end = -1
    for (;;) {
      // Relax the unsettled columns from `row`, find the nearest, free columns first among equals.
      const base = row * columns
      let nearest = Number.POSITIVE_INFINITY
      let position = -1
      for (let k = 0; k < left; k++) {
        const j = order[k] as number
        const through = (costs[base + j] as number) - (price[k] as number) + offset
        let d = distance[k] as number
        if (through < d && (barred === null || row !== root || barred[j] === 0)) {
          d = through
          distance[k] = through
          from[k] = row
        }
        if (d < nearest) {
          nearest = d
          position = k
        } else if (d === nearest && position !== -1 && rowOf[j] === -1) {
          position = k
        }
      }
      if (position === -1) {
        this.#left = left
        return false
      }
      // Settle it: swap it behind the unsettled ones.
      left--
      const column = order[position] as number
      const settledPrice = price[position] as number
      fromByColumn[column] = from[position] as number
      order[position] = order[left] as number
      price[position] = price[left] as number
      from[position] = from[left] as number
      distance[position] = distance[left] as number
      order[left] = column
      distance[left] = nearest
      reached = nearest
      row = rowOf[column] as number
      if (row === -1) {
        end = column
        break
      }
      offset = reached - ((costs[row * columns + column] as number) - settledPrice)
    }

    for (let k = left + 1; k < candidates; k++) {
      const j = order[k] as number
      prices[j] = (prices[j] as number) + ((distance[k] as number) - reached)
    }
    let column = end
    for (;;) {
      const assigned = fromByColumn[column] as number
      rowOf[column] = assigned
      const next = columnOf[assigned] as number
      columnOf[assigned] = column
      if (assigned === root) return true
      column = next
    }
  }

  /** Rows of the tree of the last, failed search. */
  treeRows(root: number): number[] {
    const members = [root]
    for (let k = this.#left; k < this.#candidates; k++) members.push(this.#rowOf[this.#order[k] as number] as number)
    return members.sort((a, b) => a - b)
  }
}
