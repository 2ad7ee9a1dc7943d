import { describe, expect, test } from 'vitest'
import { tableModel } from '../../../solvers/conformance/linear.ts'
import { type BackendAnswer, type LinearBackend, LinearModel, solveLinear } from '../../../solvers/linear/index.ts'

/** A backend that answers what it is told to, whatever it is asked. */
const scripted = (answer: BackendAnswer): LinearBackend => ({
  name: 'scripted',
  capabilities: { integers: true, duals: true, timeLimit: true, quadratic: true },
  load: async () => '0.0.0',
  solve: async () => answer,
})

const lost = scripted({ claim: 'unknown', limit: 'time', bound: null })

/** An exact answer where the backend had only what it is scripted to say. */
const exactAfter = (backend: LinearBackend, model: LinearModel) =>
  solveLinear(model, { backends: [backend], exact: true })

const answered = { backend: 'exact', outcome: 'answered', reason: 'the exact answer decides it' }

describe('exact arithmetic in place of an answer that proves nothing', () => {
  test('gives an optimum with prices and reduced costs that add up to it', async () => {
    // max 3x + 2y, x + y <= 4, x + 3y <= 6, y <= 4: 12 at (4, 0), a unit of the first row is worth 3.
    const model = tableModel(
      'maximize',
      [{ cost: 3 }, { cost: 2, upper: 4 }],
      [
        [[1, 1], '<=', 4],
        [[1, 3], '<=', 6],
      ],
    )
    const feasible = scripted({ claim: 'feasible', values: Float64Array.of(1, 1), bound: null, limit: 'time' })
    for (const backend of [lost, feasible]) {
      const result = await exactAfter(backend, model)
      expect(result).toMatchObject({
        status: 'optimal',
        solver: 'exact 1',
        objective: 12,
        bound: 12,
        gap: 0,
        certificate: { kind: 'exact', by: 'exact' },
        check: { checked: true, maxViolation: 0 },
      })
      if (result.status !== 'optimal') return
      expect(Array.from(result.values)).toEqual([4, 0])
      expect(Array.from(result.duals ?? [])).toEqual([3, 0])
      expect(Array.from(result.reducedCosts ?? [])).toEqual([0, -1])
      expect(result.attempts.at(-1)).toMatchObject({ backend: 'exact', outcome: 'answered' })
    }
    expect((await exactAfter(lost, model)).attempts.at(-1)).toEqual(answered)
  })

  test('gives an integer optimum, which has no prices', async () => {
    const model = tableModel('maximize', [{ cost: 1, kind: 'integer' }], [[[2], '<=', 7]])
    expect(await exactAfter(lost, model)).toMatchObject({
      status: 'optimal',
      objective: 3,
      duals: null,
      reducedCosts: null,
    })
  })

  test('gives the proof that there is none', async () => {
    const model = tableModel(
      'minimize',
      [{ cost: 1 }],
      [
        [[1], '<=', 2],
        [[1], '>=', 3],
      ],
    )
    expect(await exactAfter(lost, model)).toMatchObject({
      status: 'infeasible',
      certificate: { kind: 'exact' },
      attempts: [{ backend: 'scripted' }, answered],
    })
  })

  test.each([
    ['maximize', 2],
    ['minimize', -2],
  ] as const)('gives a ray that improves for ever where one is to %s', async (sense, cost) => {
    const model = tableModel(sense, [{ cost }, { cost: 0 }], [[[1, -1], '<=', 1]])
    model.objectiveOffset = 100
    const result = await exactAfter(lost, model)
    expect(result).toMatchObject({ status: 'unbounded', solver: 'exact 1' })
    if (result.status !== 'unbounded' || result.certificate.kind !== 'ray') throw new Error(result.status)
    const { point, direction, rate } = result.certificate
    const [dx, dy] = Array.from(direction) as [number, number]
    expect(rate).toBeCloseTo(2 * dx, 9)
    expect(rate).toBeGreaterThan(0)
    expect(dx - dy).toBeLessThanOrEqual(0)
    expect((point[0] as number) - (point[1] as number)).toBeLessThanOrEqual(1)
  })
})

describe('exact arithmetic beside a claim', () => {
  test('leaves the ray of a backend that it confirms', async () => {
    const model = tableModel('maximize', [{ cost: 1 }, { cost: 0 }], [[[1, -1], '<=', 1]])
    const result = await solveLinear(model, { exact: true })
    expect(result).toMatchObject({ status: 'unbounded', certificate: { kind: 'ray' } })
    expect(result.attempts.some(({ backend }) => backend === 'exact')).toBe(false)
  })

  test('is undecided about a quadratic objective, and says so', async () => {
    const model = new LinearModel('square', 'minimize')
    model.addVariable('x', { lower: 1, upper: 3, objective: 0 })
    model.addQuadraticTerm(0, 0, 1)
    const result = await solveLinear(model, { exact: true })
    expect(result).toMatchObject({ status: 'optimal' })
    expect(result.attempts.at(-1)).toMatchObject({
      backend: 'exact',
      outcome: 'undecided',
      reason: expect.stringContaining('quadratic'),
    })
  })
})
