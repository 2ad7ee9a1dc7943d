/**
 * Alternating offers with a deadline (the protocol of Rubinstein 1982, with Stahl's last round). In turn a party makes an offer; the
 * next one accepts it, or makes a counter-offer. When the deadline passes without an acceptance everybody keeps its reservation.
 *
 * A strategy sees its own utilities, the offers so far and the clock, nothing else.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import {
  agreement,
  gainsOf,
  type NegotiationOutcome,
  negotiationSet,
  shortfallOf,
  validateDealSpace,
} from './deal-space.ts'

export interface OfferView {
  /** Own gain of every deal. */
  readonly gains: Float64Array
  /** Deals that may be offered, in increasing own gain. */
  readonly offers: Int32Array
  /** The offer on the table, null in the first turn. */
  readonly received: number | null
  /** Turns taken before this one, and the number of turns in all. */
  readonly turn: number
  readonly turns: number
}

/** The deal to offer; the received one to accept it. */
export type OfferStrategy = (view: OfferView) => number

/**
 * Concedes with time (Faratin, Sierra and Jennings 1998): aims at best * (1 - (t / (T - 1))^(1 / exponent)), offers the deal of the least
 * own gain that reaches it, and accepts what is no worse than that. Exponent < 1 holds out, > 1 gives in early.
 */
export function timeDependent(exponent = 1): OfferStrategy {
  return ({ gains, offers, received, turn, turns }) => {
    const best = gains[offers[offers.length - 1] as number] as number
    const passed = turns > 1 ? turn / (turns - 1) : 1
    const aim = best * (1 - passed ** (1 / exponent))
    const own = offers.find((deal) => (gains[deal] as number) >= aim) ?? (offers[offers.length - 1] as number)
    if (received !== null && (gains[received] as number) >= (gains[own] as number)) return received
    return own
  }
}

export interface AlternatingOffersOptions {
  /** Rounds; in each, every party has one turn. */
  readonly rounds: number
  /** One strategy a party, in party order. @default timeDependent() for all */
  readonly strategies?: readonly OfferStrategy[]
  /** Deals that may be offered. @default the individually rational Pareto-optimal ones */
  readonly offers?: readonly number[]
}

export interface OfferLine {
  readonly round: number
  readonly party: string
  readonly act: 'propose' | 'counter' | 'accept' | 'withdraw'
  /** Absent when the deadline passes. */
  readonly deal?: number
}

export interface AlternatingOffersResult {
  readonly outcome: NegotiationOutcome
  readonly log: readonly OfferLine[]
}

/** With more than two parties an offer stands until every other party accepts it in turn, or one makes a counter-offer. */
export function alternatingOffers(space: DealSpace, options: AlternatingOffersOptions): AlternatingOffersResult {
  validateDealSpace(space)
  const k = space.parties.length
  const { rounds, strategies } = options
  if (!Number.isInteger(rounds) || rounds < 1 || (strategies !== undefined && strategies.length !== k)) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['rounds'],
        message: `${rounds} rounds with ${strategies?.length ?? k} strategies for ${k} parties`,
        hint: 'give at least one round and one strategy a party',
      },
    ])
  }
  const allowed = options.offers === undefined ? negotiationSet(space).pareto : Int32Array.from(options.offers)
  if (allowed.length === 0) {
    const shortfall = shortfallOf(space)
    return { outcome: { status: 'conflict', reason: shortfall.explanation, shortfall }, log: [] }
  }
  const { gains } = gainsOf(space)
  const orders = gains.map((own) => allowed.slice().sort((a, b) => (own[a] as number) - (own[b] as number) || a - b))
  const turns = rounds * k
  const log: OfferLine[] = []
  let received: number | null = null
  let acceptances = 0
  for (let turn = 0; turn < turns; turn++) {
    const i = turn % k
    const round = Math.floor(turn / k) + 1
    const party = space.parties[i]?.id as string
    const own = gains[i] as Float64Array
    const view: OfferView = { gains: own, offers: orders[i] as Int32Array, received, turn, turns }
    const deal: number = (strategies?.[i] ?? timeDependent())(view)
    if (!(deal >= 0 && deal < space.deals)) throw new InvalidInputError([noDeal(party, deal)])
    // A party that would be worse off than without a deal is not bound by its strategy's acceptance.
    if (deal === received && (own[deal] as number) >= 0) {
      log.push({ round, party, act: 'accept', deal })
      acceptances++
      if (acceptances === k - 1) return { outcome: agreement(space, deal), log }
      continue
    }
    log.push({ round, party, act: received === null ? 'propose' : 'counter', deal })
    received = deal
    acceptances = 0
  }
  const last = space.parties[turns % k]?.id as string
  log.push({ round: rounds, party: last, act: 'withdraw' })
  const reason = `the deadline of ${rounds} round${rounds === 1 ? '' : 's'} passed without an acceptance`
  return { outcome: { status: 'conflict', reason, shortfall: null }, log }
}

function noDeal(party: string, deal: number) {
  return {
    code: 'unknown-deal',
    path: ['strategies', party],
    message: `the strategy of "${party}" offers deal ${deal}, which does not exist`,
    hint: 'return one of the offers, or the received deal',
  }
}
