import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { LinearModel, type Relation, solveLinear, type Term } from '../../../../solvers/linear/index.ts'
import {
  activeMembers,
  activityRange,
  activityRangeByLp,
  addAbsoluteValue,
  addBinaryProduct,
  addIndicator,
  addMaximum,
  addMinimum,
  addPiecewiseLinear,
  addSemicontinuous,
  addSos1,
  addSos2,
  addSwitchedVariable,
  chosenExpression,
  evaluatePiecewise,
} from '../../../../solvers/linear/reformulation/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { endsOf } from './ends.ts'

const INFINITY = Number.POSITIVE_INFINITY
const RELATIONS: readonly Relation[] = ['=', '<=', '>=']

/** Expects the output to be free on the right side of `value` and only there. */
function expectRelation(
  ends: [number, number] | null,
  relation: Relation,
  value: number,
  bounds: [number, number],
  what: string,
) {
  expect(ends, what).not.toBeNull()
  const [least, greatest] = ends as [number, number]
  const close = (a: number, b: number) => a === b || Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(b))
  expect(close(least, relation === '<=' ? bounds[0] : value), `${what}: least ${least}, expected ${value}`).toBe(true)
  expect(
    close(greatest, relation === '>=' ? bounds[1] : value),
    `${what}: greatest ${greatest}, expected ${value}`,
  ).toBe(true)
}

describe('an indicator row', () => {
  test('holds when its binary says so, and says nothing otherwise, with the least constant', async () => {
    const random = new RandomStream(41)
    for (let round = 0; round < 30; round++) {
      const model = new LinearModel()
      const x = model.addVariable('x', { kind: 'integer', lower: random.integer(-4, 0), upper: random.integer(1, 4) })
      const y = model.addVariable('y', { kind: 'integer', lower: random.integer(-4, 0), upper: random.integer(1, 4) })
      const b = model.addVariable('b', { kind: 'binary' })
      const terms: Term[] = [
        [x, random.integer(-3, 3)],
        [y, random.integer(-3, 3)],
      ]
      const relation = random.pick(RELATIONS)
      const rhs = random.integer(-5, 5)
      const when = random.pick([0, 1] as const)
      const { rows, bigM } = addIndicator(model, { name: 'i', binary: b, when, terms, relation, rhs })
      const range = activityRange(model, { terms })
      const needed = Math.max(relation === '>=' ? 0 : range.upper - rhs, relation === '<=' ? 0 : rhs - range.lower, 0)
      expect(bigM).toBe(needed)
      if (bigM === 0) expect(rows).toEqual([])
      for (let vx = model.variableLower(x); vx <= model.variableUpper(x); vx++) {
        for (let vy = model.variableLower(y); vy <= model.variableUpper(y); vy++) {
          const activity = (terms[0]?.[1] as number) * vx + (terms[1]?.[1] as number) * vy
          const holds = relation === '=' ? activity === rhs : relation === '<=' ? activity <= rhs : activity >= rhs
          const satisfied = (value: number) =>
            rows.every((row) => {
              const a = model.arrays()
              const point = [vx, vy, value]
              let total = 0
              for (let k = a.starts[row] as number; k < (a.starts[row + 1] as number); k++) {
                total += (a.values[k] as number) * (point[a.indices[k] as number] as number)
              }
              return total >= model.rowLower(row) - 1e-9 && total <= model.rowUpper(row) + 1e-9
            })
          expect(satisfied(when), `${activity} ${relation} ${rhs}`).toBe(holds)
          expect(satisfied(1 - when)).toBe(true)
        }
      }
    }
  })

  test('is refused when no constant can be derived, naming the variable and its missing bound', () => {
    const model = new LinearModel()
    const x = model.addVariable('hours', { lower: 0 })
    const b = model.addVariable('b', { kind: 'binary' })
    const add = (relation: Relation, coefficient: number) => () =>
      addIndicator(model, { name: 'i', binary: b, terms: [[x, coefficient]], relation, rhs: 3 })
    expect(add('<=', 1)).toThrow(/"hours" has no upper bound/)
    expect(add('>=', -2)).toThrow(/"hours" has no upper bound/)
    expect(add('>=', 1)).not.toThrow()
    expect(() => addIndicator(model, { name: 'i', binary: x, terms: [], relation: '<=', rhs: 0 })).toThrow(
      /"hours" is none/,
    )
  })

  test('warns of a constant above 10,000, which linear programming can make smaller', async () => {
    const model = new LinearModel()
    const x = model.addVariable('x', { upper: 1e6 })
    const y = model.addVariable('y', { upper: 1e6 })
    const b = model.addVariable('b', { kind: 'binary' })
    model.addRow(
      'capacity',
      [
        [x, 1],
        [y, 1],
      ],
      '<=',
      50,
    )
    const terms: Term[] = [
      [x, 2],
      [y, 1],
    ]
    const wide = addIndicator(model, { name: 'wide', binary: b, terms, relation: '<=', rhs: 10 })
    expect(wide.bigM).toBe(3e6 - 10)
    expect(wide.warnings).toMatchObject([{ code: 'large-big-m', value: 3e6 - 10 }])
    const range = await activityRangeByLp(model, { terms })
    const tight = addIndicator(model, { name: 'tight', binary: b, terms, relation: '<=', rhs: 10, range })
    expect(tight.bigM).toBeCloseTo(90, 3)
    expect(tight.bigM).toBeGreaterThanOrEqual(90)
    expect(tight.warnings).toEqual([])
  })

  test('can use a range that the rows give where the bounds give none', async () => {
    const model = new LinearModel()
    const x = model.addVariable('x')
    const b = model.addVariable('b', { kind: 'binary' })
    expect(activityRange(model, { terms: [[x, 1]] })).toMatchObject({ upper: INFINITY, openAbove: x })
    model.addRow('capacity', [[x, 1]], '<=', 7)
    const range = await activityRangeByLp(model, { terms: [[x, 1]], constant: 1 })
    expect(range).toMatchObject({ lower: 1, openAbove: null })
    expect(range.upper).toBeCloseTo(8, 4)
    expect(
      addIndicator(model, { name: 'i', binary: b, terms: [[x, 1]], relation: '<=', rhs: 3, range }).bigM,
    ).toBeCloseTo(5, 4)
  })
})

describe('special ordered sets', () => {
  async function reachable(type: 1 | 2): Promise<void> {
    const model = new LinearModel()
    const variables = [0, 1, 2, 3].map((j) => model.addVariable(`x${j}`, { lower: j === 2 ? -2 : 0, upper: 3 }))
    const set = { name: 'set', variables }
    const added = type === 1 ? addSos1(model, set) : addSos2(model, set)
    expect(added.binaries.length).toBe(type === 1 ? 4 : 3)
    for (let mask = 0; mask < 16; mask++) {
      const copy = model.clone()
      variables.forEach((x, j) => {
        const value = (mask >> j) & 1 ? (j === 2 ? -2 : 3) : 0
        copy.setVariableBounds(x, value, value)
      })
      const chosen = variables.map((_, j) => j).filter((j) => (mask >> j) & 1)
      const neighbours =
        chosen.length < 2 || (chosen.length === 2 && (chosen[1] as number) - (chosen[0] as number) === 1)
      const allowed = type === 1 ? chosen.length <= 1 : neighbours
      const result = await solveLinear(copy)
      expect(result.status, `mask ${mask}`).toBe(allowed ? 'optimal' : 'infeasible')
      if (result.status === 'optimal') expect(activeMembers(set, result.values)).toEqual(chosen)
    }
  }

  test('of type 1 let one variable be used', () => reachable(1))
  test('of type 2 let two neighbours be used', () => reachable(2))

  test('use binary members as they are and refuse members without bounds, all at once', () => {
    const model = new LinearModel()
    const binaries = [0, 1].map((j) => model.addVariable(`b${j}`, { kind: 'binary' }))
    expect(addSos1(model, { name: 's', variables: binaries }).binaries).toEqual(binaries)
    model.addVariable('open')
    model.addVariable('positive', { lower: 1, upper: 2 })
    try {
      addSos1(model, { name: 's', variables: [2, 3, 3] })
      throw new Error('accepted')
    } catch (error) {
      const codes = (error as InvalidInputError).issues.map((issue) => issue.code)
      expect(codes).toEqual(['unbounded-big-m', 'never-zero', 'never-zero', 'duplicate'])
    }
  })
})

describe('a piecewise-linear function', () => {
  const shapes: Record<string, [number, number][]> = {
    convex: [
      [-2, 4],
      [0, 0],
      [1, 0],
      [4, 9],
    ],
    concave: [
      [0, 0],
      [1, 5],
      [3, 8],
      [6, 9],
    ],
    wavy: [
      [0, 1],
      [2, 5],
      [3, 2],
      [5, 2],
      [6, 7],
    ],
    line: [
      [0, 1],
      [1, 3],
      [4, 9],
    ],
  }
  for (const [shape, points] of Object.entries(shapes)) {
    test(`${shape}: the output is what the relation and the function say`, async () => {
      for (const relation of RELATIONS) {
        for (const method of ['incremental', 'convex-combination'] as const) {
          const model = new LinearModel()
          const x = model.addVariable('x', { lower: -50, upper: 50 })
          const added = addPiecewiseLinear(model, { name: 'f', input: x, points, relation, method })
          const plain =
            shape === 'line'
              ? 'affine'
              : shape === 'convex' && relation === '>='
                ? 'convex'
                : shape === 'concave' && relation === '<='
                  ? 'concave'
                  : method
          expect(added.method).toBe(plain)
          expect(added.binaries.length === 0).toBe(plain !== method)
          const [from, to] = [points[0]?.[0] as number, points.at(-1)?.[0] as number]
          for (const at of [from, from + 0.37 * (to - from), points[1]?.[0] as number, from + 0.81 * (to - from), to]) {
            const ends = await endsOf(model, added.output, [[x, at]])
            expectRelation(
              ends,
              relation,
              evaluatePiecewise(points, at),
              [-INFINITY, INFINITY],
              `${relation} ${method} at ${at}`,
            )
          }
          expect(await endsOf(model, added.output, [[x, to + 0.5]])).toBeNull()
        }
      }
    })
  }

  test('refuses breakpoints that are no function, all at once', () => {
    const model = new LinearModel()
    const x = model.addVariable('x')
    const bad: [number, number][] = [
      [0, 0],
      [0, 1],
      [2, Number.NaN],
      [1, 1],
    ]
    try {
      addPiecewiseLinear(model, { name: 'f', input: x, points: bad })
      throw new Error('accepted')
    } catch (error) {
      expect((error as InvalidInputError).issues.map((issue) => issue.path.at(-1))).toEqual([1, 2, 3])
    }
    expect(evaluatePiecewise(bad.slice(0, 1), 5)).toBeNaN()
  })
})

test('a semicontinuous variable is 0 or between its bounds', async () => {
  const model = new LinearModel()
  const { variable, used } = addSemicontinuous(model, { name: 'order', lower: 3, upper: 8 })
  for (const [value, allowed] of [
    [0, true],
    [1, false],
    [2.99, false],
    [3, true],
    [5.5, true],
    [8, true],
  ] as const) {
    const ends = await endsOf(model, used, [[variable, value]])
    expect(ends, `${value}`).toEqual(allowed ? [value > 0 ? 1 : 0, value > 0 ? 1 : 0] : null)
  }
  expect(() => addSemicontinuous(model, { name: 'open', lower: 1, upper: INFINITY })).toThrow(InvalidInputError)
  const positive = model.addVariable('positive', { lower: 1, upper: 9 })
  expect(() => addSemicontinuous(model, { name: 'p', lower: 2, upper: 3, variable: positive })).toThrow(/never be 0/)
})

test('a product of binaries is 1 when all of them are, and a switched variable is binary times variable', async () => {
  const model = new LinearModel()
  const factors = [0, 1, 2].map((j) => model.addVariable(`b${j}`, { kind: 'binary' }))
  const { product } = addBinaryProduct(model, { name: 'and', factors })
  const x = model.addVariable('x', { lower: -3, upper: 5 })
  const switched = addSwitchedVariable(model, { name: 'bx', binary: factors[0] as number, variable: x })
  for (let mask = 0; mask < 8; mask++) {
    const fixed = factors.map((factor, j) => [factor, (mask >> j) & 1] as const)
    expect(await endsOf(model, product, fixed)).toEqual([mask === 7 ? 1 : 0, mask === 7 ? 1 : 0])
  }
  for (const b of [0, 1]) {
    for (const value of [-3, 0, 1.5, 5]) {
      const ends = await endsOf(model, switched.product, [
        [factors[0] as number, b],
        [x, value],
      ])
      expectRelation(ends, '=', b * value, [0, 0], `${b} * ${value}`)
    }
  }
  const open = model.addVariable('open')
  expect(() => addSwitchedVariable(model, { name: 's', binary: 0, variable: open })).toThrow(
    /"open" has no upper bound/,
  )
})

describe('maximum, minimum and absolute value', () => {
  test('are what they are called, for every relation', async () => {
    const random = new RandomStream(43)
    for (let round = 0; round < 18; round++) {
      const model = new LinearModel()
      const x = model.addVariable('x', { lower: -3, upper: 4 })
      const y = model.addVariable('y', { lower: 0, upper: 2 })
      const relation = RELATIONS[round % 3] as Relation
      const expressions = Array.from({ length: random.integer(1, 4) }, () => ({
        terms: [
          [x, random.integer(-3, 3)],
          [y, random.integer(-3, 3)],
        ] as Term[],
        constant: random.integer(-4, 4),
      }))
      const add = random.pick([addMaximum, addMinimum])
      const added = add(model, { name: 'm', expressions, relation })
      for (let point = 0; point < 3; point++) {
        const [vx, vy] = [random.integer(-6, 8) / 2, random.integer(0, 4) / 2]
        const values = expressions.map(
          ({ terms, constant }) => (terms[0]?.[1] as number) * vx + (terms[1]?.[1] as number) * vy + constant,
        )
        const value = add === addMaximum ? Math.max(...values) : Math.min(...values)
        const ends = await endsOf(model, added.output, [
          [x, vx],
          [y, vy],
        ])
        const [lower, upper] = [model.variableLower(added.output), model.variableUpper(added.output)]
        expectRelation(
          ends,
          relation,
          value,
          [relation === '<=' ? -INFINITY : lower, relation === '>=' ? INFINITY : upper],
          `round ${round}`,
        )
      }
    }
  })

  test('the absolute value needs a binary only when the sign is open and the model could push it down', async () => {
    for (const [lower, upper, relation, binaries] of [
      [-3, 4, '=', 2],
      [-3, 4, '>=', 0],
      [0, 4, '=', 0],
      [-3, -1, '=', 0],
    ] as const) {
      const model = new LinearModel()
      const x = model.addVariable('x', { lower, upper })
      const added = addAbsoluteValue(model, { name: 'abs', expression: { terms: [[x, 1]] }, relation })
      expect(added.chosen.size, `[${lower}, ${upper}] ${relation}`).toBe(binaries)
      for (const value of [lower, (lower + upper) / 2, upper]) {
        expectRelation(
          await endsOf(model, added.output, [[x, value]]),
          relation,
          Math.abs(value),
          [0, INFINITY],
          `|${value}|`,
        )
      }
    }
  })

  test('tell which expression decided', async () => {
    const model = new LinearModel('m', 'maximize')
    const x = model.addVariable('x', { lower: 0, upper: 2 })
    const added = addMaximum(model, {
      name: 'm',
      expressions: [{ terms: [[x, 1]] }, { terms: [[x, -1]], constant: 1 }, { terms: [], constant: -5 }],
    })
    model.setObjective(added.output, 1)
    const result = await solveLinear(model)
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(2, 6)
    if (result.status === 'optimal') expect(chosenExpression(added, result.values)).toBe(0)
    expect(added.chosen.has(2)).toBe(false)
    expect(() => addMaximum(model, { name: 'none', expressions: [] })).toThrow(InvalidInputError)
  })

  test('are refused when a constant cannot be derived, naming the variable', () => {
    const model = new LinearModel()
    const x = model.addVariable('x', { lower: Number.NEGATIVE_INFINITY, upper: 4 })
    expect(() => addAbsoluteValue(model, { name: 'a', expression: { terms: [[x, 1]] } })).toThrow(
      /"x" has no lower bound/,
    )
    expect(() => addAbsoluteValue(model, { name: 'a', expression: { terms: [[x, 1]] }, relation: '>=' })).not.toThrow()
  })
})
