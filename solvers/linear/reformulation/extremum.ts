/**
 * y = max(e_1, .., e_n), y >= max or y <= max for affine expressions e_i in [L_i, U_i]; the minimum is -max(-e_i), and the
 * absolute value max(e, -e).
 *
 *     y >= e_i for all i                                              (for = and >=; exact alone for >=)
 *     y <= e_i + (max_j U_j - L_i) (1 - z_i),  sum z_i = 1,  z binary    (for = and <=)
 *
 * Expressions with U_i <= max_j L_j never decide and take part in the first line only. n binaries at most, 2 n + 1 rows.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Relation, Row, Term, Variable } from '../model.ts'
import { activityRange, type Expression, finiteEnd, largeConstant } from './activity.ts'

export interface Extremum {
  readonly name: string
  readonly expressions: readonly Expression[]
  /** How the output stands to the extremum. @default '=' */
  readonly relation?: Relation
  /** An existing variable; otherwise one is added with the name. */
  readonly output?: Variable
  /** As for rows. @default the name */
  readonly group?: string | null
}

export interface AddedExtremum {
  readonly output: Variable
  /** Binary of each expression that can decide, by its position; empty when none was needed. */
  readonly chosen: ReadonlyMap<number, Variable>
  readonly rows: readonly Row[]
  readonly warnings: readonly Issue[]
}

/** @throws InvalidInputError when a constant cannot be derived (names the variable) or there is no expression */
export function addMaximum(model: LinearModel, spec: Extremum): AddedExtremum {
  return addExtremum(model, spec, 1)
}

/** @throws InvalidInputError as addMaximum */
export function addMinimum(model: LinearModel, spec: Extremum): AddedExtremum {
  return addExtremum(model, spec, -1)
}

export interface AbsoluteValue extends Omit<Extremum, 'expressions'> {
  readonly expression: Expression
}

/** |e|. Expression 0 of `chosen` is e itself, 1 its negative. @throws InvalidInputError as addMaximum */
export function addAbsoluteValue(model: LinearModel, { expression, ...spec }: AbsoluteValue): AddedExtremum {
  return addExtremum(model, { ...spec, expressions: [expression, times(expression, -1)] }, 1)
}

/** Position of the expression that decided at a point, by its binary; null when no binary was needed. */
export function chosenExpression(added: AddedExtremum, values: ArrayLike<number>): number | null {
  for (const [position, binary] of added.chosen) if ((values[binary] as number) > 0.5) return position
  return null
}

/** Everything in terms of s y and s e_i, s = 1 for the maximum and -1 for the minimum. */
function addExtremum(model: LinearModel, spec: Extremum, sign: 1 | -1): AddedExtremum {
  const { name, relation = '=', group = name } = spec
  if (spec.expressions.length === 0) {
    const message = `"${name}" has no expressions`
    throw new InvalidInputError([{ code: 'empty', path: ['reformulation', name], message, hint: 'give one or more' }])
  }
  const expressions = spec.expressions.map((expression) => times(expression, sign))
  const ranges = expressions.map((expression) => activityRange(model, expression))
  const floor = Math.max(...ranges.map((range) => range.lower))
  const ceiling = Math.max(...ranges.map((range) => range.upper))
  const output = spec.output ?? addOutput(model, name, relation, sign, floor, ceiling)
  // For the minimum the relation turns around with the signs.
  const turned = sign === 1 || relation === '=' ? relation : relation === '<=' ? '>=' : '<='
  const rows: Row[] = []
  const warnings: Issue[] = []
  const chosen = new Map<number, Variable>()
  if (turned !== '<=') {
    expressions.forEach((expression, i) => {
      rows.push(
        model.addRow(`${name} over ${i + 1}`, [[output, sign], ...negated(expression)], '>=', constantOf(expression), {
          group,
        }),
      )
    })
  }
  if (turned !== '>=') {
    const deciding = expressions
      .map((_, i) => i)
      .filter((i) => (ranges[i]?.upper as number) > floor || isOnlyFloor(ranges, i, floor))
    if (deciding.length === 1) {
      const i = deciding[0] as number
      const expression = expressions[i] as Expression
      rows.push(
        model.addRow(`${name} under ${i + 1}`, [[output, sign], ...negated(expression)], '<=', constantOf(expression), {
          group,
        }),
      )
    } else {
      for (const i of deciding) {
        const expression = expressions[i] as Expression
        const range = ranges[i] as (typeof ranges)[number]
        const lower = finiteEnd(model, name, expression.terms, range, 'lower')
        const highest = deciding.reduce((top, j) => {
          const other = expressions[j] as Expression
          return j === i ? top : Math.max(top, finiteEnd(model, name, other.terms, ranges[j] as typeof range, 'upper'))
        }, Number.NEGATIVE_INFINITY)
        const constant = Math.max(0, highest - lower)
        const warning = largeConstant(name, constant)
        if (warning !== null) warnings.push(warning)
        const z = model.addVariable(`${name} is ${i + 1}`, { kind: 'binary' })
        chosen.set(i, z)
        const terms: Term[] = [[output, sign], ...negated(expression), [z, constant]]
        rows.push(model.addRow(`${name} under ${i + 1}`, terms, '<=', constantOf(expression) + constant, { group }))
      }
      rows.push(
        model.addRow(
          `${name} one`,
          [...chosen.values()].map((z): Term => [z, 1]),
          '=',
          1,
          { group },
        ),
      )
    }
  }
  return { output, chosen, rows, warnings }
}

/** The first expression that never falls below the floor counts even if it never rises above it. */
function isOnlyFloor(ranges: readonly { lower: number; upper: number }[], i: number, floor: number): boolean {
  const range = ranges[i] as { lower: number; upper: number }
  return range.lower === floor && range.upper === floor && ranges.findIndex((other) => other.lower === floor) === i
}

function addOutput(
  model: LinearModel,
  name: string,
  relation: Relation,
  sign: 1 | -1,
  floor: number,
  ceiling: number,
): Variable {
  const [least, greatest] = sign === 1 ? [floor, ceiling] : [-ceiling, -floor]
  return model.addVariable(name, {
    lower: relation === '<=' ? Number.NEGATIVE_INFINITY : least,
    upper: relation === '>=' ? Number.POSITIVE_INFINITY : greatest,
  })
}

function times({ terms, constant = 0 }: Expression, factor: number): Expression {
  return { terms: terms.map(([variable, value]): Term => [variable, factor * value]), constant: factor * constant }
}

function negated({ terms }: Expression): Term[] {
  return terms.map(([variable, value]): Term => [variable, -value])
}

function constantOf({ constant = 0 }: Expression): number {
  return constant
}
