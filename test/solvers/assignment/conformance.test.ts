/** One suite for every backend, asked alone through the front; no fall-back hides a wrong answer. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AssignmentBackend,
  assign,
  type CostMatrix,
  munkresBackend,
  munkresJsBackend,
  shortestAugmentingPathBackend,
} from '../../../solvers/assignment/index.ts'
import { cells } from './arbitrary.ts'
import { bruteForce } from './brute-force.ts'
import { hours } from './people.ts'

const backends: readonly AssignmentBackend[] = [shortestAugmentingPathBackend, munkresBackend, munkresJsBackend]

const catalogue: readonly { name: string; matrix: CostMatrix; minimum: number; maximum: number; unique: boolean }[] = [
  { name: 'eight people', matrix: hours, minimum: 43, maximum: 93, unique: true },
  { name: 'one pair', matrix: [[-3]], minimum: -3, maximum: -3, unique: true },
  {
    name: 'two optima',
    matrix: [
      [1, 2],
      [1, 2],
    ],
    minimum: 3,
    maximum: 3,
    unique: false,
  },
  {
    name: 'wide',
    matrix: [
      [4, 1, 3, 9, 9],
      [2, 0, 5, 9, 8],
      [3, 2, 2, 9, 9],
    ],
    minimum: 5,
    maximum: 23,
    unique: true,
  },
  {
    name: 'tall',
    matrix: [
      [4, 2, 3],
      [1, 0, 2],
      [3, 5, 2],
      [9, 9, 9],
      [9, 8, 9],
    ],
    minimum: 5,
    maximum: 23,
    unique: true,
  },
  {
    name: 'a forced expensive pair',
    matrix: [
      [null, 1000],
      [0, 0],
    ],
    minimum: 1000,
    maximum: 1000,
    unique: true,
  },
  {
    name: 'tiny costs',
    matrix: [
      [1e-9, 2e-9],
      [2e-9, 1e-9],
    ],
    minimum: 2e-9,
    maximum: 4e-9,
    unique: true,
  },
]

describe.each(backends)('$name', (backend) => {
  test.each(catalogue)('solves $name in both senses with a proof', ({ matrix, minimum, maximum, unique }) => {
    const low = assign(matrix, { backends: [backend], uniqueness: true })
    expect(low).toMatchObject({ status: 'optimal', unique })
    expect(low.status === 'optimal' && low.cost).toBeCloseTo(minimum, 12)
    const high = assign(matrix, { backends: [backend], sense: 'maximize' })
    expect(high.status === 'optimal' && high.cost).toBeCloseTo(maximum, 12)
  })

  test('names two rows that compete for one column', () => {
    const result = assign(
      [
        [1, null, null],
        [2, null, null],
        [3, 4, 5],
      ],
      { backends: [backend] },
    )
    expect(result).toMatchObject({
      status: 'infeasible',
      violator: { side: 'rows', members: [0, 1], partners: [0] },
    })
  })

  test('names a row that may have no column at all', () => {
    const result = assign(
      [
        [null, null],
        [1, 2],
      ],
      { backends: [backend] },
    )
    expect(result).toMatchObject({ status: 'infeasible', violator: { side: 'rows', members: [0], partners: [] } })
  })

  test('names the columns when they are the shorter side', () => {
    const result = assign(
      [
        [1, null],
        [1, null],
        [1, null],
      ],
      { backends: [backend] },
    )
    expect(result).toMatchObject({ status: 'infeasible', violator: { side: 'columns', members: [1], partners: [] } })
  })

  test('agrees with the enumeration of all assignments, whatever the shape, sense, ties and forbidden pairs', () => {
    fc.assert(
      fc.property(cells(), fc.constantFrom('minimize' as const, 'maximize' as const), (matrix, sense) => {
        const oracle = bruteForce(matrix, sense)
        const result = assign(matrix, { backends: [backend], sense, uniqueness: true })
        if (oracle.best === null) {
          expect(result.status).toBe('infeasible')
          return
        }
        expect(result).toMatchObject({ status: 'optimal', cost: oracle.best, check: { gap: 0, maxViolation: 0 } })
        expect(result.status === 'optimal' && result.unique).toBe(oracle.optima === 1)
      }),
      { numRuns: 700, seed: 20 },
    )
  })

  test('proves random real-valued optima of 40 x 55', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2200, maxLength: 2200 }),
        (list) => {
          const result = assign({ rows: 40, columns: 55, costs: Float64Array.from(list) }, { backends: [backend] })
          const reference = assign({ rows: 40, columns: 55, costs: Float64Array.from(list) })
          if (result.status !== 'optimal' || reference.status !== 'optimal') throw new Error('not solved')
          expect(result.cost).toBeCloseTo(reference.cost, 9)
        },
      ),
      { numRuns: 10, seed: 3 },
    )
  })
})
