/**
 * Validates a model once and brings it into the form every backend may assume. Each step is here because a backend answers
 * wrongly without it:
 *
 * - bounds of integer columns are rounded inward (fractional ones make HiGHS return fractional values, GLPK give up);
 * - repeated columns of a row are summed, zeros dropped (GLPK aborts on duplicates);
 * - 1e20 and beyond is infinite on both sides (it is in HiGHS, it is not in GLPK);
 * - rows whose coefficients are all tiny or all huge are scaled by a power of two, which is exact (HiGHS drops coefficients
 *   below 1e-9: max x with 1e-9 x <= 1 becomes unbounded);
 * - coefficients more than 1e11 times smaller than the largest of their row cannot be represented faithfully and are refused;
 * - NaN is refused everywhere, infinity everywhere but as a missing bound;
 * - empty domains are found here, because backends refuse lower > upper as malformed.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import type { Hessian, LinearProblem } from './backend.ts'
import type { LinearModel } from './model.ts'

/** Magnitudes from here on mean "no bound". */
export const INFINITE = 1e20
/** Slack within which a bound of an integer column counts as that integer. */
const INTEGER_SLACK = 1e-9
/** Rows with their largest coefficient outside of this window are scaled. */
const SMALLEST_PIVOT = 1e-3
const LARGEST_PIVOT = 1e7
/** Smallest coefficient relative to the largest of its row. */
const SMALLEST_RATIO = 1e-11
/** A binary's coefficient this many times the others of its row defeats the solvers' integrality tolerance. */
const BIG_M = 1e4

export interface NormalisedProblem extends LinearProblem {
  /** Factor by which each row was multiplied; null when none was. */
  readonly rowScale: Float64Array | null
  /** Name of a variable or row whose own bounds leave no value; null when there is none. */
  readonly emptyDomain: string | null
  /** Doubtful numbers, one sentence each. */
  readonly warnings: readonly string[]
}

/** @throws InvalidInputError with every fault of the model's numbers. */
export function normalise(model: LinearModel): NormalisedProblem {
  const source = model.arrays()
  const issues: Issue[] = []
  const warnings: string[] = []
  const { columns, rows } = source
  const columnLower = source.columnLower.slice()
  const columnUpper = source.columnUpper.slice()
  const objective = source.objective.slice()
  const integrality = new Uint8Array(columns)
  let emptyDomain: string | null = null
  let hasIntegers = false
  for (let j = 0; j < columns; j++) {
    let lower = bounded(columnLower[j] as number)
    let upper = bounded(columnUpper[j] as number)
    if (isNoInterval(lower, upper)) {
      issues.push(fault(['variables', model.variableName(j)], `the bounds [${lower}, ${upper}] are no interval`))
    }
    const kind = source.kinds[j]
    if (kind !== 'continuous') {
      integrality[j] = 1
      hasIntegers = true
      if (kind === 'binary') {
        lower = Math.max(0, lower)
        upper = Math.min(1, upper)
      }
      lower = Math.ceil(lower - INTEGER_SLACK)
      upper = Math.floor(upper + INTEGER_SLACK)
    }
    if (lower > upper) emptyDomain ??= model.variableName(j)
    if (!Number.isFinite(objective[j] as number)) {
      issues.push(fault(['objective', model.variableName(j)], `the coefficient ${objective[j]} is not finite`))
    }
    columnLower[j] = lower
    columnUpper[j] = upper
  }
  if (!Number.isFinite(model.objectiveOffset)) {
    issues.push(fault(['objective'], `the constant ${model.objectiveOffset} is not finite`))
  }
  const hessian = triangle(model, issues)
  const rowLower = source.rowLower.slice()
  const rowUpper = source.rowUpper.slice()
  const starts = new Int32Array(rows + 1)
  const indices = new Int32Array(source.nonZeros)
  const values = new Float64Array(source.nonZeros)
  const position = new Int32Array(columns).fill(-1)
  let rowScale: Float64Array | null = null
  let end = 0
  for (let i = 0; i < rows; i++) {
    let lower = bounded(rowLower[i] as number)
    let upper = bounded(rowUpper[i] as number)
    if (isNoInterval(lower, upper)) {
      issues.push(fault(['rows', model.rowName(i)], `the sides [${lower}, ${upper}] are no interval`))
    }
    const begin = end
    for (let k = source.starts[i] as number; k < (source.starts[i + 1] as number); k++) {
      const column = source.indices[k] as number
      const value = source.values[k] as number
      if (!Number.isFinite(value)) {
        issues.push(
          fault(['rows', model.rowName(i), model.variableName(column)], `the coefficient ${value} is not finite`),
        )
      }
      const seen = position[column] as number
      if (seen >= begin) values[seen] = (values[seen] as number) + value
      else {
        position[column] = end
        indices[end] = column
        values[end] = value
        end++
      }
    }
    let kept = begin
    let largest = 0
    let smallest = Number.POSITIVE_INFINITY
    for (let k = begin; k < end; k++) {
      position[indices[k] as number] = -1
      const size = Math.abs(values[k] as number)
      if (size === 0) continue
      if (size > largest) largest = size
      if (size < smallest) smallest = size
      indices[kept] = indices[k] as number
      values[kept] = values[k] as number
      kept++
    }
    end = kept
    if (lower > upper || (begin === end && (lower > 0 || upper < 0))) emptyDomain ??= model.rowName(i)
    if (smallest < largest * SMALLEST_RATIO) issues.push(tooWide(model.rowName(i), smallest, largest))
    if (largest > 0 && (largest < SMALLEST_PIVOT || largest > LARGEST_PIVOT)) {
      const factor = 2 ** -Math.round(Math.log2(largest))
      rowScale ??= new Float64Array(rows).fill(1)
      rowScale[i] = factor
      lower *= factor
      upper *= factor
      for (let k = begin; k < end; k++) values[k] = (values[k] as number) * factor
    }
    if (hasIntegers && largest > BIG_M * smallest)
      noteBigM(model, i, begin, end, indices, values, integrality, warnings)
    rowLower[i] = lower
    rowUpper[i] = upper
    starts[i + 1] = end
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return {
    columns,
    rows,
    nonZeros: end,
    columnLower,
    columnUpper,
    objective,
    kinds: source.kinds,
    rowLower,
    rowUpper,
    starts,
    indices: indices.subarray(0, end),
    values: values.subarray(0, end),
    sense: model.sense,
    offset: model.objectiveOffset,
    integrality,
    hasIntegers,
    hessian,
    rowScale,
    emptyDomain,
    warnings,
  }
}

/** Lower triangle of Q with objective x'Qx/2: a term c x_i x_j is Q_ij = c off the diagonal and 2c on it. */
function triangle(model: LinearModel, issues: Issue[]): Hessian | null {
  const terms = model.quadraticTerms().filter((term) => term.coefficient !== 0)
  if (terms.length === 0) return null
  terms.sort((a, b) => a.second - b.second || a.first - b.first)
  const columns = model.variableCount
  const starts = new Int32Array(columns + 1)
  const indices = new Int32Array(terms.length)
  const values = new Float64Array(terms.length)
  terms.forEach((term, k) => {
    if (!Number.isFinite(term.coefficient)) {
      const path = ['objective', model.variableName(term.first), model.variableName(term.second)]
      issues.push(fault(path, `the coefficient ${term.coefficient} is not finite`))
    }
    starts[term.second + 1] = (starts[term.second + 1] as number) + 1
    indices[k] = term.first
    values[k] = term.first === term.second ? 2 * term.coefficient : term.coefficient
  })
  for (let j = 0; j < columns; j++) starts[j + 1] = (starts[j + 1] as number) + (starts[j] as number)
  return { starts, indices, values }
}

/** Warns of a big constant on an integer column: times the solvers' integrality tolerance it is no longer small. */
function noteBigM(
  model: LinearModel,
  row: number,
  begin: number,
  end: number,
  indices: Int32Array,
  values: Float64Array,
  integrality: Uint8Array,
  warnings: string[],
): void {
  let others = Number.POSITIVE_INFINITY
  let large = 0
  let column = -1
  let continuous = false
  for (let k = begin; k < end; k++) {
    const size = Math.abs(values[k] as number)
    if (integrality[indices[k] as number] === 0) {
      continuous = true
      others = Math.min(others, size)
    } else if (size > large) {
      large = size
      column = indices[k] as number
    }
  }
  if (!continuous || column < 0 || large <= BIG_M * others || warnings.length >= 20) return
  warnings.push(
    `row "${model.rowName(row)}": the coefficient ${large} of the integer variable "${model.variableName(column)}" is ` +
      `${Math.round(large / others)} times that of a continuous one; derive a tighter constant from the variables' bounds`,
  )
}

function isNoInterval(lower: number, upper: number): boolean {
  if (Number.isNaN(lower) || Number.isNaN(upper)) return true
  return lower === Number.POSITIVE_INFINITY || upper === Number.NEGATIVE_INFINITY
}

function bounded(value: number): number {
  if (value >= INFINITE) return Number.POSITIVE_INFINITY
  if (value <= -INFINITE) return Number.NEGATIVE_INFINITY
  return value
}

function fault(path: readonly string[], message: string): Issue {
  return { code: 'not-a-number', path, message, hint: 'give a finite number; use Infinity only for a missing bound' }
}

function tooWide(row: string, smallest: number, largest: number): Issue {
  return {
    code: 'coefficient-range',
    path: ['rows', row],
    message: `the coefficients range from ${smallest} to ${largest}: solvers would drop the small ones`,
    hint: 'express the variables in units that bring the coefficients of one row within a factor of 1e11, or leave the small ones out',
  }
}
