/**
 * Effects of HDDL as those of planning documents: one new value for every state variable an action names. Universal effects
 * are written out over the objects, conditional ones become values that depend on conditions; facts are deleted before
 * others are added; two names that may turn out to be the same variable are told apart by conditions on their arguments.
 */
import type { Effect, NumericExpression, Term } from '../../domain/formula.ts'
import type { EffectOperator, Expression, StatedEffect } from '../../domain/planning.ts'
import { type Conditions, type ConditionWriter, together } from './document-conditions.ts'
import { cannot, type DocumentNames, type Scope, termIn } from './document-names.ts'

interface Change {
  readonly name: string
  readonly args: readonly Term[]
  readonly when: Conditions
  readonly add: boolean
}

interface Shift {
  readonly name: string
  readonly args: readonly Term[]
  readonly when: Conditions
  readonly operator: 'assign' | 'increase' | 'decrease' | 'scale-up' | 'scale-down'
  readonly value: Expression
}

export class EffectWriter {
  readonly #names: DocumentNames
  readonly #conditions: ConditionWriter
  readonly #extents: ReadonlyMap<string, readonly string[]>
  readonly #changes: Change[] = []
  readonly #shifts: Shift[] = []

  /** @param extents objects that the parameters of the action may be, by their name in the document */
  constructor(names: DocumentNames, conditions: ConditionWriter, extents: ReadonlyMap<string, readonly string[]>) {
    this.#names = names
    this.#conditions = conditions
    this.#extents = extents
  }

  /** Takes effects in, each under conditions. */
  collect(effects: readonly Effect[], scope: Scope, when: Conditions = []): this {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'add':
        case 'delete': {
          const args = effect.arguments.map((term) => termIn(scope, term))
          this.#changes.push({ name: effect.predicate, args, when, add: effect.kind === 'add' })
          break
        }
        case 'numeric': {
          const args = effect.arguments.map((term) => termIn(scope, term))
          const value = this.#conditions.number(effect.value, scope)
          this.#shifts.push({ name: effect.fluent, args, when, operator: effect.operator, value })
          break
        }
        case 'when': {
          const inner = together([when, this.#conditions.conditions(effect.condition, scope)])
          if (inner !== null) this.collect(effect.effects, scope, inner)
          break
        }
        case 'forall':
          for (const inner of this.#names.bindings(effect.variables, scope)) this.collect(effect.effects, inner, when)
          break
      }
    }
    return this
  }

  /** Arguments of the facts and numbers that are changed, by name. */
  get targets(): readonly { readonly name: string; readonly args: readonly Term[]; readonly numeric: boolean }[] {
    return [
      ...this.#changes.map(({ name, args }) => ({ name, args, numeric: false })),
      ...this.#shifts.map(({ name, args }) => ({ name, args, numeric: true })),
    ]
  }

  /** @param unread functions that nothing reads and that need no variable */
  effects(unread: ReadonlySet<string>): StatedEffect[] {
    const first: StatedEffect[] = []
    const last: StatedEffect[] = []
    for (const target of distinct(this.#changes)) {
      const value = this.#truth(target)
      const variable = this.#names.fact(target.name, target.args)
      // What is added in any case comes last: it stands when another name means the same fact.
      if (value === true) last.push([variable, 'set', true])
      else if (value !== `$${variable}`) first.push([variable, 'set', value])
    }
    for (const target of distinct(this.#shifts)) {
      if (unread.has(target.name)) continue
      const variable = this.#names.number(target.name, target.args)
      const hits = this.#hits(this.#shifts, target)
      const [only] = hits
      if (hits.length === 1 && only !== undefined && only.when?.length === 0) {
        const operator = PLAIN[only.effect.operator]
        if (operator !== undefined) {
          first.push([variable, operator, only.effect.value])
          continue
        }
      }
      first.push([variable, 'set', this.#fold(hits, `$${variable}`, (value) => value)])
    }
    return [...first, ...last]
  }

  /** By how much a ground number changes. */
  difference(target: NumericExpression & { readonly kind: 'fluent' }): Expression {
    const hits = this.#hits(this.#shifts, { name: target.fluent, args: target.arguments })
    const before = `$${this.#names.number(target.fluent, target.arguments)}`
    return this.#fold(hits, 0, (value, absolute) => {
      if (absolute) this.#conditions.read.add(target.fluent)
      return absolute ? { difference: [value, before] } : value
    })
  }

  #truth(target: Change): Expression {
    const variable = this.#names.fact(target.name, target.args)
    const under = (add: boolean): Conditions => {
      // An addition in any case under another name stands by its place.
      const matter = this.#changes.filter(
        (change) => change.add === add && !(add && change.when?.length === 0 && !same(change, target)),
      )
      return this.#conditions.either(this.#hits(matter, target).map((hit) => hit.when))
    }
    const added = under(true)
    if (added?.length === 0) return true
    const deleted = under(false)
    const otherwise: Expression = deleted === null ? `$${variable}` : chosen(deleted, false, `$${variable}`)
    return added === null ? otherwise : chosen(added, true, otherwise)
  }

  /** Effects that may fall on the variable, with the conditions under which they do. */
  #hits<Kind extends Change | Shift>(
    effects: readonly Kind[],
    target: { readonly name: string; readonly args: readonly Term[] },
  ): { readonly effect: Kind; readonly when: Conditions }[] {
    return effects
      .filter((effect) => effect.name === target.name)
      .map((effect) => ({ effect, when: together([this.#meeting(effect.args, target.args), effect.when]) }))
      .filter(({ when }) => when !== null)
  }

  /** When two lists of arguments are the same. */
  #meeting(first: readonly Term[], second: readonly Term[]): Conditions {
    const objects = (term: Term): readonly string[] => this.#extents.get(term) ?? [term]
    return together(
      first.map((term, index) => {
        const other = second[index] as Term
        const shared = objects(term).some((object) => objects(other).includes(object))
        return shared ? this.#conditions.equal(term, other, true) : null
      }),
    )
  }

  #fold(
    hits: readonly { readonly effect: Shift; readonly when: Conditions }[],
    start: Expression,
    absolute: (value: Expression, absolute: boolean) => Expression,
  ): Expression {
    let value = start
    const relative = start === 0
    for (const { effect, when } of hits) {
      const { operator, value: by } = effect
      let next: Expression
      if (operator === 'increase') next = value === 0 ? by : { sum: [value, by] }
      else if (operator === 'decrease') next = { difference: [value, by] }
      else if (operator === 'assign') next = absolute(by, true)
      else if (relative) {
        const message = `the metric counts a function that an action scales`
        throw cannot(message, 'use increase and decrease')
      } else next = operator === 'scale-up' ? { product: [value, by] } : { quotient: [value, by] }
      value = chosen(when ?? [], next, value)
    }
    return value
  }
}

const PLAIN: Readonly<Partial<Record<Shift['operator'], EffectOperator>>> = {
  assign: 'set',
  increase: 'increase',
  decrease: 'decrease',
}

function same(
  first: { readonly name: string; readonly args: readonly Term[] },
  second: { readonly name: string; readonly args: readonly Term[] },
): boolean {
  return first.name === second.name && first.args.join(' ') === second.args.join(' ')
}

function distinct<Kind extends Change | Shift>(effects: readonly Kind[]): readonly Kind[] {
  return effects.filter((effect, index) => effects.findIndex((other) => same(other, effect)) === index)
}

function chosen(conditions: NonNullable<Conditions>, value: Expression, otherwise: Expression): Expression {
  return conditions.length === 0 ? value : { when: conditions, value, else: otherwise }
}
