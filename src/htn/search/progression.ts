/**
 * Heuristic progression through task networks: refine a task that nothing precedes, or execute an action that nothing
 * precedes, best estimate first. Total and partial order alike; the estimate is relaxed composition (relaxed.ts).
 *
 * Compound tasks without predecessors are refined before anything is executed, one of them only: the order of refining
 * does not matter because a method precondition becomes a step of its own that waits for its moment whenever other
 * steps could come before it. Moves without an alternative are made at once, without an evaluation. Networks seen before
 * (same state, same shape) are dropped; the shape is compared by a 64-bit hash of the unfolded network, which two
 * different partial orders can share, so that exhausting the search proves nothing unless every network was a chain.
 */
import type { Run } from '../../../solvers/contract/index.ts'
import type { DecompositionGraph, GroundMethod } from '../grounded/ground.ts'
import type { RelaxedComposition } from '../grounded/relaxed.ts'
import type { LiftedSystem } from '../lifted/system.ts'
import { mix } from '../lifted/tuples.ts'
import { Agenda } from './agenda.ts'
import type { Derivation } from './derivation.ts'

export interface ProgressionOptions {
  /** Weight of the cost so far against the estimate of what is left; 0 = greedy. @default 0 */
  readonly costWeight?: number
  /** Plans that cost this much or more are not wanted. */
  readonly upperBound?: number
  /**
   * Order by cost so far plus a bound on what is left that never overestimates (the cheapest refinements, or the
   * landmarks of relaxed composition when they say more): the first plan taken from the agenda is optimal. Networks are
   * compared only when they are chains, where the comparison is exact. @default false
   */
  readonly admissible?: boolean
}

export type ProgressionResult =
  | { readonly status: 'found'; readonly derivation: Derivation; readonly cost: number }
  | { readonly status: 'exhausted' }
  | { readonly status: 'limit' }

/** A task of a network; shared by all networks that still hold it. */
interface Step {
  /** Ground task; -1 for the precondition of a method. */
  readonly task: number
  readonly check: GroundMethod | null
  readonly next: readonly Step[]
  readonly hashA: number
  readonly hashB: number
}

/** A move on the way to a network, for reconstruction. */
type Move =
  | { readonly step: Step; readonly method: null }
  | { readonly step: Step; readonly method: GroundMethod; readonly children: readonly Step[] }

interface Node {
  readonly parent: Node | null
  readonly moves: readonly Move[]
  readonly first: readonly Step[]
  readonly state: number
  readonly cost: number
}

/** Forced moves made in one go. */
const MAXIMAL_CHAIN = 2000

export class Progression {
  readonly #system: LiftedSystem
  readonly #graph: DecompositionGraph
  readonly #heuristic: RelaxedComposition
  readonly #costWeight: number
  readonly #upperBound: number
  readonly #admissible: boolean
  readonly #agenda = new Agenda()
  readonly #nodes: (Node | null)[] = []
  /** Cost at which a network was met; -Infinity when any later meeting is to be dropped. */
  readonly #seen = new Map<string, number>()
  #chainsOnly = true
  #started = false
  #tasks = new Int32Array(256)
  evaluations = 0
  expansions = 0

  constructor(
    system: LiftedSystem,
    graph: DecompositionGraph,
    heuristic: RelaxedComposition,
    options: ProgressionOptions = {},
  ) {
    this.#system = system
    this.#graph = graph
    this.#heuristic = heuristic
    this.#costWeight = options.costWeight ?? 0
    this.#upperBound = options.upperBound ?? Number.POSITIVE_INFINITY
    this.#admissible = options.admissible ?? false
  }

  /** Nothing is left to expand. */
  get isEmpty(): boolean {
    return this.#started && this.#agenda.size === 0
  }

  /** Runs until a plan is found, nothing is left, or the run's limit or `expansions` more are used up; may be resumed. */
  run(run: Run, expansions = Number.POSITIVE_INFINITY): ProgressionResult {
    const end = this.expansions + expansions
    if (!this.#started) {
      this.#started = true
      const root = makeStep(this.#system.root, null, [])
      const found = this.#admit({ parent: null, moves: [], first: [root], state: 0, cost: 0 })
      if (found !== null) return found
    }
    while (this.#agenda.size > 0) {
      if (this.expansions >= end) return { status: 'limit' }
      if ((this.expansions & 15) === 0 && run.limit !== null) return { status: 'limit' }
      this.expansions++
      const index = this.#agenda.pop()
      const node = this.#nodes[index] as Node
      this.#nodes[index] = null
      if (node.first.length === 0) return { status: 'found', derivation: this.#derivation(node), cost: node.cost }
      const found = this.#expand(node)
      if (found !== null) return found
    }
    return { status: this.#chainsOnly || this.#admissible ? 'exhausted' : 'limit' }
  }

  /** Follows forced moves, then evaluates; a finished network is returned. */
  #admit(start: Node): ProgressionResult | null {
    const node = this.#force(start)
    if (node === null || node.cost >= this.#upperBound) return null
    const system = this.#system
    if (node.first.length === 0) {
      system.states.goto(node.state)
      if (!system.goalHolds()) return null
      if (this.#admissible) {
        this.#nodes.push(node)
        this.#agenda.push(node.cost, this.#nodes.length - 1)
        return null
      }
      return { status: 'found', derivation: this.#derivation(node), cost: node.cost }
    }
    if (!this.#admissible || isChain(node.first)) {
      // In order of cost a network may be met again on a cheaper way, which then counts.
      const key = this.#key(node)
      if (node.cost >= (this.#seen.get(key) ?? Number.POSITIVE_INFINITY)) return null
      this.#seen.set(key, this.#admissible ? node.cost : Number.NEGATIVE_INFINITY)
    }
    const count = this.#collect(node.first)
    system.states.goto(node.state)
    this.evaluations++
    if (this.#admissible) {
      const landmarks = this.#heuristic.lowerBound(this.#tasks, count)
      if (landmarks === Number.POSITIVE_INFINITY) return null
      let rest = 0
      const { minimalCost } = system.analysis
      for (let i = 0; i < count; i++) rest += this.#leastCost(this.#tasks[i] as number, minimalCost)
      this.#nodes.push(node)
      this.#agenda.push(node.cost + Math.max(rest, landmarks), this.#nodes.length - 1)
      return null
    }
    const estimate = this.#heuristic.evaluate(this.#tasks, count)
    if (estimate === Number.POSITIVE_INFINITY) return null
    this.#nodes.push(node)
    this.#agenda.push(estimate + this.#costWeight * node.cost, this.#nodes.length - 1)
    return null
  }

  /** Cheapest refinement of a ground task, preconditions ignored; choices of split-off variables cost what they choose. */
  #leastCost(task: number, minimal: Float64Array): number {
    const symbol = this.#system.tasks.heads.data[task] as number
    if (symbol <= this.#system.rootSymbol) return minimal[symbol] as number
    let least = Number.POSITIVE_INFINITY
    for (const method of this.#graph.methods.get(task) ?? []) {
      least = Math.min(least, this.#leastCost(method.subtasks[0] as number, minimal))
    }
    return least
  }

  #force(start: Node): Node | null {
    let { first, state, cost } = start
    const moves: Move[] = [...start.moves]
    for (let chain = 0; chain < MAXIMAL_CHAIN && first.length > 0; chain++) {
      const abstract = first.find((step) => this.#isCompound(step))
      if (abstract !== undefined) {
        const methods = this.#applicable(abstract, state, first.length === 1)
        if (methods.length === 0) return null
        if (methods.length > 1) break
        const method = methods[0] as GroundMethod
        const children = this.#children(method, abstract, first.length === 1)
        moves.push({ step: abstract, method, children: children.all })
        first = replace(first, abstract, children.first)
        continue
      }
      if (first.length > 1) {
        this.#chainsOnly = false
        break
      }
      const step = first[0] as Step
      const next = this.#execute(step, state)
      if (next < 0) return null
      cost += step.check === null ? this.#system.lastCost : 0
      state = next
      moves.push({ step, method: null })
      first = released(first, step)
    }
    return { parent: start.parent, moves, first, state, cost }
  }

  #expand(node: Node): ProgressionResult | null {
    const { first, state, cost } = node
    const abstract = first.find((step) => this.#isCompound(step))
    if (abstract !== undefined) {
      const alone = first.length === 1
      const methods = this.#applicable(abstract, state, alone)
      // Last in is first out among equal estimates: go backwards to prefer the order in which methods are written.
      for (let i = methods.length - 1; i >= 0; i--) {
        const method = methods[i] as GroundMethod
        const children = this.#children(method, abstract, alone)
        const found = this.#admit({
          parent: node,
          moves: [{ step: abstract, method, children: children.all }],
          first: replace(first, abstract, children.first),
          state,
          cost,
        })
        if (found !== null) return found
      }
      return null
    }
    for (let i = first.length - 1; i >= 0; i--) {
      const step = first[i] as Step
      const next = this.#execute(step, state)
      if (next < 0) continue
      const found = this.#admit({
        parent: node,
        moves: [{ step, method: null }],
        first: released(first, step),
        state: next,
        cost: cost + (step.check === null ? this.#system.lastCost : 0),
      })
      if (found !== null) return found
    }
    return null
  }

  #isCompound(step: Step): boolean {
    return step.check === null && this.#graph.methods.has(step.task)
  }

  #applicable(step: Step, state: number, now: boolean): readonly GroundMethod[] {
    const methods = this.#graph.methods.get(step.task) as readonly GroundMethod[]
    if (!now) return methods
    this.#system.states.goto(state)
    return methods.filter((method) => this.#holds(method))
  }

  /** Whether the precondition of a method holds in the current state. */
  #holds(method: GroundMethod): boolean {
    const { truth } = this.#system.states
    const { positive, negative, filters } = method
    for (let i = 0; i < positive.length; i++) if (truth[positive[i] as number] === 0) return false
    for (let i = 0; i < negative.length; i++) if (truth[negative[i] as number] === 1) return false
    if (filters.length === 0) return true
    this.#system.binding.set(method.binding)
    return filters.every((filter) => filter.test(this.#system.binding))
  }

  /** State after a step, or -1. */
  #execute(step: Step, state: number): number {
    this.#system.states.goto(state)
    if (step.check !== null) return this.#holds(step.check) ? state : -1
    return this.#system.apply(step.task)
  }

  /** The steps that refine `step`, linked to what follows it; `first` are those without predecessors. */
  #children(method: GroundMethod, step: Step, checked: boolean): { all: Step[]; first: readonly Step[] } {
    const { subtasks, ordering } = method
    const count = subtasks.length
    const guarded = !checked && method.positive.length + method.negative.length + method.filters.length > 0
    const all: Step[] = new Array(count)
    const after: number[][] = Array.from({ length: count }, () => [])
    const hasPredecessor = new Uint8Array(count)
    const hasSuccessor = new Uint8Array(count)
    for (const [a, b] of ordering) {
      ;(after[a] as number[]).push(b)
      hasPredecessor[b] = 1
      hasSuccessor[a] = 1
    }
    // The schema's order is topological, so successors exist before their predecessors when going backwards.
    for (let i = count - 1; i >= 0; i--) {
      const next = hasSuccessor[i] === 0 ? step.next : (after[i] as number[]).map((j) => all[j] as Step)
      all[i] = makeStep(subtasks[i] as number, null, next)
    }
    let first: readonly Step[] = all.filter((_, i) => hasPredecessor[i] === 0)
    if (count === 0) first = step.next
    if (guarded) first = [makeStep(-1, method, first)]
    return { all, first }
  }

  #key(node: Node): string {
    let a = 0
    let b = 0
    for (const step of node.first) {
      a = (a + step.hashA) | 0
      b = (b + step.hashB) | 0
    }
    return `${node.state} ${a} ${b} ${node.first.length === 1 ? 0 : this.#collect(node.first)}`
  }

  /** Ground tasks of all steps reachable from the first ones, into the work array. */
  #collect(first: readonly Step[]): number {
    let count = 0
    const add = (task: number): void => {
      if (task < 0) return
      if (count === this.#tasks.length) {
        const grown = new Int32Array(count * 2)
        grown.set(this.#tasks)
        this.#tasks = grown
      }
      this.#tasks[count++] = task
    }
    if (first.length === 1) {
      // Most networks are chains.
      let step = first[0] as Step
      add(step.task)
      while (step.next.length === 1) {
        step = step.next[0] as Step
        add(step.task)
      }
      if (step.next.length === 0) return count
      first = step.next
    }
    const seen = new Set<Step>(first)
    for (const step of seen) {
      add(step.task)
      for (const next of step.next) seen.add(next)
    }
    return count
  }

  #derivation(last: Node): Derivation {
    const moves: Move[] = []
    const nodes: Node[] = []
    for (let node: Node | null = last; node !== null; node = node.parent) nodes.push(node)
    for (const node of nodes.reverse()) moves.push(...node.moves)
    const byStep = new Map<Step, Move>()
    for (const move of moves) byStep.set(move.step, move)
    const tasks: number[] = []
    const methods: number[] = []
    const children: number[][] = []
    const nodeOf = new Map<Step, number>()
    const open: { step: Step; parent: number }[] = []
    const root = (moves[0] as Move).step
    open.push({ step: root, parent: -1 })
    while (open.length > 0) {
      const { step, parent } = open.pop() as { step: Step; parent: number }
      let current = step
      let move = byStep.get(current) as Move
      // The choice of split-off variables is no task of the problem: go on with the task it chose.
      while (move.method !== null && move.method.schema === null) {
        current = move.children[0] as Step
        move = byStep.get(current) as Move
      }
      const node = tasks.length
      tasks.push(current.task)
      children.push([])
      nodeOf.set(current, node)
      if (parent >= 0) (children[parent] as number[]).push(node)
      methods.push(move.method?.schema?.index ?? -1)
      if (move.method !== null) {
        for (let i = move.children.length - 1; i >= 0; i--) open.push({ step: move.children[i] as Step, parent: node })
      }
    }
    const order = moves
      .filter((move) => move.method === null && move.step.check === null)
      .map((move) => nodeOf.get(move.step) as number)
    return { tasks, methods, children, order }
  }
}

function makeStep(task: number, check: GroundMethod | null, next: readonly Step[]): Step {
  let a = 0
  let b = 0
  for (const step of next) {
    a = (a + step.hashA) | 0
    b = (b + step.hashB) | 0
  }
  const own = check === null ? task : -2 - check.task * 31 - (check.schema?.index ?? 0)
  return { task, check, next, hashA: mix(a ^ mix(own, 3), 11), hashB: mix(b ^ mix(own, 5), 23) }
}

function replace(first: readonly Step[], step: Step, by: readonly Step[]): readonly Step[] {
  const rest = first.filter((other) => other !== step)
  if (rest.length === 0) return by
  return [...rest, ...by.filter((candidate) => !rest.includes(candidate) && !isBehind(candidate, rest))]
}

/** What stands first after a step is done: its successors, unless something else still precedes them. */
function released(first: readonly Step[], step: Step): readonly Step[] {
  return replace(first, step, step.next)
}

/** Whether every step has at most one successor and nothing stands beside anything. */
function isChain(first: readonly Step[]): boolean {
  let level = first
  while (level.length === 1) level = (level[0] as Step).next
  return level.length === 0
}

/** Whether the step can be reached from one of the others. */
function isBehind(step: Step, others: readonly Step[]): boolean {
  const seen = new Set<Step>(others)
  for (const other of seen) {
    for (const next of other.next) {
      if (next === step) return true
      seen.add(next)
    }
  }
  return false
}
