/**
 * Transferable-utility games: a value for every coalition. A coalition is a bitmask, bit i set when player i is in it, and the
 * game is the table of the 2^n values.
 *
 * Sums x(S) of a payoff over all coalitions come from two tables, one over the lowest LOW_BITS players and one over the others,
 * so that a pass over the 2^n coalitions costs one addition each.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'

/** Most players of a tabled game: 2^26 values are 512 MB. */
export const PLAYER_LIMIT = 26
const LOW_BITS = 12

export interface CooperativeGame {
  /** Number of players n, 1 to PLAYER_LIMIT. */
  readonly players: number
  /** values[S] of coalition bitmask S; 2^n numbers, values[0] = 0. */
  readonly values: Float64Array
}

/**
 * A game from the table of its values.
 * @throws InvalidInputError unless there are 2^n finite values, the first of them 0
 */
export function cooperativeGame(values: ArrayLike<number>): CooperativeGame {
  const players = Math.log2(values.length)
  const issues: Issue[] = []
  if (!Number.isInteger(players) || players < 1 || players > PLAYER_LIMIT) {
    issues.push({
      code: 'wrong-length',
      path: ['values'],
      message: `${values.length} values are not one for each coalition of 1 to ${PLAYER_LIMIT} players`,
      hint: 'give 2^n values, that of coalition bitmask S at position S, the empty coalition included',
    })
  }
  for (let S = 0; S < values.length && issues.length < 20; S++) {
    const value = values[S] as number
    if (S === 0 ? value === 0 : Number.isFinite(value)) continue
    issues.push({
      code: S === 0 ? 'empty-coalition' : 'not-finite',
      path: ['values', S],
      message: S === 0 ? `the empty coalition is worth ${value}` : `coalition ${S} is worth ${value}`,
      hint: S === 0 ? 'the first value must be 0' : 'give a finite number; 0 when the coalition can do nothing',
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { players, values: values instanceof Float64Array ? values : Float64Array.from(values) }
}

/**
 * A game from a rule.
 * @param value asked once for every non-empty coalition bitmask, in increasing order
 */
export function tabulate(players: number, value: (coalition: number) => number): CooperativeGame {
  if (!Number.isInteger(players) || players < 1 || players > PLAYER_LIMIT) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['players'],
        message: `a table of ${players} players cannot be built`,
        hint: `give 1 to ${PLAYER_LIMIT} players; beyond that sample the Shapley value from the rule`,
      },
    ])
  }
  const values = new Float64Array(2 ** players)
  for (let S = 1; S < values.length; S++) values[S] = value(S)
  return cooperativeGame(values)
}

/** Number of players in a coalition. */
export function coalitionSize(coalition: number): number {
  let x = coalition - ((coalition >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return (((x + (x >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** The players in a coalition, in increasing order. */
export function coalitionMembers(coalition: number): number[] {
  const members: number[] = []
  for (let rest = coalition, i = 0; rest !== 0; rest >>>= 1, i++) if ((rest & 1) === 1) members.push(i)
  return members
}

/** The bitmask of some players. */
export function coalitionOf(members: Iterable<number>): number {
  let mask = 0
  for (const i of members) mask |= 1 << i
  return mask
}

/** x(S), the sum of a payoff over a coalition. */
export function coalitionSum(payoff: ArrayLike<number>, coalition: number): number {
  let total = 0
  for (let rest = coalition; rest !== 0; rest &= rest - 1) total += payoff[31 - Math.clz32(rest & -rest)] as number
  return total
}

/** Largest |v(S)|, at least the smallest positive number: the unit in which tolerances are meant. */
export function magnitude(game: CooperativeGame): number {
  let most = 0
  for (let S = 1; S < game.values.length; S++) {
    const size = Math.abs(game.values[S] as number)
    if (size > most) most = size
  }
  return most > 0 ? most : 1
}

/** x(S) for all S: low[S & lowMask] + high[S >>> lowBits]. */
export class SplitSums {
  readonly lowBits: number
  readonly low: Float64Array
  readonly high: Float64Array

  constructor(players: number) {
    this.lowBits = Math.min(players, LOW_BITS)
    this.low = new Float64Array(1 << this.lowBits)
    this.high = new Float64Array(1 << (players - this.lowBits))
  }

  load(payoff: ArrayLike<number>): void {
    fill(this.low, payoff, 0)
    fill(this.high, payoff, this.lowBits)
  }

  at(coalition: number): number {
    return (this.low[coalition & (this.low.length - 1)] as number) + (this.high[coalition >>> this.lowBits] as number)
  }
}

function fill(sums: Float64Array, payoff: ArrayLike<number>, first: number): void {
  for (let size = 1, i = first; size < sums.length; size *= 2, i++) {
    const share = payoff[i] as number
    for (let S = 0; S < size; S++) sums[size + S] = (sums[S] as number) + share
  }
}
