/**
 * Verifies a plan with its decomposition against the problem as written: every step executable in turn, every compound
 * task refined by a method of its own with exactly that method's subtasks, every ordering kept, every method
 * precondition true when it must be, the goal reached, nothing foreign and nothing left out. Independent of the search:
 * it reads only the problem and the plan.
 *
 * Time linear in the steps, nodes and orderings, plus the evaluation of conditions. A method precondition is judged at
 * any moment between the end of what must precede its subtasks and the first step below it.
 */
import type { Issue } from '../../solvers/contract/index.ts'
import { type Formula, formatFormula, substitute, type TypedName } from '../domain/formula.ts'
import { type HtnProblem, type Subtask, type TaskNetwork, topologicalOrder } from '../domain/htn.ts'
import type { DecompositionNode, Plan, PlanStep } from '../domain/plan.ts'
import { type Matching, matchSubtasks } from './htn-matching.ts'
import { type Values, World } from './world.ts'

export interface VerificationReport {
  readonly valid: boolean
  readonly issues: readonly Issue[]
  /** Value of the metric (or number of steps) as recomputed; NaN when the plan cannot be executed. */
  readonly cost: number
}

/** Judges a plan; never throws on a bad plan, every fault is an issue. */
export function verifyHtnPlan(problem: HtnProblem, plan: Plan): VerificationReport {
  return new Verification(problem, plan).run()
}

/** What every refinement by one method has in common, computed once. */
interface Pattern {
  readonly name: string
  readonly parameters: readonly TypedName[]
  readonly condition: Formula
  readonly network: TaskNetwork
  /** Orderings with their earlier subtask in topological order, and with their later one in reverse; null = cyclic. */
  readonly forward: readonly (readonly [number, number])[] | null
  readonly backward: readonly (readonly [number, number])[]
}

interface Refinement {
  readonly id: number
  readonly pattern: Pattern
  readonly children: readonly number[]
  matchings: readonly Matching[]
  /** Index of the first and last step below; Infinity and -1 when there is none. */
  first: number
  last: number
  /** States (before step i) between which the precondition may be judged. */
  low: number
  high: number
}

class Verification {
  readonly #problem: HtnProblem
  readonly #plan: Plan
  readonly #issues: Issue[] = []
  readonly #world: World
  readonly #stepAt = new Map<number, number>()
  readonly #nodes = new Map<number, DecompositionNode>()
  readonly #refinements = new Map<number, Refinement>()
  readonly #patterns = new Map<string, Pattern>()
  readonly #variables = new Map<Formula, string>()
  readonly #parts = new Map<Formula, readonly Formula[]>()

  constructor(problem: HtnProblem, plan: Plan) {
    this.#problem = problem
    this.#plan = plan
    this.#world = new World(problem)
  }

  run(): VerificationReport {
    const { decomposition } = this.#plan
    this.#index()
    const order: Refinement[] = []
    if (this.#problem.network !== null && decomposition === null) {
      this.#fault(
        'missing-decomposition',
        [],
        'the plan has no decomposition tree',
        'give the tree of tasks and methods',
      )
    } else if (this.#issues.length === 0 && this.#problem.network !== null) {
      this.#refine(order)
      if (this.#issues.length === 0) this.#place(order)
    }
    const cost = this.#execute(this.#issues.length === 0 ? order : [])
    return {
      valid: this.#issues.length === 0,
      issues: this.#issues,
      cost: this.#issues.length === 0 ? cost : Number.NaN,
    }
  }

  #fault(code: string, path: readonly (string | number)[], message: string, hint: string): void {
    if (this.#issues.length < 50) this.#issues.push({ code, path, message, hint })
  }

  #index(): void {
    this.#plan.steps.forEach((step, index) => {
      if (this.#stepAt.has(step.id)) {
        this.#fault(
          'duplicate-id',
          ['steps', index],
          `the id ${step.id} is used twice`,
          'number steps and tasks uniquely',
        )
      }
      this.#stepAt.set(step.id, index)
    })
    this.#plan.decomposition?.nodes.forEach((node, index) => {
      if (this.#nodes.has(node.id) || this.#stepAt.has(node.id)) {
        this.#fault(
          'duplicate-id',
          ['decomposition', 'nodes', index],
          `the id ${node.id} is used twice`,
          'number uniquely',
        )
      }
      this.#nodes.set(node.id, node)
    })
  }

  /** Matches every node with its method and lists refinements parents first. */
  #refine(order: Refinement[]): void {
    const { decomposition } = this.#plan
    const { network, networkParameters } = this.#problem
    if (decomposition === null || network === null) return
    const parent = new Map<number, number>()
    const open: Refinement[] = []
    const adopt = (refinement: Refinement): void => {
      for (const child of refinement.children) {
        if (!this.#stepAt.has(child) && !this.#nodes.has(child)) {
          this.#fault(
            'unknown-id',
            [],
            `${this.#label(refinement)} lists ${child}, which the plan does not hold`,
            'add it',
          )
        } else if (parent.has(child)) {
          this.#fault(
            'shared-task',
            [],
            `${this.#describe(child)} is a subtask of two tasks`,
            'every task has one parent; give it its own copy',
          )
        }
        parent.set(child, refinement.id)
      }
      open.push(refinement)
      order.push(refinement)
      this.#refinements.set(refinement.id, refinement)
    }
    const pattern = makePattern('', networkParameters, network.constraints, network)
    adopt(makeRefinement(-1, pattern, decomposition.roots))
    if (this.#issues.length > 0) return
    this.#match(order[0] as Refinement, new Map())
    const methods = new Map(this.#problem.domain.methods.map((method) => [method.name, method]))
    while (open.length > 0) {
      const above = open.pop() as Refinement
      for (const child of above.children) {
        const node = this.#nodes.get(child)
        if (node === undefined) continue
        const method = methods.get(node.method)
        if (method === undefined) {
          this.#fault(
            'unknown-method',
            [node.id],
            `${this.#describe(child)}: there is no method '${node.method}'`,
            'name a method of the domain',
          )
          continue
        }
        if (method.task !== node.task) {
          this.#fault(
            'wrong-method',
            [node.id],
            `${this.#describe(child)}: ${method.name} refines ${method.task}`,
            `use a method of ${node.task}`,
          )
          continue
        }
        const known = this.#patterns.get(method.name)
        const condition: Formula = { kind: 'and', parts: [method.precondition, method.network.constraints] }
        const shape = known ?? makePattern(method.name, method.parameters, condition, method.network)
        if (known === undefined) this.#patterns.set(method.name, shape)
        const refinement = makeRefinement(node.id, shape, node.subtasks)
        adopt(refinement)
        const values = new Map<string, string>()
        let fits = method.taskArguments.length === node.args.length
        method.taskArguments.forEach((term, i) => {
          const value = node.args[i] as string
          if (term.startsWith('?')) {
            if ((values.get(term) ?? value) !== value) fits = false
            values.set(term, value)
          } else if (term !== value) fits = false
        })
        if (!fits) {
          this.#fault(
            'wrong-arguments',
            [node.id],
            `${this.#describe(child)}: ${method.name} cannot refine it with these arguments`,
            'check the arguments',
          )
        } else this.#match(refinement, values)
      }
      if (this.#issues.length >= 20) return
    }
    for (const step of this.#plan.steps) {
      if (!parent.has(step.id)) {
        this.#fault(
          'foreign-step',
          [step.id],
          `the step ${step.name}(${step.args.join(', ')}) belongs to no task`,
          'remove it, or add the task it refines',
        )
      }
    }
    const lister = new Map<number, number>()
    for (const node of this.#nodes.values()) for (const child of node.subtasks) lister.set(child, node.id)
    for (const node of this.#nodes.values()) {
      if (this.#refinements.has(node.id)) continue
      const name = `the task ${node.task}(${node.args.join(', ')})`
      const above = new Set<number>()
      let at: number | undefined = node.id
      while (at !== undefined && !above.has(at)) {
        above.add(at)
        at = lister.get(at)
      }
      if (at !== undefined) this.#fault('cycle', [node.id], `${name} is below itself`, 'a decomposition is a tree')
      else if (!parent.has(node.id)) {
        this.#fault('foreign-task', [node.id], `${name} belongs to no task`, 'remove it, or list it where it belongs')
      }
    }
  }

  /** How a refinement is called in messages. */
  #label(refinement: Refinement): string {
    if (refinement.id < 0) return 'the initial task network'
    return `${this.#describe(refinement.id)} by ${refinement.pattern.name}`
  }

  #describe(id: number): string | null {
    const step = this.#plan.steps[this.#stepAt.get(id) ?? -1]
    if (step !== undefined) return `${step.name}(${step.args.join(', ')})`
    const node = this.#nodes.get(id)
    return node === undefined ? null : `${node.task}(${node.args.join(', ')})`
  }

  #match(refinement: Refinement, values: Values): void {
    for (const parameter of refinement.pattern.parameters) {
      const value = values.get(parameter.name)
      if (value !== undefined && !this.#world.hasType(value, parameter.types)) {
        this.#fault(
          'type',
          [refinement.id],
          `${this.#label(refinement)}: ${value} is no ${parameter.types.join(' or ')}`,
          'use an object of that type',
        )
        return
      }
    }
    const children = refinement.children.map((id) => {
      const step = this.#plan.steps[this.#stepAt.get(id) ?? -1]
      const node = this.#nodes.get(id)
      return { name: step?.name ?? node?.task ?? '', args: step?.args ?? node?.args ?? [] }
    })
    const { subtasks } = refinement.pattern.network
    refinement.matchings = matchSubtasks(subtasks, children, refinement.pattern.parameters, values, this.#world)
    if (refinement.matchings.length > 0) return
    const missing = missingOf(
      subtasks,
      children.map((child) => child.name),
    )
    const detail = missing === null ? 'no assignment of its variables fits' : missing
    this.#fault(
      'wrong-subtasks',
      [refinement.id],
      `${this.#label(refinement)}: ${detail}`,
      'list exactly the subtasks of the method',
    )
  }

  /** First and last step below every node, then the windows of their preconditions; orderings are checked on the way. */
  #place(order: readonly Refinement[]): void {
    for (let i = order.length - 1; i >= 0; i--) {
      const refinement = order[i] as Refinement
      for (const child of refinement.children) {
        const { first, last } = this.#span(child)
        refinement.first = Math.min(refinement.first, first)
        refinement.last = Math.max(refinement.last, last)
      }
    }
    const root = order[0] as Refinement
    root.low = 0
    root.high = Math.min(root.first, this.#plan.steps.length)
    const limits = new Map<number, number>([[root.id, this.#plan.steps.length]])
    for (const refinement of order) {
      const limit = limits.get(refinement.id) as number
      const windowsOf = refinement.matchings.map((matching) => this.#windows(refinement, matching, limit))
      const ordered = refinement.matchings.filter((_, index) => windowsOf[index] !== null)
      if (ordered.length === 0) {
        const matching = refinement.matchings[0] as Matching
        this.#fault(
          'wrong-order',
          [refinement.id],
          `${this.#label(refinement)}: ${this.#orderFault(refinement, matching)}`,
          'move the steps so that the ordering holds',
        )
        return
      }
      refinement.matchings = ordered
      const windows = windowsOf.find((found) => found !== null) as { low: number[]; high: number[] }
      ;(ordered[0] as Matching).children.forEach((index, subtask) => {
        const child = this.#refinements.get(refinement.children[index] as number)
        if (child === undefined) return
        child.low = windows.low[subtask] as number
        limits.set(child.id, windows.high[subtask] as number)
        child.high = Math.min(windows.high[subtask] as number, child.first)
      })
    }
  }

  #span(id: number): { first: number; last: number } {
    const at = this.#stepAt.get(id)
    if (at !== undefined) return { first: at, last: at }
    const refinement = this.#refinements.get(id)
    return { first: refinement?.first ?? Number.POSITIVE_INFINITY, last: refinement?.last ?? -1 }
  }

  /** Earliest and latest state at which each subtask may begin, or null when an ordering is broken. */
  #windows(refinement: Refinement, matching: Matching, limit: number): { low: number[]; high: number[] } | null {
    const { network, forward, backward } = refinement.pattern
    const spans = matching.children.map((index) => this.#span(refinement.children[index] as number))
    if (forward === null) return null
    const count = network.subtasks.length
    const low = new Array<number>(count).fill(refinement.low)
    const high = new Array<number>(count).fill(limit)
    for (const [before, after] of forward) {
      low[after] = Math.max(low[after] as number, low[before] as number, (spans[before]?.last ?? -1) + 1)
    }
    for (const [before, after] of backward) {
      high[before] = Math.min(high[before] as number, high[after] as number, spans[after]?.first ?? limit)
    }
    for (let i = 0; i < count; i++) {
      const first = spans[i]?.first ?? Number.POSITIVE_INFINITY
      if (first < (low[i] as number) || (low[i] as number) > (high[i] as number)) return null
    }
    return { low, high }
  }

  #orderFault(refinement: Refinement, matching: Matching): string {
    for (const [before, after] of refinement.pattern.network.ordering) {
      const first = refinement.children[matching.children[before] as number] as number
      const second = refinement.children[matching.children[after] as number] as number
      if (this.#span(first).last < this.#span(second).first) continue
      return `${this.#describe(first)} must end before ${this.#describe(second)} begins`
    }
    return 'its subtasks are not in an order it allows'
  }

  /** Runs the steps; judges method preconditions on the way. Returns the cost. */
  #execute(refinements: readonly Refinement[]): number {
    const world = this.#world
    const { metric, domain, goal } = this.#problem
    const none: Values = new Map()
    const initial = metric === null ? 0 : world.number(metric, none)
    const actions = new Map(domain.actions.map((action) => [action.name, action]))
    // Preconditions become due at `low` and are dropped at the first state in which they hold.
    const dueAt = new Map<number, Refinement[]>()
    for (const refinement of refinements) {
      const list = dueAt.get(refinement.low)
      if (list === undefined) dueAt.set(refinement.low, [refinement])
      else list.push(refinement)
    }
    let pending: Refinement[] = []
    const judge = (at: number): void => {
      const fresh = dueAt.get(at)
      if (fresh === undefined && pending.length === 0) return
      pending = [...pending, ...(fresh ?? [])].filter((refinement) => {
        if (refinement.matchings.some((matching) => this.#conditionHolds(refinement, matching.values))) return false
        if (at < refinement.high) return true
        const values = refinement.matchings[0]?.values ?? none
        const part = substitute(world.failing(refinement.pattern.condition, values), values)
        this.#fault(
          'method-precondition',
          [refinement.id],
          `${this.#label(refinement)} is not applicable: ${formatFormula(part)} does not hold`,
          'use another method or change what happens before',
        )
        return false
      })
    }
    for (let at = 0; at < this.#plan.steps.length; at++) {
      judge(at)
      const step = this.#plan.steps[at] as PlanStep
      const label = `step ${at + 1}, ${step.name}(${step.args.join(', ')})`
      const action = actions.get(step.name)
      if (action === undefined) {
        this.#fault('unknown-action', ['steps', at], `${label}: there is no such action`, 'use an action of the domain')
        return Number.NaN
      }
      if (action.parameters.length !== step.args.length) {
        this.#fault(
          'arity',
          ['steps', at],
          `${label}: ${action.parameters.length} arguments expected`,
          'check the arguments',
        )
        return Number.NaN
      }
      const values = new Map<string, string>()
      let typed = true
      action.parameters.forEach((parameter, i) => {
        const value = step.args[i] as string
        values.set(parameter.name, value)
        if (!world.isObject(value)) {
          this.#fault(
            'unknown-object',
            ['steps', at],
            `${label}: there is no object ${value}`,
            'use objects of the problem',
          )
          typed = false
        } else if (!world.hasType(value, parameter.types)) {
          this.#fault(
            'type',
            ['steps', at],
            `${label}: ${value} is no ${parameter.types.join(' or ')}`,
            'use an object of that type',
          )
          typed = false
        }
      })
      if (!typed) return Number.NaN
      if (!world.holds(action.precondition, values)) {
        const part = substitute(world.failing(action.precondition, values), values)
        this.#fault(
          'precondition',
          ['steps', at],
          `${label} is not applicable: ${formatFormula(part)} does not hold`,
          'establish it before',
        )
        return Number.NaN
      }
      world.apply(action.effects, values)
    }
    judge(this.#plan.steps.length)
    if (goal !== null && !world.holds(goal, none)) {
      const part = world.failing(goal, none)
      this.#fault(
        'goal',
        ['goal'],
        `the goal is not reached: ${formatFormula(part)} does not hold at the end`,
        'extend the plan',
      )
    }
    return metric === null ? this.#plan.steps.length : world.number(metric, none) - initial
  }

  /** Whether the variables that tasks leave open can be chosen so that the condition holds now. */
  #conditionHolds(refinement: Refinement, values: Values): boolean {
    const open = refinement.pattern.parameters.filter((parameter) => !values.has(parameter.name))
    if (open.length === 0) return this.#world.holds(refinement.pattern.condition, values)
    return this.#someBinding(refinement.pattern.condition, open, values)
  }

  #mentions(formula: Formula, variable: string): boolean {
    let text = this.#variables.get(formula)
    if (text === undefined) {
      text = JSON.stringify(formula)
      this.#variables.set(formula, text)
    }
    return text.includes(JSON.stringify(variable))
  }

  #someBinding(condition: Formula, open: readonly TypedName[], values: Values): boolean {
    // Conjuncts whose variables are all known are judged first, so that most choices are never tried.
    let parts = this.#parts.get(condition)
    if (parts === undefined) {
      parts = flatten(condition)
      this.#parts.set(condition, parts)
    }
    const conjuncts = parts
    const inner = new Map(values)
    const choose = (index: number): boolean => {
      const known = (part: Formula): boolean =>
        !open.slice(index).some((variable) => this.#mentions(part, variable.name))
      if (!conjuncts.every((part) => !known(part) || this.#world.holds(part, inner))) return false
      const variable = open[index]
      if (variable === undefined) return true
      for (const object of this.#world.objectsOf(variable.types)) {
        inner.set(variable.name, object)
        if (choose(index + 1)) return true
      }
      inner.delete(variable.name)
      return false
    }
    return choose(0)
  }
}

function flatten(formula: Formula): Formula[] {
  return formula.kind === 'and' ? formula.parts.flatMap(flatten) : [formula]
}

function makePattern(
  name: string,
  parameters: readonly TypedName[],
  condition: Formula,
  network: TaskNetwork,
): Pattern {
  const sequence = topologicalOrder(network)
  const rank: number[] = []
  sequence?.forEach((subtask, index) => {
    rank[subtask] = index
  })
  const by = (side: 0 | 1, sign: number) => (a: readonly [number, number], b: readonly [number, number]) =>
    sign * ((rank[a[side]] as number) - (rank[b[side]] as number))
  return {
    name,
    parameters,
    condition,
    network,
    forward: sequence === null ? null : [...network.ordering].sort(by(0, 1)),
    backward: sequence === null ? [] : [...network.ordering].sort(by(1, -1)),
  }
}

function makeRefinement(id: number, pattern: Pattern, children: readonly number[]): Refinement {
  return { id, pattern, children, matchings: [], first: Number.POSITIVE_INFINITY, last: -1, low: 0, high: 0 }
}

function missingOf(subtasks: readonly Subtask[], names: readonly string[]): string | null {
  const rest = [...names]
  const missing: string[] = []
  for (const subtask of subtasks) {
    const at = rest.indexOf(subtask.task)
    if (at < 0) missing.push(subtask.task)
    else rest.splice(at, 1)
  }
  if (missing.length > 0) return `the subtask ${missing.join(', ')} is missing`
  return rest.length > 0 ? `${rest.join(', ')} is no subtask of the method` : null
}
