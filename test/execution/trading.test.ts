import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ExecutionTrace } from '../../src/domain/execution.ts'
import { binCapacity, type MarketProblem } from '../../src/domain/market.ts'
import { executeTask } from '../../src/execution/engine.ts'
import { finalCash, hindsightValue, lotsOf, marketTask } from '../../src/execution/worlds/market.ts'

const file = fileURLToPath(new URL('../../../shared/scenarios/scenario-09.json', import.meta.url))

function run(problem: MarketProblem): Promise<ExecutionTrace> {
  return executeTask(marketTask(problem), { strategy: 'opportunistic', checkEvery: 1, divergenceThreshold: 1 })
}

/** One buy and one sale over three bins; the purchase needs the money of the sale. */
const small: MarketProblem = {
  title: 'small',
  unit: '$',
  bins: ['a', 'b', 'c'],
  lot: 1,
  participation: 0.5,
  cash: 10,
  replanCost: 0,
  opportunityBps: 0,
  reversion: 0.5,
  orders: [
    {
      symbol: 'S',
      side: 'sell',
      lots: 10,
      volume: [20, 20, 20],
      halfSpreadBps: 0,
      forecast: [5, 5, 5],
      actual: [5, 5, 5],
    },
    {
      symbol: 'B',
      side: 'buy',
      lots: 5,
      volume: [10, 10, 10],
      halfSpreadBps: 0,
      forecast: [4, 4, 4],
      actual: [4, 4, 4],
    },
  ],
}

describe('working off orders', () => {
  test('a forecast that comes true is never replanned', async () => {
    const trace = await run(small)
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(finalCash(small, trace)).toBeCloseTo(10 + 50 - 20, 6)
  })

  test('a plan that would overdraw the account is a failure and is replaced before the bin is traded', async () => {
    // The sale is planned for the last bin, the purchase before it, paid with what is there; then it gets dearer.
    const [sale, purchase] = small.orders as [(typeof small.orders)[0], (typeof small.orders)[1]]
    const dear: MarketProblem = {
      ...small,
      cash: 22,
      opportunityBps: 10_000,
      reversion: 1,
      orders: [
        { ...sale, forecast: [1, 1, 9], actual: [1, 1, 9] },
        { ...purchase, forecast: [9, 4, 9], actual: [9, 6, 6] },
      ],
    }
    const trace = await run(dear)
    expect(trace.status).toBe('success')
    expect(trace.replans[0]?.triggers[0]).toMatchObject({ trigger: 'failure' })
    expect(trace.replans[0]?.triggers[0]?.evidence).toContain('overdraw')
    for (const result of trace.results) expect(result.actualState['cash']).toBeGreaterThanOrEqual(0)
  })
})

describe.skipIf(!existsSync(file))('three orders over eight half hours (skipped without ../shared)', () => {
  const { data, expected } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { data: {}, expected: {} }
  const problem: MarketProblem = {
    title: 'execution desk',
    unit: '$',
    bins: data.bins,
    lot: data.lot,
    participation: data.participation,
    cash: data.cash,
    replanCost: data.replan_cost,
    opportunityBps: data.opportunity_threshold_bps,
    reversion: data.reversion,
    orders: (data.orders ?? []).map(({ symbol, side, lots }: { symbol: string; side: string; lots: number }) => ({
      symbol,
      side: side.toLowerCase(),
      lots,
      volume: data.volume_lots[symbol],
      halfSpreadBps: data.half_spread_bps[symbol],
      forecast: data.forecast[symbol],
      actual: data.actual[symbol],
    })),
  }

  test.each([
    [10, 'threshold'],
    [0, 'always'],
    [1000, 'never'],
  ] as const)('a threshold of %d bps: %s', async (opportunityBps, name) => {
    const desk = { ...problem, opportunityBps }
    const trace = await run(desk)
    const wanted = expected[name]
    expect(trace.status).toBe('success')
    expect(trace.plans[0]?.plan.cost).toBeCloseTo(wanted.initial_plan_value, 2)
    expect(Math.abs(finalCash(desk, trace) - wanted.final_cash)).toBeLessThan(0.01)
    expect(trace.replans.map((replan) => replan.time)).toEqual(wanted.replans.map((entry: [number]) => entry[0]))
    trace.replans.forEach((replan, index) => {
      const [, trigger, gain, bps] = wanted.replans[index]
      expect(replan.triggers[0]?.trigger).toBe(trigger.toLowerCase())
      expect(Math.abs((replan.triggers[0]?.value as number) - gain)).toBeLessThan(0.01)
      expect(replan.triggers[0]?.evidence).toContain(`${bps} bps`)
    })
    // Volumes and cash hold in every bin, and everything is filled.
    trace.results.forEach((result, bin) => {
      expect(result.actualState['cash']).toBeGreaterThanOrEqual(0)
      lotsOf(desk, result.step).forEach((lots, s) => {
        const order = desk.orders[s]
        if (order !== undefined) expect(lots).toBeLessThanOrEqual(binCapacity(desk, order, bin))
      })
    })
    for (const order of desk.orders) expect(trace.currentState[`left ${order.symbol}`]).toBe(0)
  })

  test('what a clairvoyant would have made', async () => {
    expect(await hindsightValue(problem)).toBeCloseTo(expected.hindsight, 2)
  })
})
