/**
 * Levelled-commitment contracts: a contract between a contractor, who pays the price, and a contractee, who does the work; either may leave
 * it for an outside offer at a penalty of its own.
 *
 * Outside offers are private and independent: the contractor can have the work done elsewhere at a cost X, the contractee can earn Y
 * elsewhere. Payoffs (contractor, contractee) with price p and penalties a (contractor's) and b (contractee's):
 *
 *     nobody leaves       (-p,           p)
 *     contractor leaves   (-X - a,       Y + a)
 *     contractee leaves   (-X + b,       Y - b)
 *     both leave          (-X - a + b,   Y - b + a)
 *
 * Both keep to thresholds: the contractor leaves for X < x, the contractee for Y > y (nobody leaves when it makes no difference).
 *
 *     sequential     the contractee declares first, the contractor knows it. Backward induction gives the one equilibrium:
 *                    x = p - a if the contractee stays (never if it left), and with P = P(X < x),
 *                    y = p + (b + P a) / (1 - P), and it never leaves for P = 1.
 *     simultaneous   both declare at once; both penalties are paid when both leave. Best responses are x = p - a / (1 - Q) with
 *                    Q = P(Y > y), and y = p + b / (1 - P). All equilibria in thresholds are found: for finitely many offers a
 *                    threshold matters only by the set of offers it separates, and all pairs of such sets are tried.
 *
 * Values are exact expectations. `never` (no leaving at any price) is the classical contract, `none` the world without a contract.
 *
 * Source: Sandholm and Lesser (2001), Leveled commitment contracts and strategic breach (Games and Economic Behavior 35): the
 * sequential game, and the simultaneous one where both pay.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'

export type OutsideOffer = { readonly kind: 'uniform'; readonly low: number; readonly high: number } | FiniteOffer

export interface FiniteOffer {
  readonly kind: 'finite'
  /** Each with its probability; probabilities sum to 1. */
  readonly offers: readonly { readonly value: number; readonly probability: number }[]
}

export interface LevelledTerms {
  readonly price: number
  /** What the contractor pays to leave, >= 0. */
  readonly contractorPenalty: number
  /** What the contractee pays to leave, >= 0. */
  readonly contracteePenalty: number
}

export interface LevelledEquilibrium {
  /** The contractor leaves for outside costs below it. */
  readonly contractorThreshold: number
  /** The contractee leaves for outside earnings above it; null: for none. */
  readonly contracteeThreshold: number | null
  readonly contractorLeaves: number
  readonly contracteeLeaves: number
  /** Expected payoffs. */
  readonly contractorValue: number
  readonly contracteeValue: number
}

export interface OutsideValues {
  /** Expected payoffs without any contract. */
  readonly contractorValue: number
  readonly contracteeValue: number
}

/** Equilibrium of the game in which the contractee declares first. The probability of leaving is that seen from before. */
export function sequentialEquilibrium(
  terms: LevelledTerms,
  contractorOffer: OutsideOffer,
  contracteeOffer: OutsideOffer,
): LevelledEquilibrium {
  validate(terms, contractorOffer, contracteeOffer)
  const { price, contractorPenalty: a, contracteePenalty: b } = terms
  const x = price - a
  const P = below(contractorOffer, x)
  const y = P < 1 ? price + (b + P * a) / (1 - P) : null
  const Q = y === null ? 0 : above(contracteeOffer, y)
  const mean = meanOf(contractorOffer)
  // The contractor: work elsewhere and the penalty received; or the best of leaving and staying.
  const stays = -partBelow(contractorOffer, x) - P * a - (1 - P) * price
  const contractorValue = Q * (-mean + b) + (1 - Q) * stays
  const leavers = y === null ? 0 : meanOf(contracteeOffer) - partUpTo(contracteeOffer, y)
  const stayers = y === null ? meanOf(contracteeOffer) : partUpTo(contracteeOffer, y)
  const contracteeValue = leavers - Q * b + P * (stayers + (1 - Q) * a) + (1 - P) * (1 - Q) * price
  return {
    contractorThreshold: x,
    contracteeThreshold: y,
    contractorLeaves: (1 - Q) * P,
    contracteeLeaves: Q,
    contractorValue,
    contracteeValue,
  }
}

/** All equilibria in thresholds of the game in which both declare at once, those of the greatest sum of values first. */
export function simultaneousEquilibria(
  terms: LevelledTerms,
  contractorOffer: FiniteOffer,
  contracteeOffer: FiniteOffer,
): readonly LevelledEquilibrium[] {
  validate(terms, contractorOffer, contracteeOffer)
  const { price, contractorPenalty: a, contracteePenalty: b } = terms
  const found: LevelledEquilibrium[] = []
  const costs = sorted(contractorOffer)
  const earnings = sorted(contracteeOffer)
  for (let i = 0; i <= costs.length; i++) {
    // The contractor leaves for the i cheapest offers, the contractee for those from the k-th on.
    const P = probability(costs.slice(0, i))
    for (let k = 0; k <= earnings.length; k++) {
      const Q = probability(earnings.slice(k))
      // Where the other leaves for certain, leaving too only costs the penalty.
      const x = Q < 1 ? price - a / (1 - Q) : Number.NEGATIVE_INFINITY
      const y = P < 1 ? price + b / (1 - P) : Number.POSITIVE_INFINITY
      const answersBest =
        costs.every(({ value }, c) => value < x === c < i) && earnings.every(({ value }, e) => value > y === e >= k)
      if (!answersBest) continue
      found.push({
        contractorThreshold: x,
        contracteeThreshold: Number.isFinite(y) ? y : null,
        contractorLeaves: P,
        contracteeLeaves: Q,
        ...valuesOf(terms, costs, earnings, i, k),
      })
    }
  }
  const sum = (one: LevelledEquilibrium): number => one.contractorValue + one.contracteeValue
  return found.sort((one, other) => sum(other) - sum(one))
}

/** What both expect without a contract. */
export function outsideValues(contractorOffer: OutsideOffer, contracteeOffer: OutsideOffer): OutsideValues {
  return { contractorValue: -meanOf(contractorOffer), contracteeValue: meanOf(contracteeOffer) }
}

type Offers = FiniteOffer['offers']

function valuesOf(
  { price, contractorPenalty: a, contracteePenalty: b }: LevelledTerms,
  costs: Offers,
  earnings: Offers,
  leavingCosts: number,
  stayingEarnings: number,
): OutsideValues {
  let contractorValue = 0
  let contracteeValue = 0
  costs.forEach((cost, c) => {
    earnings.forEach((earning, e) => {
      const weight = cost.probability * earning.probability
      const contractorLeaves = c < leavingCosts
      const contracteeLeaves = e >= stayingEarnings
      const penalty = (contracteeLeaves ? b : 0) - (contractorLeaves ? a : 0)
      const apart = contractorLeaves || contracteeLeaves
      contractorValue += weight * ((apart ? -cost.value : -price) + penalty)
      contracteeValue += weight * ((apart ? earning.value : price) - penalty)
    })
  })
  return { contractorValue, contracteeValue }
}

const sorted = (offer: FiniteOffer): Offers => [...offer.offers].sort((one, other) => one.value - other.value)
const probability = (offers: Offers): number =>
  Math.min(
    1,
    offers.reduce((sum, one) => sum + one.probability, 0),
  )

/** P(V < v). */
function below(offer: OutsideOffer, v: number): number {
  if (offer.kind === 'finite') return probability(offer.offers.filter((one) => one.value < v))
  return Math.min(1, Math.max(0, (v - offer.low) / (offer.high - offer.low)))
}

/** P(V > v). */
function above(offer: OutsideOffer, v: number): number {
  if (offer.kind === 'finite') return probability(offer.offers.filter((one) => one.value > v))
  return 1 - below(offer, v)
}

/** E[V; V < v]. */
function partBelow(offer: OutsideOffer, v: number): number {
  if (offer.kind === 'finite')
    return offer.offers.reduce((sum, one) => sum + (one.value < v ? one.value * one.probability : 0), 0)
  const top = Math.min(Math.max(v, offer.low), offer.high)
  return (top * top - offer.low * offer.low) / (2 * (offer.high - offer.low))
}

/** E[V; V <= v]. */
function partUpTo(offer: OutsideOffer, v: number): number {
  if (offer.kind === 'uniform') return partBelow(offer, v)
  return offer.offers.reduce((sum, one) => sum + (one.value <= v ? one.value * one.probability : 0), 0)
}

function meanOf(offer: OutsideOffer): number {
  if (offer.kind === 'uniform') return (offer.low + offer.high) / 2
  return offer.offers.reduce((sum, one) => sum + one.value * one.probability, 0)
}

function validate(terms: LevelledTerms, ...offers: readonly OutsideOffer[]): void {
  const issues: Issue[] = []
  const fault = (path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code: 'out-of-range', path, message, hint })
  }
  if (!Number.isFinite(terms.price)) fault(['price'], `the price is ${terms.price}`, 'give a finite number')
  for (const name of ['contractorPenalty', 'contracteePenalty'] as const) {
    if (!(terms[name] >= 0 && Number.isFinite(terms[name])))
      fault([name], `${name} is ${terms[name]}`, 'give a number >= 0')
  }
  offers.forEach((offer, k) => {
    const path = [k === 0 ? 'contractorOffer' : 'contracteeOffer']
    if (offer.kind === 'uniform') {
      if (!(offer.low < offer.high && Number.isFinite(offer.high - offer.low)))
        fault(path, `an offer from ${offer.low} to ${offer.high}`, 'give two finite numbers, the smaller first')
      return
    }
    const total = offer.offers.reduce((sum, one) => sum + one.probability, 0)
    const sound = offer.offers.every((one) => Number.isFinite(one.value) && one.probability >= 0)
    if (!sound || Math.abs(total - 1) > 1e-9)
      fault(path, `probabilities that sum to ${total}`, 'give finite values with probabilities >= 0 that sum to 1')
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
