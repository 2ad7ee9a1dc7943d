/**
 * Reads MPS, fixed and free, one line at a time. Sections NAME, OBJSENSE, OBJNAME, ROWS, COLUMNS (with integer markers), RHS,
 * RANGES, BOUNDS, QUADOBJ, QMATRIX, SOS, INDICATORS, ENDATA. Every fault is collected with its line and column; reading goes on after it.
 *
 * Readings on which programs differ, and ours (each use that matters is noted):
 * - the right-hand side of the objective row is minus its constant;
 * - the first row of type N is the objective (or the one OBJNAME names), further ones are kept as rows without sides;
 * - an integer column (between markers) without any bound lies in [0, 1], as CPLEX and HiGHS read it;
 * - a negative upper bound on a column whose lower bound was not given makes the lower bound -infinity;
 * - RANGES R on an equality with side b: [b, b + R] for R > 0, [b - |R|, b] for R < 0;
 * - only the first set of right-hand sides, ranges and bounds counts.
 *
 * Source: IBM, Mathematical Programming System Extended; conventions as documented by CPLEX and HiGHS. Linear in the text.
 */
import { MpsDraft } from './mps-draft.ts'
import { MpsFields, type MpsLayout } from './mps-fields.ts'
import { NameTable } from './names.ts'
import { Faults, type LinearFile, type ReadOptions, readNumber, requireLength, shown, toBound } from './source.ts'

export interface ReadMpsOptions extends ReadOptions {
  /** `auto` reads the free layout and, when that has faults, the fixed one (names with blanks). @default 'auto' */
  readonly layout?: MpsLayout | 'auto'
}

/**
 * @throws InvalidInputError with every fault of the text: line, column, cause, remedy
 */
export function readMps(text: string, options: ReadMpsOptions = {}): LinearFile {
  requireLength(text, options)
  const layout = options.layout ?? 'auto'
  const first = new MpsReader(layout === 'fixed' ? 'fixed' : 'free', options)
  first.read(text)
  if (layout !== 'auto' || first.faults.count === 0) return first.finish()
  const second = new MpsReader('fixed', options)
  second.read(text)
  return second.faults.count === 0 ? second.finish() : first.finish()
}

type Section =
  | 'none'
  | 'OBJSENSE'
  | 'OBJNAME'
  | 'ROWS'
  | 'COLUMNS'
  | 'RHS'
  | 'RANGES'
  | 'BOUNDS'
  | 'QUADOBJ'
  | 'QMATRIX'
  | 'SOS'
  | 'INDICATORS'
  | 'ENDATA'
  | 'skipped'

const UNSUPPORTED: Record<string, string> = {
  SETS: 'special ordered sets',
  QCMATRIX: 'quadratic rows',
  CSECTION: 'cones',
  GENCONS: 'general constraints',
  LAZYCONS: 'lazy constraints',
  USERCUTS: 'user cuts',
}

class MpsReader {
  readonly faults: Faults
  readonly #layout: MpsLayout
  readonly #fields: MpsFields
  readonly #names = new NameTable()
  #section: Section = 'none'
  #line = 0
  #skipping = ''
  #ended = false

  readonly #draft = new MpsDraft()
  #inMarker = false
  #set: Record<string, string | null> = { RHS: null, RANGES: null, BOUNDS: null }
  #notedSets = new Set<string>()

  constructor(layout: MpsLayout, options: ReadOptions) {
    this.#layout = layout
    this.#fields = new MpsFields(layout)
    this.faults = new Faults(options)
  }

  read(text: string): void {
    let start = 0
    while (start < text.length && !this.#ended) {
      let end = text.indexOf('\n', start)
      if (end < 0) end = text.length
      this.#line++
      const line = text.slice(start, end)
      start = end + 1
      const code = line.charCodeAt(0)
      if (code === 42) this.#names.read(line.slice(1))
      else if (line.trim() === '') continue
      else if (code === 32 || code === 9) this.#data(line)
      else this.#header(line)
    }
    if (!this.#ended) {
      this.#fault(
        'no-end',
        'the file ends without ENDATA',
        'add the line ENDATA, or fetch the file again: it may be cut off',
        0,
      )
    }
    if (this.#draft.rowNames.length === 0) this.#fault('no-rows', 'the file has no rows', 'add a ROWS section', 0)
    const wanted = this.#draft.wantedObjective
    if (wanted !== null && this.#draft.rowTypes[this.#draft.rowIndex.get(wanted) ?? -1] !== 'N') {
      this.#fault(
        'unknown-objective',
        `OBJNAME names ${shown(wanted)}, which is no row of type N`,
        'name a row of type N',
        0,
      )
    }
  }

  #fault(code: string, message: string, hint: string, field: number): void {
    this.faults.add(code, message, hint, this.#line, this.#fields.column(field))
  }

  #note(code: string, message: string, hint: string, field: number): void {
    this.faults.note(code, message, hint, this.#line, this.#fields.column(field))
  }

  #header(line: string): void {
    const fields = this.#fields
    fields.count = 0
    const words = line.trim().split(/\s+/)
    const word = (words[0] as string).toUpperCase()
    this.#inMarker = false
    switch (word) {
      case 'NAME':
        this.#draft.modelName = line.trim().slice(4).trim() || 'model'
        if (this.#layout === 'free') this.#draft.modelName = this.#draft.modelName.replace(/\s+FREE$/, '')
        this.#section = 'none'
        return
      case 'OBJSENSE':
        this.#section = word
        if (words.length > 1) this.#sense(words[1] as string)
        return
      case 'OBJNAME':
        this.#section = word
        if (words.length > 1) this.#draft.wantedObjective = words[1] as string
        return
      case 'ROWS':
      case 'COLUMNS':
      case 'RHS':
      case 'RANGES':
      case 'BOUNDS':
      case 'QUADOBJ':
      case 'QMATRIX':
      case 'SOS':
      case 'INDICATORS':
        this.#section = word
        return
      case 'ENDATA':
        this.#ended = true
        return
    }
    this.#section = 'skipped'
    if (this.#skipping === word) return
    this.#skipping = word
    const feature = UNSUPPORTED[word]
    if (feature !== undefined) {
      const hint = 'write it with binary columns and rows; see the functions of solvers/linear/reformulation'
      this.#fault('unsupported-section', `the section ${word} (${feature}) is not supported`, hint, 0)
    } else {
      const hint =
        'sections are NAME, OBJSENSE, ROWS, COLUMNS, RHS, RANGES, BOUNDS, QUADOBJ, SOS, INDICATORS, ENDATA; data lines begin with a blank'
      this.#fault('unknown-section', `${shown(words[0] as string)} is no section`, hint, 0)
    }
  }

  #data(line: string): void {
    this.#fields.split(line)
    if (this.#fields.count === 0) return
    switch (this.#section) {
      case 'OBJSENSE':
        this.#sense(this.#fields.text(0))
        return
      case 'OBJNAME':
        this.#draft.wantedObjective = this.#fields.text(0)
        return
      case 'ROWS':
        this.#row()
        return
      case 'COLUMNS':
        this.#column()
        return
      case 'RHS':
        this.#side(this.#draft.rhs, 'RHS')
        return
      case 'RANGES':
        this.#side(this.#draft.ranges, 'RANGES')
        return
      case 'BOUNDS':
        this.#bound()
        return
      case 'QUADOBJ':
      case 'QMATRIX':
        this.#product(this.#section)
        break
      case 'SOS':
        this.#setLine()
        break
      case 'INDICATORS':
        this.#indicator()
        break
      case 'none':
        this.#fault(
          'outside-section',
          'a data line outside any section',
          'put it below ROWS, COLUMNS, RHS, RANGES or BOUNDS',
          0,
        )
        this.#section = 'skipped'
        return
      default:
        return
    }
  }

  #sense(word: string): void {
    const sense = word.toUpperCase()
    if (/^MAX(IMI[SZ]E)?$/.test(sense)) this.#draft.maximize = true
    else if (/^MIN(IMI[SZ]E)?$/.test(sense)) this.#draft.maximize = false
    else this.#fault('bad-sense', `${shown(word)} is no objective sense`, 'write MAX or MIN', 0)
  }

  #row(): void {
    const fields = this.#fields
    const type = fields.text(0).toUpperCase()
    const name = fields.text(1)
    if (fields.count !== 2) {
      const hint = 'write: type name'
      this.#fault('field-count', `a row line has 2 fields, this one ${fields.count}`, hint, fields.count > 2 ? 2 : 0)
      return
    }
    if (!/^[NELG]$/.test(type)) {
      this.#fault('bad-row-type', `${shown(fields.text(0))} is no row type`, 'use N, E, L or G', 0)
      return
    }
    if (this.#draft.rowIndex.has(name)) {
      this.#fault('duplicate-row', `the row ${shown(name)} is declared twice`, 'give every row a name of its own', 1)
      return
    }
    this.#draft.rowIndex.set(name, this.#draft.rowNames.length)
    this.#draft.rowNames.push(name)
    this.#draft.rowTypes.push(type)
    this.#draft.rhs.push(0)
    this.#draft.ranges.push(Number.NaN)
    this.#draft.lastColumn.push(-1)
  }

  #column(): void {
    const fields = this.#fields
    if (fields.text(1) === "'MARKER'") {
      const kind = fields.text(2)
      if (kind === "'INTORG'") this.#inMarker = true
      else if (kind === "'INTEND'") this.#inMarker = false
      else this.#fault('bad-marker', `${shown(kind)} is no known marker`, "use 'INTORG' or 'INTEND'", 2)
      return
    }
    if (fields.count !== 3 && fields.count !== 5) {
      const hint = 'write: column row value [row value]'
      this.#fault('field-count', `a column line has 3 or 5 fields, this one ${fields.count}`, hint, 0)
      return
    }
    const name = fields.text(0)
    let column = this.#draft.columnIndex.get(name)
    if (column === undefined) {
      column = this.#draft.columnNames.length
      this.#draft.columnIndex.set(name, column)
      this.#draft.columnNames.push(name)
      this.#draft.integer.push(this.#inMarker)
      this.#draft.binary.push(false)
      this.#draft.lower.push(0)
      this.#draft.upper.push(Number.POSITIVE_INFINITY)
      this.#draft.given.push(0)
    } else if (column !== this.#draft.columnNames.length - 1) {
      const hint = 'put all lines of a column together'
      this.#fault('scattered-column', `the column ${shown(name)} continues after another one`, hint, 0)
      return
    }
    for (let f = 1; f < fields.count; f += 2) {
      const row = this.#knownRow(f)
      const value = this.#finite(f + 1)
      if (row < 0 || Number.isNaN(value)) continue
      if (this.#draft.lastColumn[row] === column) {
        const where = `column ${shown(name)}, row ${shown(fields.text(f))}`
        this.#fault('duplicate-entry', `${where} has two values`, 'keep one of them', f)
        continue
      }
      if (this.#draft.entryValue.length === this.faults.maxNonZeros) {
        this.#fault('too-large', `more than ${this.faults.maxNonZeros} coefficients`, 'raise maxNonZeros', f)
        this.#section = 'skipped'
        return
      }
      this.#draft.lastColumn[row] = column
      this.#draft.entryRow.push(row)
      this.#draft.entryColumn.push(column)
      this.#draft.entryValue.push(value)
    }
  }

  /** A line of RHS or RANGES. The name of the set may be left out, which the number of fields shows. */
  #side(target: number[], section: 'RHS' | 'RANGES'): void {
    const fields = this.#fields
    const named = fields.count % 2
    if (fields.count < 2 || fields.count > 5) {
      const hint = `write: ${section} row value [row value]`
      this.#fault('field-count', `a line of ${section} has 2 to 5 fields, this one ${fields.count}`, hint, 0)
      return
    }
    if (!this.#firstSet(section, named === 1 ? fields.text(0) : '')) return
    for (let f = named; f < fields.count; f += 2) {
      const row = this.#knownRow(f)
      const value = section === 'RHS' ? this.#number(f + 1) : this.#finite(f + 1)
      if (row < 0 || Number.isNaN(value)) continue
      if (section === 'RANGES' && this.#draft.rowTypes[row] === 'N') {
        this.#note('range-ignored', `the range of the free row ${shown(fields.text(f))} has no meaning`, 'drop it', f)
        continue
      }
      target[row] = section === 'RHS' ? toBound(value) : value
    }
  }

  #bound(): void {
    const fields = this.#fields
    const type = fields.text(0).toUpperCase()
    const valued = /^(UP|LO|FX|UI|LI|SC)$/.test(type)
    if (!valued && !/^(FR|MI|PL|BV)$/.test(type)) {
      const hint = 'use UP, LO, FX, FR, MI, PL, BV, LI, UI or SC'
      this.#fault('bad-bound-type', `${shown(fields.text(0))} is no bound type`, hint, 0)
      return
    }
    // type [set] column [value]; types without a value may carry one that means nothing
    let at = 2
    if (valued ? fields.count === 3 : fields.count === 2) at = 1
    else if (
      !valued &&
      fields.count === 3 &&
      !this.#draft.columnIndex.has(fields.text(2)) &&
      this.#draft.columnIndex.has(fields.text(1))
    )
      at = 1
    const count = fields.count - at
    if (count < 1 || count > 2 || (valued && count < 2)) {
      const hint = `write: ${type} set column${valued ? ' value' : ''}`
      this.#fault('field-count', `a bound of type ${type} cannot have ${fields.count} fields`, hint, 0)
      return
    }
    if (!this.#firstSet('BOUNDS', at === 2 ? fields.text(1) : '')) return
    const column = this.#draft.columnIndex.get(fields.text(at))
    if (column === undefined) {
      const hint = 'bounds follow COLUMNS and name a column declared there'
      this.#fault('unknown-column', `there is no column ${shown(fields.text(at))}`, hint, at)
      return
    }
    const value = valued ? toBound(this.#number(at + 1)) : 0
    if (Number.isNaN(value)) return
    this.#applyBound(type, column, value, at)
  }

  #applyBound(type: string, column: number, value: number, field: number): void {
    const given = this.#draft.given[column] as number
    switch (type) {
      case 'LI':
        this.#draft.integer[column] = true
        this.#setLower(column, value, field)
        break
      case 'LO':
        this.#setLower(column, value, field)
        break
      case 'UI':
        this.#draft.integer[column] = true
        this.#setUpper(column, value, field)
        break
      case 'UP':
        this.#setUpper(column, value, field)
        break
      case 'FX':
        this.#setLower(column, value, field)
        this.#setUpper(column, value, field)
        break
      case 'FR':
        this.#draft.lower[column] = Number.NEGATIVE_INFINITY
        this.#draft.upper[column] = Number.POSITIVE_INFINITY
        this.#draft.given[column] = 3
        break
      case 'MI':
        this.#draft.lower[column] = Number.NEGATIVE_INFINITY
        this.#draft.given[column] = given | 1
        break
      case 'PL':
        this.#draft.upper[column] = Number.POSITIVE_INFINITY
        this.#draft.given[column] = given | 2
        break
      case 'BV':
        this.#draft.integer[column] = true
        this.#draft.binary[column] = true
        this.#draft.lower[column] = 0
        this.#draft.upper[column] = 1
        this.#draft.given[column] = 3
        break
      case 'SC':
        this.#setUpper(column, value, field)
        this.#draft.deferred.semicontinuous.set(column, { line: this.#line, column: this.#fields.column(field) })
    }
  }

  /** A line of QUADOBJ (one triangle of Q in x'Qx / 2) or QMATRIX (both): column column value. */
  #product(section: 'QUADOBJ' | 'QMATRIX'): void {
    if (this.#fields.count !== 3) {
      const message = `a line of ${section} has 3 fields, this one ${this.#fields.count}`
      this.#fault('field-count', message, 'write: column column value', 0)
      return
    }
    const first = this.#knownColumn(0)
    const second = this.#knownColumn(1)
    const value = this.#finite(2)
    if (first < 0 || second < 0 || Number.isNaN(value)) return
    const whole = section === 'QUADOBJ' && first !== second
    this.#draft.products.push([first, second, whole ? value : value / 2])
  }

  /** ` S1 SOS name [priority]` opens a set, ` SOS column weight` belongs to it; the word SOS may be left out. */
  #setLine(): void {
    const fields = this.#fields
    const type = fields.text(0).toUpperCase()
    const place = { line: this.#line, column: fields.column(0) }
    if (type === 'S1' || type === 'S2') {
      const name = fields.text(fields.count > 2 ? 2 : 1) || `${type} ${this.#draft.deferred.sets.length + 1}`
      this.#draft.deferred.sets.push({ name, type: type === 'S1' ? 1 : 2, members: [], place })
      return
    }
    const set = this.#draft.deferred.sets.at(-1)
    if (set === undefined || fields.count < 2 || fields.count > 3) {
      this.#fault(
        'bad-set',
        `${shown(fields.text(0))} begins no line of a set`,
        'write: S1 SOS name, then SOS column weight',
        0,
      )
      return
    }
    const variable = this.#knownColumn(fields.count - 2)
    const weight = this.#finite(fields.count - 1)
    if (variable >= 0 && !Number.isNaN(weight)) set.members.push({ variable, weight })
  }

  /** ` IF row column value`: the row holds when the binary column has the value. */
  #indicator(): void {
    const fields = this.#fields
    const when = this.#number(3)
    if (fields.count !== 4 || fields.text(0).toUpperCase() !== 'IF' || (when !== 0 && when !== 1)) {
      this.#fault('bad-indicator', 'the line is no indicator', 'write: IF row column 1', 0)
      return
    }
    const row = this.#knownRow(1)
    const binary = this.#knownColumn(2)
    if (row < 0 || binary < 0) return
    this.#draft.indicators.set(row, { binary, when, place: { line: this.#line, column: fields.column(1) } })
  }

  #knownColumn(field: number): number {
    const column = this.#draft.columnIndex.get(this.#fields.text(field))
    if (column !== undefined) return column
    const hint = 'name a column declared in COLUMNS'
    this.#fault('unknown-column', `there is no column ${shown(this.#fields.text(field))}`, hint, field)
    return -1
  }

  #setLower(column: number, value: number, field: number): void {
    if (value === Number.POSITIVE_INFINITY) {
      this.#fault('infinite-bound', 'a lower bound of +infinity leaves no value', 'give a finite bound', field + 1)
      return
    }
    this.#draft.lower[column] = value
    this.#draft.given[column] = (this.#draft.given[column] as number) | 1
  }

  #setUpper(column: number, value: number, field: number): void {
    if (value === Number.NEGATIVE_INFINITY) {
      this.#fault('infinite-bound', 'an upper bound of -infinity leaves no value', 'give a finite bound', field + 1)
      return
    }
    this.#draft.upper[column] = value
    this.#draft.given[column] = (this.#draft.given[column] as number) | 2
  }

  #firstSet(section: 'RHS' | 'RANGES' | 'BOUNDS', name: string): boolean {
    const known = this.#set[section]
    if (known === null) this.#set[section] = name
    else if (known !== name) {
      const key = `${section} ${name}`
      if (this.#notedSets.has(key)) return false
      this.#notedSets.add(key)
      const message = `the set ${shown(name)} of ${section} is left out; ${shown(known as string)} came first`
      this.#note('further-set', message, 'keep one set a file', 0)
      return false
    }
    return true
  }

  #knownRow(field: number): number {
    const row = this.#draft.rowIndex.get(this.#fields.text(field))
    if (row !== undefined) return row
    const hint = 'declare it in ROWS, or mend the name'
    this.#fault('unknown-row', `there is no row ${shown(this.#fields.text(field))}`, hint, field)
    return -1
  }

  #number(field: number): number {
    const text = this.#fields.text(field)
    const value = readNumber(text)
    if (Number.isNaN(value))
      this.#fault('not-a-number', `${shown(text)} is no number`, 'write it like -12.5 or 1e-3', field)
    return value
  }

  #finite(field: number): number {
    const value = this.#number(field)
    if (Number.isNaN(value) || Number.isFinite(value)) return value
    const message = `the value ${shown(this.#fields.text(field))} is not finite`
    this.#fault('not-finite', message, 'only bounds and sides may be infinite', field)
    return Number.NaN
  }

  finish(): LinearFile {
    return this.#draft.build(this.#names, this.faults, `mps-${this.#layout}`, this.#line)
  }
}
