/**
 * Indicator rows: b = w  implies  a.x <= r   (w in {0, 1}; >= and = likewise).
 *
 *     w = 1:  a.x + M b <= r + M        w = 0:  a.x - M b <= r        M = max a.x - r
 *
 * M is the smallest constant for which the row says nothing when the indicator is off, given the range of a.x; the range
 * comes from the variables' bounds, or from `activityRangeByLp`. One row a side; none for a side that always holds.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Relation, Row, Term, Variable } from '../model.ts'
import { type ActivityRange, activityRange, finiteEnd, largeConstant, requireBinary } from './activity.ts'

export interface Indicator {
  readonly name: string
  readonly binary: Variable
  /** Value of the binary that puts the row in force. @default 1 */
  readonly when?: 0 | 1
  readonly terms: readonly Term[]
  readonly relation: Relation
  readonly rhs: number
  /** As for rows. @default the name */
  readonly group?: string | null
  /** Range of the terms, when it is known better than by the bounds. */
  readonly range?: ActivityRange
}

export interface AddedIndicator {
  readonly rows: readonly Row[]
  /** The largest constant used; 0 when no row was needed. */
  readonly bigM: number
  readonly warnings: readonly Issue[]
}

/** @throws InvalidInputError when no finite constant can be derived (names the variable), or the variable is not binary */
export function addIndicator(model: LinearModel, indicator: Indicator): AddedIndicator {
  const { name, binary, when = 1, terms, relation, rhs, group = name } = indicator
  requireBinary(model, name, binary)
  if (!Number.isFinite(rhs)) {
    const message = `the right-hand side of "${name}" is ${rhs}`
    throw new InvalidInputError([
      { code: 'not-a-number', path: ['reformulation', name], message, hint: 'give a finite number' },
    ])
  }
  const range = indicator.range ?? activityRange(model, { terms })
  const rows: Row[] = []
  const warnings: Issue[] = []
  let bigM = 0
  const addSide = (side: '<=' | '>=', label: string) => {
    // sign * a.x <= sign * rhs + M (1 - on)
    const sign = side === '<=' ? 1 : -1
    const far = finiteEnd(model, name, terms, range, side === '<=' ? 'upper' : 'lower')
    const constant = sign * (far - rhs)
    if (constant <= 0) return
    bigM = Math.max(bigM, constant)
    const warning = largeConstant(name, constant)
    if (warning !== null) warnings.push(warning)
    const weight = when === 1 ? sign * constant : -sign * constant
    const side0 = when === 1 ? rhs + sign * constant : rhs
    rows.push(model.addRow(label, [...terms, [binary, weight]], side, side0, { group }))
  }
  if (relation !== '>=') addSide('<=', relation === '=' ? `${name} at most` : name)
  if (relation !== '<=') addSide('>=', relation === '=' ? `${name} at least` : name)
  return { rows, bigM, warnings }
}
