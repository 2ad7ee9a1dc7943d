/**
 * Products that are linear in disguise.
 *
 * Of binaries, z = x_1 x_2 .. x_n (Glover and Woolsey 1974; z needs no integrality):
 *
 *     z <= x_i for all i,   z >= sum x_i - (n - 1),   0 <= z <= 1
 *
 * Of a binary and a bounded variable, w = b x with l <= x <= u (exact McCormick envelope):
 *
 *     l b <= w <= u b,   x - u (1 - b) <= w <= x - l (1 - b)
 */
import type { Issue } from '../../contract/index.ts'
import type { LinearModel, Row, Term, Variable } from '../model.ts'
import { activityRange, finiteEnd, largeConstant, requireBinary } from './activity.ts'

export interface AddedProduct {
  readonly product: Variable
  readonly rows: readonly Row[]
  readonly warnings: readonly Issue[]
}

export interface BinaryProduct {
  readonly name: string
  /** Two or more binary variables. */
  readonly factors: readonly Variable[]
  /** As for rows. @default the name */
  readonly group?: string | null
}

/** 1 when all factors are 1, else 0. @throws InvalidInputError when a factor is not binary */
export function addBinaryProduct(model: LinearModel, spec: BinaryProduct): AddedProduct {
  const { name, group = name } = spec
  const factors = [...new Set(spec.factors)]
  for (const factor of factors) requireBinary(model, name, factor)
  const product = model.addVariable(name, { upper: 1 })
  const rows = factors.map((factor, i) =>
    model.addRow(
      `${name} at most ${i + 1}`,
      [
        [product, 1],
        [factor, -1],
      ],
      '<=',
      0,
      { group },
    ),
  )
  const terms: Term[] = [[product, 1], ...factors.map((factor): Term => [factor, -1])]
  rows.push(model.addRow(`${name} at least`, terms, '>=', 1 - factors.length, { group }))
  return { product, rows, warnings: [] }
}

export interface SwitchedVariable {
  readonly name: string
  readonly binary: Variable
  readonly variable: Variable
  /** As for rows. @default the name */
  readonly group?: string | null
}

/** binary * variable. @throws InvalidInputError when the variable has an infinite bound (names it) or the other is not binary */
export function addSwitchedVariable(model: LinearModel, spec: SwitchedVariable): AddedProduct {
  const { name, binary, variable, group = name } = spec
  requireBinary(model, name, binary)
  const terms: Term[] = [[variable, 1]]
  const range = activityRange(model, { terms })
  const lower = finiteEnd(model, name, terms, range, 'lower')
  const upper = finiteEnd(model, name, terms, range, 'upper')
  const product = model.addVariable(name, { lower: Math.min(0, lower), upper: Math.max(0, upper) })
  const rows = [
    model.addRow(
      `${name} off above`,
      [
        [product, 1],
        [binary, -upper],
      ],
      '<=',
      0,
      { group },
    ),
    model.addRow(
      `${name} off below`,
      [
        [product, 1],
        [binary, -lower],
      ],
      '>=',
      0,
      { group },
    ),
    model.addRow(
      `${name} on above`,
      [
        [product, 1],
        [variable, -1],
        [binary, -lower],
      ],
      '<=',
      -lower,
      { group },
    ),
    model.addRow(
      `${name} on below`,
      [
        [product, 1],
        [variable, -1],
        [binary, -upper],
      ],
      '>=',
      -upper,
      { group },
    ),
  ]
  const warnings = [largeConstant(name, lower), largeConstant(name, upper)].filter((issue) => issue !== null)
  return { product, rows, warnings }
}
