/**
 * Joins one binding at a time, for searches that mostly want the first one only. A cursor stands on a stack beside those
 * of the choices before it; what it needs to go on is kept in two pools that grow and shrink with that stack.
 *
 * Facts are tried in the order in which they became true, oldest first, as in planners that keep their facts in lists:
 * what was left alone longest comes first, so that a task repeated for each of several like objects goes round all of
 * them.
 */
import type { Binding } from './conditions.ts'
import { ANYTHING, holds, type Join, type JoinRank, type JoinStep, joinSteps, type Literal, someFact } from './join.ts'
import type { States } from './states.ts'
import type { Extent } from './symbols.ts'
import { IntPool } from './tuples.ts'

/** Few new variables at once, so that the age of single facts decides; the literal written first among equals. */
const oneByOne: JoinRank = (size, fresh) => (fresh === 0 ? 1e9 + size : fresh)

/** A join prepared for cursors. */
export class LazyJoin {
  readonly steps: readonly JoinStep[]
  readonly extents: readonly Extent[]
  /** Steps that have candidates to go through. */
  readonly levels: number

  constructor(join: Join) {
    this.steps = joinSteps(join.statistics, join.task, oneByOne)
    this.extents = join.task.extents
    this.levels = this.steps.filter((step) => step.kind === 'match' || step.kind === 'every').length
  }
}

/** Cursors of joins, the youngest on top. */
export class Cursors {
  readonly #states: States
  /** When each fact became true; 0 for those of the initial state. */
  readonly #age: IntPool
  readonly #isStatic: Uint8Array
  readonly #arguments = new Int32Array(64)
  readonly #joins: LazyJoin[] = []
  /** Where the places and the candidates of each cursor begin. */
  readonly #bases = new IntPool(256)
  readonly #starts = new IntPool(256)
  /** By level: the next candidate and the end of the candidates. */
  readonly #places = new IntPool(1024)
  readonly #candidates = new IntPool(4096)
  /** Facts or objects looked at since the cursors exist: what enumeration has cost. */
  tried = 0

  constructor(states: States, age: IntPool, isStatic: Uint8Array) {
    this.#states = states
    this.#age = age
    this.#isStatic = isStatic
  }

  get count(): number {
    return this.#joins.length
  }

  /** Opens a cursor for a join on top and moves it to the first binding; false (and no cursor) when there is none. */
  open(join: LazyJoin, binding: Binding): boolean {
    this.#joins.push(join)
    this.#bases.push(this.#places.size)
    this.#starts.push(this.#candidates.size)
    for (let i = 0; i < join.levels * 2; i++) this.#places.push(0)
    if (this.#search(join, 0, true, binding)) return true
    this.close()
    return false
  }

  /** Moves the top cursor to its next binding; false (and the cursor is gone) when there is none. The world is as when it was opened. */
  next(binding: Binding): boolean {
    const join = this.#joins[this.#joins.length - 1] as LazyJoin
    if (this.#search(join, join.steps.length - 1, false, binding)) return true
    this.close()
    return false
  }

  /** Whether the top cursor stands on its only, or last, candidates. */
  get exhausted(): boolean {
    const join = this.#joins[this.#joins.length - 1] as LazyJoin
    const base = this.#bases.data[this.#bases.size - 1] as number
    for (let level = 0; level < join.levels; level++) {
      const at = base + level * 2
      if ((this.#places.data[at] as number) < (this.#places.data[at + 1] as number)) return false
    }
    return true
  }

  close(): void {
    this.#joins.pop()
    this.#places.size = this.#bases.data[--this.#bases.size] as number
    this.#candidates.size = this.#starts.data[--this.#starts.size] as number
  }

  /** Goes on from a step: ahead with what is bound so far, or back to the next candidate of an earlier one. */
  #search(join: LazyJoin, from: number, ahead: boolean, binding: Binding): boolean {
    const { steps } = join
    let at = from
    let level = ahead ? 0 : join.levels - 1
    let forward = ahead
    while (at >= 0 && at < steps.length) {
      const step = steps[at] as JoinStep
      const enumerates = step.kind === 'match' || step.kind === 'every'
      if (forward) {
        if (enumerates) this.#collect(level, step, binding)
        forward = enumerates ? this.#advance(join, step, level, binding) : this.#passes(step, binding)
        if (forward && enumerates) level++
        if (!forward) level--
      } else if (enumerates) {
        forward = this.#advance(join, step, level, binding)
        level += forward ? 1 : -1
      }
      at += forward ? 1 : -1
    }
    return forward
  }

  #passes(step: JoinStep, binding: Binding): boolean {
    if (step.kind === 'check') return holds(this.#states, step.literal, binding, this.#arguments)
    if (step.kind === 'some') return someFact(this.#states, step.literal, binding)
    return step.kind === 'filter' && step.test(binding)
  }

  /** Binds the next candidate of a level that fits. */
  #advance(join: LazyJoin, step: JoinStep, level: number, binding: Binding): boolean {
    const place = (this.#bases.data[this.#bases.size - 1] as number) + level * 2
    const places = this.#places.data
    const end = places[place + 1] as number
    const candidates = this.#candidates.data
    for (let i = places[place] as number; i < end; i++) {
      this.tried++
      const candidate = candidates[i] as number
      if (step.kind === 'every') binding[step.slot] = candidate
      else if (step.kind !== 'match' || !this.#fits(join, step.literal, step.fresh, candidate, binding)) continue
      places[place] = i + 1
      return true
    }
    places[place] = end
    return false
  }

  #fits(join: LazyJoin, literal: Literal, fresh: readonly number[], fact: number, binding: Binding): boolean {
    const { facts } = this.#states
    const start = facts.starts.data[fact] as number
    const values = facts.values.data
    const { terms } = literal
    for (let i = 0; i < fresh.length; i++) binding[fresh[i] as number] = -1
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      if (term === ANYTHING) continue
      const value = values[start + i] as number
      const wanted = term >= 0 ? (binding[term] as number) : -1 - term
      if (wanted === value) continue
      if (wanted >= 0 || (join.extents[term] as Extent).contains[value] === 0) return false
      binding[term] = value
    }
    return true
  }

  #begin(level: number, count: number): number {
    const place = (this.#bases.data[this.#bases.size - 1] as number) + level * 2
    // What deeper levels of this cursor had is no longer needed.
    const start = (level === 0 ? this.#starts.data[this.#starts.size - 1] : this.#places.data[place - 1]) as number
    this.#candidates.size = start
    this.#candidates.reserve(count)
    this.#candidates.size = start + count
    this.#places.data[place] = start
    this.#places.data[place + 1] = start + count
    return start
  }

  #collect(level: number, step: JoinStep, binding: Binding): void {
    if (step.kind === 'match') this.#collectFacts(level, step.literal, step.fresh, binding)
    else if (step.kind === 'every') {
      const start = this.#begin(level, step.extent.members.length)
      this.#candidates.data.set(step.extent.members, start)
    }
  }

  /** Facts that may fit, oldest first: the shortest list among those of the bound arguments. */
  #collectFacts(level: number, literal: Literal, fresh: readonly number[], binding: Binding): void {
    const { terms, predicate } = literal
    const states = this.#states
    let list = states.list(predicate, -1, 0)
    for (let i = 0; i < terms.length && list !== null; i++) {
      const term = terms[i] as number
      if (term === ANYTHING || (term >= 0 && fresh.includes(term))) continue
      const other = states.list(predicate, i, term >= 0 ? (binding[term] as number) : -1 - term)
      if (other === null || other.size < list.size) list = other
    }
    const count = list?.size ?? 0
    const start = this.#begin(level, count)
    if (list === null) return
    const { data } = this.#candidates
    for (let k = 0; k < count; k++) data[start + k] = list.data[k] as number
    if (count < 2 || this.#isStatic[predicate] === 1) return
    const age = this.#age.data
    const ageOf = (fact: number): number => age[fact] ?? 0
    const older = (a: number, b: number): number => ageOf(a) - ageOf(b) || a - b
    if (count > LONG) {
      data.subarray(start, start + count).sort(older)
      return
    }
    for (let k = start + 1; k < start + count; k++) {
      const fact = data[k] as number
      let at = k
      while (at > start && older(data[at - 1] as number, fact) > 0) {
        data[at] = data[at - 1] as number
        at--
      }
      data[at] = fact
    }
  }
}

/** Lists up to this long are sorted by insertion. */
const LONG = 24
