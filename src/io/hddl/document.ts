/**
 * A hierarchical problem as a planning document that has the same plans at the same costs. Every ground fact becomes a
 * truth value `at(truck,depot)`, every ground number a number; types become the values of parameters.
 *
 * What the document says in another way: a task's arguments keep no type, so a method whose argument may be only some of what
 * callers hand over gets a condition; a goal beside tasks becomes the condition of a last task that does nothing; an
 * initial network with variables, constraints or a partial order becomes the method of one task. Without a hierarchy the
 * goal becomes a goal of the document. The metric becomes the cost of every action: by how much it changes the metric.
 */
import type { NumericExpression, Term, TypedName } from '../../domain/formula.ts'
import type { HtnProblem, Method, TaskNetwork } from '../../domain/htn.ts'
import { totalOrder } from '../../domain/htn.ts'
import type { Expression, StatedCondition, StatedEffect, StatedTask } from '../../domain/planning.ts'
import { readDocument } from '../document/read.ts'
import type { PlanningDocument } from '../document/schema.ts'
import { type Conditions, ConditionWriter, together } from './document-conditions.ts'
import { EffectWriter } from './document-effects.ts'
import { cannot, DocumentNames, type Scope, termIn } from './document-names.ts'

/** The document as it is put together; the reader of documents judges it. */
interface Draft {
  readonly version: 1
  readonly kind: 'plan'
  readonly title: string
  readonly state: readonly DraftVariable[]
  readonly actions: readonly DraftAction[]
  readonly methods?: readonly DraftMethod[]
  readonly do?: readonly StatedTask[]
  readonly goals?: readonly { readonly id: string; readonly where: readonly StatedCondition[] }[]
}

type DraftVariable = { readonly id: string } & (
  | { readonly kind: 'boolean'; readonly initial: boolean }
  | { readonly kind: 'number'; readonly initial: number }
  | { readonly kind: 'enum'; readonly values: readonly string[]; readonly initial: string }
)

type DraftParameters = readonly (string | { readonly id: string; readonly values: readonly string[] })[]

interface DraftAction {
  readonly id: string
  readonly parameters?: DraftParameters
  readonly when?: readonly StatedCondition[]
  readonly effects?: readonly StatedEffect[]
  readonly cost?: Expression
}

interface DraftMethod {
  readonly id: string
  readonly task: string
  readonly parameters?: DraftParameters
  readonly when?: readonly StatedCondition[]
  readonly subtasks: readonly StatedTask[]
  readonly ordered?: false
  readonly ordering?: readonly (readonly [number, number])[]
}

/** State variables a document may have. */
const MOST_VARIABLES = 10_000
/** Names with a blank cannot be those of the problem. */
const INITIAL = 'initial network'
const FINAL = 'final condition'

/**
 * @throws UnsupportedError where a document cannot hold the problem, with what stands in the way
 */
export function hddlDocument(problem: HtnProblem): PlanningDocument {
  const read = readDocument(JSON.stringify(new DocumentWriter(problem).run()))
  if (read.status !== 'invalid') return read.document
  const [issue] = read.issues
  throw cannot(issue?.message ?? 'it is no valid document', issue?.hint ?? 'plan for it as HDDL')
}

class DocumentWriter {
  readonly #problem: HtnProblem
  readonly #names: DocumentNames
  readonly #conditions: ConditionWriter
  /** By task and position: what callers may hand over. */
  readonly #handed = new Map<string, Set<string>[]>()
  /** By predicate or function and position: objects beyond the declared types that effects name. */
  readonly #changed = new Map<string, Set<string>[]>()
  readonly #written = new Map<string, EffectWriter>()

  constructor(problem: HtnProblem) {
    this.#problem = problem
    this.#names = new DocumentNames(problem)
    this.#conditions = new ConditionWriter(this.#names)
  }

  run(): Draft {
    const { domain, network, goal, name } = this.#problem
    this.#noteCalls()
    const methods = domain.methods.map((method) => this.#method(method))
    for (const task of domain.tasks) {
      if (domain.methods.some((method) => method.task === task.name)) continue
      const parameters = task.parameters.map((_, index) => `?x${index}`)
      const id = `no way to ${task.name}`
      methods.push({ id, task: task.name, parameters, when: [this.#never()], subtasks: [] })
    }
    const what: Pick<Draft, 'do' | 'goals'> =
      network === null
        ? { goals: [{ id: 'goal', where: this.#wanted(goal) }] }
        : { do: this.#initial(network, methods) }
    const actions = this.#actions()
    return {
      version: 1,
      kind: 'plan',
      title: name,
      state: this.#state(),
      actions,
      ...(methods.length === 0 ? {} : { methods }),
      ...what,
    }
  }

  /** The goal as conditions, at least one. */
  #wanted(goal: HtnProblem['goal']): StatedCondition[] {
    const found = goal === null ? [] : this.#conditions.conditions(goal, new Map())
    if (found === null) return [this.#never()]
    if (found.length > 0) return [...found]
    const [always] = this.#never()
    return [[always, '=', true]]
  }

  #never(): StatedCondition {
    return this.#conditions.never()
  }

  /** The initial tasks as they are, or as the method of one task. */
  #initial(network: TaskNetwork, methods: DraftMethod[]): readonly StatedTask[] {
    const { networkParameters, goal } = this.#problem
    const order = totalOrder(network)
    const ground = networkParameters.length === 0 && isTrue(network.constraints)
    if (ground && goal === null && order?.every((place, index) => place === index))
      return this.#calls(network, new Map())
    const { parameters, scope, usable } = this.#parameters([], networkParameters, [])
    const constraints = this.#conditions.conditions(network.constraints, scope)
    const subtasks = this.#calls(network, scope)
    const ordering = network.ordering.map(([a, b]): [number, number] => [a, b])
    if (goal !== null) {
      subtasks.forEach((_, index) => {
        ordering.push([index, subtasks.length])
      })
      subtasks.push([FINAL])
      methods.push({ id: 'goal reached', task: FINAL, when: this.#wanted(goal), subtasks: [] })
    }
    methods.push(this.#refinement(INITIAL, INITIAL, parameters, usable ? constraints : null, subtasks, ordering))
    return [[INITIAL]]
  }

  #method(method: Method): DraftMethod {
    const { name, task, taskArguments, network } = method
    const { parameters, scope, when, usable } = this.#parameters(taskArguments, method.parameters, this.#typesOf(task))
    this.#narrow(method, scope, when)
    const conditions = together([
      when,
      this.#conditions.conditions(method.precondition, scope),
      this.#conditions.conditions(network.constraints, scope),
    ])
    const possible = usable && network.subtasks.every((subtask) => this.#isPossible(subtask.task))
    const ordering = network.ordering.map(([a, b]): [number, number] => [a, b])
    return this.#refinement(name, task, parameters, possible ? conditions : null, this.#calls(network, scope), ordering)
  }

  #refinement(
    id: string,
    task: string,
    parameters: DraftParameters,
    conditions: Conditions,
    calls: [string, ...Term[]][],
    ordering: [number, number][],
  ): DraftMethod {
    const when = conditions ?? [this.#never()]
    // A method that never applies need not say what it would do.
    const subtasks = conditions === null ? [] : calls
    const pairs = conditions === null ? [] : ordering
    const chained =
      pairs.length === subtasks.length - 1 && pairs.every(([a, b], index) => a === index && b === index + 1)
    return {
      id,
      task,
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(when.length === 0 ? {} : { when }),
      subtasks,
      ...(chained || subtasks.length < 2 ? {} : pairs.length === 0 ? { ordered: false } : { ordering: pairs }),
    }
  }

  /**
   * Parameters of a document: first one for each argument of the task, then the variables of the method's own with their
   * objects. Arguments that repeat a variable or name an object become conditions.
   */
  #parameters(
    taskArguments: readonly Term[],
    variables: readonly TypedName[],
    types: readonly (readonly string[])[],
  ): { parameters: DraftParameters; scope: Scope; when: StatedCondition[]; usable: boolean } {
    const scope = new Map<string, Term>()
    const taken = new Set<string>()
    const parameters: DraftParameters[number][] = []
    const when: StatedCondition[] = []
    const add = (wanted: string): string => {
      const name = this.#names.parameter(wanted, taken)
      taken.add(name)
      return name
    }
    for (const term of taskArguments) {
      const known = scope.get(term)
      const name = add(term.startsWith('?') ? term : '?x')
      parameters.push(name)
      if (term.startsWith('?') && known === undefined) scope.set(term, name)
      else when.push(...(this.#conditions.equal(name, known ?? term, true) ?? []))
    }
    let usable = true
    for (const variable of variables) {
      const place = taskArguments.indexOf(variable.name)
      if (place >= 0) {
        const inside = this.#names.extent(types[place] ?? [])
        if (!this.#names.extent(variable.types).some((object) => inside.includes(object))) usable = false
        continue
      }
      const values = [...this.#names.extent(variable.types)]
      if (values.length === 0) usable = false
      const name = add(variable.name)
      scope.set(variable.name, name)
      if (values.length > 0) parameters.push({ id: name, values })
    }
    return { parameters, scope, when, usable }
  }

  /** Conditions on the types of the arguments, where callers may hand over something else. */
  #narrow(method: Method, scope: Scope, when: StatedCondition[]): void {
    const declared = this.#typesOf(method.task)
    const handed = this.#handed.get(method.task) ?? []
    method.taskArguments.forEach((term, place) => {
      const variable = method.parameters.find((parameter) => parameter.name === term)
      const given = handed[place] ?? new Set()
      for (const types of [variable?.types ?? [], declared[place] ?? []]) {
        const allowed = new Set(this.#names.extent(types))
        if ([...given].every((object) => allowed.has(object))) continue
        const name = termIn(scope, term)
        if (name.startsWith('?')) when.push([this.#names.kind(types, name), '=', true])
      }
    })
  }

  #noteCalls(): void {
    const { domain, network, networkParameters } = this.#problem
    const note = (tasks: TaskNetwork, variables: readonly TypedName[]): void => {
      for (const { task, arguments: args } of tasks.subtasks) {
        const sets = this.#handed.get(task) ?? args.map(() => new Set<string>())
        this.#handed.set(task, sets)
        args.forEach((term, place) => {
          const types = variables.find((variable) => variable.name === term)?.types ?? []
          for (const object of term.startsWith('?') ? this.#names.extent(types) : [term]) sets[place]?.add(object)
        })
      }
    }
    for (const method of domain.methods) note(method.network, method.parameters)
    if (network !== null) note(network, networkParameters)
  }

  #typesOf(task: string): readonly (readonly string[])[] {
    return this.#problem.domain.tasks.find((known) => known.name === task)?.parameters.map(({ types }) => types) ?? []
  }

  /** False for actions that no object fits. */
  #isPossible(task: string): boolean {
    const action = this.#problem.domain.actions.find((known) => known.name === task)
    return action?.parameters.every(({ types }) => this.#names.extent(types).length > 0) ?? true
  }

  #calls(network: TaskNetwork, scope: Scope): [string, ...Term[]][] {
    return network.subtasks.map((subtask) => [subtask.task, ...subtask.arguments.map((term) => termIn(scope, term))])
  }

  #actions(): readonly DraftAction[] {
    const possible = this.#problem.domain.actions.filter((action) => this.#isPossible(action.name))
    const drafts = possible.map((action) => {
      const taken = new Set<string>()
      const scope = new Map<string, Term>()
      const extents = new Map<string, readonly string[]>()
      const parameters = action.parameters.map(({ name, types }) => {
        const id = this.#names.parameter(name, taken)
        const values = [...this.#names.extent(types)]
        taken.add(id)
        scope.set(name, id)
        extents.set(id, values)
        return { id, values }
      })
      const when = this.#conditions.conditions(action.precondition, scope)
      const effects = new EffectWriter(this.#names, this.#conditions, extents).collect(action.effects, scope)
      this.#noteTargets(effects, extents)
      this.#written.set(action.name, effects)
      return { id: action.name, parameters, when, cost: this.#cost(effects), effects }
    })
    // A document has actions, be it one that never applies.
    if (drafts.length === 0) return [{ id: 'no action', when: [this.#never()] }]
    const unread = new Set(this.#problem.domain.fluents.map(({ name }) => name))
    for (const name of this.#conditions.read) unread.delete(name)
    return drafts.map(({ id, parameters, when, cost, effects }) => {
      const changes = when === null ? [] : effects.effects(unread)
      const conditions = when ?? [this.#never()]
      return {
        id,
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(conditions.length === 0 ? {} : { when: conditions }),
        ...(changes.length === 0 ? {} : { effects: changes }),
        ...(cost === 1 ? {} : { cost }),
      }
    })
  }

  /** By how much the metric changes. */
  #cost(effects: EffectWriter): Expression {
    const { metric } = this.#problem
    if (metric === null) return 1
    const change = (part: NumericExpression): Expression => {
      switch (part.kind) {
        case 'number':
          return 0
        case 'fluent':
          return effects.difference(part)
        case 'arithmetic': {
          const [left, right] = [change(part.left), change(part.right)]
          if (left === 0 && right === 0) return 0
          if (part.operator === '+') return left === 0 ? right : right === 0 ? left : { sum: [left, right] }
          if (part.operator === '-') return right === 0 ? left : { difference: [left, right] }
          const other = part.left.kind === 'number' ? part.left : part.right.kind === 'number' ? part.right : null
          if (other === null || (part.operator === '/' && other === part.left))
            throw cannot('its metric multiplies or divides functions', 'state a metric that is a weighted sum')
          const inner = other === part.left ? right : left
          return part.operator === '*' ? { product: [other.value, inner] } : { quotient: [inner, other.value] }
        }
      }
    }
    return change(metric)
  }

  #noteTargets(effects: EffectWriter, extents: ReadonlyMap<string, readonly string[]>): void {
    for (const { name, args, numeric } of effects.targets) {
      const key = numeric ? `number ${name}` : name
      const sets = this.#changed.get(key) ?? args.map(() => new Set<string>())
      this.#changed.set(key, sets)
      args.forEach((term, place) => {
        for (const object of extents.get(term) ?? [term]) sets[place]?.add(object)
      })
    }
  }

  #state(): readonly DraftVariable[] {
    const { domain, facts, values, metric } = this.#problem
    const { asked } = this.#names
    const { ground } = this.#conditions
    const state: DraftVariable[] = []
    const add = (variable: DraftVariable): void => {
      state.push(variable)
      if (state.length > MOST_VARIABLES)
        throw cannot(`it has more than ${MOST_VARIABLES} ground facts and numbers`, 'plan for it as HDDL')
    }
    const boolean = (id: string, initial: boolean): void => add({ id, kind: 'boolean', initial })
    if (asked.always || (domain.predicates.length === 0 && values.length === 0)) boolean(this.#names.always, true)
    if (asked.zero) add({ id: this.#names.zero, kind: 'number', initial: 0 })
    for (const { name, parameters } of domain.predicates) {
      const changed = this.#changed.get(name)
      const known = facts.filter((fact) => fact.predicate === name).map((fact) => fact.arguments)
      const holds = new Set(known.map((args) => args.join(' ')))
      // What never changes need only be stated where it holds, unless somebody asks whether it does not.
      const all = this.#names.changes(name) || this.#conditions.negated.has(name)
      const tuples = all ? [...this.#tuples(parameters, changed), ...(ground.get(name) ?? []), ...known] : known
      for (const args of unique(tuples)) boolean(this.#names.fact(name, args), holds.has(args.join(' ')))
      if (state.every(({ id }) => id !== name && !id.startsWith(`${name}(`))) this.#stated(name, parameters, boolean)
    }
    const counted = metric === null ? new Set<string>() : fluentsIn(metric)
    for (const { name, parameters } of domain.fluents) {
      if (!this.#conditions.read.has(name)) continue
      const known = values.filter((value) => value.fluent === name)
      for (const { arguments: args, value } of known)
        add({ id: this.#names.number(name, args), kind: 'number', initial: value })
      const defaults = known.length === 0 && parameters.length === 0 && (counted.has(name) || name === 'total-cost')
      if (defaults) add({ id: this.#names.number(name, []), kind: 'number', initial: 0 })
    }
    for (const [name, objects] of asked.kinds)
      for (const object of this.#names.objects)
        boolean(this.#names.fact(name, [object.name]), objects.includes(object.name))
    if (asked.self) {
      const values = this.#names.objects.map((object) => object.name)
      for (const object of values)
        add({ id: this.#names.fact(this.#names.self, [object]), kind: 'enum', values, initial: object })
    }
    return state
  }

  /** A predicate that holds nowhere: one variable is there for the conditions that name it. */
  #stated(name: string, parameters: readonly TypedName[], boolean: (id: string, initial: boolean) => void): void {
    const args = parameters.map(({ types }) => this.#names.extent(types)[0] ?? '-')
    boolean(this.#names.fact(name, args), false)
  }

  /** Everything the types let a name be applied to, and what effects apply it to. */
  #tuples(parameters: readonly TypedName[], changed: readonly Set<string>[] | undefined): readonly string[][] {
    let tuples: string[][] = [[]]
    parameters.forEach(({ types }, place) => {
      const extent = new Set([...this.#names.extent(types), ...(changed?.[place] ?? [])])
      if (tuples.length * extent.size > MOST_VARIABLES)
        throw cannot(`it has more than ${MOST_VARIABLES} ground facts and numbers`, 'plan for it as HDDL')
      tuples = tuples.flatMap((before) => [...extent].map((object) => [...before, object]))
    })
    return tuples
  }
}

function unique(tuples: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(tuples.map((args) => [args.join(' '), args])).values()]
}

function fluentsIn(expression: NumericExpression): ReadonlySet<string> {
  if (expression.kind === 'fluent') return new Set([expression.fluent])
  if (expression.kind === 'number') return new Set()
  return new Set([...fluentsIn(expression.left), ...fluentsIn(expression.right)])
}

function isTrue(formula: TaskNetwork['constraints']): boolean {
  return formula.kind === 'and' && formula.parts.length === 0
}
