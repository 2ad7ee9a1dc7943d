/**
 * Is a payoff the nucleolus? Kohlberg's criterion (1971): an imputation x is the nucleolus exactly when, for every level t, no
 * direction y with y(N) = 0, y(S) >= 0 for all coalitions S of excess >= t, and y_i >= 0 for the players with x_i = v({i}),
 * has y(S) > 0 for one of these S.
 *
 * Levels are taken from the largest excess down. Directions that vanish on what earlier levels proved are searched by
 *     max sum y(S) over stated S,  y(T) = 0 for T proved,  y(S) >= 0,  y_i >= 0,  -1 <= y <= 1
 * A maximum of 0 proves the stated coalitions; a positive one is a witness against x unless it has y(S) < 0 for an unstated
 * coalition of the level, which is then stated. At most n levels matter, since each raises the rank of what is proved; each takes
 * passes over the 2^n coalitions. Levels that differ by less than LEVEL of the largest value are one.
 */
import { InternalError, type Limit, Run, type RunOptions } from '../contract/index.ts'
import { DenseSimplex } from '../linear/dense/index.ts'
import { type CooperativeGame, coalitionSum, magnitude, SplitSums } from './cooperative.ts'
import { requirePayoff } from './core.ts'
import { ExcessScan } from './excess.ts'
import { CoalitionSpan } from './span.ts'

const LEVEL = 1e-7
const POSITIVE = 1e-7
const STATED_AT_ONCE = 64

export type NucleolusVerdict =
  | { readonly status: 'verified' }
  | {
      readonly status: 'refuted'
      readonly reason: string
      /** Moving along it lowers the excess of the worst coalitions it touches. Absent when the payoff is no imputation. */
      readonly direction?: Float64Array
    }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** @param individuallyRational false checks for the prenucleolus. @default true */
export function verifyNucleolus(
  game: CooperativeGame,
  payoff: ArrayLike<number>,
  options: RunOptions & { readonly individuallyRational?: boolean } = {},
): NucleolusVerdict {
  requirePayoff(game, payoff)
  const run = new Run('kohlberg', options)
  const n = game.players
  const tolerance = LEVEL * magnitude(game)
  const all = 2 ** n - 1
  const missing = (game.values[all] as number) - coalitionSum(payoff, all)
  if (Math.abs(missing) > tolerance) return { status: 'refuted', reason: `the payoff misses v(N) by ${missing}` }
  const held: number[] = []
  if (options.individuallyRational !== false) {
    for (let i = 0; i < n; i++) {
      const margin = (payoff[i] as number) - (game.values[1 << i] as number)
      if (margin < -tolerance)
        return { status: 'refuted', reason: `player ${i} gets ${-margin} less than it is worth alone` }
      if (margin <= tolerance) held.push(i)
    }
  }
  const span = new CoalitionSpan(n, run.seed)
  const proved: number[] = []
  const prove = (coalition: number): void => {
    if (span.add(coalition)) proved.push(coalition)
  }
  prove(all)
  const scan = new ExcessScan(game)
  const directions = new DirectionSearch(n)
  const outside = (S: number): boolean => !span.has(S)
  while (span.rank < n) {
    const level = scan.above(payoff, Number.NEGATIVE_INFINITY, outside)[0]
    if (level === undefined) throw new InternalError('no coalition lies outside a span that is not full')
    const threshold = level.excess - tolerance
    let stated = scan.above(payoff, threshold, outside).map((one) => one.coalition)
    for (;;) {
      const limit = run.limit
      if (limit !== null) return { status: 'unknown', limit }
      const direction = directions.search(proved, stated, held)
      if (direction === null) {
        for (const coalition of stated) prove(coalition)
        break
      }
      const broken = directions.brokenBy(direction, game, payoff, threshold, span)
      if (broken.length === 0) {
        const reason = `the coalitions of excess ${level.excess} and above are not balanced`
        return { status: 'refuted', reason, direction }
      }
      stated = [...new Set([...stated, ...broken])]
    }
  }
  return { status: 'verified' }
}

class DirectionSearch {
  readonly #lp: DenseSimplex
  readonly #players: number
  readonly #excess: SplitSums
  readonly #along: SplitSums

  constructor(players: number) {
    this.#players = players
    this.#lp = new DenseSimplex(64 + 2 * players, players)
    this.#excess = new SplitSums(players)
    this.#along = new SplitSums(players)
  }

  /** @returns a direction that raises a stated coalition and lowers none, or null when there is none */
  search(proved: readonly number[], stated: readonly number[], held: readonly number[]): Float64Array | null {
    const lp = this.#lp
    const n = this.#players
    lp.resize(proved.length + stated.length, n)
    lp.matrix.fill(0)
    lp.objective.fill(0)
    lp.lower.fill(-1, 0, n)
    lp.upper.fill(1, 0, n)
    for (const i of held) lp.lower[i] = 0
    const state = (row: number, coalition: number, upper: number): void => {
      for (let i = 0; i < n; i++) lp.matrix[row * n + i] = (coalition >>> i) & 1
      lp.lower[n + row] = 0
      lp.upper[n + row] = upper
    }
    proved.forEach((coalition, k) => {
      state(k, coalition, 0)
    })
    stated.forEach((coalition, k) => {
      state(proved.length + k, coalition, Number.POSITIVE_INFINITY)
      for (let i = 0; i < n; i++) lp.objective[i] = (lp.objective[i] as number) - ((coalition >>> i) & 1)
    })
    const status = lp.solve()
    if (status !== 'optimal') throw new InternalError(`a direction search ended ${status}`)
    return -lp.objectiveValue > POSITIVE ? lp.value.slice(0, n) : null
  }

  /** Coalitions of the level that a direction lowers, some of them. */
  brokenBy(
    direction: Float64Array,
    game: CooperativeGame,
    payoff: ArrayLike<number>,
    threshold: number,
    span: CoalitionSpan,
  ): number[] {
    const { values } = game
    const excess = this.#excess
    const along = this.#along
    excess.load(payoff)
    along.load(direction)
    const broken: number[] = []
    const block = excess.low.length
    for (let h = 0, base = 0; h < excess.high.length; h++, base += block) {
      const share = excess.high[h] as number
      const slope = along.high[h] as number
      for (let l = 0; l < block; l++) {
        if (slope + (along.low[l] as number) >= -POSITIVE) continue
        if ((values[base + l] as number) - share - (excess.low[l] as number) < threshold) continue
        if (span.has(base + l)) continue
        broken.push(base + l)
        if (broken.length >= STATED_AT_ONCE) return broken
      }
    }
    return broken
  }
}
