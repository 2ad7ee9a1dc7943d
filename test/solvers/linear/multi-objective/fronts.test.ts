import { describe, expect, test } from 'vitest'
import { InvalidInputError, UnsupportedError } from '../../../../solvers/contract/index.ts'
import { LinearModel, solveLinear } from '../../../../solvers/linear/index.ts'
import {
  collectFront,
  dichotomicFront,
  epsilonConstraintFront,
  type Front,
  type FrontRegion,
  type MultiObjectiveProblem,
  nondominatedFront,
  solveLexicographic,
  solveWeighted,
} from '../../../../solvers/linear/multi-objective/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { nondominated, randomProblem, round } from './brute-force.ts'

const vectors = (front: Front) => front.points.map((point) => point.objectives.map(round))
const within = (vector: readonly number[], { from, to }: FrontRegion) =>
  vector.every((value, k) => value >= (from[k] as number) - 1e-9 && value <= (to[k] as number) + 1e-9)

/** min (x, y) with x + y >= 4, 3x + y >= 6, x + 3y >= 6: hull corners (0, 6), (1, 3), (3, 1), (6, 0). */
function linearProblem(): MultiObjectiveProblem {
  const model = new LinearModel('linear')
  const x = model.addVariable('x', { upper: 10 })
  const y = model.addVariable('y', { upper: 10 })
  for (const [a, b, rhs] of [
    [1, 1, 4],
    [3, 1, 6],
    [1, 3, 6],
  ] as const) {
    model.addRow(
      `${a}x + ${b}y`,
      [
        [x, a],
        [y, b],
      ],
      '>=',
      rhs,
    )
  }
  return { model, objectives: [[[x, 1]], [[y, 1]]] }
}

describe('the exact front of random integer problems equals enumeration', () => {
  test('by the epsilon-constraint method, in order', async () => {
    const random = new RandomStream(21)
    for (let round = 0; round < 40; round++) {
      const { problem, front } = randomProblem(random, 2, round % 4 === 0 ? 10 : 1)
      const result = await collectFront(epsilonConstraintFront(problem))
      expect(vectors(result), `round ${round}`).toEqual(front)
      expect(result).toMatchObject({ status: 'complete', limit: null, remaining: [] })
      expect(result.points.every((point) => point.proved)).toBe(true)
    }
  })

  test('by search zones, for two, three and four objectives', async () => {
    const random = new RandomStream(22)
    for (let round = 0; round < 36; round++) {
      const { problem, front } = randomProblem(random, 2 + (round % 3), round % 5 === 0 ? 100 : 1)
      const result = await collectFront(nondominatedFront(problem))
      expect(vectors(result), `round ${round}`).toEqual(front)
      expect(result.status).toBe('complete')
    }
  })

  test('by the dichotomic search, restricted to supported points', async () => {
    const random = new RandomStream(23)
    for (let round = 0; round < 40; round++) {
      const { problem, front } = randomProblem(random, 2)
      const signs = (problem.senses ?? []).map((sense) => (sense === 'maximize' ? -1 : 1)) as [number, number]
      const value = (vector: readonly number[], w: readonly number[]) =>
        (w[0] as number) * signs[0] * (vector[0] as number) + (w[1] as number) * signs[1] * (vector[1] as number)
      // Supported: best for the normal of some segment, or for some weights near an axis.
      const weights: number[][] = [
        [1, 1e-6],
        [1e-6, 1],
      ]
      for (const a of front)
        for (const b of front) {
          const w = [signs[1] * ((a[1] as number) - (b[1] as number)), signs[0] * ((b[0] as number) - (a[0] as number))]
          if ((w[0] as number) > 0 && (w[1] as number) > 0) weights.push(w)
        }
      const supported = front.filter((vector) =>
        weights.some((w) => front.every((other) => value(vector, w) <= value(other, w) + 1e-9)),
      )
      const result = await collectFront(dichotomicFront(problem))
      expect(vectors(result), `round ${round}`).toEqual(supported)
      expect(result.status).toBe('complete')
    }
  })

  test('a sum with positive weights and a lexicographic order give points of it', async () => {
    const random = new RandomStream(24)
    for (let round = 0; round < 20; round++) {
      const { problem, front } = randomProblem(random, 3)
      const weighted = await solveWeighted(problem, [1, 2, 3])
      const ordered = await solveLexicographic(problem, { order: [2, 0, 1] })
      for (const result of [weighted, ordered]) {
        if (result.status !== 'optimal') throw new Error(result.status)
        expect(result.point.proved).toBe(true)
        expect(front).toContainEqual(result.point.objectives)
      }
    }
  })
})

describe('continuous fronts', () => {
  test('of linear programs are described by their corners', async () => {
    const result = await collectFront(dichotomicFront(linearProblem()))
    expect(vectors(result)).toEqual([
      [0, 6],
      [1, 3],
      [3, 1],
      [6, 0],
    ])
    expect(result.status).toBe('complete')
  })

  test('are approached to the precision asked for, and what is left lies in the boxes given', async () => {
    const result = await collectFront(epsilonConstraintFront(linearProblem(), { precision: 0.1 }))
    expect(result.status).toBe('approximate')
    const onFront = (x: number) => Math.max(6 - 3 * x, 4 - x, (6 - x) / 3, 0)
    for (const { objectives, proved } of result.points) {
      expect(proved).toBe(true)
      expect(objectives[1]).toBeCloseTo(onFront(objectives[0] as number), 6)
    }
    for (let x = 0; x <= 6; x += 0.01) {
      const vector = [x, onFront(x)]
      const near = result.points.some((p) =>
        p.objectives.every((value, k) => Math.abs(value - (vector[k] as number)) < 1e-6),
      )
      expect(near || result.remaining.some((box) => within(vector, box)), `${vector}`).toBe(true)
    }
    for (const { from, to } of result.remaining) {
      expect(Math.min((to[0] as number) - (from[0] as number), (to[1] as number) - (from[1] as number))).toBeLessThan(
        0.6 + 1e-9,
      )
    }
  })

  test('cannot be enumerated, and saying so names the objective', async () => {
    const run = () => collectFront(nondominatedFront(linearProblem()))
    await expect(run()).rejects.toThrow(UnsupportedError)
    await expect(run()).rejects.toThrow(/objective 1 is continuous/)
  })

  test('beside an integer objective the front is exact', async () => {
    // y >= 2.5 - x with integer x <= 3: cost y against pieces x.
    const model = new LinearModel()
    const x = model.addVariable('x', { kind: 'integer', upper: 3 })
    const y = model.addVariable('y')
    model.addRow(
      'cover',
      [
        [x, 1],
        [y, 1],
      ],
      '>=',
      2.5,
    )
    for (const objectives of [
      [[[x, 1]], [[y, 1]]],
      [[[y, 1]], [[x, 1]]],
    ] as const) {
      const result = await collectFront(epsilonConstraintFront({ model, objectives }))
      expect(result.status).toBe('complete')
      expect(result.points.length).toBe(4)
    }
  })
})

describe('limits', () => {
  test('leave proved points, and boxes that hold every point not found', async () => {
    const random = new RandomStream(25)
    let cut = 0
    for (let round = 0; round < 25; round++) {
      const count = 2 + (round % 2)
      const { problem, front } = randomProblem(random, count)
      if (front.length < 3) continue
      for (const method of count === 2 ? [epsilonConstraintFront, nondominatedFront] : [nondominatedFront]) {
        const result = await collectFront(method(problem, { maxPoints: 2 }))
        expect(result).toMatchObject({ status: 'limited', limit: 'iterations' })
        cut++
        const found = vectors(result)
        for (const vector of front) {
          const known = found.some((one) => one.join() === vector.join())
          expect(known || result.remaining.some((box) => within(vector, box)), `${vector}`).toBe(true)
        }
      }
    }
    expect(cut).toBeGreaterThan(10)
  })

  test('an abort between two points ends the stream with what is left', async () => {
    const random = new RandomStream(31)
    let { problem, front } = randomProblem(random, 2)
    while (front.length < 4) ({ problem, front } = randomProblem(random, 2))
    for (const method of [epsilonConstraintFront, nondominatedFront, dichotomicFront]) {
      const controller = new AbortController()
      const stream = method(problem, { signal: controller.signal })
      await stream.next()
      controller.abort()
      const { value, done } = await lastOf(stream)
      expect(done).toBe(true)
      expect(value).toMatchObject({ status: 'limited', limit: 'interrupted' })
    }
  })

  test('no time at all gives no point and no claim', async () => {
    const { problem } = randomProblem(new RandomStream(26), 2)
    for (const method of [epsilonConstraintFront, nondominatedFront, dichotomicFront]) {
      const result = await collectFront(method(problem, { timeLimitMs: 0 }))
      expect(result).toMatchObject({ status: 'limited', limit: 'time', points: [] })
      expect(result.remaining.length).toBeGreaterThan(0)
    }
  })
})

async function lastOf<T, R>(stream: AsyncGenerator<T, R, void>): Promise<IteratorResult<T, R>> {
  for (;;) {
    const next = await stream.next()
    if (next.done === true) return next
  }
}

test('infeasible and unbounded problems are results of every method', async () => {
  const infeasible = new LinearModel()
  infeasible.addVariable('x', { kind: 'integer', upper: 1 })
  infeasible.addVariable('y', { kind: 'integer', upper: 1 })
  infeasible.addRow('r', [[0, 1]], '>=', 2)
  const unbounded = new LinearModel()
  unbounded.addVariable('x', { kind: 'integer' })
  unbounded.addVariable('y', { kind: 'integer' })
  const objectives = [[[0, -1]], [[1, 1]]] as const
  for (const [model, status] of [
    [infeasible, 'infeasible'],
    [unbounded, 'unbounded'],
  ] as const) {
    expect((await solveLinear(infeasible)).status).toBe('infeasible')
    for (const method of [epsilonConstraintFront, nondominatedFront, dichotomicFront]) {
      expect(await collectFront(method({ model, objectives })), `${status} ${method.name}`).toMatchObject({
        status,
        points: [],
      })
    }
    expect((await solveLexicographic({ model, objectives })).status).toBe(status)
    expect((await solveWeighted({ model, objectives }, [1, 0])).status).toBe(status)
  }
})

test('faults of the problem are reported together', async () => {
  const model = new LinearModel()
  model.addVariable('x')
  const problem: MultiObjectiveProblem = { model, objectives: [[[5, 1]], [[0, Number.NaN]]], senses: ['minimize'] }
  const issues = await collectFront(epsilonConstraintFront(problem)).catch((error: InvalidInputError) => error.issues)
  expect(issues).toMatchObject([{ code: 'wrong-length' }, { code: 'unknown-index' }, { code: 'not-a-number' }])
  const one = { model, objectives: [[[0, 1]]] } as const
  await expect(collectFront(dichotomicFront(one))).rejects.toThrow(InvalidInputError)
  await expect(solveLexicographic(one, { order: [1] })).rejects.toThrow(/no permutation/)
  await expect(solveWeighted(one, [-1])).rejects.toThrow(/no weight/)
})

test('the nondominated vectors of a list are what the definition says', () => {
  expect(
    nondominated(
      [
        [1, 5],
        [2, 4],
        [2, 5],
        [1, 5],
        [3, 3],
      ],
      ['minimize', 'minimize'],
    ),
  ).toEqual([
    [1, 5],
    [2, 4],
    [3, 3],
  ])
})
