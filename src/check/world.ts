/**
 * A plain, slow and obvious interpreter of facts, numbers, formulas and effects, shared by the checkers of plans. It
 * has nothing in common with the data structures of the search: facts are strings in a set.
 */
import type { Effect, Formula, NumericExpression, Term, TypedName } from '../domain/formula.ts'
import type { HtnProblem } from '../domain/htn.ts'

export type Values = ReadonlyMap<string, string>

/** Facts made true and made false, none in both, and those among them that were different before. */
export interface AppliedEffects {
  readonly added: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
  readonly gained: readonly string[]
  readonly lost: readonly string[]
}

export class World {
  readonly facts = new Set<string>()
  readonly numbers = new Map<string, number>()
  readonly #objects: readonly TypedName[]
  readonly #typesOf = new Map<string, ReadonlySet<string>>()
  readonly #extents = new Map<string, readonly string[]>()

  constructor(problem: HtnProblem) {
    this.#objects = [...problem.domain.constants, ...problem.objects]
    const parents = new Map(problem.domain.types.map((type) => [type.name, type.parents]))
    for (const object of this.#objects) {
      const types = new Set<string>(object.types)
      for (const type of types) for (const parent of parents.get(type) ?? []) types.add(parent)
      types.add('object')
      this.#typesOf.set(object.name, types)
    }
    for (const fact of problem.facts) this.facts.add(key(fact.predicate, fact.arguments))
    for (const value of problem.values) this.numbers.set(key(value.fluent, value.arguments), value.value)
    for (const fluent of problem.domain.fluents) {
      if (fluent.name === 'total-cost' && !this.numbers.has('total-cost')) this.numbers.set('total-cost', 0)
    }
  }

  isObject(name: string): boolean {
    return this.#typesOf.has(name)
  }

  hasType(object: string, types: readonly string[]): boolean {
    if (types.length === 0) return true
    const own = this.#typesOf.get(object)
    return own !== undefined && types.some((type) => own.has(type))
  }

  objectsOf(types: readonly string[]): readonly string[] {
    const name = types.join(' ')
    const known = this.#extents.get(name)
    if (known !== undefined) return known
    const found = this.#objects.filter((object) => this.hasType(object.name, types)).map((object) => object.name)
    this.#extents.set(name, found)
    return found
  }

  holds(formula: Formula, values: Values): boolean {
    switch (formula.kind) {
      case 'and':
        return formula.parts.every((part) => this.holds(part, values))
      case 'or':
        return formula.parts.some((part) => this.holds(part, values))
      case 'not':
        return !this.holds(formula.inner, values)
      case 'atom':
        return this.facts.has(ground(formula.predicate, formula.arguments, values))
      case 'equal':
        return (values.get(formula.left) ?? formula.left) === (values.get(formula.right) ?? formula.right)
      case 'type':
        return this.hasType(values.get(formula.term) ?? formula.term, formula.types)
      case 'forall':
      case 'exists': {
        const every = formula.kind === 'forall'
        for (const inner of this.bindings(formula.variables, values)) {
          if (this.holds(formula.inner, inner) !== every) return !every
        }
        return every
      }
      case 'compare': {
        const left = this.number(formula.left, values)
        const right = this.number(formula.right, values)
        switch (formula.operator) {
          case '<':
            return left < right
          case '<=':
            return left <= right
          case '=':
            return left === right
          case '>=':
            return left >= right
          case '>':
            return left > right
        }
      }
    }
  }

  /** NaN when a fluent in it has no value. */
  number(expression: NumericExpression, values: Values): number {
    switch (expression.kind) {
      case 'number':
        return expression.value
      case 'fluent':
        return this.numbers.get(ground(expression.fluent, expression.arguments, values)) ?? Number.NaN
      case 'arithmetic': {
        const left = this.number(expression.left, values)
        const right = this.number(expression.right, values)
        if (expression.operator === '+') return left + right
        if (expression.operator === '-') return left - right
        return expression.operator === '*' ? left * right : left / right
      }
    }
  }

  /**
   * Applies effects at once: conditions and values are read before anything changes; adding wins over deleting.
   * @returns the effects that took place
   */
  apply(effects: readonly Effect[], values: Values): AppliedEffects {
    const adds: string[] = []
    const deletes: string[] = []
    const numbers = new Map<string, number>()
    const collect = (effect: Effect, inner: Values): void => {
      switch (effect.kind) {
        case 'add':
          adds.push(ground(effect.predicate, effect.arguments, inner))
          break
        case 'delete':
          deletes.push(ground(effect.predicate, effect.arguments, inner))
          break
        case 'numeric': {
          const name = ground(effect.fluent, effect.arguments, inner)
          const before = numbers.get(name) ?? this.numbers.get(name) ?? Number.NaN
          const value = this.number(effect.value, inner)
          const after = {
            assign: value,
            increase: before + value,
            decrease: before - value,
            'scale-up': before * value,
            'scale-down': before / value,
          }[effect.operator]
          numbers.set(name, after)
          break
        }
        case 'when':
          if (this.holds(effect.condition, inner)) for (const part of effect.effects) collect(part, inner)
          break
        case 'forall':
          for (const bound of this.bindings(effect.variables, inner)) {
            for (const part of effect.effects) collect(part, bound)
          }
          break
      }
    }
    for (const effect of effects) collect(effect, values)
    const { facts } = this
    const added = new Set(adds)
    const removed = new Set(deletes.filter((fact) => !added.has(fact)))
    const gained = [...added].filter((fact) => !facts.has(fact))
    const lost = [...removed].filter((fact) => facts.has(fact))
    for (const fact of removed) facts.delete(fact)
    for (const fact of added) facts.add(fact)
    for (const [name, value] of numbers) this.numbers.set(name, value)
    return { added, removed, gained, lost }
  }

  /** All ways to give the variables objects of their types. */
  *bindings(variables: readonly TypedName[], values: Values): IterableIterator<Values> {
    const inner = new Map(values)
    const world = this
    function* choose(index: number): IterableIterator<Values> {
      const variable = variables[index]
      if (variable === undefined) {
        yield inner
        return
      }
      for (const object of world.objectsOf(variable.types)) {
        inner.set(variable.name, object)
        yield* choose(index + 1)
      }
    }
    yield* choose(0)
  }

  /** The first part of a conjunction that fails, for the report. */
  failing(formula: Formula, values: Values): Formula {
    if (formula.kind !== 'and') return formula
    const part = formula.parts.find((candidate) => !this.holds(candidate, values))
    return part === undefined ? formula : this.failing(part, values)
  }
}

/** The name of a fact or a number as it stands in a world. */
export function key(name: string, args: readonly string[]): string {
  return args.length === 0 ? name : `${name} ${args.join(' ')}`
}

/** The same for terms that may be variables. */
export function ground(name: string, terms: readonly Term[], values: Values): string {
  let text = name
  for (const term of terms) text += ` ${values.get(term) ?? term}`
  return text
}
