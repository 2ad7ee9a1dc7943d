/**
 * What the magnitudes of a problem's coefficients need before a solver in floating point may see it.
 *
 * - Rows whose coefficients are all tiny or all huge are scaled by a power of two, which is exact. HiGHS drops coefficients below
 *   1e-9: max x with 1e-9 x <= 1 becomes unbounded.
 * - A coefficient more than 1e11 times smaller than the largest of its row is refused, unless the bounds of its column make its
 *   share of the row negligible; solvers would drop it without a word.
 * - A large constant on an integer column beside continuous ones is warned of: times the solvers' integrality tolerance it is
 *   no longer small (GLPK calls points optimal that break such rows by whole units).
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import type { LinearModel } from './model.ts'
import type { NormalisedProblem } from './normalise.ts'

/** Rows with their largest coefficient outside of this window are scaled. */
const SMALLEST_PIVOT = 1e-3
const LARGEST_PIVOT = 1e7
/** Smallest coefficient relative to the largest of its row. */
const SMALLEST_RATIO = 1e-11
/** Share of a row, relative to its largest coefficient, that may be lost. */
const NEGLIGIBLE = 1e-9
/** Times the coefficients of the continuous columns beside it. */
const BIG_M = 1e4
const MOST_WARNINGS = 20

/** @throws InvalidInputError with every row whose coefficients span too much */
export function condition(model: LinearModel, problem: NormalisedProblem): NormalisedProblem {
  const { rows, starts, indices, values, rowLower, rowUpper, columnLower, columnUpper, integrality } = problem
  const issues: Issue[] = []
  const warnings: string[] = []
  let rowScale: Float64Array | null = null
  for (let i = 0; i < rows; i++) {
    const begin = starts[i] as number
    const end = starts[i + 1] as number
    let largest = 0
    let smallest = Number.POSITIVE_INFINITY
    for (let k = begin; k < end; k++) {
      const size = Math.abs(values[k] as number)
      if (size > largest) largest = size
      if (size < smallest) smallest = size
    }
    if (begin === end) continue
    if (smallest < largest * SMALLEST_RATIO) {
      for (let k = begin; k < end; k++) {
        const size = Math.abs(values[k] as number)
        if (size >= largest * SMALLEST_RATIO) continue
        const j = indices[k] as number
        const reach = Math.max(Math.abs(columnLower[j] as number), Math.abs(columnUpper[j] as number))
        if (!(size * reach <= NEGLIGIBLE * largest)) issues.push(tooWide(model, i, j, size, largest))
      }
    }
    if (problem.hasIntegers && largest > BIG_M * smallest && warnings.length < MOST_WARNINGS) {
      const warning = bigConstant(model, i, begin, end, indices, values, integrality)
      if (warning !== null) warnings.push(warning)
    }
    if (largest < SMALLEST_PIVOT || largest > LARGEST_PIVOT) {
      // Beyond 2^±1000 the factor itself would leave the range of a double.
      const factor = 2 ** Math.max(-1000, Math.min(1000, -Math.round(Math.log2(largest))))
      rowScale ??= new Float64Array(rows).fill(1)
      rowScale[i] = factor
      rowLower[i] = (rowLower[i] as number) * factor
      rowUpper[i] = (rowUpper[i] as number) * factor
      for (let k = begin; k < end; k++) values[k] = (values[k] as number) * factor
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { ...problem, rowScale, warnings }
}

function bigConstant(
  model: LinearModel,
  row: number,
  begin: number,
  end: number,
  indices: Int32Array,
  values: Float64Array,
  integrality: Uint8Array,
): string | null {
  let others = Number.POSITIVE_INFINITY
  let large = 0
  let column = -1
  for (let k = begin; k < end; k++) {
    const size = Math.abs(values[k] as number)
    if (integrality[indices[k] as number] === 0) others = Math.min(others, size)
    else if (size > large) {
      large = size
      column = indices[k] as number
    }
  }
  if (column < 0 || !(large > BIG_M * others)) return null
  return (
    `row "${model.rowName(row)}": the coefficient ${large} of the integer variable "${model.variableName(column)}" is ` +
    `${Math.round(large / others)} times that of a continuous one; derive a tighter constant from the variables' bounds`
  )
}

function tooWide(model: LinearModel, row: number, column: number, size: number, largest: number): Issue {
  return {
    code: 'coefficient-range',
    path: ['rows', model.rowName(row), model.variableName(column)],
    message: `the coefficient ${size} is ${(largest / size).toExponential(0)} times smaller than the largest of its row, ${largest}`,
    hint: 'express the variables in units that bring the coefficients of a row within a factor of 1e11, or leave it out',
  }
}
