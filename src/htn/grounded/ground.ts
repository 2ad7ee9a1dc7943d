/**
 * The task decomposition graph: every ground task, method and action that can take part in a refinement of the initial
 * network when deletes are ignored. Reachable facts first (reachable.ts), then top down from the initial network with
 * every precondition joined against them; then bottom up, dropping actions that the remaining actions cannot enable and
 * methods with a subtask that has no refinement left, until nothing changes (Behnke, Hoeller, Schmid, Bercher, Biundo
 * 2020).
 *
 * Variables that occur in one subtask only are split off into a task of their own, so that independent choices add up
 * instead of multiplying.
 */
import { inMethod, toTerms } from '../lifted/analysis.ts'
import { ANYTHING, type Filter, Join, type Literal } from '../lifted/join.ts'
import type { MethodSchema, SubtaskSchema } from '../lifted/schemas.ts'
import { States } from '../lifted/states.ts'
import type { LiftedSystem } from '../lifted/system.ts'
import { TupleTable } from '../lifted/tuples.ts'
import { assumeReachable } from './reachable.ts'

export interface GroundMethod {
  readonly task: number
  /** The method as written; null for the choice of split-off variables. */
  readonly schema: MethodSchema | null
  /** Ground tasks in the order of the schema's subtasks. */
  readonly subtasks: Int32Array
  /** Pairs of indices into `subtasks`. */
  readonly ordering: readonly (readonly [number, number])[]
  readonly positive: Int32Array
  readonly negative: Int32Array
  /** State-dependent conditions that are not literals. */
  readonly filters: readonly Filter[]
  readonly binding: Int32Array
}

export interface DecompositionGraph {
  /** Methods by ground task (id of the system's task table), in the order in which they are written. */
  readonly methods: ReadonlyMap<number, readonly GroundMethod[]>
  /** Ground actions that can occur. */
  readonly actions: readonly number[]
}

/** What a method is turned into before grounding. */
interface Shape {
  readonly schema: MethodSchema
  readonly join: Join
  /** Split-off subtasks: symbol and the slots handed on; undefined when the subtask is kept. */
  readonly split: readonly (SplitTask | undefined)[]
  readonly literals: readonly Literal[]
  readonly filters: readonly Filter[]
  readonly ordering: readonly (readonly [number, number])[]
}

interface SplitTask {
  readonly symbol: number
  readonly slots: readonly number[]
  readonly join: Join
  readonly subtask: SubtaskSchema
  readonly schema: MethodSchema
}

export interface GroundingLimits {
  readonly maximalMethods: number
  /** Returns true when the work should stop. */
  readonly stop: () => boolean
}

/** The graph, or null when it grows beyond the limits. */
export function ground(system: LiftedSystem, limits: GroundingLimits): DecompositionGraph | null {
  return new Grounding(system, limits).run()
}

class Grounding {
  readonly #system: LiftedSystem
  readonly #limits: GroundingLimits
  readonly #world: States
  readonly #shapes: readonly (readonly Shape[])[]
  readonly #splits = new Map<number, SplitTask>()
  readonly #methods = new Map<number, GroundMethod[]>()
  readonly #instances = new TupleTable()
  readonly #actions = new Set<number>()
  readonly #found: number[] = []
  readonly #isFound = new Set<number>()
  #count = 0

  constructor(system: LiftedSystem, limits: GroundingLimits) {
    this.#system = system
    this.#limits = limits
    const { symbols } = system
    this.#world = new States(
      symbols.predicates.map((predicate) => predicate.parameters.length),
      symbols.objects.length,
    )
    system.states.goto(0)
    const { facts, truth } = system.states
    for (let fact = 0; fact < facts.size; fact++) {
      if (truth[fact] === 0) continue
      const start = facts.starts.data[fact] as number
      const arity = (facts.starts.data[fact + 1] as number) - start
      this.#world.assume(this.#world.fact(facts.heads.data[fact] as number, facts.values.data, start, arity))
    }
    let nextSymbol = system.rootSymbol + 1
    const shapes: Shape[][] = system.methods.map(() => [])
    for (const { schema, restLength } of system.allMethods) {
      if (restLength[0] === Number.POSITIVE_INFINITY) continue
      const shape = this.#shape(schema, () => nextSymbol++)
      for (const split of shape.split) if (split !== undefined) this.#splits.set(split.symbol, split)
      ;(shapes[schema.task] as Shape[]).push(shape)
    }
    this.#shapes = shapes
  }

  run(): DecompositionGraph | null {
    if (!assumeReachable(this.#system, this.#world, this.#limits.stop)) return null
    this.#find(this.#system.root)
    for (let i = 0; i < this.#found.length; i++) {
      if (this.#limits.stop() || this.#count > this.#limits.maximalMethods) return null
      this.#expand(this.#found[i] as number)
    }
    return this.#prune()
  }

  #find(task: number): void {
    if (this.#isFound.has(task)) return
    this.#isFound.add(task)
    this.#found.push(task)
  }

  #shape(schema: MethodSchema, nextSymbol: () => number): Shape {
    const system = this.#system
    const { symbols, analysis } = system
    const uses = new Int32Array(schema.parameterCount)
    const elsewhere = new Set<number>(schema.taskTerms.filter((term) => term >= 0))
    for (const literal of schema.literals) for (const term of literal.terms) if (term >= 0) elsewhere.add(term)
    for (const filter of schema.filters) for (const slot of filter.slots) elsewhere.add(slot)
    for (const subtask of schema.subtasks) {
      for (const slot of new Set(subtask.terms)) if (slot >= 0) uses[slot] = (uses[slot] as number) + 1
    }
    const isPrivate = (slot: number): boolean => !elsewhere.has(slot) && uses[slot] === 1
    const useful = (literal: Literal): boolean => literal.positive || symbols.isStatic[literal.predicate] === 1
    const mandatory = (subtask: SubtaskSchema): Literal[] =>
      (analysis.mandatory[subtask.task] ?? [])
        .map((pattern) => ({
          positive: pattern.positive,
          predicate: pattern.predicate,
          terms: toTerms(inMethod(pattern.terms, subtask.terms, schema)),
        }))
        .filter((literal) => useful(literal) && (literal.positive || !literal.terms.includes(ANYTHING)))
    const statistics = system.statistics
    const bound = new Set(schema.taskTerms.filter((term) => term >= 0))
    const needed = new Set<number>([...elsewhere].filter((slot) => !bound.has(slot)))
    const literals: Literal[] = schema.literals.filter(useful)
    const split: (SplitTask | undefined)[] = []
    for (const subtask of schema.subtasks) {
      const slots = [...new Set(subtask.terms.filter((term) => term >= 0))]
      const inner = slots.filter(isPrivate)
      if (inner.length === 0 || (schema.subtasks.length === 1 && schema.task !== system.rootSymbol)) {
        for (const slot of slots) if (!bound.has(slot)) needed.add(slot)
        literals.push(...mandatory(subtask))
        split.push(undefined)
        continue
      }
      const outer = slots.filter((slot) => !isPrivate(slot))
      for (const slot of outer) if (!bound.has(slot)) needed.add(slot)
      const wanted = mandatory(subtask)
      literals.push(...wanted.filter((literal) => literal.terms.every((term) => term < 0 || !isPrivate(term))))
      split.push({
        symbol: nextSymbol(),
        slots: outer,
        join: new Join(this.#world, statistics, {
          bound: new Set(outer),
          needed: new Set(inner),
          extents: schema.extents,
          literals: wanted,
          filters: [],
        }),
        subtask,
        schema,
      })
    }
    const rigid = schema.filters.filter((filter) => filter.rigid)
    const place = new Map(schema.subtasks.map((subtask, index) => [subtask.written, index]))
    return {
      schema,
      join: new Join(this.#world, statistics, { bound, needed, extents: schema.extents, literals, filters: rigid }),
      split,
      literals: schema.literals,
      filters: schema.filters.filter((filter) => !filter.rigid),
      ordering: schema.network.ordering.map(([a, b]) => [place.get(a) as number, place.get(b) as number]),
    }
  }

  /** All instances of the methods of a task. */
  #expand(task: number): void {
    const system = this.#system
    const symbol = system.tasks.heads.data[task] as number
    const split = this.#splits.get(symbol)
    if (split !== undefined) {
      const start = system.tasks.starts.data[task] as number
      for (let i = 0; i < split.slots.length; i++) {
        system.binding[split.slots[i] as number] = system.tasks.values.data[start + i] as number
      }
      for (const binding of this.#bindings(split.join, split.schema)) {
        system.binding.set(binding)
        const subtask = system.groundSubtask(split.subtask, system.binding)
        if (subtask < 0 || !this.#isNew(symbol, [task, subtask])) continue
        this.#add({
          task,
          schema: null,
          subtasks: Int32Array.of(subtask),
          ordering: [],
          positive: EMPTY,
          negative: EMPTY,
          filters: [],
          binding,
        })
      }
      return
    }
    for (const shape of this.#shapes[symbol] ?? []) {
      const { schema } = shape
      if (!system.unify(schema, task, system.binding)) continue
      for (const binding of this.#bindings(shape.join, schema)) this.#instance(task, shape, binding)
    }
  }

  #isNew(head: number, key: ArrayLike<number>): boolean {
    const known = this.#instances.size
    return this.#instances.intern(head, key, 0, key.length) === known
  }

  #bindings(join: Join, schema: MethodSchema): Int32Array[] {
    const { binding } = this.#system
    const result: Int32Array[] = []
    const room = this.#limits.maximalMethods - this.#count
    join.run(binding, () => {
      result.push(binding.slice(0, schema.parameterCount))
      return result.length <= room
    })
    if (result.length > room) this.#count += result.length
    return result
  }

  #instance(task: number, shape: Shape, binding: Int32Array): void {
    const system = this.#system
    const { schema } = shape
    system.binding.set(binding)
    const subtasks = new Int32Array(schema.subtasks.length)
    for (let i = 0; i < subtasks.length; i++) {
      const split = shape.split[i]
      const subtask = schema.subtasks[i] as SubtaskSchema
      const id =
        split === undefined
          ? system.groundSubtask(subtask, binding)
          : system.tasks.intern(
              split.symbol,
              split.slots.map((slot) => binding[slot] as number),
              0,
              split.slots.length,
            )
      if (id < 0) return
      subtasks[i] = id
    }
    const facts = (positive: boolean): Int32Array =>
      Int32Array.from(
        shape.literals
          .filter((literal) => literal.positive === positive && system.symbols.isStatic[literal.predicate] === 0)
          .map((literal) => {
            const objects = literal.terms.map((term) => (term >= 0 ? (binding[term] as number) : -1 - term))
            return system.states.fact(literal.predicate, objects, 0, objects.length)
          }),
      )
    this.#add({
      task,
      schema,
      subtasks,
      ordering: shape.ordering,
      positive: facts(true),
      negative: facts(false),
      filters: shape.filters,
      binding,
    })
  }

  #add(method: GroundMethod): void {
    this.#count++
    const list = this.#methods.get(method.task)
    if (list === undefined) this.#methods.set(method.task, [method])
    else list.push(method)
    for (const subtask of method.subtasks) {
      if (this.#system.isAction(subtask) && !this.#splits.has(this.#system.tasks.heads.data[subtask] as number))
        this.#actions.add(subtask)
      else this.#find(subtask)
    }
  }

  /**
   * Drops actions whose preconditions the graph's own actions cannot reach and methods that cannot be completed, then
   * everything that nothing needs any more; again, until nothing changes.
   */
  #prune(): DecompositionGraph {
    let methods: ReadonlyMap<number, readonly GroundMethod[]> = this.#methods
    let actions: readonly number[] = [...this.#actions]
    for (;;) {
      const enabled = this.#enabled(actions)
      const valid = refinable(methods, enabled)
      const kept = new Map<number, GroundMethod[]>()
      const left: number[] = []
      const seen = new Set([this.#system.root])
      let dropped = false
      for (const task of seen) {
        if (this.#actions.has(task)) {
          left.push(task)
          continue
        }
        const list = methods.get(task) ?? []
        const usable = list.filter((method) => method.subtasks.every((subtask) => valid.has(subtask)))
        if (usable.length < list.length) dropped = true
        kept.set(task, usable)
        for (const method of usable) for (const subtask of method.subtasks) seen.add(subtask)
      }
      const settled = !dropped && left.length === actions.length
      methods = kept
      actions = left
      if (settled) return { methods, actions }
    }
  }

  /** Actions that can become applicable, deletes ignored, when only these actions exist. */
  #enabled(actions: readonly number[]): Set<number> {
    const system = this.#system
    const { states, symbols } = system
    states.goto(0)
    // Conditional effects are not spelled out: with them every action is kept.
    if (system.actions.some((action) => action.rest.some((effect) => effect.kind !== 'numeric')))
      return new Set(actions)
    const waiting = new Map<number, number>()
    const users = new Map<number, number[]>()
    const enabled = new Set<number>()
    const open: number[] = []
    for (const task of actions) {
      let count = 0
      for (const fact of system.groundAction(task).positive) {
        if (symbols.isStatic[states.facts.heads.data[fact] as number] === 1) continue
        if (states.truth[fact] === 1) continue
        count++
        const known = users.get(fact)
        if (known === undefined) users.set(fact, [task])
        else known.push(task)
      }
      waiting.set(task, count)
      if (count === 0) open.push(task)
    }
    const reached = new Set<number>()
    while (open.length > 0) {
      const task = open.pop() as number
      enabled.add(task)
      for (const fact of system.groundAction(task).adds) {
        if (reached.has(fact)) continue
        reached.add(fact)
        for (const user of users.get(fact) ?? []) {
          const left = (waiting.get(user) as number) - 1
          waiting.set(user, left)
          if (left === 0) open.push(user)
        }
      }
    }
    return enabled
  }
}

/** Tasks that can be refined into the enabled actions, and these actions. */
function refinable(methods: ReadonlyMap<number, readonly GroundMethod[]>, enabled: ReadonlySet<number>): Set<number> {
  const waiting = new Map<GroundMethod, number>()
  const users = new Map<number, GroundMethod[]>()
  const valid = new Set<number>()
  const open: number[] = [...enabled]
  for (const list of methods.values()) {
    for (const method of list) {
      const distinct = new Set(method.subtasks)
      waiting.set(method, distinct.size)
      for (const subtask of distinct) {
        const known = users.get(subtask)
        if (known === undefined) users.set(subtask, [method])
        else known.push(method)
      }
      if (distinct.size === 0) open.push(method.task)
    }
  }
  while (open.length > 0) {
    const task = open.pop() as number
    if (valid.has(task)) continue
    valid.add(task)
    for (const method of users.get(task) ?? []) {
      const left = (waiting.get(method) as number) - 1
      waiting.set(method, left)
      if (left === 0) open.push(method.task)
    }
  }
  return valid
}

const EMPTY = new Int32Array(0)
