/**
 * Formulas and effects compiled to closures over a binding (an array of objects, one slot a variable). Used wherever a
 * condition is not a plain literal; plain literals are handled by the joins (join.ts) and by ground actions.
 */
import type { Effect, Formula, NumericExpression, Term } from '../../domain/formula.ts'
import { isVariable } from '../../domain/formula.ts'
import type { States } from './states.ts'
import { type Extent, lookup, type Symbols } from './symbols.ts'
import { TupleTable } from './tuples.ts'

export type Binding = Int32Array
export type Test = (binding: Binding) => boolean
export type Value = (binding: Binding) => number

/** Variables of one schema and the slots they live in; quantified variables get slots of their own. */
export class Scope {
  readonly slots: Map<string, number>
  /** Number of slots a binding of this schema needs. */
  size: number

  constructor(names: readonly string[]) {
    this.slots = new Map(names.map((name, slot) => [name, slot]))
    this.size = names.length
  }

  /** Runs `inside` with the names bound to new slots. */
  within<Result>(names: readonly string[], inside: (slots: readonly number[]) => Result): Result {
    const before = names.map((name) => this.slots.get(name))
    const slots = names.map((name) => {
      const slot = this.size++
      this.slots.set(name, slot)
      return slot
    })
    const result = inside(slots)
    names.forEach((name, index) => {
      const slot = before[index]
      if (slot === undefined) this.slots.delete(name)
      else this.slots.set(name, slot)
    })
    return result
  }
}

/** The longest binding any schema of the problem needs; bindings are reused, so one size fits all. */
export const MAXIMAL_SLOTS = 512

/** What a ground effect does, collected by the caller in order. */
export interface EffectSink {
  add(fact: number): void
  remove(fact: number): void
  assign(slot: number, value: number): void
}

export type Apply = (binding: Binding, sink: EffectSink) => void

/** Numeric state variables by fluent and arguments. */
export class NumberTable {
  readonly tuples = new TupleTable()
}

export class Compiler {
  readonly symbols: Symbols
  readonly states: States
  readonly numbers: NumberTable
  readonly #buffer = new Int32Array(64)

  constructor(symbols: Symbols, states: States, numbers: NumberTable) {
    this.symbols = symbols
    this.states = states
    this.numbers = numbers
  }

  /** Slot of a variable, or -1 - object for a name. */
  term(term: Term, scope: Scope): number {
    return isVariable(term) ? lookup(scope.slots, term) : -1 - lookup(this.symbols.objectId, term)
  }

  /** Reads terms under a binding into the shared buffer. */
  #ground(terms: readonly number[], binding: Binding): Int32Array {
    const buffer = this.#buffer
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      buffer[i] = term >= 0 ? (binding[term] as number) : -1 - term
    }
    return buffer
  }

  test(formula: Formula, scope: Scope): Test {
    const { states } = this
    switch (formula.kind) {
      case 'and': {
        const parts = formula.parts.map((part) => this.test(part, scope))
        if (parts.length === 1) return parts[0] as Test
        return (binding) => {
          for (const part of parts) if (!part(binding)) return false
          return true
        }
      }
      case 'or': {
        const parts = formula.parts.map((part) => this.test(part, scope))
        return (binding) => {
          for (const part of parts) if (part(binding)) return true
          return false
        }
      }
      case 'not': {
        const inner = this.test(formula.inner, scope)
        return (binding) => !inner(binding)
      }
      case 'atom': {
        const predicate = lookup(this.symbols.predicateId, formula.predicate)
        const terms = formula.arguments.map((term) => this.term(term, scope))
        return (binding) => {
          const fact = states.facts.find(predicate, this.#ground(terms, binding), 0, terms.length)
          return fact >= 0 && states.truth[fact] === 1
        }
      }
      case 'equal': {
        const left = this.term(formula.left, scope)
        const right = this.term(formula.right, scope)
        return (binding) => object(left, binding) === object(right, binding)
      }
      case 'type': {
        const term = this.term(formula.term, scope)
        const extent = this.symbols.extent(formula.types)
        return (binding) => extent.contains[object(term, binding)] === 1
      }
      case 'forall':
      case 'exists':
        return scope.within(
          formula.variables.map((variable) => variable.name),
          (slots) => {
            const extents = formula.variables.map((variable) => this.symbols.extent(variable.types))
            const inner = this.test(formula.inner, scope)
            const wanted = formula.kind === 'exists'
            return (binding) => anyBinding(slots, extents, 0, binding, inner, wanted)
          },
        )
      case 'compare': {
        const left = this.value(formula.left, scope)
        const right = this.value(formula.right, scope)
        switch (formula.operator) {
          case '<':
            return (binding) => left(binding) < right(binding)
          case '<=':
            return (binding) => left(binding) <= right(binding)
          case '=':
            return (binding) => left(binding) === right(binding)
          case '>=':
            return (binding) => left(binding) >= right(binding)
          case '>':
            return (binding) => left(binding) > right(binding)
        }
      }
    }
  }

  /** A numeric expression; a fluent without a value is NaN, and every comparison with it is false. */
  value(expression: NumericExpression, scope: Scope): Value {
    switch (expression.kind) {
      case 'number': {
        const { value } = expression
        return () => value
      }
      case 'fluent': {
        const fluent = lookup(this.symbols.fluentId, expression.fluent)
        const terms = expression.arguments.map((term) => this.term(term, scope))
        const { tuples } = this.numbers
        return (binding) => {
          const slot = tuples.find(fluent, this.#ground(terms, binding), 0, terms.length)
          return slot < 0 ? Number.NaN : (this.states.numbers[slot] as number)
        }
      }
      case 'arithmetic': {
        const left = this.value(expression.left, scope)
        const right = this.value(expression.right, scope)
        switch (expression.operator) {
          case '+':
            return (binding) => left(binding) + right(binding)
          case '-':
            return (binding) => left(binding) - right(binding)
          case '*':
            return (binding) => left(binding) * right(binding)
          case '/':
            return (binding) => left(binding) / right(binding)
        }
      }
    }
  }

  /** Effects, to be applied after all conditions were read: the sink must not change the state at once. */
  effects(effects: readonly Effect[], scope: Scope): Apply {
    const parts = effects.map((effect) => this.#effect(effect, scope))
    return (binding, sink) => {
      for (const part of parts) part(binding, sink)
    }
  }

  #effect(effect: Effect, scope: Scope): Apply {
    const { states } = this
    switch (effect.kind) {
      case 'add':
      case 'delete': {
        const predicate = lookup(this.symbols.predicateId, effect.predicate)
        const terms = effect.arguments.map((term) => this.term(term, scope))
        const add = effect.kind === 'add'
        return (binding, sink) => {
          const fact = states.fact(predicate, this.#ground(terms, binding), 0, terms.length)
          if (add) sink.add(fact)
          else sink.remove(fact)
        }
      }
      case 'numeric': {
        const fluent = lookup(this.symbols.fluentId, effect.fluent)
        const terms = effect.arguments.map((term) => this.term(term, scope))
        const value = this.value(effect.value, scope)
        const { tuples } = this.numbers
        const { operator } = effect
        return (binding, sink) => {
          const slot = tuples.find(fluent, this.#ground(terms, binding), 0, terms.length)
          const before = slot < 0 ? Number.NaN : (states.numbers[slot] as number)
          sink.assign(slot, combine(operator, before, value(binding)))
        }
      }
      case 'when': {
        const condition = this.test(effect.condition, scope)
        const inner = this.effects(effect.effects, scope)
        return (binding, sink) => {
          if (condition(binding)) inner(binding, sink)
        }
      }
      case 'forall':
        return scope.within(
          effect.variables.map((variable) => variable.name),
          (slots) => {
            const extents = effect.variables.map((variable) => this.symbols.extent(variable.types))
            const inner = this.effects(effect.effects, scope)
            return (binding, sink) => everyBinding(slots, extents, 0, binding, () => inner(binding, sink))
          },
        )
    }
  }
}

function combine(operator: string, before: number, value: number): number {
  switch (operator) {
    case 'increase':
      return before + value
    case 'decrease':
      return before - value
    case 'scale-up':
      return before * value
    case 'scale-down':
      return before / value
    default:
      return value
  }
}

function object(term: number, binding: Binding): number {
  return term >= 0 ? (binding[term] as number) : -1 - term
}

/** The wanted value when some binding of the slots gives it to the test, else its opposite. */
function anyBinding(
  slots: readonly number[],
  extents: readonly Extent[],
  depth: number,
  binding: Binding,
  inner: Test,
  wanted: boolean,
): boolean {
  if (depth === slots.length) return inner(binding)
  const members = (extents[depth] as Extent).members
  const slot = slots[depth] as number
  for (let i = 0; i < members.length; i++) {
    binding[slot] = members[i] as number
    if (anyBinding(slots, extents, depth + 1, binding, inner, wanted) === wanted) return wanted
  }
  return !wanted
}

function everyBinding(
  slots: readonly number[],
  extents: readonly Extent[],
  depth: number,
  binding: Binding,
  inner: () => void,
): void {
  if (depth === slots.length) {
    inner()
    return
  }
  const members = (extents[depth] as Extent).members
  const slot = slots[depth] as number
  for (let i = 0; i < members.length; i++) {
    binding[slot] = members[i] as number
    everyBinding(slots, extents, depth + 1, binding, inner)
  }
}
