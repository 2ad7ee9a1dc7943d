import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  type FiniteOffer,
  type LevelledTerms,
  outsideValues,
  sequentialEquilibrium,
  simultaneousEquilibria,
} from '../../src/coordination/levelled-commitment.ts'

const uniform = (low: number, high: number) => ({ kind: 'uniform', low, high }) as const

describe('outside costs uniform on 0 to 100 and outside earnings uniform on 0 to 110', () => {
  const [costs, earnings] = [uniform(0, 100), uniform(0, 110)]

  test('allow no contract to which both are bound: a price would have to be at most 50 and at least 55', () => {
    expect(outsideValues(costs, earnings)).toEqual({ contractorValue: -50, contracteeValue: 55 })
  })

  test('allow a levelled one: at price 52.5 and penalties 30 and 20 both expect more than without it', () => {
    const terms = { price: 52.5, contractorPenalty: 30, contracteePenalty: 20 }
    const equilibrium = sequentialEquilibrium(terms, costs, earnings)
    expect(equilibrium.contractorThreshold).toBe(22.5)
    expect(equilibrium.contracteeThreshold).toBeCloseTo(52.5 + (20 + 0.225 * 30) / 0.775, 12)
    expect(equilibrium.contractorValue).toBeGreaterThan(-50)
    expect(equilibrium.contracteeValue).toBeGreaterThan(55)
  })
})

const finite = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 4 })
  .map((raw): FiniteOffer => {
    const distinct = [...new Map(raw)]
    const total = distinct.reduce((sum, [, weight]) => sum + weight, 0)
    return { kind: 'finite', offers: distinct.map(([value, weight]) => ({ value, probability: weight / total })) }
  })
const terms = fc.record({
  price: fc.integer({ min: 0, max: 30 }).map((price) => price + 0.37),
  contractorPenalty: fc.integer({ min: 0, max: 12 }).map((penalty) => penalty + 0.11),
  contracteePenalty: fc.integer({ min: 0, max: 12 }).map((penalty) => penalty + 0.23),
})

/** Payoffs by the rules of the game, one outcome at a time. */
function payoff(
  { price, contractorPenalty: a, contracteePenalty: b }: LevelledTerms,
  X: number,
  Y: number,
  one: boolean,
  other: boolean,
) {
  const penalty = (other ? b : 0) - (one ? a : 0)
  return one || other ? [-X + penalty, Y - penalty] : [-price, price]
}

describe('the game in which the contractee declares first', () => {
  test.prop([terms, finite, finite], { numRuns: 200, seed: 41 })(
    'has the value of playing it backwards',
    (offer, costs, earnings) => {
      const equilibrium = sequentialEquilibrium(offer, costs, earnings)
      let [contractor, contractee] = [0, 0]
      for (const { value: Y, probability: q } of earnings.offers) {
        // What the contractor does after either declaration, and what that is worth to both.
        const after = (left: boolean) =>
          costs.offers.map(({ value: X, probability: p }) => {
            const [stays, leaves] = [payoff(offer, X, Y, false, left), payoff(offer, X, Y, true, left)]
            return { p, worth: leaves[0]! > stays[0]! ? leaves : stays }
          })
        const expected = (left: boolean, who: number) =>
          after(left).reduce((sum, { p, worth }) => sum + p * worth[who]!, 0)
        const leaves = expected(true, 1) > expected(false, 1)
        contractor += q * expected(leaves, 0)
        contractee += q * expected(leaves, 1)
      }
      expect(equilibrium.contractorValue).toBeCloseTo(contractor, 9)
      expect(equilibrium.contracteeValue).toBeCloseTo(contractee, 9)
    },
  )

  test('has thresholds that finite offers in small steps approach', () => {
    const steps = (high: number): FiniteOffer => ({
      kind: 'finite',
      offers: Array.from({ length: 2000 }, (_, k) => ({ value: ((k + 0.5) * high) / 2000, probability: 1 / 2000 })),
    })
    const offer = { price: 52.5, contractorPenalty: 30, contracteePenalty: 20 }
    const exact = sequentialEquilibrium(offer, uniform(0, 100), uniform(0, 110))
    const near = sequentialEquilibrium(offer, steps(100), steps(110))
    expect(near.contractorValue).toBeCloseTo(exact.contractorValue, 2)
    expect(near.contracteeValue).toBeCloseTo(exact.contracteeValue, 2)
  })
})

describe('the game in which both declare at once', () => {
  test.prop([terms, finite, finite], { numRuns: 200, seed: 42 })(
    'has equilibria from which nobody gains by any other way of leaving',
    (offer, costs, earnings) => {
      for (const equilibrium of simultaneousEquilibria(offer, costs, earnings)) {
        const { contractorThreshold: x, contracteeThreshold: y } = equilibrium
        const one = (X: number) => X < x
        const other = (Y: number) => y !== null && Y > y
        let [contractor, contractee] = [0, 0]
        for (const { value: X, probability: p } of costs.offers) {
          const worth = (leaves: boolean) =>
            earnings.offers.reduce(
              (sum, { value: Y, probability: q }) => sum + q * payoff(offer, X, Y, leaves, other(Y))[0]!,
              0,
            )
          expect(worth(one(X))).toBeGreaterThanOrEqual(worth(!one(X)) - 1e-9)
          contractor += p * worth(one(X))
        }
        for (const { value: Y, probability: q } of earnings.offers) {
          const worth = (leaves: boolean) =>
            costs.offers.reduce(
              (sum, { value: X, probability: p }) => sum + p * payoff(offer, X, Y, one(X), leaves)[1]!,
              0,
            )
          expect(worth(other(Y))).toBeGreaterThanOrEqual(worth(!other(Y)) - 1e-9)
          contractee += q * worth(other(Y))
        }
        expect(equilibrium.contractorValue).toBeCloseTo(contractor, 9)
        expect(equilibrium.contracteeValue).toBeCloseTo(contractee, 9)
      }
    },
  )

  test('binds both when penalties are beyond all offers: the classical contract', () => {
    const offers: FiniteOffer = {
      kind: 'finite',
      offers: [
        { value: 3, probability: 0.5 },
        { value: 9, probability: 0.5 },
      ],
    }
    const [only] = simultaneousEquilibria({ price: 6, contractorPenalty: 99, contracteePenalty: 99 }, offers, offers)
    expect(only).toMatchObject({ contractorLeaves: 0, contracteeLeaves: 0, contractorValue: -6, contracteeValue: 6 })
  })
})

test('negative penalties and probabilities that do not sum to 1 are refused together', () => {
  const half: FiniteOffer = { kind: 'finite', offers: [{ value: 1, probability: 0.5 }] }
  const bad = { price: Number.NaN, contractorPenalty: -1, contracteePenalty: 0 }
  expect(() => sequentialEquilibrium(bad, half, uniform(5, 5))).toThrow(/4 faults/)
})
