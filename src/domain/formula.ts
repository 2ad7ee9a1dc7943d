/**
 * First-order formulas, numeric expressions and effects over typed objects: the language in which preconditions, goals
 * and effects are written. Everything here is plain JSON. A term that begins with `?` is a variable, any other term is
 * the name of an object.
 */

/** `?x` is a variable, anything else names an object. */
export type Term = string

export function isVariable(term: Term): boolean {
  return term.charCodeAt(0) === 63
}

/** A name with its types; several types mean "either of them"; no type given means `object`. */
export interface TypedName {
  readonly name: string
  readonly types: readonly string[]
}

export interface Atom {
  readonly predicate: string
  readonly arguments: readonly Term[]
}

/** A numeric state variable, e.g. `fuel(truck1)`. */
export interface FluentTerm {
  readonly fluent: string
  readonly arguments: readonly Term[]
}

export type NumericExpression =
  | { readonly kind: 'number'; readonly value: number }
  | ({ readonly kind: 'fluent' } & FluentTerm)
  | {
      readonly kind: 'arithmetic'
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: NumericExpression
      readonly right: NumericExpression
    }

export type Comparison = '<' | '<=' | '=' | '>=' | '>'

export type Formula =
  | { readonly kind: 'and'; readonly parts: readonly Formula[] }
  | { readonly kind: 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly inner: Formula }
  | ({ readonly kind: 'atom' } & Atom)
  | { readonly kind: 'equal'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'type'; readonly term: Term; readonly types: readonly string[] }
  | { readonly kind: 'forall' | 'exists'; readonly variables: readonly TypedName[]; readonly inner: Formula }
  | {
      readonly kind: 'compare'
      readonly operator: Comparison
      readonly left: NumericExpression
      readonly right: NumericExpression
    }

/** The formula that always holds. */
export const TRUE: Formula = { kind: 'and', parts: [] }

export type Effect =
  | ({ readonly kind: 'add' } & Atom)
  | ({ readonly kind: 'delete' } & Atom)
  | ({
      readonly kind: 'numeric'
      readonly operator: 'assign' | 'increase' | 'decrease' | 'scale-up' | 'scale-down'
      readonly value: NumericExpression
    } & FluentTerm)
  | { readonly kind: 'when'; readonly condition: Formula; readonly effects: readonly Effect[] }
  | { readonly kind: 'forall'; readonly variables: readonly TypedName[]; readonly effects: readonly Effect[] }

/** `p(a, b)`, the way facts are shown to people. */
export function formatAtom(atom: Atom): string {
  return `${atom.predicate}(${atom.arguments.join(', ')})`
}

export function formatExpression(expression: NumericExpression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'fluent':
      return `${expression.fluent}(${expression.arguments.join(', ')})`
    case 'arithmetic':
      return `(${formatExpression(expression.left)} ${expression.operator} ${formatExpression(expression.right)})`
  }
}

/** A formula in words and symbols for explanations. */
export function formatFormula(formula: Formula): string {
  switch (formula.kind) {
    case 'and':
      return formula.parts.length === 0 ? 'true' : formula.parts.map(formatInner).join(' and ')
    case 'or':
      return formula.parts.length === 0 ? 'false' : formula.parts.map(formatInner).join(' or ')
    case 'not':
      return formula.inner.kind === 'equal'
        ? `${formula.inner.left} != ${formula.inner.right}`
        : `not ${formatInner(formula.inner)}`
    case 'atom':
      return formatAtom(formula)
    case 'equal':
      return `${formula.left} = ${formula.right}`
    case 'type':
      return `${formula.term} is a ${formula.types.join(' or a ')}`
    case 'forall':
      return `for all ${formula.variables.map((variable) => variable.name).join(', ')}: ${formatInner(formula.inner)}`
    case 'exists':
      return `for some ${formula.variables.map((variable) => variable.name).join(', ')}: ${formatInner(formula.inner)}`
    case 'compare':
      return `${formatExpression(formula.left)} ${formula.operator} ${formatExpression(formula.right)}`
  }
}

function formatInner(formula: Formula): string {
  const many = (formula.kind === 'and' || formula.kind === 'or') && formula.parts.length > 1
  return many ? `(${formatFormula(formula)})` : formatFormula(formula)
}

/** The formula with its variables replaced; variables bound by a quantifier inside are left alone. */
export function substitute(formula: Formula, binding: ReadonlyMap<string, Term>): Formula {
  const term = (name: Term): Term => binding.get(name) ?? name
  switch (formula.kind) {
    case 'and':
    case 'or':
      return { kind: formula.kind, parts: formula.parts.map((part) => substitute(part, binding)) }
    case 'not':
      return { kind: 'not', inner: substitute(formula.inner, binding) }
    case 'atom':
      return { kind: 'atom', predicate: formula.predicate, arguments: formula.arguments.map(term) }
    case 'equal':
      return { kind: 'equal', left: term(formula.left), right: term(formula.right) }
    case 'type':
      return { kind: 'type', term: term(formula.term), types: formula.types }
    case 'forall':
    case 'exists': {
      const inner = new Map(binding)
      for (const variable of formula.variables) inner.delete(variable.name)
      return { kind: formula.kind, variables: formula.variables, inner: substitute(formula.inner, inner) }
    }
    case 'compare':
      return {
        kind: 'compare',
        operator: formula.operator,
        left: substituteExpression(formula.left, binding),
        right: substituteExpression(formula.right, binding),
      }
  }
}

export function substituteExpression(
  expression: NumericExpression,
  binding: ReadonlyMap<string, Term>,
): NumericExpression {
  switch (expression.kind) {
    case 'number':
      return expression
    case 'fluent':
      return {
        kind: 'fluent',
        fluent: expression.fluent,
        arguments: expression.arguments.map((name) => binding.get(name) ?? name),
      }
    case 'arithmetic':
      return {
        kind: 'arithmetic',
        operator: expression.operator,
        left: substituteExpression(expression.left, binding),
        right: substituteExpression(expression.right, binding),
      }
  }
}
