/**
 * Cost matrices as CSV. The delimiter (comma, semicolon, tab) is found by itself; with semicolon or tab a decimal comma is read
 * too. An empty cell, `null`, `inf` or `infinity` forbids the pair.
 *
 * Headers are found by themselves: the first row holds names when none of its cells is a number or a forbidden mark, likewise
 * the first column; when one of the two is found and the corner is empty, the other is a header as well (numbers as names). So a mistyped cost is reported rather than taken for a header. `headers` overrules that.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { NamedCosts } from './named-costs.ts'
import { type Cell, type Delimiter, detectDelimiter, readRecords, writeCell } from './records.ts'

export interface CostCsvOptions {
  /** @default detected */
  readonly delimiter?: Delimiter
  /** Which headers the text has. @default detected */
  readonly headers?: 'none' | 'row' | 'column' | 'both'
  /** Name for the places in issues. */
  readonly file?: string
}

/** @throws InvalidInputError with all faults, each with line and column */
export function readCostCsv(text: string, options: CostCsvOptions = {}): NamedCosts {
  const delimiter = options.delimiter ?? detectDelimiter(text)
  const records = readRecords(text, delimiter, options.file)
  const issues: Issue[] = []
  const report = (cell: Cell, code: string, message: string, hint: string) => {
    if (issues.length >= 100) return
    const place = {
      line: cell.line,
      column: cell.column,
      ...(options.file === undefined ? {} : { file: options.file }),
    }
    issues.push({ code, path: [], message, hint, value: cell.text.slice(0, 40), ...place })
  }
  const decimalComma = delimiter !== ','
  const { row: headerRow, column: headerColumn } = headersOf(records, options.headers, decimalComma)
  const skip = headerColumn ? 1 : 0
  const head = headerRow ? (records[0] as Cell[]) : null
  const body = headerRow ? records.slice(1) : records
  const width = (head ?? body[0] ?? []).length
  for (const record of body) {
    if (record.length === width) continue
    const message = `this line has ${record.length} cells, the first has ${width}`
    report(
      record[0] as Cell,
      'ragged-matrix',
      message,
      'give every line the same number of cells; leave a cell empty to forbid',
    )
  }
  const costs = body.map((record) =>
    record.slice(skip).map((cell) => {
      const cost = readCost(cell, decimalComma)
      if (cost !== undefined) return cost
      report(
        cell,
        'not-a-number',
        `"${cell.text.slice(0, 40)}" is no cost`,
        'give a number, or leave the cell empty to forbid',
      )
      return null
    }),
  )
  const names = (cells: readonly Cell[]): string[] => {
    const seen = new Set<string>()
    return cells.map((cell) => {
      const name = cell.text.trim()
      if (name === '')
        report(cell, 'missing-name', 'a name is empty', 'name every row and column of the header, or none')
      else if (seen.has(name))
        report(cell, 'duplicate-name', `the name "${name}" stands twice`, 'make the names different')
      seen.add(name)
      return name
    })
  }
  const columnNames = head === null ? null : names(head.slice(skip))
  const rowNames = headerColumn ? names(body.map((record) => record[0] as Cell)) : null
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { rowNames, columnNames, costs }
}

/** Forbidden pairs become empty cells. The corner is empty when both sides are named. */
export function writeCostCsv(matrix: NamedCosts, options: { readonly delimiter?: Delimiter } = {}): string {
  const delimiter = options.delimiter ?? ','
  const { rowNames, columnNames, costs } = matrix
  const lines: string[][] = []
  if (columnNames !== null) lines.push([...(rowNames === null ? [] : ['']), ...columnNames])
  costs.forEach((row, i) => {
    const cells = row.map((cost) => (cost === null || cost === Number.POSITIVE_INFINITY ? '' : String(cost)))
    lines.push(rowNames === null ? cells : [rowNames[i] as string, ...cells])
  })
  const text = lines.map((line) => {
    // A line that is one empty cell would be read as a blank line.
    if (line.length === 1 && line[0] === '') return '""'
    return line.map((cell) => writeCell(cell, delimiter)).join(delimiter)
  })
  return text.map((line) => `${line}\r\n`).join('')
}

function headersOf(records: readonly (readonly Cell[])[], wanted: CostCsvOptions['headers'], decimalComma: boolean) {
  if (wanted !== undefined)
    return { row: wanted === 'row' || wanted === 'both', column: wanted === 'column' || wanted === 'both' }
  const isName = (cell: Cell) => readCost(cell, decimalComma) === undefined
  const named = (line: readonly Cell[]) => line.length > 0 && line.every(isName)
  const first = records[0] ?? []
  const row = named(first.slice(1))
  const column = named(records.slice(1).map((record) => record[0] as Cell))
  const corner = first[0]
  if (corner === undefined) return { row: false, column: false }
  if (row && column) return { row, column }
  if ((row || column) && corner.text.trim() === '') return { row: true, column: true }
  if (!isName(corner)) return { row: false, column: false }
  if (row || column) return { row, column }
  return { row: first.length === 1 && records.length > 1, column: first.length > 1 && records.length === 1 }
}

/** undefined when the cell is neither a number nor a forbidden mark. */
function readCost(cell: Cell, decimalComma: boolean): number | null | undefined {
  const text = cell.text.trim()
  if (text === '') return null
  if (/^(null|\+?inf(inity)?)$/i.test(text)) return null
  const plain = decimalComma && /^[-+]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return undefined
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}
