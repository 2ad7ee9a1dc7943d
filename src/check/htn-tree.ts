/**
 * The decomposition tree of a plan against the problem: every compound task refined by a method of its own with exactly
 * that method's subtasks, every ordering kept, nothing foreign and nothing left out. For every refinement it finds the
 * states in which its condition may be judged.
 */
import type { Formula } from '../domain/formula.ts'
import type { HtnProblem, Subtask } from '../domain/htn.ts'
import type { DecompositionNode, Plan } from '../domain/plan.ts'
import type { Faults } from './faults.ts'
import { type Matching, matchSubtasks } from './htn-matching.ts'
import { makePattern, makeRefinement, type Pattern, type Refinement } from './htn-refinement.ts'
import type { Values, World } from './world.ts'

export class TreeCheck {
  readonly #problem: HtnProblem
  readonly #plan: Plan
  readonly #faults: Faults
  readonly #world: World
  readonly #stepAt = new Map<number, number>()
  readonly #nodes = new Map<number, DecompositionNode>()
  readonly #refinements = new Map<number, Refinement>()
  readonly #patterns = new Map<string, Pattern>()

  constructor(problem: HtnProblem, plan: Plan, world: World, faults: Faults) {
    this.#problem = problem
    this.#plan = plan
    this.#world = world
    this.#faults = faults
  }

  /** Refinements, parents first, each with the states its condition may be judged in; empty when there is a fault. */
  run(): readonly Refinement[] {
    const order: Refinement[] = []
    this.#index()
    if (this.#problem.network === null) return order
    if (this.#plan.decomposition === null) {
      this.#faults.add(
        'missing-decomposition',
        [],
        'the plan has no decomposition tree',
        'give the tree of tasks and methods',
      )
    } else if (this.#faults.none) {
      this.#refine(order)
      if (this.#faults.none) this.#place(order)
    }
    return this.#faults.none ? order : []
  }

  #index(): void {
    this.#plan.steps.forEach((step, index) => {
      if (this.#stepAt.has(step.id)) {
        this.#faults.add(
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
        this.#faults.add(
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
          this.#faults.add(
            'unknown-id',
            [],
            `${this.label(refinement)} lists ${child}, which the plan does not hold`,
            'add it',
          )
        } else if (parent.has(child)) {
          this.#faults.add(
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
    if (!this.#faults.none) return
    this.#match(order[0] as Refinement, new Map())
    const methods = new Map(this.#problem.domain.methods.map((method) => [method.name, method]))
    while (open.length > 0) {
      const above = open.pop() as Refinement
      for (const child of above.children) {
        const node = this.#nodes.get(child)
        if (node === undefined) continue
        const method = methods.get(node.method)
        if (method === undefined) {
          this.#faults.add(
            'unknown-method',
            [node.id],
            `${this.#describe(child)}: there is no method '${node.method}'`,
            'name a method of the domain',
          )
          continue
        }
        if (method.task !== node.task) {
          this.#faults.add(
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
          this.#faults.add(
            'wrong-arguments',
            [node.id],
            `${this.#describe(child)}: ${method.name} cannot refine it with these arguments`,
            'check the arguments',
          )
        } else this.#match(refinement, values)
      }
      if (this.#faults.issues.length >= 20) return
    }
    for (const step of this.#plan.steps) {
      if (!parent.has(step.id)) {
        this.#faults.add(
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
      if (at !== undefined) this.#faults.add('cycle', [node.id], `${name} is below itself`, 'a decomposition is a tree')
      else if (!parent.has(node.id)) {
        this.#faults.add(
          'foreign-task',
          [node.id],
          `${name} belongs to no task`,
          'remove it, or list it where it belongs',
        )
      }
    }
  }

  /** How a refinement is called in messages. */
  label(refinement: Refinement): string {
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
        this.#faults.add(
          'type',
          [refinement.id],
          `${this.label(refinement)}: ${value} is no ${parameter.types.join(' or ')}`,
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
    this.#faults.add(
      'wrong-subtasks',
      [refinement.id],
      `${this.label(refinement)}: ${detail}`,
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
        this.#faults.add(
          'wrong-order',
          [refinement.id],
          `${this.label(refinement)}: ${this.#orderFault(refinement, matching)}`,
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
