/**
 * Whether an optimal assignment is the only one. Every other optimum differs from it by cycles of pairs whose reduced cost
 * c - u - v is 0, so the optimum is unique iff the digraph "row i could take the column of row k at no cost" has no cycle.
 * When columns are left over, one more node stands for them: a row may move to a free column of reduced cost 0, and may give up
 * a column of price 0. Depth-first search, O(rows * columns).
 *
 * A reduced cost below 1e-12 of the largest magnitude counts as 0; `true` is therefore a proof up to that tie tolerance.
 */

const TIE = 1e-12

/** @param rows at most `columns`; @param prices proves `columnOf` optimal */
export function isUniqueOptimum(
  rows: number,
  columns: number,
  costs: Float64Array,
  columnOf: Int32Array,
  prices: Float64Array,
): boolean {
  const rowOf = new Int32Array(columns).fill(rows)
  const level = new Float64Array(rows)
  let largest = 0
  for (let i = 0; i < rows; i++) {
    const j = columnOf[i] as number
    const cost = costs[i * columns + j] as number
    rowOf[j] = i
    level[i] = cost - (prices[j] as number)
    largest = Math.max(largest, Math.abs(cost), Math.abs(prices[j] as number), Math.abs(level[i] as number))
  }
  const tie = TIE * largest
  const leftover = columns > rows

  // Node `rows` stands for the free columns. 0 = new, 1 = on the path, 2 = done.
  const state = new Uint8Array(rows + 1)
  const cursor = new Int32Array(rows + 1)
  const path = new Int32Array(rows + 1)
  for (let start = 0; start < rows + (leftover ? 1 : 0); start++) {
    if (state[start] !== 0) continue
    let depth = 0
    path[0] = start
    state[start] = 1
    while (depth >= 0) {
      const node = path[depth] as number
      let next = -1
      while (next === -1 && (cursor[node] as number) < columns) {
        const j = cursor[node] as number
        cursor[node] = j + 1
        if (node === rows) {
          const holder = rowOf[j] as number
          if (holder !== rows && (prices[j] as number) >= -tie) next = holder
        } else if (j !== columnOf[node]) {
          const reduced = (costs[node * columns + j] as number) - (prices[j] as number) - (level[node] as number)
          if (reduced <= tie) next = rowOf[j] as number
        }
        if (next !== -1 && state[next] === 2) next = -1
      }
      if (next === -1) {
        state[node] = 2
        depth--
      } else if (state[next] === 1) {
        return false
      } else {
        state[next] = 1
        path[++depth] = next
      }
    }
  }
  return true
}
