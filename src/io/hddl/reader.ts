/**
 * What every part of the HDDL reader shares: reporting a fault at its place, and names looked up the way planning
 * languages do: exactly, or else without regard to case.
 */
import type { Issue } from '../../../solvers/contract/index.ts'
import type { TypedName } from '../../domain/formula.ts'
import type { Expression, List, Word } from './s-expression.ts'

/** Collects faults of one file. */
export class Faults {
  readonly file: string
  readonly issues: Issue[]

  constructor(file: string, issues: Issue[]) {
    this.file = file
    this.issues = issues
  }

  add(code: string, place: Expression, message: string, hint: string): void {
    // One broken token can upset hundreds of places; the first hundred faults are enough to mend a file.
    if (this.issues.length >= 100) return
    this.issues.push({ code, path: [], message, hint, file: this.file, line: place.line, column: place.column })
  }
}

/** Names with case-insensitive fallback; keeps the declared spelling. */
export class Names<Declaration> {
  readonly #exact = new Map<string, Declaration>()
  readonly #folded = new Map<string, Declaration>()

  get(name: string): Declaration | undefined {
    return this.#exact.get(name) ?? this.#folded.get(name.toLowerCase())
  }

  /** False when exactly this name was there before. */
  set(name: string, declaration: Declaration): boolean {
    if (this.#exact.has(name)) return false
    this.#exact.set(name, declaration)
    const folded = name.toLowerCase()
    if (!this.#folded.has(folded)) this.#folded.set(folded, declaration)
    return true
  }

  names(): IterableIterator<string> {
    return this.#exact.keys()
  }

  values(): IterableIterator<Declaration> {
    return this.#exact.values()
  }
}

export function headOf(expression: Expression): string {
  if (expression.kind === 'word') return ''
  const first = expression.items[0]
  return first !== undefined && first.kind === 'word' ? first.text.toLowerCase() : ''
}

/** The expression as a list, or a fault. */
export function asList(
  expression: Expression | undefined,
  place: Expression,
  what: string,
  faults: Faults,
): List | null {
  if (expression !== undefined && expression.kind === 'list') return expression
  faults.add(
    'syntax',
    expression ?? place,
    expression === undefined ? `${what} is missing` : `'${expression.text}' stands where ${what} is expected`,
    'write it in parentheses',
  )
  return null
}

/** The expression as a word, or a fault. */
export function asWord(
  expression: Expression | undefined,
  place: Expression,
  what: string,
  faults: Faults,
): Word | null {
  if (expression !== undefined && expression.kind === 'word') return expression
  faults.add('syntax', expression ?? place, `${what} is missing`, `write ${what} as one word`)
  return null
}

/** A typed name together with the place it was written at. */
export interface PlacedName extends TypedName {
  readonly place: Word
  readonly typePlaces: readonly Word[]
}

/** Reads `a b - t c - (either t u) d`. */
export function readTypedNames(items: readonly Expression[], faults: Faults): PlacedName[] {
  const result: PlacedName[] = []
  let pending: Word[] = []
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Expression
    if (item.kind === 'list') {
      faults.add('syntax', item, 'a parenthesis stands in a list of names', 'write names, then - and a type')
      continue
    }
    if (item.text !== '-') {
      pending.push(item)
      continue
    }
    const type = items[i + 1]
    i++
    if (type === undefined) {
      faults.add('syntax', item, "no type follows the '-'", 'write the name of a type after it')
      break
    }
    const types: Word[] = []
    if (type.kind === 'word') types.push(type)
    else if (headOf(type) === 'either') {
      for (const part of type.items.slice(1)) {
        const word = asWord(part, type, 'the name of a type', faults)
        if (word !== null) types.push(word)
      }
    } else faults.add('syntax', type, "a type is a name or '(either ...)'", 'write one of the two')
    for (const name of pending) {
      result.push({ name: name.text, types: types.map((word) => word.text), place: name, typePlaces: types })
    }
    pending = []
  }
  for (const name of pending) result.push({ name: name.text, types: [], place: name, typePlaces: [] })
  return result
}

/** Splits `:key value :key value` sections; a key may be followed by nothing. */
export function readSections(
  items: readonly Expression[],
  allowed: readonly string[],
  faults: Faults,
): Map<string, { readonly key: Word; readonly value: Expression | undefined }> {
  const sections = new Map<string, { key: Word; value: Expression | undefined }>()
  let i = 0
  while (i < items.length) {
    const key = items[i] as Expression
    if (key.kind !== 'word' || !key.text.startsWith(':')) {
      faults.add(
        'syntax',
        key,
        key.kind === 'word' ? `'${key.text}' stands where a keyword is expected` : 'a keyword is missing here',
        `write one of ${allowed.join(', ')} before it`,
      )
      i++
      continue
    }
    const name = key.text.toLowerCase()
    let value = items[i + 1]
    if (value !== undefined && value.kind === 'word' && value.text.startsWith(':')) value = undefined
    i += value === undefined ? 1 : 2
    if (!allowed.includes(name)) {
      faults.add('unknown-keyword', key, `${key.text} is not known here`, `the keywords are ${allowed.join(', ')}`)
    } else if (sections.has(name)) {
      faults.add('duplicate', key, `${key.text} is given twice`, 'keep one of them')
    } else {
      sections.set(name, { key, value })
    }
  }
  return sections
}
