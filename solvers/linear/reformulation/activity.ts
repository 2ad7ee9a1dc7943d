/**
 * The range of a linear expression over the model, which every big constant of this folder is derived from.
 *
 * - By the bounds alone (interval arithmetic): sum of min / max of each term; exact for the box, O(terms).
 * - By linear programming, on request: minimum and maximum over the relaxation of the whole model; two LPs, never looser.
 *
 * Constants derived from a range hold for the bounds the model has then: a bound widened later makes them wrong.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Sense, Term, Variable } from '../model.ts'
import { type LinearOptions, solveLinear } from '../solve.ts'

/** Constants from here on are warned of: times a solver's tolerance they are no longer small. */
export const LARGE_CONSTANT = 1e4
/** LP optima are trusted to this, relative to their size, and widened by it. */
const LP_MARGIN = 1e-6

export interface ActivityRange {
  readonly lower: number
  readonly upper: number
  /** A variable whose missing bound makes the lower end infinite; null when it is finite. */
  readonly openBelow: Variable | null
  /** The same for the upper end. */
  readonly openAbove: Variable | null
}

/** An affine expression: terms and a constant. */
export interface Expression {
  readonly terms: readonly Term[]
  /** @default 0 */
  readonly constant?: number
}

/** Range of the expression over the variables' bounds. */
export function activityRange(model: LinearModel, { terms, constant = 0 }: Expression): ActivityRange {
  const merged = new Map<Variable, number>()
  for (const [variable, value] of terms) merged.set(variable, (merged.get(variable) ?? 0) + value)
  let lower = constant
  let upper = constant
  let openBelow: Variable | null = null
  let openAbove: Variable | null = null
  for (const [variable, value] of merged) {
    if (value === 0) continue
    const [low, high] = domain(model, variable)
    const least = value * (value > 0 ? low : high)
    const greatest = value * (value > 0 ? high : low)
    if (least === Number.NEGATIVE_INFINITY) openBelow ??= variable
    if (greatest === Number.POSITIVE_INFINITY) openAbove ??= variable
    lower += least
    upper += greatest
  }
  return { lower, upper, openBelow, openAbove }
}

/** Range of the expression over the relaxation of the whole model without integrality, and over the bounds. */
export async function activityRangeByLp(
  model: LinearModel,
  expression: Expression,
  options: LinearOptions = {},
): Promise<ActivityRange> {
  const byBounds = activityRange(model, expression)
  const relaxed = model.clone()
  for (let j = 0; j < relaxed.variableCount; j++) {
    const [lower, upper] = domain(model, j)
    relaxed.setVariableKind(j, 'continuous')
    relaxed.setVariableBounds(j, lower, upper)
  }
  const end = async (sense: Sense): Promise<number | null> => {
    relaxed.replaceObjective(expression.terms, sense, expression.constant ?? 0)
    const result = await solveLinear(relaxed, options)
    return result.status === 'optimal' ? result.objective : null
  }
  const least = await end('minimize')
  const greatest = await end('maximize')
  const lower = Math.max(byBounds.lower, least === null ? byBounds.lower : least - margin(least))
  const upper = Math.min(byBounds.upper, greatest === null ? byBounds.upper : greatest + margin(greatest))
  return {
    lower,
    upper,
    openBelow: lower === Number.NEGATIVE_INFINITY ? byBounds.openBelow : null,
    openAbove: upper === Number.POSITIVE_INFINITY ? byBounds.openAbove : null,
  }
}

/** The interval of a variable, with what its kind implies. */
export function domain(model: LinearModel, variable: Variable): [number, number] {
  let lower = model.variableLower(variable)
  let upper = model.variableUpper(variable)
  if (lower <= -1e20) lower = Number.NEGATIVE_INFINITY
  if (upper >= 1e20) upper = Number.POSITIVE_INFINITY
  const kind = model.variableKind(variable)
  if (kind === 'continuous') return [lower, upper]
  if (kind === 'binary') {
    lower = Math.max(0, lower)
    upper = Math.min(1, upper)
  }
  return [Math.ceil(lower - 1e-9), Math.floor(upper + 1e-9)]
}

/** True when the variable can only be 0 or 1. */
export function isBinary(model: LinearModel, variable: Variable): boolean {
  if (model.variableKind(variable) === 'continuous') return false
  const [lower, upper] = domain(model, variable)
  return lower >= 0 && upper <= 1
}

/** The fault of a range that is infinite where a constant is needed. */
export function unboundedFault(model: LinearModel, name: string, variable: Variable, side: 'lower' | 'upper'): Issue {
  const who = model.variableName(variable)
  return {
    code: 'unbounded-big-m',
    path: ['reformulation', name],
    message: `no finite constant can be derived for "${name}": the variable "${who}" has no ${side} bound`,
    hint: `give "${who}" a ${side} bound as tight as the problem allows`,
  }
}

/** The issue of a constant that endangers the accuracy of solvers; null when it is small. */
export function largeConstant(name: string, constant: number): Issue | null {
  if (Math.abs(constant) <= LARGE_CONSTANT) return null
  return {
    code: 'large-big-m',
    path: ['reformulation', name],
    message: `"${name}" needs the constant ${constant}, above ${LARGE_CONSTANT}: solvers may treat it as slack`,
    hint: 'tighten the bounds of its variables, or derive the range by activityRangeByLp',
    value: constant,
  }
}

/**
 * The end of a range that a constant needs.
 * @throws InvalidInputError naming the variable without a bound
 */
export function finiteEnd(
  model: LinearModel,
  name: string,
  terms: readonly Term[],
  range: ActivityRange,
  end: 'lower' | 'upper',
): number {
  const value = range[end]
  if (Number.isFinite(value)) return value
  const variable = (end === 'lower' ? range.openBelow : range.openAbove) as Variable
  let coefficient = 0
  for (const [j, part] of terms) if (j === variable) coefficient += part
  const side = (end === 'upper') === coefficient > 0 ? 'upper' : 'lower'
  throw new InvalidInputError([unboundedFault(model, name, variable, side)])
}

/** @throws InvalidInputError when the variable may take other values than 0 and 1 */
export function requireBinary(model: LinearModel, name: string, variable: Variable): void {
  if (isBinary(model, variable)) return
  const message = `"${name}" needs a binary variable, and "${model.variableName(variable)}" is none`
  const hint = "declare it with kind: 'binary'"
  throw new InvalidInputError([{ code: 'not-binary', path: ['reformulation', name], message, hint }])
}

function margin(value: number): number {
  return LP_MARGIN * Math.max(1, Math.abs(value))
}
