/**
 * Special ordered sets (Beale and Tomlin 1970) with binaries, for variables l_j <= x_j <= u_j with l_j <= 0 <= u_j.
 *
 * Type 1, at most one x_j is not 0:
 *
 *     l_j z_j <= x_j <= u_j z_j,   sum z_j <= 1,   z_j in {0, 1}        (z_j = x_j where x_j is binary itself)
 *
 * Type 2, at most two are not 0 and these are neighbours: one binary s_k for each pair k, k + 1
 *
 *     l_j (s_{j-1} + s_j) <= x_j <= u_j (s_{j-1} + s_j),   sum s_k = 1
 *
 * n or n - 1 binaries, at most 2 n + 1 rows.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Row, Term, Variable } from '../model.ts'
import { domain, isBinary, largeConstant, unboundedFault } from './activity.ts'

export interface SpecialOrderedSet {
  readonly name: string
  /** In their order. */
  readonly variables: readonly Variable[]
  /** As for rows. @default the name */
  readonly group?: string | null
}

export interface AddedSet {
  /** Type 1: the binary of each variable. Type 2: the binary of each neighbouring pair. */
  readonly binaries: readonly Variable[]
  readonly rows: readonly Row[]
  readonly warnings: readonly Issue[]
}

/** At most one of the variables is not 0. @throws InvalidInputError naming every variable without a finite bound */
export function addSos1(model: LinearModel, set: SpecialOrderedSet): AddedSet {
  const { name, variables, group = name } = set
  requireFinite(model, set)
  const rows: Row[] = []
  const warnings: Issue[] = []
  const binaries = variables.map((x, j) => {
    if (isBinary(model, x)) return x
    const z = model.addVariable(`${name} uses ${model.variableName(x)}`, { kind: 'binary' })
    link(model, `${name} ${j + 1}`, x, [z], group, rows, warnings)
    return z
  })
  rows.push(
    model.addRow(
      name,
      binaries.map((z): Term => [z, 1]),
      '<=',
      1,
      { group },
    ),
  )
  return { binaries, rows, warnings }
}

/** At most two of the variables are not 0, and these are neighbours. @throws InvalidInputError as addSos1 */
export function addSos2(model: LinearModel, set: SpecialOrderedSet): AddedSet {
  const { name, variables, group = name } = set
  requireFinite(model, set)
  const rows: Row[] = []
  const warnings: Issue[] = []
  if (variables.length < 3) return { binaries: [], rows, warnings }
  const binaries = Array.from({ length: variables.length - 1 }, (_, k) =>
    model.addVariable(`${name} pair ${k + 1}`, { kind: 'binary' }),
  )
  rows.push(
    model.addRow(
      name,
      binaries.map((s): Term => [s, 1]),
      '=',
      1,
      { group },
    ),
  )
  variables.forEach((x, j) => {
    const pairs = [binaries[j - 1], binaries[j]].filter((s) => s !== undefined)
    link(model, `${name} ${j + 1}`, x, pairs, group, rows, warnings)
  })
  return { binaries, rows, warnings }
}

/** Positions in the set whose variable is not 0 at a point. */
export function activeMembers(set: SpecialOrderedSet, values: ArrayLike<number>, tolerance = 1e-6): number[] {
  const active: number[] = []
  set.variables.forEach((x, j) => {
    if (Math.abs(values[x] as number) > tolerance) active.push(j)
  })
  return active
}

/** l * sum(binaries) <= x <= u * sum(binaries) */
function link(
  model: LinearModel,
  label: string,
  x: Variable,
  binaries: readonly Variable[],
  group: string | null,
  rows: Row[],
  warnings: Issue[],
): void {
  const [lower, upper] = domain(model, x)
  const side = (bound: number, relation: '<=' | '>=') => {
    const terms: Term[] = [[x, 1], ...binaries.map((z): Term => [z, -bound])]
    rows.push(model.addRow(`${label} ${relation === '<=' ? 'upper' : 'lower'}`, terms, relation, 0, { group }))
    const warning = largeConstant(label, bound)
    if (warning !== null) warnings.push(warning)
  }
  side(upper, '<=')
  if (lower < 0) side(lower, '>=')
}

function requireFinite(model: LinearModel, { name, variables }: SpecialOrderedSet): void {
  const issues: Issue[] = []
  for (const x of variables) {
    const [lower, upper] = domain(model, x)
    if (!Number.isFinite(lower)) issues.push(unboundedFault(model, name, x, 'lower'))
    if (!Number.isFinite(upper)) issues.push(unboundedFault(model, name, x, 'upper'))
    if (lower > 0 || upper < 0) {
      const message = `"${model.variableName(x)}" lies in [${lower}, ${upper}] and can never be 0`
      issues.push({ code: 'never-zero', path: ['reformulation', name], message, hint: 'let its bounds include 0' })
    }
  }
  if (new Set(variables).size !== variables.length) {
    const message = `a variable occurs twice in "${name}"`
    issues.push({ code: 'duplicate', path: ['reformulation', name], message, hint: 'name each variable once' })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
