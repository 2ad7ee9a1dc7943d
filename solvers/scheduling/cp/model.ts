/**
 * The scheduling problem as variables and constraints of the engine.
 *
 * For each task: start s; end e = s + d (the same variable with an offset when all modes last equally long). With several
 * modes: a boolean for each mode, exactly one true (one more, `absent`, for an optional task), and for every duration,
 * demand, use, cost and stock amount that differs between modes a variable tied to the booleans by clauses:
 *   [D >= v] or some mode with less than v,   [D <= v] or some mode with more than v,   mode_k -> D = value_k.
 * Lags are edges (guarded by presence when a task is optional); [D >= v] guards e >= s + v and so on. Renewables and
 * stocks are TimeTable propagators, budgets and sums LinearAtMost. Two tasks that can never run together (no-overlap
 * groups; pairs whose demands exceed a capacity) get an order boolean that guards one edge each way. The objective is
 * one variable `objective` >= the weighted sum; makespan >= e_i, and s_i + tail_i <= makespan.
 */
import type { CompiledProblem } from '../compile.ts'
import type { Windows } from '../graph.ts'
import { type Interval, TimeTable } from './cumulative.ts'
import { Disjunctive } from './disjunctive.ts'
import { EnergyFilter, type EnergySwitch, type EnergyTask } from './energy.ts'
import { Engine } from './engine.ts'
import { LinearAtMost } from './linear.ts'

/** Order booleans are made for at most so many pairs. */
const MOST_PAIRS = 60_000
const FOREVER = 1 << 28

interface Quantity {
  /** Constant when the code is -1. */
  readonly code: number
  readonly value: number
}

export class CpModel {
  readonly engine = new Engine()
  readonly compiled: CompiledProblem
  /** Code of the objective. */
  readonly objective: number
  readonly #windows: Windows
  readonly #start: number[] = []
  readonly #end: number[] = []
  readonly #endOffset: number[] = []
  /** Code of the boolean of each mode, -1 when the task has one mode and must be done. */
  readonly #mode: number[] = []
  /** Literal that the task is there: code of `absent` ^ 1, or -1. */
  readonly #absent: number[] = []
  readonly #due = new Map<number, [number, number, number][]>()
  readonly #bothPresent = new Map<number, number>()
  /** Literal that task i comes before task j, by i * taskCount + j: the code, whose parity gives the value. */
  readonly #before = new Map<number, number>()
  readonly #zero: number
  /** Variables in the order in which the default search fixes them. */
  readonly modeCodes: number[] = []
  readonly startCodes: number[] = []
  /** Whether the energy filters run. */
  readonly energy: EnergySwitch = { on: true }

  /** @param makespanLimit no schedule that ends later is looked for */
  constructor(compiled: CompiledProblem, windows: Windows, makespanLimit: number) {
    this.compiled = compiled
    this.#windows = windows
    this.#zero = this.engine.variable(0, 0)
    const limit = Math.min(makespanLimit, compiled.horizon)
    for (let i = 0; i < compiled.taskCount; i++) this.#addTask(i, limit)
    this.#addLags()
    this.#addRenewables()
    this.#addBudgets()
    this.#addChoices()
    this.#addStocks()
    this.#addOrders()
    this.#addMachines()
    this.objective = this.#addObjective(limit)
  }

  startOf(task: number): number {
    return this.#start[task]!
  }

  /** Code of the boolean of a compiled mode, -1 when it has none. */
  modeOf(mode: number): number {
    return this.#mode[mode]!
  }

  /** Calls for each pair of tasks whose order is a literal: (code, 1) says that the first comes before the second. */
  forEachOrder(visit: (first: number, second: number, code: number) => void): void {
    const { taskCount } = this.compiled
    for (const [key, code] of this.#before) {
      if ((code & 1) === 0) visit(Math.floor(key / taskCount), key % taskCount, code)
    }
  }

  absentOf(task: number): number {
    return this.#absent[task]!
  }

  /** Reads the assignment: all starts and modes must be fixed. */
  read(starts: Int32Array, modes: Int32Array): void {
    const { modeStart, taskCount } = this.compiled
    const { lower } = this.engine
    for (let i = 0; i < taskCount; i++) {
      if (this.#absent[i]! >= 0 && lower[this.#absent[i]!] === 1) {
        starts[i] = -1
        modes[i] = -1
        continue
      }
      starts[i] = lower[this.#start[i]!]!
      modes[i] = modeStart[i]!
      for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) {
        if (this.#mode[m]! >= 0 && lower[this.#mode[m]!] === 1) modes[i] = m
      }
    }
  }

  #addTask(i: number, limit: number): void {
    const { engine } = this
    const { modeStart, duration, source, deadline } = this.compiled
    const optional = source.tasks[i]!.optional === true
    const last = Math.min(deadline[i]!, limit)
    const { head, tail, shortest } = this.#windows
    const latestStart = Math.min(last - shortest[i]!, optional ? last : limit - tail[i]!)
    const earliest = head[i]!
    // An optional task whose window is empty is absent; its start is then of no account.
    const open = latestStart >= earliest
    const start = engine.variable(earliest, open || !optional ? latestStart : earliest)
    this.#start[i] = start
    this.startCodes.push(start)
    const first = modeStart[i]!
    const count = modeStart[i + 1]! - first
    if (count === 1 && !optional) {
      this.#mode[first] = -1
      this.#absent[i] = -1
    } else {
      const choices: number[] = []
      for (let m = first; m < first + count; m++) {
        const code = engine.variable(0, 1)
        this.#mode[m] = code
        this.modeCodes.push(code)
        choices.push(code)
      }
      this.#absent[i] = optional ? engine.variable(open ? 0 : 1, 1) : -1
      if (optional) {
        choices.push(this.#absent[i]!)
        this.modeCodes.push(this.#absent[i]!)
      }
      engine.clause(choices.flatMap((code) => [code, 1]))
      for (let a = 0; a < choices.length; a++) {
        for (let b = a + 1; b < choices.length; b++) engine.clause([choices[a]! ^ 1, 0, choices[b]! ^ 1, 0])
      }
    }
    const length = this.#quantity(i, (m) => duration[m]!)
    if (length.code < 0) {
      this.#end[i] = start
      this.#endOffset[i] = length.value
      return
    }
    const end = engine.variable(earliest + (optional ? 0 : shortest[i]!), Math.max(last, earliest))
    this.#end[i] = end
    this.#endOffset[i] = 0
    const values = this.#values(i, (m) => duration[m]!)
    for (const value of values) {
      const least = value === values[0]
      const most = value === values[values.length - 1]
      engine.edge(start, end, value, least ? -1 : length.code, value)
      engine.edge(end, start, -value, most ? -1 : length.code ^ 1, -value)
    }
  }

  /** Different values over the modes (0 for absent), rising. */
  #values(i: number, amount: (mode: number) => number, absent = 0): number[] {
    const { modeStart } = this.compiled
    const values = new Set<number>()
    for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) values.add(amount(m))
    if (this.#absent[i]! >= 0) values.add(absent)
    return [...values].sort((a, b) => a - b)
  }

  /** A constant, or a variable tied to the mode booleans. */
  #quantity(i: number, amount: (mode: number) => number, absent = 0): Quantity {
    const { engine } = this
    const { modeStart } = this.compiled
    const values = this.#values(i, amount, absent)
    if (values.length === 1) return { code: -1, value: values[0]! }
    const code = engine.variable(values[0]!, values[values.length - 1]!)
    const choices: [number, number][] = []
    for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) choices.push([this.#mode[m]!, amount(m)])
    if (this.#absent[i]! >= 0) choices.push([this.#absent[i]!, absent])
    for (const value of values.slice(1)) {
      engine.clause([code, value, ...choices.filter(([, own]) => own < value).flatMap(([mode]) => [mode, 1])])
    }
    for (const value of values.slice(0, -1)) {
      engine.clause([code ^ 1, -value, ...choices.filter(([, own]) => own > value).flatMap(([mode]) => [mode, 1])])
    }
    for (const [mode, own] of choices) {
      if (own > values[0]!) engine.clause([mode ^ 1, 0, code, own])
      if (own < values[values.length - 1]!) engine.clause([mode ^ 1, 0, code ^ 1, -own])
    }
    return { code, value: values[0]! }
  }

  /** Literal code that both tasks are there (value 1 or 0 by `presenceValue`), -1 when they must be. */
  #presence(i: number, j: number): { code: number; value: number } {
    const a = this.#absent[i]!
    const b = this.#absent[j]!
    if (a < 0 && b < 0) return { code: -1, value: 0 }
    if (a < 0 || b < 0 || i === j) return { code: Math.max(a, b) ^ 1, value: 0 }
    const key = Math.min(i, j) * this.compiled.taskCount + Math.max(i, j)
    let both = this.#bothPresent.get(key)
    if (both === undefined) {
      both = this.engine.variable(0, 1)
      this.engine.clause([both, 1, a, 1, b, 1])
      this.engine.clause([both ^ 1, 0, a ^ 1, 0])
      this.engine.clause([both ^ 1, 0, b ^ 1, 0])
      this.#bothPresent.set(key, both)
    }
    return { code: both, value: 1 }
  }

  #addLags(): void {
    const { arcFrom, arcTo, arcFromEnd, arcToEnd, arcLag } = this.compiled
    for (let a = 0; a < arcFrom.length; a++) {
      const from = arcFrom[a]!
      const to = arcTo[a]!
      const presence = this.#presence(from, to)
      const fromCode = arcFromEnd[a] === 1 ? this.#end[from]! : this.#start[from]!
      const toCode = arcToEnd[a] === 1 ? this.#end[to]! : this.#start[to]!
      const weight =
        arcLag[a]! + (arcFromEnd[a] === 1 ? this.#endOffset[from]! : 0) - (arcToEnd[a] === 1 ? this.#endOffset[to]! : 0)
      if (fromCode === toCode) {
        // The two points move together: the lag holds always or never.
        if (weight > 0)
          this.engine.clause(presence.code < 0 ? [this.#zero, 1] : [presence.code ^ 1, 1 - presence.value])
        continue
      }
      this.engine.edge(fromCode, toCode, weight, presence.code, presence.value)
    }
  }

  #interval(i: number, demand: Quantity): Interval {
    return {
      start: this.#start[i]!,
      startOffset: 0,
      end: this.#end[i]!,
      endOffset: this.#endOffset[i]!,
      demand: demandOf(demand),
    }
  }

  #addRenewables(): void {
    const { compiled } = this
    const { taskCount, renewableCount, demand, source } = compiled
    for (let r = 0; r < renewableCount; r++) {
      const intervals: Interval[] = []
      for (let i = 0; i < taskCount; i++) {
        const values = this.#values(i, (m) => demand[m * renewableCount + r]!)
        if (values.length === 1 && values[0] === 0) continue
        intervals.push(
          this.#interval(
            i,
            this.#quantity(i, (m) => demand[m * renewableCount + r]!),
          ),
        )
      }
      for (const gap of source.renewables![r]!.reductions ?? []) {
        if (gap.end <= gap.start || gap.amount === 0) continue
        const amount = Math.min(gap.amount, compiled.capacity[r]!)
        intervals.push({
          start: this.#zero,
          startOffset: gap.start,
          end: this.#zero,
          endOffset: gap.end,
          demand: amount,
        })
      }
      if (intervals.length === 0) continue
      this.#timeTable(intervals, compiled.capacity[r]!)
      this.#addEnergy(intervals, compiled.capacity[r]!)
    }
  }

  /** Edge-finding on the intervals of fixed length and demand, for starts and, on the mirrored axis, for ends. */
  #addEnergy(intervals: readonly Interval[], capacity: number): void {
    const tasks: EnergyTask[] = []
    for (const { start, startOffset, end, endOffset, demand } of intervals) {
      const duration = endOffset - startOffset
      if (start !== end || typeof demand !== 'number' || duration <= 0) continue
      tasks.push({ code: start, offset: startOffset, duration, demand })
    }
    if (tasks.length < 3) return
    const { engine } = this
    const codes = tasks.flatMap((task) => [task.code, task.code ^ 1])
    engine.propagator(new EnergyFilter(engine.propagatorCount, tasks, capacity, this.energy), codes, 2)
    const mirrored = tasks.map((task) => ({ ...task, code: task.code ^ 1, offset: -task.offset - task.duration }))
    engine.propagator(new EnergyFilter(engine.propagatorCount, mirrored, capacity, this.energy), codes, 2)
  }

  #timeTable(intervals: readonly Interval[], capacity: number): void {
    const table = new TimeTable(this.engine.propagatorCount, intervals, capacity)
    this.engine.propagator(table, TimeTable.codes(intervals), 1)
  }

  #atMost(terms: readonly (readonly [Quantity, number])[], limit: number): void {
    let constant = 0
    const codes: number[] = []
    const coefficients: number[] = []
    for (const [quantity, coefficient] of terms) {
      if (coefficient === 0) continue
      if (quantity.code < 0) constant += coefficient * quantity.value
      else {
        codes.push(quantity.code)
        coefficients.push(coefficient)
      }
    }
    if (codes.length === 0) {
      if (constant > limit) this.engine.clause([this.#zero, 1])
      return
    }
    const sum = new LinearAtMost(this.engine.propagatorCount, codes, coefficients, limit - constant)
    this.engine.propagator(sum, codes, 0)
  }

  #addBudgets(): void {
    const { taskCount, budgetCount, use, budget } = this.compiled
    for (let b = 0; b < budgetCount; b++) {
      const terms = Array.from(
        { length: taskCount },
        (_, i) => [this.#quantity(i, (m) => use[m * budgetCount + b]!), 1] as const,
      )
      this.#atMost(terms, budget[b]!)
    }
  }

  /** Linear limits over the choice booleans; where every term weighs the same and one too many breaks it, a clause. */
  #addChoices(): void {
    const { source, modeStart } = this.compiled
    for (const { terms, most } of source.choices ?? []) {
      let limit = most
      const codes: number[] = []
      const coefficients: number[] = []
      for (const { task, mode, coefficient } of terms) {
        const absent = this.#absent[task]!
        // "Done" is the opposite of absent; a choice that is no choice is a constant.
        const code = mode === undefined ? (absent < 0 ? -1 : absent) : this.#mode[modeStart[task]! + mode]!
        if (code < 0) {
          limit -= coefficient
          continue
        }
        const signed = mode === undefined ? -coefficient : coefficient
        if (mode === undefined) limit -= coefficient
        if (signed === 0) continue
        codes.push(signed > 0 ? code : code ^ 1)
        coefficients.push(Math.abs(signed))
      }
      this.#limitChoices(codes, coefficients, limit)
    }
  }

  #limitChoices(codes: readonly number[], coefficients: readonly number[], limit: number): void {
    if (codes.length === 0) {
      if (limit < 0) this.engine.clause([this.#zero, 1])
      return
    }
    // A negated code counts -1 where its boolean is true, so the largest sum counts the plain codes only.
    const largest = codes.reduce((sum, code, k) => sum + ((code & 1) === 0 ? coefficients[k]! : 0), 0)
    if (largest <= limit) return
    if (new Set(codes).size === codes.length && coefficients.every((own) => own === 1) && limit === largest - 1) {
      this.engine.clause(codes.flatMap((code) => ((code & 1) === 0 ? [code ^ 1, 0] : [code ^ 1, 1])))
      return
    }
    const sum = new LinearAtMost(this.engine.propagatorCount, codes, coefficients, limit)
    this.engine.propagator(sum, [...codes], 0)
  }

  /**
   * Level at t >= 0 reads: sum of c_i over starts <= t, plus p_j over ends > t, <= initial + sum of the largest p_j, where
   * what a mode produces less than the largest counts for ever. The storage limit mirrors it.
   */
  #addStocks(): void {
    const { stockCount, consume, produce, source } = this.compiled
    for (let q = 0; q < stockCount; q++) {
      const stock = source.stocks![q]!
      const taken = (m: number): number => consume[m * stockCount + q]!
      const made = (m: number): number => produce[m * stockCount + q]!
      this.#addLevel(taken, false, made, true, stock.initial)
      if (stock.capacity !== undefined) this.#addLevel(made, true, taken, false, stock.capacity - stock.initial)
    }
  }

  /** Falls at one point of each task and rises at the other; the falls must never exceed the room plus the rises. */
  #addLevel(
    fall: (mode: number) => number,
    fallAtEnd: boolean,
    rise: (mode: number) => number,
    riseAtEnd: boolean,
    room: number,
  ): void {
    const intervals: Interval[] = []
    const always = { end: this.#zero, endOffset: FOREVER }
    const before = { start: this.#zero, startOffset: -1 }
    let total = room
    for (let i = 0; i < this.compiled.taskCount; i++) {
      const falls = this.#quantity(i, fall)
      if (falls.code >= 0 || falls.value > 0) {
        const [start, startOffset] = this.#point(i, fallAtEnd)
        intervals.push({ start, startOffset, ...always, demand: demandOf(falls) })
      }
      const most = Math.max(...this.#values(i, rise))
      if (most === 0) continue
      total += most
      const [end, endOffset] = this.#point(i, riseAtEnd)
      intervals.push({ ...before, end, endOffset, demand: demandOf(this.#quantity(i, rise)) })
      const missing = this.#quantity(i, (m) => most - rise(m), most)
      if (missing.code >= 0) intervals.push({ ...before, ...always, demand: demandOf(missing) })
    }
    if (intervals.length > 0) this.#timeTable(intervals, total)
  }

  #point(i: number, atEnd: boolean): [number, number] {
    return atEnd ? [this.#end[i]!, this.#endOffset[i]!] : [this.#start[i]!, 0]
  }

  /** Order booleans for tasks that can never run together. */
  #addOrders(): void {
    const { taskCount, renewableCount, capacity, source } = this.compiled
    const pairs = new Map<number, [number, number]>()
    for (const group of source.noOverlaps ?? []) {
      group.tasks.forEach((i, a) => {
        group.tasks.forEach((j, b) => {
          if (a >= b) return
          const forward = group.setup?.[a]?.[b] ?? 0
          const backward = group.setup?.[b]?.[a] ?? 0
          const key = i < j ? i * taskCount + j : j * taskCount + i
          const [known, knownBack] = pairs.get(key) ?? [0, 0]
          const own: [number, number] = i < j ? [forward, backward] : [backward, forward]
          pairs.set(key, [Math.max(known, own[0]), Math.max(knownBack, own[1])])
        })
      })
    }
    for (let r = 0; r < renewableCount; r++) {
      for (let i = 0; i < taskCount; i++) {
        for (let j = i + 1; j < taskCount; j++) {
          if (pairs.size >= MOST_PAIRS) break
          if (
            this.#leastDemand(i, r) + this.#leastDemand(j, r) <= capacity[r]! ||
            this.#windows.shortest[i] === 0 ||
            this.#windows.shortest[j] === 0
          ) {
            continue
          }
          if (!pairs.has(i * taskCount + j)) pairs.set(i * taskCount + j, [0, 0])
        }
      }
    }
    for (const [key, [forward, backward]] of pairs) {
      this.#addOrder(Math.floor(key / taskCount), key % taskCount, forward, backward)
    }
  }

  /** end_i + forward <= start_j or end_j + backward <= start_i, when both are there. */
  #addOrder(i: number, j: number, forward: number, backward: number): void {
    const { engine } = this
    const before = (a: number, b: number, gap: number, code: number, value: number): void => {
      engine.edge(this.#end[a]!, this.#start[b]!, this.#endOffset[a]! + gap, code, value)
    }
    const presence = this.#presence(i, j)
    const first = engine.variable(0, 1)
    if (presence.code < 0) {
      this.#before.set(i * this.compiled.taskCount + j, first)
      this.#before.set(j * this.compiled.taskCount + i, first ^ 1)
      before(i, j, forward, first, 1)
      before(j, i, backward, first ^ 1, 0)
      return
    }
    const second = engine.variable(0, 1)
    engine.clause([first, 1, second, 1, presence.code ^ 1, 1 - presence.value])
    before(i, j, forward, first, 1)
    before(j, i, backward, second, 1)
  }

  /** Sets of tasks that exclude each other: the no-overlap groups, and those that need more than half of a resource. */
  #addMachines(): void {
    const { taskCount, renewableCount, capacity, source } = this.compiled
    const groups = (source.noOverlaps ?? []).map((group) => [...group.tasks])
    for (let r = 0; r < renewableCount; r++) {
      const large = Array.from({ length: taskCount }, (_, i) => i).filter(
        (i) => 2 * this.#leastDemand(i, r) > capacity[r]!,
      )
      groups.push(large)
    }
    for (const group of groups)
      this.#addMachine(group.filter((i) => this.#absent[i]! < 0 && this.#windows.shortest[i]! > 0))
  }

  #addMachine(tasks: readonly number[]): void {
    if (tasks.length < 3) return
    const { engine } = this
    const { taskCount } = this.compiled
    const before = (first: number, second: number) => {
      const code = this.#before.get(tasks[first]! * taskCount + tasks[second]!)
      return code === undefined ? null : { code, value: 1 - (code & 1) }
    }
    const forward = tasks.map((i) => ({ code: this.#start[i]!, offset: 0, duration: this.#windows.shortest[i]! }))
    const codes = forward.flatMap(({ code }) => [code, code ^ 1])
    for (const task of tasks) {
      for (const other of tasks) {
        const code = this.#before.get(task * taskCount + other)
        if (code !== undefined) codes.push(code)
      }
    }
    engine.propagator(new Disjunctive(engine.propagatorCount, forward, before), codes, 1)
    const mirrored = forward.map(({ code, duration }) => ({ code: code ^ 1, offset: -duration, duration }))
    engine.propagator(new Disjunctive(engine.propagatorCount, mirrored, (a, b) => before(b, a)), codes, 1)
  }

  /** The least demand over the modes; 0 for an optional task. */
  #leastDemand(i: number, r: number): number {
    const { modeStart, demand, renewableCount, source } = this.compiled
    if (source.tasks[i]!.optional === true) return 0
    let amount = Number.MAX_SAFE_INTEGER
    for (let m = modeStart[i]!; m < modeStart[i + 1]!; m++) amount = Math.min(amount, demand[m * renewableCount + r]!)
    return amount
  }

  /** The weighted sum, its parts with their own limits, and the makespan. */
  #addObjective(limit: number): number {
    const { engine, compiled } = this
    const { weights, source, taskCount, cost } = compiled
    const terms: [Quantity, number][] = []
    let most = 0
    let least = 0
    const needMakespan = weights.makespan > 0
    let makespan = -1
    if (needMakespan) {
      makespan = engine.variable(0, limit)
      for (let i = 0; i < taskCount; i++) {
        const presence = this.#presence(i, i)
        engine.edge(this.#end[i]!, makespan, this.#endOffset[i]!, presence.code, presence.value)
        if (presence.code < 0) engine.edge(this.#start[i]!, makespan, this.#windows.tail[i]!)
      }
    }
    if (compiled.features.makespanOnly && weights.makespan === 1) {
      this.#limitParts()
      return makespan
    }
    const add = (quantity: Quantity, weight: number, low: number, high: number): void => {
      if (weight === 0) return
      terms.push([quantity, weight])
      least += weight * low
      most += weight * high
    }
    if (needMakespan) add({ code: makespan, value: 0 }, weights.makespan, 0, limit)
    for (let i = 0; i < taskCount; i++) {
      if (weights.cost > 0) {
        const values = this.#values(i, (m) => cost[m]!)
        add(
          this.#quantity(i, (m) => cost[m]!),
          weights.cost,
          values[0]!,
          values[values.length - 1]!,
        )
      }
      const task = source.tasks[i]!
      if (weights.value > 0 && (task.value ?? 0) > 0 && this.#absent[i]! >= 0) {
        add({ code: this.#absent[i]!, value: 0 }, weights.value * task.value!, 0, 1)
      }
      if (weights.changes > 0 && task.planned !== undefined) {
        add({ code: this.#moved(i, task.planned), value: 0 }, weights.changes, 0, 1)
      }
      if (weights.tardiness > 0)
        for (const [code, weight, high] of this.#dueTerms(i))
          add({ code, value: 0 }, weights.tardiness * weight, 0, high)
    }
    this.#limitParts()
    const objective = engine.variable(least, Math.max(least, most))
    this.#atMost([...terms, [{ code: objective ^ 1, value: 0 }, 1]], 0)
    return objective
  }

  /** A boolean that is true unless the task stands as planned. */
  #moved(i: number, planned: { readonly start: number; readonly mode: number } | null): number {
    const { engine } = this
    const moved = engine.variable(0, 1)
    if (planned === null) {
      if (this.#absent[i]! >= 0) engine.clause([moved, 1, this.#absent[i]!, 1])
      else engine.clause([moved, 1])
      return moved
    }
    engine.edge(this.#zero, this.#start[i]!, planned.start, moved ^ 1, 0)
    engine.edge(this.#start[i]!, this.#zero, -planned.start, moved ^ 1, 0)
    const mode = this.#mode[this.compiled.modeStart[i]! + planned.mode]
    if (mode !== undefined && mode >= 0) engine.clause([moved, 1, mode, 1])
    return moved
  }

  /** Hard limits on total cost and weighted tardiness. */
  #limitParts(): void {
    const { source, taskCount, cost } = this.compiled
    if (source.maxCost !== undefined) {
      const terms = Array.from({ length: taskCount }, (_, i) => [this.#quantity(i, (m) => cost[m]!), 1] as const)
      this.#atMost(terms, source.maxCost)
    }
    if (source.maxTardiness !== undefined) {
      const terms = Array.from({ length: taskCount }, (_, i) => this.#dueTerms(i))
        .flat()
        .map(([code, weight]) => [{ code, value: 0 }, weight] as const)
      this.#atMost(terms, source.maxTardiness)
    }
  }

  /** Variables >= lateness and >= earliness with their weights and largest values. */
  #dueTerms(i: number): [number, number, number][] {
    const known = this.#due.get(i)
    if (known !== undefined) return known
    const { engine } = this
    const task = this.compiled.source.tasks[i]!
    const terms: [number, number, number][] = []
    const { due } = task
    if (due !== undefined) {
      const presence = this.#presence(i, i)
      const latest = this.compiled.deadline[i]!
      if ((task.tardinessWeight ?? 1) > 0 && latest > due) {
        const late = engine.variable(0, latest - due)
        engine.edge(this.#end[i]!, late, this.#endOffset[i]! - due, presence.code, presence.value)
        terms.push([late, task.tardinessWeight ?? 1, latest - due])
      }
      if ((task.earlinessWeight ?? 0) > 0 && due > 0) {
        const early = engine.variable(0, due)
        engine.edge(this.#end[i]! ^ 1, early, due - this.#endOffset[i]!, presence.code, presence.value)
        terms.push([early, task.earlinessWeight!, due])
      }
    }
    this.#due.set(i, terms)
    return terms
  }
}

function demandOf(quantity: Quantity): Interval['demand'] {
  return quantity.code < 0 ? quantity.value : { code: quantity.code }
}
