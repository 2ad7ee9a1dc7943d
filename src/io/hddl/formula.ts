/** Formulas, numeric expressions and effects of HDDL and PDDL. */
import type { Effect, FluentTerm, Formula, NumericExpression, TypedName } from '../../domain/formula.ts'
import { TRUE } from '../../domain/formula.ts'
import { asList, asWord, type Faults, headOf, readTypedNames } from './reader.ts'
import type { Expression, List, Word } from './s-expression.ts'
import { nearest, type Vocabulary } from './vocabulary.ts'

/** Reads expressions in which the given variables are in scope. */
export class FormulaReader {
  readonly #vocabulary: Vocabulary
  readonly #faults: Faults
  readonly #scope: ReadonlyMap<string, TypedName>

  constructor(vocabulary: Vocabulary, faults: Faults, variables: readonly TypedName[]) {
    this.#vocabulary = vocabulary
    this.#faults = faults
    this.#scope = new Map(variables.map((variable) => [variable.name, variable]))
  }

  /** Types of a term, empty for any; null (and a fault) when the name is unknown. */
  typesOf(word: Word): readonly string[] | null {
    return (
      (word.text.startsWith('?') ? this.#scope.get(word.text) : this.#vocabulary.objects.get(word.text))?.types ?? null
    )
  }

  /** A variable in scope or a declared object, in its declared spelling. */
  term(word: Word): string {
    if (word.text.startsWith('?')) {
      if (this.#scope.has(word.text)) return word.text
      const near = nearest(word.text, [...this.#scope.keys()])
      const hint = near === null ? 'add it to :parameters' : `add it to :parameters, or did you mean ${near}?`
      this.#faults.add('unknown-name', word, `the variable ${word.text} is not declared here`, hint)
      return word.text
    }
    const object = this.#vocabulary.objects.get(word.text)
    if (object !== undefined) return object.name
    const near = nearest(word.text, [...this.#vocabulary.objects.names()])
    const hint = near === null ? 'declare it among the objects or constants' : `declare it, or did you mean '${near}'?`
    this.#faults.add('unknown-name', word, `the object '${word.text}' is not declared`, hint)
    return word.text
  }

  terms(list: List, from = 1): Word[] {
    const words: Word[] = []
    for (const item of list.items.slice(from)) {
      const word = asWord(item, item, 'a variable or an object', this.#faults)
      if (word !== null) words.push(word)
    }
    return words
  }

  /** `(name a b)` against its declaration. */
  use(kind: 'predicates' | 'fluents' | 'tasks' | 'actions', list: List): { name: string; arguments: string[] } | null {
    const head = asWord(list.items[0], list, 'a name', this.#faults)
    if (head === null) return null
    const symbol = this.#vocabulary.resolve(kind, head, this.#faults)
    const words = this.terms(list)
    const names = words.map((word) => this.term(word))
    if (symbol === null) return null
    this.#vocabulary.checkArguments(symbol, words, (word) => this.typesOf(word), list, this.#faults)
    return { name: symbol.name, arguments: names }
  }

  formula(expression: Expression | undefined): Formula {
    if (expression === undefined) return TRUE
    const list = asList(expression, expression, 'a condition', this.#faults)
    if (list === null || list.items.length === 0) return TRUE
    const head = headOf(list)
    const rest = list.items.slice(1)
    switch (head) {
      case 'and':
      case 'or':
        return { kind: head, parts: rest.map((part) => this.formula(part)) }
      case 'not':
        if (!this.#count(list, 1)) return TRUE
        return { kind: 'not', inner: this.formula(rest[0]) }
      case 'imply':
        if (!this.#count(list, 2)) return TRUE
        return { kind: 'or', parts: [{ kind: 'not', inner: this.formula(rest[0]) }, this.formula(rest[1])] }
      case 'forall':
      case 'exists': {
        if (!this.#count(list, 2)) return TRUE
        const { variables, inner } = this.#quantified(list)
        return { kind: head, variables, inner: inner.formula(rest[1]) }
      }
      case '=':
        if (!this.#count(list, 2)) return TRUE
        if (rest.every((side) => side.kind === 'word' && !isNumber(side.text))) {
          return { kind: 'equal', left: this.term(rest[0] as Word), right: this.term(rest[1] as Word) }
        }
        return { kind: 'compare', operator: '=', left: this.number(rest[0]), right: this.number(rest[1]) }
      case '<':
      case '<=':
      case '>=':
      case '>':
        if (!this.#count(list, 2)) return TRUE
        return { kind: 'compare', operator: head, left: this.number(rest[0]), right: this.number(rest[1]) }
      case 'sort':
      case 'typeof': {
        if (!this.#count(list, 2)) return TRUE
        const word = asWord(rest[0], list, 'a variable', this.#faults)
        const type = asWord(rest[1], list, 'a type', this.#faults)
        if (word === null || type === null) return TRUE
        const declared = this.#vocabulary.types.get(type.text)
        if (declared === undefined) {
          this.#faults.add('unknown-name', type, `the type '${type.text}' is not declared`, 'declare it under :types')
          return TRUE
        }
        return { kind: 'type', term: this.term(word), types: [declared.name] }
      }
      default: {
        if (head === '' && list.items[0]?.kind === 'list') {
          this.#faults.add('syntax', list, 'several conditions without a connective', 'write (and ...) around them')
          return TRUE
        }
        if (EFFECTS.has(head) && this.#vocabulary.predicates.get(head) === undefined) {
          this.#faults.add('syntax', list, `'${head}' is an effect, no condition`, 'move it to :effect')
          return TRUE
        }
        const atom = this.use('predicates', list)
        return atom === null ? TRUE : { kind: 'atom', predicate: atom.name, arguments: atom.arguments }
      }
    }
  }

  /** A numeric expression; a name without parentheses is a function without arguments. */
  number(expression: Expression | undefined): NumericExpression {
    const zero: NumericExpression = { kind: 'number', value: 0 }
    if (expression === undefined) return zero
    if (expression.kind === 'word') {
      if (isNumber(expression.text)) return { kind: 'number', value: Number(expression.text) }
      const symbol = this.#vocabulary.resolve('fluents', expression, this.#faults)
      if (symbol === null) return zero
      this.#vocabulary.checkArguments(symbol, [], () => null, expression, this.#faults)
      return { kind: 'fluent', fluent: symbol.name, arguments: [] }
    }
    const head = headOf(expression)
    const rest = expression.items.slice(1)
    if (head === '+' || head === '-' || head === '*' || head === '/') {
      if (head === '-' && rest.length === 1) {
        return { kind: 'arithmetic', operator: '-', left: zero, right: this.number(rest[0]) }
      }
      if (rest.length < 2 || ((head === '-' || head === '/') && rest.length > 2)) {
        this.#faults.add('syntax', expression, `'${head}' has ${rest.length} operands`, 'give it two')
        return zero
      }
      let sum = this.number(rest[0])
      for (const part of rest.slice(1)) {
        sum = { kind: 'arithmetic', operator: head, left: sum, right: this.number(part) }
      }
      return sum
    }
    const fluent = this.fluent(expression)
    return fluent === null ? zero : { kind: 'fluent', ...fluent }
  }

  fluent(expression: Expression | undefined): FluentTerm | null {
    if (expression === undefined) return null
    if (expression.kind === 'word') {
      const symbol = this.#vocabulary.resolve('fluents', expression, this.#faults)
      return symbol === null ? null : { fluent: symbol.name, arguments: [] }
    }
    const use = this.use('fluents', expression)
    return use === null ? null : { fluent: use.name, arguments: use.arguments }
  }

  effects(expression: Expression | undefined): Effect[] {
    if (expression === undefined) return []
    const list = asList(expression, expression, 'an effect', this.#faults)
    if (list === null || list.items.length === 0) return []
    const head = headOf(list)
    const rest = list.items.slice(1)
    switch (head) {
      case 'and':
        return rest.flatMap((part) => this.effects(part))
      case 'not': {
        if (!this.#count(list, 1)) return []
        const inner = asList(rest[0], list, 'a fact', this.#faults)
        if (inner !== null && this.#isCondition(inner)) {
          this.#faults.add('syntax', inner, 'only a single fact can be made false', 'write (not ...) around each fact')
          return []
        }
        const atom = inner === null ? null : this.use('predicates', inner)
        return atom === null ? [] : [{ kind: 'delete', predicate: atom.name, arguments: atom.arguments }]
      }
      case 'when':
        if (!this.#count(list, 2)) return []
        return [{ kind: 'when', condition: this.formula(rest[0]), effects: this.effects(rest[1]) }]
      case 'forall': {
        if (!this.#count(list, 2)) return []
        const { variables, inner } = this.#quantified(list)
        return [{ kind: 'forall', variables, effects: inner.effects(rest[1]) }]
      }
      case 'assign':
      case 'increase':
      case 'decrease':
      case 'scale-up':
      case 'scale-down': {
        if (!this.#count(list, 2)) return []
        const fluent = this.fluent(rest[0])
        return fluent === null ? [] : [{ kind: 'numeric', operator: head, ...fluent, value: this.number(rest[1]) }]
      }
      default: {
        if (head === '' && list.items[0]?.kind === 'list') {
          this.#faults.add('syntax', list, 'several effects without a connective', 'write (and ...) around them')
          return []
        }
        if (this.#isCondition(list)) {
          const hint =
            'an effect is certain: facts, (not fact), (when condition effect), (forall ...), changes of numbers'
          this.#faults.add('syntax', list, `'${head}' is a condition, no effect`, hint)
          return []
        }
        const atom = this.use('predicates', list)
        return atom === null ? [] : [{ kind: 'add', predicate: atom.name, arguments: atom.arguments }]
      }
    }
  }

  /** A connective that no effect may have, unless a predicate is called so. */
  #isCondition(list: List): boolean {
    const head = headOf(list)
    return CONDITIONS.has(head) && this.#vocabulary.predicates.get(head) === undefined
  }

  #quantified(list: List): { variables: TypedName[]; inner: FormulaReader } {
    const names = asList(list.items[1], list, 'a list of variables', this.#faults)
    const variables = readVariables(names?.items ?? [], this.#vocabulary, this.#faults)
    const inner = new FormulaReader(this.#vocabulary, this.#faults, [...this.#scope.values(), ...variables])
    return { variables, inner }
  }

  #count(list: List, wanted: number): boolean {
    if (list.items.length === wanted + 1) return true
    this.#faults.add(
      'arity',
      list,
      `'${headOf(list)}' has ${list.items.length - 1} operand${list.items.length === 2 ? '' : 's'}`,
      `give it ${wanted}`,
    )
    return false
  }
}

const EFFECTS: ReadonlySet<string> = new Set(['when', 'assign', 'increase', 'decrease', 'scale-up', 'scale-down'])
const CONDITIONS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'imply', 'exists', '=', '<', '<=', '>=', '>'])

/** Typed variables, each beginning with `?`, none twice. */
export function readVariables(items: readonly Expression[], vocabulary: Vocabulary, faults: Faults): TypedName[] {
  const placed = readTypedNames(items, faults)
  const seen = new Set<string>()
  for (const name of placed) {
    if (!name.name.startsWith('?')) {
      faults.add('syntax', name.place, `'${name.name}' is not a variable`, `write ?${name.name}`)
    } else if (seen.has(name.name)) {
      faults.add('duplicate', name.place, `${name.name} is declared twice`, 'rename one of them')
    }
    seen.add(name.name)
  }
  return vocabulary.resolveTypes(placed, faults)
}

export function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(text)
}
