/**
 * Objects for the variables that a condition leaves open, by backtracking: conjuncts are judged as soon as their
 * variables are known, so that most choices are never tried.
 */
import type { Formula, TypedName } from '../domain/formula.ts'
import type { Values, World } from './world.ts'

export class Satisfier {
  readonly #world: World
  readonly #variables = new Map<Formula, string>()
  readonly #parts = new Map<Formula, readonly Formula[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** Values for all parameters with which the condition holds now, or null. The first in the order of the objects. */
  satisfying(condition: Formula, parameters: readonly TypedName[], values: Values): Values | null {
    const open = parameters.filter((parameter) => !values.has(parameter.name))
    if (open.length === 0) return this.#world.holds(condition, values) ? values : null
    let parts = this.#parts.get(condition)
    if (parts === undefined) {
      parts = conjunctsOf(condition)
      this.#parts.set(condition, parts)
    }
    const conjuncts = parts
    const inner = new Map(values)
    const choose = (index: number): boolean => {
      const known = (part: Formula): boolean =>
        !open.slice(index).some((variable) => this.#mentions(part, variable.name))
      if (!conjuncts.every((part) => !known(part) || this.#world.holds(part, inner))) return false
      const variable = open[index]
      if (variable === undefined) return true
      for (const object of this.#world.objectsOf(variable.types)) {
        inner.set(variable.name, object)
        if (choose(index + 1)) return true
      }
      inner.delete(variable.name)
      return false
    }
    return choose(0) ? inner : null
  }

  #mentions(formula: Formula, variable: string): boolean {
    let text = this.#variables.get(formula)
    if (text === undefined) {
      text = JSON.stringify(formula)
      this.#variables.set(formula, text)
    }
    return text.includes(JSON.stringify(variable))
  }
}

function conjunctsOf(formula: Formula): Formula[] {
  return formula.kind === 'and' ? formula.parts.flatMap(conjunctsOf) : [formula]
}
