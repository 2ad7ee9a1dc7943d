/**
 * Validates a model once and brings it into the form every backend may assume: duplicates merged, explicit zeros dropped,
 * bounds of integer columns rounded inward (backends return fractional values otherwise), 1e20 and beyond read as infinite.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import type { LinearProblem } from './backend.ts'
import type { LinearModel } from './model.ts'

const INFINITE = 1e20

export function normalise(model: LinearModel): LinearProblem {
  const source = model.arrays()
  const issues: Issue[] = []
  const { columns, rows } = source
  const columnLower = source.columnLower.slice()
  const columnUpper = source.columnUpper.slice()
  const objective = source.objective.slice()
  const integrality = new Uint8Array(columns)
  let hasIntegers = false
  for (let j = 0; j < columns; j++) {
    let lower = bounded(columnLower[j] as number)
    let upper = bounded(columnUpper[j] as number)
    const kind = source.kinds[j]
    if (kind !== 'continuous') {
      integrality[j] = 1
      hasIntegers = true
      if (kind === 'binary') {
        lower = Math.max(0, lower)
        upper = Math.min(1, upper)
      }
      lower = Math.ceil(lower - 1e-9)
      upper = Math.floor(upper + 1e-9)
    }
    if (
      Number.isNaN(lower) ||
      Number.isNaN(upper) ||
      lower === Number.POSITIVE_INFINITY ||
      upper === Number.NEGATIVE_INFINITY
    ) {
      issues.push(fault(['variables', model.variableName(j)], `the bounds [${lower}, ${upper}] are no interval`))
    }
    if (!Number.isFinite(objective[j] as number)) {
      issues.push(fault(['objective', model.variableName(j)], `the coefficient ${objective[j]} is not finite`))
    }
    columnLower[j] = lower
    columnUpper[j] = upper
  }
  if (!Number.isFinite(model.objectiveOffset)) {
    issues.push(fault(['objective'], `the constant ${model.objectiveOffset} is not finite`))
  }
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
    if (
      Number.isNaN(lower) ||
      Number.isNaN(upper) ||
      lower === Number.POSITIVE_INFINITY ||
      upper === Number.NEGATIVE_INFINITY
    ) {
      issues.push(fault(['rows', model.rowName(i)], `the sides [${lower}, ${upper}] are no interval`))
    }
    rowLower[i] = lower
    rowUpper[i] = upper
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
      if (values[k] === 0) continue
      indices[kept] = indices[k] as number
      values[kept] = values[k] as number
      kept++
    }
    for (let k = begin; k < end; k++) position[indices[k] as number] = -1
    end = kept
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
  }
}

function bounded(value: number): number {
  if (value >= INFINITE) return Number.POSITIVE_INFINITY
  if (value <= -INFINITE) return Number.NEGATIVE_INFINITY
  return value
}

function fault(path: readonly string[], message: string): Issue {
  return { code: 'not-a-number', path, message, hint: 'give a finite number; use Infinity only for a missing bound' }
}
