/**
 * Binding variables by joining literals: nested loops over the lists of true facts, the most selective literal first,
 * every other condition tested as soon as its variables are bound. The order is fixed when the program is compiled,
 * from the sizes of the predicates in the initial state; during a run each literal uses the shortest list among those of
 * its bound arguments.
 */
import type { Binding, Test } from './conditions.ts'
import type { States } from './states.ts'
import type { Extent } from './symbols.ts'

/** A literal over slots (>= 0) and objects (-1 - object); -1e9 marks an argument that may be anything. */
export interface Literal {
  readonly positive: boolean
  readonly predicate: number
  readonly terms: readonly number[]
}

export const ANYTHING = -1_000_000_000

/** Any other condition with the slots it reads. */
export interface Filter {
  readonly slots: readonly number[]
  readonly test: Test
  /** True when the condition speaks of names and types only, so that its value never changes. */
  readonly rigid: boolean
}

export type JoinStep =
  | { readonly kind: 'match'; readonly literal: Literal; readonly fresh: readonly number[] }
  | { readonly kind: 'check'; readonly literal: Literal }
  | { readonly kind: 'some'; readonly literal: Literal }
  | { readonly kind: 'filter'; readonly test: Test }
  | { readonly kind: 'every'; readonly slot: number; readonly extent: Extent }

/** How many objects or facts an argument can be expected to leave; measured in the initial state. */
export interface Statistics {
  /** Facts of a predicate. */
  facts(predicate: number): number
  /** Different objects at an argument position of a predicate. */
  distinct(predicate: number, position: number): number
}

/** What a join is to do. */
export interface JoinTask {
  /** Slots that are bound when it starts. */
  readonly bound: ReadonlySet<number>
  /** Slots that must be bound when it emits. */
  readonly needed: ReadonlySet<number>
  /** Extent of each slot. */
  readonly extents: readonly Extent[]
  readonly literals: readonly Literal[]
  readonly filters: readonly Filter[]
}

export class Join {
  readonly task: JoinTask
  readonly statistics: Statistics
  readonly #states: States
  readonly #extents: readonly Extent[]
  readonly #arguments = new Int32Array(64)
  /** Laid out when it is first asked for: of large domains, most methods are never tried. */
  #ordered: readonly JoinStep[] | null = null
  #emit: () => boolean = () => true

  constructor(states: States, statistics: Statistics, task: JoinTask) {
    this.#states = states
    this.statistics = statistics
    this.#extents = task.extents
    this.task = task
  }

  get #steps(): readonly JoinStep[] {
    this.#ordered ??= joinSteps(this.statistics, this.task, bySize)
    return this.#ordered
  }

  /** True when there is nothing to do: every binding passes as it is. */
  get isTrivial(): boolean {
    return this.#steps.length === 0
  }

  /** Calls `emit` for every way to complete the binding; emit returns false to stop. */
  run(binding: Binding, emit: () => boolean): boolean {
    this.#emit = emit
    return this.#step(this.#steps, 0, binding)
  }

  #step(steps: readonly JoinStep[], at: number, binding: Binding): boolean {
    if (at === steps.length) return this.#emit()
    const step = steps[at] as JoinStep
    switch (step.kind) {
      case 'check':
        return holds(this.#states, step.literal, binding, this.#arguments) ? this.#step(steps, at + 1, binding) : true
      case 'filter':
        return step.test(binding) ? this.#step(steps, at + 1, binding) : true
      case 'some':
        return someFact(this.#states, step.literal, binding) ? this.#step(steps, at + 1, binding) : true
      case 'every': {
        const { members } = step.extent
        for (let i = 0; i < members.length; i++) {
          binding[step.slot] = members[i] as number
          if (!this.#step(steps, at + 1, binding)) return false
        }
        return true
      }
      case 'match':
        return this.#match(steps, at, step.literal, step.fresh, binding)
    }
  }

  #match(
    steps: readonly JoinStep[],
    at: number,
    literal: Literal,
    fresh: readonly number[],
    binding: Binding,
  ): boolean {
    const { terms, predicate } = literal
    const states = this.#states
    let list = states.list(predicate, -1, 0)
    if (list === null) return true
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      if (term === ANYTHING || (term >= 0 && fresh.includes(term))) continue
      const other = states.list(predicate, i, term >= 0 ? (binding[term] as number) : -1 - term)
      if (other === null) return true
      if (other.size < list.size) list = other
    }
    const starts = states.facts.starts
    const values = states.facts.values
    // The list may only be read while nothing changes the state: emit must not apply actions.
    for (let k = 0; k < list.size; k++) {
      const start = starts.data[list.data[k] as number] as number
      for (let i = 0; i < fresh.length; i++) binding[fresh[i] as number] = -1
      let fits = true
      for (let i = 0; i < terms.length; i++) {
        const term = terms[i] as number
        if (term === ANYTHING) continue
        const value = values.data[start + i] as number
        const wanted = term >= 0 ? (binding[term] as number) : -1 - term
        if (wanted === value) continue
        if (wanted >= 0 || (this.#extents[term] as Extent).contains[value] === 0) {
          fits = false
          break
        }
        binding[term] = value
      }
      if (fits && !this.#step(steps, at + 1, binding)) return false
    }
    return true
  }
}

/** Truth of a literal all of whose slots are bound. */
export function holds(states: States, literal: Literal, binding: Binding, buffer: Int32Array): boolean {
  const { terms } = literal
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as number
    buffer[i] = term >= 0 ? (binding[term] as number) : -1 - term
  }
  const fact = states.facts.find(literal.predicate, buffer, 0, terms.length)
  return (fact >= 0 && states.truth[fact] === 1) === literal.positive
}

/** Whether some true fact fits the bound arguments. */
export function someFact(states: States, literal: Literal, binding: Binding): boolean {
  const { terms, predicate } = literal
  let list = states.list(predicate, -1, 0)
  if (list === null) return false
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as number
    if (term === ANYTHING) continue
    const other = states.list(predicate, i, term >= 0 ? (binding[term] as number) : -1 - term)
    if (other === null) return false
    if (other.size < list.size) list = other
  }
  const starts = states.facts.starts.data
  const values = states.facts.values.data
  for (let k = 0; k < list.size; k++) {
    const start = starts[list.data[k] as number] as number
    let i = 0
    for (; i < terms.length; i++) {
      const term = terms[i] as number
      if (term === ANYTHING) continue
      if (values[start + i] !== (term >= 0 ? binding[term] : -1 - term)) break
    }
    if (i === terms.length) return true
  }
  return false
}

/**
 * How a step ranks for being taken next, smallest first: by the candidates it is expected to have and the variables that
 * its literal binds; 0 variables for going through all objects of a variable's type.
 */
export type JoinRank = (size: number, fresh: number) => number

/** The most selective literal first. */
const bySize: JoinRank = (size) => size

/** The steps of a join in the order in which they are taken. */
export function joinSteps(statistics: Statistics, task: JoinTask, rank: JoinRank): JoinStep[] {
  const { needed, extents } = task
  const bound = new Set(task.bound)
  const steps: JoinStep[] = []
  const restLiterals = new Set(task.literals)
  const restFilters = new Set(task.filters)
  const slotsOf = (literal: Literal): number[] => [...new Set(literal.terms.filter((term) => term >= 0))]
  const settle = (): void => {
    for (const literal of restLiterals) {
      if (!slotsOf(literal).every((slot) => bound.has(slot))) continue
      const anything = literal.terms.includes(ANYTHING)
      if (anything && !literal.positive) continue
      steps.push(anything ? { kind: 'some', literal } : { kind: 'check', literal })
      restLiterals.delete(literal)
    }
    for (const filter of restFilters) {
      if (!filter.slots.every((slot) => bound.has(slot))) continue
      steps.push({ kind: 'filter', test: filter.test })
      restFilters.delete(filter)
    }
  }
  settle()
  for (;;) {
    const open = [...needed].filter((slot) => !bound.has(slot))
    if (open.length === 0) break
    let best: JoinStep | null = null
    let bestRank = Number.POSITIVE_INFINITY
    for (const literal of restLiterals) {
      if (!literal.positive) continue
      const fresh = slotsOf(literal).filter((slot) => !bound.has(slot))
      if (!fresh.every((slot) => needed.has(slot))) continue
      let size = statistics.facts(literal.predicate)
      literal.terms.forEach((term, position) => {
        if (term !== ANYTHING && (term < 0 || bound.has(term))) size /= statistics.distinct(literal.predicate, position)
      })
      // A literal that leaves arguments open may hold several times for one binding: it must not multiply bindings.
      if (literal.terms.includes(ANYTHING)) continue
      const ranked = rank(size, fresh.length)
      if (ranked < bestRank) {
        bestRank = ranked
        best = { kind: 'match', literal, fresh }
      }
    }
    for (const slot of open) {
      const extent = extents[slot] as Extent
      const ranked = rank(extent.members.length, 0)
      if (ranked < bestRank) {
        bestRank = ranked
        best = { kind: 'every', slot, extent }
      }
    }
    if (best === null) {
      const slot = open[0] as number
      best = { kind: 'every', slot, extent: extents[slot] as Extent }
    }
    steps.push(best)
    if (best.kind === 'match') {
      for (const slot of best.fresh) bound.add(slot)
      restLiterals.delete(best.literal)
    } else if (best.kind === 'every') bound.add(best.slot)
    settle()
  }
  return steps
}
