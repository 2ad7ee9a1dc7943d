import { describe, expect, test } from 'vitest'
import { tableModel } from '../../../solvers/conformance/linear.ts'
import {
  BackendError,
  InvalidInputError,
  MissingPackageError,
  UnsupportedError,
} from '../../../solvers/contract/index.ts'
import {
  type BackendAnswer,
  type BackendCapabilities,
  type LinearBackend,
  LinearModel,
  linearBackends,
  solveLinear,
} from '../../../solvers/linear/index.ts'

const { highs } = linearBackends

/** A backend that answers what it is told to, whatever it is asked. */
function scripted(answer: BackendAnswer | Error, capabilities: Partial<BackendCapabilities> = {}): LinearBackend {
  return {
    name: 'scripted',
    capabilities: { integers: true, duals: true, timeLimit: true, ...capabilities },
    load: async () => '0.0.0',
    solve: async () => {
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

const numbers = (...values: number[]) => Float64Array.from(values)

/** max 3x + 2y, x + y <= 4, x + 3y <= 6, y <= 4: 12 at (4, 0). */
const small = () =>
  tableModel(
    'maximize',
    [{ cost: 3 }, { cost: 2, upper: 4 }],
    [
      [[1, 1], '<=', 4],
      [[1, 3], '<=', 6],
    ],
  )

/** The same with integers and a binding capacity: 12 at (4, 0). */
const smallInteger = () =>
  tableModel(
    'maximize',
    [
      { cost: 3, kind: 'integer' },
      { cost: 2, upper: 4, kind: 'integer' },
    ],
    [
      [[1, 1], '<=', 4],
      [[1, 3], '<=', 6],
    ],
  )

describe('a wrong answer of a backend is reported and the next backend is asked:', () => {
  const lies: [string, BackendAnswer, () => LinearModel][] = [
    [
      'a point that breaks a row',
      { claim: 'optimal', values: numbers(5, 0), bound: null, duals: numbers(3, 0), reducedCosts: null },
      small,
    ],
    [
      'a point that breaks a bound',
      { claim: 'optimal', values: numbers(4.5, -0.5), bound: null, duals: numbers(3, 0), reducedCosts: null },
      small,
    ],
    [
      'a feasible point that is not the best, with duals of its own',
      { claim: 'optimal', values: numbers(3, 1), bound: null, duals: numbers(2, 0.5), reducedCosts: null },
      small,
    ],
    [
      'a point of the wrong length',
      { claim: 'optimal', values: numbers(4), bound: null, duals: null, reducedCosts: null },
      small,
    ],
    [
      'a point that is not a number',
      { claim: 'optimal', values: numbers(Number.NaN, 0), bound: null, duals: numbers(3, 0), reducedCosts: null },
      small,
    ],
    ['infeasible for a feasible LP', { claim: 'infeasible', ray: numbers(1, 1) }, small],
    ['unbounded for a bounded LP', { claim: 'unbounded', ray: numbers(1, 0) }, small],
    ['infeasible for a feasible integer model', { claim: 'infeasible' }, smallInteger],
    ['unbounded for a bounded integer model', { claim: 'unbounded' }, smallInteger],
    [
      'a fractional value of an integer variable',
      { claim: 'optimal', values: numbers(3.5, 0.5), bound: 12, duals: null, reducedCosts: null },
      smallInteger,
    ],
    [
      'an integer point that is not the best',
      { claim: 'optimal', values: numbers(3, 1), bound: null, duals: null, reducedCosts: null },
      smallInteger,
    ],
  ]
  for (const [name, answer, build] of lies) {
    test(name, async () => {
      const result = await solveLinear(build(), { backends: [scripted(answer), highs] })
      expect(result.status).toBe('optimal')
      if (result.status !== 'optimal') return
      expect(result.objective).toBeCloseTo(12, 9)
      expect(result.solver).toMatch(/^highs /)
      expect(result.attempts[0]).toMatchObject({ backend: 'scripted' })
      expect(['wrong-answer', 'undecided']).toContain(result.attempts[0]?.outcome)
      expect(result.attempts[0]?.reason).toBeTruthy()
    })
  }

  test('a search bound on the wrong side of the point', async () => {
    const lie: BackendAnswer = { claim: 'optimal', values: numbers(4, 0), bound: 11, duals: null, reducedCosts: null }
    const result = await solveLinear(smallInteger(), { backends: [scripted(lie, { bounds: true }), highs] })
    expect(result.attempts[0]).toMatchObject({ outcome: 'wrong-answer' })
    expect(result.attempts[0]?.reason).toMatch(/wrong side/)
    expect(result.status === 'optimal' && result.objective).toBe(12)
  })

  test('infeasible claimed by two roads is refuted by a point of a third', async () => {
    const liar = scripted({ claim: 'infeasible' }, { careful: true })
    const result = await solveLinear(smallInteger(), { backends: [liar, highs] })
    expect(result.status === 'optimal' && result.objective).toBe(12)
  })
})

test('when every backend answers wrongly nothing is returned', async () => {
  const lie: BackendAnswer = { claim: 'optimal', values: numbers(9, 9), bound: null, duals: null, reducedCosts: null }
  await expect(solveLinear(small(), { backends: [scripted(lie)] })).rejects.toThrow(BackendError)
})

test('a true point without a proof is feasible, not optimal, when nobody can prove it', async () => {
  const truth: BackendAnswer = { claim: 'optimal', values: numbers(4, 0), bound: null, duals: null, reducedCosts: null }
  const result = await solveLinear(small(), { backends: [scripted(truth, { duals: false })], provers: [] })
  expect(result).toMatchObject({ status: 'feasible', limit: 'method', objective: 12 })
})

test('a true point without a proof is optimal once another backend proves it, and the certificate says who', async () => {
  const truth: BackendAnswer = { claim: 'optimal', values: numbers(4, 0), bound: null, duals: null, reducedCosts: null }
  const result = await solveLinear(small(), { backends: [scripted(truth, { duals: false })] })
  expect(result).toMatchObject({ status: 'optimal', certificate: { kind: 'dual', by: 'highs' } })
  expect(result.solver).toMatch(/^scripted/)
})

test('of several unproved points the best is returned, with the tightest bound', async () => {
  const good: BackendAnswer = { claim: 'feasible', values: numbers(3, 1), bound: 14, limit: 'method' }
  const late: BackendAnswer = { claim: 'feasible', values: numbers(1, 1), bound: 13, limit: 'time' }
  const backends = [scripted(good, { bounds: true }), scripted(late, { bounds: true })]
  const result = await solveLinear(smallInteger(), { backends, provers: [] })
  expect(result).toMatchObject({ status: 'feasible', limit: 'time', objective: 11, bound: 13 })
})

test('a missing package and a crash are reported and passed over', async () => {
  const missing = scripted(new MissingPackageError('nothing.js', '1.0.0', 'This test'))
  const crashing = scripted(new Error('memory access out of bounds'))
  const result = await solveLinear(small(), { backends: [missing, crashing, highs] })
  expect(result.status).toBe('optimal')
  expect(result.attempts.map((attempt) => attempt.outcome)).toEqual(['missing-package', 'failed', 'answered'])
})

test('an option that no backend asked can honour is refused by name', async () => {
  const plain = scripted({ claim: 'infeasible' })
  await expect(solveLinear(smallInteger(), { backends: [plain], nodeLimit: 5 })).rejects.toThrow(UnsupportedError)
  await expect(solveLinear(smallInteger(), { backends: [plain], nodeLimit: 5 })).rejects.toThrow(/nodeLimit/)
  const quadratic = small()
  quadratic.addQuadraticTerm(0, 0, -1)
  await expect(solveLinear(quadratic, { backends: ['glpk'] })).rejects.toThrow(/quadratic objective/)
})

test('all faults of the options are reported', async () => {
  const fault = solveLinear(small(), { relativeGap: -1, nodeLimit: -2, start: numbers(1) })
  await expect(fault).rejects.toThrow(InvalidInputError)
  await fault.catch((error: InvalidInputError) => expect(error.issues).toHaveLength(3))
})

describe('certificates', () => {
  test('an infeasible LP comes with multipliers that combine its rows into a contradiction', async () => {
    const model = tableModel(
      'minimize',
      [{ cost: 1 }, { cost: 1 }],
      [
        [[1, 1], '<=', 1],
        [[1, 1], '>=', 2],
      ],
    )
    for (const backend of ['highs', 'glpk', 'javascript-lp-solver'] as const) {
      const result = await solveLinear(model, { backends: [backend] })
      expect(result.status).toBe('infeasible')
      if (result.status !== 'infeasible' || result.certificate.kind !== 'farkas') throw new Error('no Farkas proof')
      const [first, second] = result.certificate.multipliers as unknown as [number, number]
      expect(first).toBeLessThan(0)
      expect(second).toBeCloseTo(-first, 9)
      expect(result.certificate.violation).toBeCloseTo(second, 9)
    }
  })

  test('an unbounded LP comes with a feasible point and a direction', async () => {
    const model = tableModel('maximize', [{ cost: 1 }, { cost: 1 }], [[[1, -1], '<=', 3]])
    for (const backend of ['highs', 'glpk', 'javascript-lp-solver'] as const) {
      const result = await solveLinear(model, { backends: [backend] })
      expect(result.status).toBe('unbounded')
      if (result.status !== 'unbounded') return
      const { point, direction, rate } = result.certificate
      expect((point[0] as number) - (point[1] as number)).toBeLessThanOrEqual(3 + 1e-9)
      expect((direction[0] as number) - (direction[1] as number)).toBeLessThanOrEqual(1e-9)
      expect((direction[0] as number) + (direction[1] as number)).toBeCloseTo(rate, 9)
      expect(rate).toBeGreaterThan(0)
    }
  })

  test('an infeasible integer model with a feasible relaxation names the two searches that agree', async () => {
    const model = tableModel(
      'minimize',
      [
        { cost: 1, upper: 9, kind: 'integer' },
        { cost: 1, upper: 9, kind: 'integer' },
        { cost: 1, upper: 9, kind: 'integer' },
      ],
      [[[2, 2, 4], '=', 7]],
    )
    const result = await solveLinear(model)
    expect(result).toMatchObject({ status: 'infeasible' })
    if (result.status === 'infeasible')
      expect(result.certificate).toMatchObject({ kind: 'agreement', by: 'dense', confirmedBy: 'highs' })
  })

  test('crossed bounds need no solver', async () => {
    const model = tableModel('minimize', [{ cost: 1, lower: 3, upper: 2 }], [])
    expect(await solveLinear(model)).toMatchObject({
      status: 'infeasible',
      certificate: { kind: 'empty-domain', name: 'v0' },
      solver: 'bounds',
    })
  })
})

test('the duals of an integer model are those of the LP with its integers fixed', async () => {
  // max 10b + y with y <= 5 and y <= 8b: at b = 1 the row y <= 5 has the price 1.
  const model = tableModel(
    'maximize',
    [{ cost: 10, kind: 'binary' }, { cost: 1 }],
    [
      [[0, 1], '<=', 5],
      [[-8, 1], '<=', 0],
    ],
  )
  const result = await solveLinear(model)
  expect(result).toMatchObject({ status: 'optimal', objective: 15 })
  if (result.status === 'optimal') expect([...(result.duals ?? [])]).toEqual([1, 0])
})

describe('on demand, exact arithmetic', () => {
  test('turns an optimum within tolerance into a proof', async () => {
    const model = tableModel(
      'maximize',
      [{ cost: 1 }, { cost: 1 }],
      [
        [[3, 1], '<=', 1],
        [[1, 3], '<=', 1],
      ],
    )
    const result = await solveLinear(model, { exact: true })
    expect(result).toMatchObject({ status: 'optimal', certificate: { kind: 'exact' } })
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(0.5, 12)
  })

  test('proves integer optima and infeasibility', async () => {
    const model = tableModel(
      'minimize',
      [
        { cost: 1, upper: 9, kind: 'integer' },
        { cost: 1, upper: 9, kind: 'integer' },
      ],
      [[[2, 4], '=', 6]],
    )
    expect(await solveLinear(model, { exact: true })).toMatchObject({
      status: 'optimal',
      objective: 2,
      certificate: { kind: 'exact' },
    })
    model.setRowBounds(0, 7, 7)
    expect(await solveLinear(model, { exact: true })).toMatchObject({
      status: 'infeasible',
      certificate: { kind: 'exact' },
    })
  })

  test('replaces a claim it refutes by the exact answer', async () => {
    // Within its tolerance floating point sees x = 1; exactly, x is at most 1 - 1e-7 and the integer 0 is all that is left.
    const model = tableModel('maximize', [{ cost: 1, kind: 'integer' }], [[[1], '<=', 1 - 1e-7]])
    expect(await solveLinear(model, { exact: true })).toMatchObject({ status: 'optimal', objective: 0 })
  })

  test('takes numbers as doubles or as the decimals that were written', async () => {
    // In decimals x = 15 satisfies both; the doubles nearest to them miss each other by 1e-17.
    const model = tableModel(
      'maximize',
      [{ cost: -2 }],
      [
        [[0.0002], '<=', 0.003],
        [[0.3], '>=', 4.5],
      ],
    )
    model.setCoefficient(0, 0, 0.2 / 1000)
    expect(await solveLinear(model, { exact: 'decimal' })).toMatchObject({ status: 'optimal', objective: -30 })
    const slightly = tableModel(
      'maximize',
      [{ cost: -2 }],
      [
        [[1], '<=', 15],
        [[0.30000000000000004], '>=', 4.500000000000001],
      ],
    )
    expect(await solveLinear(slightly)).toMatchObject({ status: 'optimal' })
    expect(await solveLinear(slightly, { exact: 'binary' })).toMatchObject({
      status: 'infeasible',
      certificate: { kind: 'exact' },
    })
  })

  test('says so when the model is too large for it', async () => {
    const model = tableModel(
      'minimize',
      Array.from({ length: 400 }, () => ({ cost: 1 })),
      Array.from(
        { length: 400 },
        (_, i) => [Array.from({ length: 400 }, (_, j) => (i === j ? 1 : 0)), '>=', i] as const,
      ),
    )
    const result = await solveLinear(model, { exact: true })
    expect(result).toMatchObject({ status: 'optimal', certificate: { kind: 'dual' } })
    expect(result.attempts.at(-1)).toMatchObject({ backend: 'exact', outcome: 'undecided' })
  })
})

test('a model without variables is worth its constant with every backend, or infeasible when a row refuses 0', async () => {
  for (const backend of ['highs', 'glpk', 'dense', 'exact', 'javascript-lp-solver'] as const) {
    const model = new LinearModel('nothing')
    model.objectiveOffset = 7
    const row = model.addRow('at most one', [], '<=', 1)
    expect(await solveLinear(model, { backends: [backend] })).toMatchObject({ status: 'optimal', objective: 7, gap: 0 })
    model.setRowBounds(row, 1, Number.POSITIVE_INFINITY)
    expect((await solveLinear(model, { backends: [backend] })).status).toBe('infeasible')
  }
})
