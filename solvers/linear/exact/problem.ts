/**
 * A linear model read exactly: every number of the model as a rational, repeated entries of a row added without rounding,
 * bounds of integer columns rounded inward to integers. Magnitudes of 1e20 and beyond are missing bounds, as everywhere.
 */
import type { LinearProblem } from '../backend.ts'
import type { LinearArrays, Sense } from '../model.ts'
import { type NumberMeaning, Rational } from './rational.ts'

const INFINITE = 1e20

export interface ExactRow {
  readonly columns: readonly number[]
  readonly values: readonly Rational[]
}

/** Positions 0 .. columns - 1 of `lower` and `upper` belong to the columns, columns + i to row i; null is no bound. */
export interface ExactProblem {
  readonly columns: number
  readonly rows: readonly ExactRow[]
  readonly sense: Sense
  readonly objective: readonly Rational[]
  readonly offset: Rational
  readonly lower: readonly (Rational | null)[]
  readonly upper: readonly (Rational | null)[]
  readonly integrality: readonly boolean[]
  readonly hasIntegers: boolean
}

export interface ExactSource extends LinearArrays {
  readonly sense: Sense
  readonly offset: number
}

/** @throws RangeError when a coefficient is not finite */
export function readExactly(source: ExactSource, meaning: NumberMeaning): ExactProblem {
  const { columns, starts, indices, values } = source
  const lower: (Rational | null)[] = []
  const upper: (Rational | null)[] = []
  const integrality = source.kinds.map((kind) => kind !== 'continuous')
  for (let j = 0; j < columns; j++) {
    let low = bound(source.columnLower[j] as number, meaning)
    let high = bound(source.columnUpper[j] as number, meaning)
    if (source.kinds[j] === 'binary') {
      if (low === null || low.sign < 0) low = Rational.zero
      if (high === null || high.compare(Rational.one) > 0) high = Rational.one
    }
    if (integrality[j] === true) {
      if (low !== null) low = Rational.of(low.ceil())
      if (high !== null) high = Rational.of(high.floor())
    }
    lower.push(low)
    upper.push(high)
  }
  const rows: ExactRow[] = []
  for (let i = 0; i < source.rows; i++) {
    const entries = new Map<number, Rational>()
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const j = indices[k] as number
      const value = Rational.from(values[k] as number, meaning)
      entries.set(j, (entries.get(j) ?? Rational.zero).add(value))
    }
    const kept = [...entries].filter(([, value]) => value.sign !== 0)
    rows.push({ columns: kept.map(([j]) => j), values: kept.map(([, value]) => value) })
    lower.push(bound(source.rowLower[i] as number, meaning))
    upper.push(bound(source.rowUpper[i] as number, meaning))
  }
  return {
    columns,
    rows,
    sense: source.sense,
    objective: Array.from(source.objective, (cost) => Rational.from(cost, meaning)),
    offset: Rational.from(source.offset, meaning),
    lower,
    upper,
    integrality,
    hasIntegers: integrality.includes(true),
  }
}

function bound(value: number, meaning: NumberMeaning): Rational | null {
  return Math.abs(value) >= INFINITE ? null : Rational.from(value, meaning)
}

/** The nearest model in doubles. */
export function inDoubles(problem: ExactProblem): LinearProblem {
  const { columns, rows, integrality } = problem
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((row, i) => {
    starts[i + 1] = (starts[i] as number) + row.columns.length
  })
  const lower = Float64Array.from(problem.lower, (bound) => bound?.toNumber() ?? Number.NEGATIVE_INFINITY)
  const upper = Float64Array.from(problem.upper, (bound) => bound?.toNumber() ?? Number.POSITIVE_INFINITY)
  return {
    columns,
    rows: rows.length,
    nonZeros: starts[rows.length] as number,
    columnLower: lower.subarray(0, columns),
    columnUpper: upper.subarray(0, columns),
    rowLower: lower.subarray(columns),
    rowUpper: upper.subarray(columns),
    objective: Float64Array.from(problem.objective, (cost) => cost.toNumber()),
    kinds: integrality.map((flag) => (flag ? 'integer' : 'continuous')),
    starts,
    indices: Int32Array.from(rows.flatMap((row) => row.columns)),
    values: Float64Array.from(rows.flatMap((row) => row.values.map((value) => value.toNumber()))),
    sense: problem.sense,
    offset: problem.offset.toNumber(),
    integrality: Uint8Array.from(integrality, Number),
    hasIntegers: problem.hasIntegers,
  }
}
