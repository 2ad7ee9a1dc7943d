/** A planning domain with its problem: sections `state`, `actions`, `methods`, `do`, `goals`, `resources`. */

import { topologicalOrder } from '../../domain/htn.ts'
import {
  chain,
  type Expression,
  misfit,
  readArgument,
  type StatedAction,
  type StatedAmount,
  type StatedGoal,
  type StatedMethod,
  type StatedParameter,
  type StatedPlanning,
  type StatedTask,
  type StatedVariable,
  type StatedWay,
  type StateValue,
  type VariableType,
} from '../../domain/planning.ts'
import { hasWays } from '../../domain/planning-network.ts'
import type { Resource } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import { compileResources, refuseDeliveries } from './compile-project.ts'
import { ExpressionCheck } from './planning-expressions.ts'
import type { PlanningDocument } from './schema.ts'

type Path = readonly (string | number)[]
type Section<Name extends keyof PlanningDocument> = NonNullable<PlanningDocument[Name]>
type DocumentAction = Section<'actions'>[number]
type DocumentMethod = Section<'methods'>[number]

/** Combinations of choices a method may have. */
const MOST_CHOICES = 10_000
const MOST_SOFT_GOALS = 16

export function compilePlanning(document: PlanningDocument, check: Checker): StatedPlanning {
  check.onlySections(document, 'plan', [
    'state',
    'actions',
    'methods',
    'do',
    'goals',
    'resources',
    'budget',
    'deadline',
  ])
  check.required(document, 'plan', 'state')
  check.required(document, 'plan', 'actions')
  if (document.do === undefined && document.goals === undefined)
    check.add('missing-field', [], 'there is nothing to plan for', 'add do: (tasks) or goals:')
  return new PlanningCompiler(document, check).run()
}

class PlanningCompiler {
  readonly #document: PlanningDocument
  readonly #check: Checker
  readonly #resources: readonly Resource[]
  readonly #state: readonly StatedVariable[]
  readonly #expressions: ExpressionCheck
  /** Number of arguments of tasks and actions, and the parameters of actions. */
  readonly #arity = new Map<string, number>()
  readonly #accepted = new Map<string, readonly StatedParameter[]>()

  constructor(document: PlanningDocument, check: Checker) {
    this.#document = document
    this.#check = check
    refuseDeliveries(document, 'a planning domain', check)
    this.#resources = compileResources(document, check)
    this.#state = (document.state ?? []).map((variable, index) => this.#variable(variable, ['state', index]))
    check.uniqueIds(
      'state',
      this.#state.map((variable) => variable.id),
    )
    const types = new Map<string, VariableType>(this.#state.map(({ id, type }) => [id, type]))
    this.#resources.forEach(({ id, type }, index) => {
      if (types.has(id))
        check.add('duplicate-id', ['resources', index], `"${id}" is a state variable as well`, 'rename one of them', id)
      else if (type !== 'reusable') types.set(id, { kind: 'number' })
    })
    this.#expressions = new ExpressionCheck(types, check)
  }

  run(): StatedPlanning {
    const { title, unit, units, budget = null, deadline = null } = this.#document
    this.#declare()
    const actions = (this.#document.actions ?? []).map((action, index) => this.#action(action, ['actions', index]))
    const methods: StatedMethod[] = []
    const ways: StatedWay[] = []
    this.#document.methods?.forEach((method, index) => {
      const { task, achieves, ...shared } = this.#method(method, ['methods', index])
      if (task !== undefined) methods.push({ ...shared, task })
      else if (achieves !== undefined) ways.push({ ...shared, achieves })
    })
    const todo = this.#document.do ?? []
    const [calls, ordered, path] = Array.isArray(todo)
      ? [todo, true, ['do']]
      : [todo.subtasks, todo.ordered ?? true, ['do', 'subtasks']]
    const none = new Map<string, StatedParameter>()
    const stated: StatedPlanning = {
      title: title ?? 'Plan',
      timeUnit: units?.time ?? '',
      costUnit: units?.money ?? unit ?? '',
      state: this.#state,
      resources: this.#resources,
      actions,
      methods,
      ways,
      tasks: calls.map((call, index) => this.#call(call, none, [...path, index])),
      tasksOrdered: ordered,
      goals: this.#goals(),
      budget,
      deadline,
    }
    this.#checkLooseGoals(stated)
    return stated
  }

  /** A goal without a way is reached by any actions: what these may be applied to must be known. */
  #checkLooseGoals(stated: StatedPlanning): void {
    stated.goals.forEach((goal, index) => {
      if (hasWays(stated, goal.where)) return
      const open = stated.actions.find((action) => action.parameters.some(({ values }) => values === null))
      if (open === undefined) return
      const message = `no method achieves "${goal.id}", so any action may help, but a parameter of "${open.id}" has no values`
      this.#check.add(
        'missing-field',
        ['goals', index],
        message,
        'give the parameters values, or a method with achieves:',
      )
    })
  }

  #variable(variable: Section<'state'>[number], path: Path): StatedVariable {
    const { id, kind, values, minimum, maximum, initial } = variable
    const misplaced =
      kind === 'enum' ? { minimum, maximum } : kind === 'number' ? { values } : { values, minimum, maximum }
    for (const [field, given] of Object.entries(misplaced)) {
      if (given !== undefined)
        this.#check.add('misplaced-field', [...path, field], `a ${kind} has no ${field}`, 'take it out')
    }
    if (kind === 'enum' && values === undefined)
      this.#check.add('missing-field', path, `"${id}" has no values`, 'add values: [...]')
    values?.forEach((value, index) => {
      if (typeof readArgument(value) !== 'string' || /^[?$]/.test(value)) {
        const message = `"${value}" would be read as something else than the value of an enumeration`
        this.#check.add('wrong-value', [...path, 'values', index], message, 'begin it with another letter', value)
      }
    })
    const type: VariableType =
      kind === 'enum'
        ? { kind, values: values ?? [] }
        : kind === 'boolean'
          ? { kind }
          : { kind, ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) }
    const fault = misfit(type, initial)
    if (fault !== null)
      this.#check.add('wrong-value', [...path, 'initial'], `"${id}" ${fault}`, 'give it a value of its kind', initial)
    return { id, type, initial }
  }

  /** Names and arities of everything that can be a subtask. */
  #declare(): void {
    const { actions = [], methods = [] } = this.#document
    this.#check.uniqueIds(
      'actions',
      actions.map((action) => action.id),
    )
    this.#check.uniqueIds(
      'methods',
      methods.map((method) => method.id),
    )
    actions.forEach((action, index) => {
      const parameters = this.#parameters(action.parameters ?? [], ['actions', index, 'parameters'])
      this.#arity.set(action.id, parameters.length)
      this.#accepted.set(action.id, parameters)
    })
    methods.forEach((method, index) => {
      if (method.task === undefined) return
      const path = ['methods', index, 'task']
      if (this.#accepted.has(method.task))
        this.#check.add('duplicate-id', path, `"${method.task}" is an action`, 'rename the task', method.task)
      const arity = (method.parameters ?? []).filter((parameter) => typeof parameter === 'string').length
      const known = this.#arity.get(method.task)
      if (known !== undefined && known !== arity) {
        const message = `this method takes ${arity} arguments, another one of "${method.task}" ${known}`
        this.#check.add('wrong-length', path, message, 'parameters without values are the arguments of the task')
      }
      this.#arity.set(method.task, arity)
    })
  }

  #parameters(list: NonNullable<DocumentAction['parameters']>, path: Path): StatedParameter[] {
    const seen = new Set<string>()
    return list.map((parameter, index): StatedParameter => {
      const name = typeof parameter === 'string' ? parameter : parameter.id
      const bare = name.replace(/^\?/, '')
      if (!/^[\p{L}\p{N}_-]+$/u.test(bare))
        this.#check.add(
          'wrong-value',
          [...path, index],
          `"${name}" is no name of a parameter`,
          'use letters, digits, - and _',
          name,
        )
      if (seen.has(bare))
        this.#check.add('duplicate-id', [...path, index], `"${name}" stands twice`, 'rename one', name)
      seen.add(bare)
      return { id: `?${bare}`, values: typeof parameter === 'string' ? null : parameter.values }
    })
  }

  #action(action: DocumentAction, path: Path): StatedAction {
    const parameters = this.#accepted.get(action.id) ?? []
    const known = byId(parameters)
    const number = (value: Expression | undefined, field: string): Expression => {
      if (value === undefined) return 1
      this.#expressions.number(value, known, [...path, field])
      return value
    }
    const stocks = (list: DocumentAction['requires'], field: string): StatedAmount[] =>
      (list ?? []).map(({ resource, amount }, index) => {
        this.#resource(resource, false, [...path, field, index, 'resource'])
        this.#expressions.number(amount, known, [...path, field, index, 'amount'])
        return { resource, amount }
      })
    const uses = Object.entries(action.uses ?? {}).map(([resource, amount]): StatedAmount => {
      this.#resource(resource, true, [...path, 'uses', resource])
      this.#expressions.number(amount, known, [...path, 'uses', resource])
      return { resource, amount }
    })
    action.effects?.forEach(([variable, operator, value], index) => {
      this.#expressions.effect(variable, operator, value, known, [...path, 'effects', index])
    })
    return {
      id: action.id,
      parameters,
      when: this.#conditions(action.when, known, [...path, 'when']),
      effects: action.effects ?? [],
      duration: number(action.duration, 'duration'),
      cost: number(action.cost, 'cost'),
      uses,
      requires: stocks(action.requires, 'requires'),
      produces: stocks(action.produces, 'produces'),
    }
  }

  #resource(name: string, reusable: boolean, path: Path): void {
    const names = this.#resources.filter(({ type }) => (type === 'reusable') === reusable).map(({ id }) => id)
    this.#check.known(path, name, names, reusable ? 'reusable resources' : 'stocks')
  }

  #conditions(
    list: DocumentAction['when'],
    known: ReadonlyMap<string, StatedParameter>,
    path: Path,
  ): NonNullable<DocumentAction['when']> {
    list?.forEach((condition, index) => {
      this.#expressions.condition(condition, known, [...path, index])
    })
    return list ?? []
  }

  #method(method: DocumentMethod, path: Path): Omit<StatedMethod, 'task'> & { task?: string; achieves?: string } {
    const { id, task, achieves, when, subtasks, ordered = true } = method
    if ((task === undefined) === (achieves === undefined)) {
      const message = `method "${id}" refines a task or achieves a value, one of the two`
      this.#check.add('ambiguous', path, message, 'give task: or achieves:')
    }
    const parameters = this.#parameters(method.parameters ?? [], [...path, 'parameters'])
    const arity = parameters.filter((parameter) => parameter.values === null).length
    if (parameters.slice(0, arity).some((parameter) => parameter.values !== null)) {
      const message = 'variables with values to choose from stand after the arguments of the task'
      this.#check.add('wrong-order', [...path, 'parameters'], message, 'move them to the end')
    }
    const choices = parameters.reduce((product, { values }) => product * (values?.length ?? 1), 1)
    if (choices > MOST_CHOICES)
      this.#check.add(
        'too-large',
        [...path, 'parameters'],
        `there are ${choices} combinations of values`,
        `keep them below ${MOST_CHOICES}`,
      )
    if (achieves !== undefined) {
      this.#check.known(
        [...path, 'achieves'],
        achieves,
        this.#state.map((variable) => variable.id),
        'state variables',
      )
      if (arity !== 1) {
        const message = `method "${id}" achieves a value and needs one parameter for it, not ${arity}`
        this.#check.add('wrong-length', [...path, 'parameters'], message, 'give it one parameter without values')
      }
    }
    const known = byId(parameters)
    return {
      id,
      ...(task === undefined ? {} : { task }),
      ...(achieves === undefined ? {} : { achieves }),
      parameters,
      arity,
      when: this.#conditions(when, known, [...path, 'when']),
      subtasks: subtasks.map((call, index) => this.#call(call, known, [...path, 'subtasks', index])),
      ordering: method.ordering === undefined ? (ordered ? chain(subtasks.length) : []) : this.#ordering(method, path),
    }
  }

  #ordering(method: DocumentMethod, path: Path): readonly (readonly [number, number])[] {
    const { ordering = [], subtasks } = method
    if (method.ordered !== undefined)
      this.#check.add('ambiguous', [...path, 'ordering'], 'both ordered: and ordering: are given', 'keep one of them')
    ordering.forEach((pair, index) => {
      pair.forEach((place, side) => {
        if (place < subtasks.length) return
        const message = `there is no subtask ${place}: places count from 0 to ${subtasks.length - 1}`
        this.#check.add(
          'out-of-range',
          [...path, 'ordering', index, side],
          message,
          'name a subtask by its place',
          place,
        )
      })
    })
    const inside = ordering.every((pair) => pair.every((place) => place < subtasks.length))
    if (inside && topologicalOrder({ subtasks, ordering }) === null) {
      const message = `the ordering of method "${method.id}" has a cycle`
      this.#check.add('cycle', [...path, 'ordering'], message, 'take one of its pairs out')
    }
    return ordering
  }

  #call(call: readonly [string, ...StateValue[]], known: ReadonlyMap<string, StatedParameter>, path: Path): StatedTask {
    const [name, ...args] = call
    if (!this.#check.known([...path, 0], name, [...this.#arity.keys()], 'task or actions')) return call
    const arity = this.#arity.get(name) as number
    if (args.length !== arity) {
      const message = `"${name}" takes ${arity} argument${arity === 1 ? '' : 's'}, not ${args.length}`
      this.#check.add('wrong-length', path, message, 'give as many as it has')
    }
    args.forEach((arg, index) => {
      const values = this.#accepted.get(name)?.[index]?.values ?? null
      if (typeof arg === 'string' && arg.startsWith('?'))
        this.#check.known([...path, index + 1], arg, [...known.keys()], 'parameters')
      else if (values !== null && !values.includes(arg))
        this.#check.add(
          'wrong-value',
          [...path, index + 1],
          `"${name}" does not take ${arg}`,
          `use ${values.join(', ')}`,
          arg,
        )
    })
    return call
  }

  #goals(): StatedGoal[] {
    const goals = this.#document.goals ?? []
    const ids = this.#check.uniqueIds(
      'goals',
      goals.map((goal) => goal.id),
    )
    const soft = goals.filter((goal) => goal.value !== undefined).length
    if (soft > MOST_SOFT_GOALS)
      this.#check.add(
        'too-large',
        ['goals'],
        `there are ${soft} soft goals`,
        `at most ${MOST_SOFT_GOALS} can be weighed`,
      )
    this.#check.acyclic(
      'goals',
      goals.flatMap((goal) => (goal.after ?? []).map((earlier): [string, string] => [earlier, goal.id])),
    )
    const none = new Map<string, StatedParameter>()
    return goals.map((goal, index): StatedGoal => {
      const path = ['goals', index]
      goal.after?.forEach((name, place) => {
        this.#check.known([...path, 'after', place], name, ids, 'goals')
        const earlier = goals.find((other) => other.id === name)
        if (goal.value === undefined && earlier?.value !== undefined) {
          const message = `"${goal.id}" must be reached, but comes after "${name}", which may be dropped`
          this.#check.add('wrong-value', [...path, 'after', place], message, 'make both of them hard, or both soft')
        }
      })
      return {
        id: goal.id,
        where: this.#conditions(goal.where, none, [...path, 'where']),
        value: goal.value ?? null,
        deadline: goal.deadline ?? null,
        after: goal.after ?? [],
      }
    })
  }
}

function byId(parameters: readonly StatedParameter[]): ReadonlyMap<string, StatedParameter> {
  return new Map(parameters.map((parameter) => [parameter.id, parameter]))
}
