import { existsSync, readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { MatrixGameKernel, solveMatrixGame } from '../../../solvers/game/matrix-game.ts'
import { LinearModel, solveLinear } from '../../../solvers/linear/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'

type Payoff = readonly (readonly number[])[]

function randomGame(random: RandomStream, rows: number, columns: number, spread: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.integer(-spread, spread)))
}

/** Largest gain of any pure deviation, computed here. */
function exploitability(payoff: Payoff, row: Float64Array, column: Float64Array): number {
  const against = payoff.map((line) => line.reduce((total, value, j) => total + value * (column[j] as number), 0))
  const facing = (payoff[0] as readonly number[]).map((_, j) =>
    payoff.reduce((total, line, i) => total + (line[j] as number) * (row[i] as number), 0),
  )
  return Math.max(...against) - Math.min(...facing)
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

describe('matrix games', () => {
  test('rock, paper, scissors is worth 0 and played at one third each, exactly', async () => {
    const game = await solveMatrixGame(
      [
        [0, -1, 1],
        [1, 0, -1],
        [-1, 1, 0],
      ],
      { exact: true },
    )
    expect(game.value).toBe(0)
    expect(game.exact?.row.map(String)).toEqual(['1/3', '1/3', '1/3'])
    expect(game.exact?.column.map(String)).toEqual(['1/3', '1/3', '1/3'])
  })

  test('the penalty kick is worth 79.573025, kicked left at 0.385350, dived left at 0.419879', async () => {
    const game = await solveMatrixGame([
      [58.3, 94.97],
      [92.91, 69.92],
    ])
    expect(game.value).toBeCloseTo(79.573025, 6)
    expect(game.row[0]).toBeCloseTo(0.38535, 6)
    expect(game.column[0]).toBeCloseTo(0.419879, 6)
    expect(game.certificate.gap).toBeLessThan(1e-12)
  })

  test('a saddle point is played purely', async () => {
    const game = await solveMatrixGame([
      [3, 1, 4],
      [5, 2, 6],
      [0, -1, 7],
    ])
    expect(game.value).toBe(2)
    expect([...game.row]).toEqual([0, 1, 0])
    expect([...game.column]).toEqual([0, 1, 0])
  })

  test('one action, equal payoffs, and a single row or column are games too', async () => {
    expect((await solveMatrixGame([[-4.5]])).value).toBe(-4.5)
    expect(
      (
        await solveMatrixGame([
          [7, 7],
          [7, 7],
        ])
      ).value,
    ).toBe(7)
    expect((await solveMatrixGame([[3, -1, 2]])).value).toBe(-1)
    expect((await solveMatrixGame([[3], [-1], [2]])).value).toBe(3)
  })

  test('repeated and dominated actions do not matter', async () => {
    const base = [
      [1, -1],
      [-1, 1],
    ]
    const wide = base.map((line) => [...line, ...line, 5, 5])
    const game = await solveMatrixGame([...wide, ...wide, wide[0]!.map(() => -9)])
    expect(game.value).toBeCloseTo(0, 12)
    expect(game.certificate.gap).toBeLessThan(1e-12)
  })

  test('payoffs of very different size are solved again exactly', async () => {
    const game = await solveMatrixGame([
      [1, 1 + 1e-13, 5],
      [1 - 1e-13, 1, 1e6],
      [1e6, -1e6, 0],
    ])
    expect(game.method).toBe('exact')
    expect(game.status).toBe('optimal')
    expect(game.certificate.gap).toBeLessThan(1e-9)
  })

  test.prop([fc.integer({ min: 1, max: 0x7fffffff }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })], {
    seed: 7,
    numRuns: 200,
  })('no deviation from the strategies of a random game gains 1e-9', async (seed, rows, columns) => {
    const random = new RandomStream(seed)
    // A small spread makes ties, repeated rows and degenerate pivots.
    const payoff = randomGame(random, rows, columns, random.pick([1, 2, 100]))
    const game = await solveMatrixGame(payoff)
    expect(game.status).toBe('optimal')
    expect(sum(game.row)).toBeCloseTo(1, 12)
    expect(sum(game.column)).toBeCloseTo(1, 12)
    expect(Math.min(...game.row, ...game.column)).toBeGreaterThanOrEqual(0)
    expect(exploitability(payoff, game.row, game.column)).toBeLessThan(1e-9)
  })

  test.prop([fc.integer({ min: 1, max: 0x7fffffff }), fc.integer({ min: 2, max: 7 })], { seed: 8, numRuns: 100 })(
    'a symmetric game is worth 0, scaling scales and shifting shifts the value, changing sides negates it',
    async (seed, n) => {
      const half = randomGame(new RandomStream(seed), n, n, 5)
      const payoff = half.map((line, i) => line.map((value, j) => value - (half[j] as number[])[i]!))
      expect((await solveMatrixGame(payoff)).value).toBeCloseTo(0, 11)
      const { value } = await solveMatrixGame(half)
      expect((await solveMatrixGame(half.map((line) => line.map((v) => 4 * v + 3)))).value).toBeCloseTo(
        4 * value + 3,
        10,
      )
      const swapped = half.map((_, j) => half.map((line) => -(line[j] as number)))
      expect((await solveMatrixGame(swapped)).value).toBeCloseTo(-value, 11)
    },
  )

  test('30 random games have the value of their linear program in HiGHS', async () => {
    const random = new RandomStream(3)
    for (let k = 0; k < 30; k++) {
      const payoff = randomGame(random, random.integer(2, 12), random.integer(2, 12), 50)
      const model = new LinearModel('game', 'maximize')
      payoff.forEach((_, i) => {
        model.addVariable(`x${i}`)
      })
      const value = model.addVariable('v', { lower: Number.NEGATIVE_INFINITY, objective: 1 })
      payoff[0]?.forEach((_, j) => {
        const terms = payoff.map((line, i) => [i, line[j] as number] as const)
        model.addRow(`c${j}`, [...terms, [value, -1]], '>=', 0)
      })
      model.addRow(
        'sum',
        payoff.map((_, i) => [i, 1] as const),
        '=',
        1,
      )
      const result = await solveLinear(model)
      expect(result.status).toBe('optimal')
      if (result.status === 'optimal') {
        expect((await solveMatrixGame(payoff)).value).toBeCloseTo(result.objective, 7)
      }
    }
  })

  test('one workspace plays a stream of games of changing size', async () => {
    const kernel = new MatrixGameKernel(1, 1)
    const random = new RandomStream(9)
    for (let k = 0; k < 200; k++) {
      const payoff = randomGame(random, random.integer(1, 8), random.integer(1, 8), 9)
      const columns = (payoff[0] as number[]).length
      kernel.resize(payoff.length, columns)
      payoff.forEach((line, i) => {
        kernel.payoff.set(line, i * columns)
      })
      kernel.solve()
      expect(kernel.gap).toBeLessThan(1e-12)
      expect((kernel.lower + kernel.upper) / 2).toBeCloseTo((await solveMatrixGame(payoff)).value, 11)
    }
  })

  test('payoffs that are no matrix of numbers are refused with every fault', async () => {
    await expect(solveMatrixGame([])).rejects.toThrow(InvalidInputError)
    await expect(solveMatrixGame([[]])).rejects.toThrow(InvalidInputError)
    const faulty = solveMatrixGame([
      [1, Number.NaN],
      [1, 2, 3],
    ])
    await expect(faulty).rejects.toMatchObject({ issues: [{ code: 'not-a-number' }, { code: 'ragged' }] })
  })
})

const file = '../shared/benchmarks/coordination/zerosum/games.json'

describe.skipIf(!existsSync(file))(`delivered zero-sum games (skipped without ${file})`, () => {
  const games: Record<string, { matrix: number[][]; value: number }> = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {}
  for (const [name, { matrix, value }] of Object.entries(games)) {
    test(`${name} is worth ${value}, with a gap of at most 1e-9, and the exact value agrees`, async () => {
      const game = await solveMatrixGame(matrix, { exact: true })
      expect(game.value).toBeCloseTo(value, 9)
      expect(game.certificate.gap).toBeLessThanOrEqual(1e-9)
      expect(exploitability(matrix, game.row, game.column)).toBeLessThanOrEqual(1e-9)
      expect(game.exact?.value.toNumber()).toBeCloseTo(value, 9)
    })
  }
})
