/** The sections of an MPS file beyond linear rows: QUADOBJ and QMATRIX, SOS, INDICATORS. */
import type { MpsLine } from './mps-line.ts'
import { shown } from './source.ts'

/** A line of QUADOBJ (one triangle of Q in x'Qx / 2) or QMATRIX (both): column column value. */
export function readProduct(line: MpsLine, section: 'QUADOBJ' | 'QMATRIX'): void {
  if (line.fields.count !== 3) {
    const message = `a line of ${section} has 3 fields, this one ${line.fields.count}`
    line.fault('field-count', message, 'write: column column value', 0)
    return
  }
  const first = line.knownColumn(0)
  const second = line.knownColumn(1)
  const value = line.finite(2)
  if (first < 0 || second < 0 || Number.isNaN(value)) return
  const whole = section === 'QUADOBJ' && first !== second
  line.draft.products.push([first, second, whole ? value : value / 2])
}

/** ` S1 SOS name [priority]` opens a set, ` SOS column weight` belongs to it; the word SOS may be left out. */
export function readSetLine(line: MpsLine): void {
  const fields = line.fields
  const type = fields.text(0).toUpperCase()
  const place = { line: line.at, column: fields.column(0) }
  if (type === 'S1' || type === 'S2') {
    const name = fields.text(fields.count > 2 ? 2 : 1) || `${type} ${line.draft.deferred.sets.length + 1}`
    line.draft.deferred.sets.push({ name, type: type === 'S1' ? 1 : 2, members: [], place })
    return
  }
  const set = line.draft.deferred.sets.at(-1)
  if (set === undefined || fields.count < 2 || fields.count > 3) {
    line.fault(
      'bad-set',
      `${shown(fields.text(0))} begins no line of a set`,
      'write: S1 SOS name, then SOS column weight',
      0,
    )
    return
  }
  const variable = line.knownColumn(fields.count - 2)
  const weight = line.finite(fields.count - 1)
  if (variable >= 0 && !Number.isNaN(weight)) set.members.push({ variable, weight })
}

/** ` IF row column value`: the row holds when the binary column has the value. */
export function readIndicator(line: MpsLine): void {
  const fields = line.fields
  const when = line.number(3)
  if (fields.count !== 4 || fields.text(0).toUpperCase() !== 'IF' || (when !== 0 && when !== 1)) {
    line.fault('bad-indicator', 'the line is no indicator', 'write: IF row column 1', 0)
    return
  }
  const row = line.knownRow(1)
  const binary = line.knownColumn(2)
  if (row < 0 || binary < 0) return
  line.draft.indicators.set(row, { binary, when, place: { line: line.at, column: fields.column(1) } })
}
