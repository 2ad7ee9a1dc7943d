import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, IncrementalAssignment, rankAssignments } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { cells } from './arbitrary.ts'
import { bruteForce } from './brute-force.ts'
import { hours } from './people.ts'

const senses = fc.constantFrom('minimize' as const, 'maximize' as const)

test('ranking lists every assignment exactly once, best first', () => {
  fc.assert(
    fc.property(cells(5), senses, (matrix, sense) => {
      const oracle = bruteForce(matrix, sense)
      const ranking = rankAssignments(matrix, 200, { sense })
      if (oracle.best === null) {
        expect(ranking.status).toBe('infeasible')
        return
      }
      if (ranking.status !== 'optimal') throw new Error(ranking.status)
      expect(ranking.assignments.map((a) => a.cost)).toEqual(oracle.totals)
      expect(new Set(ranking.assignments.map((a) => JSON.stringify(a.pairs))).size).toBe(oracle.totals.length)
      expect(ranking.complete).toBe(true)
      expect(ranking.unique).toBe(oracle.optima === 1)
    }),
    { numRuns: 300, seed: 11 },
  )
})

test('the people’s optimum is unique: the second best takes longer', () => {
  const ranking = rankAssignments(hours, 25)
  if (ranking.status !== 'optimal') throw new Error(ranking.status)
  expect(ranking.unique).toBe(true)
  expect(ranking.complete).toBe(false)
  expect(ranking.assignments.map((a) => a.cost)).toEqual(bruteForce(hours).totals.slice(0, 25))
})

test('a count that is no positive whole number is refused', () => {
  expect(() => rankAssignments(hours, 0)).toThrow(InvalidInputError)
})

test('after every change of a row or column the incremental answer is that of a fresh solve', () => {
  fc.assert(
    fc.property(cells(), senses, fc.integer({ min: 1, max: 1000 }), (matrix, sense, seed) => {
      const random = new RandomStream(seed)
      const current = matrix.map((row) => [...row])
      const incremental = new IncrementalAssignment(matrix, { sense })
      const cell = () => (random.chance(0.2) ? null : random.integer(-9, 9))
      for (let step = 0; step < 6; step++) {
        const result = incremental.solve()
        const fresh = assign(current, { sense })
        expect(result.status).toBe(fresh.status)
        if (result.status === 'optimal' && fresh.status === 'optimal') expect(result.cost).toBe(fresh.cost)
        const columns = (current[0] as unknown[]).length
        if (random.chance(0.5)) {
          const i = random.integer(0, current.length - 1)
          current[i] = Array.from({ length: columns }, cell)
          incremental.setRow(i, current[i] as (number | null)[])
        } else {
          const j = random.integer(0, columns - 1)
          const line = current.map(cell)
          for (const [i, cost] of line.entries()) (current[i] as (number | null)[])[j] = cost
          incremental.setColumn(j, line)
        }
      }
    }),
    { numRuns: 300, seed: 12 },
  )
})

test('an incremental change is refused when it does not fit', () => {
  const incremental = new IncrementalAssignment([
    [1, 2],
    [3, 4],
  ])
  expect(() => incremental.setRow(2, [1, 2])).toThrow(InvalidInputError)
  expect(() => incremental.setRow(0, [1])).toThrow(InvalidInputError)
  expect(() => incremental.setColumn(0, [1, Number.NaN])).toThrow(InvalidInputError)
})
