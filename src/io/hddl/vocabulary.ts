/**
 * The names a domain and a problem declare, and the checks of every use against its declaration: unknown names, wrong
 * numbers of arguments, arguments of a type that can never fit.
 */
import type { TypedName } from '../../domain/formula.ts'
import type { SymbolDeclaration, TypeDeclaration } from '../../domain/htn.ts'
import { type Faults, Names, type PlacedName } from './reader.ts'
import type { Expression, Word } from './s-expression.ts'

export class Vocabulary {
  readonly types = new Names<{ readonly name: string; readonly parents: string[] }>()
  readonly objects = new Names<TypedName>()
  readonly predicates = new Names<SymbolDeclaration>()
  readonly fluents = new Names<SymbolDeclaration>()
  readonly tasks = new Names<SymbolDeclaration>()
  readonly actions = new Names<SymbolDeclaration>()
  /** type -> all its supertypes and itself. */
  readonly #above = new Map<string, ReadonlySet<string>>()

  constructor() {
    this.types.set('object', { name: 'object', parents: [] })
  }

  declareTypes(names: readonly PlacedName[], faults: Faults): TypeDeclaration[] {
    for (const name of names) {
      const known = this.types.get(name.name)
      const parents = name.types.filter((parent) => parent.toLowerCase() !== name.name.toLowerCase())
      if (known === undefined || known.name !== name.name) this.types.set(name.name, { name: name.name, parents })
      else known.parents.push(...parents)
    }
    for (const name of names) {
      for (const parent of name.types) {
        // A supertype may be named without a declaration of its own; it then stands directly below object.
        if (this.types.get(parent) === undefined) this.types.set(parent, { name: parent, parents: [] })
      }
    }
    for (const name of names) {
      const cycle = this.#cycleFrom(name.name)
      if (cycle !== null) {
        faults.add('cycle', name.place, `the type ${cycle.join(' is a ')}`, 'remove one of these supertypes')
        for (const member of cycle) this.types.get(member)?.parents.splice(0)
      }
    }
    const declared: TypeDeclaration[] = []
    for (const type of this.types.values()) {
      const parents = [...new Set(type.parents.map((parent) => this.types.get(parent)?.name ?? parent))].filter(
        (parent) => parent !== 'object',
      )
      if (type.name !== 'object') declared.push({ name: type.name, parents })
    }
    return declared
  }

  /** Supertypes of a type, itself and `object` included. */
  above(type: string): ReadonlySet<string> {
    const known = this.#above.get(type)
    if (known !== undefined) return known
    const result = new Set<string>([type, 'object'])
    const open = [type]
    while (open.length > 0) {
      const next = open.pop() as string
      for (const parent of this.types.get(next)?.parents ?? []) {
        const name = this.types.get(parent)?.name ?? parent
        if (!result.has(name)) {
          result.add(name)
          open.push(name)
        }
      }
    }
    this.#above.set(type, result)
    return result
  }

  /** Resolves the types of names to their declared spelling; unknown types are faults. */
  resolveTypes(names: readonly PlacedName[], faults: Faults): TypedName[] {
    const reported = new Set<Word>()
    return names.map((name) => {
      const types: string[] = []
      for (const place of name.typePlaces) {
        const type = this.types.get(place.text)
        if (type === undefined) {
          // Names that share a type share its place: one fault.
          if (reported.has(place)) continue
          reported.add(place)
          faults.add(
            'unknown-name',
            place,
            `the type '${place.text}' is not declared`,
            this.#suggest(place.text, 'type'),
          )
        } else if (type.name !== 'object') types.push(type.name)
      }
      const any = name.typePlaces.some((place) => this.types.get(place.text)?.name === 'object')
      return { name: name.name, types: any ? [] : types }
    })
  }

  resolve(kind: 'predicates' | 'fluents' | 'tasks' | 'actions', word: Word, faults: Faults): SymbolDeclaration | null {
    const found = this[kind].get(word.text)
    if (found !== undefined) return found
    const singular = kind === 'fluents' ? 'function' : kind.slice(0, -1)
    faults.add('unknown-name', word, `the ${singular} '${word.text}' is not declared`, this.#suggest(word.text, kind))
    return null
  }

  checkArguments(
    symbol: SymbolDeclaration,
    given: readonly Word[],
    typesOf: (word: Word) => readonly string[] | null,
    place: Expression,
    faults: Faults,
  ): void {
    if (given.length !== symbol.parameters.length) {
      const expected = symbol.parameters.length
      faults.add(
        'arity',
        place,
        `${symbol.name} takes ${expected} argument${expected === 1 ? '' : 's'}, ${given.length} given`,
        `it is declared with (${symbol.parameters.map((parameter) => parameter.name).join(' ')})`,
      )
      return
    }
    for (let i = 0; i < given.length; i++) {
      const word = given[i] as Word
      const wanted = (symbol.parameters[i] as TypedName).types
      const have = typesOf(word)
      if (have === null || wanted.length === 0 || have.length === 0) continue
      if (!have.some((type) => wanted.some((other) => this.#mayShare(type, other)))) {
        faults.add(
          'type-mismatch',
          word,
          `${word.text} is a ${have.join(' or ')}, ${symbol.name} takes a ${wanted.join(' or ')} there`,
          'use a name of a fitting type',
        )
      }
    }
  }

  /** True when an object could be of both types, given the declared hierarchy. */
  #mayShare(first: string, second: string): boolean {
    if (this.above(first).has(second) || this.above(second).has(first)) return true
    for (const type of this.types.names()) {
      const above = this.above(type)
      if (above.has(first) && above.has(second)) return true
    }
    return false
  }

  #cycleFrom(start: string): string[] | null {
    const path: string[] = []
    const visit = (name: string): string[] | null => {
      const at = path.indexOf(name)
      if (at >= 0) return [...path.slice(at), name]
      if (path.length > 1000) return null
      path.push(name)
      for (const parent of this.types.get(name)?.parents ?? []) {
        const found = visit(this.types.get(parent)?.name ?? parent)
        if (found !== null) return found
      }
      path.pop()
      return null
    }
    return visit(start)
  }

  #suggest(name: string, kind: string): string {
    const known = [
      ...(kind === 'type' ? this.types : this[kind as 'predicates' | 'fluents' | 'tasks' | 'actions']).names(),
    ]
    const near = nearest(name, known)
    return near === null ? 'declare it, or correct the spelling' : `did you mean '${near}'?`
  }
}

/** The known name closest to a misspelt one, when one is close enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let bestDistance = Math.min(3, Math.floor(name.length / 2)) + 1
  const wanted = name.slice(0, 64).toLowerCase()
  for (const candidate of known.slice(0, 2000)) {
    const distance = editDistance(wanted, candidate.slice(0, 64).toLowerCase())
    if (distance < bestDistance) {
      bestDistance = distance
      best = candidate
    }
  }
  return best
}

function editDistance(first: string, second: string): number {
  if (Math.abs(first.length - second.length) > 3) return 4
  let previous = Array.from({ length: second.length + 1 }, (_, i) => i)
  for (let i = 1; i <= first.length; i++) {
    const current = [i]
    for (let j = 1; j <= second.length; j++) {
      const change = (previous[j - 1] as number) + (first[i - 1] === second[j - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[j] as number) + 1, (current[j - 1] as number) + 1))
    }
    previous = current
  }
  return previous[second.length] as number
}
