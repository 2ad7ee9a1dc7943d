/** The state of a problem stated as data: a plain interpreter of its conditions and effects. */
import type { PlanStep } from '../domain/plan.ts'
import {
  type Arguments,
  compares,
  type Expression,
  evaluate,
  misfit,
  OPPOSITE,
  readArgument,
  resolveName,
  type StatedAction,
  type StatedCondition,
  type StatedPlanning,
  type StateValue,
  type VariableType,
} from '../domain/planning.ts'

export type State = Map<string, StateValue>

export const NO_ARGUMENTS: Arguments = new Map()

export function initialState(problem: StatedPlanning): State {
  const stocks = problem.resources.filter((resource) => resource.type !== 'reusable')
  return new Map([...problem.state, ...stocks].map(({ id, initial }): [string, StateValue] => [id, initial]))
}

export function argumentsOf(action: StatedAction, step: PlanStep): Arguments {
  return new Map(action.parameters.map(({ id }, index) => [id, readArgument(step.args[index] ?? '')]))
}

/** What fails about a condition, in words, or null. */
export function failing(
  [named, operator, expression]: StatedCondition,
  state: State,
  values: Arguments,
): string | null {
  const variable = resolveName(named, values)
  const have = state.get(variable)
  if (have === undefined) return `there is no ${variable}`
  const want = evaluate(expression, (name) => state.get(name), values)
  return compares(have, operator, want) ? null : `${variable} ${have} ${OPPOSITE[operator]} ${want}`
}

/** Changes the state; the first thing that does not fit its type, or null. */
export function apply(problem: StatedPlanning, action: StatedAction, values: Arguments, state: State): string | null {
  const changes = changesOf(action, values, state)
  const types = new Map<string, VariableType>(problem.state.map(({ id, type }) => [id, type]))
  for (const { id, type, capacity } of problem.resources) {
    if (type === 'reusable') continue
    types.set(id, { kind: 'number', minimum: 0, ...(capacity === null ? {} : { maximum: capacity }) })
  }
  for (const [variable, value] of changes) {
    const type = types.get(variable)
    const fault = type === undefined ? 'is no state variable' : misfit(type, value)
    if (fault !== null) return `${variable} ${fault}`
    state.set(variable, value)
  }
  return null
}

/** New values of what an action changes, read from one state. */
export function changesOf(
  action: StatedAction,
  values: Arguments,
  state: ReadonlyMap<string, StateValue>,
): Map<string, StateValue> {
  const read = (name: string): StateValue | undefined => state.get(name)
  const changes = new Map<string, StateValue>()
  for (const [named, operator, expression] of action.effects) {
    const variable = resolveName(named, values)
    const value = evaluate(expression, read, values) as StateValue
    const before = state.get(variable) as number
    const sign = operator === 'increase' ? 1 : -1
    changes.set(variable, operator === 'set' ? value : before + sign * (value as number))
  }
  const shift = (stock: string, sign: number, amount: Expression): void => {
    const level = (changes.get(stock) ?? state.get(stock)) as number
    changes.set(stock, level + sign * (evaluate(amount, read, values) as number))
  }
  for (const { resource, amount } of action.requires) shift(resource, -1, amount)
  for (const { resource, amount } of action.produces) shift(resource, 1, amount)
  return changes
}
