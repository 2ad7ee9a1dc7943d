import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { CommitmentBook, type CommitmentEvent, type CommitmentTerms } from '../../src/coordination/commitments.ts'
import { contractNet } from '../../src/coordination/contract-net.ts'
import { betaDistribution, TrustRecord } from '../../src/coordination/trust.ts'

const promise = (id: string, more: Partial<CommitmentTerms> = {}): CommitmentTerms => ({
  id,
  debtor: 'robot',
  creditor: 'shop',
  task: 'deliver',
  condition: null,
  conditionBy: null,
  deadline: 10,
  penalty: 4,
  ...more,
})

describe('a commitment', () => {
  test('is satisfied in time, violated after its deadline with the penalty paid', () => {
    const book = new CommitmentBook()
    book.add(promise('kept'), 0)
    book.add(promise('late'), 0)
    expect(book.apply('kept', { kind: 'fulfilled', at: 10 }).commitment.state).toBe('satisfied')
    expect(book.advance(11).map(({ id, state, since }) => [id, state, since])).toEqual([['late', 'violated', 10]])
    expect(book.payments).toEqual([{ from: 'robot', to: 'shop', amount: 4, commitment: 'late' }])
    expect(book.apply('late', { kind: 'fulfilled', at: 12 })).toMatchObject({ status: 'refused' })
  })

  test('on a condition owes nothing before it holds: it expires, or is cancelled, without a payment', () => {
    const book = new CommitmentBook()
    const paid = { condition: 'the goods are paid', conditionBy: 5 }
    for (const id of ['expires', 'cancelled', 'detached']) book.add(promise(id, paid), 0)
    book.apply('cancelled', { kind: 'decommitted', at: 1, reason: 'a better offer' })
    expect(book.apply('detached', { kind: 'condition-met', at: 2 }).commitment.state).toBe('active')
    book.advance(6)
    expect(book.all.map(({ state }) => state)).toEqual(['cancelled', 'active', 'expired'])
    expect(book.payments).toEqual([])
    expect(book.trust.of('robot')).toMatchObject({ kept: 0, broken: 0, mean: 0.5 })
  })

  test('can be left at the price of its penalty, or be released by the creditor for nothing', () => {
    const book = new CommitmentBook()
    book.add(promise('left'), 0)
    book.add(promise('let go'), 0)
    book.apply('left', { kind: 'decommitted', at: 3, reason: 'a better offer' })
    book.apply('let go', { kind: 'released', at: 3 })
    expect(book.all.map(({ state }) => state)).toEqual(['cancelled', 'released'])
    expect(book.payments).toHaveLength(1)
    expect(book.trust.of('robot')).toMatchObject({ kept: 0, broken: 1 })
  })

  test('with itself, with a taken id or in the past is refused with every fault', () => {
    const book = new CommitmentBook()
    book.add(promise('a'), 5)
    expect(() => book.add(promise('a', { creditor: 'robot', penalty: -1 }), 4)).toThrow(/4 faults/)
    expect(() => book.apply('b', { kind: 'fulfilled', at: 9 })).toThrow(/no commitment "b"/)
  })

  const kinds = fc.constantFrom('condition-met', 'fulfilled', 'released', 'time', 'decommitted')
  test.prop([fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 15 })), { maxLength: 8 }), fc.boolean()], { seed: 3 })(
    'ends once and for all, and pays its penalty at most once, exactly when it was owed and not kept',
    (events, conditional) => {
      const book = new CommitmentBook()
      book.add(promise('x', conditional ? { condition: 'paid', conditionBy: 7 } : {}), 0)
      let ended: string | null = null
      for (const [kind, at] of [...events].sort((a, b) => a[1] - b[1])) {
        book.apply('x', { kind, at, reason: '' } as CommitmentEvent)
        const { state } = book.get('x')!
        if (ended !== null) expect(state).toBe(ended)
        if (state !== 'conditional' && state !== 'active') ended = state
      }
      const { kept, broken } = book.trust.of('robot')
      expect(book.payments.length).toBe(broken)
      expect(kept + broken).toBe(ended === 'satisfied' || book.payments.length === 1 ? 1 : 0)
    },
  )
})

describe('trust', () => {
  test('of an agent that breaks three promises of four is 1/3 after a uniform prior', () => {
    const trust = new TrustRecord()
    for (const kept of [false, true, false, false]) trust.record('a', kept)
    expect(trust.of('a').mean).toBeCloseTo(1 / 3, 15)
    expect(trust.of('a').variance).toBeCloseTo((2 * 4) / (36 * 7), 15)
    expect(trust.of('stranger').mean).toBe(0.5)
  })

  test('shifts awards away from the cheaper agent that broke its word', () => {
    const trust = new TrustRecord()
    const agents = [
      ['cheap', 5],
      ['dear', 8],
    ] as const
    const contractors = agents.map(([id, cost]) => ({
      id,
      bid: () => ({ cost }),
      commit: () => undefined,
      release: () => undefined,
    }))
    const evaluate = (agent: string, _task: string, cost: number): number => trust.expectedCost(agent, cost, 12)
    const winner = () => contractNet(['t'], contractors, { evaluate }).tasks[0]
    expect(winner()).toMatchObject({ agent: 'cheap', cost: 5 })
    for (const kept of [false, true, false, false]) trust.record('cheap', kept)
    expect(winner()).toMatchObject({ agent: 'cheap' })
    for (const kept of [true, true]) trust.record('dear', kept)
    expect(winner()).toMatchObject({ agent: 'dear', cost: 8 })
  })

  test('forgets old records when told to', () => {
    const trust = new TrustRecord({ memory: 0.5 })
    for (const kept of [false, false, true, true, true]) trust.record('a', kept)
    expect(trust.of('a').kept).toBeCloseTo(1.75, 12)
    expect(trust.of('a').broken).toBeCloseTo(0.1875, 12)
  })

  test('has the Beta distribution: the closed forms, and the reliability exceeded in 95 of 100 cases', () => {
    for (const x of [0.05, 0.3, 0.5, 0.77, 0.99]) {
      expect(betaDistribution(x, 1, 1)).toBeCloseTo(x, 12)
      expect(betaDistribution(x, 3, 1)).toBeCloseTo(x ** 3, 12)
      expect(betaDistribution(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 12)
      expect(betaDistribution(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 12)
      expect(betaDistribution(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 8)
    }
    const trust = new TrustRecord()
    trust.record('a', true)
    trust.record('a', true)
    expect(trust.exceeded('a', 0.95)).toBeCloseTo(0.05 ** (1 / 3), 9)
  })
})
