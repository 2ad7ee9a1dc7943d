import fc from 'fast-check'
import loadHighs, { type Highs } from 'highs'
import { describe, expect, test } from 'vitest'
import { readLp, readModel, readMps, writeLp, writeMps } from '../../../../solvers/linear/formats/index.ts'
import { LinearModel, solveLinear } from '../../../../solvers/linear/index.ts'
import { arbitraryModel, canonical } from './arbitrary-model.ts'

describe('a model that is written and read back', () => {
  test('is the same model in MPS: names, groups, sense, bounds, sides, coefficients', () => {
    fc.assert(
      fc.property(
        arbitraryModel('wild'),
        fc.constantFrom('minimize', 'keep') as fc.Arbitrary<'minimize' | 'keep'>,
        (model, sense) => {
          const { text } = writeMps(model, { sense })
          expect(canonical(readMps(text).model)).toEqual(canonical(model))
        },
      ),
      { numRuns: 500, seed: 11 },
    )
  })

  test('is the same model in LP', () => {
    fc.assert(
      fc.property(
        arbitraryModel('wild'),
        fc.constantFrom('minimize', 'keep') as fc.Arbitrary<'minimize' | 'keep'>,
        (model, sense) => {
          const { text } = writeLp(model, { sense })
          expect(canonical(readLp(text).model)).toEqual(canonical(model))
        },
      ),
      { numRuns: 500, seed: 12 },
    )
  })

  test('is recognised by its text alone', () => {
    fc.assert(
      fc.property(arbitraryModel('wild'), (model) => {
        expect(readModel(writeMps(model).text).format).toMatch(/^mps/)
        expect(readModel(writeLp(model).text).format).toBe('lp')
      }),
      { numRuns: 100, seed: 13 },
    )
  })
})

test('names that collide or cannot be written are reported with what stands in the file', () => {
  const model = new LinearModel('m')
  model.addVariable('two words')
  model.addVariable('same')
  model.addVariable('same')
  model.addRow('free', [[0, 1]], '>=', 1)
  const { text, renamed } = writeLp(model)
  expect(renamed).toEqual([
    { kind: 'row', index: 0, name: 'free', written: '_free' },
    { kind: 'variable', index: 0, name: 'two words', written: 'two_words' },
    { kind: 'variable', index: 2, name: 'same', written: 'same_2' },
  ])
  expect(text).toContain('\\! variable two_words "two words"')
  expect(writeMps(model).renamed.map((r) => r.written)).toEqual(['two_words', 'same_2'])
})

test('a maximisation goes out to MPS as a minimisation and says so', () => {
  const model = new LinearModel('m', 'maximize')
  model.objectiveOffset = 5
  model.addVariable('x', { upper: 3, objective: 2 })
  model.addRow('r', [[0, 1]], '<=', 10)
  const written = writeMps(model)
  expect(written.negated).toBe(true)
  expect(written.text).not.toContain('OBJSENSE')
  expect(written.text).toMatch(/x {9}obj {7}-2/)
  expect(writeMps(model, { sense: 'keep' }).text).toContain('OBJSENSE\n  MAX')
})

test('a model with non-finite data or contradictory sides is refused, not written wrongly', () => {
  const broken = new LinearModel('m')
  broken.addVariable('x', { objective: Number.NaN })
  expect(() => writeMps(broken)).toThrow(/not finite/)
  expect(() => writeLp(broken)).toThrow(/not finite/)
  const contradictory = new LinearModel('m')
  contradictory.addVariable('x')
  contradictory.addRange('r', 5, [[0, 1]], 3)
  expect(() => writeMps(contradictory)).toThrow(/lower side 5 exceeds the upper side 3/)
})

test('a quadratic objective goes out as each format writes it', () => {
  const model = new LinearModel('q', 'maximize')
  model.addVariable('x', { objective: 1 })
  model.addVariable('y')
  model.addQuadraticTerm(0, 0, -1.5)
  model.addQuadraticTerm(0, 1, 4)
  expect(writeLp(model).text).toContain('obj: + 1 x + 0 y + [ - 3 x ^ 2 + 8 y * x ] / 2')
  expect(writeMps(model).text).toContain('QUADOBJ\n    x         x         3\n    x         y         -4\n')
})

// The package's declarations describe its CommonJS build; its ES module's default export is the loader itself.
const load = loadHighs as unknown as () => Promise<Highs>

test('HiGHS reads what we write, in both formats, to the same optimum', async () => {
  const highs = await load()
  const readBy = (format: 'lp' | 'mps', text: string): number | string => {
    const instance = highs.createModel({
      numCols: 0,
      numRows: 0,
      colCost: [],
      colLower: [],
      colUpper: [],
      rowLower: [],
      rowUpper: [],
      matrix: { format: 'csr', numRows: 0, numCols: 0, starts: [0], indices: [], values: [] },
    })
    try {
      instance.options.set({ output_flag: false, mip_rel_gap: 0 })
      instance.readModel({ format, data: new TextEncoder().encode(text) } as Parameters<typeof instance.readModel>[0])
      instance.run()
      const status = instance.getModelStatus()
      if (status === highs.constants.modelStatus.optimal) return instance.info.get('objective_function_value') as number
      return status === highs.constants.modelStatus.infeasible ? 'infeasible' : 'other'
    } finally {
      instance.dispose()
    }
  }
  const models = fc.sample(arbitraryModel('tame'), { numRuns: 100, seed: 14 })
  let optimal = 0
  for (const model of models) {
    if (model.variableCount === 0) continue
    const ours = await solveLinear(model).catch(() => null)
    if (ours?.status !== 'optimal') continue
    // HiGHS drops coefficients below 1e-9 and treats those of a free objective otherwise; ours is the judge of the point.
    optimal++
    for (const [format, written] of [
      ['mps', writeMps(model)],
      ['lp', writeLp(model)],
    ] as const) {
      const theirs = readBy(format, written.text)
      expect(typeof theirs, `${format}\n${written.text}`).toBe('number')
      const sign = written.negated ? -1 : 1
      const scale = Math.max(1, Math.abs(ours.objective))
      expect(Math.abs(sign * (theirs as number) - ours.objective) / scale, written.text).toBeLessThan(1e-6)
    }
  }
  expect(optimal).toBeGreaterThan(20)
})
