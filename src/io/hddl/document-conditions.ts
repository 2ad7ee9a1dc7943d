/**
 * Conditions and numbers of HDDL as those of planning documents, which are conjunctions of comparisons of a state variable
 * with a value. Negations are pushed inwards, quantifiers written out over the objects, disjunctions become closed forms.
 */
import type { Comparison, Formula, NumericExpression, Term } from '../../domain/formula.ts'
import { type Expression, OPPOSITE, type StatedCondition } from '../../domain/planning.ts'
import { type DocumentNames, type Scope, termIn } from './document-names.ts'

/** All of them must hold; null: that can never be. */
export type Conditions = readonly StatedCondition[] | null

export class ConditionWriter {
  readonly #names: DocumentNames
  /** Predicates whose facts must be known to be false somewhere. */
  readonly negated = new Set<string>()
  /** Ground facts that are asked for, by predicate; types need not allow them. */
  readonly ground = new Map<string, (readonly string[])[]>()
  /** Functions whose values matter. */
  readonly read = new Set<string>()

  constructor(names: DocumentNames) {
    this.#names = names
  }

  conditions(formula: Formula, scope: Scope, wanted = true): Conditions {
    switch (formula.kind) {
      case 'and':
      case 'or': {
        const parts = formula.parts.map((part) => this.conditions(part, scope, wanted))
        return (formula.kind === 'and') === wanted ? together(parts) : this.either(parts)
      }
      case 'not':
        return this.conditions(formula.inner, scope, !wanted)
      case 'forall':
      case 'exists': {
        const scopes = this.#names.bindings(formula.variables, scope)
        const parts = scopes.map((inner) => this.conditions(formula.inner, inner, wanted))
        return (formula.kind === 'forall') === wanted ? together(parts) : this.either(parts)
      }
      case 'atom': {
        const args = formula.arguments.map((term) => termIn(scope, term))
        const known = this.#names.known(formula.predicate, args)
        if (known !== null) return known === wanted ? [] : null
        if (!wanted) this.negated.add(formula.predicate)
        if (args.every((term) => !term.startsWith('?')))
          this.ground.set(formula.predicate, [...(this.ground.get(formula.predicate) ?? []), args])
        return [[this.#names.fact(formula.predicate, args), '=', wanted]]
      }
      case 'equal':
        return this.equal(termIn(scope, formula.left), termIn(scope, formula.right), wanted)
      case 'type': {
        const term = termIn(scope, formula.term)
        if (!term.startsWith('?')) return this.#names.extent(formula.types).includes(term) === wanted ? [] : null
        return [[this.#names.kind(formula.types, term), '=', wanted]]
      }
      case 'compare':
        return this.#compare(formula.operator, formula.left, formula.right, scope, wanted)
    }
  }

  /** Some of the alternatives holds. */
  either(alternatives: readonly Conditions[]): Conditions {
    const possible = alternatives.filter((conditions) => conditions !== null)
    const [first] = possible
    if (first === undefined) return null
    if (possible.some((conditions) => conditions.length === 0)) return []
    if (possible.length === 1) return first
    this.#names.asked.always = true
    return [[this.#names.always, '=', { any: possible }]]
  }

  equal(left: Term, right: Term, wanted: boolean): Conditions {
    if (left === right) return wanted ? [] : null
    const [variable, other] = left.startsWith('?') ? [left, right] : [right, left]
    if (!variable.startsWith('?')) return wanted ? null : []
    this.#names.asked.self = true
    return [[this.#names.fact(this.#names.self, [variable]), wanted ? '=' : '!=', other]]
  }

  /** What no state meets, as a condition. */
  never(): StatedCondition {
    this.#names.asked.always = true
    return [this.#names.always, '=', false]
  }

  number(expression: NumericExpression, scope: Scope): Expression {
    switch (expression.kind) {
      case 'number':
        return expression.value
      case 'fluent':
        return `$${this.fluent(expression, scope)}`
      case 'arithmetic': {
        const left = this.number(expression.left, scope)
        const right = this.number(expression.right, scope)
        switch (expression.operator) {
          case '+':
            return { sum: [left, right] }
          case '-':
            return { difference: [left, right] }
          case '*':
            return { product: [left, right] }
          case '/':
            return { quotient: [left, right] }
        }
      }
    }
  }

  /** The state variable of a number that is read. */
  fluent({ fluent, arguments: args }: NumericExpression & { kind: 'fluent' }, scope: Scope): string {
    this.read.add(fluent)
    return this.#names.number(
      fluent,
      args.map((term) => termIn(scope, term)),
    )
  }

  #compare(
    operator: Comparison,
    left: NumericExpression,
    right: NumericExpression,
    scope: Scope,
    wanted: boolean,
  ): Conditions {
    const sign = wanted ? operator : OPPOSITE[operator]
    if (left.kind === 'fluent') return [[this.fluent(left, scope), sign, this.number(right, scope)]]
    if (right.kind === 'fluent') return [[this.fluent(right, scope), MIRRORED[sign], this.number(left, scope)]]
    this.#names.asked.zero = true
    return [[this.#names.zero, sign, { difference: [this.number(right, scope), this.number(left, scope)] }]]
  }
}

const MIRRORED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>=': '<=', '>': '<' } as const

export function together(parts: readonly Conditions[]): Conditions {
  const all: StatedCondition[] = []
  const seen = new Set<string>()
  for (const part of parts) {
    if (part === null) return null
    for (const condition of part) {
      const key = JSON.stringify(condition)
      if (!seen.has(key)) all.push(condition)
      seen.add(key)
    }
  }
  return all
}
