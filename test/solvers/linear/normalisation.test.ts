/**
 * Each step of normalisation stands against a failure of a raw package, which is shown here next to the right answer. When a
 * package mends its failure, its half of the test breaks and the step can be looked at again.
 */
import createGlpk from 'glpk.js/node'
import loadHighs, { type Highs, type ModelData } from 'highs'
import { beforeAll, describe, expect, test } from 'vitest'
import { tableModel } from '../../../solvers/conformance/linear.ts'
import { InvalidInputError, Run } from '../../../solvers/contract/index.ts'
import type { LinearProblem } from '../../../solvers/linear/backend.ts'
import { glpkBackend } from '../../../solvers/linear/backends/glpk.ts'
import { condition } from '../../../solvers/linear/condition.ts'
import { LinearModel, solveLinear } from '../../../solvers/linear/index.ts'
import { normalise } from '../../../solvers/linear/normalise.ts'

let highs: Highs
let glpk: Awaited<ReturnType<typeof createGlpk>>

beforeAll(async () => {
  highs = await (loadHighs as unknown as () => Promise<Highs>)()
  glpk = await createGlpk()
})

interface Small {
  readonly sense: 1 | -1
  readonly cost: readonly number[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly rows: readonly { readonly terms: readonly (readonly [number, number])[]; lower: number; upper: number }[]
  readonly integers?: readonly number[]
}

/** The raw package on arrays as a user would give them. */
function rawHighs(small: Small): { status: number; values: number[] } {
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const { terms } of small.rows) {
    for (const [column, value] of terms) {
      indices.push(column)
      values.push(value)
    }
    starts.push(indices.length)
  }
  const model = {
    numCols: small.cost.length,
    numRows: small.rows.length,
    sense: small.sense,
    colCost: small.cost,
    colLower: small.lower,
    colUpper: small.upper,
    rowLower: small.rows.map((row) => row.lower),
    rowUpper: small.rows.map((row) => row.upper),
    matrix: { format: 'csr', numRows: small.rows.length, numCols: small.cost.length, starts, indices, values },
    ...(small.integers === undefined ? {} : { integrality: small.integers }),
  } as unknown as ModelData
  return highs.withModel(model, (instance) => {
    instance.options.set({ output_flag: false })
    instance.run()
    return { status: instance.getModelStatus(), values: [...instance.getSolution().colValue] }
  })
}

const none = Number.POSITIVE_INFINITY

test('fractional bounds of integers: HiGHS returns a fractional value, the front an integer', async () => {
  const raw = rawHighs({
    sense: -1,
    cost: [1],
    lower: [0],
    upper: [2.5],
    rows: [{ terms: [[0, 1]], lower: 1, upper: none }],
    integers: [1],
  })
  expect(raw).toEqual({ status: highs.constants.modelStatus.optimal, values: [2.5] })
  const model = tableModel('maximize', [{ cost: 1, upper: 2.5, kind: 'integer' }], [[[1], '>=', 1]])
  for (const backends of [['highs'], ['glpk'], ['dense'], ['exact']] as const) {
    expect(await solveLinear(model, { backends })).toMatchObject({ status: 'optimal', objective: 2 })
  }
})

test('a fractional bound of an integer leaves GLPK without an answer; rounded inward it has one', async () => {
  const model = tableModel('maximize', [{ cost: 1, upper: 2.5, kind: 'integer' }], [[[1], '>=', 1]])
  const problem = normalise(model)
  const asGiven: LinearProblem = { ...problem, columnUpper: Float64Array.of(2.5) }
  const raw = await glpkBackend.solve(asGiven, { relativeGap: 0 }, new Run('test'))
  expect(raw.claim).not.toBe('optimal')
  expect(await solveLinear(model, { backends: ['glpk'] })).toMatchObject({ status: 'optimal', objective: 2 })
})

test('repeated entries of a row: HiGHS refuses them, the front sums them', async () => {
  const terms = [
    [0, 1],
    [0, 1],
  ] as const
  const small: Small = { sense: -1, cost: [1], lower: [0], upper: [none], rows: [{ terms, lower: -none, upper: 6 }] }
  expect(() => rawHighs(small)).toThrow()
  const model = new LinearModel('twice', 'maximize')
  model.addVariable('x', { objective: 1 })
  model.addRow('c', terms, '<=', 6)
  for (const backends of [['highs'], ['glpk'], ['javascript-lp-solver'], ['dense']] as const) {
    expect(await solveLinear(model, { backends })).toMatchObject({ status: 'optimal', objective: 3 })
  }
})

test('tiny coefficients: HiGHS drops the row and says unbounded, the front scales it', async () => {
  const raw = rawHighs({
    sense: -1,
    cost: [1],
    lower: [0],
    upper: [none],
    rows: [{ terms: [[0, 1e-10]], lower: -none, upper: 1 }],
  })
  expect(raw.status).toBe(highs.constants.modelStatus.unbounded)
  const model = tableModel('maximize', [{ cost: 1 }], [[[1e-10], '<=', 1]])
  const result = await solveLinear(model, { backends: ['highs'] })
  expect(result.status === 'optimal' && result.objective).toBeCloseTo(1e10, 0)
  // The price is that of the row as it was written: one more unit on its side gives 1e10 more.
  expect(result.status === 'optimal' && (result.duals?.[0] as number) / 1e10).toBeCloseTo(1, 9)
})

test('coefficients that span too much for a double solver are refused by name, harmless ones are not', async () => {
  const model = tableModel('maximize', [{ cost: 1 }, { cost: 1, upper: 5 }], [[[1e-12, 1], '<=', 1]])
  const fault = solveLinear(model)
  await expect(fault).rejects.toThrow(InvalidInputError)
  await expect(fault).rejects.toThrow(/times smaller/)
  const raw = rawHighs({
    sense: -1,
    cost: [1, 1],
    lower: [0, 0],
    upper: [none, 5],
    rows: [
      {
        terms: [
          [0, 1e-12],
          [1, 1],
        ],
        lower: -none,
        upper: 1,
      },
    ],
  })
  expect(raw.status).toBe(highs.constants.modelStatus.unbounded)
  model.setVariableBounds(0, 0, 100)
  expect(await solveLinear(model)).toMatchObject({ status: 'optimal' })
})

test('1e20 and more is no bound: GLPK takes it as a number, the front as infinity', async () => {
  const model = tableModel('maximize', [{ cost: 1, upper: 1e25 }, { cost: 0 }], [[[-1, 1], '<=', 5]])
  const problem = { ...normalise(model), columnUpper: Float64Array.of(1e25, none) }
  const raw = await glpkBackend.solve(problem, { relativeGap: 0 }, new Run('test'))
  expect(raw.claim).toBe('optimal')
  for (const backends of [['highs'], ['glpk'], ['dense']] as const) {
    expect(await solveLinear(model, { backends })).toMatchObject({ status: 'unbounded' })
  }
})

test('not a number: GLPK calls it optimal, the front names the variable', async () => {
  const document = {
    name: 'p',
    objective: { direction: glpk.GLP_MIN, name: 'z', vars: [{ name: 'x', coef: Number.NaN }] },
    subjectTo: [{ name: 'c', vars: [{ name: 'x', coef: 1 }], bnds: { type: glpk.GLP_UP, lb: 0, ub: 6 } }],
  }
  const { result } = glpk.solve(document, { msglev: glpk.GLP_MSG_OFF })
  expect(result.status).toBe(glpk.GLP_OPT)
  expect(result.z).toBeNaN()
  const model = tableModel('minimize', [{ cost: Number.NaN }], [[[1], '<=', 6]])
  await expect(solveLinear(model)).rejects.toThrow(/v0/)
})

test('every fault of the numbers is reported at once', async () => {
  const model = tableModel(
    'minimize',
    [{ cost: Number.NaN }, { cost: 1, lower: none }],
    [[[none, 1], '<=', Number.NaN]],
  )
  model.objectiveOffset = none
  await solveLinear(model).catch((error: InvalidInputError) => expect(error.issues).toHaveLength(5))
  expect.assertions(1)
})

test('crossed sides: GLPK has no answer, the front says infeasible and which row', async () => {
  const model = new LinearModel('crossed')
  const x = model.addVariable('x')
  model.addRange('impossible', 5, [[x, 1]], 3)
  const raw = await glpkBackend.solve(normalise(model), { relativeGap: 0 }, new Run('test'))
  expect(raw.claim).toBe('unbounded-or-infeasible')
  expect(await solveLinear(model)).toMatchObject({
    status: 'infeasible',
    certificate: { kind: 'empty-domain', name: 'impossible' },
  })
})

describe('large constants', () => {
  /** Two tasks of 10 on one machine, both as early as possible: 10 at best. */
  const twoTasks = (constant: number) => {
    const model = new LinearModel('two tasks')
    const first = model.addVariable('first', { objective: 1 })
    const second = model.addVariable('second', { objective: 1 })
    const order = model.addVariable('order', { kind: 'binary' })
    model.addRow(
      'a',
      [
        [second, 1],
        [first, -1],
        [order, -constant],
      ],
      '>=',
      10 - constant,
    )
    model.addRow(
      'b',
      [
        [first, 1],
        [second, -1],
        [order, constant],
      ],
      '>=',
      10,
    )
    return model
  }

  test('a constant of 1e7 lets GLPK and HiGHS cheat with a fraction of a binary; the front rounds and solves again', async () => {
    const constant = 1e7
    const raw = await glpkBackend.solve(
      condition(twoTasks(constant), normalise(twoTasks(constant))),
      { relativeGap: 0 },
      new Run('test'),
    )
    const claimed = raw.claim === 'optimal' ? (raw.values[0] as number) + (raw.values[1] as number) : Number.NaN
    expect(claimed).toBeLessThan(9.9)
    const result = await solveLinear(twoTasks(constant))
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(10, 6)
  })

  test('they are warned of by row and variable', async () => {
    const result = await solveLinear(twoTasks(1e6))
    expect(result.warnings).toHaveLength(2)
    expect(result.warnings[0]).toMatch(/row "a".*"order".*tighter/)
    expect((await solveLinear(twoTasks(100))).warnings).toEqual([])
  })
})
