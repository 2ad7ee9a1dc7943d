/**
 * Shapley value and Banzhaf index of a tabled game.
 *
 *     shapley_i = sum over S without i of w_|S| (v(S + i) - v(S)),   w_s = s! (n - s - 1)! / n!
 *               = sum over S with i of v(S) (w_(s-1) + w_s)  -  sum over all S of v(S) w_s
 *     banzhaf_i = 2^(1 - n) * (2 * sum over S with i of v(S)  -  sum over all S of v(S))
 *
 * All n sums "over S with i" come from folding: the table is added up over its low players into one block, the totals of the blocks
 * make a table over the high players, and each of the two is halved player by player. O(2^n) additions, O(2^(n/2)) memory.
 * Rounding is relative to the largest weighted sum, about 1e-12 at 25 players.
 *
 * Sources: Shapley (1953), A value for n-person games; Banzhaf (1965), Weighted voting doesn't work.
 */
import { UnsupportedError } from '../contract/index.ts'
import { Rational } from '../linear/exact/index.ts'
import { type CooperativeGame, coalitionSize } from './cooperative.ts'

const LOW_BITS = 12
/** Most players of the exact rational value. */
export const RATIONAL_PLAYER_LIMIT = 14

/** The Shapley value: one share a player; they add up to v(N). */
export function shapleyValue(game: CooperativeGame): Float64Array {
  const n = game.players
  // w_s = 1 / (n * C(n - 1, s)); w_-1 and w_n count as 0.
  const weights = new Float64Array(n + 1)
  let binomial = 1
  for (let s = 0; s < n; s++) {
    weights[s] = 1 / (n * binomial)
    binomial = (binomial * (n - 1 - s)) / (s + 1)
  }
  const joined = weights.map((weight, s) => weight + (s > 0 ? (weights[s - 1] as number) : 0))
  const { withPlayer } = foldedSums(game, joined)
  const total = weightedTotal(game, weights)
  return withPlayer.map((sum) => sum - total)
}

/** The Banzhaf value: the mean marginal contribution of each player over all coalitions of the others. */
export function banzhafValue(game: CooperativeGame): Float64Array {
  const { withPlayer, total } = foldedSums(game, new Float64Array(game.players + 1).fill(1))
  const scale = 2 ** (1 - game.players)
  return withPlayer.map((sum) => (2 * sum - total) * scale)
}

/** The Banzhaf value scaled to sum 1 (voting games); null when all are 0. */
export function banzhafIndex(game: CooperativeGame): Float64Array | null {
  const value = banzhafValue(game)
  const total = value.reduce((sum, one) => sum + one, 0)
  return total === 0 ? null : value.map((one) => one / total)
}

/**
 * The Shapley value as exact fractions of the values' shortest decimals.
 * @throws UnsupportedError beyond RATIONAL_PLAYER_LIMIT players
 */
export function shapleyFractions(game: CooperativeGame): Rational[] {
  const n = game.players
  if (n > RATIONAL_PLAYER_LIMIT)
    throw new UnsupportedError('shapleyFractions', `exact fractions are for at most ${RATIONAL_PLAYER_LIMIT} players`)
  const factorial = [Rational.one]
  for (let k = 1; k <= n; k++) factorial.push((factorial[k - 1] as Rational).multiply(Rational.from(k, 'decimal')))
  const sums = Array.from({ length: n }, () => Rational.zero)
  for (let S = 1; S < game.values.length; S++) {
    const value = Rational.from(game.values[S] as number, 'decimal')
    if (value.sign === 0) continue
    const size = coalitionSize(S)
    const inside = value.multiply((factorial[size - 1] as Rational).multiply(factorial[n - size] as Rational))
    const outside =
      size === n
        ? Rational.zero
        : value.multiply((factorial[size] as Rational).multiply(factorial[n - size - 1] as Rational)).negate()
    for (let i = 0; i < n; i++) {
      sums[i] = (sums[i] as Rational).add(((S >>> i) & 1) === 1 ? inside : outside)
    }
  }
  return sums.map((sum) => sum.divide(factorial[n] as Rational))
}

/** Sum over S of v(S) weights[|S|]. */
function weightedTotal(game: CooperativeGame, weights: Float64Array): number {
  return foldedSums(game, weights).total
}

/** Sums of v(S) weights[|S|] over all S, and over the S that contain each player. */
function foldedSums(
  game: CooperativeGame,
  weights: Float64Array,
): { readonly withPlayer: Float64Array; readonly total: number } {
  const n = game.players
  const values = game.values
  const lowBits = Math.min(n, LOW_BITS)
  const block = 1 << lowBits
  const blocks = 1 << (n - lowBits)
  const low = new Float64Array(block)
  const high = new Float64Array(blocks)
  const sizes = Uint8Array.from({ length: block }, (_, S) => coalitionSize(S))
  for (let h = 0, base = 0; h < blocks; h++, base += block) {
    const offset = coalitionSize(h)
    let sum = 0
    for (let l = 0; l < block; l++) {
      const term = (values[base + l] as number) * (weights[offset + (sizes[l] as number)] as number)
      low[l] = (low[l] as number) + term
      sum += term
    }
    high[h] = sum
  }
  const withPlayer = new Float64Array(n)
  foldInto(low, lowBits, withPlayer, 0)
  const total = foldInto(high, n - lowBits, withPlayer, lowBits)
  return { withPlayer, total }
}

/** Halves a table from its highest player down; @returns the sum of the whole table */
function foldInto(table: Float64Array, bits: number, withPlayer: Float64Array, first: number): number {
  for (let i = bits - 1; i >= 0; i--) {
    const half = 1 << i
    let sum = 0
    for (let S = 0; S < half; S++) {
      const upper = table[half + S] as number
      sum += upper
      table[S] = (table[S] as number) + upper
    }
    withPlayer[first + i] = sum
  }
  return table[0] as number
}
