/**
 * What a conflict can be made of: groups of rows, single sides of rows, bounds of variables. A member is a bundle of sides
 * that are in force together or not at all.
 */
import type { LinearModel, Row, Variable } from '../model.ts'

/** One side of a row or of a variable's interval. */
export interface Side {
  readonly kind: 'row' | 'variable'
  readonly index: number
  readonly side: 'lower' | 'upper'
}

export interface Member {
  readonly sides: readonly Side[]
  /** The group when the member is one. */
  readonly group: string | null
}

/** Rows of every group, in the order of the groups' first rows; rows without a group are in none. */
export function rowsByGroup(model: LinearModel): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (let row = 0; row < model.rowCount; row++) {
    const group = model.rowGroup(row)
    if (group === null) continue
    const rows = groups.get(group)
    if (rows === undefined) groups.set(group, [row])
    else rows.push(row)
  }
  return groups
}

/** The finite sides of a row. */
export function rowSides(model: LinearModel, row: Row): Side[] {
  const sides: Side[] = []
  if (isSide(model.rowLower(row))) sides.push({ kind: 'row', index: row, side: 'lower' })
  if (isSide(model.rowUpper(row))) sides.push({ kind: 'row', index: row, side: 'upper' })
  return sides
}

/** The finite bounds of a variable; what a binary variable is by its kind is no bound of the user's. */
export function boundSides(model: LinearModel, variable: Variable): Side[] {
  const binary = model.variableKind(variable) === 'binary'
  const lower = model.variableLower(variable)
  const upper = model.variableUpper(variable)
  const sides: Side[] = []
  if (isSide(lower) && !(binary && lower <= 0)) sides.push({ kind: 'variable', index: variable, side: 'lower' })
  if (isSide(upper) && !(binary && upper >= 1)) sides.push({ kind: 'variable', index: variable, side: 'upper' })
  return sides
}

/** One member a group that has any side. */
export function groupMembers(model: LinearModel): Member[] {
  const members: Member[] = []
  for (const [group, rows] of rowsByGroup(model)) {
    const sides = rows.flatMap((row) => rowSides(model, row))
    if (sides.length > 0) members.push({ sides, group })
  }
  return members
}

/** One member a finite bound. */
export function boundMembers(model: LinearModel): Member[] {
  const members: Member[] = []
  for (let j = 0; j < model.variableCount; j++) {
    for (const side of boundSides(model, j)) members.push({ sides: [side], group: null })
  }
  return members
}

/** 1e20 and beyond means no side, as everywhere. */
function isSide(value: number): boolean {
  return Math.abs(value) < 1e20
}
