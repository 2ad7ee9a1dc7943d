import { afterAll, describe, expect, test } from 'vitest'
import { tableModel } from '../../../solvers/conformance/linear.ts'
import type { ProgressEvent } from '../../../solvers/contract/index.ts'
import {
  closeLinearWorker,
  type Incumbent,
  LinearModel,
  linearBackends,
  solveLinear,
  type Term,
} from '../../../solvers/linear/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'

afterAll(closeLinearWorker)

/** A market-split model (Cornuejols and Dawande 1998): hopeless to prove within seconds, easy to improve on. */
function marketSplit(rows: number, columns: number, seed: number): LinearModel {
  const random = new RandomStream(seed)
  const model = new LinearModel('market split')
  const items = Array.from({ length: columns }, (_, j) => model.addVariable(`x${j}`, { kind: 'binary' }))
  for (let i = 0; i < rows; i++) {
    const weights = items.map(() => random.integer(0, 99))
    const above = model.addVariable(`above${i}`, { objective: 1 })
    const below = model.addVariable(`below${i}`, { objective: 1 })
    const terms = items.map((j, k): Term => [j, weights[k] as number])
    const half = Math.floor(weights.reduce((sum, weight) => sum + weight, 0) / 2)
    model.addRow(`split${i}`, [...terms, [above, 1], [below, -1]], '=', half)
  }
  return model
}

const hard = () => marketSplit(5, 40, 11)

describe('limits', () => {
  test('the time limit returns the best point with a proved bound', async () => {
    // A known point to start from: how much of the search a second buys depends on the machine.
    const model = hard()
    const start = new Float64Array(model.variableCount)
    for (let i = 0; i < model.rowCount; i++) start[40 + 2 * i] = model.rowUpper(i)
    const result = await solveLinear(model, { timeLimitMs: 1200, start })
    expect(result).toMatchObject({ status: 'feasible', limit: 'time' })
    if (result.status !== 'feasible') return
    expect(result.bound).toBeLessThanOrEqual(result.objective)
    expect(result.check.maxViolation).toBeLessThan(1e-6)
  })

  test('a time limit of zero is unknown, whatever the model', async () => {
    const result = await solveLinear(hard(), { timeLimitMs: 0 })
    expect(['unknown', 'feasible']).toContain(result.status)
    expect(result).toMatchObject({ limit: 'time' })
  })

  test('the node limit ends the search by its name', async () => {
    const result = await solveLinear(hard(), { nodeLimit: 3 })
    expect(result).toMatchObject({ status: 'feasible', limit: 'nodes' })
  })

  test('a point within the gap asked for is feasible with the limit gap, not optimal', async () => {
    const model = tableModel(
      'maximize',
      Array.from({ length: 30 }, (_, j) => ({ cost: 10 + ((j * 7) % 11), kind: 'binary' as const })),
      [[Array.from({ length: 30 }, (_, j) => 5 + ((j * 5) % 13)), '<=', 90]],
    )
    const proved = await solveLinear(model)
    const loose = await solveLinear(model, { relativeGap: 0.5 })
    expect(proved.status).toBe('optimal')
    if (loose.status === 'feasible') expect(loose).toMatchObject({ limit: 'gap' })
    else expect(loose.status).toBe('optimal')
    if (proved.status !== 'optimal' || loose.status === 'infeasible' || !('gap' in loose)) return
    expect(loose.gap).toBeLessThanOrEqual(0.5)
  })

  test('an abort from a progress callback ends the search with the incumbent', async () => {
    const controller = new AbortController()
    const result = await solveLinear(hard(), {
      signal: controller.signal,
      timeLimitMs: 20_000,
      onIncumbent: () => controller.abort(),
    })
    expect(result).toMatchObject({ status: 'feasible', limit: 'interrupted' })
  })
})

test('incumbents and bounds are streamed, checked, with the bound on its side', async () => {
  const events: ProgressEvent[] = []
  const incumbents: Incumbent[] = []
  await solveLinear(hard(), {
    nodeLimit: 100,
    onProgress: (event) => events.push(event),
    onIncumbent: (incumbent) => incumbents.push(incumbent),
  })
  expect(incumbents.length).toBeGreaterThan(0)
  for (let k = 1; k < incumbents.length; k++) {
    expect((incumbents[k] as Incumbent).objective).toBeLessThan((incumbents[k - 1] as Incumbent).objective + 1e-6)
  }
  for (const { objective, bound } of incumbents) if (bound !== null) expect(bound).toBeLessThanOrEqual(objective + 1e-6)
  expect(events.some((event) => event.kind === 'incumbent')).toBe(true)
  expect(events.every((event) => event.source === 'linear')).toBe(true)
})

test('a start is taken up: a search that may not branch still returns a point as good', async () => {
  const model = hard()
  const known = await solveLinear(model, { nodeLimit: 100 })
  if (known.status !== 'feasible') throw new Error('expected a point')
  const start = known.values.slice()
  for (let i = 0; i < 5; i++) start[40 + 2 * i] = Number.NaN
  const result = await solveLinear(model, { start, nodeLimit: 1 })
  expect(result.status).toBe('feasible')
  if (result.status === 'feasible') expect(result.objective).toBeLessThanOrEqual(known.objective + 1e-6)
})

describe('sensitivity ranges', () => {
  // max 3x + 2y, x + y <= 4, x + 3y <= 6: optimal at (4, 0); x stays best while its price is >= 2, y out while <= 3.
  const build = () =>
    tableModel(
      'maximize',
      [{ cost: 3 }, { cost: 2 }],
      [
        [[1, 1], '<=', 4],
        [[1, 3], '<=', 6],
      ],
    )

  test('objective coefficients may move within their range without moving the point', async () => {
    const result = await solveLinear(build(), { ranges: true })
    if (result.status !== 'optimal' || !result.ranges) throw new Error('no ranges')
    const { objective, rowSides } = result.ranges
    expect(objective.from[0]).toBeCloseTo(2, 9)
    expect(objective.to[0]).toBe(Number.POSITIVE_INFINITY)
    expect(objective.to[1]).toBeCloseTo(3, 9)
    expect(rowSides.from[0]).toBeCloseTo(0, 9)
    expect(rowSides.to[0]).toBeCloseTo(6, 9)
    for (const [cost, moves] of [
      [2.01, false],
      [1.99, true],
    ] as const) {
      const changed = build()
      changed.setObjective(0, cost)
      const after = await solveLinear(changed)
      expect(after.status === 'optimal' && Math.abs((after.values[0] as number) - 4) > 1e-6).toBe(moves)
    }
  })

  test('the dual of a row prices every change of its side within the range', async () => {
    const base = await solveLinear(build(), { ranges: true })
    if (base.status !== 'optimal' || !base.ranges || base.duals === null) throw new Error('no ranges')
    for (const side of [0.5, 2, 5.9]) {
      const changed = build()
      changed.setRowBounds(0, Number.NEGATIVE_INFINITY, side)
      const after = await solveLinear(changed)
      const priced = base.objective + (base.duals[0] as number) * (side - 4)
      expect(after.status === 'optimal' && after.objective).toBeCloseTo(priced, 9)
    }
  })

  test('a backend without ranges refuses them by name', async () => {
    await expect(solveLinear(build(), { ranges: true, backends: ['glpk'] })).rejects.toThrow(/ranges/)
  })
})

describe('off the main thread', () => {
  test('a worker gives the same answer and leaves this thread responsive', async () => {
    const model = marketSplit(2, 14, 5)
    let ticks = 0
    const clock = setInterval(() => ticks++, 10)
    const away = await solveLinear(model, { offThread: true })
    clearInterval(clock)
    const here = await solveLinear(model)
    expect(away.status).toBe('optimal')
    expect(away.status === 'optimal' && here.status === 'optimal' && away.objective - here.objective).toBeCloseTo(0, 9)
    expect(ticks).toBeGreaterThan(2)
  })

  test('an abort reaches the search and returns its incumbent', async () => {
    const controller = new AbortController()
    const result = await solveLinear(hard(), {
      offThread: true,
      signal: controller.signal,
      timeLimitMs: 60_000,
      onIncumbent: () => setTimeout(() => controller.abort(), 50),
    })
    expect(result).toMatchObject({ status: 'feasible', limit: 'interrupted' })
    if (result.status === 'feasible') expect(result.check.maxViolation).toBeLessThan(1e-6)
  })

  test('an aborted worker is replaced: the next call is answered', async () => {
    const model = tableModel('maximize', [{ cost: 1, upper: 3 }], [])
    expect(await solveLinear(model, { offThread: true })).toMatchObject({ status: 'optimal', objective: 3 })
  })

  test('faults of the model come back as what they are', async () => {
    const model = new LinearModel('faulty')
    model.addVariable('x', { objective: Number.NaN })
    await expect(solveLinear(model, { offThread: true })).rejects.toMatchObject({ code: 'invalid-input' })
  })

  test('a backend object cannot travel and is refused', async () => {
    const model = tableModel('maximize', [{ cost: 1, upper: 3 }], [])
    await expect(solveLinear(model, { offThread: true, backends: [linearBackends.highs] })).rejects.toThrow(/worker/)
  })

  test('names, groups, kinds and the quadratic part survive the journey', () => {
    const model = tableModel(
      'maximize',
      [
        { cost: 1, kind: 'binary' },
        { cost: 2, lower: -3 },
      ],
      [[[1, 2], '<=', 3]],
    )
    model.addQuadraticTerm(1, 1, -0.5)
    model.objectiveOffset = 4
    expect(LinearModel.fromData(model.toData()).toData()).toEqual(model.toData())
  })
})

test('a backend that never returns is ended at the time limit, and the next call gets a new worker', async () => {
  // Its branch and bound follows the unbounded direction for ever.
  const endless = tableModel(
    'minimize',
    [
      { cost: -7, kind: 'integer' },
      { cost: 10, kind: 'integer' },
    ],
    [[[-4, 8], '>=', 39]],
  )
  const result = await solveLinear(endless, { backends: ['javascript-lp-solver'], timeLimitMs: 800 })
  expect(result).toMatchObject({ status: 'unknown', limit: 'time' })
  const next = tableModel('maximize', [{ cost: 1, upper: 3 }], [])
  expect(await solveLinear(next, { backends: ['javascript-lp-solver'] })).toMatchObject({ status: 'optimal' })
})
