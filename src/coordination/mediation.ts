/**
 * A third party that proposes the deal.
 *
 * `mediate` knows the utilities and proposes the solution of an objective once; nobody is offered less than its reservation. With
 * transfers the deal of the greatest sum is proposed and the surplus is shared equally by payments that cancel out; this needs
 * utilities in one unit.
 *
 * `singleText` knows nothing: it keeps a text, draws another deal, and adopts it when enough parties prefer it or do not mind (Raiffa
 * 1982; Klein et al. 2003). With the quorum at all parties nobody is ever worse off than before.
 */
import { InvalidInputError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { type BargainingObjective, bargainingSolution, rationalDeals } from '../../solvers/game/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import {
  agreement,
  gainsOf,
  type NegotiationOutcome,
  negotiationSet,
  shortfallOf,
  validateDealSpace,
} from './deal-space.ts'

export interface Mediation {
  readonly outcome: NegotiationOutcome
  readonly objective: BargainingObjective
  /** Proposals made: 1, or 0 when no deal satisfies everybody. */
  readonly proposals: number
  /** What each party receives besides the deal (negative: pays); they sum to 0. Only with transfers. */
  readonly transfers?: readonly number[]
}

export interface MediationOptions {
  /** @default 'nash' */
  readonly objective?: BargainingObjective
  /** Side payments; then the objective is the sum, and deals below a reservation are made good. @default false */
  readonly transfers?: boolean
}

export function mediate(space: DealSpace, options: MediationOptions = {}): Mediation {
  validateDealSpace(space)
  const objective = options.transfers === true ? 'utilitarian' : (options.objective ?? 'nash')
  const set = gainsOf(space)
  const conflict = (): Mediation => {
    const shortfall = shortfallOf(space)
    return { outcome: { status: 'conflict', reason: shortfall.explanation, shortfall }, objective, proposals: 0 }
  }
  if (options.transfers !== true) {
    const deal = bargainingSolution(set, objective, negotiationSet(space).pareto)
    return deal === null ? conflict() : { outcome: agreement(space, deal), objective, proposals: 1 }
  }
  let best = -1
  let most = Number.NEGATIVE_INFINITY
  for (let d = 0; d < set.deals; d++) {
    const total = set.gains.reduce((sum, own) => sum + (own[d] as number), 0)
    if (total > most) {
      most = total
      best = d
    }
  }
  if (best < 0 || most < 0) return conflict()
  const share = most / set.gains.length
  const transfers = set.gains.map((own) => share - (own[best] as number))
  return { outcome: agreement(space, best), objective, proposals: 1, transfers }
}

export interface SingleTextOptions extends RunOptions {
  /** Parties that have to approve a change. @default all */
  readonly quorum?: number
  /** Proposals. @default 1000 */
  readonly proposals?: number
}

export interface SingleText {
  /** `feasible` always: nothing is claimed about the deal beyond its votes. */
  readonly status: 'feasible'
  readonly limit: Limit
  readonly outcome: NegotiationOutcome
  /** Adopted texts in order, with the parties that approved each. */
  readonly adopted: readonly { readonly deal: number; readonly approvedBy: readonly string[] }[]
  readonly proposals: number
}

/** Starts from no deal: the first text has to beat the reservations of the quorum. A last vote needs all parties. */
export function singleText(space: DealSpace, options: SingleTextOptions = {}): SingleText {
  validateDealSpace(space)
  const run = new Run('single text', options)
  const k = space.parties.length
  const quorum = options.quorum ?? k
  const rounds = options.proposals ?? 1000
  if (!Number.isInteger(quorum) || quorum < 1 || quorum > k || !Number.isInteger(rounds) || rounds < 1) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['quorum'],
        message: `a quorum of ${quorum} in ${rounds} proposals for ${k} parties`,
        hint: `give a quorum from 1 to ${k} and at least one proposal`,
      },
    ])
  }
  const random = new RandomStream(run.seed)
  const set = gainsOf(space)
  const adopted: { deal: number; approvedBy: string[] }[] = []
  let text = -1
  let proposed = 0
  let limit: Limit = 'iterations'
  for (; proposed < rounds && space.deals > 0; proposed++) {
    const stopped = run.limit
    if (stopped !== null) {
      limit = stopped
      break
    }
    const deal = random.integer(0, space.deals - 1)
    const approvedBy = space.parties
      .filter((_, i) => {
        const own = set.gains[i] as Float64Array
        return (own[deal] as number) >= (text < 0 ? 0 : (own[text] as number))
      })
      .map((party) => party.id)
    if (deal === text || approvedBy.length < quorum) continue
    text = deal
    adopted.push({ deal, approvedBy })
  }
  const accepted =
    text >= 0 && rationalDeals({ gains: set.gains.map((own) => own.slice(text, text + 1)), deals: 1 }).length === 1
  const outcome: NegotiationOutcome = accepted
    ? agreement(space, text)
    : { status: 'conflict', reason: 'no text was approved by every party in the end', shortfall: null }
  return { status: 'feasible', limit, outcome, adopted, proposals: proposed }
}
