/**
 * Pruning a set of vectors to those that are needed for its upper surface.
 *
 * Filter of Lark and White (White 1991): duplicates and pointwise dominated vectors go first; the winners at the corners
 * and at known beliefs stay; every other vector is tested by the dominance LP against the winners only, and a witness
 * belief promotes the best remaining vector there (ties lexicographically). The vectors leave one by one, so two near-ties
 * are never dropped on the strength of each other, and the surface sinks by at most `tolerance` anywhere.
 *
 * Complexity: O(n^2 S) for the pointwise phase, n programs of n rows for the rest. Proves: max loss <= tolerance.
 */
import { DOMINATED, type DominanceLp, WITNESS } from './dominance-lp.ts'
import { bestRow, lexicographicallyLarger } from './vector-set.ts'

/** Flat vectors: row i at `i * dimension`. */
export interface FlatVectors {
  readonly data: Float64Array
  readonly count: number
  readonly dimension: number
}

export interface Pruned {
  /** Indices of the vectors that stay, in the order in which they were found. */
  readonly kept: number[]
  /** A belief per kept vector at which it was the best: row k at `k * dimension`. */
  readonly witnesses: Float64Array
}

/** Indices left when equal and pointwise dominated vectors are dropped; the first of equals stays. */
export function dropPointwiseDominated(vectors: FlatVectors, slack = 0): number[] {
  const { data, count, dimension } = vectors
  // Larger sums first: a vector can only be dominated by one with a sum at least as large.
  const sums = new Float64Array(count)
  for (let i = 0; i < count; i++) for (let s = 0; s < dimension; s++) sums[i]! += data[i * dimension + s]!
  const order = Array.from({ length: count }, (_, index) => index).sort((a, b) => sums[b]! - sums[a]! || a - b)
  const kept: number[] = []
  for (const i of order) {
    const base = i * dimension
    let dominated = false
    for (const j of kept) {
      const other = j * dimension
      let s = 0
      while (s < dimension && data[other + s]! + slack >= data[base + s]!) s++
      if (s === dimension) {
        dominated = true
        break
      }
    }
    if (!dominated) kept.push(i)
  }
  return kept.sort((a, b) => a - b)
}

/**
 * The vectors needed for the upper surface, up to `tolerance`.
 * @param seeds beliefs at which the winner surely stays, one after another
 */
export function prune(
  vectors: FlatVectors,
  tolerance: number,
  lp: DominanceLp,
  seeds?: Float64Array,
  seedCount = 0,
): Pruned {
  const { data, dimension } = vectors
  const candidates = dropPointwiseDominated(vectors)
  const count = candidates.length
  const kept: number[] = []
  const witnesses: number[] = []
  if (count === 0) return { kept, witnesses: new Float64Array(0) }
  // A dense copy of the candidates: `alive` marks winners, `open` those still to be decided.
  const pool = new Float64Array(count * dimension)
  for (const [k, index] of candidates.entries()) {
    pool.set(data.subarray(index * dimension, (index + 1) * dimension), k * dimension)
  }
  const alive = new Uint8Array(count)
  const open = new Uint8Array(count).fill(1)
  let remaining = count
  const accept = (k: number, belief: ArrayLike<number>) => {
    alive[k] = 1
    open[k] = 0
    remaining--
    kept.push(candidates[k]!)
    for (let s = 0; s < dimension; s++) witnesses.push(belief[s]!)
  }
  const corner = new Float64Array(dimension)
  for (let s = 0; s < dimension; s++) {
    corner.fill(0)
    corner[s] = 1
    const k = bestRow(pool, count, dimension, corner)
    if (open[k] === 1) accept(k, corner)
  }
  for (let k = 0; k < seedCount; k++) {
    const belief = seeds!.subarray(k * dimension, (k + 1) * dimension)
    const winner = bestRow(pool, count, dimension, belief)
    if (open[winner] === 1) accept(winner, belief)
  }
  for (let k = 0; k < count && remaining > 0; k++) {
    while (open[k] === 1) {
      const verdict = lp
        .reset()
        .block(pool, count, alive, pool, k * dimension, -1, 1)
        .solve(tolerance)
      if (verdict === DOMINATED) {
        open[k] = 0
        remaining--
      } else if (verdict === WITNESS) {
        accept(bestOpen(pool, count, dimension, open, lp.belief), lp.belief)
      } else accept(k, lp.belief)
    }
  }
  return { kept, witnesses: Float64Array.from(witnesses) }
}

/**
 * A second pass that tests every vector against all others that remain: what survives is strictly best somewhere by more
 * than `tolerance`. Returns the surviving indices in increasing order.
 */
export function parsimonious(vectors: FlatVectors, tolerance: number, lp: DominanceLp): number[] {
  const { data, count, dimension } = vectors
  const alive = new Uint8Array(count).fill(1)
  let left = count
  for (let i = 0; i < count && left > 1; i++) {
    const verdict = lp
      .reset()
      .block(data, count, alive, data, i * dimension, i, 1)
      .solve(tolerance)
    if (verdict === DOMINATED) {
      alive[i] = 0
      left--
    }
  }
  const kept: number[] = []
  for (let i = 0; i < count; i++) if (alive[i] === 1) kept.push(i)
  return kept
}

function bestOpen(
  pool: Float64Array,
  count: number,
  dimension: number,
  open: Uint8Array,
  belief: Float64Array,
): number {
  let best = -1
  let bestValue = Number.NEGATIVE_INFINITY
  for (let i = 0, base = 0; i < count; i++, base += dimension) {
    if (open[i] === 0) continue
    let total = 0
    for (let s = 0; s < dimension; s++) total += pool[base + s]! * belief[s]!
    const slack = 1e-13 * (1 + Math.abs(bestValue))
    if (best < 0 || total > bestValue + slack) {
      best = i
      bestValue = total
    } else if (total >= bestValue - slack && lexicographicallyLarger(pool, base, best * dimension, dimension)) best = i
  }
  return best
}
