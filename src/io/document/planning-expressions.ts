/** Conditions, effects and expressions of planning domains: names that exist, kinds that fit. */
import {
  type EffectOperator,
  type Expression,
  misfit,
  parametersIn,
  partsOf,
  type StatedCondition,
  type StatedParameter,
  type StateValue,
  type VariableType,
} from '../../domain/planning.ts'
import type { Checker } from './checker.ts'

type Path = readonly (string | number)[]
type Parameters = ReadonlyMap<string, StatedParameter>
type Kind = VariableType['kind'] | 'unknown'

export class ExpressionCheck {
  readonly #types: ReadonlyMap<string, VariableType>
  readonly #check: Checker

  constructor(types: ReadonlyMap<string, VariableType>, check: Checker) {
    this.#types = types
    this.#check = check
  }

  condition([variable, operator, value]: StatedCondition, parameters: Parameters, path: Path): void {
    const type = this.#variable(variable, parameters, [...path, 0])
    const place = [...path, 2]
    if (operator === '=' || operator === '!=') this.#value(value, type, parameters, place)
    else if (type !== null && type.kind !== 'number')
      this.#check.add(
        'wrong-value',
        [...path, 1],
        `"${variable}" is of kind ${type.kind} and has no order`,
        'compare with = or !=',
      )
    else this.number(value, parameters, place)
  }

  effect(variable: string, operator: EffectOperator, value: Expression, parameters: Parameters, path: Path): void {
    const type = this.#variable(variable, parameters, [...path, 0])
    if (operator === 'set') this.#value(value, type, parameters, [...path, 2])
    else if (type !== null && type.kind !== 'number')
      this.#check.add(
        'wrong-value',
        [...path, 1],
        `"${variable}" is of kind ${type.kind} and cannot ${operator}`,
        'use set',
      )
    else this.number(value, parameters, [...path, 2])
  }

  /** Reports what cannot be a number. */
  number(value: Expression, parameters: Parameters, path: Path): void {
    const kind = this.#kind(value, parameters, path)
    if (kind !== 'number' && kind !== 'unknown')
      this.#check.add('wrong-type', path, 'a number is needed here', 'write a number, or $ before a state variable')
  }

  /** The type of a variable; null when its name holds parameters or is not known. */
  #variable(name: string, parameters: Parameters, path: Path): VariableType | null {
    const inside = parametersIn(name)
    for (const parameter of inside) this.#check.known(path, parameter, [...parameters.keys()], 'parameters')
    const type = this.#types.get(name)
    if (type !== undefined) return type
    if (inside.length > 0) {
      const pattern = name.split(/\?[\p{L}\p{N}_-]+/u).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      const like = new RegExp(`^${pattern.join('.+')}$`, 'u')
      const types = [...this.#types].filter(([known]) => like.test(known)).map(([, found]) => found)
      if (types.length === 0)
        this.#check.add(
          'unknown-name',
          path,
          `no state variable is called like "${name}"`,
          'declare such variables under state',
          name,
        )
      return types[0] ?? null
    }
    this.#check.known(path, name, [...this.#types.keys()], 'state variables')
    return null
  }

  #value(value: Expression, type: VariableType | null, parameters: Parameters, path: Path): void {
    const kind = this.#kind(value, parameters, path)
    if (type === null || kind === 'unknown') return
    const literal = typeof value !== 'object' && !(typeof value === 'string' && /^[?$]/.test(value))
    const fault = literal && type.kind !== 'number' ? misfit(type, value as StateValue) : null
    if (fault !== null) this.#check.add('wrong-value', path, `the value ${fault}`, 'give a value of that kind', value)
    else if (kind !== type.kind)
      this.#check.add(
        'wrong-type',
        path,
        `a value of kind ${kind} stands where one of kind ${type.kind} is needed`,
        'give one of that kind',
      )
  }

  #kind(value: Expression, parameters: Parameters, path: Path): Kind {
    if (typeof value === 'number') return 'number'
    if (typeof value === 'boolean') return 'boolean'
    if (typeof value === 'string') {
      if (value.startsWith('?')) {
        this.#check.known(path, value, [...parameters.keys()], 'parameters')
        return 'unknown'
      }
      if (!value.startsWith('$')) return 'enum'
      return this.#variable(value.slice(1), parameters, path)?.kind ?? 'unknown'
    }
    if ('when' in value) {
      value.when.forEach((condition, index) => {
        this.condition(condition, parameters, [...path, 'when', index])
      })
      const kinds = [
        this.#kind(value.value, parameters, [...path, 'value']),
        this.#kind(value.else, parameters, [...path, 'else']),
      ] as const
      if (kinds[0] === 'unknown' || kinds[1] === 'unknown') return kinds[0] === 'unknown' ? kinds[1] : kinds[0]
      if (kinds[0] !== kinds[1])
        this.#check.add(
          'wrong-type',
          path,
          `a value of kind ${kinds[0]} stands under value:, one of kind ${kinds[1]} under else:`,
          'give both the same kind',
        )
      return kinds[0]
    }
    if ('any' in value) {
      value.any.forEach((conditions, place) => {
        conditions.forEach((condition, index) => {
          this.condition(condition, parameters, [...path, 'any', place, index])
        })
      })
      return 'boolean'
    }
    const field = 'by' in value ? 'by' : (Object.keys(value)[0] as string)
    partsOf(value).forEach((part, index) => {
      const place = [...path, field, index]
      if ('by' in value) this.#kind(part, parameters, place)
      else this.number(part, parameters, place)
    })
    return 'number'
  }
}
