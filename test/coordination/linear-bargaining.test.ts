import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { concedeLinear, mediateLinear } from '../../src/coordination/linear-bargaining.ts'
import { checkLinearDeal, lotteriesOver } from '../../src/coordination/linear-deal-space.ts'
import { mediate } from '../../src/coordination/mediation.ts'
import type { LinearDealSpace } from '../../src/domain/linear-negotiation.ts'
import type { DealSpace } from '../../src/domain/negotiation.ts'

/** Dividing what is there: each term goes to one party, and limits say what can be had together. */
function shares(
  reservations: readonly number[],
  limits: readonly (readonly [readonly number[], number])[],
  high = 100,
): LinearDealSpace {
  return {
    title: 'shares',
    unit: 'EUR',
    parties: reservations.map((reservation, i) => ({ id: `p${i}`, reservation })),
    terms: reservations.map((_, i) => ({ name: `x${i}`, low: 0, high })),
    limits: limits.map(([coefficients, side], l) => ({ name: `l${l}`, coefficients, relation: '<=', side })),
    utilities: reservations.map((_, i) => ({
      coefficients: reservations.map((_, k) => (k === i ? 1 : 0)),
      constant: 0,
    })),
  }
}

const gainsOf = async (
  space: LinearDealSpace,
  objective: 'nash' | 'egalitarian' | 'kalai-smorodinsky' | 'utilitarian',
) => {
  const result = await mediateLinear(space, { objective })
  if (result.outcome.status !== 'agreement') throw new Error(result.outcome.reason)
  return result.outcome.gains
}

describe('a mediator between two parties with x + 2 y <= 10 and x <= 8', () => {
  // Nash: x = 5, y = 2.5. Egalitarian: 10/3 each. Ideals 8 and 5: on the ray to (8, 5) at t = 10/18.
  const space = shares(
    [0, 0],
    [
      [[1, 2], 10],
      [[1, 0], 8],
    ],
  )

  test('proposes the closed form of each objective', async () => {
    const expected = {
      nash: [5, 2.5],
      egalitarian: [10 / 3, 10 / 3],
      'kalai-smorodinsky': [80 / 18, 50 / 18],
      utilitarian: [8, 1],
    } as const
    for (const objective of ['nash', 'egalitarian', 'kalai-smorodinsky', 'utilitarian'] as const) {
      const gains = await gainsOf(space, objective)
      expected[objective].forEach((gain, i) => {
        expect(gains[i]).toBeCloseTo(gain, 7)
      })
    }
  })

  test('proves the Nash product, and shares the surplus equally where payments are possible', async () => {
    const nash = await mediateLinear(space)
    expect(nash.value).toBeCloseTo(12.5, 9)
    expect(nash.bound).toBeCloseTo(12.5, 7)
    const { outcome, transfers } = await mediateLinear(space, { transfers: true })
    if (outcome.status !== 'agreement' || transfers === undefined) throw new Error('no agreement')
    expect(transfers[0]! + transfers[1]!).toBeCloseTo(0, 9)
    outcome.gains.forEach((gain, i) => {
      expect(gain + transfers[i]!).toBeCloseTo(4.5, 9)
    })
  })

  test('names what is missing when reservations are too high', async () => {
    const greedy = shares(
      [6, 4],
      [
        [[1, 2], 10],
        [[1, 0], 8],
      ],
    )
    for (const { outcome } of [await mediateLinear(greedy, { transfers: true }), await concedeLinear(greedy)]) {
      if (outcome.status !== 'conflict') throw new Error('agreed')
      expect(outcome.shortfall).toMatchObject({ wanted: 10 })
      expect(outcome.shortfall.available).toBeCloseTo(9, 9)
      expect(outcome.shortfall.short).toBeCloseTo(1, 9)
    }
    const odd = shares(
      [2, 4.5],
      [
        [[1, 2], 10],
        [[1, 0], 8],
      ],
    )
    const { outcome } = await mediateLinear(odd)
    expect(outcome.status === 'conflict' && outcome.shortfall.lacking).toBeCloseTo(0.5, 9)
    expect(outcome.status === 'conflict' && outcome.shortfall.short).toBe(0)
    expect((await mediateLinear(odd, { transfers: true })).outcome.status).toBe('agreement')
  })
})

test('three parties that share one cake get a third each by Nash, in the reciprocal ratio of what a share costs', async () => {
  const gains = await gainsOf(shares([0, 0, 0], [[[1, 2, 5], 30]]), 'nash')
  ;[10, 5, 2].forEach((gain, i) => {
    expect(gains[i]).toBeCloseTo(gain, 4)
  })
})

test('a party that can gain nothing is left out of the product instead of making every deal worth 0', async () => {
  const gains = await gainsOf(shares([0, 0, 100], [[[1, 1, 0], 10]], 100), 'nash')
  ;[5, 5, 0].forEach((gain, i) => {
    expect(gains[i]).toBeCloseTo(gain, 4)
  })
})

const polytopes = fc.record({ seed: fc.integer({ min: 1, max: 1e9 }), parties: fc.integer({ min: 2, max: 4 }) })

function randomSpace(seed: number, parties: number): LinearDealSpace {
  const random = new RandomStream(seed)
  const terms = Array.from({ length: parties + 2 }, (_, k) => ({ name: `x${k}`, low: 0, high: random.integer(1, 9) }))
  const row = (low: number) => terms.map(() => random.integer(low, 9))
  return {
    title: '',
    unit: '',
    parties: Array.from({ length: parties }, (_, i) => ({ id: `p${i}`, reservation: random.integer(0, 8) })),
    terms,
    limits: Array.from({ length: 3 }, (_, l) => ({
      name: `l${l}`,
      coefficients: row(0),
      relation: '<=',
      side: random.integer(10, 60),
    })),
    utilities: Array.from({ length: parties }, () => ({ coefficients: row(-3), constant: 0 })),
  }
}

test.prop([polytopes], { numRuns: 25, seed: 51 })(
  'every objective is met: no random rational deal is better, and the bound of the Nash product is tight',
  async ({ seed, parties }) => {
    const space = randomSpace(seed, parties)
    const nash = await mediateLinear(space)
    if (nash.outcome.status === 'conflict') return
    expect(nash.bound! - nash.value!).toBeLessThanOrEqual(1e-5 * Math.max(1, nash.value!))
    const proposals = {
      nash: nash.outcome.gains,
      egalitarian: await gainsOf(space, 'egalitarian'),
      utilitarian: await gainsOf(space, 'utilitarian'),
    }
    const values = {
      nash: (gains: readonly number[]) => gains.reduce((product, gain) => product * Math.max(0, gain), 1),
      egalitarian: (gains: readonly number[]) => Math.min(...gains),
      utilitarian: (gains: readonly number[]) => gains.reduce((sum, gain) => sum + gain, 0),
    }
    const random = new RandomStream(seed)
    for (let k = 0; k < 300; k++) {
      const point = space.terms.map(({ high }) => high * random.next() ** 2)
      if (checkLinearDeal(space, point).length > 0) continue
      const gains = space.parties.map(({ reservation }, i) =>
        space.utilities[i]!.coefficients.reduce((sum, c, t) => sum + c * point[t]!, -reservation),
      )
      for (const key of ['nash', 'egalitarian', 'utilitarian'] as const) {
        const best = values[key](proposals[key])
        expect(values[key](gains)).toBeLessThanOrEqual(best + 1e-6 * Math.max(1, Math.abs(best)))
      }
    }
  },
)

test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 52 })(
  'concession ends next to the Nash deal, never takes back what was conceded, and ends closer in finer steps',
  async (seed) => {
    const space = randomSpace(seed, 2)
    const nash = await mediateLinear(space)
    const { outcome, rounds } = await concedeLinear(space, { resolution: 0.002 })
    expect(outcome.status).toBe(nash.outcome.status)
    if (outcome.status === 'conflict') return
    const product = outcome.gains[0]! * outcome.gains[1]!
    const [first] = rounds
    const size = first!.offers[0][0] * first!.offers[1][1]
    expect(product).toBeLessThanOrEqual(nash.bound! + 1e-6 * Math.max(1, nash.value!))
    expect(nash.value! - product).toBeLessThanOrEqual(0.01 * size + 1e-9)
    rounds.slice(1).forEach(({ offers }, k) => {
      const before = rounds[k]!.offers
      expect(offers[0][1]).toBeGreaterThanOrEqual(before[0][1] - 1e-9)
      expect(offers[1][0]).toBeGreaterThanOrEqual(before[1][0] - 1e-9)
    })
  },
)

describe('points and lotteries', () => {
  // Three deals: (5, 0), (2, 2), (0, 5).
  const deals: DealSpace = {
    title: 'three deals',
    unit: '',
    parties: ['a', 'b'].map((id) => ({ id, reservation: 0 })),
    deals: 3,
    utilities: [Float64Array.of(5, 2, 0), Float64Array.of(0, 2, 5)],
    terms: (deal) => ({ deal }),
  }

  test('are kept apart: among points Nash is (2, 2), among lotteries (2.5, 2.5)', async () => {
    const point = mediate(deals).outcome
    expect(point.status === 'agreement' && point.gains).toEqual([2, 2])
    const gains = await gainsOf(lotteriesOver(deals), 'nash')
    for (const gain of gains) expect(gain).toBeCloseTo(2.5, 9)
  })

  test('a lottery is never worth less than the best point', async () => {
    const random = new RandomStream(6)
    for (let round = 0; round < 10; round++) {
      const utilities = [0, 1].map(() => Float64Array.from({ length: 30 }, () => random.integer(0, 50)))
      const space = { ...deals, deals: 30, utilities }
      const point = mediate(space).outcome
      const lottery = await gainsOf(lotteriesOver(space), 'nash')
      if (point.status === 'agreement')
        expect(lottery[0]! * lottery[1]!).toBeGreaterThanOrEqual(point.gains[0]! * point.gains[1]! * (1 - 1e-8))
    }
  })
})

test('a space with faults names all of them', async () => {
  const bad = shares([0, Number.NaN], [[[1], 10]])
  await expect(mediateLinear({ ...bad, terms: [{ name: 'x', low: 1, high: 0 }] })).rejects.toThrow(/4 faults/)
})
