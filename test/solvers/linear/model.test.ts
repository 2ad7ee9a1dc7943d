import { describe, expect, test } from 'vitest'
import {
  LinearModel,
  linear,
  maximize,
  minimize,
  solveLinear,
  subjectTo,
  sumOf,
  total,
} from '../../../solvers/linear/index.ts'

describe('expressions', () => {
  test('a model written as algebra has the rows it says', async () => {
    const model = new LinearModel('production')
    const chairs = model.addVariable('chairs')
    const tables = model.addVariable('tables')
    subjectTo(model, 'carpentry', linear(chairs).plus(tables, 2).atMost(40))
    subjectTo(model, 'finishing', linear(chairs, 2).plus(tables).atMost(50))
    maximize(model, linear(chairs, 30).plus(tables, 50))
    expect(await solveLinear(model)).toMatchObject({ status: 'optimal', objective: 1100 })
  })

  test('constants and right-hand sides with variables move to the other side', async () => {
    const model = new LinearModel('balance')
    const x = model.addVariable('x')
    const y = model.addVariable('y')
    subjectTo(model, 'balance', linear(x).plusConstant(3).equals(linear(y, 2).plusConstant(5)))
    subjectTo(model, 'enough', linear(y).atLeast(linear(x, 0.25).minus(y)))
    subjectTo(model, 'range', sumOf([x, y]).between(4, 9))
    minimize(model, linear(x).plusConstant(10))
    expect(model.arrays().rowLower[0]).toBe(2)
    const result = await solveLinear(model)
    // x = 2 + 2y and x + y >= 4: y = 2/3, x = 10/3.
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(10 + 10 / 3, 9)
  })

  test('sums, factors and evaluation agree with the row they become', () => {
    const model = new LinearModel('sum')
    const items = [0, 1, 2, 3].map((item) => model.addVariable(`x${item}`))
    const weights = [2, 3, 5, 7]
    const sum = total(
      items,
      (item) => weights[item] as number,
      (item) => item,
    ).times(2)
    const both = linear().plusExpression(sum, -1).plus(0, 4)
    expect(sum.evaluate([1, 1, 1, 1])).toBe(34)
    expect(both.evaluate([1, 1, 1, 1])).toBe(-30)
    const row = subjectTo(model, 'all', sum.atMost(9))
    expect([...model.arrays().values.subarray(0, 4)]).toEqual([4, 6, 10, 14])
    expect(model.rowUpper(row)).toBe(9)
  })

  test('an expression that is cleared builds the next row in the same memory', () => {
    const model = new LinearModel('reuse')
    const x = model.addVariable('x')
    const y = model.addVariable('y')
    const row = linear()
    subjectTo(model, 'first', row.plus(x).plus(y).atMost(1))
    subjectTo(model, 'second', row.clear().plus(y, 5).atMost(2))
    expect([...model.arrays().values]).toEqual([1, 1, 5])
  })
})

describe('changing a model', () => {
  test('a coefficient is set, replaced, added and removed', () => {
    const model = new LinearModel('change')
    const x = model.addVariable('x')
    const y = model.addVariable('y')
    const first = model.addRow('first', [[x, 1]], '<=', 1)
    const second = model.addRow(
      'second',
      [
        [x, 2],
        [y, 3],
        [x, 4],
      ],
      '<=',
      1,
    )
    model.setCoefficient(first, y, 9)
    model.setCoefficient(second, x, 5)
    const { starts, indices, values } = model.arrays()
    expect([...starts]).toEqual([0, 2, 5])
    expect([...indices]).toEqual([x, y, x, y, x])
    expect([...values]).toEqual([1, 9, 5, 3, 0])
    expect(() => model.setCoefficient(7, x, 1)).toThrow(/no row 7/)
  })

  test('a copy is independent, quadratic terms included', () => {
    const model = new LinearModel('original')
    const x = model.addVariable('x', { upper: 2 })
    model.addQuadraticTerm(x, x, 3)
    const copy = model.clone()
    copy.addQuadraticTerm(x, x, 1)
    expect(model.evaluateObjective([2])).toBe(12)
    expect(copy.evaluateObjective([2])).toBe(16)
  })
})

describe('quadratic objectives', () => {
  test('a portfolio of least variance is proved by the tangent at its point', async () => {
    const model = new LinearModel('portfolio')
    const a = model.addVariable('a')
    const b = model.addVariable('b')
    subjectTo(model, 'budget', sumOf([a, b]).equals(1))
    model.addQuadraticTerm(a, a, 4)
    model.addQuadraticTerm(b, b, 1)
    model.addQuadraticTerm(a, b, 1)
    const result = await solveLinear(model)
    // 4a^2 + (1-a)^2 + a(1-a): 8a - 2(1-a) + 1 - 2a = 0 at a = 1/8.
    expect(result).toMatchObject({ status: 'optimal', certificate: { kind: 'dual', by: 'highs' } })
    if (result.status !== 'optimal') return
    expect(result.values[0]).toBeCloseTo(1 / 8, 6)
    expect(result.objective).toBeCloseTo(4 / 64 + 49 / 64 + 7 / 64, 6)
  })

  test('a quadratic objective over integers is refused by name', async () => {
    const model = new LinearModel('integer quadratic')
    const x = model.addVariable('x', { kind: 'integer', upper: 9 })
    model.addQuadraticTerm(x, x, 1)
    await expect(solveLinear(model)).rejects.toThrow(/quadratic objective with integer variables/)
  })

  test('a non-convex objective is refused, whether a saddle or a wrong sense', async () => {
    const build = (coefficients: readonly [number, number, number], sense: 'minimize' | 'maximize' = 'minimize') => {
      const model = new LinearModel('quadratic', sense)
      const x = model.addVariable('x', { lower: -1, upper: 1 })
      const y = model.addVariable('y', { lower: -1, upper: 1 })
      model.addQuadraticTerm(x, x, coefficients[0])
      model.addQuadraticTerm(x, y, coefficients[1])
      model.addQuadraticTerm(y, y, coefficients[2])
      return solveLinear(model)
    }
    await expect(build([0, 1, 0])).rejects.toThrow(/not convex/)
    await expect(build([1, 3, 1])).rejects.toThrow(/not convex/)
    await expect(build([1, 0, 1], 'maximize')).rejects.toThrow(/not concave/)
    expect((await build([1, 2, 1])).status).toBe('optimal')
    expect((await build([4, 4.5, 1.5])).status).toBe('optimal')
  })
})
