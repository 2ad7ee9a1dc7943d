import { expect, test } from 'vitest'
import { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { cheapestRelaxation } from '../../../../solvers/linear/conflict/index.ts'
import { readLp } from '../../../../solvers/linear/formats/index.ts'
import { LinearModel, type Term } from '../../../../solvers/linear/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'

test('says which group gives, which side moves, how far and at what price', async () => {
  const { model } = readLp('min\n x\nst\n demand: x >= 25\n budget: 20 x <= 300\n idle: y <= 4\nbounds\n x <= 40\nend')
  const cheap = await cheapestRelaxation(model, { weights: new Map([['demand', 100]]) })
  expect(cheap).toMatchObject({ status: 'optimal', cost: 200, bound: 200, limit: null })
  if (cheap.status !== 'optimal') return
  expect(cheap.groups).toEqual([
    { group: 'budget', cost: 200, sides: [{ row: 1, name: 'budget', side: 'upper', from: 300, to: 500, amount: 200 }] },
  ])
  const other = await cheapestRelaxation(model)
  expect(other.status === 'optimal' && other.groups).toMatchObject([
    { group: 'demand', cost: 10, sides: [{ side: 'lower', from: 25, to: 15, amount: 10 }] },
  ])
})

test('a group that may not give stays; when nothing else helps the relaxation is infeasible', async () => {
  const { model } = readLp('min\n x\nst\n demand: x >= 25\n budget: 20 x <= 300\nbounds\n x <= 40\nend')
  const firm = await cheapestRelaxation(model, { weights: (group) => (group === 'demand' ? null : 2) })
  expect(firm).toMatchObject({ status: 'optimal', cost: 400, groups: [{ group: 'budget' }] })
  expect((await cheapestRelaxation(model, { weights: () => null })).status).toBe('infeasible')
})

test('a feasible model costs nothing to relax, and its own objective can decide among the points', async () => {
  const { model } = readLp('max\n 3 x + y\nst\n a: x + y <= 4\n b: x <= 3\nend')
  const result = await cheapestRelaxation(model, { thenOptimise: true })
  expect(result).toMatchObject({ status: 'optimal', cost: 0, groups: [], objectiveProved: true })
  expect(result.status === 'optimal' && result.objective).toBeCloseTo(10, 6)
})

test('weights that are no prices are refused by name', async () => {
  const { model } = readLp('min\n x\nst\n a: x >= 1\nend')
  await expect(cheapestRelaxation(model, { weights: () => -1 })).rejects.toThrow(InvalidInputError)
  await expect(cheapestRelaxation(model, { weights: new Map([['a', Number.NaN]]) })).rejects.toThrow(/group "a"/)
})

test('integer models: the cost equals the least over all integer points', async () => {
  const random = new RandomStream(9)
  for (let round = 0; round < 30; round++) {
    const model = new LinearModel()
    const top = 3
    for (let j = 0; j < 3; j++) model.addVariable(`x${j}`, { kind: 'integer', upper: top })
    const rows: { coefficients: number[]; relation: '<=' | '>='; rhs: number; weight: number }[] = []
    const weights = new Map<string, number>()
    for (let i = 0; i < 5; i++) {
      const coefficients = [0, 1, 2].map(() => random.integer(-4, 4))
      const relation = random.pick(['<=', '>='] as const)
      const row = { coefficients, relation, rhs: random.integer(-12, 12), weight: random.integer(1, 5) }
      rows.push(row)
      weights.set(`r${i}`, row.weight)
      const terms: Term[] = coefficients.map((value, j) => [j, value])
      model.addRow(`r${i}`, terms, relation, row.rhs)
    }
    let least = Number.POSITIVE_INFINITY
    for (let code = 0; code < (top + 1) ** 3; code++) {
      const x = [code % 4, Math.floor(code / 4) % 4, Math.floor(code / 16)]
      let cost = 0
      for (const { coefficients, relation, rhs, weight } of rows) {
        const activity = coefficients.reduce((total, value, j) => total + value * (x[j] as number), 0)
        cost += weight * Math.max(0, relation === '<=' ? activity - rhs : rhs - activity)
      }
      least = Math.min(least, cost)
    }
    const result = await cheapestRelaxation(model, { weights })
    expect(result.status).toBe('optimal')
    if (result.status === 'optimal') expect(result.cost).toBeCloseTo(least, 6)
  }
})
