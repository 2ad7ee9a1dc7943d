/**
 * The problem made executable: ground tasks on demand, actions that map the current state to its successor, methods
 * whose variables are bound by joins, each variable at the last moment. Search strategies work on this.
 */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { Effect, Formula, NumericExpression } from '../../domain/formula.ts'
import type { HtnProblem } from '../../domain/htn.ts'
import { type Analysis, analyse, canAchieve, inMethod, pulledUpAnywhere, toTerms } from './analysis.ts'
import {
  type Apply,
  type Binding,
  Compiler,
  type EffectSink,
  MAXIMAL_SLOTS,
  NumberTable,
  Scope,
  type Test,
  type Value,
} from './conditions.ts'
import { ANYTHING, type Filter, Join, type Literal, type Statistics } from './join.ts'
import {
  type ActionSchema,
  compileActions,
  compileMethods,
  type MethodSchema,
  ROOT_NAME,
  type SubtaskSchema,
} from './schemas.ts'
import { States } from './states.ts'
import { compileSymbols, type Extent, lookup, type Symbols } from './symbols.ts'
import { IntPool, TupleTable } from './tuples.ts'

/**
 * A method ready to run: `stages[k]` binds what subtask k needs, in the state in which it starts. Stages are laid out when
 * they are first asked for: of large domains, most methods are never tried.
 */
export interface CompiledMethod {
  readonly schema: MethodSchema
  readonly stages: readonly Join[]
  /** Lower bound on cost of the subtasks k, k+1, ...; one entry more than subtasks. */
  readonly restCost: Float64Array
  readonly restLength: Float64Array
}

export interface GroundAction {
  /** Facts that must hold, facts that must not; null when some precondition is not a plain literal. */
  readonly positive: Int32Array
  readonly negative: Int32Array
  readonly adds: Int32Array
  readonly deletes: Int32Array
}

export class LiftedSystem {
  readonly symbols: Symbols
  readonly states: States
  readonly actions: readonly ActionSchema[]
  readonly analysis: Analysis
  /** Methods by task symbol. */
  readonly methods: readonly (readonly CompiledMethod[])[]
  /** All methods by their index. */
  readonly allMethods: readonly CompiledMethod[]
  /** Ground tasks; heads are task symbols. */
  readonly tasks = new TupleTable()
  /** Ground id of the task whose only method is the initial network. */
  readonly root: number
  readonly rootSymbol: number
  /** True when some method or the network was partially ordered, so that solutions may have been left out. */
  readonly linearised: boolean
  /** True when every action costs the same 1. */
  readonly unitCost: boolean
  readonly binding: Binding = new Int32Array(MAXIMAL_SLOTS)
  readonly statistics: Statistics
  readonly compiler: Compiler

  readonly #goal: Test | null
  readonly #metric: Value | null
  readonly #initialMetric: number
  readonly #costSlots: ReadonlySet<number>
  readonly #groundActions: (GroundAction | undefined)[] = []
  readonly #generalTests: readonly (readonly Test[])[]
  readonly #generalEffects: readonly (Apply | null)[]
  readonly #constantCost: Float64Array
  readonly #costValues: readonly (Value | null)[]
  readonly #toggles = new IntPool(64)
  readonly #slots = new IntPool(16)
  readonly #values: number[] = []
  readonly #adds: number[] = []
  readonly #removes: number[] = []
  readonly #buffer = new Int32Array(64)

  constructor(problem: HtnProblem) {
    const symbols = compileSymbols(problem)
    this.symbols = symbols
    const states = new States(
      symbols.predicates.map((predicate) => predicate.parameters.length),
      symbols.objects.length,
    )
    this.states = states
    const numbers = new NumberTable()
    const compiler = new Compiler(symbols, states, numbers)
    this.compiler = compiler
    const ids = (names: readonly string[]): number[] => names.map((name) => lookup(symbols.objectId, name))
    for (const fact of problem.facts) {
      const names = ids(fact.arguments)
      states.assume(states.fact(lookup(symbols.predicateId, fact.predicate), names, 0, names.length))
    }
    const initial: number[] = []
    for (const value of problem.values) {
      const names = ids(value.arguments)
      initial[numbers.tuples.intern(lookup(symbols.fluentId, value.fluent), names, 0, names.length)] = value.value
    }
    const totalCost = problem.domain.fluents.find(
      (fluent) => fluent.name === 'total-cost' && fluent.parameters.length === 0,
    )
    if (totalCost !== undefined) {
      const slot = numbers.tuples.intern(lookup(symbols.fluentId, totalCost.name), [], 0, 0)
      initial[slot] ??= 0
    }
    states.begin(Float64Array.from(initial))
    this.actions = compileActions(compiler)
    const costs = compileCosts(problem, compiler, this.actions)
    this.#metric = costs.metric
    this.#costSlots = costs.hidden
    this.#constantCost = costs.constant
    this.#costValues = costs.values
    this.unitCost = problem.metric === null || costs.allOne
    this.#initialMetric = this.#metric === null ? 0 : this.#metric(this.binding)
    const rootSymbol = symbols.taskNames.length
    this.rootSymbol = rootSymbol
    const group = (schemas: readonly MethodSchema[]): MethodSchema[][] => {
      const groups: MethodSchema[][] = Array.from({ length: rootSymbol + 1 }, () => [])
      for (const schema of schemas) (groups[schema.task] as MethodSchema[]).push(schema)
      return groups
    }
    let schemas = compileMethods(compiler, rootSymbol, () => false)
    let analysis = analyse(symbols, this.actions, group(schemas), this.#lowestCosts())
    this.linearised = schemas.some((schema) => schema.linearised)
    if (this.linearised) {
      const draft = analysis
      schemas = compileMethods(compiler, rootSymbol, (first, second, extents) =>
        produces(first, second, extents, draft, symbols),
      )
      analysis = analyse(symbols, this.actions, group(schemas), this.#lowestCosts())
    }
    this.analysis = analysis
    this.statistics = measure(symbols, states)
    this.allMethods = schemas.map((schema) => this.#compileMethod(schema))
    this.methods = group(schemas).map((list) => list.map((schema) => this.allMethods[schema.index] as CompiledMethod))
    this.root = this.tasks.intern(rootSymbol, [], 0, 0)
    this.#goal = problem.goal === null ? null : compiler.test(problem.goal, new Scope([]))
    this.#generalTests = this.actions.map((action) => action.filters.map((filter) => filter.test))
    this.#generalEffects = this.actions.map((action) => {
      const rest = action.rest.filter((effect) => !this.#isHiddenCost(effect))
      return rest.length === 0 ? null : compiler.effects(rest, action.scope)
    })
  }

  isAction(task: number): boolean {
    const symbol = this.tasks.heads.data[task] as number
    return symbol >= this.symbols.compoundCount && symbol !== this.rootSymbol
  }

  /** Whether the goal holds in the current state. */
  goalHolds(): boolean {
    return this.#goal === null || this.#goal(this.binding)
  }

  /** Value of the metric in the initial state; plan costs are counted from here. */
  get initialMetric(): number {
    return this.#initialMetric
  }

  /** The ground task of a subtask under the binding, or -1 when an argument is outside its parameter's type. */
  groundSubtask(subtask: SubtaskSchema, binding: Binding): number {
    const { terms, task } = subtask
    const buffer = this.#buffer
    const extents = this.symbols.taskExtents[task] as readonly Extent[]
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      const object = term >= 0 ? (binding[term] as number) : -1 - term
      if ((extents[i] as Extent).contains[object] === 0) return -1
      buffer[i] = object
    }
    return this.tasks.intern(task, buffer, 0, terms.length)
  }

  /** Binds the parameters of a method that its task fixes; false when a constant, a repetition or a type forbids it. */
  unify(method: MethodSchema, task: number, binding: Binding): boolean {
    const start = this.tasks.starts.data[task] as number
    const values = this.tasks.values.data
    const { taskTerms, extents, parameterCount } = method
    for (let i = 0; i < parameterCount; i++) binding[i] = -1
    for (let i = 0; i < taskTerms.length; i++) {
      const term = taskTerms[i] as number
      const object = values[start + i] as number
      if (term < 0) {
        if (-1 - term !== object) return false
      } else if (binding[term] === -1) {
        if ((extents[term] as Extent).contains[object] === 0) return false
        binding[term] = object
      } else if (binding[term] !== object) return false
    }
    return true
  }

  /** Facts an action needs, adds and deletes unconditionally. */
  groundAction(task: number): GroundAction {
    return (
      this.#groundActions[task] ??
      this.#groundAction(task, (this.tasks.heads.data[task] as number) - this.symbols.compoundCount)
    )
  }

  /** Cost of an action when it does not depend on the state, else a lower bound. */
  constantCost(task: number): number {
    const index = (this.tasks.heads.data[task] as number) - this.symbols.compoundCount
    return this.#costValues[index] === null ? (this.#constantCost[index] as number) : 0
  }

  /** Plain literals of the goal as facts, positive and negative. */
  goalFacts(): { positive: number[]; negative: number[] } {
    const positive: number[] = []
    const negative: number[] = []
    const visit = (formula: Formula, sign: boolean): void => {
      if (formula.kind === 'and' && sign) for (const part of formula.parts) visit(part, sign)
      else if (formula.kind === 'not') visit(formula.inner, !sign)
      else if (formula.kind === 'atom') {
        const objects = formula.arguments.map((name) => lookup(this.symbols.objectId, name))
        const fact = this.states.fact(lookup(this.symbols.predicateId, formula.predicate), objects, 0, objects.length)
        ;(sign ? positive : negative).push(fact)
      }
    }
    const { goal } = this.symbols.problem
    if (goal !== null) visit(goal, true)
    return { positive, negative }
  }

  /** Cost of the last successful `apply`. */
  lastCost = 0

  /** The state after a ground action in the current state, or -1 when it cannot run; `lastCost` is set. */
  apply(task: number): number {
    const symbol = this.tasks.heads.data[task] as number
    const index = symbol - this.symbols.compoundCount
    const ground = this.#groundActions[task] ?? this.#groundAction(task, index)
    const { states } = this
    const truth = states.truth
    const { positive, negative, adds, deletes } = ground
    for (let i = 0; i < positive.length; i++) if (truth[positive[i] as number] === 0) return -1
    for (let i = 0; i < negative.length; i++) if (truth[negative[i] as number] === 1) return -1
    const tests = this.#generalTests[index] as readonly Test[]
    const general = this.#generalEffects[index] as Apply | null
    const costValue = this.#costValues[index] as Value | null
    if (tests.length > 0 || general !== null || costValue !== null) {
      this.#bindArguments(task)
      for (const test of tests) if (!test(this.binding)) return -1
    }
    const toggles = this.#toggles
    toggles.size = 0
    this.#slots.size = 0
    if (general === null) {
      // Deletes that are added as well were dropped when the action was grounded.
      for (let i = 0; i < deletes.length; i++) if (truth[deletes[i] as number] === 1) toggles.push(deletes[i] as number)
      for (let i = 0; i < adds.length; i++) if (truth[adds[i] as number] === 0) toggles.push(adds[i] as number)
    } else if (!this.#collect(ground, general)) return -1
    this.lastCost = costValue === null ? (this.#constantCost[index] as number) : costValue(this.binding)
    if (Number.isNaN(this.lastCost)) return -1
    if (toggles.size === 0 && this.#slots.size === 0) return states.current
    return states.successor(toggles, this.#slots, this.#values)
  }

  #collect(ground: GroundAction, general: Apply): boolean {
    const { states } = this
    const adds = this.#adds
    const removes = this.#removes
    adds.length = 0
    removes.length = 0
    for (const fact of ground.adds) adds.push(fact)
    for (const fact of ground.deletes) removes.push(fact)
    let defined = true
    const slots = this.#slots
    const values = this.#values
    const sink: EffectSink = {
      add: (fact) => {
        adds.push(fact)
      },
      remove: (fact) => {
        removes.push(fact)
      },
      assign: (slot, value) => {
        if (slot < 0 || !Number.isFinite(value)) {
          defined = false
          return
        }
        for (let i = 0; i < slots.size; i++) {
          if (slots.data[i] !== slot) continue
          // Several increases of one variable in one action add up.
          values[i] = (values[i] as number) + value - (states.numbers[slot] as number)
          return
        }
        values[slots.size] = value
        slots.push(slot)
      },
    }
    general(this.binding, sink)
    const added = new Set(adds)
    for (const fact of new Set(removes)) if (!added.has(fact) && states.truth[fact] === 1) this.#toggles.push(fact)
    for (const fact of added) if (states.truth[fact] === 0) this.#toggles.push(fact)
    return defined
  }

  #bindArguments(task: number): void {
    const start = this.tasks.starts.data[task] as number
    const end = this.tasks.starts.data[task + 1] as number
    for (let i = start; i < end; i++) this.binding[i - start] = this.tasks.values.data[i] as number
  }

  #groundAction(task: number, index: number): GroundAction {
    const action = this.actions[index] as ActionSchema
    const start = this.tasks.starts.data[task] as number
    const values = this.tasks.values.data
    const fact = (predicate: number, terms: readonly number[]): number => {
      const objects = terms.map((term) => (term >= 0 ? (values[start + term] as number) : -1 - term))
      return this.states.fact(predicate, objects, 0, objects.length)
    }
    const facts = (list: readonly { predicate: number; terms: readonly number[] }[]): Int32Array =>
      Int32Array.from(new Set(list.map((item) => fact(item.predicate, item.terms))))
    const adds = facts(action.plain.filter((effect) => effect.add))
    const added = new Set(adds)
    const ground = {
      positive: facts(action.literals.filter((literal) => literal.positive)),
      negative: facts(action.literals.filter((literal) => !literal.positive)),
      adds,
      deletes: facts(action.plain.filter((effect) => !effect.add)).filter((id) => !added.has(id)),
    }
    this.#groundActions[task] = ground
    return ground
  }

  #isHiddenCost(effect: Effect): boolean {
    return (
      effect.kind === 'numeric' &&
      effect.arguments.length === 0 &&
      this.#costSlots.has(lookup(this.symbols.fluentId, effect.fluent))
    )
  }

  /** A lower bound on the cost of each action schema. */
  #lowestCosts(): Float64Array {
    return this.#constantCost.map((cost, index) => (this.#costValues[index] === null ? cost : 0))
  }

  #compileMethod(schema: MethodSchema): CompiledMethod {
    const { analysis } = this
    const count = schema.subtasks.length
    const restCost = new Float64Array(count + 1)
    const restLength = new Float64Array(count + 1)
    for (let k = count - 1; k >= 0; k--) {
      const task = (schema.subtasks[k] as SubtaskSchema).task
      restCost[k] = (restCost[k + 1] as number) + (analysis.minimalCost[task] as number)
      restLength[k] = (restLength[k + 1] as number) + (analysis.minimalLength[task] as number)
    }
    let stages: readonly Join[] | null = null
    const layOut = (): readonly Join[] => this.#stagesOf(schema)
    return {
      schema,
      get stages() {
        stages ??= layOut()
        return stages
      },
      restCost,
      restLength,
    }
  }

  #stagesOf(schema: MethodSchema): Join[] {
    const { symbols, states, analysis } = this
    const count = schema.subtasks.length
    const stages: Join[] = []
    const up = pulledUpAnywhere(symbols, schema, analysis.effects, analysis.mandatory)
    const bound = new Set(schema.taskTerms.filter((term) => term >= 0))
    const own = new Set<number>()
    for (const literal of schema.literals) for (const term of literal.terms) if (term >= 0) own.add(term)
    for (const filter of schema.filters) for (const slot of filter.slots) own.add(slot)
    // Literals that can be looked at before subtask k, in the order in which the subtasks need them.
    const wantedAt: { readonly key: string; readonly literal: Literal }[][] = Array.from({ length: count }, () => [])
    for (const { subtask, since, positive, predicate, terms: places } of up.literals) {
      const terms = toTerms(places)
      if (!positive && terms.includes(ANYTHING)) continue
      const literal = { positive, predicate, terms }
      const key = JSON.stringify(literal)
      for (let k = Math.max(since, up.dead + 1); k <= subtask; k++) wantedAt[k]?.push({ key, literal })
    }
    for (let k = 0; k < Math.max(1, count); k++) {
      const needed = new Set<number>(k === 0 ? own : [])
      for (const term of schema.subtasks[k]?.terms ?? []) if (term >= 0) needed.add(term)
      for (const slot of bound) needed.delete(slot)
      const literals: Literal[] = k === 0 ? [...schema.literals] : []
      const filters: Filter[] = k === 0 ? [...schema.filters] : []
      const seen = new Set(literals.map((literal) => JSON.stringify(literal)))
      for (const { key, literal } of wantedAt[k] ?? []) {
        const { predicate, terms } = literal
        if (seen.has(key) || !terms.every((term) => term < 0 || bound.has(term) || needed.has(term))) continue
        // What no action changes needs to be looked at once only, when its variables are bound.
        const settled = k > 0 && symbols.isStatic[predicate] === 1 && terms.every((term) => term < 0 || bound.has(term))
        if (settled) continue
        seen.add(key)
        literals.push(literal)
      }
      stages.push(
        new Join(states, this.statistics, {
          bound: new Set(bound),
          needed,
          extents: schema.extents,
          literals,
          filters,
        }),
      )
      for (const slot of needed) bound.add(slot)
    }
    return stages
  }
}

function produces(
  first: SubtaskSchema,
  second: SubtaskSchema,
  extents: readonly Extent[],
  analysis: Analysis,
  symbols: Symbols,
): boolean {
  const frame = { extents } as MethodSchema
  for (const pattern of analysis.mandatory[second.task] ?? []) {
    const wanted = inMethod(pattern.terms, second.terms, frame)
    for (const effect of analysis.effects[first.task] ?? []) {
      const terms = inMethod(effect.terms, first.terms, frame)
      if (canAchieve(effect, terms, pattern.positive, pattern.predicate, wanted, symbols)) return true
    }
  }
  return false
}

function measure(symbols: Symbols, states: States): Statistics {
  const counts = symbols.predicates.map((_, predicate) => states.list(predicate, -1, 0)?.size ?? 0)
  const distinct = symbols.predicates.map((declaration, predicate) =>
    declaration.parameters.map((_, position) => {
      const seen = new Set<number>()
      const list = states.list(predicate, -1, 0)
      for (let i = 0; i < (list?.size ?? 0); i++) {
        const start = states.facts.starts.data[list?.data[i] as number] as number
        seen.add(states.facts.values.data[start + position] as number)
      }
      return Math.max(1, seen.size)
    }),
  )
  return {
    facts: (predicate) => Math.max(1, counts[predicate] as number),
    distinct: (predicate, position) => (distinct[predicate] as number[])[position] as number,
  }
}

/**
 * Costs of actions. Without a metric every action costs 1. With `minimize (total-cost)` the cost is what the action adds
 * to total-cost, and total-cost leaves the state unless a condition reads it. Any other metric must be reducible to
 * that form.
 */
function compileCosts(
  problem: HtnProblem,
  compiler: Compiler,
  actions: readonly ActionSchema[],
): { metric: Value | null; hidden: Set<number>; constant: Float64Array; values: (Value | null)[]; allOne: boolean } {
  const hidden = new Set<number>()
  const { metric } = problem
  const constant = new Float64Array(actions.length).fill(1)
  const values: (Value | null)[] = actions.map(() => null)
  const totalCost = compiler.symbols.fluentId.get('total-cost')
  if (metric === null) {
    if (totalCost !== undefined && !readsFluent(problem, 'total-cost')) hidden.add(totalCost)
    return { metric: null, hidden, constant, values, allOne: true }
  }
  if (metric.kind !== 'fluent' || metric.arguments.length > 0) {
    throw new UnsupportedError('metric', 'the metric is not one fluent without arguments', {
      hint: 'let actions increase one function such as (total-cost), and minimize that',
    })
  }
  const fluent = lookup(compiler.symbols.fluentId, metric.fluent)
  if (!readsFluent(problem, metric.fluent)) hidden.add(fluent)
  constant.fill(0)
  actions.forEach((action, index) => {
    const domainAction = problem.domain.actions[index] as HtnProblem['domain']['actions'][number]
    const parts: NumericExpression[] = []
    for (const effect of domainAction.effects) {
      if (effect.kind === 'when' || effect.kind === 'forall') {
        if (mentions(effect, metric.fluent)) {
          throw new UnsupportedError(
            'conditional cost',
            `action ${action.name} changes ${metric.fluent} conditionally`,
            {
              hint: 'split the action into one for each case',
            },
          )
        }
      } else if (effect.kind === 'numeric' && effect.fluent === metric.fluent) {
        if (effect.operator !== 'increase') {
          throw new UnsupportedError('metric', `action ${action.name} does more than increase ${metric.fluent}`, {
            hint: 'costs may only be increased',
          })
        }
        parts.push(effect.value)
      }
    }
    if (parts.length === 0) return
    if (parts.every((part) => part.kind === 'number')) {
      const sum = parts.reduce((total, part) => total + (part.kind === 'number' ? part.value : 0), 0)
      if (sum < 0) throw negativeCost(action.name)
      constant[index] = sum
      return
    }
    const compiled = parts.map((part) => compiler.value(part, action.scope))
    values[index] = (binding) => {
      let sum = 0
      for (const part of compiled) sum += part(binding)
      if (sum < 0) throw negativeCost(action.name)
      return sum
    }
  })
  const allOne = values.every((value) => value === null) && constant.every((cost) => cost === 1)
  return { metric: compiler.value(metric, new Scope([])), hidden, constant, values, allOne }
}

function negativeCost(name: string): UnsupportedError {
  return new UnsupportedError('negative cost', `action ${name} has a negative cost`, { hint: 'costs are >= 0' })
}

function mentions(effect: Effect, fluent: string): boolean {
  if (effect.kind === 'numeric') return effect.fluent === fluent
  return (effect.kind === 'when' || effect.kind === 'forall') && effect.effects.some((inner) => mentions(inner, fluent))
}

/** Whether any condition or value reads the fluent; increases of the fluent itself do not count. */
function readsFluent(problem: HtnProblem, fluent: string): boolean {
  const needle = `"fluent":${JSON.stringify(fluent)}`
  const reads = (value: unknown): boolean => JSON.stringify(value).includes(needle)
  const effectReads = (effect: Effect): boolean => {
    switch (effect.kind) {
      case 'numeric':
        return reads(effect.value)
      case 'when':
        return reads(effect.condition) || effect.effects.some(effectReads)
      case 'forall':
        return effect.effects.some(effectReads)
      default:
        return false
    }
  }
  return (
    reads(problem.goal ?? []) ||
    problem.domain.methods.some((method) => reads(method.precondition) || reads(method.network.constraints)) ||
    problem.domain.actions.some((action) => reads(action.precondition) || action.effects.some(effectReads))
  )
}

export { ROOT_NAME }
