import { expect, test } from 'vitest'
import { LinearModel, solveLinear } from '../../../solvers/linear/index.ts'

test('a small integer program is solved to its proved optimum', async () => {
  const model = new LinearModel('toy', 'maximize')
  const x = model.addVariable('x', { upper: 4, kind: 'integer', objective: 3 })
  const y = model.addVariable('y', { objective: 2 })
  model.addRow(
    'sum',
    [
      [x, 1],
      [y, 1],
    ],
    '<=',
    4,
  )
  model.addRow(
    'mix',
    [
      [x, 1],
      [y, 3],
    ],
    '<=',
    6,
  )
  const result = await solveLinear(model)
  expect(result.status).toBe('optimal')
  if (result.status !== 'optimal') return
  expect(result.objective).toBeCloseTo(12, 9)
  expect(result.gap).toBe(0)
  expect(result.check.maxViolation).toBeLessThan(1e-9)
})

test('an infeasible model is a result, not an exception', async () => {
  const model = new LinearModel('infeasible')
  const x = model.addVariable('x', { upper: 1 })
  model.addRow('at least two', [[x, 1]], '>=', 2)
  expect((await solveLinear(model)).status).toBe('infeasible')
})

test('a fractional bound on an integer variable never yields a fractional value', async () => {
  const model = new LinearModel('fractional', 'maximize')
  const x = model.addVariable('x', { upper: 2.5, kind: 'integer', objective: 1 })
  model.addRow('one', [[x, 1]], '>=', 1)
  const result = await solveLinear(model)
  expect(result.status === 'optimal' && result.objective).toBe(2)
})
