/**
 * Cost matrices as users write them, and the one dense form everything here computes on.
 *
 * A pair that must not be used is `null`, `undefined` or `Infinity` in an array of arrays, `Infinity` or a set mask bit in a
 * flat matrix; `-Infinity` forbids too when maximising. NaN, a -Infinity cost when minimising, magnitudes above 1e150 and
 * ragged rows are faults; all of them are reported at once.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'

/** Row-major costs in one array, for speed. */
export interface FlatCosts {
  readonly rows: number
  readonly columns: number
  /** rows * columns numbers; Infinity = forbidden. */
  readonly costs: Float64Array
  /** Optional mask of rows * columns entries: 1 = forbidden, whatever the cost says. */
  readonly forbidden?: Uint8Array
}

/** Either one array a row, with null for a forbidden pair, or a flat matrix. */
export type CostMatrix = readonly (readonly (number | null | undefined)[])[] | FlatCosts

export type AssignmentSense = 'minimize' | 'maximize'

/** A validated matrix: finite costs, or Infinity where the pair is forbidden (in either sense). */
export interface DenseCosts {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

const LARGEST_MAGNITUDE = 1e150
const MOST_CELLS = 2 ** 28
const MOST_ISSUES = 100

/**
 * Validates a matrix; a flat one without mask is used without a copy.
 * @throws InvalidInputError with one issue a faulty cell (the first 100)
 */
export function readCosts(matrix: CostMatrix, sense: AssignmentSense = 'minimize'): DenseCosts {
  return isFlat(matrix) ? readFlat(matrix, sense) : readRows(matrix, sense)
}

function isFlat(matrix: CostMatrix): matrix is FlatCosts {
  return !Array.isArray(matrix)
}

function readFlat(matrix: FlatCosts, sense: AssignmentSense): DenseCosts {
  const { rows, columns, costs, forbidden } = matrix
  const issues: Issue[] = []
  for (const [name, size] of [
    ['rows', rows],
    ['columns', columns],
  ] as const) {
    if (!Number.isInteger(size) || size < 0)
      issues.push(issue('out-of-range', [name], `${name} is ${size}`, 'give a whole number >= 0', size))
  }
  if (issues.length === 0 && costs.length !== rows * columns) {
    const message = `the matrix has ${costs.length} costs, but ${rows} x ${columns} needs ${rows * columns}`
    issues.push(issue('wrong-size', ['costs'], message, 'give rows * columns costs, row by row', costs.length))
  }
  if (issues.length === 0 && forbidden !== undefined && forbidden.length !== costs.length) {
    const message = `the mask has ${forbidden.length} entries, but there are ${costs.length} costs`
    issues.push(issue('wrong-size', ['forbidden'], message, 'give one mask entry a cost', forbidden.length))
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  requireSize(rows, columns)

  let values = costs
  if (forbidden !== undefined) {
    values = costs.slice()
    for (let k = 0; k < values.length; k++) if (forbidden[k] !== 0) values[k] = Number.POSITIVE_INFINITY
  }
  for (let k = 0; k < values.length; k++) {
    const cost = values[k] as number
    if (Math.abs(cost) <= LARGEST_MAGNITUDE || cost === Number.POSITIVE_INFINITY) continue
    if (cost === Number.NEGATIVE_INFINITY && sense === 'maximize') {
      if (values === costs) values = costs.slice()
      values[k] = Number.POSITIVE_INFINITY
    } else if (issues.length < MOST_ISSUES) {
      issues.push(badCost(cost, ['costs', Math.floor(k / columns), k % columns], sense))
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { rows, columns, values }
}

function readRows(matrix: readonly (readonly (number | null | undefined)[])[], sense: AssignmentSense): DenseCosts {
  const rows = matrix.length
  const columns = matrix[0]?.length ?? 0
  requireSize(rows, columns)
  const values = new Float64Array(rows * columns)
  const issues: Issue[] = []
  const report = (fault: Issue) => {
    if (issues.length < MOST_ISSUES) issues.push(fault)
  }
  for (let i = 0; i < rows; i++) {
    const row = matrix[i] as readonly (number | null | undefined)[]
    if (!Array.isArray(row)) {
      report(issue('wrong-type', [i], `row ${i} is not an array`, 'give every row as an array of costs', row))
      continue
    }
    if (row.length !== columns) {
      const message = `row ${i} has ${row.length} costs, but row 0 has ${columns}`
      report(issue('ragged-matrix', [i], message, 'give every row the same number of costs, null where forbidden'))
      continue
    }
    for (let j = 0; j < columns; j++) {
      const cost = row[j] ?? Number.POSITIVE_INFINITY
      if (typeof cost !== 'number') {
        report(issue('wrong-type', [i, j], `the cost is ${describe(cost)}`, 'give a number, or null to forbid', cost))
      } else if (Math.abs(cost) <= LARGEST_MAGNITUDE || cost === Number.POSITIVE_INFINITY) {
        values[i * columns + j] = cost
      } else if (cost === Number.NEGATIVE_INFINITY && sense === 'maximize') {
        values[i * columns + j] = Number.POSITIVE_INFINITY
      } else {
        report(badCost(cost, [i, j], sense))
      }
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { rows, columns, values }
}

function requireSize(rows: number, columns: number): void {
  if (rows * columns <= MOST_CELLS) return
  throw new InvalidInputError([
    issue(
      'too-large',
      [],
      `the matrix has ${rows} x ${columns} cells`,
      `stay below ${MOST_CELLS} cells, or use the sparse form`,
    ),
  ])
}

function badCost(cost: number, path: readonly (string | number)[], sense: AssignmentSense): Issue {
  if (Number.isNaN(cost))
    return issue('not-a-number', path, 'the cost is NaN', 'give a finite number, or null to forbid')
  if (cost === Number.NEGATIVE_INFINITY && sense === 'minimize') {
    const hint = 'an unlimited saving has no optimum: give a finite number, or Infinity or null to forbid the pair'
    return issue('out-of-range', path, 'the cost is -Infinity', hint)
  }
  const hint = `give a number of magnitude at most ${LARGEST_MAGNITUDE}, or null to forbid the pair`
  return issue('out-of-range', path, `the cost is ${cost}`, hint, cost)
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `the text "${value.slice(0, 40)}"` : typeof value
}

function issue(
  code: string,
  path: readonly (string | number)[],
  message: string,
  hint: string,
  value?: unknown,
): Issue {
  return value === undefined ? { code, path, message, hint } : { code, path, message, hint, value }
}
