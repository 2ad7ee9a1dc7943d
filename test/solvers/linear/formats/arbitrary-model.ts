/** Random linear models with every kind of bound, side, group and awkward name, and what makes two models the same. */
import fc from 'fast-check'
import { LinearModel, type Term, type VariableKind } from '../../../../solvers/linear/index.ts'
import { normalise } from '../../../../solvers/linear/normalise.ts'

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('x', 'y', 'x1', 'cost', 'a.b', 'Z_9') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', 'two words', 'e12', 'E', 'free', 'End', 'st', 'obj', '3x', 'x(1,2)', '-y', '$z'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)
const wild = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(1e-7, 1 / 3, 123456789.125),
)
const intervalOf = (coefficient: fc.Arbitrary<number>) =>
  fc
    .tuple(fc.constantFrom('both', 'lower', 'upper', 'none', 'fixed'), coefficient, fc.integer({ min: 0, max: 50 }))
    .map(([kind, value, width]): [number, number] => {
      if (kind === 'fixed') return [value, value]
      const upper = value + width
      return [
        kind === 'both' || kind === 'lower' ? value : Number.NEGATIVE_INFINITY,
        kind === 'both' || kind === 'upper' ? upper : Number.POSITIVE_INFINITY,
      ]
    })

/**
 * @param kind `wild`: any numbers, and products in the objective. `tame`: small whole numbers and a linear objective, which any
 * solver reads and solves alike.
 */
export function arbitraryModel(kind: 'wild' | 'tame'): fc.Arbitrary<LinearModel> {
  const coefficient = kind === 'wild' ? wild : fc.integer({ min: -20, max: 20 })
  const interval = intervalOf(coefficient)
  return fc
    .record({
      name: fc.oneof(fc.constantFrom('model', 'site plan'), fc.string({ maxLength: 10 })),
      maximize: fc.boolean(),
      offset: fc.oneof(fc.constant(0), coefficient),
      variables: fc.array(
        fc.tuple(
          name,
          fc.constantFrom<VariableKind>('continuous', 'integer', 'binary'),
          interval,
          fc.option(coefficient),
        ),
        { maxLength: 6 },
      ),
      products: fc.array(fc.tuple(fc.nat(), fc.nat(), coefficient), { maxLength: 2 }),
      rows: fc.array(
        fc.tuple(
          name,
          interval,
          fc.array(fc.tuple(fc.nat(), coefficient), { maxLength: 6 }),
          fc.oneof(fc.constant(undefined), fc.constant(null), name),
        ),
        { maxLength: 6 },
      ),
    })
    .map((spec) => {
      const model = new LinearModel(spec.name, spec.maximize ? 'maximize' : 'minimize')
      model.objectiveOffset = spec.offset
      for (const [variable, type, [lower, upper], objective] of spec.variables) {
        model.addVariable(variable, {
          kind: type,
          ...(type === 'binary' ? {} : { lower, upper }),
          ...(objective === null ? {} : { objective }),
        })
      }
      const columns = model.variableCount
      if (columns > 0 && kind === 'wild') {
        for (const [first, second, value] of spec.products)
          model.addQuadraticTerm(first % columns, second % columns, value)
      }
      for (const [row, [lower, upper], terms, group] of spec.rows) {
        const count = model.variableCount
        const mapped: Term[] = count === 0 ? [] : terms.map(([index, value]) => [index % count, value])
        model.addRange(row, lower, mapped, upper, group === undefined ? {} : { group })
      }
      return model
    })
}

/** Everything a file carries, in a form that compares: coefficients merged and sorted, -0 as 0. */
export function canonical(model: LinearModel): unknown {
  const p = normalise(model)
  const zero = (value: number) => value + 0
  return {
    name: model.name,
    sense: p.sense,
    offset: zero(p.offset),
    quadratic: model
      .quadraticTerms()
      .filter((term) => term.coefficient !== 0)
      .map((term) => [term.first, term.second, term.coefficient])
      .sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number)),
    variables: Array.from({ length: p.columns }, (_, j) => [
      model.variableName(j),
      p.integrality[j],
      zero(p.columnLower[j] as number),
      zero(p.columnUpper[j] as number),
      zero(p.objective[j] as number),
    ]),
    rows: Array.from({ length: p.rows }, (_, i) => [
      model.rowName(i),
      model.rowGroup(i),
      zero(p.rowLower[i] as number),
      zero(p.rowUpper[i] as number),
      Array.from({ length: (p.starts[i + 1] as number) - (p.starts[i] as number) }, (_, k) => {
        const at = (p.starts[i] as number) + k
        return [p.indices[at] as number, p.values[at] as number]
      }).sort((a, b) => (a[0] as number) - (b[0] as number)),
    ]),
  }
}
