/**
 * A linear or mixed-integer linear model: named columns with bounds and kinds, named rows lower <= a.x <= upper, one linear
 * objective. Columns and rows are plain numbers (their index), coefficients go straight into growable typed arrays, so that
 * building costs a few nanoseconds a non-zero. Repeated columns within a row are summed.
 *
 * Validation happens once, in the solve front (see normalise.ts); this class only refuses what would corrupt its arrays.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import { dot } from '../numeric/index.ts'

/** Two column indices in one key: more columns than 2^26 do not fit in memory. */
const PAIR = 2 ** 26

export type VariableKind = 'continuous' | 'integer' | 'binary'
export type Sense = 'minimize' | 'maximize'
export type Relation = '<=' | '>=' | '='

/** Index of a column. */
export type Variable = number
/** Index of a row. */
export type Row = number

export interface VariableOptions {
  /** @default 0 */
  readonly lower?: number
  /** @default Infinity, 1 for binary */
  readonly upper?: number
  /** @default 'continuous' */
  readonly kind?: VariableKind
  /** Objective coefficient. @default 0 */
  readonly objective?: number
}

export interface RowOptions {
  /**
   * The user's own constraint this row is part of; conflicts are reported in groups. Rows without a group are structure
   * that is never blamed. @default the row's name
   */
  readonly group?: string | null
}

/** A term of a row: [column, coefficient]. */
export type Term = readonly [Variable, number]

export class LinearModel {
  readonly name: string
  sense: Sense = 'minimize'
  /** Constant added to the objective. */
  objectiveOffset = 0

  readonly #variableNames: string[] = []
  readonly #rowNames: string[] = []
  readonly #rowGroups: (string | null)[] = []
  readonly #kinds: VariableKind[] = []
  #columnLower = new Float64Array(16)
  #columnUpper = new Float64Array(16)
  #objective = new Float64Array(16)
  #rowLower = new Float64Array(16)
  #rowUpper = new Float64Array(16)
  #starts = new Int32Array(17)
  #indices = new Int32Array(64)
  #values = new Float64Array(64)
  /** Quadratic terms coefficient * x_i * x_j by key i * 2^26 + j with i >= j, in insertion order. */
  #quadratic = new Map<number, number>()

  constructor(name = 'model', sense: Sense = 'minimize') {
    this.name = name
    this.sense = sense
  }

  get variableCount(): number {
    return this.#variableNames.length
  }

  get rowCount(): number {
    return this.#rowNames.length
  }

  get nonZeroCount(): number {
    return this.#starts[this.rowCount] as number
  }

  addVariable(name: string, options: VariableOptions = {}): Variable {
    const index = this.#variableNames.length
    if (index === this.#columnLower.length) {
      this.#columnLower = grown(this.#columnLower)
      this.#columnUpper = grown(this.#columnUpper)
      this.#objective = grown(this.#objective)
    }
    const kind = options.kind ?? 'continuous'
    this.#variableNames.push(name)
    this.#kinds.push(kind)
    this.#columnLower[index] = options.lower ?? 0
    this.#columnUpper[index] = options.upper ?? (kind === 'binary' ? 1 : Number.POSITIVE_INFINITY)
    this.#objective[index] = options.objective ?? 0
    return index
  }

  /** `terms relation rhs`, e.g. `addRow('capacity', [[x, 2], [y, 3]], '<=', 10)`. */
  addRow(name: string, terms: readonly Term[], relation: Relation, rhs: number, options: RowOptions = {}): Row {
    const lower = relation === '<=' ? Number.NEGATIVE_INFINITY : rhs
    const upper = relation === '>=' ? Number.POSITIVE_INFINITY : rhs
    return this.addRange(name, lower, terms, upper, options)
  }

  /** `lower <= terms <= upper`; either side may be infinite. */
  addRange(name: string, lower: number, terms: readonly Term[], upper: number, options: RowOptions = {}): Row {
    const start = this.nonZeroCount
    this.#reserve(start + terms.length)
    for (let k = 0; k < terms.length; k++) {
      const term = terms[k] as Term
      this.#indices[start + k] = term[0]
      this.#values[start + k] = term[1]
    }
    return this.#closeRow(name, lower, upper, start + terms.length, options)
  }

  /** The fast road: coefficients as two parallel arrays of which the first `length` entries count. */
  addRowArrays(
    name: string,
    lower: number,
    columns: ArrayLike<number>,
    values: ArrayLike<number>,
    upper: number,
    options: RowOptions & { readonly length?: number } = {},
  ): Row {
    const length = options.length ?? columns.length
    const start = this.nonZeroCount
    this.#reserve(start + length)
    for (let k = 0; k < length; k++) {
      this.#indices[start + k] = columns[k] as number
      this.#values[start + k] = values[k] as number
    }
    return this.#closeRow(name, lower, upper, start + length, options)
  }

  setObjective(variable: Variable, coefficient: number): void {
    this.#requireVariable(variable)
    this.#objective[variable] = coefficient
  }

  /** Replaces the whole objective, its quadratic part included; columns that are not named get 0. */
  replaceObjective(terms: readonly Term[], sense: Sense = this.sense, offset = 0): void {
    this.#objective.fill(0)
    this.#quadratic.clear()
    for (const [variable, coefficient] of terms) {
      this.#requireVariable(variable)
      this.#objective[variable] = (this.#objective[variable] as number) + coefficient
    }
    this.sense = sense
    this.objectiveOffset = offset
  }

  /**
   * Adds `coefficient * first * second` to the objective; repeated pairs are summed. Backends solve convex objectives (concave
   * when maximised) over continuous variables; everything else is refused by name.
   */
  addQuadraticTerm(first: Variable, second: Variable, coefficient: number): void {
    this.#requireVariable(first)
    this.#requireVariable(second)
    const key = Math.max(first, second) * PAIR + Math.min(first, second)
    this.#quadratic.set(key, (this.#quadratic.get(key) ?? 0) + coefficient)
  }

  /** The quadratic part of the objective: one entry a pair, first >= second. */
  quadraticTerms(): { readonly first: Variable; readonly second: Variable; readonly coefficient: number }[] {
    return [...this.#quadratic].map(([key, coefficient]) => ({
      first: Math.floor(key / PAIR),
      second: key % PAIR,
      coefficient,
    }))
  }

  /** Value of the whole objective (linear, quadratic, offset) at a point, by compensated summation. */
  evaluateObjective(values: ArrayLike<number>): number {
    const columns = this.variableCount
    let total = dot(this.#objective.subarray(0, columns), values) + this.objectiveOffset
    for (const [key, coefficient] of this.#quadratic) {
      total += coefficient * (values[Math.floor(key / PAIR)] as number) * (values[key % PAIR] as number)
    }
    return total
  }

  /**
   * Sets the coefficient of a column in an existing row; repeated entries of the column in that row are replaced by it. Costs
   * one pass over the row, and one move of everything behind it when the entry is new.
   */
  setCoefficient(row: Row, variable: Variable, value: number): void {
    this.#requireRow(row)
    this.#requireVariable(variable)
    const end = this.#starts[row + 1] as number
    let found = false
    for (let k = this.#starts[row] as number; k < end; k++) {
      if (this.#indices[k] !== variable) continue
      this.#values[k] = found ? 0 : value
      found = true
    }
    if (found || value === 0) return
    const total = this.nonZeroCount
    this.#reserve(total + 1)
    this.#indices.copyWithin(end + 1, end, total)
    this.#values.copyWithin(end + 1, end, total)
    this.#indices[end] = variable
    this.#values[end] = value
    for (let i = row + 1; i <= this.rowCount; i++) this.#starts[i] = (this.#starts[i] as number) + 1
  }

  setVariableBounds(variable: Variable, lower: number, upper: number): void {
    this.#requireVariable(variable)
    this.#columnLower[variable] = lower
    this.#columnUpper[variable] = upper
  }

  setVariableKind(variable: Variable, kind: VariableKind): void {
    this.#requireVariable(variable)
    this.#kinds[variable] = kind
  }

  setRowBounds(row: Row, lower: number, upper: number): void {
    this.#requireRow(row)
    this.#rowLower[row] = lower
    this.#rowUpper[row] = upper
  }

  variableName(variable: Variable): string {
    this.#requireVariable(variable)
    return this.#variableNames[variable] as string
  }

  variableKind(variable: Variable): VariableKind {
    this.#requireVariable(variable)
    return this.#kinds[variable] as VariableKind
  }

  variableLower(variable: Variable): number {
    this.#requireVariable(variable)
    return this.#columnLower[variable] as number
  }

  variableUpper(variable: Variable): number {
    this.#requireVariable(variable)
    return this.#columnUpper[variable] as number
  }

  objectiveCoefficient(variable: Variable): number {
    this.#requireVariable(variable)
    return this.#objective[variable] as number
  }

  rowName(row: Row): string {
    this.#requireRow(row)
    return this.#rowNames[row] as string
  }

  rowGroup(row: Row): string | null {
    this.#requireRow(row)
    return this.#rowGroups[row] as string | null
  }

  rowLower(row: Row): number {
    this.#requireRow(row)
    return this.#rowLower[row] as number
  }

  rowUpper(row: Row): number {
    this.#requireRow(row)
    return this.#rowUpper[row] as number
  }

  /** True when any column is integer or binary. */
  get hasIntegers(): boolean {
    return this.#kinds.some((kind) => kind !== 'continuous')
  }

  /** Views (not copies) of the arrays, trimmed to their length. They go stale when the model grows. */
  arrays(): LinearArrays {
    const columns = this.variableCount
    const rows = this.rowCount
    const nonZeros = this.nonZeroCount
    return {
      columns,
      rows,
      nonZeros,
      columnLower: this.#columnLower.subarray(0, columns),
      columnUpper: this.#columnUpper.subarray(0, columns),
      objective: this.#objective.subarray(0, columns),
      kinds: this.#kinds,
      rowLower: this.#rowLower.subarray(0, rows),
      rowUpper: this.#rowUpper.subarray(0, rows),
      starts: this.#starts.subarray(0, rows + 1),
      indices: this.#indices.subarray(0, nonZeros),
      values: this.#values.subarray(0, nonZeros),
    }
  }

  /** The model as plain data that can be stored or sent to another thread. Copies. */
  toData(): LinearModelData {
    const { columnLower, columnUpper, objective, kinds, rowLower, rowUpper, starts, indices, values } = this.arrays()
    return {
      name: this.name,
      sense: this.sense,
      objectiveOffset: this.objectiveOffset,
      variableNames: this.#variableNames.slice(),
      rowNames: this.#rowNames.slice(),
      rowGroups: this.#rowGroups.slice(),
      kinds: kinds.slice(),
      columnLower: columnLower.slice(),
      columnUpper: columnUpper.slice(),
      objective: objective.slice(),
      rowLower: rowLower.slice(),
      rowUpper: rowUpper.slice(),
      starts: starts.slice(),
      indices: indices.slice(),
      values: values.slice(),
      quadratic: this.quadraticTerms(),
    }
  }

  /** The model that `toData` described. */
  static fromData(data: LinearModelData): LinearModel {
    const model = new LinearModel(data.name, data.sense)
    model.objectiveOffset = data.objectiveOffset
    data.variableNames.forEach((name, j) => {
      const lower = data.columnLower[j] as number
      const upper = data.columnUpper[j] as number
      const kind = data.kinds[j] as VariableKind
      model.addVariable(name, { lower, upper, kind, objective: data.objective[j] as number })
    })
    data.rowNames.forEach((name, i) => {
      const from = data.starts[i] as number
      const to = data.starts[i + 1] as number
      const columns = data.indices.subarray(from, to)
      const lower = data.rowLower[i] as number
      const upper = data.rowUpper[i] as number
      const group = data.rowGroups[i] as string | null
      model.addRowArrays(name, lower, columns, data.values.subarray(from, to), upper, { group })
    })
    for (const { first, second, coefficient } of data.quadratic) model.addQuadraticTerm(first, second, coefficient)
    return model
  }

  /** An independent copy. */
  clone(name = this.name): LinearModel {
    const copy = new LinearModel(name, this.sense)
    copy.objectiveOffset = this.objectiveOffset
    copy.#variableNames.push(...this.#variableNames)
    copy.#rowNames.push(...this.#rowNames)
    copy.#rowGroups.push(...this.#rowGroups)
    copy.#kinds.push(...this.#kinds)
    copy.#columnLower = this.#columnLower.slice()
    copy.#columnUpper = this.#columnUpper.slice()
    copy.#objective = this.#objective.slice()
    copy.#rowLower = this.#rowLower.slice()
    copy.#rowUpper = this.#rowUpper.slice()
    copy.#starts = this.#starts.slice()
    copy.#indices = this.#indices.slice()
    copy.#values = this.#values.slice()
    copy.#quadratic = new Map(this.#quadratic)
    return copy
  }

  #closeRow(name: string, lower: number, upper: number, end: number, options: RowOptions): Row {
    const row = this.#rowNames.length
    if (row === this.#rowLower.length) {
      this.#rowLower = grown(this.#rowLower)
      this.#rowUpper = grown(this.#rowUpper)
      const starts = new Int32Array(this.#rowLower.length + 1)
      starts.set(this.#starts)
      this.#starts = starts
    }
    const columns = this.variableCount
    for (let k = this.#starts[row] as number; k < end; k++) {
      const column = this.#indices[k] as number
      if (column < 0 || column >= columns) throw new InvalidInputError([noSuch('variable', column, ['rows', name])])
    }
    this.#rowNames.push(name)
    this.#rowGroups.push(options.group === undefined ? name : options.group)
    this.#rowLower[row] = lower
    this.#rowUpper[row] = upper
    this.#starts[row + 1] = end
    return row
  }

  #reserve(nonZeros: number): void {
    let size = this.#indices.length
    if (nonZeros <= size) return
    while (size < nonZeros) size *= 2
    const indices = new Int32Array(size)
    indices.set(this.#indices)
    this.#indices = indices
    const values = new Float64Array(size)
    values.set(this.#values)
    this.#values = values
  }

  #requireVariable(variable: Variable): void {
    if (!(variable >= 0 && variable < this.variableCount))
      throw new InvalidInputError([noSuch('variable', variable, [])])
  }

  #requireRow(row: Row): void {
    if (!(row >= 0 && row < this.rowCount)) throw new InvalidInputError([noSuch('row', row, [])])
  }
}

/** A LinearModel as plain data: cloneable, names included. */
export interface LinearModelData extends Omit<LinearArrays, 'columns' | 'rows' | 'nonZeros'> {
  readonly name: string
  readonly sense: Sense
  readonly objectiveOffset: number
  readonly variableNames: readonly string[]
  readonly rowNames: readonly string[]
  readonly rowGroups: readonly (string | null)[]
  readonly quadratic: readonly { readonly first: Variable; readonly second: Variable; readonly coefficient: number }[]
}

/** The model as flat arrays; rows in compressed sparse row form. */
export interface LinearArrays {
  readonly columns: number
  readonly rows: number
  readonly nonZeros: number
  readonly columnLower: Float64Array
  readonly columnUpper: Float64Array
  readonly objective: Float64Array
  readonly kinds: readonly VariableKind[]
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  /** rows + 1 entries; row r owns positions starts[r] .. starts[r + 1] - 1. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2)
  larger.set(array)
  return larger
}

function noSuch(what: string, index: number, path: readonly (string | number)[]): Issue {
  return {
    code: 'unknown-index',
    path,
    message: `there is no ${what} ${index} in this model`,
    hint: `use an index that add${what === 'row' ? 'Row' : 'Variable'} returned`,
  }
}
