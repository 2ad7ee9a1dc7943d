/** The section BOUNDS of an MPS file. */
import type { MpsLine } from './mps-line.ts'
import { shown, toBound } from './source.ts'

/** ` type [set] column [value]` */
export function readBound(line: MpsLine): void {
  const fields = line.fields
  const type = fields.text(0).toUpperCase()
  const valued = /^(UP|LO|FX|UI|LI|SC)$/.test(type)
  if (!valued && !/^(FR|MI|PL|BV)$/.test(type)) {
    const hint = 'use UP, LO, FX, FR, MI, PL, BV, LI, UI or SC'
    line.fault('bad-bound-type', `${shown(fields.text(0))} is no bound type`, hint, 0)
    return
  }
  // type [set] column [value]; types without a value may carry one that means nothing
  let at = 2
  if (valued ? fields.count === 3 : fields.count === 2) at = 1
  else if (
    !valued &&
    fields.count === 3 &&
    !line.draft.columnIndex.has(fields.text(2)) &&
    line.draft.columnIndex.has(fields.text(1))
  )
    at = 1
  const count = fields.count - at
  if (count < 1 || count > 2 || (valued && count < 2)) {
    const hint = `write: ${type} set column${valued ? ' value' : ''}`
    line.fault('field-count', `a bound of type ${type} cannot have ${fields.count} fields`, hint, 0)
    return
  }
  if (!line.firstSet('BOUNDS', at === 2 ? fields.text(1) : '')) return
  const column = line.draft.columnIndex.get(fields.text(at))
  if (column === undefined) {
    const hint = 'bounds follow COLUMNS and name a column declared there'
    line.fault('unknown-column', `there is no column ${shown(fields.text(at))}`, hint, at)
    return
  }
  const value = valued ? toBound(line.number(at + 1)) : 0
  if (Number.isNaN(value)) return
  applyBound(line, type, column, value, at)
}

function applyBound(line: MpsLine, type: string, column: number, value: number, field: number): void {
  const given = line.draft.given[column] as number
  switch (type) {
    case 'LI':
      line.draft.integer[column] = true
      setLower(line, column, value, field)
      break
    case 'LO':
      setLower(line, column, value, field)
      break
    case 'UI':
      line.draft.integer[column] = true
      setUpper(line, column, value, field)
      break
    case 'UP':
      setUpper(line, column, value, field)
      break
    case 'FX':
      setLower(line, column, value, field)
      setUpper(line, column, value, field)
      break
    case 'FR':
      line.draft.lower[column] = Number.NEGATIVE_INFINITY
      line.draft.upper[column] = Number.POSITIVE_INFINITY
      line.draft.given[column] = 3
      break
    case 'MI':
      line.draft.lower[column] = Number.NEGATIVE_INFINITY
      line.draft.given[column] = given | 1
      break
    case 'PL':
      line.draft.upper[column] = Number.POSITIVE_INFINITY
      line.draft.given[column] = given | 2
      break
    case 'BV':
      line.draft.integer[column] = true
      line.draft.binary[column] = true
      line.draft.lower[column] = 0
      line.draft.upper[column] = 1
      line.draft.given[column] = 3
      break
    case 'SC':
      setUpper(line, column, value, field)
      line.draft.deferred.semicontinuous.set(column, { line: line.at, column: line.fields.column(field) })
  }
}

function setLower(line: MpsLine, column: number, value: number, field: number): void {
  if (value === Number.POSITIVE_INFINITY) {
    line.fault('infinite-bound', 'a lower bound of +infinity leaves no value', 'give a finite bound', field + 1)
    return
  }
  line.draft.lower[column] = value
  line.draft.given[column] = (line.draft.given[column] as number) | 1
}

function setUpper(line: MpsLine, column: number, value: number, field: number): void {
  if (value === Number.NEGATIVE_INFINITY) {
    line.fault('infinite-bound', 'an upper bound of -infinity leaves no value', 'give a finite bound', field + 1)
    return
  }
  line.draft.upper[column] = value
  line.draft.given[column] = (line.draft.given[column] as number) | 2
}
