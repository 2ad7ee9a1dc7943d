/** Generalised and three-dimensional assignment: published optima (Chu and Beasley 1997 list them) and enumeration. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assignGeneralised, assignThreeDimensional } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { readOrlibGeneralisedAssignment } from '../../../src/io/orlib/index.ts'

const folder = new URL('../../../../shared/benchmarks/solvers/orlib/', import.meta.url)
const absent = !existsSync(folder)

describe.skipIf(absent)(`OR-Library gap1 and gap3 ${absent ? '(skipped: no ../shared/benchmarks folder)' : ''}`, () => {
  test.each([
    ['gap1.txt', [336, 327, 339, 341, 326]],
    ['gap3.txt', [580, 564, 573, 570, 564]],
  ])('%s', async (name, optima) => {
    const found: (number | string)[] = []
    for (const problem of readOrlibGeneralisedAssignment(readFileSync(new URL(name, folder), 'utf8'), name)) {
      const result = await assignGeneralised({ ...problem, costs: problem.values }, { sense: 'maximize' })
      found.push(result.status === 'optimal' ? result.cost : result.status)
    }
    expect(found).toEqual(optima)
  })
})

test('generalised assignment agrees with enumeration, infeasible capacities included', async () => {
  const random = new RandomStream(17)
  for (let round = 0; round < 40; round++) {
    const [agents, jobs] = [random.integer(1, 3), random.integer(1, 5)]
    const table = (low: number, high: number) =>
      Array.from({ length: agents }, () => Array.from({ length: jobs }, () => random.integer(low, high)))
    const costs = table(-5, 20).map((row) => row.map((cost) => (random.chance(0.1) ? null : cost)))
    const resources = table(0, 9)
    const capacities = Array.from({ length: agents }, () => random.integer(4, 16))
    let best: number | null = null
    for (let code = 0; code < agents ** jobs; code++) {
      const left = [...capacities]
      let total: number | null = 0
      for (let j = 0, rest = code; j < jobs && total !== null; j++, rest = Math.floor(rest / agents)) {
        const i = rest % agents
        const cost = costs[i]?.[j] ?? null
        left[i] = (left[i] as number) - (resources[i]?.[j] as number)
        total = cost === null || (left[i] as number) < 0 ? null : total + cost
      }
      if (total !== null && (best === null || total < best)) best = total
    }
    const result = await assignGeneralised({ costs, resources, capacities })
    expect(result.status === 'optimal' ? result.cost : result.status).toBe(best ?? 'infeasible')
  }
})

test('three-dimensional assignment agrees with enumeration, whatever the lengths', async () => {
  const random = new RandomStream(23)
  for (let round = 0; round < 30; round++) {
    const [p, q, r] = [random.integer(1, 4), random.integer(1, 4), random.integer(1, 4)]
    const cube = Array.from({ length: p }, () =>
      Array.from({ length: q }, () =>
        Array.from({ length: r }, () => (random.chance(0.2) ? null : random.integer(-9, 9))),
      ),
    )
    const needed = Math.min(p, q, r)
    let best: number | null = null
    const place = (i: number, count: number, total: number, js: number, ks: number): void => {
      if (count === needed && (best === null || total < best)) best = total
      if (i === p) return
      place(i + 1, count, total, js, ks)
      for (let j = 0; j < q; j++)
        for (let k = 0; k < r; k++) {
          const cost = cube[i]?.[j]?.[k] ?? null
          if (cost === null || (js >> j) & 1 || (ks >> k) & 1) continue
          place(i + 1, count + 1, total + cost, js | (1 << j), ks | (1 << k))
        }
    }
    place(0, 0, 0, 0, 0)
    const result = await assignThreeDimensional(cube)
    expect(result.status === 'optimal' ? result.cost : result.status).toBe(best ?? 'infeasible')
  }
})

test('faulty tables are refused with every fault', async () => {
  const bad = { costs: [[1, 2]], resources: [[1, -1]], capacities: [1, 2] }
  await expect(assignGeneralised(bad)).rejects.toThrow(InvalidInputError)
  await expect(assignThreeDimensional([[[1, Number.NaN]], [[1]]])).rejects.toThrow(InvalidInputError)
})
