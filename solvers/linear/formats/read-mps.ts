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
import { readBound } from './mps-bounds.ts'
import type { MpsDraft } from './mps-draft.ts'
import { readIndicator, readProduct, readSetLine } from './mps-extensions.ts'
import type { MpsFields, MpsLayout } from './mps-fields.ts'
import { MpsLine } from './mps-line.ts'
import { NameTable } from './names.ts'
import { type Faults, type LinearFile, type ReadOptions, requireLength, shown, toBound } from './source.ts'

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
  readonly #layout: MpsLayout
  readonly #line: MpsLine
  readonly #fields: MpsFields
  readonly #draft: MpsDraft
  readonly #names = new NameTable()
  #section: Section = 'none'
  #skipping = ''
  #ended = false
  #inMarker = false

  constructor(layout: MpsLayout, options: ReadOptions) {
    this.#layout = layout
    this.#line = new MpsLine(layout, options)
    this.#fields = this.#line.fields
    this.#draft = this.#line.draft
  }

  get faults(): Faults {
    return this.#line.faults
  }

  read(text: string): void {
    let start = 0
    while (start < text.length && !this.#ended) {
      let end = text.indexOf('\n', start)
      if (end < 0) end = text.length
      this.#line.at++
      const line = text.slice(start, end)
      start = end + 1
      const code = line.charCodeAt(0)
      if (code === 42) this.#names.read(line.slice(1))
      else if (line.trim() === '') continue
      else if (code === 32 || code === 9) this.#data(line)
      else this.#header(line)
    }
    if (!this.#ended) {
      this.#line.fault(
        'no-end',
        'the file ends without ENDATA',
        'add the line ENDATA, or fetch the file again: it may be cut off',
        0,
      )
    }
    if (this.#draft.rowNames.length === 0) this.#line.fault('no-rows', 'the file has no rows', 'add a ROWS section', 0)
    const wanted = this.#draft.wantedObjective
    if (wanted !== null && this.#draft.rowTypes[this.#draft.rowIndex.get(wanted) ?? -1] !== 'N') {
      this.#line.fault(
        'unknown-objective',
        `OBJNAME names ${shown(wanted)}, which is no row of type N`,
        'name a row of type N',
        0,
      )
    }
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
      this.#line.fault('unsupported-section', `the section ${word} (${feature}) is not supported`, hint, 0)
    } else {
      const hint =
        'sections are NAME, OBJSENSE, ROWS, COLUMNS, RHS, RANGES, BOUNDS, QUADOBJ, SOS, INDICATORS, ENDATA; data lines begin with a blank'
      this.#line.fault('unknown-section', `${shown(words[0] as string)} is no section`, hint, 0)
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
        readBound(this.#line)
        return
      case 'QUADOBJ':
      case 'QMATRIX':
        readProduct(this.#line, this.#section)
        break
      case 'SOS':
        readSetLine(this.#line)
        break
      case 'INDICATORS':
        readIndicator(this.#line)
        break
      case 'none':
        this.#line.fault(
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
    else this.#line.fault('bad-sense', `${shown(word)} is no objective sense`, 'write MAX or MIN', 0)
  }

  #row(): void {
    const fields = this.#fields
    const type = fields.text(0).toUpperCase()
    const name = fields.text(1)
    if (fields.count !== 2) {
      const hint = 'write: type name'
      this.#line.fault(
        'field-count',
        `a row line has 2 fields, this one ${fields.count}`,
        hint,
        fields.count > 2 ? 2 : 0,
      )
      return
    }
    if (!/^[NELG]$/.test(type)) {
      this.#line.fault('bad-row-type', `${shown(fields.text(0))} is no row type`, 'use N, E, L or G', 0)
      return
    }
    if (this.#draft.rowIndex.has(name)) {
      this.#line.fault(
        'duplicate-row',
        `the row ${shown(name)} is declared twice`,
        'give every row a name of its own',
        1,
      )
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
      else this.#line.fault('bad-marker', `${shown(kind)} is no known marker`, "use 'INTORG' or 'INTEND'", 2)
      return
    }
    if (fields.count !== 3 && fields.count !== 5) {
      const hint = 'write: column row value [row value]'
      this.#line.fault('field-count', `a column line has 3 or 5 fields, this one ${fields.count}`, hint, 0)
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
      this.#line.fault('scattered-column', `the column ${shown(name)} continues after another one`, hint, 0)
      return
    }
    for (let f = 1; f < fields.count; f += 2) {
      const row = this.#line.knownRow(f)
      const value = this.#line.finite(f + 1)
      if (row < 0 || Number.isNaN(value)) continue
      if (this.#draft.lastColumn[row] === column) {
        const where = `column ${shown(name)}, row ${shown(fields.text(f))}`
        this.#line.fault('duplicate-entry', `${where} has two values`, 'keep one of them', f)
        continue
      }
      if (this.#draft.entryValue.length === this.faults.maxNonZeros) {
        this.#line.fault('too-large', `more than ${this.faults.maxNonZeros} coefficients`, 'raise maxNonZeros', f)
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
      this.#line.fault('field-count', `a line of ${section} has 2 to 5 fields, this one ${fields.count}`, hint, 0)
      return
    }
    if (!this.#line.firstSet(section, named === 1 ? fields.text(0) : '')) return
    for (let f = named; f < fields.count; f += 2) {
      const row = this.#line.knownRow(f)
      const value = section === 'RHS' ? this.#line.number(f + 1) : this.#line.finite(f + 1)
      if (row < 0 || Number.isNaN(value)) continue
      if (section === 'RANGES' && this.#draft.rowTypes[row] === 'N') {
        this.#line.note(
          'range-ignored',
          `the range of the free row ${shown(fields.text(f))} has no meaning`,
          'drop it',
          f,
        )
        continue
      }
      target[row] = section === 'RHS' ? toBound(value) : value
    }
  }

  finish(): LinearFile {
    return this.#draft.build(this.#names, this.faults, `mps-${this.#layout}`, this.#line.at)
  }
}
