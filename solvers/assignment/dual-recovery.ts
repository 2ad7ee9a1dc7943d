/**
 * Column prices for an assignment that came without any.
 *
 * x is optimal iff prices exist with v(j) <= v(x(i)) + c(i, j) - c(i, x(i)) for every row i and column j (and v(j) = 0 for
 * free columns): a system of difference constraints, solved by Bellman-Ford from v = 0 with a queue of rows whose own column
 * became cheaper. No solution exists iff the residual graph has a negative cycle or a negative path to a free column, that is,
 * iff x can be improved. O(rows^2 columns) worst case; a few passes over the matrix in practice.
 *
 * Source: R. K. Ahuja, T. L. Magnanti and J. B. Orlin, Network Flows (1993), sections 5.2 and 9.3.
 */

/** Rounding below this share of the largest finite cost does not count as an improvement. */
const ROUNDING = 1e-13

/**
 * @param rows at most `columns`
 * @param columnOf a complete assignment of allowed pairs
 * @returns the prices, or null when the assignment is not optimal
 */
export function recoverPrices(
  rows: number,
  columns: number,
  costs: Float64Array,
  columnOf: Int32Array,
): Float64Array | null {
  let largest = 0
  for (let k = 0; k < costs.length; k++) {
    const magnitude = Math.abs(costs[k] as number)
    if (magnitude > largest && magnitude !== Number.POSITIVE_INFINITY) largest = magnitude
  }
  const slack = ROUNDING * largest
  const prices = new Float64Array(columns)
  const rowOf = new Int32Array(columns).fill(-1)
  for (let i = 0; i < rows; i++) rowOf[columnOf[i] as number] = i

  const queue = new Int32Array(rows)
  const queued = new Uint8Array(rows).fill(1)
  const visits = new Int32Array(rows)
  for (let i = 0; i < rows; i++) queue[i] = i
  let head = 0
  let length = rows
  while (length > 0) {
    const row = queue[head] as number
    head = head + 1 === rows ? 0 : head + 1
    length--
    queued[row] = 0
    visits[row] = (visits[row] as number) + 1
    if ((visits[row] as number) > rows + 1) return null
    const own = columnOf[row] as number
    const base = row * columns
    const level = (prices[own] as number) - (costs[base + own] as number)
    for (let j = 0; j < columns; j++) {
      const limit = level + (costs[base + j] as number)
      if (limit < (prices[j] as number) - slack) {
        const holder = rowOf[j] as number
        if (holder === -1) return null
        prices[j] = limit
        if (queued[holder] === 0) {
          queued[holder] = 1
          queue[(head + length) % rows] = holder
          length++
        }
      }
    }
  }
  return prices
}
