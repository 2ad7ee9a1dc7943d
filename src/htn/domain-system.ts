/** A problem of a domain written in TypeScript, as candidate generation and explanation read it. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { compares, misfit, OPPOSITE, type StateValue, type VariableType } from '../domain/planning.ts'
import type { Alternative, DecompositionSystem, Refusal, Transition } from './decomposition.ts'
import { orderingOf, type TaskBound, taskBounds } from './domain-bounds.ts'
import { problemIssues } from './domain-problem.ts'
import {
  type Computed,
  type DomainAction,
  type DomainCondition,
  type DomainDefinition,
  type DomainMethod,
  type DomainProblem,
  type DomainResource,
  type DomainState,
  own,
  type PlanningDomain,
  type TaskReference,
  UNNOTED,
  variablesOf,
} from './domain-types.ts'

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
  readonly initialOrdering?: readonly (readonly [number, number])[]
  readonly #definition: DomainDefinition
  readonly #goal: readonly DomainCondition[]
  readonly #types: ReadonlyMap<string, VariableType>
  readonly #bounds: ReadonlyMap<string, TaskBound>

  constructor(definition: DomainDefinition, problem: DomainProblem) {
    this.#definition = definition
    this.#goal = problem.goal ?? []
    this.#types = variablesOf(definition)
    this.initialTasks = problem.tasks
    this.initialOrdered = problem.ordered ?? true
    if (problem.ordering !== undefined) this.initialOrdering = problem.ordering
    const issues = problemIssues(definition, this.#types, problem)
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.initialState = Object.freeze({ ...problem.state })
    this.#bounds = taskBounds(definition)
  }

  isAction(task: TaskReference): boolean {
    return !('goal' in task) && own(this.#definition.actions, task[0]) !== undefined
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
        const methods = own(this.#definition.goals, name) ?? []
        if (methods.length === 0) refusals.push({ name, reason: `nothing in the domain gives ${name} a value` })
        this.#alternatives(methods, [value], state, alternatives, refusals, [task])
      }
      return { alternatives, refusals }
    }
    const [name, ...args] = task
    const methods = own(this.#definition.tasks, name) ?? []
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
        const order = orderingOf(method, subtasks.length)
        // The look back at a goal comes after all parts.
        const last = subtasks.map((_, index): [number, number] => [index, subtasks.length])
        const ordering = tail.length > 0 ? [...order, ...last] : order
        alternatives.push({ method: method.name, subtasks: [...subtasks, ...tail], ordered: false, ordering })
      }
    }
  }

  #checkReferences(subtasks: readonly TaskReference[], method: string): void {
    for (const reference of subtasks) {
      if ('goal' in reference) continue
      const [name] = reference
      if (own(this.#definition.actions, name) === undefined && own(this.#definition.tasks, name) === undefined) {
        throw invalid(
          'unknown-name',
          ['methods', method],
          `the method '${method}' returned the unknown task '${name}'`,
          'return tasks and actions of the domain',
        )
      }
    }
  }

  execute(task: TaskReference, state: DomainState): Transition<DomainState> | Refusal {
    const [name, ...args] = task as readonly [string, ...StateValue[]]
    const action = own(this.#definition.actions, name) as DomainAction
    const reason = this.#failing(action.when ?? [], state, args)
    if (reason !== null) return { name, reason }
    const changes: Map<string, StateValue> = new Map(
      typeof action.effects === 'function'
        ? Object.entries(action.effects(state, ...args))
        : Object.entries(action.effects).map(([variable, value]) => [variable, compute(value, state, args)]),
    )
    const resources: Record<string, number> = {}
    const short = this.#takeResources(action, state, args, changes, resources)
    if (short !== null) return { name, reason: short }
    for (const [variable, value] of changes) {
      const type = this.#types.get(variable)
      const fault = type === undefined ? 'is no state variable' : misfit(type, value)
      if (fault === null) continue
      if (type?.kind === 'number' && typeof value === 'number' && Number.isFinite(value))
        return { name, reason: `${variable} ${fault}` }
      throw invalid(
        'invalid-value',
        ['actions', name, 'effects', variable],
        `the action '${name}' sets ${variable}, which ${fault}`,
        'effects give declared variables values of their type',
      )
    }
    const cost = compute(action.cost ?? 1, state, args)
    const duration = compute(action.duration ?? 1, state, args)
    const bound = this.bound(task)
    if (!(cost >= bound.cost) || !(duration >= bound.duration)) {
      throw invalid(
        'out-of-range',
        ['actions', name],
        `the action '${name}' costs ${cost} and takes ${duration}, less than its lower bounds ${bound.cost} and ${bound.duration}`,
        'costs and durations are >= 0 and >= atLeast',
      )
    }
    const before = (state as { readonly [UNNOTED]?: DomainState })[UNNOTED] ?? state
    return { state: Object.freeze({ ...before, ...Object.fromEntries(changes) }), cost, duration, resources }
  }

  /** Amounts into `resources`, stocks into `changes`; what there is too little of, or null. */
  #takeResources(
    action: DomainAction,
    state: DomainState,
    args: readonly StateValue[],
    changes: Map<string, StateValue>,
    resources: Record<string, number>,
  ): string | null {
    for (const [name, wanted] of Object.entries(action.uses ?? {})) {
      const amount = this.#amount(name, compute(wanted, state, args))
      const capacity = (own(this.#definition.resources, name) as DomainResource).capacity as number
      if (amount > capacity) return `${name} ${capacity} < ${amount}`
      if (amount > 0) resources[name] = amount
    }
    for (const [name, wanted] of Object.entries(action.requires ?? {})) {
      const amount = this.#amount(name, compute(wanted, state, args))
      const level = (changes.get(name) ?? state[name]) as number
      if (level < amount) return `${name} ${level} < ${amount}`
      changes.set(name, level - amount)
      if (amount > 0) resources[name] = amount
    }
    for (const [name, given] of Object.entries(action.produces ?? {})) {
      const level = (changes.get(name) ?? state[name]) as number
      changes.set(name, level + this.#amount(name, compute(given, state, args)))
    }
    return null
  }

  #amount(resource: string, amount: number): number {
    if (amount >= 0 && Number.isFinite(amount)) return amount
    throw invalid(
      'out-of-range',
      ['resources', resource],
      `the amount ${amount} of ${resource} is no number >= 0`,
      'correct it',
    )
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
    return JSON.stringify([...this.#types.keys()].map((name) => state[name]))
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
    for (const [named, operator, wanted] of conditions) {
      const variable = compute(named, state, args)
      if (!this.#types.has(variable)) return `there is no ${variable}`
      const have = state[variable] as StateValue
      const want = compute(wanted, state, args)
      if (!compares(have, operator, want)) return `${variable} ${have} ${OPPOSITE[operator]} ${want}`
    }
    return null
  }
}

const NOTHING = { cost: 0, duration: 0 }

function compute<Value>(value: Computed<Value>, state: DomainState, args: readonly StateValue[]): Value {
  return typeof value === 'function'
    ? (value as (state: DomainState, ...args: readonly StateValue[]) => Value)(state, ...args)
    : value
}

function invalid(code: string, path: readonly (string | number)[], message: string, hint: string): InvalidInputError {
  return new InvalidInputError([{ code, path, message, hint }])
}
