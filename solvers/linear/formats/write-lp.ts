/**
 * Writes the LP format. Names keep to letters, digits, `_` and `.`, do not look like numbers or keywords (see names.ts for
 * the way back), lines stay under 255 characters, both bounds of a variable are given when either is unusual. When rows
 * mention variables in another order than the model has them, the objective lists all of them once, with 0 where needed, so
 * that the order comes back. A range goes out as two rows that our reader joins again: other programs misread or refuse
 * `1 <= x + y <= 2` (HiGHS 1.15.1 takes the first term for part of the side). Linear in the model, repeated coefficients summed.
 */
import type { LinearArrays, LinearModel } from '../model.ts'
import { normalise } from '../normalise.ts'
import { isLpKeyword } from './lp-sections.ts'
import { nameComments, type WriteOptions, type WrittenModel, type WrittenNames, writtenNames } from './names.ts'
import { toBound } from './source.ts'

/**
 * @returns the text, the names that had to change, and whether the objective was negated
 * @throws InvalidInputError when the model has non-finite data
 */
export function writeLp(model: LinearModel, options: WriteOptions = {}): WrittenModel {
  normalise(model)
  const names = writtenNames(model, isSafe, mend)
  const negated = model.sense === 'maximize' && options.sense === 'minimize'
  const sign = negated ? -1 : 1
  const a = model.arrays()
  const { variables, rows, objective } = names
  const lines: string[] = nameComments(model, names, negated, '\\', 'model')
  const ranges = rangeNames(a, names)
  for (const [row, name] of ranges) lines.push(`\\! range ${name} ${rows[row]}`)
  lines.push(model.sense === 'maximize' && !negated ? 'Maximize' : 'Minimize')

  const quadratic = model.quadraticTerms().filter(({ coefficient }) => coefficient !== 0)
  const everyVariable = quadratic.length > 0 || !inOrder(a)
  const terms: string[] = []
  for (let j = 0; j < a.columns; j++) {
    const cost = sign * (a.objective[j] as number)
    if (cost !== 0 || everyVariable) terms.push(term(cost, variables[j] as string))
  }
  const constant = sign * model.objectiveOffset
  if (constant !== 0) terms.push(signed(constant))
  quadratic.forEach(({ first, second, coefficient }, k) => {
    const [x, y] = [variables[first] as string, variables[second] as string]
    const product = first === second ? `${x} ^ 2` : `${x} * ${y}`
    // The format halves what stands in the brackets.
    const piece = `${signed(2 * sign * coefficient)} ${product}`
    terms.push(`${k === 0 ? '+ [ ' : ''}${piece}${k === quadratic.length - 1 ? ' ] / 2' : ''}`)
  })
  writeTerms(lines, ` ${objective}:`, terms, '')

  lines.push('Subject To')
  const seen = new Map<number, number>()
  for (let i = 0; i < a.rows; i++) {
    seen.clear()
    for (let k = a.starts[i] as number; k < (a.starts[i + 1] as number); k++) {
      const column = a.indices[k] as number
      seen.set(column, (seen.get(column) ?? 0) + (a.values[k] as number))
    }
    const row: string[] = []
    for (const [column, value] of seen) if (value !== 0) row.push(term(value, variables[column] as string))
    if (row.length === 0) row.push(a.columns > 0 ? term(0, variables[0] as string) : '0')
    const lower = toBound(a.rowLower[i] as number)
    const upper = toBound(a.rowUpper[i] as number)
    const label = ` ${rows[i]}:`
    if (lower === upper) writeTerms(lines, label, row, ` = ${decimal(lower)}`)
    else if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY)
      writeTerms(lines, label, row, ' >= -inf')
    else if (lower === Number.NEGATIVE_INFINITY) writeTerms(lines, label, row, ` <= ${decimal(upper)}`)
    else if (upper === Number.POSITIVE_INFINITY) writeTerms(lines, label, row, ` >= ${decimal(lower)}`)
    else {
      writeTerms(lines, label, row, ` >= ${decimal(lower)}`)
      writeTerms(lines, ` ${ranges.get(i)}:`, row, ` <= ${decimal(upper)}`)
    }
  }

  const bounds: string[] = []
  for (let j = 0; j < a.columns; j++) {
    const bound = boundOf(
      variables[j] as string,
      a.kinds[j] as string,
      toBound(a.columnLower[j] as number),
      toBound(a.columnUpper[j] as number),
    )
    if (bound !== null) bounds.push(` ${bound}`)
  }
  if (bounds.length > 0) lines.push('Bounds', ...bounds)
  for (const [kind, title] of [
    ['integer', 'Generals'],
    ['binary', 'Binaries'],
  ] as const) {
    const listed = variables.filter((_, j) => a.kinds[j] === kind)
    if (listed.length > 0) lines.push(title, ...listed.map((name) => ` ${name}`))
  }
  lines.push('End', '')
  return { text: lines.join('\n'), renamed: names.renamed, negated }
}

function boundOf(name: string, kind: string, lower: number, upper: number): string | null {
  if (kind === 'binary') {
    lower = Math.max(0, lower)
    upper = Math.min(1, upper)
  }
  if (kind === 'binary' && lower === 0 && upper === 1) return null
  if (lower === 0 && upper === Number.POSITIVE_INFINITY && kind !== 'binary') return null
  if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY) return `${name} free`
  if (lower === upper) return `${name} = ${decimal(lower)}`
  const left = lower === Number.NEGATIVE_INFINITY ? '-inf' : decimal(lower)
  return upper === Number.POSITIVE_INFINITY ? `${name} >= ${left}` : `${left} <= ${name} <= ${decimal(upper)}`
}

/** For every row with two different finite sides the name of its second half. */
function rangeNames(a: LinearArrays, names: WrittenNames): Map<number, string> {
  const taken = new Set([...names.rows, names.objective])
  const ranges = new Map<number, string>()
  for (let i = 0; i < a.rows; i++) {
    const lower = toBound(a.rowLower[i] as number)
    const upper = toBound(a.rowUpper[i] as number)
    if (lower === upper || !Number.isFinite(lower) || !Number.isFinite(upper)) continue
    let name = `${(names.rows[i] as string).slice(0, 240)}_upper`
    while (taken.has(name)) name += '_'
    taken.add(name)
    ranges.set(i, name)
  }
  return ranges
}

/** True when reading the objective and then the rows meets every variable in the model's order. */
function inOrder(a: LinearArrays): boolean {
  const seen = new Uint8Array(a.columns)
  const lastRow = new Int32Array(a.columns).fill(-1)
  let next = 0
  const meet = (column: number): boolean => {
    if (seen[column] === 1) return true
    seen[column] = 1
    return column === next++
  }
  for (let j = 0; j < a.columns; j++) if (a.objective[j] !== 0 && !meet(j)) return false
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.starts[i] as number; k < (a.starts[i + 1] as number); k++) {
      // A coefficient of 0 is not written, and repeated ones may sum to 0: neither is a place to be met.
      const column = a.indices[k] as number
      if (lastRow[column] === i || (a.values[k] !== 0 && !meet(column))) return false
      lastRow[column] = i
    }
  }
  return next === a.columns
}

const WIDTH = 200

function writeTerms(lines: string[], label: string, terms: readonly string[], end: string): void {
  let line = label
  for (const item of terms) {
    if (line.length + item.length > WIDTH) {
      lines.push(line)
      line = ' '
    }
    line += ` ${item}`
  }
  if (line.length + end.length > WIDTH + 40) {
    lines.push(line)
    line = ' '
  }
  lines.push(line + end)
}

function term(value: number, name: string): string {
  return `${signed(value)} ${name}`
}

function signed(value: number): string {
  return value < 0 ? `- ${decimal(-value)}` : `+ ${decimal(value)}`
}

function decimal(value: number): string {
  return String(value + 0)
}

/** Letters, digits, `_` and `.`; no leading digit or dot, nothing like an exponent, no keyword. */
function isSafe(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) && !/^[eE]\d*$/.test(name) && !isLpKeyword(name)
}

function mend(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.]/g, '_')
  return isSafe(plain) || plain === '' ? plain : `_${plain}`
}
