/** Building deal spaces and looking into them: the negotiation set, and what is missing when it is empty. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { type BargainingSet, paretoDeals, rationalDeals } from '../../solvers/game/index.ts'
import type { DealSpace, NegotiationIssue, NegotiationParty } from '../domain/negotiation.ts'

/** Most deals of an enumerated space. */
export const DEAL_LIMIT = 2_000_000

/**
 * All combinations of the issues' values, the last issue running fastest.
 * @param allowed leaves out combinations; given the value index of each issue
 * @param utility what a combination is worth to a party, by index
 * @throws InvalidInputError when there are too many combinations or a utility is no finite number
 */
export function enumerateDeals(
  description: { readonly title: string; readonly unit: string },
  parties: readonly NegotiationParty[],
  issues: readonly NegotiationIssue[],
  utility: (party: number, choice: Int32Array) => number,
  allowed: (choice: Int32Array) => boolean = () => true,
): DealSpace {
  const total = issues.reduce((product, issue) => product * issue.values.length, 1)
  if (!(total <= DEAL_LIMIT) || issues.length === 0) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['issues'],
        message: `${issues.length} issues make ${total} deals`,
        hint: `give at least one issue and at most ${DEAL_LIMIT} combinations`,
      },
    ])
  }
  const codes: number[] = []
  const worth: number[][] = parties.map(() => [])
  const choice = new Int32Array(issues.length)
  for (let code = 0; code < total; code++) {
    decode(code, issues, choice)
    if (!allowed(choice)) continue
    codes.push(code)
    for (let i = 0; i < parties.length; i++) (worth[i] as number[]).push(utility(i, choice))
  }
  const space: DealSpace = {
    ...description,
    parties,
    deals: codes.length,
    utilities: worth.map((own) => Float64Array.from(own)),
    terms: (deal) => {
      const at = new Int32Array(issues.length)
      decode(codes[deal] as number, issues, at)
      return Object.fromEntries(
        issues.map((issue, k) => [issue.name, issue.values[at[k] as number] as string | number]),
      )
    },
  }
  validateDealSpace(space)
  return space
}

function decode(code: number, issues: readonly NegotiationIssue[], into: Int32Array): void {
  let rest = code
  for (let k = issues.length - 1; k >= 0; k--) {
    const size = issues[k]?.values.length as number
    into[k] = rest % size
    rest = Math.floor(rest / size)
  }
}

/** @throws InvalidInputError with every fault */
export function validateDealSpace(space: DealSpace): void {
  const issues: Issue[] = []
  const { parties, utilities, deals } = space
  if (parties.length < 2 || utilities.length !== parties.length) {
    const message = `${parties.length} parties with ${utilities.length} utility tables`
    issues.push({
      code: 'wrong-count',
      path: ['parties'],
      message,
      hint: 'give two or more parties and one table for each',
    })
  }
  const seen = new Set<string>()
  parties.forEach(({ id, reservation }, i) => {
    if (seen.has(id)) {
      const message = `the party "${id}" is listed twice`
      issues.push({ code: 'duplicate', path: ['parties', i, 'id'], message, hint: 'use unique ids' })
    }
    seen.add(id)
    if (!Number.isFinite(reservation)) {
      const message = `the reservation of "${id}" is ${reservation}`
      issues.push({ code: 'not-finite', path: ['parties', i, 'reservation'], message, hint: 'give a finite number' })
    }
    const own = utilities[i]
    if (own !== undefined && (own.length !== deals || own.some((value) => !Number.isFinite(value)))) {
      const message = `the utilities of "${id}" are not ${deals} finite numbers`
      issues.push({ code: 'wrong-length', path: ['utilities', i], message, hint: 'give one finite number a deal' })
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}

/** Utilities minus reservations. */
export function gainsOf(space: DealSpace): BargainingSet {
  const gains = space.utilities.map((own, i) =>
    own.map((value) => value - (space.parties[i] as NegotiationParty).reservation),
  )
  return { gains, deals: space.deals }
}

/** What is missing when no deal satisfies everybody. */
export interface Shortfall {
  /** Sum of the reservations. */
  readonly wanted: number
  /** Greatest sum of utilities of any deal; null when there are no deals. */
  readonly available: number | null
  /** wanted - available, at least 0: no transfer of utility could satisfy everybody when it is positive. */
  readonly short: number
  /** Least sum of what parties lack in one deal. */
  readonly lacking: number | null
  readonly explanation: string
}

export function shortfallOf(space: DealSpace): Shortfall {
  const wanted = space.parties.reduce((sum, party) => sum + party.reservation, 0)
  let available: number | null = null
  let lacking: number | null = null
  for (let d = 0; d < space.deals; d++) {
    let total = 0
    let missing = 0
    space.parties.forEach((party, i) => {
      const value = space.utilities[i]?.[d] as number
      total += value
      missing += Math.max(0, party.reservation - value)
    })
    if (available === null || total > available) available = total
    if (lacking === null || missing < lacking) lacking = missing
  }
  const short = available === null ? 0 : Math.max(0, wanted - available)
  const explanation =
    available === null
      ? 'there are no deals'
      : short > 0
        ? `the parties want ${wanted} together, and no deal yields more than ${available}: ${short} short`
        : `no deal gives every party its reservation; the nearest one lacks ${lacking}`
  return { wanted, available, short, lacking, explanation }
}

/** Deals that are individually rational and Pareto-optimal, the best for the first party first. */
export function negotiationSet(space: DealSpace): { readonly rational: Int32Array; readonly pareto: Int32Array } {
  const set = gainsOf(space)
  const rational = rationalDeals(set)
  return { rational, pareto: paretoDeals(set, rational) }
}

/** How a negotiation ended. Utilities are in party order. */
export type NegotiationOutcome =
  | {
      readonly status: 'agreement'
      readonly deal: number
      readonly terms: Readonly<Record<string, string | number>>
      readonly utilities: readonly number[]
      readonly gains: readonly number[]
    }
  /** Everybody keeps its reservation. */
  | { readonly status: 'conflict'; readonly reason: string; readonly shortfall: Shortfall | null }

export function agreement(space: DealSpace, deal: number): NegotiationOutcome & { readonly status: 'agreement' } {
  const utilities = space.utilities.map((own) => own[deal] as number)
  const gains = utilities.map((value, i) => value - (space.parties[i] as NegotiationParty).reservation)
  return { status: 'agreement', deal, terms: space.terms(deal), utilities, gains }
}
