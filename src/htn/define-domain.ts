/**
 * Planning domains written in TypeScript: typed state variables, actions and methods as data or as functions of the
 * state, goals refined by methods of their own.
 *
 * @example
 * const travel = defineDomain({
 *   state: { at: { kind: 'enum', values: ['home', 'park'] }, cash: { kind: 'number' }, distance: { kind: 'number' } },
 *   actions: { walk: { effects: { at: (_, to) => to } } },
 *   tasks: { travel: [{ name: 'on foot', when: [['distance', '<=', 2]], subtasks: (_, to) => [['walk', to]] }] },
 * })
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { Alternative, DecompositionSystem, Refusal, Transition } from './decomposition.ts'

export type StateValue = number | boolean | string

export type VariableType =
  | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }

/** Values of all state variables. */
export type DomainState = Readonly<Record<string, StateValue>>

/** A value, or a function of the state and the arguments of the task or action. */
export type Computed<Value> = Value | ((state: DomainState, ...args: readonly StateValue[]) => Value)

export type ConditionOperator = '=' | '!=' | '<' | '<=' | '>=' | '>'

/** `[variable, operator, value]`, e.g. `['cash', '>=', (s) => fare(s)]`. */
export type DomainCondition = readonly [string, ConditionOperator, Computed<StateValue>]

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
  /** Amounts used, by resource name. */
  readonly resources?: Readonly<Record<string, Computed<number>>>
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
}

export interface DomainDefinition {
  readonly state: Readonly<Record<string, VariableType>>
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
  /** What must hold at the end, beside the tasks. */
  readonly goal?: readonly DomainCondition[]
}

/**
 * Checks a definition and freezes it.
 * @throws InvalidInputError with every fault found
 */
export function defineDomain(definition: DomainDefinition): PlanningDomain {
  const issues: Issue[] = []
  const known = new Set([...Object.keys(definition.actions), ...Object.keys(definition.tasks ?? {})])
  const conditions = (list: readonly DomainCondition[] | undefined, path: readonly (string | number)[]): void => {
    list?.forEach(([variable], index) => {
      if (definition.state[variable] === undefined)
        issues.push(unknownVariable(variable, [...path, 'when', index], definition))
    })
  }
  for (const [name, action] of Object.entries(definition.actions)) {
    conditions(action.when, ['actions', name])
    if (typeof action.effects === 'function') continue
    for (const variable of Object.keys(action.effects)) {
      if (definition.state[variable] === undefined)
        issues.push(unknownVariable(variable, ['actions', name, 'effects', variable], definition))
    }
  }
  for (const kind of ['tasks', 'goals'] as const) {
    for (const [name, methods] of Object.entries(definition[kind] ?? {})) {
      if (kind === 'tasks' && definition.actions[name] !== undefined) {
        issues.push({
          code: 'duplicate',
          path: ['tasks', name],
          message: `'${name}' is a task and an action`,
          hint: 'rename one of them',
        })
      }
      if (kind === 'goals' && definition.state[name] === undefined)
        issues.push(unknownVariable(name, ['goals', name], definition))
      methods.forEach((method, index) => {
        const path = [kind, name, index]
        conditions(method.when, path)
        if (typeof method.subtasks === 'function') return
        method.subtasks.forEach((reference, position) => {
          if ('goal' in reference || known.has(reference[0])) return
          issues.push({
            code: 'unknown-name',
            path: [...path, 'subtasks', position],
            message: `there is no task or action '${reference[0]}'`,
            hint: `known are ${[...known].join(', ')}`,
          })
        })
      })
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return Object.freeze({ definition })
}

function unknownVariable(name: string, path: readonly (string | number)[], definition: DomainDefinition): Issue {
  return {
    code: 'unknown-name',
    path,
    message: `there is no state variable '${name}'`,
    hint: `declared are ${Object.keys(definition.state).join(', ')}`,
  }
}

/**
 * A problem of the domain, ready for `candidates`, `planDomain` and the explanations.
 * @throws InvalidInputError when the initial state or a task does not fit the domain
 */
export function domainSystem(
  domain: PlanningDomain,
  problem: DomainProblem,
): DecompositionSystem<DomainState, TaskReference> {
  return new DomainSystem(domain.definition, problem)
}

class DomainSystem implements DecompositionSystem<DomainState, TaskReference> {
  readonly initialState: DomainState
  readonly initialTasks: readonly TaskReference[]
  readonly initialOrdered: boolean
  readonly #definition: DomainDefinition
  readonly #goal: readonly DomainCondition[]
  readonly #variables: readonly string[]
  readonly #bounds = new Map<string, { cost: number; duration: number }>()

  constructor(definition: DomainDefinition, problem: DomainProblem) {
    this.#definition = definition
    this.#goal = problem.goal ?? []
    this.#variables = Object.keys(definition.state)
    this.initialTasks = problem.tasks
    this.initialOrdered = problem.ordered ?? true
    const issues: Issue[] = []
    for (const name of this.#variables) {
      const fault = misfit(definition.state[name] as VariableType, problem.state[name])
      if (fault !== null)
        issues.push({
          code: 'invalid-value',
          path: ['state', name],
          message: `${name} ${fault}`,
          hint: 'give every state variable a value of its type',
        })
    }
    for (const name of Object.keys(problem.state)) {
      if (definition.state[name] === undefined) issues.push(unknownVariable(name, ['state', name], definition))
    }
    problem.tasks.forEach((task, index) => {
      if ('goal' in task) {
        for (const name of Object.keys(task.goal)) {
          if (definition.state[name] === undefined)
            issues.push(unknownVariable(name, ['tasks', index, 'goal', name], definition))
        }
      } else if (definition.actions[task[0]] === undefined && definition.tasks?.[task[0]] === undefined) {
        issues.push({
          code: 'unknown-name',
          path: ['tasks', index],
          message: `there is no task or action '${task[0]}'`,
          hint: 'name one of the domain',
        })
      }
    })
    this.#goal.forEach(([name], index) => {
      if (definition.state[name] === undefined) issues.push(unknownVariable(name, ['goal', index], definition))
    })
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.initialState = Object.freeze({ ...problem.state })
    this.#computeBounds()
  }

  isAction(task: TaskReference): boolean {
    return !('goal' in task) && this.#definition.actions[task[0]] !== undefined
  }

  refine(task: TaskReference, state: DomainState): { alternatives: Alternative<TaskReference>[]; refusals: Refusal[] } {
    const alternatives: Alternative<TaskReference>[] = []
    const refusals: Refusal[] = []
    if ('goal' in task) {
      const open = Object.entries(task.goal).filter(([name, value]) => state[name] !== value)
      if (open.length === 0)
        return { alternatives: [{ method: 'holds already', subtasks: [], ordered: true }], refusals }
      // Any open part may come first; then the whole goal is looked at again, so that nothing undone is forgotten.
      for (const [name, value] of open) {
        const methods = this.#definition.goals?.[name] ?? []
        if (methods.length === 0) refusals.push({ name, reason: `nothing in the domain gives ${name} a value` })
        this.#alternatives(methods, [value], state, alternatives, refusals, [task])
      }
      return { alternatives, refusals }
    }
    const [name, ...args] = task
    const methods = this.#definition.tasks?.[name] ?? []
    this.#alternatives(methods, args, state, alternatives, refusals, [])
    return { alternatives, refusals }
  }

  #alternatives(
    methods: readonly DomainMethod[],
    args: readonly StateValue[],
    state: DomainState,
    alternatives: Alternative<TaskReference>[],
    refusals: Refusal[],
    tail: readonly TaskReference[],
  ): void {
    for (const method of methods) {
      const reason = this.#failing(method.when ?? [], state, args)
      if (reason !== null) {
        refusals.push({ name: method.name, reason })
        continue
      }
      const subtasks = typeof method.subtasks === 'function' ? method.subtasks(state, ...args) : method.subtasks
      if (subtasks === null) refusals.push({ name: method.name, reason: 'it does not apply in this state' })
      else {
        this.#checkReferences(subtasks, method.name)
        const ordered = method.ordered ?? true
        // The look back at a goal comes after all parts: it needs an order, and keeps the parts in theirs.
        alternatives.push({
          method: method.name,
          subtasks: [...subtasks, ...tail],
          ordered: ordered || tail.length > 0,
        })
      }
    }
  }

  #checkReferences(subtasks: readonly TaskReference[], method: string): void {
    for (const reference of subtasks) {
      if ('goal' in reference) continue
      const [name] = reference
      if (this.#definition.actions[name] === undefined && this.#definition.tasks?.[name] === undefined) {
        throw new InvalidInputError([
          {
            code: 'unknown-name',
            path: ['methods', method],
            message: `the method '${method}' returned the unknown task '${name}'`,
            hint: 'return tasks and actions of the domain',
          },
        ])
      }
    }
  }

  execute(task: TaskReference, state: DomainState): Transition<DomainState> | Refusal {
    const [name, ...args] = task as readonly [string, ...StateValue[]]
    const action = this.#definition.actions[name] as DomainAction
    const reason = this.#failing(action.when ?? [], state, args)
    if (reason !== null) return { name, reason }
    const changes =
      typeof action.effects === 'function'
        ? action.effects(state, ...args)
        : Object.fromEntries(
            Object.entries(action.effects).map(([variable, value]) => [variable, compute(value, state, args)]),
          )
    for (const [variable, value] of Object.entries(changes)) {
      const type = this.#definition.state[variable]
      const fault = type === undefined ? 'is no state variable' : misfit(type, value)
      if (fault === null) continue
      if (type?.kind === 'number' && typeof value === 'number' && Number.isFinite(value))
        return { name, reason: `${variable} ${fault}` }
      throw new InvalidInputError([
        {
          code: 'invalid-value',
          path: ['actions', name, 'effects', variable],
          message: `the action '${name}' sets ${variable}, which ${fault}`,
          hint: 'effects give declared variables values of their type',
        },
      ])
    }
    const resources: Record<string, number> = {}
    for (const [resource, amount] of Object.entries(action.resources ?? {}))
      resources[resource] = compute(amount, state, args)
    const cost = compute(action.cost ?? 1, state, args)
    const duration = compute(action.duration ?? 1, state, args)
    const bound = this.bound(task)
    if (!(cost >= bound.cost) || !(duration >= bound.duration)) {
      throw new InvalidInputError([
        {
          code: 'out-of-range',
          path: ['actions', name],
          message: `the action '${name}' costs ${cost} and takes ${duration}, less than its lower bounds ${bound.cost} and ${bound.duration}`,
          hint: 'costs and durations are >= 0 and >= atLeast',
        },
      ])
    }
    return { state: Object.freeze({ ...state, ...changes }), cost, duration, resources }
  }

  goal(state: DomainState): Refusal | null {
    const reason = this.#failing(this.#goal, state, [])
    return reason === null ? null : { name: 'goal', reason }
  }

  bound(task: TaskReference): { readonly cost: number; readonly duration: number } {
    if ('goal' in task) return NOTHING
    return this.#bounds.get(task[0]) ?? NOTHING
  }

  stateKey(state: DomainState): string {
    return JSON.stringify(this.#variables.map((name) => state[name]))
  }

  taskKey(task: TaskReference): string {
    return JSON.stringify(task)
  }

  describe(task: TaskReference): { name: string; args: string[] } {
    if ('goal' in task)
      return { name: 'goal', args: Object.entries(task.goal).map(([name, value]) => `${name}=${value}`) }
    return { name: task[0], args: task.slice(1).map(String) }
  }

  /** The first condition that fails, with the values that make it fail: `cash 3 < 5.5`. */
  #failing(conditions: readonly DomainCondition[], state: DomainState, args: readonly StateValue[]): string | null {
    for (const [variable, operator, wanted] of conditions) {
      const have = state[variable] as StateValue
      const want = compute(wanted, state, args)
      const holds = {
        '=': have === want,
        '!=': have !== want,
        '<': have < want,
        '<=': have <= want,
        '>=': have >= want,
        '>': have > want,
      }
      if (!holds[operator]) return `${variable} ${have} ${OPPOSITE[operator]} ${want}`
    }
    return null
  }

  /** Least fixpoint of the cheapest refinement; methods that are functions may do anything and cost nothing. */
  #computeBounds(): void {
    const { actions, tasks } = this.#definition
    for (const [name, action] of Object.entries(actions)) {
      const cost = typeof action.cost === 'function' ? (action.atLeast?.cost ?? 0) : (action.cost ?? 1)
      const duration = typeof action.duration === 'function' ? (action.atLeast?.duration ?? 0) : (action.duration ?? 1)
      this.#bounds.set(name, { cost, duration })
    }
    const unknown = { cost: Number.POSITIVE_INFINITY, duration: Number.POSITIVE_INFINITY }
    for (const name of Object.keys(tasks ?? {})) this.#bounds.set(name, unknown)
    for (let changed = true; changed; ) {
      changed = false
      for (const [name, methods] of Object.entries(tasks ?? {})) {
        let cost = Number.POSITIVE_INFINITY
        let duration = Number.POSITIVE_INFINITY
        for (const method of methods) {
          if (typeof method.subtasks === 'function') {
            cost = 0
            duration = 0
            continue
          }
          const parts = method.subtasks.map((part) => this.bound(part))
          cost = Math.min(
            cost,
            parts.reduce((sum, part) => sum + part.cost, 0),
          )
          const times = parts.map((part) => part.duration)
          duration = Math.min(
            duration,
            method.ordered === false ? Math.max(0, ...times) : times.reduce((sum, time) => sum + time, 0),
          )
        }
        const before = this.#bounds.get(name) ?? unknown
        if (cost < before.cost || duration < before.duration) {
          this.#bounds.set(name, { cost, duration })
          changed = true
        }
      }
    }
  }
}

const NOTHING = { cost: 0, duration: 0 }
const OPPOSITE: Readonly<Record<ConditionOperator, string>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>=': '<',
  '>': '<=',
}

function compute<Value>(value: Computed<Value>, state: DomainState, args: readonly StateValue[]): Value {
  return typeof value === 'function'
    ? (value as (state: DomainState, ...args: readonly StateValue[]) => Value)(state, ...args)
    : value
}

/** What is wrong with a value for its type, or null. */
function misfit(type: VariableType, value: StateValue | undefined): string | null {
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
