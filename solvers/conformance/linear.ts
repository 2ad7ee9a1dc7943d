/**
 * The suite every linear backend runs: small models whose answer is known by hand, one property each. A backend is asked
 * through the front, alone; it passes a case when the front, after all its checks, returns the known answer from it.
 */

import type { LinearBackend } from '../linear/backend.ts'
import { LinearModel, type LinearOptions, solveLinear, type Term } from '../linear/index.ts'

export interface LinearCase {
  /** A sentence: what a backend that passes can do. */
  readonly name: string
  /** Capabilities without which the case is not asked. */
  readonly needs: readonly ('integers' | 'quadratic')[]
  readonly build: () => LinearModel
  readonly expected:
    | { readonly status: 'optimal'; readonly objective: number; readonly duals?: readonly number[] }
    | { readonly status: 'infeasible' | 'unbounded' }
}

/** A case this backend is known not to pass, and why. */
export interface Exclusion {
  readonly name: string
  readonly reason: string
}

interface Column {
  readonly cost: number
  readonly lower?: number
  readonly upper?: number
  readonly kind?: 'integer' | 'binary'
}

type RowSpec = readonly [coefficients: readonly number[], relation: '<=' | '>=' | '=', side: number]

/** A model written as a dense table. */
export function tableModel(
  sense: 'minimize' | 'maximize',
  columns: readonly Column[],
  rows: readonly RowSpec[],
): LinearModel {
  const model = new LinearModel('case', sense)
  columns.forEach((column, j) => {
    const { cost, ...rest } = column
    model.addVariable(`v${j}`, { objective: cost, ...rest })
  })
  rows.forEach(([coefficients, relation, side], i) => {
    const terms: Term[] = []
    coefficients.forEach((value, j) => {
      if (value !== 0) terms.push([j, value])
    })
    model.addRow(`r${i}`, terms, relation, side)
  })
  return model
}

const free = { lower: Number.NEGATIVE_INFINITY } as const

function optimal(objective: number, duals?: readonly number[]): LinearCase['expected'] {
  return { status: 'optimal', objective, ...(duals === undefined ? {} : { duals }) }
}

export const linearCases: readonly LinearCase[] = [
  {
    name: 'a linear program has its optimum and prices',
    needs: [],
    build: () =>
      tableModel(
        'maximize',
        [{ cost: 3 }, { cost: 2, upper: 4 }],
        [
          [[1, 1], '<=', 4],
          [[1, 3], '<=', 6],
        ],
      ),
    expected: optimal(12, [3, 0]),
  },
  {
    name: 'the prices of a minimisation are positive where the row is a demand',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [{ cost: 2 }, { cost: 3 }],
        [
          [[1, 1], '>=', 4],
          [[1, 2], '>=', 6],
        ],
      ),
    expected: optimal(10, [1, 1]),
  },
  {
    name: 'free variables take negative values',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [{ cost: 1, ...free }, { cost: 1 }],
        [
          [[1, 1], '>=', -3],
          [[1, -1], '>=', -7],
        ],
      ),
    expected: optimal(-3),
  },
  {
    name: 'a variable with an upper bound only is no variable from zero',
    needs: [],
    build: () => tableModel('minimize', [{ cost: -1, ...free, upper: -2 }, { cost: 1 }], [[[1, 1], '>=', -1]]),
    expected: optimal(3),
  },
  {
    name: 'equality rows hold',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [{ cost: 1 }, { cost: 4 }, { cost: 2 }],
        [
          [[1, 1, 1], '=', 5],
          [[1, -1, 0], '=', 1],
        ],
      ),
    expected: optimal(9),
  },
  {
    name: 'both sides of a range bind',
    needs: [],
    build: () => {
      const model = tableModel('minimize', [{ cost: 1 }, { cost: 1, ...free }], [[[1, -1], '<=', 2]])
      model.addRange(
        'range',
        3,
        [
          [0, 1],
          [1, 1],
        ],
        8,
      )
      return model
    },
    expected: optimal(3),
  },
  {
    name: 'the constant of the objective counts',
    needs: [],
    build: () => {
      const model = tableModel('maximize', [{ cost: 1, upper: 3 }], [])
      model.objectiveOffset = 100
      return model
    },
    expected: optimal(103),
  },
  {
    name: 'negative lower bounds are kept',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [
          { cost: 1, lower: -5, upper: -1 },
          { cost: 1, lower: -2 },
        ],
        [[[1, 1], '>=', -6]],
      ),
    expected: optimal(-6),
  },
  {
    name: 'a degenerate vertex does not cycle (Beale 1955)',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [{ cost: -0.75 }, { cost: 150 }, { cost: -0.02 }, { cost: 6 }],
        [
          [[0.25, -60, -0.04, 9], '<=', 0],
          [[0.5, -90, -0.02, 3], '<=', 0],
          [[0, 0, 1, 0], '<=', 1],
        ],
      ),
    expected: optimal(-0.05),
  },
  {
    name: 'a model without rows is solved by its bounds',
    needs: [],
    build: () =>
      tableModel(
        'maximize',
        [
          { cost: 2, upper: 3 },
          { cost: -1, lower: 1 },
        ],
        [],
      ),
    expected: optimal(5),
  },
  {
    name: 'a column without rows is solved by its bounds',
    needs: [],
    build: () => tableModel('minimize', [{ cost: 1 }, { cost: -2, upper: 4 }], [[[1, 0], '>=', 2]]),
    expected: optimal(-6),
  },
  {
    name: 'a repeated entry is summed',
    needs: [],
    build: () => {
      const model = tableModel('maximize', [{ cost: 1 }], [])
      model.addRow(
        'twice',
        [
          [0, 1],
          [0, 1],
        ],
        '<=',
        6,
      )
      return model
    },
    expected: optimal(3),
  },
  {
    name: 'a row of tiny coefficients is not dropped',
    needs: [],
    build: () => tableModel('maximize', [{ cost: 1 }], [[[1e-9], '<=', 1]]),
    expected: optimal(1e9),
  },
  {
    name: 'a fixed variable stays fixed',
    needs: [],
    build: () => tableModel('maximize', [{ cost: 1, lower: 2, upper: 2 }, { cost: 1 }], [[[1, 1], '<=', 7]]),
    expected: optimal(7),
  },
  {
    name: 'contradicting rows are infeasible',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [{ cost: 1 }, { cost: 1 }],
        [
          [[1, 1], '<=', 1],
          [[1, 1], '>=', 2],
        ],
      ),
    expected: { status: 'infeasible' },
  },
  {
    name: 'rows against bounds are infeasible',
    needs: [],
    build: () =>
      tableModel(
        'minimize',
        [
          { cost: 1, upper: 3 },
          { cost: 1, upper: 3 },
        ],
        [
          [[1, 1], '>=', 8],
          [[1, -1], '<=', 3],
        ],
      ),
    expected: { status: 'infeasible' },
  },
  {
    name: 'an infeasible model with an improving direction is infeasible',
    needs: [],
    build: () =>
      tableModel(
        'maximize',
        [{ cost: 1 }, { cost: 0 }],
        [
          [[0, 1], '<=', 1],
          [[0, 1], '>=', 2],
        ],
      ),
    expected: { status: 'infeasible' },
  },
  {
    name: 'crossed bounds are infeasible',
    needs: [],
    build: () => tableModel('minimize', [{ cost: 1, lower: 3, upper: 2 }], []),
    expected: { status: 'infeasible' },
  },
  {
    name: 'an improving direction is unbounded',
    needs: [],
    build: () => tableModel('maximize', [{ cost: 1 }, { cost: 1 }], [[[1, -1], '<=', 3]]),
    expected: { status: 'unbounded' },
  },
  {
    name: 'a free variable without a row is unbounded',
    needs: [],
    build: () => tableModel('minimize', [{ cost: 1, ...free }, { cost: 1 }], [[[0, 1], '>=', 2]]),
    expected: { status: 'unbounded' },
  },
  {
    name: 'binaries choose the best subset',
    needs: ['integers'],
    build: () =>
      tableModel(
        'maximize',
        [5, 4, 3, 7, 6].map((cost) => ({ cost, kind: 'binary' as const })),
        [[[2, 3, 1, 4, 3], '<=', 8]],
      ),
    expected: optimal(16),
  },
  {
    name: 'the integer optimum is not the rounded relaxation',
    needs: ['integers'],
    build: () =>
      tableModel(
        'maximize',
        [
          { cost: 5, kind: 'integer' },
          { cost: 8, kind: 'integer' },
        ],
        [
          [[1, 1], '<=', 6],
          [[5, 9], '<=', 45],
        ],
      ),
    expected: optimal(40),
  },
  {
    name: 'integers may be negative',
    needs: ['integers'],
    build: () => tableModel('minimize', [{ cost: 1, lower: -7.5, kind: 'integer' }], [[[2], '>=', -9]]),
    expected: optimal(-4),
  },
  {
    name: 'fractional bounds of integers are rounded inward',
    needs: ['integers'],
    build: () => tableModel('maximize', [{ cost: 1, upper: 2.5, kind: 'integer' }], [[[1], '>=', 1]]),
    expected: optimal(2),
  },
  {
    name: 'mixed models keep the continuous part continuous',
    needs: ['integers'],
    build: () =>
      tableModel(
        'maximize',
        [{ cost: 3, upper: 4, kind: 'integer' }, { cost: 2 }],
        [
          [[1, 1], '<=', 3.5],
          [[1, 3], '<=', 6],
        ],
      ),
    expected: optimal(10),
  },
  {
    name: 'an equality without an integer solution is infeasible',
    needs: ['integers'],
    build: () =>
      tableModel(
        'minimize',
        [
          { cost: 1, upper: 9, kind: 'integer' },
          { cost: 1, upper: 9, kind: 'integer' },
        ],
        [[[2, 2], '=', 7]],
      ),
    expected: { status: 'infeasible' },
  },
  {
    name: 'an integer variable between two integers is infeasible',
    needs: ['integers'],
    build: () => tableModel('minimize', [{ cost: 1, lower: 1.2, upper: 1.8, kind: 'integer' }], []),
    expected: { status: 'infeasible' },
  },
  {
    name: 'an unbounded integer model is unbounded',
    needs: ['integers'],
    build: () =>
      tableModel(
        'minimize',
        [
          { cost: -7, kind: 'integer' },
          { cost: 10, kind: 'integer' },
        ],
        [[[-4, 8], '>=', 39]],
      ),
    expected: { status: 'unbounded' },
  },
  {
    name: 'an integer-infeasible model with an unbounded relaxation is infeasible',
    needs: ['integers'],
    build: () => tableModel('maximize', [{ cost: 1 }, { cost: 0, upper: 5, kind: 'integer' }], [[[0, 2], '=', 3]]),
    expected: { status: 'infeasible' },
  },
  {
    name: 'a convex quadratic objective has its minimum inside',
    needs: ['quadratic'],
    build: () => {
      const model = tableModel('minimize', [{ cost: -4 }, { cost: -6 }], [[[1, 1], '<=', 10]])
      model.addQuadraticTerm(0, 0, 1)
      model.addQuadraticTerm(1, 1, 1)
      return model
    },
    expected: optimal(-13),
  },
  {
    name: 'a concave quadratic objective has its maximum on a row',
    needs: ['quadratic'],
    build: () => {
      const model = tableModel('maximize', [{ cost: 4 }, { cost: 6 }], [[[1, 1], '<=', 3]])
      model.addQuadraticTerm(0, 0, -1)
      model.addQuadraticTerm(1, 1, -1)
      return model
    },
    expected: optimal(11),
  },
]

/**
 * Asks one backend for one case.
 * @returns what is wrong with the answer, or null when it is right
 */
export async function checkLinearCase(
  one: LinearCase,
  backend: LinearBackend,
  options: LinearOptions = {},
): Promise<string | null> {
  const result = await solveLinear(one.build(), { ...options, backends: [backend] })
  const { expected } = one
  if (result.status !== expected.status) {
    const told = result.attempts.map((attempt) => `${attempt.backend}: ${attempt.reason ?? attempt.outcome}`).join('; ')
    return `the status is ${result.status}, not ${expected.status} (${told})`
  }
  if (result.status !== 'optimal' || expected.status !== 'optimal') return null
  const scale = Math.max(1, Math.abs(expected.objective))
  if (Math.abs(result.objective - expected.objective) > 1e-6 * scale) {
    return `the objective is ${result.objective}, not ${expected.objective}`
  }
  const duals = expected.duals
  if (duals !== undefined && result.duals !== null) {
    const wrong = duals.findIndex((dual, i) => Math.abs(dual - (result.duals?.[i] as number)) > 1e-6)
    if (wrong >= 0) return `the dual of row ${wrong} is ${result.duals[wrong]}, not ${duals[wrong]}`
  }
  return null
}

/** Whether the backend claims what the case needs. */
export function asksFor(one: LinearCase, backend: LinearBackend): boolean {
  return one.needs.every((need) =>
    need === 'integers' ? backend.capabilities.integers : backend.capabilities.quadratic === true,
  )
}
