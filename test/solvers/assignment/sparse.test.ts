import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assign, assignSparse, type CostEntry, type SparseCosts } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { cells } from './arbitrary.ts'
import { hours } from './people.ts'

function entriesOf(matrix: readonly (readonly (number | null)[])[]): SparseCosts {
  const entries: CostEntry[] = []
  for (const [i, row] of matrix.entries())
    for (const [j, cost] of row.entries()) if (cost !== null) entries.push([i, j, cost])
  return { rows: matrix.length, columns: matrix[0]?.length ?? 0, entries }
}

test('the people are assigned from a list of the pairs that can work', () => {
  expect(assignSparse(entriesOf(hours))).toMatchObject({ status: 'optimal', cost: 43, check: { gap: 0 } })
})

test('sparse and dense agree on status, total and proof', () => {
  fc.assert(
    fc.property(cells(), fc.constantFrom('minimize' as const, 'maximize' as const), (matrix, sense) => {
      const sparse = assignSparse(entriesOf(matrix), { sense })
      const dense = assign(matrix, { sense })
      expect(sparse.status).toBe(dense.status)
      if (sparse.status === 'optimal' && dense.status === 'optimal') expect(sparse.cost).toBe(dense.cost)
      if (sparse.status === 'infeasible')
        expect(sparse.violator.partners.length).toBeLessThan(sparse.violator.members.length)
    }),
    { numRuns: 1000, seed: 21 },
  )
})

test('8,000 rows with four pairs each are proved', () => {
  const rows = 8_000
  const random = new RandomStream(5)
  const entries: CostEntry[] = []
  for (let i = 0; i < rows; i++) {
    const columns = new Set([i, random.integer(0, rows - 1), random.integer(0, rows - 1), random.integer(0, rows - 1)])
    for (const j of columns) entries.push([i, j, random.integer(1, 1000)])
  }
  expect(assignSparse({ rows, columns: rows, entries })).toMatchObject({ status: 'optimal', check: { gap: 0 } })
})

test('faults of the list are reported at once', () => {
  const bad: SparseCosts = {
    rows: 2,
    columns: 2,
    entries: [
      [0, 0, 1],
      [0, 0, 2],
      [2, 0, 1],
      [1, 1, Number.NaN],
    ],
  }
  try {
    assignSparse(bad)
    throw new Error('nothing was thrown')
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    expect(error.issues.map((issue) => issue.code)).toEqual(['duplicate-pair', 'unknown-index', 'not-a-number'])
  }
})

describe('large dense matrices, which start from a core, keep their proof', () => {
  const random = new RandomStream(9)
  const size = 260
  const families: Readonly<Record<string, (i: number, j: number) => number>> = {
    uniform: () => random.next(),
    'small integers': () => random.integer(1, 20),
    'all equal': () => 7,
    product: (i, j) => (i + 1) * (j + 1),
    'wide range': () => 10 ** random.integer(-6, 9),
    'distance on a line': (i, j) => Math.abs(i * 1.37 - j * 1.21),
    'mostly forbidden': (i, j) => (i === j || random.chance(0.03) ? random.next() : Number.POSITIVE_INFINITY),
    'one column for half of the rows': (i, j) => (i < size / 2 && j > 0 ? 1000 + random.next() : random.next()),
  }
  test.each(Object.entries(families))('%s', (_name, cell) => {
    const costs = Float64Array.from({ length: size * size }, (_, k) => cell(Math.floor(k / size), k % size))
    const result = assign({ rows: size, columns: size, costs }, { uniqueness: true })
    expect(result.status).toBe('optimal')
    if (result.status === 'optimal') expect(result.check.gap).toBeLessThanOrEqual(1e-9 * Math.max(1, result.cost))
    expect(result.attempts.length).toBe(1)
  })

  test('a forbidden block that is too large is named', () => {
    const costs = Float64Array.from({ length: size * size }, (_, k) => {
      const [i, j] = [Math.floor(k / size), k % size]
      return i >= 100 && j >= 159 ? Number.POSITIVE_INFINITY : random.next()
    })
    const result = assign({ rows: size, columns: size, costs })
    expect(result.status).toBe('infeasible')
    if (result.status === 'infeasible') expect(result.violator.members.every((i) => i >= 100)).toBe(true)
  })
})
