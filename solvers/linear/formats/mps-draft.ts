/**
 * What an MPS file says, collected column by column, and the model made of it at the end: rows get their sides from type,
 * right-hand side and range; columns their bounds; the entries are turned from columns to rows by a counting sort.
 */
import { LinearModel, type Row } from '../model.ts'
import { Deferred, type Place } from './deferred.ts'
import type { NameTable } from './names.ts'
import { type Faults, type FreeRow, type LinearFile, shown } from './source.ts'

export class MpsDraft {
  modelName = 'model'
  maximize = false
  /** The row that OBJNAME names. */
  wantedObjective: string | null = null

  // Rows, the objective among them. Type: N, E, L or G.
  readonly rowIndex = new Map<string, number>()
  readonly rowNames: string[] = []
  readonly rowTypes: string[] = []
  readonly rhs: number[] = []
  readonly ranges: number[] = []

  // Columns and their entries, column by column.
  readonly columnIndex = new Map<string, number>()
  readonly columnNames: string[] = []
  readonly integer: boolean[] = []
  readonly lower: number[] = []
  readonly upper: number[] = []
  /** Bit 1: a lower bound was given, bit 2: an upper bound. */
  readonly given: number[] = []
  readonly binary: boolean[] = []
  readonly entryRow: number[] = []
  readonly entryColumn: number[] = []
  readonly entryValue: number[] = []
  /** Last column that had an entry in the row: duplicates show. */
  readonly lastColumn: number[] = []
  readonly products: (readonly [number, number, number])[] = []
  readonly deferred = new Deferred()
  readonly indicators = new Map<number, { binary: number; when: 0 | 1; place: Place }>()

  /**
   * The model, once everything is read.
   * @param line the last line, where faults of the whole are reported
   * @throws InvalidInputError with the faults collected so far and those found here
   */
  build(names: NameTable, faults: Faults, format: LinearFile['format'], line: number): LinearFile {
    let objective = this.rowTypes.indexOf('N')
    if (this.wantedObjective !== null) objective = this.rowIndex.get(this.wantedObjective) ?? objective
    const sides = this.#sides(objective, faults, line)
    faults.throwIfAny()
    const negated = names.negated && !this.maximize
    const model = new LinearModel(names.modelName ?? this.modelName, this.maximize || negated ? 'maximize' : 'minimize')
    this.#addColumns(model, names, faults, line)
    const freeRows = this.#addRows(model, names, objective, negated, sides)
    for (const [first, second, value] of this.products) model.addQuadraticTerm(first, second, negated ? -value : value)
    this.deferred.apply(model, faults)
    faults.throwIfAny()
    const objectiveName = objective < 0 ? null : (this.rowNames[objective] as string)
    return { model, format, objectiveName, freeRows, notes: faults.notes }
  }

  /** [lower, upper] of every row; a side at the wrong infinity is a fault. */
  #sides(objective: number, faults: Faults, line: number): readonly (readonly [number, number])[] {
    return this.rowTypes.map((type, row) => {
      const rhs = this.rhs[row] as number
      const range = this.ranges[row] as number
      const width = Number.isNaN(range) ? null : Math.abs(range)
      let lower = Number.NEGATIVE_INFINITY
      let upper = Number.POSITIVE_INFINITY
      if (type === 'L') {
        upper = rhs
        if (width !== null) lower = rhs - width
      } else if (type === 'G') {
        lower = rhs
        if (width !== null) upper = rhs + width
      } else if (type === 'E') {
        lower = width !== null && range < 0 ? rhs - width : rhs
        upper = width !== null && range > 0 ? rhs + width : rhs
      }
      const objectiveSide = type === 'N' && !Number.isFinite(rhs)
      if (objectiveSide || lower === Number.POSITIVE_INFINITY || upper === Number.NEGATIVE_INFINITY) {
        const what = row === objective ? 'the objective' : `the row ${shown(this.rowNames[row] as string)}`
        const message = `${what} has an infinite right-hand side that no point meets`
        faults.add('infinite-side', message, 'give a finite one', line, 1)
      }
      return [lower, upper] as const
    })
  }

  #addColumns(model: LinearModel, names: NameTable, faults: Faults, line: number): void {
    const count = this.columnNames.length
    for (let j = 0; j < count; j++) {
      const written = this.columnNames[j] as string
      const given = this.given[j] as number
      let lower = this.lower[j] as number
      let upper = this.upper[j] as number
      if (this.integer[j] === true && given === 0) upper = 1
      if ((given & 1) === 0 && upper < 0) {
        lower = Number.NEGATIVE_INFINITY
        const message = `the column ${shown(written)} has a negative upper bound and no lower bound: it is read as unbounded below`
        faults.note('negative-upper', message, 'give the lower bound (LO or MI)', line, 1)
      }
      const kind =
        this.binary[j] === true && lower >= 0 && upper <= 1
          ? 'binary'
          : this.integer[j] === true
            ? 'integer'
            : 'continuous'
      model.addVariable(names.variable(written), { lower, upper, kind })
    }
  }

  /** Turns the entries from columns to rows (counting sort) and adds the rows in their order. */
  #addRows(
    model: LinearModel,
    names: NameTable,
    objective: number,
    negated: boolean,
    sides: readonly (readonly [number, number])[],
  ): FreeRow[] {
    const rows = this.rowNames.length
    const entries = this.entryRow.length
    const starts = new Int32Array(rows + 1)
    for (let k = 0; k < entries; k++) starts[(this.entryRow[k] as number) + 1]!++
    for (let i = 0; i < rows; i++) starts[i + 1]! += starts[i] as number
    const next = starts.slice(0, rows)
    const columns = new Int32Array(entries)
    const values = new Float64Array(entries)
    for (let k = 0; k < entries; k++) {
      const at = next[this.entryRow[k] as number]!++
      columns[at] = this.entryColumn[k] as number
      values[at] = this.entryValue[k] as number
    }
    const freeRows: FreeRow[] = []
    const sign = negated ? -1 : 1
    for (let i = 0; i < rows; i++) {
      const from = starts[i] as number
      const to = starts[i + 1] as number
      const constant = -(this.rhs[i] as number)
      if (i === objective) {
        for (let k = from; k < to; k++) model.setObjective(columns[k] as number, sign * (values[k] as number) + 0)
        model.objectiveOffset = sign * constant + 0
        continue
      }
      const written = this.rowNames[i] as string
      const name = names.row(written)
      const [lower, upper] = sides[i] as readonly [number, number]
      const group = names.group(written)
      const indicator = this.indicators.get(i)
      if (indicator !== undefined) {
        const terms = Array.from(
          columns.subarray(from, to),
          (column, k) => [column, values[from + k] as number] as const,
        )
        this.deferred.indicators.push({ name, group, terms, lower, upper, ...indicator })
        continue
      }
      const row: Row = model.addRowArrays(name, lower, columns.subarray(from, to), values.subarray(from, to), upper, {
        group,
      })
      if (this.rowTypes[i] === 'N') freeRows.push({ row, name, constant: constant + 0 })
    }
    return freeRows
  }
}
