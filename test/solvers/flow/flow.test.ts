import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assign } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { type Arc, type FlowNetwork, minCostFlow, transport } from '../../../solvers/flow/index.ts'
import { LinearModel, solveLinear } from '../../../solvers/linear/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'

test('the cheapest way through a small network, limits respected', () => {
  const result = minCostFlow({
    supplies: [4, 0, 0, -4],
    arcs: [
      { from: 0, to: 1, cost: 2, upper: 4 },
      { from: 0, to: 2, cost: 2, upper: 2 },
      { from: 1, to: 2, cost: 1, upper: 2 },
      { from: 1, to: 3, cost: 3, upper: 3 },
      { from: 2, to: 3, cost: 1, upper: 5 },
    ],
  })
  expect(result).toMatchObject({
    status: 'optimal',
    cost: 14,
    flows: Float64Array.of(2, 2, 2, 0, 4),
    check: { gap: 0 },
  })
})

test('an arc that must carry something does', () => {
  const arcs: Arc[] = [
    { from: 0, to: 1, cost: 1 },
    { from: 0, to: 1, cost: 5, lower: 2, upper: 3 },
  ]
  expect(minCostFlow({ supplies: [4, -4], arcs })).toMatchObject({
    status: 'optimal',
    cost: 12,
    flows: Float64Array.of(2, 2),
  })
})

test('a bottleneck is named by the nodes behind it', () => {
  const arcs: Arc[] = [
    { from: 0, to: 1, cost: 1 },
    { from: 1, to: 2, cost: 1, upper: 3 },
  ]
  expect(minCostFlow({ supplies: [5, 0, -5], arcs })).toMatchObject({
    status: 'infeasible',
    cut: { nodes: [0, 1], supply: 5, most: 3 },
  })
})

test('supplies that do not add up are infeasible on all nodes together', () => {
  const arcs: Arc[] = [{ from: 0, to: 1, cost: 1 }]
  for (const supplies of [
    [3, -1],
    [1, -3],
  ]) {
    const result = minCostFlow({ supplies, arcs })
    expect(result.status).toBe('infeasible')
    if (result.status === 'infeasible') {
      const { supply, least, most } = result.cut
      expect(supply < least || supply > most).toBe(true)
    }
  }
})

test('a free cycle of negative cost is unbounded, unless nothing is feasible', () => {
  const arcs: Arc[] = [
    { from: 0, to: 1, cost: -3 },
    { from: 1, to: 0, cost: 1 },
  ]
  expect(minCostFlow({ supplies: [0, 0], arcs })).toMatchObject({ status: 'unbounded', cycle: [0, 1], costPerUnit: -2 })
  expect(minCostFlow({ supplies: [0, 0, 1, -1], arcs }).status).toBe('infeasible')
})

test('faults of a network are reported at once', () => {
  const bad = {
    supplies: [Number.NaN, 0],
    arcs: [
      { from: 0, to: 2, cost: 1 },
      { from: 0, to: 1, cost: 1, lower: 2, upper: 1 },
    ],
  }
  try {
    minCostFlow(bad)
    throw new Error('nothing was thrown')
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    expect(error.issues.map((issue) => issue.code)).toEqual(['not-a-number', 'unknown-index', 'out-of-range'])
  }
})

test('an empty network has the empty flow', () => {
  expect(minCostFlow({ supplies: [], arcs: [] })).toMatchObject({ status: 'optimal', cost: 0 })
  expect(minCostFlow({ supplies: [0, 0], arcs: [] })).toMatchObject({ status: 'optimal', cost: 0 })
})

test('status and cost agree with the linear program of the same network', async () => {
  const networks = fc.integer({ min: 1, max: 7 }).chain((nodes) =>
    fc.record({
      supplies: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: nodes, maxLength: nodes }),
      balanced: fc.boolean(),
      arcs: fc.array(
        fc.record({
          from: fc.integer({ min: 0, max: nodes - 1 }),
          to: fc.integer({ min: 0, max: nodes - 1 }),
          cost: fc.integer({ min: -5, max: 9 }),
          lower: fc.constantFrom(0, 0, 0, 1, -2),
          room: fc.constantFrom(0, 1, 3, 8, 8, Number.POSITIVE_INFINITY),
        }),
        { minLength: 1, maxLength: 20 },
      ),
    }),
  )
  const seen: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(networks, async ({ supplies, balanced, arcs }) => {
      const total = supplies.reduce((a, b) => a + b, 0)
      const wanted = balanced ? supplies.map((s, i) => (i === 0 ? s - total : s)) : supplies
      const network: FlowNetwork = {
        supplies: wanted,
        arcs: arcs.map(({ from, to, cost, lower, room }) => ({ from, to, cost, lower, upper: lower + room })),
      }
      const model = new LinearModel('flow')
      const variables = network.arcs.map((arc, a) =>
        model.addVariable(`f${a}`, { lower: arc.lower ?? 0, upper: arc.upper ?? 0, objective: arc.cost }),
      )
      wanted.forEach((supply, i) => {
        const terms = network.arcs.flatMap((arc, a): [number, number][] =>
          arc.from === arc.to
            ? []
            : arc.from === i
              ? [[variables[a] as number, 1]]
              : arc.to === i
                ? [[variables[a] as number, -1]]
                : [],
        )
        model.addRow(`n${i}`, terms, '=', supply)
      })
      const flow = minCostFlow(network)
      const linear = await solveLinear(model)
      seen[flow.status] = (seen[flow.status] ?? 0) + 1
      expect(flow.status).toBe(linear.status)
      if (flow.status === 'optimal' && linear.status === 'optimal') {
        expect(flow.cost).toBeCloseTo(linear.objective, 6)
        expect(flow.check.gap).toBe(0)
      }
    }),
    { numRuns: 250, seed: 31 },
  )
  expect(Object.keys(seen).sort()).toEqual(['infeasible', 'optimal', 'unbounded'])
})

test('a flow of units between rows and columns is an assignment', () => {
  const random = new RandomStream(6)
  for (const size of [5, 30, 80]) {
    const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => random.integer(1, 100)))
    const arcs = matrix.flatMap((row, i) => row.map((cost, j): Arc => ({ from: i, to: size + j, cost, upper: 1 })))
    const supplies = Array.from({ length: 2 * size }, (_, k) => (k < size ? 1 : -1))
    const flow = minCostFlow({ supplies, arcs })
    const assignment = assign(matrix)
    if (flow.status !== 'optimal' || assignment.status !== 'optimal') throw new Error('not solved')
    expect(flow.cost).toBe(assignment.cost)
  }
})

test('real-valued networks are proved too', () => {
  const random = new RandomStream(8)
  const nodes = 60
  const arcs = Array.from({ length: 900 }, (): Arc => {
    const from = random.integer(0, nodes - 1)
    return { from, to: random.integer(0, nodes - 1), cost: random.next(), upper: 1 + random.next() }
  })
  const supplies = Array.from({ length: nodes }, () => random.next() - 0.5)
  supplies[0] = (supplies[0] as number) - supplies.reduce((a, b) => a + b, 0)
  expect(minCostFlow({ supplies, arcs }).status).toBe('optimal')
})

describe('transportation', () => {
  const problem = {
    supplies: [20, 30, 25],
    demands: [10, 28, 27],
    costs: [
      [4, 5, 1],
      [3, 4, 3],
      [6, 2, 8],
    ],
  }

  test('the textbook case, supply left over', () => {
    const result = transport(problem)
    if (result.status !== 'optimal') throw new Error(result.status)
    // 20 x 1 + 10 x 3 + 7 x 3 + 25 x 2 + 3 x 4
    expect(result.cost).toBe(133)
    const slack = problem.supplies.map((s, i) => s - (result.flows[i] as Float64Array).reduce((a, b) => a + b, 0))
    expect(slack).toEqual([0, 10, 0])
    expect(result.supplyPrices[1]).toBe(0)
    problem.costs.forEach((row, i) => {
      row.forEach((cost, j) => {
        const reduced = cost - (result.supplyPrices[i] as number) - (result.demandPrices[j] as number)
        expect(reduced).toBeGreaterThanOrEqual(0)
        if ((result.flows[i]?.[j] as number) > 0) expect(reduced).toBe(0)
      })
    })
  })

  test('one more unit of demand costs its price, one more of supply changes the total by its own', () => {
    const base = transport(problem)
    if (base.status !== 'optimal') throw new Error(base.status)
    for (const j of [0, 1, 2]) {
      const more = transport({ ...problem, demands: problem.demands.map((d, k) => (k === j ? d + 1 : d)) })
      if (more.status !== 'optimal') throw new Error(more.status)
      expect(more.cost - base.cost).toBe(base.demandPrices[j])
    }
  })

  test('destinations that too few sources may serve are named with the shortage', () => {
    const costs = [
      [1, 2, null],
      [3, null, null],
      [1, 1, 1],
    ]
    expect(transport({ supplies: [50, 50, 20], demands: [5, 5, 25], costs })).toMatchObject({
      status: 'infeasible',
      destinations: [2],
      sources: [2],
      shortage: 5,
    })
    expect(transport({ supplies: [1], demands: [3], costs: [[1]] })).toMatchObject({
      status: 'infeasible',
      shortage: 2,
    })
  })

  test('capacities of pairs, and profits instead of costs', () => {
    const capacities = [
      [5, 5],
      [5, 5],
    ]
    const two = {
      supplies: [8, 8],
      demands: [6, 6],
      costs: [
        [1, 9],
        [9, 1],
      ],
      capacities,
    }
    expect(transport(two)).toMatchObject({ status: 'optimal', cost: 28 })
    expect(transport(two, { sense: 'maximize' })).toMatchObject({ status: 'optimal', cost: 92 })
    const tight = { ...two, demands: [11, 1] }
    expect(transport(tight)).toMatchObject({ status: 'infeasible', destinations: [0], shortage: 1 })
  })
})
