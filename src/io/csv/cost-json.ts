/**
 * Cost matrices as JSON: a list of lists of numbers with null for a forbidden pair, or an object with one such list of lists and
 * up to two lists of names: `rows` and `columns`, or under any names in the order rows, columns.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import { placeInJson } from './json-place.ts'
import type { NamedCosts } from './named-costs.ts'

/** @throws InvalidInputError with all faults, each with line and column */
export function readCostJson(text: string, file?: string): NamedCosts {
  const named = file === undefined ? {} : { file }
  let value: unknown
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    const place = placeInJson(text, null)
    const position = place.found === 'nothing' ? {} : { line: place.line, column: place.column }
    const message = place.found === 'error' ? place.message : 'the text is no JSON'
    const hint = 'write JSON: double quotes, no trailing commas, null to forbid a pair'
    throw new InvalidInputError([{ code: 'syntax', path: [], message, hint, ...position, ...named }])
  }
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length >= 100) return
    const place = placeInJson(text, path)
    const position = place.found === 'value' ? { line: place.line, column: place.column } : {}
    issues.push({ code, path, message, hint, ...position, ...named })
  }
  const parts = partsOf(value)
  if (parts === null) {
    report(
      'wrong-type',
      [],
      'there is no cost matrix here',
      'give a list of lists of numbers, or {"costs": [[...], ...]}',
    )
    throw new InvalidInputError(issues)
  }
  const { matrix, matrixPath, rows, columns } = parts
  const width = (matrix[0] as unknown[] | undefined)?.length ?? 0
  matrix.forEach((row, i) => {
    if (row.length !== width) {
      const message = `row ${i} has ${row.length} costs, row 0 has ${width}`
      report('ragged-matrix', [...matrixPath, i], message, 'give every row the same number of costs, null to forbid')
    }
    row.forEach((cost, j) => {
      if (cost === null || (typeof cost === 'number' && Number.isFinite(cost))) return
      report(
        'not-a-number',
        [...matrixPath, i, j],
        'the cost is neither a number nor null',
        'give a number, or null to forbid',
      )
    })
  })
  const names = (list: NameList | null, count: number): string[] | null => {
    if (list === null) return null
    if (list.names.length !== count) {
      const message = `there are ${list.names.length} names for ${count} lines of the matrix`
      report('wrong-size', [list.key], message, 'give one name a line')
    }
    list.names.forEach((name, k) => {
      if (list.names.indexOf(name) !== k)
        report('duplicate-name', [list.key, k], `the name "${name}" stands twice`, 'make the names different')
    })
    return [...list.names]
  }
  const rowNames = names(rows, matrix.length)
  const columnNames = names(columns, width)
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { rowNames, columnNames, costs: matrix as (number | null)[][] }
}

/** A list of lists, or an object with `rows` and `columns` where there are names. */
export function writeCostJson(matrix: NamedCosts): string {
  const { rowNames, columnNames, costs } = matrix
  const lines = costs.map((row) => JSON.stringify(row.map((cost) => (cost === Number.POSITIVE_INFINITY ? null : cost))))
  const list = `[\n  ${lines.join(',\n  ')}\n]`
  if (rowNames === null && columnNames === null) return `${list}\n`
  const names = [
    ...(rowNames === null ? [] : [`"rows": ${JSON.stringify(rowNames)}`]),
    ...(columnNames === null ? [] : [`"columns": ${JSON.stringify(columnNames)}`]),
  ]
  return `{${names.join(',\n')},\n"costs": ${list}}\n`
}

interface NameList {
  readonly key: string
  readonly names: readonly string[]
}

interface Parts {
  readonly matrix: readonly (readonly unknown[])[]
  readonly matrixPath: readonly string[]
  readonly rows: NameList | null
  readonly columns: NameList | null
}

function partsOf(value: unknown): Parts | null {
  if (isTable(value)) return { matrix: value, matrixPath: [], rows: null, columns: null }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value)
  const tables = entries.filter(([, part]) => isTable(part))
  const table = tables.find(([key]) => key === 'costs') ?? (tables.length === 1 ? tables[0] : undefined)
  if (table === undefined) return null
  const lists = entries
    .filter((entry): entry is [string, string[]] => isNames(entry[1]))
    .map(([key, names]) => ({ key, names }))
  const rows = lists.find(({ key }) => key === 'rows')
  const columns = lists.find(({ key }) => key === 'columns')
  const inOrder = rows === undefined && columns === undefined
  return {
    matrix: table[1] as unknown[][],
    matrixPath: [table[0]],
    rows: (inOrder ? lists[0] : rows) ?? null,
    columns: (inOrder ? lists[1] : columns) ?? null,
  }
}

function isTable(value: unknown): value is unknown[][] {
  return Array.isArray(value) && value.every(Array.isArray)
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')
}
