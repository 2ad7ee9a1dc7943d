/**
 * The elastic form of a model (Brown and Graves 1975): every side of a row may be exceeded at a price.
 *
 *     minimise   sum_i  w_i^- s_i^-  +  w_i^+ s_i^+
 *     subject to lower_i <= a_i.x + s_i^- - s_i^+ <= upper_i,   s >= 0,   bounds and kinds of x as they are
 *
 * s_i^- exists when row i has a lower side and a finite price for it, s_i^+ likewise for the upper side.
 */
import { LinearModel, type Row, type Variable } from '../model.ts'

export interface ElasticColumn {
  readonly row: Row
  readonly side: 'lower' | 'upper'
  readonly variable: Variable
  /** Price of one unit. */
  readonly price: number
}

export interface ElasticModel {
  readonly model: LinearModel
  readonly columns: readonly ElasticColumn[]
}

/**
 * Rows and variables keep their indices; elastic columns follow them.
 * @param price of one unit beyond a side of a row; null when that side is hard
 */
export function elasticModel(
  source: LinearModel,
  price: (row: Row, side: 'lower' | 'upper') => number | null,
): ElasticModel {
  const a = source.arrays()
  const model = new LinearModel(`elastic ${source.name}`)
  for (let j = 0; j < a.columns; j++) {
    model.addVariable(source.variableName(j), {
      kind: source.variableKind(j),
      lower: a.columnLower[j] as number,
      upper: a.columnUpper[j] as number,
    })
  }
  const columns: ElasticColumn[] = []
  for (let row = 0; row < a.rows; row++) {
    const from = a.starts[row] as number
    const to = a.starts[row + 1] as number
    const indices = Array.from(a.indices.subarray(from, to))
    const values = Array.from(a.values.subarray(from, to))
    for (const side of ['lower', 'upper'] as const) {
      const limit = (side === 'lower' ? a.rowLower[row] : a.rowUpper[row]) as number
      const unit = Math.abs(limit) < 1e20 ? price(row, side) : null
      if (unit === null) continue
      const variable = model.addVariable(`${side} ${source.rowName(row)}`, { objective: unit })
      indices.push(variable)
      values.push(side === 'lower' ? 1 : -1)
      columns.push({ row, side, variable, price: unit })
    }
    const group = source.rowGroup(row)
    model.addRowArrays(source.rowName(row), a.rowLower[row] as number, indices, values, a.rowUpper[row] as number, {
      group,
    })
  }
  return { model, columns }
}
