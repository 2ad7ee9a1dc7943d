/**
 * A planning problem stated as data, turned into a domain with functions: from here on documents and domains written in
 * TypeScript are the same thing.
 */
import {
  constantOf,
  type Expression,
  evaluate,
  parametersIn,
  resolveName,
  type StatedAction,
  type StatedAmount,
  type StatedCondition,
  type StatedMethod,
  type StatedParameter,
  type StatedPlanning,
  type StatedTask,
  type StateValue,
} from '../domain/planning.ts'
import { networkOf, type PlanningNetwork } from '../domain/planning-network.ts'
import { defineDomain } from './define-domain.ts'
import type {
  Computed,
  DomainAction,
  DomainCondition,
  DomainMethod,
  DomainProblem,
  DomainResource,
  DomainState,
  PlanningDomain,
  TaskReference,
} from './domain-types.ts'

export interface StatedDomain {
  readonly domain: PlanningDomain
  readonly problem: DomainProblem
  readonly network: PlanningNetwork
}

/**
 * @param pursued soft goals that are pursued, by id
 * @throws InvalidInputError when names do not fit together
 */
export function statedDomain(stated: StatedPlanning, pursued: ReadonlySet<string>): StatedDomain {
  const network = networkOf(stated, pursued)
  const accepted = new Map(stated.actions.map((action) => [action.id, action.parameters]))
  const tasks = new Map<string, DomainMethod[]>()
  for (const method of network.methods) {
    const list = tasks.get(method.task) ?? []
    list.push(...methodsOf(method, accepted))
    tasks.set(method.task, list)
  }
  const resources = stated.resources.map(({ id, type, capacity }): [string, DomainResource] => [
    id,
    type === 'reusable'
      ? { kind: 'reusable', capacity: capacity ?? Number.POSITIVE_INFINITY }
      : { kind: 'stock', ...(capacity === null ? {} : { capacity }) },
  ])
  const domain = defineDomain({
    state: Object.fromEntries(stated.state.map(({ id, type }) => [id, type])),
    resources: Object.fromEntries(resources),
    actions: Object.fromEntries(stated.actions.map((action) => [action.id, actionOf(action, stated)])),
    tasks: Object.fromEntries(tasks),
  })
  const stocks = stated.resources.filter((resource) => resource.type !== 'reusable')
  const initial = [...stated.state, ...stocks].map(({ id, initial: value }): [string, StateValue] => [id, value])
  const problem: DomainProblem = {
    state: Object.fromEntries(initial),
    tasks: network.tasks as readonly TaskReference[],
    ordering: network.ordering,
    goal: network.final.map((condition) => conditionOf(condition, [])),
  }
  return { domain, problem, network }
}

type Parameters = readonly StatedParameter[]

function bind(parameters: Parameters, args: readonly StateValue[]): ReadonlyMap<string, StateValue> {
  return new Map(parameters.map((parameter, index) => [parameter.id, args[index] as StateValue]))
}

function computed(expression: Expression, parameters: Parameters): Computed<StateValue> {
  const constant = constantOf(expression)
  if (constant !== null) return constant
  return (state: DomainState, ...args: readonly StateValue[]) =>
    evaluate(
      expression,
      (name) => (Object.hasOwn(state, name) ? state[name] : undefined),
      bind(parameters, args),
    ) as StateValue
}

function nameOf(name: string, parameters: Parameters): Computed<string> {
  if (parametersIn(name).length === 0) return name
  return (_: DomainState, ...args: readonly StateValue[]) => resolveName(name, bind(parameters, args))
}

function conditionOf([variable, operator, value]: StatedCondition, parameters: Parameters): DomainCondition {
  return [nameOf(variable, parameters), operator, computed(value, parameters)]
}

function actionOf(action: StatedAction, stated: StatedPlanning): DomainAction {
  const { parameters, effects } = action
  // A variable that the arguments name must exist before it can be changed.
  const exists = effects
    .filter(([variable]) => parametersIn(variable).length > 0)
    .map(([variable]): DomainCondition => {
      const name = nameOf(variable, parameters) as (state: DomainState, ...args: readonly StateValue[]) => string
      return [name, '=', (state, ...args) => state[name(state, ...args)] as StateValue]
    })
  const amounts = (list: readonly StatedAmount[]): Record<string, Computed<number>> =>
    Object.fromEntries(list.map(({ resource, amount }) => [resource, computed(amount, parameters) as Computed<number>]))
  return {
    when: [...exists, ...action.when.map((condition) => conditionOf(condition, parameters))],
    effects: (state, ...args) => {
      const values = bind(parameters, args)
      const read = (name: string): StateValue | undefined => (Object.hasOwn(state, name) ? state[name] : undefined)
      return Object.fromEntries(
        effects.map(([named, operator, expression]) => {
          const variable = resolveName(named, values)
          const value = evaluate(expression, read, values) as StateValue
          if (operator === 'set') return [variable, value]
          const before = read(variable) as number
          return [variable, operator === 'increase' ? before + (value as number) : before - (value as number)]
        }),
      )
    },
    cost: costOf(action, stated),
    duration: computed(action.duration, parameters) as Computed<number>,
    uses: amounts(action.uses),
    requires: amounts(action.requires),
    produces: amounts(action.produces),
  }
}

/** The cost of the action itself, of what it takes from stocks and of what it holds. */
function costOf(action: StatedAction, stated: StatedPlanning): Computed<number> {
  const prices = new Map(stated.resources.map((resource) => [resource.id, resource]))
  const parts: Expression[] = [action.cost]
  for (const { resource, amount } of action.requires) {
    const price = prices.get(resource)?.costPerUnit ?? 0
    if (price > 0) parts.push({ product: [price, amount] })
  }
  for (const { resource, amount } of action.uses) {
    const price = prices.get(resource)?.costPerTime ?? 0
    if (price > 0) parts.push({ product: [price, amount, action.duration] })
  }
  return computed(parts.length === 1 ? action.cost : { sum: parts }, action.parameters) as Computed<number>
}

/**
 * One method for every choice of the variables that the task leaves open. It does not apply where an argument, its own or
 * one it hands to an action, is not among the values the parameter may have.
 */
function methodsOf(method: StatedMethod, accepted: ReadonlyMap<string, Parameters>): DomainMethod[] {
  const { parameters, arity } = method
  const open = parameters.slice(arity)
  let choices: StateValue[][] = [[]]
  for (const { values } of open)
    choices = choices.flatMap((chosen) => (values ?? []).map((value) => [...chosen, value]))
  return choices.map((chosen): DomainMethod => {
    const all = (args: readonly StateValue[]): readonly StateValue[] => [...args.slice(0, arity), ...chosen]
    const shift = <Value>(value: Computed<Value>): Computed<Value> =>
      typeof value === 'function'
        ? (state, ...args) =>
            (value as (state: DomainState, ...args: readonly StateValue[]) => Value)(state, ...all(args))
        : value
    return {
      name: method.id,
      when: method.when.map((condition): DomainCondition => {
        const [variable, operator, value] = conditionOf(condition, parameters)
        return [shift(variable), operator, shift(value)]
      }),
      subtasks: (_, ...args) => {
        if (args.length !== arity) return null
        const values = bind(parameters, all(args))
        if (!accepts(parameters, all(args))) return null
        const subtasks = method.subtasks.map((subtask) => filled(subtask, values))
        return subtasks.every(([name, ...given]) => accepts(accepted.get(name) ?? [], given)) ? subtasks : null
      },
      ordering: method.ordering,
      returns: method.subtasks.map(([name]) => name),
    }
  })
}

function accepts(parameters: Parameters, args: readonly StateValue[]): boolean {
  return parameters.every(({ values }, index) => values === null || values.includes(args[index] as StateValue))
}

function filled(subtask: StatedTask, values: ReadonlyMap<string, StateValue>): [string, ...StateValue[]] {
  const [name, ...args] = subtask
  const fill = (arg: StateValue): StateValue =>
    typeof arg === 'string' && arg.startsWith('?') ? (values.get(arg) as StateValue) : arg
  return [name, ...args.map(fill)]
}
