/** The states, actions and observations of a .pomdp text: declared as a number or as names, later named, numbered or `*`. */
import { WILDCARD } from '../../../solvers/pomdp/reward-rules.ts'
import type { Cursor } from './cursor.ts'
import { shown } from './faults.ts'
import type { Token } from './tokens.ts'

const MAX_NAMES = 100_000

export interface Space {
  readonly what: 'state' | 'action' | 'observation'
  readonly names: string[]
  readonly ids: Map<string, number>
  readonly declared: Token
}

/** The members [from, to) of a space that a statement speaks of. */
export type PlaceOf = { readonly from: number; readonly to: number; readonly wild: boolean }

/** Reads what follows the keyword of a space. */
export function readSpace(cursor: Cursor, what: Space['what'], keyword: Token, earlier: Space | undefined): Space {
  cursor.colon()
  if (earlier !== undefined) {
    cursor.faults.fault(
      keyword,
      'duplicate-statement',
      `the ${what}s were declared before, in line ${earlier.declared.line}`,
      'declare them once',
    )
  }
  const first = cursor.peek()
  if (first.kind === 'number') {
    cursor.next()
    const count = Number(first.text)
    if (!Number.isInteger(count) || count < 1 || count > MAX_NAMES) {
      cursor.faults.fault(
        first,
        'out-of-range',
        `${first.text} is not a number of ${what}s`,
        `give an integer from 1 to ${MAX_NAMES}, or names`,
      )
    }
    const names = Array.from({ length: count }, (_, index) => String(index))
    return { what, names, ids: new Map(), declared: keyword }
  }
  let last = first
  const names: string[] = []
  const ids = new Map<string, number>()
  while (cursor.peek().kind === 'name' && !cursor.atStatement()) {
    const token = cursor.next()
    last = token
    if (ids.has(token.text))
      cursor.faults.report(
        token,
        'duplicate-name',
        `the ${what} "${token.text}" is declared twice`,
        'give every one its own name',
      )
    else {
      ids.set(token.text, names.length)
      names.push(token.text)
    }
    if (names.length > MAX_NAMES)
      cursor.faults.fault(token, 'too-large', `more than ${MAX_NAMES} ${what}s`, 'make the model smaller')
  }
  if (names.length === 0)
    cursor.faults.fault(
      cursor.peek(),
      'expected',
      `${shown(cursor.peek())} stands where the ${what}s were expected`,
      'give a number, or names made of letters, digits, _ and -',
    )
  const after = cursor.peek()
  if (after.kind === 'colon') cursor.noStatement(last)
  if (after.kind !== 'end' && !cursor.atStatement())
    cursor.faults.fault(
      after,
      'expected',
      `${shown(after)} cannot stand among the ${what}s`,
      'names are made of letters, digits, _ and -, start with a letter and are separated by blanks',
    )
  return { what, names, ids, declared: keyword }
}

/** A state, action or observation: its name, its number, or `*`. */
export function readPlace(cursor: Cursor, space: Space): PlaceOf {
  const token = cursor.next()
  const count = space.names.length
  if (token.kind === 'star') return { from: 0, to: count, wild: true }
  if (token.kind === 'number' && Number.isInteger(Number(token.text))) {
    const id = Number(token.text)
    if (id < count) return { from: id, to: id + 1, wild: false }
    cursor.faults.fault(
      token,
      'unknown-name',
      `there is no ${space.what} ${id}`,
      `${space.what}s are numbered 0 to ${count - 1}`,
    )
  }
  const id = space.ids.get(token.text)
  if (id === undefined) {
    const known = space.names.slice(0, 8).join(', ')
    cursor.faults.fault(
      token,
      'unknown-name',
      `${shown(token)} is no ${space.what}`,
      `use *, a number or one of ${known}${count > 8 ? ', ...' : ''}`,
    )
  }
  return { from: id as number, to: (id as number) + 1, wild: false }
}

/** The one member of a place, or the wildcard. */
export function idOf(place: PlaceOf): number {
  return place.wild ? WILDCARD : place.from
}
