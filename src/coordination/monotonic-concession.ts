/**
 * The monotonic concession protocol with the Zeuthen strategy, for two parties.
 *
 * Deals are the individually rational Pareto-optimal ones. Each party begins with its best. They agree as soon as one likes the
 * other's offer no less than its own. Otherwise the party that risks less by insisting,
 *
 *     risk_i = (g_i(own) - g_i(other)) / g_i(own),   1 when g_i(own) = 0,
 *
 * concedes: to the nearest deal that makes its risk the greater one, which is the nearest whose product of gains exceeds that of
 * the other's offer. On equal risks exactly one concedes, the first party. Gains are over the reservations.
 *
 * The product of the standing offers never falls, so that the agreement maximises it (Harsanyi 1956): the Nash solution of the deal
 * set. At most 2 |deals| rounds.
 *
 * Sources: Zeuthen (1930); Rosenschein and Zlotkin (1994), Rules of Encounter.
 */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import {
  agreement,
  gainsOf,
  type NegotiationOutcome,
  negotiationSet,
  shortfallOf,
  validateDealSpace,
} from './deal-space.ts'

export interface ConcessionRound {
  /** Deals offered, by party. */
  readonly offers: readonly [number, number]
  /** Risks, by party. */
  readonly risks: readonly [number, number]
}

/** Which parties concede after a round. */
export type ConcessionRule = (risks: readonly [number, number]) => 'first' | 'second' | 'both'

/** Less risk concedes; on a tie the first party. */
export const zeuthenRule: ConcessionRule = ([first, second]) => (first <= second ? 'first' : 'second')

export interface ConcessionOptions {
  /** @default zeuthenRule */
  readonly rule?: ConcessionRule
  /** Which offer is taken when each likes the other's no less than its own. @default 0 */
  readonly preferred?: 0 | 1
}

export interface ConcessionResult {
  readonly outcome: NegotiationOutcome
  /** The offers of each round, the last one agreed upon. */
  readonly rounds: readonly ConcessionRound[]
  /** Concessions made. */
  readonly concessions: number
  /** Deals bargained over, best for the first party first. */
  readonly deals: Int32Array
}

/** @throws UnsupportedError for more than two parties; InvalidInputError when the space breaks its rules */
export function monotonicConcession(space: DealSpace, options: ConcessionOptions = {}): ConcessionResult {
  validateDealSpace(space)
  if (space.parties.length !== 2) {
    throw new UnsupportedError('monotonic concession', `the protocol is for two parties, not ${space.parties.length}`)
  }
  const rule = options.rule ?? zeuthenRule
  const { pareto: deals } = negotiationSet(space)
  if (deals.length === 0) {
    const shortfall = shortfallOf(space)
    const outcome: NegotiationOutcome = { status: 'conflict', reason: shortfall.explanation, shortfall }
    return { outcome, rounds: [], concessions: 0, deals }
  }
  const [first, second] = gainsOf(space).gains.map((own) =>
    Float64Array.from(deals, (d) => Math.max(0, own[d] as number)),
  ) as [Float64Array, Float64Array]
  const product = (k: number): number => (first[k] as number) * (second[k] as number)
  // Positions along the front: the first party comes from its start, the second from its end.
  let i = 0
  let j = deals.length - 1
  let concessions = 0
  const rounds: ConcessionRound[] = []
  for (;;) {
    const risks = [riskOf(first, i, j), riskOf(second, j, i)] as const
    rounds.push({ offers: [deals[i] as number, deals[j] as number], risks })
    const firstAccepts = (first[j] as number) >= (first[i] as number)
    const secondAccepts = (second[i] as number) >= (second[j] as number)
    if (firstAccepts || secondAccepts) {
      const takesFirst = firstAccepts && secondAccepts ? (options.preferred ?? 0) === 0 : secondAccepts
      return { outcome: agreement(space, deals[takesFirst ? i : j] as number), rounds, concessions, deals }
    }
    const conceding = rule(risks)
    const [standingFirst, standingSecond] = [product(i), product(j)]
    if (conceding !== 'second') {
      i++
      concessions++
      while (conceding === 'first' && i < j && product(i) <= standingSecond) i++
    }
    if (conceding !== 'first') {
      j--
      concessions++
      while (conceding === 'second' && j > i && product(j) <= standingFirst) j--
    }
  }
}

function riskOf(gains: Float64Array, own: number, other: number): number {
  const mine = gains[own] as number
  return mine === 0 ? 1 : (mine - (gains[other] as number)) / mine
}
