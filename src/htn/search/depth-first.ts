/**
 * Blind depth-first decomposition: the first task is refined by its methods in the order in which they are written,
 * variables bound one candidate at a time, until the network is done and the goal holds (Nau et al. 1999, "SHOP: Simple
 * Hierarchical Ordered Planner"). It is either instant or hopeless, which is why it gets little time.
 *
 * Each stage of a method is joined with everything that the state must satisfy from there on (analysis.ts). What remains
 * to be done is a list of interned cells that shares its tails; the last subtask of a method leaves nothing of the method
 * behind. A task in a state with a rest met before is not tried again: it failed, or this is a loop. Nor is a task refined
 * into itself before anything has changed: such left recursion, which tables can follow, would never end here. When it was
 * cut, the end of the search proves nothing; otherwise every decomposition was covered.
 *
 * Memory: a cell and a table entry for every decomposed task; nothing is copied from the state.
 */
import type { Run } from '../../../solvers/contract/index.ts'
import { Cursors, LazyJoin } from '../lifted/lazy-join.ts'
import type { CompiledMethod, LiftedSystem } from '../lifted/system.ts'
import { IntPool, TupleTable } from '../lifted/tuples.ts'
import type { Derivation } from './derivation.ts'

export type DepthFirstResult =
  | { readonly status: 'found'; readonly derivation: Derivation; readonly cost: number }
  /** Every decomposition was covered. */
  | { readonly status: 'exhausted' }
  /** Nothing is left to try, but left recursion was cut. */
  | { readonly status: 'cut' }
  | { readonly status: 'limit' }

/** Candidates of joins that weigh as much as a node. */
const CANDIDATES_PER_NODE = 16

const METHOD = 0
const BINDING = 1

export class DepthFirst {
  readonly #system: LiftedSystem
  readonly #cursors: Cursors
  readonly #age = new IntPool()
  #clock = 0
  /** By method and position. */
  readonly #joins: (LazyJoin | undefined)[][]
  /** Cells: head = method and position, values = binding, then the rest. */
  readonly #cells = new TupleTable()
  readonly #cellBase: Int32Array
  readonly #cellMethod = new IntPool(256)
  /** Number of cells from each one to the end. */
  readonly #cellDepth = new IntPool()
  readonly #seen = new TupleTable()
  /** Tasks in states, and what remained after the last time each of them was begun on the current path. */
  readonly #begun = new TupleTable()
  readonly #begunRest = new IntPool()
  #cut = false
  /** What was decided, in order: task and method, -1 for actions; what to restore when it is taken back. */
  readonly #tasks = new IntPool()
  readonly #methods = new IntPool()
  readonly #renewed = new IntPool()
  readonly #replaced = new IntPool()
  #cost = 0
  // Choices that have alternatives left.
  readonly #kind = new IntPool(256)
  readonly #cell = new IntPool(256)
  readonly #state = new IntPool(256)
  readonly #task = new IntPool(256)
  readonly #method = new IntPool(256)
  readonly #decided = new IntPool(256)
  readonly #renewals = new IntPool(256)
  readonly #replacements = new IntPool(256)
  readonly #bindingStart = new IntPool(256)
  readonly #costs: number[] = []
  readonly #bindings = new IntPool(1024)
  readonly #buffer = new Int32Array(600)
  #started = false
  /** Where to go on after a pause. */
  #resume = FAILED
  #resumeState = 0
  #work = 0

  constructor(system: LiftedSystem) {
    this.#system = system
    this.#cursors = new Cursors(system.states, this.#age, system.symbols.isStatic)
    this.#joins = system.allMethods.map(() => [])
    this.#cellBase = new Int32Array(system.allMethods.length)
    let base = 0
    system.allMethods.forEach((method, index) => {
      this.#cellBase[index] = base
      for (let k = 0; k <= method.schema.subtasks.length; k++) this.#cellMethod.push(index)
      base += method.schema.subtasks.length + 1
    })
  }

  /** Decompositions of tasks, actions and bindings so far; long enumerations count too. */
  get nodes(): number {
    return this.#work + Math.floor(this.#cursors.tried / CANDIDATES_PER_NODE)
  }

  /** Runs until a plan is found, everything is covered, the run's limit or `nodes` more; may be resumed. */
  run(run: Run, nodes = Number.POSITIVE_INFINITY): DepthFirstResult {
    const end = this.nodes + nodes
    let alive = true
    let cell: number
    if (this.#started) {
      cell = this.#resume
      alive = cell !== FAILED
      this.#system.states.goto(this.#resumeState)
    } else {
      this.#started = true
      this.#system.states.goto(0)
      const root = this.#system.methods[this.#system.rootSymbol]?.[0] as CompiledMethod
      this.#decide(this.#system.root, root.schema.index)
      this.#system.unify(root.schema, this.#system.root, this.#system.binding)
      cell = this.#intern(root, 0, DONE)
    }
    for (let turn = 0; ; turn++) {
      if (this.nodes >= end || ((turn & 255) === 255 && run.limit !== null)) {
        this.#resume = cell
        this.#resumeState = this.#system.states.current
        return { status: 'limit' }
      }
      if (!alive) {
        if (this.#kind.size === 0) return { status: this.#cut ? 'cut' : 'exhausted' }
        cell = this.#retry()
      } else if (cell === DONE) {
        if (this.#system.goalHolds()) return { status: 'found', derivation: this.#derivation(), cost: this.#cost }
        cell = FAILED
      } else cell = this.#advance(cell)
      alive = cell !== FAILED
    }
  }

  /** Does what comes first in a cell; the cell after it, or FAILED. */
  #advance(cell: number): number {
    const { binding } = this.#system
    const head = this.#cells.heads.data[cell] as number
    const method = this.#system.allMethods[this.#cellMethod.data[head] as number] as CompiledMethod
    const position = head - (this.#cellBase[method.schema.index] as number)
    const start = this.#cells.starts.data[cell] as number
    const count = method.schema.parameterCount
    for (let i = 0; i < count; i++) binding[i] = this.#cells.values.data[start + i] as number
    const rest = this.#cells.values.data[start + count] as number
    const join = this.#joinOf(method, position)
    if (join !== null) {
      this.#work++
      if (!this.#cursors.open(join, binding)) return FAILED
      if (this.#cursors.exhausted) this.#cursors.close()
      else this.#choice(BINDING, cell, -1, -1, count)
    }
    return this.#perform(method, position, rest)
  }

  /** Runs the subtask at a position under the binding. */
  #perform(method: CompiledMethod, position: number, rest: number): number {
    const system = this.#system
    const subtask = method.schema.subtasks[position]
    if (subtask === undefined) return rest
    const task = system.groundSubtask(subtask, system.binding)
    if (task < 0) return FAILED
    this.#work++
    const after = position + 1 === method.schema.subtasks.length ? rest : this.#intern(method, position + 1, rest)
    if (subtask.task < system.symbols.compoundCount) {
      const buffer = this.#buffer
      buffer[0] = system.states.current
      buffer[1] = after
      const known = this.#seen.size
      if (this.#seen.intern(task, buffer, 0, 2) < known || this.#isLeftRecursion(task, after)) return FAILED
      return this.#refine(task, after, 0)
    }
    const next = system.apply(task)
    if (next < 0) return FAILED
    this.#cost += system.lastCost
    this.#renew(system.groundAction(task).adds)
    system.states.goto(next)
    this.#decide(task, -1)
    return after
  }

  /** Whether a task is begun inside itself in the same state; notes it as begun otherwise. */
  #isLeftRecursion(task: number, after: number): boolean {
    const buffer = this.#buffer
    buffer[0] = this.#system.states.current
    const known = this.#begun.size
    const id = this.#begun.intern(task, buffer, 0, 1)
    if (id === known) this.#begunRest.push(FAILED)
    const before = this.#begunRest.data[id] as number
    if (before !== FAILED) {
      let rest = after
      const depth = this.#depthOf(before)
      while (this.#depthOf(rest) > depth)
        rest = this.#cells.values.data[(this.#cells.starts.data[rest + 1] as number) - 1] as number
      if (rest === before) {
        this.#cut = true
        return true
      }
    }
    this.#replaced.push(id)
    this.#replaced.push(before)
    this.#begunRest.data[id] = after
    return false
  }

  #depthOf(cell: number): number {
    return cell < 0 ? 0 : (this.#cellDepth.data[cell] as number)
  }

  /** Refines a task by its first method from `from` on that unifies. */
  #refine(task: number, after: number, from: number): number {
    const system = this.#system
    const methods = system.methods[system.tasks.heads.data[task] as number] as readonly CompiledMethod[]
    for (let i = from; i < methods.length; i++) {
      const method = methods[i] as CompiledMethod
      if (method.restLength[0] === Number.POSITIVE_INFINITY) continue
      if (!system.unify(method.schema, task, system.binding)) continue
      if (i + 1 < methods.length) this.#choice(METHOD, after, task, i + 1, 0)
      this.#decide(task, method.schema.index)
      return this.#intern(method, 0, after)
    }
    return FAILED
  }

  /** Goes back to the last choice and takes its next alternative. */
  #retry(): number {
    const top = this.#kind.size - 1
    const system = this.#system
    system.states.goto(this.#state.data[top] as number)
    this.#cost = this.#costs[top] as number
    this.#tasks.size = this.#decided.data[top] as number
    this.#methods.size = this.#tasks.size
    const renewals = this.#renewals.data[top] as number
    while (this.#renewed.size > renewals) {
      const age = this.#renewed.data[--this.#renewed.size] as number
      this.#age.data[this.#renewed.data[--this.#renewed.size] as number] = age
    }
    const replacements = this.#replacements.data[top] as number
    while (this.#replaced.size > replacements) {
      const rest = this.#replaced.data[--this.#replaced.size] as number
      this.#begunRest.data[this.#replaced.data[--this.#replaced.size] as number] = rest
    }
    const cell = this.#cell.data[top] as number
    const start = this.#bindingStart.data[top] as number
    if (this.#kind.data[top] === METHOD) {
      this.#drop()
      return this.#refine(this.#task.data[top] as number, cell, this.#method.data[top] as number)
    }
    const { binding } = system
    const head = this.#cells.heads.data[cell] as number
    const method = system.allMethods[this.#cellMethod.data[head] as number] as CompiledMethod
    const position = head - (this.#cellBase[method.schema.index] as number)
    const count = method.schema.parameterCount
    for (let i = 0; i < count; i++) binding[i] = this.#bindings.data[start + i] as number
    this.#work++
    if (!this.#cursors.next(binding)) {
      this.#drop()
      return FAILED
    }
    if (this.#cursors.exhausted) {
      this.#cursors.close()
      this.#drop()
    } else for (let i = 0; i < count; i++) this.#bindings.data[start + i] = binding[i] as number
    const rest = this.#cells.values.data[(this.#cells.starts.data[cell] as number) + count] as number
    return this.#perform(method, position, rest)
  }

  #choice(kind: number, cell: number, task: number, method: number, slots: number): void {
    this.#kind.push(kind)
    this.#cell.push(cell)
    this.#state.push(this.#system.states.current)
    this.#task.push(task)
    this.#method.push(method)
    this.#decided.push(this.#tasks.size)
    this.#renewals.push(this.#renewed.size)
    this.#replacements.push(this.#replaced.size)
    this.#bindingStart.push(this.#bindings.size)
    this.#costs.push(this.#cost)
    const { binding } = this.#system
    for (let i = 0; i < slots; i++) this.#bindings.push(binding[i] as number)
  }

  #drop(): void {
    const top = --this.#kind.size
    this.#bindings.size = this.#bindingStart.data[top] as number
    this.#cell.size = top
    this.#state.size = top
    this.#task.size = top
    this.#method.size = top
    this.#decided.size = top
    this.#renewals.size = top
    this.#replacements.size = top
    this.#bindingStart.size = top
    this.#costs.pop()
  }

  #decide(task: number, method: number): void {
    this.#tasks.push(task)
    this.#methods.push(method)
  }

  /** Facts that an action makes true become the youngest. Conditional effects are left at their age. */
  #renew(adds: Int32Array): void {
    const { truth, facts } = this.#system.states
    const age = this.#age
    if (age.size < facts.size) {
      age.reserve(facts.size - age.size)
      age.size = facts.size
    }
    for (let i = 0; i < adds.length; i++) {
      const fact = adds[i] as number
      if (truth[fact] === 1) continue
      this.#renewed.push(fact)
      this.#renewed.push(age.data[fact] as number)
      age.data[fact] = ++this.#clock
    }
  }

  #joinOf(method: CompiledMethod, position: number): LazyJoin | null {
    const stage = method.stages[position]
    if (stage === undefined) return null
    const joins = this.#joins[method.schema.index] as (LazyJoin | undefined)[]
    let join = joins[position]
    if (join === undefined) {
      join = new LazyJoin(stage)
      joins[position] = join
    }
    return join.steps.length === 0 ? null : join
  }

  #intern(method: CompiledMethod, position: number, rest: number): number {
    const { binding } = this.#system
    const count = method.schema.parameterCount
    const buffer = this.#buffer
    for (let i = 0; i < count; i++) buffer[i] = binding[i] as number
    buffer[count] = rest
    const known = this.#cells.size
    const cell = this.#cells.intern((this.#cellBase[method.schema.index] as number) + position, buffer, 0, count + 1)
    if (cell === known) this.#cellDepth.push(this.#depthOf(rest) + 1)
    return cell
  }

  /** The tree from the decisions, which stand in preorder. */
  #derivation(): Derivation {
    const system = this.#system
    const tasks: number[] = []
    const methods: number[] = []
    const children: number[][] = []
    const open: { readonly node: number; left: number }[] = []
    for (let i = 0; i < this.#tasks.size; i++) {
      tasks.push(this.#tasks.data[i] as number)
      const method = this.#methods.data[i] as number
      methods.push(method)
      children.push([])
      const parent = open[open.length - 1]
      if (parent !== undefined) {
        ;(children[parent.node] as number[]).push(i)
        parent.left--
      }
      const left = method < 0 ? 0 : (system.allMethods[method]?.schema.subtasks.length ?? 0)
      open.push({ node: i, left })
      while (open.length > 0 && open[open.length - 1]?.left === 0) open.pop()
    }
    return { tasks, methods, children }
  }
}

/** Cells that are none: nothing is left to do, and there is no way on. */
const DONE = -2
const FAILED = -1
