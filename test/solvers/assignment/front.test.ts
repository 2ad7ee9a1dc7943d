import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AssignmentAnswer,
  type AssignmentBackend,
  assign,
  munkresJsBackend,
  shortestAugmentingPathBackend,
} from '../../../solvers/assignment/index.ts'
import { BackendError, InvalidInputError } from '../../../solvers/contract/index.ts'
import { cells } from './arbitrary.ts'
import { hours } from './people.ts'

function scripted(answer: AssignmentAnswer): AssignmentBackend {
  return {
    name: 'scripted',
    version: '0',
    capabilities: { duals: true, timeLimit: false, maxCells: 100 },
    solve: () => answer,
  }
}

const square = [
  [1, 5, null],
  [5, 1, 5],
  [5, 5, 1],
]

describe('a backend that answers wrongly is caught, named, and the next is asked', () => {
  const wrong: readonly [string, AssignmentAnswer, RegExp][] = [
    ['not optimal, no prices', claim([1, 0, 2], null), /can be improved/],
    ['not optimal, prices that prove less', claim([1, 0, 2], [0, 0, 0]), /prove only/],
    ['optimal pairs, false prices', claim([0, 1, 2], [3, 0, -9]), /prove only/],
    ['a forbidden pair', claim([2, 1, 0], [0, 0, 0]), /forbidden pair \(0, 2\)/],
    ['a column used twice', claim([0, 0, 2], null), /column 0 to two rows/],
    ['a column that does not exist', claim([0, 1, 3], null), /column 3/],
    ['a row left out', claim([0, 1, -1], null), /2 pairs instead of 3/],
    ['too few rows', claim([0, 1], null), /2 rows instead of 3/],
    ['prices that are not numbers', claim([0, 1, 2], [Number.NaN, 0, 0]), /prove only NaN/],
    ['infeasible with rows that are fine', { claim: 'infeasible', violator: [0, 1] }, /a complete assignment exists/],
    ['infeasible without a reason', { claim: 'infeasible', violator: null }, /a complete assignment exists/],
  ]

  test.each(wrong)('%s', (_name, answer, reason) => {
    const result = assign(square, { backends: [scripted(answer), shortestAugmentingPathBackend] })
    expect(result).toMatchObject({
      status: 'optimal',
      cost: 3,
      solver: 'shortest-augmenting-path 1',
      attempts: [
        { backend: 'scripted', outcome: 'wrong-answer', reason: expect.stringMatching(reason) },
        { backend: 'shortest-augmenting-path', outcome: 'answered' },
      ],
    })
  })

  test('a crash is a failed attempt, and the last word is a BackendError when nobody is left', () => {
    const broken: AssignmentBackend = {
      ...scripted({ claim: 'infeasible', violator: null }),
      solve: () => {
        throw new Error('out of memory')
      },
    }
    expect(assign(square, { backends: [broken, shortestAugmentingPathBackend] }).attempts[0]).toEqual({
      backend: 'scripted',
      outcome: 'failed',
      reason: 'out of memory',
    })
    expect(() => assign(square, { backends: [broken] })).toThrow(BackendError)
  })

  test('an infeasible claim without a reason gets its Hall violator from the matrix', () => {
    const result = assign(
      [
        [1, null],
        [1, null],
      ],
      { backends: [scripted({ claim: 'infeasible', violator: null })] },
    )
    expect(result).toMatchObject({ status: 'infeasible', violator: { members: [0, 1], partners: [0] } })
  })

  test('a backend is not asked for more cells than it can do', () => {
    const big = { rows: 201, columns: 200, costs: new Float64Array(201 * 200) }
    const result = assign(big, { backends: [munkresJsBackend, shortestAugmentingPathBackend] })
    expect(result.attempts[0]).toMatchObject({ backend: 'munkres-js', outcome: 'unsupported' })
    expect(result).toMatchObject({ status: 'optimal', cost: 0 })
  })

  test('munkres-js is never handed costs beyond its largest number', () => {
    const result = assign(
      [
        [1e16, 2],
        [3, 4],
      ],
      { backends: [munkresJsBackend, shortestAugmentingPathBackend] },
    )
    expect(result.attempts[0]).toMatchObject({ backend: 'munkres-js', outcome: 'unsupported' })
    expect(result).toMatchObject({ status: 'optimal', cost: 5 })
  })
})

function claim(columnOf: number[], prices: number[] | null): AssignmentAnswer {
  return {
    claim: 'optimal',
    columnOf: Int32Array.from(columnOf),
    prices: prices === null ? null : Float64Array.from(prices),
  }
}

describe('the matrix', () => {
  test('all faults of a matrix are reported at once, each with its place and remedy', () => {
    const fault = catchInvalid(() =>
      assign([
        [1, Number.NaN, 2],
        [1, 2],
        [Number.NEGATIVE_INFINITY, 1e200, 'x' as never],
      ]),
    )
    expect(fault.issues.map((issue) => [issue.code, issue.path])).toEqual([
      ['not-a-number', [0, 1]],
      ['ragged-matrix', [1]],
      ['out-of-range', [2, 0]],
      ['out-of-range', [2, 1]],
      ['wrong-type', [2, 2]],
    ])
    expect(fault.issues.every((issue) => issue.hint !== '')).toBe(true)
  })

  test('a flat matrix has its size, its mask and its numbers checked', () => {
    const flat = (parts: object) => ({ rows: 2, columns: 2, costs: new Float64Array(4), ...parts })
    const codes = (parts: object) => catchInvalid(() => assign(flat(parts))).issues.map((issue) => issue.code)
    expect(codes({ rows: -1 })).toEqual(['out-of-range'])
    expect(codes({ rows: 1.5 })).toEqual(['out-of-range'])
    expect(codes({ rows: 3 })).toEqual(['wrong-size'])
    expect(codes({ forbidden: new Uint8Array(3) })).toEqual(['wrong-size'])
    expect(codes({ costs: Float64Array.of(1, Number.NaN, 2, 3) })).toEqual(['not-a-number'])
  })

  test('a mask forbids pairs and leaves the caller’s costs as they are', () => {
    const costs = Float64Array.of(1, 2, 3, 9)
    const result = assign({ rows: 2, columns: 2, costs, forbidden: Uint8Array.of(1, 0, 0, 0) })
    expect(result).toMatchObject({ status: 'optimal', cost: 5 })
    expect([...costs]).toEqual([1, 2, 3, 9])
  })

  test('both infinities forbid when maximising', () => {
    const matrix = [
      [Number.POSITIVE_INFINITY, 1],
      [2, Number.NEGATIVE_INFINITY],
    ]
    expect(assign(matrix, { sense: 'maximize' })).toMatchObject({ status: 'optimal', cost: 3 })
    const flat = { rows: 2, columns: 2, costs: Float64Array.from(matrix.flat()) }
    expect(assign(flat, { sense: 'maximize' })).toMatchObject({ status: 'optimal', cost: 3 })
  })

  test('matrices without rows or columns have the empty assignment', () => {
    expect(assign([])).toMatchObject({ status: 'optimal', cost: 0, pairs: [] })
    expect(assign([[], []])).toMatchObject({ status: 'optimal', cost: 0, pairs: [], columnOf: Int32Array.of(-1, -1) })
    expect(assign({ rows: 0, columns: 3, costs: new Float64Array(0) })).toMatchObject({ status: 'optimal', cost: 0 })
  })
})

function catchInvalid(action: () => unknown): InvalidInputError {
  try {
    action()
  } catch (error) {
    if (error instanceof InvalidInputError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the proof', () => {
  test('the people’s potentials add up to 43 and stay below every allowed hour', () => {
    const result = assign(hours, { uniqueness: true })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.cost).toBe(43)
    expect(result.unique).toBe(true)
    expect(result.columnOf).toEqual(Int32Array.of(3, 5, 7, 1, 2, 6, 4, 0))
    const total = [...result.rowPotentials, ...result.columnPotentials].reduce((a, b) => a + b, 0)
    expect(total).toBe(43)
    expect(result.check).toEqual({ checked: true, bound: 43, gap: 0, maxViolation: 0 })
  })

  test('dropping any member of a Hall violator removes the conflict', () => {
    fc.assert(
      fc.property(cells(), (matrix) => {
        const result = assign(matrix)
        if (result.status !== 'infeasible') return
        const { side, members } = result.violator
        const lines = (indices: readonly number[]) =>
          side === 'rows'
            ? indices.map((i) => matrix[i] as (number | null)[])
            : indices.map((j) => matrix.map((row) => row[j] as number | null))
        expect(assign(lines(members)).status).toBe('infeasible')
        for (const dropped of members) {
          expect(assign(lines(members.filter((member) => member !== dropped))).status).toBe('optimal')
        }
      }),
      { numRuns: 500, seed: 4 },
    )
  })

  test('scaling all costs scales the optimum, adding to a row adds once', () => {
    fc.assert(
      fc.property(cells(5), fc.integer({ min: 1, max: 9 }), (matrix, factor) => {
        const base = assign(matrix)
        if (base.status !== 'optimal') return
        const scaled = assign(matrix.map((row) => row.map((cost) => (cost === null ? null : cost * factor))))
        expect(scaled).toMatchObject({ status: 'optimal', cost: base.cost * factor + 0 })
        if (matrix.length > (matrix[0] as unknown[]).length) return
        const raised = assign(matrix.map((row, i) => row.map((c) => (c === null || i > 0 ? c : c + factor))))
        expect(raised).toMatchObject({ status: 'optimal', cost: base.cost + factor })
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  test('costs from 1e-6 to 1e9 are proved within their rounding', () => {
    const n = 60
    const costs = Float64Array.from({ length: n * n }, (_, k) => 10 ** (((k * 7919) % 1500) / 100 - 6))
    const result = assign({ rows: n, columns: n, costs })
    expect(result.status).toBe('optimal')
  })

  test('a signal that has fired ends the run as unknown', () => {
    const n = 300
    const costs = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) + 1) * ((k % n) + 1))
    const result = assign({ rows: n, columns: n, costs }, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ status: 'unknown', limit: 'interrupted' })
  })
})
