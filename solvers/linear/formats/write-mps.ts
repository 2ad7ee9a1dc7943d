/**
 * Writes MPS in the free layout; when every name is short the fields also stand in the columns of the fixed layout. Every
 * bound of an integer column is spelled out, because programs differ in the defaults. Numbers are the shortest decimals
 * that read back to the same double. Linear in the model, repeated coefficients summed.
 */

import { InvalidInputError } from '../../contract/index.ts'
import type { LinearModel } from '../model.ts'
import { normalise } from '../normalise.ts'
import { nameComments, type WriteOptions, type WrittenModel, writtenNames } from './names.ts'
import { toBound } from './source.ts'

/**
 * @returns the text, the names that had to change, and whether the objective was negated
 * @throws InvalidInputError when the model has non-finite data or a row whose lower side exceeds the upper one
 */
export function writeMps(model: LinearModel, options: WriteOptions = {}): WrittenModel {
  normalise(model)
  const names = writtenNames(model, isSafe, mend)
  const negated = model.sense === 'maximize' && (options.sense ?? 'minimize') === 'minimize'
  const sign = negated ? -1 : 1
  const a = model.arrays()
  requireOrderedSides(model)
  const lines: string[] = nameComments(model, names, negated, '*', mend(model.name) || 'model')
  lines.push(`NAME ${mend(model.name)}`)
  if (model.sense === 'maximize' && !negated) lines.push('OBJSENSE', '  MAX')
  const { rows, variables, objective } = names

  lines.push('ROWS', ` N  ${objective}`)
  const types = rows.map((_, i) => rowType(toBound(a.rowLower[i] as number), toBound(a.rowUpper[i] as number)))
  for (let i = 0; i < a.rows; i++) lines.push(` ${types[i]}  ${rows[i]}`)

  lines.push('COLUMNS')
  const columns = byColumn(model)
  let inMarker = false
  let markers = 0
  const marker = (kind: string) =>
    lines.push(`    MARK${String(markers++).padStart(4, '0')}  'MARKER'                 '${kind}'`)
  for (let j = 0; j < a.columns; j++) {
    const integer = a.kinds[j] !== 'continuous'
    if (integer !== inMarker) marker(integer ? 'INTORG' : 'INTEND')
    inMarker = integer
    const name = (variables[j] as string).padEnd(8)
    const cost = sign * (a.objective[j] as number)
    const from = columns.starts[j] as number
    const to = columns.starts[j + 1] as number
    if (cost !== 0 || from === to) lines.push(`    ${name}  ${objective.padEnd(8)}  ${decimal(cost)}`)
    for (let k = from; k < to; k++) {
      lines.push(
        `    ${name}  ${(rows[columns.rows[k] as number] as string).padEnd(8)}  ${decimal(columns.values[k] as number)}`,
      )
    }
  }
  if (inMarker) marker('INTEND')

  lines.push('RHS')
  const constant = sign * model.objectiveOffset
  if (constant !== 0) lines.push(`    RHS       ${objective.padEnd(8)}  ${decimal(-constant)}`)
  const ranges: string[] = []
  for (let i = 0; i < a.rows; i++) {
    const type = types[i] as string
    if (type === 'N') continue
    const lower = a.rowLower[i] as number
    const upper = a.rowUpper[i] as number
    const name = (rows[i] as string).padEnd(8)
    const side = type === 'G' ? lower : upper
    if (side !== 0) lines.push(`    RHS       ${name}  ${decimal(side)}`)
    if (type !== 'E' && Number.isFinite(toBound(lower)) && Number.isFinite(toBound(upper))) {
      ranges.push(`    RANGES    ${name}  ${decimal(upper - lower)}`)
    }
  }
  if (ranges.length > 0) lines.push('RANGES', ...ranges)

  const bounds: string[] = []
  for (let j = 0; j < a.columns; j++) {
    const lower = toBound(a.columnLower[j] as number)
    const upper = toBound(a.columnUpper[j] as number)
    writeBounds(bounds, variables[j] as string, a.kinds[j] as string, lower, upper)
  }
  if (bounds.length > 0) lines.push('BOUNDS', ...bounds)
  const quadratic = model.quadraticTerms().filter(({ coefficient }) => coefficient !== 0)
  if (quadratic.length > 0) lines.push('QUADOBJ')
  for (const { first, second, coefficient } of quadratic) {
    // The lower triangle of Q in x'Qx / 2.
    const value = sign * (first === second ? 2 * coefficient : coefficient)
    lines.push(
      `    ${(variables[second] as string).padEnd(8)}  ${(variables[first] as string).padEnd(8)}  ${decimal(value)}`,
    )
  }
  lines.push('ENDATA', '')
  return { text: lines.join('\n'), renamed: names.renamed, negated }
}

function rowType(lower: number, upper: number): 'N' | 'E' | 'G' | 'L' {
  if (lower === upper) return 'E'
  if (upper === Number.POSITIVE_INFINITY) return lower > Number.NEGATIVE_INFINITY ? 'G' : 'N'
  // A range goes out as one side and a width: the side from which the width gives back the other one without rounding.
  const exact = lower === Number.NEGATIVE_INFINITY || upper - (upper - lower) === lower
  return exact || lower + (upper - lower) !== upper ? 'L' : 'G'
}

/** A range is written as a side and a width, which cannot say that the sides contradict each other. */
function requireOrderedSides(model: LinearModel): void {
  const a = model.arrays()
  const issues = []
  for (let i = 0; i < a.rows; i++) {
    const lower = a.rowLower[i] as number
    const upper = a.rowUpper[i] as number
    if (lower <= upper) continue
    const message = `the lower side ${lower} exceeds the upper side ${upper}, which MPS cannot express`
    issues.push({
      code: 'contradictory-row',
      path: ['rows', model.rowName(i)],
      message,
      hint: 'split it into two rows',
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}

function writeBounds(lines: string[], name: string, kind: string, lower: number, upper: number): void {
  if (kind === 'binary') {
    lower = Math.max(0, lower)
    upper = Math.min(1, upper)
  }
  const line = (type: string, value?: number) =>
    lines.push(` ${type} BND       ${name.padEnd(8)}${value === undefined ? '' : `  ${decimal(value)}`}`)
  const finiteLower = Number.isFinite(lower)
  const finiteUpper = Number.isFinite(upper)
  if (kind === 'binary' && lower === 0 && upper === 1) line('BV')
  else if (!finiteLower && !finiteUpper) line('FR')
  else if (lower === upper) line('FX', lower)
  else {
    if (!finiteLower) line('MI')
    else if (lower !== 0 || kind !== 'continuous' || upper < 0) line('LO', lower)
    if (finiteUpper) line('UP', upper)
    else if (kind !== 'continuous') line('PL')
  }
}

/** The matrix column by column, repeated coefficients summed, zeros dropped. */
function byColumn(model: LinearModel): { starts: Int32Array; rows: Int32Array; values: Float64Array } {
  const a = model.arrays()
  const starts = new Int32Array(a.columns + 1)
  for (let k = 0; k < a.nonZeros; k++) starts[(a.indices[k] as number) + 1]!++
  for (let j = 0; j < a.columns; j++) starts[j + 1]! += starts[j] as number
  const next = starts.slice(0, a.columns)
  const rows = new Int32Array(a.nonZeros)
  const values = new Float64Array(a.nonZeros)
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.starts[i] as number; k < (a.starts[i + 1] as number); k++) {
      const j = a.indices[k] as number
      const last = (next[j] as number) - 1
      if (last >= (starts[j] as number) && rows[last] === i) values[last]! += a.values[k] as number
      else {
        rows[last + 1] = i
        values[last + 1] = a.values[k] as number
        next[j] = last + 2
      }
    }
  }
  const packed = new Int32Array(a.columns + 1)
  let end = 0
  for (let j = 0; j < a.columns; j++) {
    for (let k = starts[j] as number; k < (next[j] as number); k++) {
      if (values[k] === 0) continue
      rows[end] = rows[k] as number
      values[end] = values[k] as number
      end++
    }
    packed[j + 1] = end
  }
  return { starts: packed, rows, values }
}

function decimal(value: number): string {
  return String(value + 0)
}

/** Printable ASCII without blanks, and nothing that looks like a comment or a marker. */
function isSafe(name: string): boolean {
  return /^[\x21-\x7e]+$/.test(name) && !/^[$*']/.test(name)
}

function mend(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, '_').replace(/^[$*']/, '_')
}
