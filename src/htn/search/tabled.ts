/**
 * Best-first decomposition with tables. A *call* is a ground task in a state; it is expanded once however many networks
 * ask for it, and every way to finish it (*outcome*: end state and cost) is handed to all that wait, now and later. With
 * total order this is chart parsing of the hierarchy: left recursion, cycles and shared parts cost nothing extra, and
 * when the agenda runs dry every decomposition has been covered, which proves that no plan exists (Knuth 1977, "A
 * generalization of Dijkstra's algorithm"; Tamaki and Sato 1986 for tabling).
 *
 * The agenda is ordered by
 *     f = cost so far + weight * lower bound on what is left - urgency * (root tasks finished),
 * last in first out among equals. With weight 1 and urgency 0 the first plan is optimal: f never decreases along a
 * derivation, calls are opened with the smallest f that asks for them, and outcomes of a call come in order of cost.
 * With urgency the tasks of the initial network are settled one after the other, cheapest way first, and earlier ones
 * are reopened only when the later ones fail.
 *
 * Time O(log A) an agenda entry plus the joins; memory one binding a frame, and one record for the frames of a join.
 */
import type { Run } from '../../../solvers/contract/index.ts'
import type { CompiledMethod, LiftedSystem } from '../lifted/system.ts'
import { IntPool, TupleTable } from '../lifted/tuples.ts'
import { Agenda } from './agenda.ts'
import type { Derivation } from './derivation.ts'

export interface TabledOptions {
  /** Factor on the lower bound of what is left; 1 keeps the first plan optimal. @default 1 */
  readonly weight?: number
  /** How strongly finished tasks of the initial network are preferred; 0 = not at all. @default 0 */
  readonly urgency?: number
  /** Depth of the serialised spine: `root` = the initial network, `tail` = also the last subtask of what it ends in. */
  readonly spine?: 'root' | 'tail'
  /** Agenda entries taken at most. @default no limit */
  readonly maximalNodes?: number
  /** Plans that cost this much or more are not wanted. */
  readonly upperBound?: number
  /** Last in, first out, whatever the cost: depth first in the order in which methods are written. @default false */
  readonly depthFirst?: boolean
  /** Count actions instead of adding up their costs. @default false */
  readonly countActions?: boolean
}

export type TabledResult =
  | { readonly status: 'found'; readonly derivation: Derivation; readonly cost: number }
  /** Every decomposition was covered. */
  | { readonly status: 'exhausted' }
  | { readonly status: 'limit' }

/** Bindings taken from one join at first; the rest waits in the agenda. */
const FIRST_BATCH = 256
/** The rest of a join is worth a look only when the bindings already taken led nowhere at the same cost. */
const AFTER_EQUALS = 1e-3

export class TabledSearch {
  readonly #system: LiftedSystem
  readonly #weight: number
  readonly #urgency: number
  readonly #tail: boolean
  readonly #limit: number
  readonly #upperBound: number
  readonly #countActions: boolean
  readonly #depthFirst: boolean
  readonly #agenda = new Agenda()
  nodes = 0

  // Calls.
  readonly #calls = new TupleTable()
  readonly #callTask = new IntPool()
  readonly #callState = new IntPool()
  #callBase = new Float64Array(1024)
  readonly #callSpine = new IntPool()
  readonly #callWaiter = new IntPool()
  readonly #callOutcome = new IntPool()
  // Frames: a method of a call, bound so far, about to run subtask `position` in `state`.
  // A frame is a binding within an entry: how far a method got, with everything that the bindings of one join share.
  readonly #frameEntry = new IntPool(4096)
  readonly #frameBinding = new IntPool(4096)
  readonly #frameWaiter = new IntPool(4096)
  readonly #entryCall = new IntPool()
  readonly #entryMethod = new IntPool()
  readonly #entryPosition = new IntPool()
  readonly #entryState = new IntPool()
  #entryCost = new Float64Array(1024)
  readonly #entryPrevious = new IntPool()
  readonly #entryOutcome = new IntPool()
  readonly #bindings = new IntPool(16384)
  // Outcomes.
  readonly #outcomeTable = new TupleTable()
  readonly #outcomeCall = new IntPool()
  readonly #outcomeState = new IntPool()
  #outcomeCost = new Float64Array(1024)
  readonly #outcomeFrame = new IntPool()
  readonly #outcomeNext = new IntPool()
  // Joins whose bindings did not all fit into the first batch.
  readonly #overflows: Overflow[] = []
  readonly #key = new Int32Array(3)
  #solution = -1
  #rootCall = -1
  #started = false

  constructor(system: LiftedSystem, options: TabledOptions = {}) {
    this.#system = system
    this.#weight = options.weight ?? 1
    this.#urgency = options.urgency ?? 0
    this.#tail = options.spine === 'tail'
    this.#limit = options.maximalNodes ?? Number.POSITIVE_INFINITY
    this.#upperBound = options.upperBound ?? Number.POSITIVE_INFINITY
    this.#countActions = options.countActions ?? false
    this.#depthFirst = options.depthFirst ?? false
  }

  /** Runs until a plan is found, everything is covered, the run's limit or `nodes` agenda entries more; may be resumed. */
  run(run: Run, nodes = Number.POSITIVE_INFINITY): TabledResult {
    const system = this.#system
    if (!this.#started) {
      this.#started = true
      system.states.goto(0)
      this.#rootCall = this.#call(system.root, 0, 0, 1)
    }
    const end = Math.min(this.#limit, this.nodes + nodes)
    const agenda = this.#agenda
    while (agenda.size > 0) {
      if (this.nodes >= end) return { status: 'limit' }
      if ((this.nodes & 255) === 0 && run.limit !== null) return { status: 'limit' }
      this.nodes++
      const entry = agenda.pop()
      if (entry < 0) this.#resumeJoin(this.#overflows[-1 - entry] as Overflow)
      else this.#process(entry)
      if (this.#solution >= 0) {
        const outcome = this.#solution
        this.#solution = -1
        return { status: 'found', derivation: this.#derivation(outcome), cost: this.#outcomeCost[outcome] as number }
      }
    }
    return { status: 'exhausted' }
  }

  /** A call, opened and expanded when it is new. The world is in `state`. */
  #call(task: number, state: number, base: number, spine: number): number {
    const key = this.#key
    key[0] = state
    // Calls of different ranks are kept apart: a rank's pending work must not wait behind that of an earlier rank.
    key[1] = this.#urgency > 0 && !this.#tail ? Math.round(-base / this.#urgency) : 0
    const known = this.#calls.size
    const call = this.#calls.intern(task, key, 0, 2)
    if (call < known) return call
    this.#callTask.push(task)
    this.#callState.push(state)
    if (call >= this.#callBase.length) this.#callBase = doubled(this.#callBase)
    this.#callBase[call] = base
    this.#callSpine.push(spine)
    this.#callWaiter.push(-1)
    this.#callOutcome.push(-1)
    const system = this.#system
    const methods = system.methods[system.tasks.heads.data[task] as number] as readonly CompiledMethod[]
    // Last pushed is first taken among equals: go backwards so that methods are tried in the order they are written.
    for (let i = methods.length - 1; i >= 0; i--) {
      const method = methods[i] as CompiledMethod
      if (method.restLength[0] === Number.POSITIVE_INFINITY) continue
      if (!system.unify(method.schema, task, system.binding)) continue
      this.#enter(call, method, 0, state, 0, -1, -1)
    }
    return call
  }

  /** Binds what the subtask at `position` needs and puts every completed binding on the agenda. World in `state`. */
  #enter(
    call: number,
    method: CompiledMethod,
    position: number,
    state: number,
    cost: number,
    previous: number,
    outcome: number,
  ): void {
    const stage = method.stages[position]
    const count = method.schema.parameterCount
    const priority = this.#priority(call, method, position, cost)
    if (stage === undefined || stage.isTrivial) {
      this.#frame(this.#entry(call, method, position, state, cost, previous, outcome), count, priority)
      return
    }
    let emitted = 0
    let entry = -1
    const { binding } = this.#system
    const before = binding.slice(0, count)
    const complete = stage.run(binding, () => {
      if (emitted >= FIRST_BATCH) return false
      emitted++
      if (entry < 0) entry = this.#entry(call, method, position, state, cost, previous, outcome)
      this.#frame(entry, count, priority)
      return true
    })
    if (complete) return
    this.#overflows.push({ entry, method, before, priority, taken: FIRST_BATCH, seen: null })
    this.#agenda.push(priority + AFTER_EQUALS, -this.#overflows.length)
  }

  /** Takes the next, twice as large batch of bindings of a join that had too many. */
  #resumeJoin(overflow: Overflow): void {
    const { entry, method, before, priority } = overflow
    const system = this.#system
    const { binding } = system
    const position = this.#entryPosition.data[entry] as number
    const stage = method.stages[position] as NonNullable<CompiledMethod['stages'][number]>
    const count = method.schema.parameterCount
    const seen = overflow.seen ?? new Set<string>()
    const end = overflow.taken * 2
    if (overflow.seen === null) {
      // The order of facts in a list may have changed since: remember what was taken by value, not by number.
      for (let frame = 0; frame < this.#frameEntry.size; frame++) {
        if (this.#frameEntry.data[frame] !== entry) continue
        const start = this.#frameBinding.data[frame] as number
        seen.add(this.#bindings.data.subarray(start, start + count).join())
      }
      overflow.seen = seen
    }
    system.states.goto(this.#entryState.data[entry] as number)
    binding.set(before)
    let taken = 0
    const complete = stage.run(binding, () => {
      const key = binding.subarray(0, count).join()
      if (seen.has(key)) return true
      if (taken >= end) return false
      taken++
      seen.add(key)
      this.#frame(entry, count, priority)
      return true
    })
    overflow.taken = end
    if (!complete) this.#agenda.push(priority + AFTER_EQUALS, -1 - this.#overflows.indexOf(overflow))
  }

  #priority(call: number, method: CompiledMethod, position: number, cost: number): number {
    if (this.#depthFirst) return 0
    const rest = (this.#countActions ? method.restLength : method.restCost)[position] as number
    const base = (this.#callBase[call] as number) + cost + this.#weight * rest
    if (this.#urgency === 0 || this.#callSpine.data[call] === 0) return base
    return base - this.#urgency * position
  }

  #entry(
    call: number,
    method: CompiledMethod,
    position: number,
    state: number,
    cost: number,
    previous: number,
    outcome: number,
  ): number {
    const id = this.#entryCall.size
    this.#entryCall.push(call)
    this.#entryMethod.push(method.schema.index)
    this.#entryPosition.push(position)
    this.#entryState.push(state)
    if (id >= this.#entryCost.length) this.#entryCost = doubled(this.#entryCost)
    this.#entryCost[id] = cost
    this.#entryPrevious.push(previous)
    this.#entryOutcome.push(outcome)
    return id
  }

  /** Keeps the current binding of `count` variables as a frame of the entry, and puts it on the agenda. */
  #frame(entry: number, count: number, priority: number): void {
    const id = this.#frameEntry.size
    this.#bindings.reserve(count)
    const start = this.#bindings.size
    const { binding } = this.#system
    const pool = this.#bindings.data
    for (let i = 0; i < count; i++) pool[start + i] = binding[i] as number
    this.#bindings.size = start + count
    this.#frameEntry.push(entry)
    this.#frameBinding.push(start)
    this.#frameWaiter.push(-1)
    this.#agenda.push(priority, id)
  }

  #load(frame: number, method: CompiledMethod): void {
    const start = this.#frameBinding.data[frame] as number
    const pool = this.#bindings.data
    const { binding } = this.#system
    for (let i = 0; i < method.schema.parameterCount; i++) binding[i] = pool[start + i] as number
  }

  #process(frame: number): void {
    const system = this.#system
    const entry = this.#frameEntry.data[frame] as number
    const method = system.allMethods[this.#entryMethod.data[entry] as number] as CompiledMethod
    const position = this.#entryPosition.data[entry] as number
    const call = this.#entryCall.data[entry] as number
    const state = this.#entryState.data[entry] as number
    const cost = this.#entryCost[entry] as number
    const subtask = method.schema.subtasks[position]
    if (subtask === undefined) {
      this.#finish(call, state, cost, frame)
      return
    }
    this.#load(frame, method)
    const task = system.groundSubtask(subtask, system.binding)
    if (task < 0) return
    system.states.goto(state)
    if (subtask.task >= system.symbols.compoundCount) {
      const next = system.apply(task)
      if (next < 0) return
      const added = this.#countActions ? 1 : system.lastCost
      system.states.goto(next)
      this.#load(frame, method)
      this.#enter(call, method, position + 1, next, cost + added, frame, -1)
      return
    }
    const minimal = this.#countActions ? system.analysis.minimalLength : system.analysis.minimalCost
    const spine = this.#callSpine.data[call] as number
    const isLast = position + 1 === method.schema.subtasks.length
    const base = this.#priority(call, method, position, cost) - this.#weight * (minimal[subtask.task] as number)
    const child = this.#call(task, state, base, spine === 1 && isLast && this.#tail ? 1 : 0)
    this.#frameWaiter.data[frame] = this.#callWaiter.data[child] as number
    this.#callWaiter.data[child] = frame
    for (let o = this.#callOutcome.data[child] as number; o >= 0; o = this.#outcomeNext.data[o] as number) {
      this.#continue(frame, o)
    }
  }

  /** A waiting frame goes on after its subtask ended with the outcome. */
  #continue(frame: number, outcome: number): void {
    const system = this.#system
    const entry = this.#frameEntry.data[frame] as number
    const method = system.allMethods[this.#entryMethod.data[entry] as number] as CompiledMethod
    const state = this.#outcomeState.data[outcome] as number
    system.states.goto(state)
    this.#load(frame, method)
    const cost = (this.#entryCost[entry] as number) + (this.#outcomeCost[outcome] as number)
    const call = this.#entryCall.data[entry] as number
    this.#enter(call, method, (this.#entryPosition.data[entry] as number) + 1, state, cost, frame, outcome)
  }

  #finish(call: number, state: number, cost: number, frame: number): void {
    const isRoot = call === this.#rootCall
    if (isRoot && cost >= this.#upperBound) return
    const key = this.#key
    key[0] = state
    const known = this.#outcomeTable.size
    const outcome = this.#outcomeTable.intern(call, key, 0, 1)
    if (outcome < known) return
    this.#outcomeCall.push(call)
    this.#outcomeState.push(state)
    if (outcome >= this.#outcomeCost.length) this.#outcomeCost = doubled(this.#outcomeCost)
    this.#outcomeCost[outcome] = cost
    this.#outcomeFrame.push(frame)
    this.#outcomeNext.push(this.#callOutcome.data[call] as number)
    this.#callOutcome.data[call] = outcome
    if (isRoot) {
      this.#system.states.goto(state)
      if (this.#system.goalHolds()) this.#solution = outcome
      return
    }
    for (let w = this.#callWaiter.data[call] as number; w >= 0; w = this.#frameWaiter.data[w] as number) {
      this.#continue(w, outcome)
    }
  }

  /** The tree of the decomposition behind an outcome, flattened in preorder. */
  #derivation(root: number): Derivation {
    const system = this.#system
    const tasks: number[] = []
    const methods: number[] = []
    const children: number[][] = []
    // Each entry: node to fill, outcome that refined it.
    const open: { node: number; outcome: number }[] = []
    const add = (task: number): number => {
      tasks.push(task)
      methods.push(-1)
      children.push([])
      return tasks.length - 1
    }
    open.push({ node: add(system.root), outcome: root })
    while (open.length > 0) {
      const { node, outcome } = open.pop() as { node: number; outcome: number }
      const last = this.#outcomeFrame.data[outcome] as number
      const chain: number[] = []
      const entryOf = (frame: number): number => this.#frameEntry.data[frame] as number
      for (let frame = last; frame >= 0; frame = this.#entryPrevious.data[entryOf(frame)] as number) chain.push(frame)
      chain.reverse()
      const method = system.allMethods[this.#entryMethod.data[entryOf(last)] as number] as CompiledMethod
      methods[node] = method.schema.index
      for (let i = 0; i + 1 < chain.length; i++) {
        const frame = chain[i] as number
        const next = chain[i + 1] as number
        this.#load(frame, method)
        const subtask = method.schema.subtasks[i] as CompiledMethod['schema']['subtasks'][number]
        const child = add(system.groundSubtask(subtask, system.binding))
        ;(children[node] as number[]).push(child)
        const inner = this.#entryOutcome.data[entryOf(next)] as number
        if (inner >= 0) open.push({ node: child, outcome: inner })
      }
    }
    return { tasks, methods, children }
  }
}

interface Overflow {
  readonly entry: number
  readonly method: CompiledMethod
  readonly priority: number
  /** The binding before the join. */
  readonly before: Int32Array
  taken: number
  seen: Set<string> | null
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(array.length * 2)
  grown.set(array)
  return grown
}
