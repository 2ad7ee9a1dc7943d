/**
 * The relaxed composition heuristic: how hard it is to *compose* the tasks of a network bottom up when deletes are
 * ignored and actions reachable from the network may be inserted. Every ground task is a proposition "composed"; an
 * action composes itself and makes its facts true; a method composes its task once its subtasks are composed. The
 * estimate is the additive one over this model (Hoeller, Bercher, Behnke, Biundo 2018 and 2020); Infinity means that
 * the network is a dead end, which is exact: a network that has a solution is never refused.
 *
 * One evaluation is linear in the size of the decomposition graph.
 */
import type { LiftedSystem } from '../lifted/system.ts'
import type { DecompositionGraph } from './ground.ts'

export class RelaxedComposition {
  readonly #system: LiftedSystem
  /** Dense proposition of a fact that must hold / must not hold; -1 when nothing asks. */
  readonly #whenTrue: Int32Array
  readonly #whenFalse: Int32Array
  readonly #trackedFacts: Int32Array
  readonly #taskProposition = new Map<number, number>()
  readonly #propositionCount: number
  // Operators: actions first, then methods.
  readonly #operatorCount: number
  readonly #actionCount: number
  readonly #need: Int32Array
  readonly #cost: Float64Array
  readonly #effectStart: Int32Array
  readonly #effects: Int32Array
  readonly #userStart: Int32Array
  readonly #users: Int32Array
  readonly #free: Int32Array
  /** Operators that have a proposition as effect. */
  readonly #makerStart: Int32Array
  readonly #makers: Int32Array
  /** Cost of an operator without the small extra that lets free actions count. */
  readonly #trueCost: Float64Array
  readonly #goals: Int32Array
  readonly #goalImpossible: boolean
  /** Reachable operators below a ground task, as bits. */
  readonly #below = new Map<number, Uint32Array>()
  readonly #methodsOf: Map<number, number[]>
  readonly #operatorSubtasks: readonly ArrayLike<number>[]
  readonly #actionOperator: Map<number, number>
  // Work space of an evaluation.
  readonly #open: Int32Array
  readonly #sum: Float64Array
  readonly #value: Float64Array
  readonly #allowed: Uint32Array
  readonly #heap: Int32Array
  readonly #place: Int32Array
  #heapSize = 0

  constructor(system: LiftedSystem, graph: DecompositionGraph) {
    this.#system = system
    const goals = system.goalFacts()
    // Instantiating actions gives their facts ids: only then is it known how many there are.
    for (const task of graph.actions) system.groundAction(task)
    const total = system.states.facts.size
    const whenTrue = new Int32Array(total).fill(-1)
    const whenFalse = new Int32Array(total).fill(-1)
    let propositions = 0
    const tracked: number[] = []
    const track = (fact: number, sign: boolean): number => {
      const table = sign ? whenTrue : whenFalse
      if (table[fact] === -1) {
        if (whenTrue[fact] === -1 && whenFalse[fact] === -1) tracked.push(fact)
        table[fact] = propositions++
      }
      return table[fact] as number
    }
    const isStatic = (fact: number): boolean =>
      system.symbols.isStatic[system.states.facts.heads.data[fact] as number] === 1
    const needs: number[][] = []
    for (const task of graph.actions) {
      const { positive, negative } = system.groundAction(task)
      const need: number[] = []
      for (const fact of positive) if (!isStatic(fact)) need.push(track(fact, true))
      for (const fact of negative) if (!isStatic(fact)) need.push(track(fact, false))
      needs.push(need)
    }
    const methods = [...graph.methods.values()].flat()
    const methodNeeds = methods.map((method) => [
      ...Array.from(method.positive, (fact) => track(fact, true)),
      ...Array.from(method.negative, (fact) => track(fact, false)),
    ])
    const goalPropositions: number[] = []
    let impossible = false
    system.states.goto(0)
    for (const [list, sign] of [
      [goals.positive, true],
      [goals.negative, false],
    ] as const) {
      for (const fact of list) {
        if (isStatic(fact)) impossible ||= (system.states.truth[fact] === 1) !== sign
        else goalPropositions.push(track(fact, sign))
      }
    }
    this.#goalImpossible = impossible
    const taskOf = (task: number): number => {
      let proposition = this.#taskProposition.get(task)
      if (proposition === undefined) {
        proposition = propositions++
        this.#taskProposition.set(task, proposition)
      }
      return proposition
    }
    const effects: number[][] = graph.actions.map((task) => {
      const { adds, deletes } = system.groundAction(task)
      const list = [taskOf(task)]
      for (const fact of adds) if ((whenTrue[fact] ?? -1) >= 0) list.push(whenTrue[fact] as number)
      for (const fact of deletes) if ((whenFalse[fact] ?? -1) >= 0) list.push(whenFalse[fact] as number)
      return list
    })
    // Conditional effects are taken as unconditional: optimistic, hence still safe for dead ends.
    graph.actions.forEach((task, index) => {
      const action = system.actions[(system.tasks.heads.data[task] as number) - system.symbols.compoundCount]
      if (action === undefined || action.rest.length === 0) return
      const start = system.tasks.starts.data[task] as number
      for (const fact of tracked) {
        const predicate = system.states.facts.heads.data[fact] as number
        const from = system.states.facts.starts.data[fact] as number
        for (const effect of action.possible) {
          if (effect.predicate !== predicate) continue
          const fits = effect.terms.every((place, i) => {
            const object = system.states.facts.values.data[from + i] as number
            if (place.kind === 'slot') return system.tasks.values.data[start + place.slot] === object
            return place.kind === 'object' ? place.object === object : place.extent.contains[object] === 1
          })
          const proposition = (effect.add ? whenTrue : whenFalse)[fact] as number
          if (fits && proposition >= 0) (effects[index] as number[]).push(proposition)
        }
      }
    })
    this.#methodsOf = new Map()
    this.#actionOperator = new Map(graph.actions.map((task, index) => [task, index]))
    const subtaskLists: ArrayLike<number>[] = graph.actions.map(() => [])
    methods.forEach((method, index) => {
      const operator = graph.actions.length + index
      const need = methodNeeds[index] as number[]
      for (const subtask of method.subtasks) need.push(taskOf(subtask))
      needs.push(need)
      effects.push([taskOf(method.task)])
      subtaskLists.push(method.subtasks)
      const list = this.#methodsOf.get(method.task)
      if (list === undefined) this.#methodsOf.set(method.task, [operator])
      else list.push(operator)
    })
    this.#operatorSubtasks = subtaskLists
    const operators = needs.length
    this.#operatorCount = operators
    this.#actionCount = graph.actions.length
    this.#propositionCount = propositions
    this.#whenTrue = whenTrue
    this.#whenFalse = whenFalse
    this.#trackedFacts = Int32Array.from(tracked)
    this.#need = Int32Array.from(needs.map((need) => need.length))
    this.#cost = new Float64Array(operators)
    graph.actions.forEach((task, index) => {
      // Free actions still count a little, or a search would not see progress.
      this.#cost[index] = system.unitCost ? 1 : system.constantCost(task) + 0.01
    })
    ;[this.#effectStart, this.#effects] = compact(effects)
    const users: number[][] = Array.from({ length: propositions }, () => [])
    needs.forEach((need, operator) => {
      for (const proposition of need) (users[proposition] as number[]).push(operator)
    })
    ;[this.#userStart, this.#users] = compact(users)
    const makers: number[][] = Array.from({ length: propositions }, () => [])
    effects.forEach((list, operator) => {
      for (const proposition of list) (makers[proposition] as number[]).push(operator)
    })
    ;[this.#makerStart, this.#makers] = compact(makers)
    this.#trueCost = new Float64Array(operators)
    graph.actions.forEach((task, index) => {
      this.#trueCost[index] = system.constantCost(task)
    })
    this.#free = Int32Array.from(needs.flatMap((need, operator) => (need.length === 0 ? [operator] : [])))
    this.#goals = Int32Array.from(goalPropositions)
    this.#open = new Int32Array(operators)
    this.#sum = new Float64Array(operators)
    this.#value = new Float64Array(propositions)
    this.#allowed = new Uint32Array((operators + 31) >>> 5)
    this.#heap = new Int32Array(propositions + 1)
    this.#place = new Int32Array(propositions)
  }

  /** Operators and propositions: what one evaluation costs. */
  get size(): number {
    return this.#operatorCount + this.#propositionCount
  }

  /**
   * The estimate for the system's current state and a network with these ground tasks, each counted as often as it
   * occurs; Infinity for a dead end.
   */
  evaluate(tasks: ArrayLike<number>, count: number): number {
    if (this.#goalImpossible) return Number.POSITIVE_INFINITY
    const allowed = this.#allowed
    allowed.fill(0)
    let last = -1
    for (let i = 0; i < count; i++) {
      const task = tasks[i] as number
      if (task === last) continue
      last = task
      const below = this.#reach(task)
      for (let word = 0; word < below.length; word++)
        allowed[word] = (allowed[word] as number) | (below[word] as number)
    }
    this.#open.set(this.#need)
    this.#sum.set(this.#cost)
    const value = this.#value
    value.fill(Number.POSITIVE_INFINITY)
    this.#place.fill(-1)
    this.#heapSize = 0
    const { truth } = this.#system.states
    const tracked = this.#trackedFacts
    for (let i = 0; i < tracked.length; i++) {
      const fact = tracked[i] as number
      const proposition = (truth[fact] === 1 ? this.#whenTrue[fact] : this.#whenFalse[fact]) as number
      if (proposition >= 0) this.#lower(proposition, 0)
    }
    for (let i = 0; i < this.#free.length; i++) this.#fire(this.#free[i] as number)
    const open = this.#open
    const sum = this.#sum
    while (this.#heapSize > 0) {
      const proposition = this.#popHeap()
      const cost = value[proposition] as number
      const end = this.#userStart[proposition + 1] as number
      for (let i = this.#userStart[proposition] as number; i < end; i++) {
        const operator = this.#users[i] as number
        sum[operator] = (sum[operator] as number) + cost
        const left = (open[operator] as number) - 1
        open[operator] = left
        if (left === 0) this.#fire(operator)
      }
    }
    let total = 0
    for (let i = 0; i < count; i++) {
      const proposition = this.#taskProposition.get(tasks[i] as number)
      if (proposition === undefined) return Number.POSITIVE_INFINITY
      total += value[proposition] as number
    }
    for (let i = 0; i < this.#goals.length; i++) total += value[this.#goals[i] as number] as number
    return total
  }

  /**
   * A lower bound on the cost of every solution: LM-cut (Helmert and Domshlak 2009) over the relaxed composition model.
   * Disjunctive action landmarks are found one after the other by a cut in the justification graph of the maximum
   * estimate; their costs add up. Infinity for a dead end. Each landmark costs one pass over the graph.
   */
  lowerBound(tasks: ArrayLike<number>, count: number): number {
    if (this.#goalImpossible) return Number.POSITIVE_INFINITY
    const goals = new Set<number>(this.#goals)
    const allowed = this.#allowed
    allowed.fill(0)
    for (let i = 0; i < count; i++) {
      const task = tasks[i] as number
      const proposition = this.#taskProposition.get(task)
      if (proposition === undefined) return Number.POSITIVE_INFINITY
      goals.add(proposition)
      const below = this.#reach(task)
      for (let word = 0; word < below.length; word++)
        allowed[word] = (allowed[word] as number) | (below[word] as number)
    }
    const cost = this.#trueCost.slice()
    const supporter = new Int32Array(this.#operatorCount)
    let total = 0
    for (;;) {
      this.#maximum(cost, supporter)
      let target = -1
      for (const goal of goals) {
        if (target < 0 || (this.#value[goal] as number) > (this.#value[target] as number)) target = goal
      }
      if (target < 0) return total
      const highest = this.#value[target] as number
      if (highest === Number.POSITIVE_INFINITY) return highest
      if (highest === 0) return total
      const cut = this.#cut(target, cost, supporter)
      let least = Number.POSITIVE_INFINITY
      for (const operator of cut) least = Math.min(least, cost[operator] as number)
      if (!(least > 0) || least === Number.POSITIVE_INFINITY) return total
      total += least
      for (const operator of cut) cost[operator] = (cost[operator] as number) - least
    }
  }

  /** The maximum estimate of every proposition, and the last precondition each operator waited for (-2: never fired). */
  #maximum(cost: Float64Array, supporter: Int32Array): void {
    const open = this.#open
    open.set(this.#need)
    supporter.fill(-2)
    const value = this.#value
    value.fill(Number.POSITIVE_INFINITY)
    this.#place.fill(-1)
    this.#heapSize = 0
    const fire = (operator: number, base: number, last: number): void => {
      if (((this.#allowed[operator >>> 5] as number) & (1 << (operator & 31))) === 0) return
      supporter[operator] = last
      const sum = base + (cost[operator] as number)
      const end = this.#effectStart[operator + 1] as number
      for (let i = this.#effectStart[operator] as number; i < end; i++) {
        const proposition = this.#effects[i] as number
        if (sum < (value[proposition] as number)) this.#lower(proposition, sum)
      }
    }
    for (const proposition of this.#initial()) this.#lower(proposition, 0)
    for (let i = 0; i < this.#free.length; i++) fire(this.#free[i] as number, 0, -1)
    while (this.#heapSize > 0) {
      const proposition = this.#popHeap()
      const end = this.#userStart[proposition + 1] as number
      for (let i = this.#userStart[proposition] as number; i < end; i++) {
        const operator = this.#users[i] as number
        const left = (open[operator] as number) - 1
        open[operator] = left
        if (left === 0) fire(operator, value[proposition] as number, proposition)
      }
    }
  }

  /** Propositions that hold in the current state. */
  #initial(): number[] {
    const { truth } = this.#system.states
    const result: number[] = []
    for (const fact of this.#trackedFacts) {
      const proposition = (truth[fact] === 1 ? this.#whenTrue[fact] : this.#whenFalse[fact]) as number
      if (proposition >= 0) result.push(proposition)
    }
    return result
  }

  /** Operators that lead from what can be had without the zone into the zone from which the target comes for free. */
  #cut(target: number, cost: Float64Array, supporter: Int32Array): Set<number> {
    const zone = new Set([target])
    for (const proposition of zone) {
      const end = this.#makerStart[proposition + 1] as number
      for (let i = this.#makerStart[proposition] as number; i < end; i++) {
        const operator = this.#makers[i] as number
        if (cost[operator] === 0 && (supporter[operator] as number) >= 0) zone.add(supporter[operator] as number)
      }
    }
    const cut = new Set<number>()
    const reached = new Set<number>()
    const pass = (operator: number): void => {
      const end = this.#effectStart[operator + 1] as number
      for (let i = this.#effectStart[operator] as number; i < end; i++) {
        const effect = this.#effects[i] as number
        if (zone.has(effect)) cut.add(operator)
        else reached.add(effect)
      }
    }
    for (const proposition of this.#initial()) if (!zone.has(proposition)) reached.add(proposition)
    for (let i = 0; i < this.#free.length; i++)
      if (supporter[this.#free[i] as number] === -1) pass(this.#free[i] as number)
    for (const proposition of reached) {
      const end = this.#userStart[proposition + 1] as number
      for (let i = this.#userStart[proposition] as number; i < end; i++) {
        const operator = this.#users[i] as number
        if (supporter[operator] === proposition) pass(operator)
      }
    }
    return cut
  }

  #fire(operator: number): void {
    if (((this.#allowed[operator >>> 5] as number) & (1 << (operator & 31))) === 0) return
    const cost = this.#sum[operator] as number
    const end = this.#effectStart[operator + 1] as number
    for (let i = this.#effectStart[operator] as number; i < end; i++) {
      const proposition = this.#effects[i] as number
      if (cost < (this.#value[proposition] as number)) this.#lower(proposition, cost)
    }
  }

  #lower(proposition: number, cost: number): void {
    const value = this.#value
    value[proposition] = cost
    const heap = this.#heap
    const place = this.#place
    let at = place[proposition] as number
    if (at < 0) at = this.#heapSize++
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as number
      if ((value[above] as number) <= cost) break
      heap[at] = above
      place[above] = at
      at = parent
    }
    heap[at] = proposition
    place[proposition] = at
  }

  #popHeap(): number {
    const heap = this.#heap
    const place = this.#place
    const value = this.#value
    const top = heap[0] as number
    place[top] = -1
    const size = --this.#heapSize
    if (size === 0) return top
    const moved = heap[size] as number
    const cost = value[moved] as number
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= size) break
      if (child + 1 < size && (value[heap[child + 1] as number] as number) < (value[heap[child] as number] as number))
        child++
      const below = heap[child] as number
      if ((value[below] as number) >= cost) break
      heap[at] = below
      place[below] = at
      at = child
    }
    heap[at] = moved
    place[moved] = at
    return top
  }

  /** Operators in the sub-hierarchy of a task. */
  #reach(task: number): Uint32Array {
    const known = this.#below.get(task)
    if (known !== undefined) return known
    const bits = new Uint32Array((this.#operatorCount + 31) >>> 5)
    const seen = new Set([task])
    for (const current of seen) {
      const action = this.#actionOperator.get(current)
      if (action !== undefined) bits[action >>> 5] = (bits[action >>> 5] as number) | (1 << (action & 31))
      for (const operator of this.#methodsOf.get(current) ?? []) {
        bits[operator >>> 5] = (bits[operator >>> 5] as number) | (1 << (operator & 31))
        const subtasks = this.#operatorSubtasks[operator] as ArrayLike<number>
        for (let i = 0; i < subtasks.length; i++) seen.add(subtasks[i] as number)
      }
    }
    this.#below.set(task, bits)
    return bits
  }

  get actionCount(): number {
    return this.#actionCount
  }
}

function compact(lists: readonly (readonly number[])[]): [Int32Array, Int32Array] {
  const starts = new Int32Array(lists.length + 1)
  lists.forEach((list, index) => {
    starts[index + 1] = (starts[index] as number) + list.length
  })
  const data = new Int32Array(starts[lists.length] as number)
  lists.forEach((list, index) => {
    data.set(list, starts[index] as number)
  })
  return [starts, data]
}
