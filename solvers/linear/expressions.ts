/**
 * Linear expressions that read like algebra and cost what the arrays cost: an expression is two growing arrays, every method
 * appends to them and returns the expression itself, and adding a row copies them once. Terms of one column may be given in
 * pieces; the model sums them.
 *
 * ```ts
 * const build = linear(x, 2).plus(y, 3)                    // 2 x + 3 y
 * subjectTo(model, 'capacity', build.atMost(10))           // 2 x + 3 y <= 10
 * subjectTo(model, 'balance', linear(inflow).equals(linear(outflow).plus(stock, 0.5)))
 * maximize(model, total(items, (item) => price[item], (item) => sold[item]))
 * ```
 */
import type { LinearModel, Row, RowOptions, Sense, Variable } from './model.ts'

/** lower <= expression <= upper, ready to become a row. */
export interface Constraint {
  readonly expression: LinearExpression
  readonly lower: number
  readonly upper: number
}

export class LinearExpression {
  #columns = new Int32Array(8)
  #values = new Float64Array(8)
  #length = 0
  /** The part without a variable. */
  constant = 0

  /** Number of terms, repeated columns counted each. */
  get length(): number {
    return this.#length
  }

  /** Columns of the terms; a view. */
  get columns(): Int32Array {
    return this.#columns.subarray(0, this.#length)
  }

  /** Coefficients of the terms; a view. */
  get coefficients(): Float64Array {
    return this.#values.subarray(0, this.#length)
  }

  /** Adds `coefficient * variable`. @param coefficient @default 1 */
  plus(variable: Variable, coefficient = 1): this {
    const length = this.#length
    if (length === this.#columns.length) this.#grow(length + 1)
    this.#columns[length] = variable
    this.#values[length] = coefficient
    this.#length = length + 1
    return this
  }

  /** Subtracts `coefficient * variable`. @param coefficient @default 1 */
  minus(variable: Variable, coefficient = 1): this {
    return this.plus(variable, -coefficient)
  }

  /** Adds a number. */
  plusConstant(value: number): this {
    this.constant += value
    return this
  }

  /** Adds `factor * other`. @param factor @default 1 */
  plusExpression(other: LinearExpression, factor = 1): this {
    const length = this.#length
    const added = other.#length
    if (length + added > this.#columns.length) this.#grow(length + added)
    this.#columns.set(other.#columns.subarray(0, added), length)
    for (let k = 0; k < added; k++) this.#values[length + k] = factor * (other.#values[k] as number)
    this.#length = length + added
    this.constant += factor * other.constant
    return this
  }

  /** Multiplies every term and the constant. */
  times(factor: number): this {
    for (let k = 0; k < this.#length; k++) this.#values[k] = factor * (this.#values[k] as number)
    this.constant *= factor
    return this
  }

  /** Empties the expression and keeps its memory, for loops that build many rows. */
  clear(): this {
    this.#length = 0
    this.constant = 0
    return this
  }

  /** this <= side */
  atMost(side: number | LinearExpression): Constraint {
    return relation(this, side, Number.NEGATIVE_INFINITY, 0)
  }

  /** this >= side */
  atLeast(side: number | LinearExpression): Constraint {
    return relation(this, side, 0, Number.POSITIVE_INFINITY)
  }

  /** this = side */
  equals(side: number | LinearExpression): Constraint {
    return relation(this, side, 0, 0)
  }

  /** lower <= this <= upper */
  between(lower: number, upper: number): Constraint {
    return { expression: this, lower: lower - this.constant, upper: upper - this.constant }
  }

  /** Value at a point. */
  evaluate(values: ArrayLike<number>): number {
    let total = this.constant
    for (let k = 0; k < this.#length; k++)
      total += (this.#values[k] as number) * (values[this.#columns[k] as number] as number)
    return total
  }

  #grow(needed: number): void {
    let size = this.#columns.length
    while (size < needed) size *= 2
    const columns = new Int32Array(size)
    columns.set(this.#columns)
    this.#columns = columns
    const values = new Float64Array(size)
    values.set(this.#values)
    this.#values = values
  }
}

/** A new expression: empty, or `coefficient * variable`. @param coefficient @default 1 */
export function linear(variable?: Variable, coefficient = 1): LinearExpression {
  const expression = new LinearExpression()
  return variable === undefined ? expression : expression.plus(variable, coefficient)
}

/** sum over items of coefficient(item) * variable(item) */
export function total<T>(
  items: Iterable<T>,
  coefficient: (item: T) => number,
  variable: (item: T) => Variable,
): LinearExpression {
  const expression = new LinearExpression()
  for (const item of items) expression.plus(variable(item), coefficient(item))
  return expression
}

/** Sum of variables. */
export function sumOf(variables: Iterable<Variable>): LinearExpression {
  const expression = new LinearExpression()
  for (const variable of variables) expression.plus(variable)
  return expression
}

/** Adds the constraint as a row. */
export function subjectTo(model: LinearModel, name: string, constraint: Constraint, options: RowOptions = {}): Row {
  const { expression, lower, upper } = constraint
  return model.addRowArrays(name, lower, expression.columns, expression.coefficients, upper, options)
}

/** Makes the expression the model's objective. */
export function minimize(model: LinearModel, expression: LinearExpression): void {
  setObjective(model, expression, 'minimize')
}

/** Makes the expression the model's objective. */
export function maximize(model: LinearModel, expression: LinearExpression): void {
  setObjective(model, expression, 'maximize')
}

function setObjective(model: LinearModel, expression: LinearExpression, sense: Sense): void {
  model.replaceObjective([], sense, expression.constant)
  const { columns, coefficients } = expression
  for (let k = 0; k < columns.length; k++) {
    const column = columns[k] as number
    model.setObjective(column, model.objectiveCoefficient(column) + (coefficients[k] as number))
  }
}

/** Moves everything to the left: left - right within [lower, upper]. */
function relation(left: LinearExpression, right: number | LinearExpression, lower: number, upper: number): Constraint {
  if (typeof right === 'number') return left.between(lower + right, upper + right)
  return new LinearExpression().plusExpression(left).plusExpression(right, -1).between(lower, upper)
}
