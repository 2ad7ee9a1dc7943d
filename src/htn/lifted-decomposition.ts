/**
 * A hierarchical problem as a decomposition system: candidates and explanations for what was read from HDDL.
 *
 * States and tasks are the ids of the lifted core. A method is refused when its conditions cannot be bound; the reason is
 * the first conjunct, in the order written, that no binding of the ones before it satisfies.
 */
import { type Formula, formatFormula, substitute } from '../domain/formula.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { Plan } from '../domain/plan.ts'
import { type Candidate, type CandidateEnd, type CandidateOptions, candidates } from './candidates.ts'
import { withHierarchy } from './classical.ts'
import type { Alternative, DecompositionSystem, Refusal, Transition } from './decomposition.ts'
import { explainPlan, type Reason } from './explain.ts'
import { pulledUp, toTerms } from './lifted/analysis.ts'
import { Scope, type Test } from './lifted/conditions.ts'
import { ANYTHING, Join } from './lifted/join.ts'
import { type MethodSchema, ROOT_NAME, type SubtaskSchema, splitCondition } from './lifted/schemas.ts'
import { LiftedSystem } from './lifted/system.ts'

/** Candidates of a hierarchical problem, cheapest first; each decomposition with its order of execution once. */
export async function* htnCandidates(
  problem: HtnProblem,
  options: CandidateOptions = {},
): AsyncGenerator<Candidate<number, number>, CandidateEnd> {
  const system = liftedDecomposition(problem)
  const seen = new Set<string>()
  const { count, ...rest } = options
  const generator = candidates(system, rest)
  for (;;) {
    const next = await generator.next()
    if (next.done === true) return next.value
    const plan = withoutRoot(next.value.plan)
    // With partial order a task may have been refined at several moments: that makes no difference to the plan.
    const key = shapeOf(plan)
    if (seen.has(key)) continue
    if (count !== undefined && seen.size >= count) {
      return { status: 'stopped', limit: 'gap', bound: next.value.cost, nodes: seen.size }
    }
    seen.add(key)
    yield { ...next.value, plan }
  }
}

/** A hierarchical problem as a decomposition system, whose ground tasks can be named. */
export interface LiftedTasks extends DecompositionSystem<number, number> {
  /** Null when the problem has no such task, action or object. */
  taskOf(name: string, args: readonly string[]): number | null
}

/** The problem for `candidates`, `explainPlan`, `explainRefusal` and `whyNot`. */
export function liftedDecomposition(problem: HtnProblem): LiftedTasks {
  return new LiftedDecomposition(problem.network === null ? withHierarchy(problem) : problem)
}

/** Why the plan of a hierarchical problem is as it is: one reason tree for each initial task. */
export function explainHtnPlan(problem: HtnProblem, plan: Plan): readonly Reason[] {
  const system = liftedDecomposition(problem)
  const { decomposition } = plan
  if (decomposition === null) return []
  const id = 1 + Math.max(0, ...plan.steps.map((step) => step.id), ...decomposition.nodes.map((node) => node.id))
  const root = { id, task: ROOT_NAME, args: [], method: ROOT_NAME, subtasks: decomposition.roots }
  const whole = { ...plan, decomposition: { roots: [id], nodes: [...decomposition.nodes, root] } }
  return explainPlan(system, whole)[0]?.parts ?? []
}

/** The plan without the node of the initial network, which is no task of the problem. */
function withoutRoot(plan: Plan): Plan {
  const decomposition = plan.decomposition as NonNullable<Plan['decomposition']>
  const root = decomposition.nodes.find((node) => node.id === decomposition.roots[0])
  if (root === undefined) return plan
  return {
    ...plan,
    decomposition: { roots: root.subtasks, nodes: decomposition.nodes.filter((node) => node !== root) },
  }
}

/** Tree and order of execution, independent of how ids were given out. */
function shapeOf(plan: Plan): string {
  const decomposition = plan.decomposition as NonNullable<Plan['decomposition']>
  const nodes = new Map(decomposition.nodes.map((node) => [node.id, node]))
  const places = new Map(plan.steps.map((step, index) => [step.id, `${index} ${step.name} ${step.args.join(' ')}`]))
  const tell = (id: number): string => {
    const node = nodes.get(id)
    if (node === undefined) return places.get(id) ?? ''
    return `${node.task} ${node.args.join(' ')}>${node.method}(${node.subtasks.map(tell).join(',')})`
  }
  return decomposition.roots.map(tell).join(';')
}

interface Shape {
  readonly schema: MethodSchema
  readonly join: Join
  /** By written place. */
  readonly subtasks: readonly SubtaskSchema[]
  readonly conditions: readonly { readonly formula: Formula; join: Join | null }[]
}

class LiftedDecomposition implements LiftedTasks {
  readonly initialState = 0
  readonly initialTasks: readonly number[]
  readonly initialOrdered = true
  readonly #system: LiftedSystem
  readonly #shapes: readonly (readonly Shape[])[]
  readonly #actionConditions = new Map<number, readonly { readonly formula: Formula; readonly test: Test }[]>()

  constructor(problem: HtnProblem) {
    const system = new LiftedSystem(problem)
    this.#system = system
    this.initialTasks = [system.root]
    this.#shapes = system.methods.map((methods) => methods.map(({ schema }) => this.#shape(schema)))
  }

  isAction(task: number): boolean {
    return this.#system.isAction(task)
  }

  taskOf(name: string, args: readonly string[]): number | null {
    const { symbols, tasks } = this.#system
    const symbol = symbols.taskNames.indexOf(name)
    const objects = args.map((arg) => symbols.objectId.get(arg) ?? -1)
    return symbol < 0 || objects.includes(-1) ? null : tasks.intern(symbol, objects, 0, objects.length)
  }

  refine(task: number, state: number): { alternatives: Alternative<number>[]; refusals: Refusal[] } {
    const system = this.#system
    system.states.goto(state)
    const alternatives: Alternative<number>[] = []
    const refusals: Refusal[] = []
    for (const shape of this.#shapes[system.tasks.heads.data[task] as number] ?? []) {
      const { schema } = shape
      if (!system.unify(schema, task, system.binding)) {
        refusals.push({ name: schema.name, reason: 'its task has other arguments' })
        continue
      }
      const bindings: Int32Array[] = []
      shape.join.run(system.binding, () => {
        bindings.push(system.binding.slice(0, schema.parameterCount))
        return true
      })
      if (bindings.length === 0) refusals.push({ name: schema.name, reason: this.#reason(shape, task) })
      // Objects that only a condition speaks of make no other way to refine the task.
      const given = new Set<string>()
      for (const binding of bindings) {
        const subtasks = shape.subtasks.map((subtask) => system.groundSubtask(subtask, binding))
        const key = subtasks.join(' ')
        if (subtasks.includes(-1) || given.has(key)) continue
        given.add(key)
        alternatives.push({ method: schema.name, subtasks, ordered: false, ordering: schema.network.ordering })
      }
    }
    return { alternatives, refusals }
  }

  execute(task: number, state: number): Transition<number> | Refusal {
    const system = this.#system
    system.states.goto(state)
    const next = system.apply(task)
    if (next >= 0) return { state: next, cost: system.lastCost, duration: 1, resources: {} }
    const { name, args } = this.describe(task)
    const symbol = (system.tasks.heads.data[task] as number) - system.symbols.compoundCount
    const action = system.symbols.problem.domain.actions[symbol]
    if (action === undefined) return { name, reason: 'there is no such action' }
    let conditions = this.#actionConditions.get(symbol)
    if (conditions === undefined) {
      const scope = new Scope(action.parameters.map((parameter) => parameter.name))
      conditions = conjuncts(action.precondition).map((formula) => ({
        formula,
        test: system.compiler.test(formula, scope),
      }))
      this.#actionConditions.set(symbol, conditions)
    }
    const start = system.tasks.starts.data[task] as number
    action.parameters.forEach((_, i) => {
      system.binding[i] = system.tasks.values.data[start + i] as number
    })
    const failing = conditions.find(({ test }) => !test(system.binding))
    const values = new Map(action.parameters.map((parameter, i) => [parameter.name, args[i] as string]))
    const reason =
      failing === undefined
        ? 'an effect has no value'
        : `${formatFormula(substitute(failing.formula, values))} does not hold`
    return { name, reason }
  }

  goal(state: number): Refusal | null {
    const system = this.#system
    system.states.goto(state)
    if (system.goalHolds()) return null
    const scope = new Scope([])
    const parts = conjuncts(system.symbols.problem.goal as Formula)
    const failing = parts.find((part) => !system.compiler.test(part, scope)(system.binding))
    return {
      name: 'goal',
      reason: `${formatFormula(failing ?? (system.symbols.problem.goal as Formula))} does not hold`,
    }
  }

  bound(task: number): { readonly cost: number; readonly duration: number } {
    const symbol = this.#system.tasks.heads.data[task] as number
    // Unordered parts may run side by side: of the duration only "something has to be done" is certain.
    const something = (this.#system.analysis.minimalLength[symbol] as number) > 0 ? 1 : 0
    return { cost: this.#system.analysis.minimalCost[symbol] as number, duration: something }
  }

  stateKey(state: number): string {
    return String(state)
  }

  taskKey(task: number): string {
    return String(task)
  }

  describe(task: number): { name: string; args: string[] } {
    const system = this.#system
    const symbol = system.tasks.heads.data[task] as number
    const args: string[] = []
    const end = system.tasks.starts.data[task + 1] as number
    for (let i = system.tasks.starts.data[task] as number; i < end; i++) {
      args.push(system.symbols.objects[system.tasks.values.data[i] as number] as string)
    }
    return { name: system.symbols.taskNames[symbol] ?? ROOT_NAME, args }
  }

  #shape(schema: MethodSchema): Shape {
    const system = this.#system
    const bound = new Set(schema.taskTerms.filter((term) => term >= 0))
    const needed = new Set<number>()
    for (const literal of schema.literals) for (const term of literal.terms) if (term >= 0) needed.add(term)
    for (const filter of schema.filters) for (const slot of filter.slots) needed.add(slot)
    for (const subtask of schema.subtasks) for (const term of subtask.terms) if (term >= 0) needed.add(term)
    for (const slot of bound) needed.delete(slot)
    const literals = [...schema.literals]
    // What must hold before the first subtask can only be asked now when nothing else can happen before it.
    if (!system.linearised) {
      for (const up of pulledUp(system.symbols, schema, 0, system.analysis.effects, system.analysis.mandatory) ?? []) {
        const terms = toTerms(up.terms)
        if (!terms.includes(ANYTHING)) literals.push({ positive: up.positive, predicate: up.predicate, terms })
      }
    }
    const written: SubtaskSchema[] = []
    for (const subtask of schema.subtasks) written[subtask.written] = subtask
    const { domain } = system.symbols.problem
    const method = domain.methods[schema.index]
    const conditions = [...conjuncts(method?.precondition ?? NOTHING), ...conjuncts(schema.network.constraints)]
    return {
      schema,
      join: new Join(system.states, system.statistics, {
        bound,
        needed,
        extents: schema.extents,
        literals,
        filters: schema.filters,
      }),
      subtasks: written,
      conditions: conditions.map((formula) => ({ formula, join: null })),
    }
  }

  /** The first conjunct that cannot be satisfied together with those before it. */
  #reason(shape: Shape, task: number): string {
    const system = this.#system
    const { schema } = shape
    const method = system.symbols.problem.domain.methods[schema.index]
    if (method === undefined) return 'its variables cannot be bound'
    const empty = schema.extents.findIndex((extent) => extent.members.length === 0)
    const without = method.parameters[empty]
    if (without !== undefined) {
      const type = without.types.length === 0 ? 'object' : without.types.join(' or ')
      return `no object of type ${type} fits its parameter ${without.name}`
    }
    const values = new Map<string, string>()
    const { args } = this.describe(task)
    method.taskArguments.forEach((term, i) => {
      if (term.startsWith('?')) values.set(term, args[i] as string)
    })
    const scope = new Scope(method.parameters.map((parameter) => parameter.name))
    const bound = new Set(schema.taskTerms.filter((term) => term >= 0))
    for (let k = 0; k < shape.conditions.length; k++) {
      const condition = shape.conditions[k] as (typeof shape.conditions)[number]
      if (condition.join === null) {
        const parts = shape.conditions.slice(0, k + 1).map((entry) => entry.formula)
        const { literals, filters } = splitCondition({ kind: 'and', parts }, scope, system.compiler)
        const needed = new Set<number>()
        for (const literal of literals)
          for (const term of literal.terms) if (term >= 0 && !bound.has(term)) needed.add(term)
        for (const filter of filters) for (const slot of filter.slots) if (!bound.has(slot)) needed.add(slot)
        condition.join = new Join(system.states, system.statistics, {
          bound,
          needed,
          extents: schema.extents,
          literals,
          filters,
        })
      }
      system.unify(schema, task, system.binding)
      let any = false
      condition.join.run(system.binding, () => {
        any = true
        return false
      })
      if (!any) return `${formatFormula(substitute(condition.formula, values))} does not hold`
    }
    return 'what its subtasks need does not hold'
  }
}

const NOTHING: Formula = { kind: 'and', parts: [] }

function conjuncts(formula: Formula): readonly Formula[] {
  return formula.kind === 'and' ? formula.parts.flatMap(conjuncts) : [formula]
}
