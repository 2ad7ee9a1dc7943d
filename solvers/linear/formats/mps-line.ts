/**
 * The line of an MPS file at hand, with what every section asks of it: names looked up, numbers read, and faults reported at the
 * place of their field.
 */
import { MpsDraft } from './mps-draft.ts'
import { MpsFields, type MpsLayout } from './mps-fields.ts'
import { Faults, type ReadOptions, readNumber, shown } from './source.ts'

export class MpsLine {
  readonly faults: Faults
  readonly fields: MpsFields
  readonly draft = new MpsDraft()
  /** 1-based number of the line. */
  at = 0
  /** The set that counts, by section. */
  readonly #sets: Record<string, string | null> = { RHS: null, RANGES: null, BOUNDS: null }
  readonly #notedSets = new Set<string>()

  constructor(layout: MpsLayout, options: ReadOptions) {
    this.fields = new MpsFields(layout)
    this.faults = new Faults(options)
  }

  fault(code: string, message: string, hint: string, field: number): void {
    this.faults.add(code, message, hint, this.at, this.fields.column(field))
  }

  note(code: string, message: string, hint: string, field: number): void {
    this.faults.note(code, message, hint, this.at, this.fields.column(field))
  }

  /** The row that the field names; -1, and a fault, when there is none. */
  knownRow(field: number): number {
    const row = this.draft.rowIndex.get(this.fields.text(field))
    if (row !== undefined) return row
    const hint = 'declare it in ROWS, or mend the name'
    this.fault('unknown-row', `there is no row ${shown(this.fields.text(field))}`, hint, field)
    return -1
  }

  /** The same for a column. */
  knownColumn(field: number): number {
    const column = this.draft.columnIndex.get(this.fields.text(field))
    if (column !== undefined) return column
    const hint = 'name a column declared in COLUMNS'
    this.fault('unknown-column', `there is no column ${shown(this.fields.text(field))}`, hint, field)
    return -1
  }

  /** The number in the field; NaN, and a fault, when it is none. */
  number(field: number): number {
    const text = this.fields.text(field)
    const value = readNumber(text)
    if (Number.isNaN(value))
      this.fault('not-a-number', `${shown(text)} is no number`, 'write it like -12.5 or 1e-3', field)
    return value
  }

  /** The same for a number that may not be infinite. */
  finite(field: number): number {
    const value = this.number(field)
    if (Number.isNaN(value) || Number.isFinite(value)) return value
    const message = `the value ${shown(this.fields.text(field))} is not finite`
    this.fault('not-finite', message, 'only bounds and sides may be infinite', field)
    return Number.NaN
  }

  /** Whether the set of this name is the one of its section that counts. */
  firstSet(section: 'RHS' | 'RANGES' | 'BOUNDS', name: string): boolean {
    const known = this.#sets[section]
    if (known === null) this.#sets[section] = name
    else if (known !== name) {
      const key = `${section} ${name}`
      if (this.#notedSets.has(key)) return false
      this.#notedSets.add(key)
      const message = `the set ${shown(name)} of ${section} is left out; ${shown(known as string)} came first`
      this.note('further-set', message, 'keep one set a file', 0)
      return false
    }
    return true
  }
}
