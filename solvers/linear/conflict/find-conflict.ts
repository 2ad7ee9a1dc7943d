/**
 * An irreducible infeasible subset in the user's own terms. First among the groups of rows (and the variable bounds), then,
 * with the other groups out of the way, among the sides of the rows of these groups. Both sets are irreducible: without any
 * one member there is a point, and the same bounds belong to both (a bound needed beside whole groups is needed beside
 * parts of them). Rows without a group and the kinds of the variables are structure: in force throughout, never blamed.
 *
 * Proof: infeasibility of the set and feasibility without each member are answers of solveLinear, the points re-checked.
 * Dropping bounds of integer variables may leave tests that no search ends (integer-proof.ts decides some of them); each has
 * a limit, and a test undecided makes the answer a valid conflict that is not proved irreducible.
 */
import { type Limit, Run, type RunOptions } from '../../contract/index.ts'
import type { LinearModel, Row, Variable } from '../model.ts'
import { type LinearOptions, solveLinear } from '../solve.ts'
import { deletionFilter } from './deletion.ts'
import { boundMembers, groupMembers, type Member, rowsByGroup } from './members.ts'
import { Subsystem } from './subsystem.ts'

export interface ConflictOptions extends RunOptions {
  /**
   * `blame`: finite bounds of variables may be part of the conflict (those that make a variable binary never are).
   * `keep`: they are structure. @default 'blame'
   */
  readonly bounds?: 'blame' | 'keep'
  /**
   * Limit of every single feasibility test, in milliseconds; a tenth of it for tests in which an integer variable has lost a
   * bound, because these may never end. @default 10,000
   */
  readonly testTimeLimitMs?: number
  /** Backends to ask, in this order. @default as solveLinear */
  readonly backends?: LinearOptions['backends']
}

export interface ConflictGroup {
  readonly group: string
  /** All rows of the group. */
  readonly rows: readonly Row[]
}

export interface ConflictRow {
  readonly row: Row
  readonly name: string
  readonly group: string
  /** The sides that are needed. */
  readonly side: 'lower' | 'upper' | 'both'
  readonly lower: number
  readonly upper: number
}

export interface ConflictBound {
  readonly variable: Variable
  readonly name: string
  readonly side: 'lower' | 'upper'
  readonly value: number
}

export interface Conflict {
  readonly status: 'conflict'
  /** Groups that cannot hold together, beside the bounds and the structure. */
  readonly groups: readonly ConflictGroup[]
  /** Within these groups, row sides that cannot hold together. */
  readonly rows: readonly ConflictRow[]
  readonly bounds: readonly ConflictBound[]
  /** Proved: without any one member, of groups and bounds as of rows and bounds, there is a point. */
  readonly irreducible: boolean
  /** Why it is not proved irreducible; null when it is. */
  readonly limit: Limit | null
  /** True when the rows and bounds have a point once the integer variables may take fractions; null when not decided. */
  readonly needsIntegrality: boolean | null
  /** Feasibility tests made. */
  readonly tests: number
  readonly elapsedMs: number
}

export type ConflictResult =
  | Conflict
  | { readonly status: 'feasible'; readonly values: Float64Array; readonly elapsedMs: number }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly elapsedMs: number }

/**
 * Why a model has no solution.
 * @returns the conflict; `feasible` with a point when there is none; `unknown` when infeasibility was not established
 * @throws InvalidInputError when the model has non-finite data
 */
export async function findConflict(model: LinearModel, options: ConflictOptions = {}): Promise<ConflictResult> {
  const run = new Run('conflict', options)
  const settings = { backends: options.backends, testLimitMs: options.testTimeLimitMs ?? 10_000 }
  const bounds = (options.bounds ?? 'blame') === 'blame' ? boundMembers(model) : []
  // Bounds first: what is tried first is dropped first, and rows tell a user more than bounds.
  const all = [...bounds, ...groupMembers(model)]
  const system = new Subsystem(model, all, run, settings)
  const whole = await system.test(all)
  if (whole.answer === 'feasible') return { status: 'feasible', values: whole.values, elapsedMs: run.elapsedMs }
  if (whole.answer === 'unknown') return { status: 'unknown', limit: whole.limit, elapsedMs: run.elapsedMs }

  const coarse = await deletionFilter(system, all, run)
  const groups = coarse.members.filter((member) => member.group !== null)
  const keptBounds = coarse.members.filter((member) => member.group === null)
  const groupRows = rowsByGroup(model)

  // Within the groups: their row sides one by one. A group of one side is needed as it stands.
  const sides: Member[] = groups.flatMap((member) => member.sides.map((side) => ({ sides: [side], group: null })))
  const inner = new Subsystem(model, all, run, settings, keptBounds)
  const split = sides.length > groups.length
  const fine = split
    ? await deletionFilter(inner, sides, run)
    : { members: sides, irreducible: coarse.irreducible, limit: coarse.limit }
  const limit = coarse.limit ?? fine.limit
  const relaxed = inner.relaxed(fine.members)
  const settled = model.hasIntegers ? await solveLinear(relaxed, system.solveOptions()).catch(() => null) : null
  return {
    status: 'conflict',
    groups: groups.map(({ group }) => ({ group: group as string, rows: groupRows.get(group as string) as Row[] })),
    rows: conflictRows(model, fine.members),
    bounds: keptBounds.map((member) => conflictBound(model, member)),
    irreducible: limit === null,
    limit,
    needsIntegrality: model.hasIntegers ? decided(settled?.status) : false,
    tests: system.tests + inner.tests,
    elapsedMs: run.elapsedMs,
  }
}

function decided(status: string | undefined): boolean | null {
  if (status === 'optimal' || status === 'feasible') return true
  return status === 'infeasible' ? false : null
}

function conflictRows(model: LinearModel, members: readonly Member[]): ConflictRow[] {
  const sidesOf = new Map<Row, Set<string>>()
  for (const { sides } of members) {
    for (const { index, side } of sides) sidesOf.set(index, (sidesOf.get(index) ?? new Set()).add(side))
  }
  return [...sidesOf.keys()]
    .sort((a, b) => a - b)
    .map((row) => ({
      row,
      name: model.rowName(row),
      group: model.rowGroup(row) as string,
      side: sidesOf.get(row)?.size === 2 ? 'both' : sidesOf.get(row)?.has('lower') ? 'lower' : 'upper',
      lower: model.rowLower(row),
      upper: model.rowUpper(row),
    }))
}

function conflictBound(model: LinearModel, member: Member): ConflictBound {
  const { index, side } = member.sides[0] as Member['sides'][number]
  const value = side === 'lower' ? model.variableLower(index) : model.variableUpper(index)
  return { variable: index, name: model.variableName(index), side, value }
}
