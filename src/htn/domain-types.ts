/** What planning domains written in TypeScript are made of. */
import type { ConditionOperator, StateValue, VariableType } from '../domain/planning.ts'

export type { ConditionOperator, StateValue, VariableType }

/** Values of all state variables. */
export type DomainState = Readonly<Record<string, StateValue>>

/** A value, or a function of the state and the arguments of the task or action. */
export type Computed<Value> = Value | ((state: DomainState, ...args: readonly StateValue[]) => Value)

/** `[variable, operator, value]`, e.g. `['cash', '>=', (s) => fare(s)]`; the variable may depend on the arguments. */
export type DomainCondition = readonly [Computed<string>, ConditionOperator, Computed<StateValue>]

/** Something actions share: a stock that is a state variable of the same name, or a number of units to be held. */
export type DomainResource =
  /** Its stock is a numeric state variable of the same name, between 0 and `capacity`. */
  | { readonly kind: 'stock'; readonly capacity?: number }
  /** Units that actions hold while they run. */
  | { readonly kind: 'reusable'; readonly capacity: number }

export interface DomainAction {
  readonly when?: readonly DomainCondition[]
  /** New values of state variables; read before anything changes. */
  readonly effects:
    | Readonly<Record<string, Computed<StateValue>>>
    | ((state: DomainState, ...args: readonly StateValue[]) => Readonly<Record<string, StateValue>>)
  /** @default 1 */
  readonly cost?: Computed<number>
  /** Time units. @default 1 */
  readonly duration?: Computed<number>
  /** Lower bounds used while `cost` or `duration` are functions. @default 0 */
  readonly atLeast?: { readonly cost?: number; readonly duration?: number }
  /** Reusable amounts held while the action runs, by resource. */
  readonly uses?: Readonly<Record<string, Computed<number>>>
  /** Amounts taken from stocks, before anything is given to them. */
  readonly requires?: Readonly<Record<string, Computed<number>>>
  /** Amounts given to stocks. */
  readonly produces?: Readonly<Record<string, Computed<number>>>
  /** A call out of the planner when the action is carried out; never called while planning. */
  readonly perform?: (...args: readonly StateValue[]) => unknown
}

/** `[task or action, ...arguments]`, or a goal: values that state variables must get. */
export type TaskReference = readonly [string, ...StateValue[]] | { readonly goal: DomainState }

export interface DomainMethod {
  readonly name: string
  readonly when?: readonly DomainCondition[]
  /** As a function: null when the method does not apply. */
  readonly subtasks:
    | readonly TaskReference[]
    | ((state: DomainState, ...args: readonly StateValue[]) => readonly TaskReference[] | null)
  /** False when the subtasks may run in any order. @default true */
  readonly ordered?: boolean
  /** Pairs of indices into the subtasks, the first before the second; takes the place of `ordered`. */
  readonly ordering?: readonly (readonly [number, number])[]
  /** Names of the subtasks that a function always returns: lower bounds can then see through it. */
  readonly returns?: readonly string[]
}

export interface DomainDefinition {
  readonly state: Readonly<Record<string, VariableType>>
  readonly resources?: Readonly<Record<string, DomainResource>>
  readonly actions: Readonly<Record<string, DomainAction>>
  readonly tasks?: Readonly<Record<string, readonly DomainMethod[]>>
  /** By state variable: ways to give it a value; the wanted value is the argument. */
  readonly goals?: Readonly<Record<string, readonly DomainMethod[]>>
}

export interface PlanningDomain {
  readonly definition: DomainDefinition
}

/** What to plan for. */
export interface DomainProblem {
  readonly state: DomainState
  readonly tasks: readonly TaskReference[]
  /** @default true */
  readonly ordered?: boolean
  /** Pairs of indices into the tasks, the first before the second; takes the place of `ordered`. */
  readonly ordering?: readonly (readonly [number, number])[]
  /** What must hold at the end, beside the tasks. */
  readonly goal?: readonly DomainCondition[]
}

/** The entry of a record under a name of the user's, who may call things `constructor`. */
export function own<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

/** Types of all state variables, stocks of resources included. */
export function variablesOf(definition: DomainDefinition): ReadonlyMap<string, VariableType> {
  const types = new Map(Object.entries(definition.state))
  for (const [name, resource] of Object.entries(definition.resources ?? {})) {
    if (resource.kind !== 'stock') continue
    const { capacity } = resource
    types.set(name, { kind: 'number', minimum: 0, ...(capacity === undefined ? {} : { maximum: capacity }) })
  }
  return types
}

/** Under this key a state that notes what is looked at gives itself without noting. */
export const UNNOTED: unique symbol = Symbol('unnoted')
