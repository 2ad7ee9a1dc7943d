/**
 * Names on their way into a file and back. A name that the format cannot carry (blanks, keywords, too long, empty) or that
 * occurs twice is replaced by a legible safe one; the file says so in comment lines that every other program skips and our
 * readers take back:
 *
 *     *! variable Hours_of_Ann "Hours of Ann"
 *     *! row cap_2 "cap"
 *     *! group cap_2 "crew"          (null: the row belongs to no group)
 *     \! range cap_upper cap         (LP only: the two rows are the sides of one)
 *     *! name "Site plan"
 *     *! objective negated           (a maximisation written in minimisation form)
 */
import type { LinearModel } from '../model.ts'

/** A name that had to be written differently. */
export interface RenamedName {
  readonly kind: 'variable' | 'row'
  readonly index: number
  readonly name: string
  readonly written: string
}

/** What a model file written by us looks like, and how it differs from the model. */
export interface WrittenModel {
  readonly text: string
  /** Names written differently; our readers restore them. */
  readonly renamed: readonly RenamedName[]
  /** True when a maximisation was written as the minimisation of its negative. */
  readonly negated: boolean
}

export interface WriteOptions {
  /**
   * `minimize`: a maximisation is written as the minimisation of its negative, which every program reads alike.
   * `keep`: the sense is written. @default 'minimize' for MPS, 'keep' for LP
   */
  readonly sense?: 'minimize' | 'keep'
}

/** Longest name written. */
const LONGEST = 255

export interface WrittenNames {
  readonly variables: readonly string[]
  readonly rows: readonly string[]
  readonly objective: string
  readonly renamed: readonly RenamedName[]
}

/**
 * @param safe whether the format can carry a name as it is
 * @param mend brings a name into the format's alphabet; the result must be safe
 */
export function writtenNames(
  model: LinearModel,
  safe: (name: string) => boolean,
  mend: (name: string) => string,
): WrittenNames {
  const renamed: RenamedName[] = []
  const assign = (kind: RenamedName['kind'], count: number, nameOf: (index: number) => string, taken: Set<string>) => {
    const written = new Array<string>(count)
    const fits = (name: string) => name.length <= LONGEST && name.length > 0 && safe(name)
    // Names that can stay keep their spelling; the others get what is left.
    for (let i = 0; i < count; i++) {
      const name = nameOf(i)
      if (!fits(name) || taken.has(name)) continue
      taken.add(name)
      written[i] = name
    }
    const next = new Map<string, number>()
    for (let i = 0; i < count; i++) {
      if (written[i] !== undefined) continue
      const name = nameOf(i)
      const stem = fits(name) ? name : mend(name.slice(0, LONGEST - 10)) || 'unnamed'
      let number = next.get(stem) ?? 2
      let candidate = taken.has(stem) ? `${stem.slice(0, LONGEST - 10)}_${number}` : stem
      while (taken.has(candidate)) candidate = `${stem.slice(0, LONGEST - 10)}_${++number}`
      next.set(stem, number)
      taken.add(candidate)
      written[i] = candidate
      renamed.push({ kind, index: i, name, written: candidate })
    }
    return written
  }
  const rowNames = new Set<string>()
  const rows = assign('row', model.rowCount, (i) => model.rowName(i), rowNames)
  let objective = 'obj'
  while (rowNames.has(objective)) objective += '_'
  const variables = assign('variable', model.variableCount, (j) => model.variableName(j), new Set())
  return { variables, rows, objective, renamed }
}

/**
 * The comment lines that make the writing reversible.
 * @param mark starts a comment in the format
 * @param modelName the name of the model that a reader of the text would see without them
 */
export function nameComments(
  model: LinearModel,
  names: WrittenNames,
  negated: boolean,
  mark: string,
  modelName: string,
): string[] {
  const lines: string[] = []
  if (model.name !== modelName) lines.push(`${mark}! name ${JSON.stringify(model.name)}`)
  if (negated) lines.push(`${mark}! objective negated`)
  for (const { kind, name, written } of names.renamed) lines.push(`${mark}! ${kind} ${written} ${JSON.stringify(name)}`)
  for (let i = 0; i < model.rowCount; i++) {
    const group = model.rowGroup(i)
    if (group !== model.rowName(i)) lines.push(`${mark}! group ${names.rows[i]} ${JSON.stringify(group)}`)
  }
  return lines
}

/** What the comment lines of a file say. */
export class NameTable {
  readonly #variables = new Map<string, string>()
  readonly #rows = new Map<string, string>()
  readonly #groups = new Map<string, string | null>()
  /** Name of a row that is the upper side of another one, and that one. */
  readonly ranges = new Map<string, string>()
  negated = false
  modelName: string | null = null

  /** Takes one comment line without its mark; anything that is not ours is an ordinary comment. */
  read(comment: string): void {
    if (!comment.startsWith('! ')) return
    if (comment.trimEnd() === '! objective negated') this.negated = true
    const range = /^! range (\S+) (\S+)\s*$/.exec(comment)
    if (range !== null) this.ranges.set(range[1] as string, range[2] as string)
    const match = /^! (variable|row|group|name)(?: (\S+))? ("(?:[^"\\]|\\.)*"|null)\s*$/.exec(comment)
    if (match === null) return
    const [, kind, written = '', quoted] = match as unknown as [string, string, string | undefined, string]
    let name: unknown
    try {
      name = JSON.parse(quoted)
    } catch {
      return
    }
    if (kind === 'group' && (name === null || typeof name === 'string')) this.#groups.set(written, name)
    if (typeof name !== 'string') return
    if (kind === 'name' && written === '') this.modelName = name
    if (kind === 'variable') this.#variables.set(written, name)
    if (kind === 'row') this.#rows.set(written, name)
  }

  variable(written: string): string {
    return this.#variables.get(written) ?? written
  }

  row(written: string): string {
    return this.#rows.get(written) ?? written
  }

  /** The group of a row; its own name unless the file says otherwise. */
  group(written: string): string | null {
    const group = this.#groups.get(written)
    return group === undefined ? this.row(written) : group
  }
}
