/**
 * Validates a model once and brings it into the form every backend may assume. Each step is here because a backend answers
 * wrongly without it:
 *
 * - bounds of integer columns are rounded inward (fractional ones make HiGHS return fractional values, GLPK give up);
 * - repeated columns of a row are summed, zeros dropped (GLPK aborts on duplicates);
 * - 1e20 and beyond is infinite on both sides (it is in HiGHS, it is not in GLPK);
 * - NaN is refused everywhere, infinity everywhere but as a missing bound;
 * - empty domains are found here, because backends refuse lower > upper as malformed.
 *
 * What the magnitudes of the coefficients need is done in condition.ts.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import type { Hessian, LinearProblem } from './backend.ts'
import type { LinearModel } from './model.ts'

/** Magnitudes from here on mean "no bound". */
export const INFINITE = 1e20
/** Slack within which a bound of an integer column counts as that integer. */
const INTEGER_SLACK = 1e-9

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
  let end = 0
  for (let i = 0; i < rows; i++) {
    const lower = bounded(rowLower[i] as number)
    const upper = bounded(rowUpper[i] as number)
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
    for (let k = begin; k < end; k++) {
      position[indices[k] as number] = -1
      if (values[k] === 0) continue
      indices[kept] = indices[k] as number
      values[kept] = values[k] as number
      kept++
    }
    end = kept
    if (lower > upper || (begin === end && (lower > 0 || upper < 0))) emptyDomain ??= model.rowName(i)
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
    rowScale: null,
    emptyDomain,
    warnings: [],
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
