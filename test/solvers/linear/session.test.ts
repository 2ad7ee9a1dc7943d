import { expect, test } from 'vitest'
import { families, randomModel } from '../../../bench/linear/families.ts'
import { tableModel } from '../../../solvers/conformance/linear.ts'
import {
  bestSolutions,
  type LinearModel,
  LinearSession,
  solveLinear,
  type Term,
} from '../../../solvers/linear/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'

/** One random change of a model: a bound, a side, a cost, a coefficient, a new row, a new column, the sense. */
function change(model: LinearModel, random: RandomStream): void {
  const j = random.integer(0, model.variableCount - 1)
  const i = random.integer(0, model.rowCount - 1)
  const changes = [
    () => model.setVariableBounds(j, model.variableLower(j), Math.max(model.variableLower(j), random.integer(0, 9))),
    () => model.setRowBounds(i, Number.NEGATIVE_INFINITY, random.integer(0, 40)),
    () => model.setObjective(j, random.integer(-9, 9)),
    () => model.setCoefficient(i, j, random.integer(-5, 9)),
    () => {
      const other = (j + 1) % model.variableCount
      const terms: Term[] = [
        [j, random.integer(1, 5)],
        [other, 1],
      ]
      model.addRow('more', terms, '<=', random.integer(0, 30))
    },
    () => {
      const column = model.addVariable('more', { objective: random.integer(-9, 9), upper: 7 })
      model.setCoefficient(i, column, random.integer(1, 5))
    },
    () => {
      model.sense = model.sense === 'minimize' ? 'maximize' : 'minimize'
    },
  ]
  random.pick(changes)()
}

test('a session gives after every change what a fresh solve gives', async () => {
  const random = new RandomStream(7)
  for (const family of families) {
    const model = randomModel(family, 3)
    const session = new LinearSession(model)
    for (let step = 0; step < 12; step++) {
      const kept = await session.solve()
      const fresh = await solveLinear(model)
      expect(kept.status, `${family} step ${step}`).toBe(fresh.status)
      if (kept.status === 'optimal' && fresh.status === 'optimal') {
        const scale = Math.max(1, Math.abs(fresh.objective))
        expect(Math.abs(kept.objective - fresh.objective) / scale, `${family} step ${step}`).toBeLessThan(1e-6)
      }
      change(model, random)
    }
    session.dispose()
  }
})

test('a disposed session starts anew', async () => {
  const session = new LinearSession(tableModel('maximize', [{ cost: 1, upper: 3 }], []))
  expect(await session.solve()).toMatchObject({ objective: 3 })
  session.dispose()
  expect(await session.solve()).toMatchObject({ objective: 3 })
  session.dispose()
})

/** Subsets of a knapsack by falling value, by enumeration. */
function subsets(values: readonly number[], weights: readonly number[], capacity: number): number[] {
  const found: number[] = []
  for (let mask = 0; mask < 1 << values.length; mask++) {
    let value = 0
    let weight = 0
    for (let j = 0; j < values.length; j++) {
      if ((mask & (1 << j)) === 0) continue
      value += values[j] as number
      weight += weights[j] as number
    }
    if (weight <= capacity) found.push(value)
  }
  return found.sort((a, b) => b - a)
}

test('the k best solutions come in order and stop with proof when there are no more', async () => {
  const values = [5, 4, 3, 7, 6]
  const weights = [2, 3, 1, 4, 3]
  const model = tableModel(
    'maximize',
    values.map((cost) => ({ cost, kind: 'binary' as const })),
    [[weights, '<=', 8]],
  )
  const expected = subsets(values, weights, 8)
  const found: number[] = []
  const pool = bestSolutions(model, { count: 100 })
  for (;;) {
    const next = await pool.next()
    if (next.done === true) {
      expect(next.value).toMatchObject({ complete: true })
      break
    }
    found.push(next.value.objective)
  }
  expect(found).toEqual(expected)
  expect(model.rowCount).toBe(1)
})

test('solutions beyond the given distance from the best are left out', async () => {
  const model = tableModel(
    'maximize',
    [5, 4, 3].map((cost) => ({ cost, kind: 'binary' as const })),
    [[[1, 1, 1], '<=', 2]],
  )
  const found: number[] = []
  for await (const result of bestSolutions(model, { within: 2 })) found.push(result.objective)
  expect(found).toEqual([9, 8, 7])
})

test('general integers are refused for a pool unless told what distinguishes solutions', async () => {
  const model = tableModel('maximize', [{ cost: 1, upper: 5, kind: 'integer' }], [])
  await expect(bestSolutions(model).next()).rejects.toThrow(/general integer/)
})
