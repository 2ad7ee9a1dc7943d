/**
 * A planning domain as data: typed state variables, actions, methods, goals. Plain JSON; what documents state and plans
 * are judged against. Nothing in it is code: values are literals, references or small closed forms.
 */
import type { Resource } from './resource.ts'

export type StateValue = number | boolean | string

/**
 * A value. A text that begins with `?` is a parameter, one that begins with `$` the value of a state variable (whose
 * name may hold parameters, `$at(?who)`), any other text a value of an enumeration.
 */
export type Expression =
  | StateValue
  | { readonly sum: readonly Expression[] }
  | { readonly product: readonly Expression[] }
  | { readonly difference: readonly [Expression, Expression] }
  | { readonly quotient: readonly [Expression, Expression] }
  | { readonly minimum: readonly Expression[] }
  | { readonly maximum: readonly Expression[] }
  /** The number that stands for a key: the values of `by`, with blanks between them. */
  | { readonly by: readonly Expression[]; readonly table: Readonly<Record<string, number>> }
  /** The first value where all conditions hold, else the other. */
  | { readonly when: readonly StatedCondition[]; readonly value: Expression; readonly else: Expression }
  /** Whether all conditions of some list hold. */
  | { readonly any: readonly (readonly StatedCondition[])[] }

export type VariableType =
  | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }

export type ConditionOperator = '=' | '!=' | '<' | '<=' | '>=' | '>'
/** `[variable, operator, value]`; the variable's name may hold parameters. */
export type StatedCondition = readonly [string, ConditionOperator, Expression]
export type EffectOperator = 'set' | 'increase' | 'decrease'
export type StatedEffect = readonly [string, EffectOperator, Expression]
/** `[task or action, ...arguments]`. */
export type StatedTask = readonly [string, ...StateValue[]]

export interface StatedVariable {
  readonly id: string
  readonly type: VariableType
  readonly initial: StateValue
}

export interface StatedParameter {
  /** With its question mark. */
  readonly id: string
  /** Values it may take; null: any that is handed to it. */
  readonly values: readonly StateValue[] | null
}

export interface StatedAmount {
  readonly resource: string
  readonly amount: Expression
}

export interface StatedAction {
  readonly id: string
  readonly parameters: readonly StatedParameter[]
  readonly when: readonly StatedCondition[]
  /** Values are read before anything changes. */
  readonly effects: readonly StatedEffect[]
  readonly duration: Expression
  readonly cost: Expression
  /** Reusable amounts, held while the action runs. */
  readonly uses: readonly StatedAmount[]
  /** Taken from stocks before anything is given to them. */
  readonly requires: readonly StatedAmount[]
  readonly produces: readonly StatedAmount[]
}

export interface StatedMethod {
  readonly id: string
  readonly task: string
  /** The arguments of the task, then variables of its own, which have values to choose from. */
  readonly parameters: readonly StatedParameter[]
  /** How many of the parameters are arguments of the task. */
  readonly arity: number
  readonly when: readonly StatedCondition[]
  readonly subtasks: readonly StatedTask[]
  /** Pairs of indices into `subtasks`: the first ends before the second starts. */
  readonly ordering: readonly (readonly [number, number])[]
  /** That the last subtask is ordered after the others is a matter of decisions: in time they may overlap. @default false */
  readonly looseEnd?: boolean
}

/** A way to give a state variable a value: the first parameter is the value wanted. */
export interface StatedWay extends Omit<StatedMethod, 'task'> {
  readonly achieves: string
}

export interface StatedGoal {
  readonly id: string
  readonly where: readonly StatedCondition[]
  /** Worth of reaching it; null: it must be reached. */
  readonly value: number | null
  /** Latest time from which on it holds. */
  readonly deadline: number | null
  /** Goals that are reached before. */
  readonly after: readonly string[]
}

export interface StatedPlanning {
  readonly title: string
  readonly timeUnit: string
  readonly costUnit: string
  readonly state: readonly StatedVariable[]
  readonly resources: readonly Resource[]
  readonly actions: readonly StatedAction[]
  readonly methods: readonly StatedMethod[]
  readonly ways: readonly StatedWay[]
  /** Tasks to be done, before the goals are seen to. */
  readonly tasks: readonly StatedTask[]
  readonly tasksOrdered: boolean
  readonly goals: readonly StatedGoal[]
  readonly budget: number | null
  readonly deadline: number | null
}

/** Values of parameters, by name with the question mark. */
export type Arguments = ReadonlyMap<string, StateValue>
export type StateReader = (variable: string) => StateValue | undefined

/** A name with its parameters filled in: `at(?who)` becomes `at(ann)`. */
export function resolveName(name: string, values: Arguments): string {
  if (!name.includes('?')) return name
  return name.replace(PARAMETER, (parameter) => String(values.get(parameter) ?? parameter))
}

/** Parameters in a name. */
export function parametersIn(name: string): readonly string[] {
  return name.match(PARAMETER) ?? []
}

const PARAMETER = /\?[\p{L}\p{N}_-]+/gu

/** The value of an expression; NaN for a number that does not exist, undefined for a reference to nothing. */
export function evaluate(expression: Expression, state: StateReader, values: Arguments): StateValue | undefined {
  if (typeof expression === 'string') {
    if (expression.startsWith('?')) return values.get(expression)
    if (expression.startsWith('$')) return state(resolveName(expression.slice(1), values))
    return expression
  }
  if (typeof expression !== 'object') return expression
  const number = (part: Expression): number => {
    const value = evaluate(part, state, values)
    return typeof value === 'number' ? value : Number.NaN
  }
  if ('sum' in expression) return expression.sum.reduce((total: number, part) => total + number(part), 0)
  if ('product' in expression) return expression.product.reduce((total: number, part) => total * number(part), 1)
  if ('difference' in expression) return number(expression.difference[0]) - number(expression.difference[1])
  if ('quotient' in expression) return number(expression.quotient[0]) / number(expression.quotient[1])
  if ('minimum' in expression) return Math.min(...expression.minimum.map(number))
  if ('maximum' in expression) return Math.max(...expression.maximum.map(number))
  if ('when' in expression) {
    const holds = meets(expression.when, state, values)
    return evaluate(holds ? expression.value : expression.else, state, values)
  }
  if ('any' in expression) return expression.any.some((conditions) => meets(conditions, state, values))
  const key = expression.by.map((part) => String(evaluate(part, state, values))).join(' ')
  return Object.hasOwn(expression.table, key) ? (expression.table[key] as number) : Number.NaN
}

function meets(conditions: readonly StatedCondition[], state: StateReader, values: Arguments): boolean {
  return conditions.every(([variable, operator, value]) =>
    compares(state(resolveName(variable, values)), operator, evaluate(value, state, values)),
  )
}

/** Parts of an expression that are expressions, the variables of its conditions among them. */
export function partsOf(expression: Expression): readonly Expression[] {
  if (typeof expression !== 'object') return []
  const sides = ([variable, , value]: StatedCondition): readonly Expression[] => [`$${variable}`, value]
  if ('when' in expression) return [...expression.when.flatMap(sides), expression.value, expression.else]
  if ('any' in expression) return expression.any.flatMap((conditions) => conditions.flatMap(sides))
  if ('by' in expression) return expression.by
  return Object.values(expression)[0] as readonly Expression[]
}

/** The value of an expression without references, or null. */
export function constantOf(expression: Expression): StateValue | null {
  const refers = (part: Expression): boolean =>
    typeof part === 'string' ? /^[?$]/.test(part) : partsOf(part).some(refers)
  if (refers(expression)) return null
  return evaluate(expression, () => undefined, new Map()) ?? null
}

/** Arguments as plans write them: texts that look like numbers or truth values are such. */
export function readArgument(text: string): StateValue {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : text
}

/** Whether the comparison holds; numbers compare as numbers, everything else for equality only. */
export function compares(
  left: StateValue | undefined,
  operator: ConditionOperator,
  right: StateValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return false
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>=':
      return left >= right
    case '>':
      return left > right
  }
}

export const OPPOSITE: Readonly<Record<ConditionOperator, ConditionOperator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>=': '<',
  '>': '<=',
}

/** Everything in the order written. */
export function chain(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.max(0, count - 1) }, (_, index): [number, number] => [index, index + 1])
}

/** What is wrong with a value for its type, or null. */
export function misfit(type: VariableType, value: StateValue | undefined): string | null {
  if (value === undefined) return 'has no value'
  switch (type.kind) {
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return `is ${JSON.stringify(value)}, not a number`
      if (type.minimum !== undefined && value < type.minimum) return `${value} < ${type.minimum}`
      if (type.maximum !== undefined && value > type.maximum) return `${value} > ${type.maximum}`
      return null
    case 'boolean':
      return typeof value === 'boolean' ? null : `is ${JSON.stringify(value)}, not true or false`
    case 'enum':
      return type.values.includes(value as string)
        ? null
        : `is ${JSON.stringify(value)}, not one of ${type.values.join(', ')}`
  }
}
