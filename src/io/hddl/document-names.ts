/** Names of a hierarchical problem inside a planning document: one state variable for every ground fact and number. */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { Effect, Term, TypedName } from '../../domain/formula.ts'
import type { HtnProblem } from '../../domain/htn.ts'
import { readArgument } from '../../domain/planning.ts'

/** Variables of an HDDL scope and what stands for them: a parameter of the document, or an object. */
export type Scope = ReadonlyMap<string, Term>

export class DocumentNames {
  readonly problem: HtnProblem
  readonly objects: readonly TypedName[]
  /** A state variable that is always true, to compare closed forms with. */
  readonly always: string
  /** A state variable that is always 0. */
  readonly zero: string
  /** Prefix of the state variables that hold the names of objects: parameters are compared through them. */
  readonly self: string
  readonly #above = new Map<string, ReadonlySet<string>>()
  readonly #extents = new Map<string, readonly string[]>()
  readonly #fluents = new Map<string, string>()
  readonly #kinds = new Map<string, string>()
  readonly #taken: Set<string>
  /** Predicates that effects change. */
  readonly #changing = new Set<string>()
  readonly #initial: ReadonlySet<string>
  /** Which of the variables that never change were asked for. */
  readonly asked = { always: false, zero: false, self: false, kinds: new Map<string, readonly string[]>() }

  constructor(problem: HtnProblem) {
    const { domain } = problem
    this.problem = problem
    this.objects = [...domain.constants, ...problem.objects]
    for (const { name } of this.objects) {
      if (typeof readArgument(name) !== 'string' || /^[?$]/.test(name))
        throw cannot(`the object '${name}' would be read as a value of another kind`, 'rename it')
    }
    this.#initial = new Set(problem.facts.map((fact) => this.fact(fact.predicate, fact.arguments)))
    for (const action of domain.actions) this.#note(action.effects)
    this.#taken = new Set(domain.predicates.map((predicate) => predicate.name))
    for (const { name } of domain.fluents) this.#fluents.set(name, this.#free(name))
    this.always = this.#free('always')
    this.zero = this.#free('zero')
    this.self = this.#free('self')
    for (const type of ['object', ...domain.types.map((type) => type.name)]) this.#above.set(type, this.#aboveOf(type))
  }

  /** `at(?who,here)` */
  fact(predicate: string, args: readonly Term[]): string {
    return args.length === 0 ? predicate : `${predicate}(${args.join(',')})`
  }

  /** Whether some effect names the predicate. */
  changes(predicate: string): boolean {
    return this.#changing.has(predicate)
  }

  /** Whether a fact that never changes holds, whatever its variables are; null when that depends. */
  known(predicate: string, args: readonly Term[]): boolean | null {
    if (this.#changing.has(predicate)) return null
    if (args.every((term) => !term.startsWith('?'))) return this.#initial.has(this.fact(predicate, args))
    const fits = (have: readonly string[]): boolean =>
      have.every((object, index) => args[index] === object || args[index]?.startsWith('?') === true)
    return this.problem.facts.some((fact) => fact.predicate === predicate && fits(fact.arguments)) ? null : false
  }

  number(fluent: string, args: readonly Term[]): string {
    return this.fact(this.#fluents.get(fluent) ?? fluent, args)
  }

  /** The state variable that is true for the objects of the types. */
  kind(types: readonly string[], term: Term): string {
    const key = types.join(' or ')
    const known = this.#kinds.get(key)
    const name = known ?? this.#free(`is ${key}`)
    this.#kinds.set(key, name)
    this.asked.kinds.set(name, this.extent(types))
    return this.fact(name, [term])
  }

  /** Objects of any of the types; no types: all objects. */
  extent(types: readonly string[]): readonly string[] {
    const key = types.join(' ')
    let extent = this.#extents.get(key)
    if (extent === undefined) {
      const fits = (object: TypedName): boolean =>
        types.length === 0 ||
        object.types.some((type) => types.some((wanted) => this.#above.get(type)?.has(wanted) === true))
      extent = this.objects.filter(fits).map((object) => object.name)
      this.#extents.set(key, extent)
    }
    return extent
  }

  /** The parameter of a document for a variable: only letters, digits, - and _ are allowed there. */
  parameter(variable: string, taken: ReadonlySet<string>): string {
    const plain = `?${variable.slice(1).replaceAll(/[^\p{L}\p{N}_-]/gu, '_')}`
    let name = plain
    for (let i = 2; taken.has(name); i++) name = `${plain}-${i}`
    return name
  }

  /** All choices of objects for typed variables, as scopes that extend the given one. */
  bindings(variables: readonly TypedName[], scope: Scope): readonly Scope[] {
    let scopes: Scope[] = [scope]
    for (const { name, types } of variables) {
      const extent = this.extent(types)
      if (scopes.length * extent.length > MOST_INSTANCES)
        throw cannot(
          `a quantifier over ${variables.map((variable) => variable.name).join(', ')} has too many instances`,
          `at most ${MOST_INSTANCES} can be written out`,
        )
      scopes = scopes.flatMap((before) => extent.map((object) => new Map(before).set(name, object)))
    }
    return scopes
  }

  #aboveOf(type: string): ReadonlySet<string> {
    const found = new Set([type])
    for (const name of found)
      for (const parent of this.problem.domain.types.find((known) => known.name === name)?.parents ?? [])
        found.add(parent)
    return found
  }

  #note(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'add' || effect.kind === 'delete') this.#changing.add(effect.predicate)
      else if (effect.kind === 'when' || effect.kind === 'forall') this.#note(effect.effects)
    }
  }

  #free(wanted: string): string {
    let name = wanted
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted} ${i}`
    this.#taken.add(name)
    return name
  }
}

const MOST_INSTANCES = 10_000

export function termIn(scope: Scope, term: Term): Term {
  return scope.get(term) ?? term
}

export function cannot(message: string, hint: string): UnsupportedError {
  return new UnsupportedError('--to', `a planning document cannot hold this problem: ${message}`, { hint })
}
