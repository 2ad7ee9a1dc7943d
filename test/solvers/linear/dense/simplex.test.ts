import { describe, expect, test } from 'vitest'
import { DenseSimplex } from '../../../../solvers/linear/dense/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'

const INFINITE = Number.POSITIVE_INFINITY

interface Table {
  readonly cost: readonly number[]
  /** [coefficients, lower, upper] */
  readonly rows: readonly (readonly [readonly number[], number, number])[]
  readonly lower?: readonly number[]
  readonly upper?: readonly number[]
}

function load(lp: DenseSimplex, table: Table): DenseSimplex {
  const columns = table.cost.length
  lp.resize(table.rows.length, columns)
  for (let j = 0; j < columns; j++) {
    lp.objective[j] = table.cost[j] as number
    lp.lower[j] = table.lower?.[j] ?? 0
    lp.upper[j] = table.upper?.[j] ?? INFINITE
  }
  table.rows.forEach(([coefficients, lower, upper], i) => {
    lp.matrix.set(coefficients, i * columns)
    lp.lower[columns + i] = lower
    lp.upper[columns + i] = upper
  })
  return lp
}

const atMost = (coefficients: readonly number[], side: number) => [coefficients, -INFINITE, side] as const

/** Beale 1955: the classic on which Dantzig's rule with the smallest index in ties cycles. */
const BEALE: Table = {
  cost: [-3 / 4, 150, -1 / 50, 6],
  rows: [atMost([1 / 4, -60, -1 / 25, 9], 0), atMost([1 / 2, -90, -1 / 50, 3], 0), atMost([0, 0, 1, 0], 1)],
}
/** Kuhn's example (Balinski and Tucker 1969), bounded by one more row. */
const KUHN: Table = {
  cost: [-2, -3, 1, 12],
  rows: [atMost([-2, -9, 1, 9], 0), atMost([1 / 3, 1, -1 / 3, -2], 0), atMost([2, 3, -1, -12], 2)],
}
/** Marshall and Suurballe 1969: unbounded, reached only past a cycle. */
const MARSHALL: Table = {
  cost: [-0.4, -0.4, 1.8, 0],
  rows: [atMost([0.6, -6.4, 4.8, 0], 0), atMost([0.2, -1.8, 0.6, 0], 0), atMost([0.4, -1.6, 0.2, 0], 0)],
}

describe('the dense simplex', () => {
  test("Beale's example ends at -1/20", () => {
    const lp = load(new DenseSimplex(), BEALE)
    expect(lp.solve()).toBe('optimal')
    expect(lp.objectiveValue).toBeCloseTo(-1 / 20, 12)
  })

  test("Kuhn's example ends at -2", () => {
    const lp = load(new DenseSimplex(), KUHN)
    expect(lp.solve()).toBe('optimal')
    expect(lp.objectiveValue).toBeCloseTo(-2, 12)
  })

  test('the example of Marshall and Suurballe is unbounded and the ray says how', () => {
    const lp = load(new DenseSimplex(), MARSHALL)
    expect(lp.solve()).toBe('unbounded')
    const ray = [0, 1, 2, 3].map((j) => lp.ray[j] as number)
    expect(Math.min(...ray)).toBeGreaterThanOrEqual(0)
    const rate = ray.reduce((total, step, j) => total + step * (MARSHALL.cost[j] as number), 0)
    expect(rate).toBeLessThan(-1e-9)
    for (const [row, , upper] of MARSHALL.rows) {
      expect(upper).toBe(0)
      expect(row.reduce((total, entry, j) => total + entry * (ray[j] as number), 0)).toBeLessThan(1e-9)
    }
  })

  test.each([3, 6, 9])('the Klee-Minty cube of dimension %i ends at its corner', (n) => {
    const rows = Array.from({ length: n }, (_, i) =>
      atMost(
        Array.from({ length: n }, (_, j) => (j < i ? 2 * 10 ** (i - j) : j === i ? 1 : 0)),
        100 ** i,
      ),
    )
    const lp = load(new DenseSimplex(), { cost: Array.from({ length: n }, (_, j) => -(10 ** (n - 1 - j))), rows })
    expect(lp.solve()).toBe('optimal')
    expect(lp.objectiveValue).toBe(-(100 ** (n - 1)))
  })

  test('duals and reduced costs price the optimum', () => {
    // max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: 36 with prices 0, 3/2, 1 (Hillier and Lieberman, Wyndor).
    const lp = load(new DenseSimplex(), {
      cost: [-3, -5],
      rows: [atMost([1, 0], 4), atMost([0, 2], 12), atMost([3, 2], 18)],
    })
    expect(lp.solve()).toBe('optimal')
    expect(lp.objectiveValue).toBeCloseTo(-36, 12)
    expect([...lp.value.slice(0, 2)]).toEqual([2, 6])
    const prices = [...lp.reduced.slice(0, 5)]
    ;[0, 0, 0, -1.5, -1].forEach((price, v) => {
      expect(prices[v]).toBeCloseTo(price, 12)
    })
  })

  test('an infeasible system leaves a combination of rows that no point can meet', () => {
    // x + y >= 3, x - y = 0, x <= 1 and y free
    const lp = load(new DenseSimplex(), {
      cost: [1, 1],
      rows: [
        [[1, 1], 3, INFINITE],
        [[1, -1], 0, 0],
      ],
      lower: [0, -INFINITE],
      upper: [1, INFINITE],
    })
    expect(lp.solve()).toBe('infeasible')
    const [first, second] = [lp.ray[2] as number, lp.ray[3] as number]
    // The combination has no y, and at x = 1 it reaches 2 where 3 is demanded.
    expect(first - second).toBeCloseTo(0, 12)
    expect(first).not.toBe(0)
  })

  test('ranged, fixed, boxed and free variables need no reformulation', () => {
    const lp = load(new DenseSimplex(), {
      cost: [1, -1, 2],
      rows: [
        [[1, 1, 1], 2, 5],
        [[1, -1, 0], -INFINITE, INFINITE],
      ],
      lower: [-INFINITE, -2, 3],
      upper: [INFINITE, 4, 3],
    })
    expect(lp.solve()).toBe('optimal')
    // x = 2 - 3 - y, so the objective is 6 - 1 - 2 y with y = 4.
    expect(lp.objectiveValue).toBeCloseTo(-3, 12)
    expect(lp.value[2]).toBe(3)
  })

  test('a model without rows or without columns is answered', () => {
    const empty = load(new DenseSimplex(), { cost: [1, -2], rows: [], upper: [5, 7] })
    expect(empty.solve()).toBe('optimal')
    expect(empty.objectiveValue).toBe(-14)
    const none = new DenseSimplex(1, 0)
    none.lower[0] = 0
    none.upper[0] = 1
    expect(none.solve()).toBe('optimal')
    none.lower[0] = 1
    expect(none.solve()).toBe('infeasible')
    const ray = load(new DenseSimplex(), { cost: [-1], rows: [] })
    expect(ray.solve()).toBe('unbounded')
  })

  test('a changed bound is repaired from the last basis in fewer steps than from the start', () => {
    const random = new RandomStream(3)
    const n = 25
    const table: Table = {
      cost: Array.from({ length: n }, () => random.integer(1, 20)),
      rows: Array.from({ length: n }, () => [
        Array.from({ length: n }, () => random.integer(0, 9)),
        random.integer(50, 200),
        INFINITE,
      ]),
    }
    const warm = load(new DenseSimplex(), table)
    expect(warm.solve()).toBe('optimal')
    const basis = new Int8Array(2 * n)
    warm.saveBasis(basis)
    const column = warm.value.findIndex((value) => value > 1)
    warm.upper[column] = 0.5
    expect(warm.resolve()).toBe('optimal')
    const warmSteps = warm.iterations
    const cold = load(new DenseSimplex(), table)
    cold.upper[column] = 0.5
    expect(cold.solve()).toBe('optimal')
    expect(warm.objectiveValue).toBeCloseTo(cold.objectiveValue, 9)
    expect(warmSteps).toBeLessThan(cold.iterations)
    const stored = load(new DenseSimplex(), table)
    stored.upper[column] = 0.5
    expect(stored.solveFrom(basis)).toBe('optimal')
    expect(stored.objectiveValue).toBeCloseTo(cold.objectiveValue, 9)
    expect(stored.iterations).toBeLessThan(cold.iterations)
  })

  test('a changed objective is repaired from the last basis', () => {
    const lp = load(new DenseSimplex(), {
      cost: [-3, -5],
      rows: [atMost([1, 0], 4), atMost([0, 2], 12), atMost([3, 2], 18)],
    })
    lp.solve()
    lp.objective[0] = -9
    expect(lp.resolve()).toBe('optimal')
    expect(lp.objectiveValue).toBeCloseTo(-51, 12)
  })

  test('an iteration limit is reported as one, and the same workspace solves the model afterwards', () => {
    const lp = load(new DenseSimplex(), BEALE)
    lp.iterationLimit = 1
    expect(lp.solve()).toBe('iterations')
    lp.iterationLimit = null
    expect(lp.solve()).toBe('optimal')
  })

  test('a workspace gives the same answers to a stream of models as fresh ones do', () => {
    const shared = new DenseSimplex()
    const random = new RandomStream(11)
    for (let k = 0; k < 300; k++) {
      const n = random.integer(1, 6)
      const table: Table = {
        cost: Array.from({ length: n }, () => random.integer(-5, 5)),
        rows: Array.from({ length: random.integer(0, 6) }, () => {
          const low = random.integer(-8, 4)
          return [Array.from({ length: n }, () => random.integer(-4, 4)), low, low + random.integer(0, 9)]
        }),
        upper: Array.from({ length: n }, () => (random.chance(0.5) ? 6 : INFINITE)),
      }
      const fresh = load(new DenseSimplex(), table)
      const status = fresh.solve()
      expect(load(shared, table).solve()).toBe(status)
      if (status === 'optimal') expect(shared.objectiveValue).toBe(fresh.objectiveValue)
    }
  })
})
