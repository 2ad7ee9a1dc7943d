/**
 * What an LP file says, collected in the order of the file, and the model made of it at the end.
 */
import { LinearModel } from '../model.ts'
import { Deferred } from './deferred.ts'
import type { NameTable } from './names.ts'
import type { Faults, FreeRow, LinearFile } from './source.ts'

export interface Expression {
  readonly columns: number[]
  readonly values: number[]
  /** Products of two columns with their coefficients; in the objective only. */
  readonly products: (readonly [number, number, number])[]
  constant: number
}

export const empty = (): Expression => ({ columns: [], values: [], products: [], constant: 0 })

export interface LpRow {
  readonly name: string | null
  readonly lower: number
  upper: number
  readonly expression: Expression
}

export class LpDraft {
  maximize = false
  objectiveName: string | null = null
  objective: Expression = empty()
  readonly rows: LpRow[] = []
  readonly rowNames = new Set<string>()
  readonly columnIndex = new Map<string, number>()
  readonly columnNames: string[] = []
  readonly lower: number[] = []
  readonly upper: number[] = []
  readonly kinds: ('continuous' | 'integer' | 'binary')[] = []
  readonly deferred = new Deferred()
  #unnamed = 0

  /** The column of a name; a variable is born where it first occurs. */
  column(name: string): number {
    let column = this.columnIndex.get(name)
    if (column === undefined) {
      column = this.columnNames.length
      this.columnIndex.set(name, column)
      this.columnNames.push(name)
      this.lower.push(0)
      this.upper.push(Number.POSITIVE_INFINITY)
      this.kinds.push('continuous')
    }
    return column
  }

  /** R1, R2, ... without those that the file uses. */
  freshName(): string {
    for (;;) {
      const candidate = `R${++this.#unnamed}`
      if (!this.rowNames.has(candidate)) return candidate
    }
  }

  /** The rows, with the two halves of every range that our writer split joined again. */
  #joined(names: NameTable): readonly LpRow[] {
    if (names.ranges.size === 0) return this.rows
    const byName = new Map<string, LpRow>()
    for (const row of this.rows) if (row.name !== null) byName.set(row.name, row)
    return this.rows.filter((half) => {
      const base = half.name === null ? undefined : names.ranges.get(half.name)
      const whole = base === undefined ? undefined : byName.get(base)
      if (whole === undefined || whole === half) return true
      if (whole.upper !== Number.POSITIVE_INFINITY || half.lower !== Number.NEGATIVE_INFINITY) return true
      if (!sameTerms(whole.expression, half.expression)) return true
      whole.upper = half.upper
      return false
    })
  }

  /**
   * The model, once everything is read.
   * @throws InvalidInputError with the faults collected so far and those found here
   */
  build(names: NameTable, faults: Faults): LinearFile {
    const negated = names.negated && !this.maximize
    const sign = negated ? -1 : 1
    const model = new LinearModel(names.modelName ?? 'model', this.maximize || negated ? 'maximize' : 'minimize')
    for (let j = 0; j < this.columnNames.length; j++) {
      model.addVariable(names.variable(this.columnNames[j] as string), {
        lower: this.lower[j] as number,
        upper: this.upper[j] as number,
        kind: this.kinds[j] as 'continuous' | 'integer' | 'binary',
      })
    }
    const { columns, values, products, constant } = this.objective
    for (const [first, second, value] of products) model.addQuadraticTerm(first, second, sign * value + 0)
    columns.forEach((column, k) => {
      model.setObjective(column, model.objectiveCoefficient(column) + sign * (values[k] as number))
    })
    model.objectiveOffset = sign * constant + 0
    const freeRows: FreeRow[] = []
    for (const { name: given, lower, upper, expression } of this.#joined(names)) {
      const written = given ?? this.freshName()
      const name = names.row(written)
      const group = names.group(written)
      const row = model.addRowArrays(name, lower, expression.columns, expression.values, upper, { group })
      if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY) {
        freeRows.push({ row, name, constant: expression.constant })
      }
    }
    this.deferred.apply(model, faults)
    faults.throwIfAny()
    return { model, format: 'lp', objectiveName: this.objectiveName, freeRows, notes: faults.notes }
  }
}

function sameTerms(a: Expression, b: Expression): boolean {
  if (a.columns.length !== b.columns.length) return false
  return a.columns.every((column, k) => column === b.columns[k] && a.values[k] === b.values[k])
}
