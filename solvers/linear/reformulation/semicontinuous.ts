/**
 * A semicontinuous variable: x = 0 or l <= x <= u.
 *
 *     l z <= x <= u z,   z in {0, 1}
 *
 * One binary, two rows; the hull of the two pieces.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Row, Variable } from '../model.ts'
import { domain, largeConstant } from './activity.ts'

export interface Semicontinuous {
  readonly name: string
  /** Smallest value when it is used. */
  readonly lower: number
  /** Largest value when it is used. */
  readonly upper: number
  /** An existing variable, whose bounds must let it be 0; otherwise one is added with the name. */
  readonly variable?: Variable
  /** Kind of the variable that is added. @default 'continuous' */
  readonly kind?: 'continuous' | 'integer'
  /** As for rows. @default the name */
  readonly group?: string | null
}

export interface AddedSemicontinuous {
  readonly variable: Variable
  /** 1 when the variable is used. */
  readonly used: Variable
  readonly rows: readonly Row[]
  readonly warnings: readonly Issue[]
}

/** @throws InvalidInputError when the piece is empty or infinite, or an existing variable cannot be 0 */
export function addSemicontinuous(model: LinearModel, spec: Semicontinuous): AddedSemicontinuous {
  const { name, lower, upper, group = name } = spec
  const issues: Issue[] = []
  const fault = (code: string, message: string, hint: string) =>
    issues.push({ code, path: ['reformulation', name], message, hint })
  if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower <= upper)) {
    fault('bad-interval', `"${name}" cannot lie in [${lower}, ${upper}]`, 'give finite bounds, lower <= upper')
  }
  if (spec.variable !== undefined) {
    const [least, greatest] = domain(model, spec.variable)
    if (least > 0 || greatest < 0) {
      const message = `"${model.variableName(spec.variable)}" lies in [${least}, ${greatest}] and can never be 0`
      fault('never-zero', message, 'let its bounds include 0')
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  const variable =
    spec.variable ??
    model.addVariable(name, { lower: Math.min(0, lower), upper: Math.max(0, upper), kind: spec.kind ?? 'continuous' })
  const used = model.addVariable(`${name} used`, { kind: 'binary' })
  const rows = [
    model.addRow(
      `${name} at most`,
      [
        [variable, 1],
        [used, -upper],
      ],
      '<=',
      0,
      { group },
    ),
    model.addRow(
      `${name} at least`,
      [
        [variable, 1],
        [used, -lower],
      ],
      '>=',
      0,
      { group },
    ),
  ]
  const warnings = [largeConstant(name, upper), largeConstant(name, lower)].filter((issue) => issue !== null)
  return { variable, used, rows, warnings }
}
