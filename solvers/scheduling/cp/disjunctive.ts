/**
 * A machine that does one thing at a time: overload check and edge-finding by a Theta-Lambda tree, and the earliest end of
 * the tasks known to come before, all with explanations (Vilim, Bartak, Cepek 2005; explanations: Vilim 2005).
 *
 * Edge-finding: when tasks that end by b cannot all be done by b together with task i, they all come before i, which
 * then starts no earlier than they can be done. The reason has two parts: a set within [a, b] that is too long with i, and
 * the set whose durations give the bound. Precedences: `before` literals that hold give the same bound without a window.
 * One object raises starts; a second one on the mirrored time axis lowers ends. Set-up times, further modes and optional
 * tasks are left to the order literals: shortest durations without set-ups are a valid relaxation.
 * Cost: O(n log n) for edge-finding, O(n^2) for the precedences.
 */
import { InternalError } from '../../contract/index.ts'
import type { Engine, Propagator } from './engine.ts'
import { insertionSort } from './insertion-sort.ts'
import { ThetaTree } from './theta-tree.ts'

export interface MachineTask {
  /** Code whose value plus the offset is the start. */
  readonly code: number
  readonly offset: number
  readonly duration: number
}

/** A literal that a task comes before another one, or null where there is none. */
export type BeforeLiteral = (first: number, second: number) => { readonly code: number; readonly value: number } | null

/** Marks an entry that rests on precedences instead of a window. */
const BY_ORDER = 0x7fffffff

export class Disjunctive implements Propagator {
  readonly index: number
  readonly #count: number
  readonly #code: Int32Array
  readonly #offset: Int32Array
  readonly #duration: Int32Array
  /** Literal that j comes before i, at i * count + j; code -1 for none. */
  readonly #beforeCode: Int32Array
  readonly #beforeValue: Int32Array
  readonly #earliest: Int32Array
  readonly #latestEnd: Int32Array
  readonly #byStart: Int32Array
  readonly #byEnd: Int32Array
  readonly #leafOf: Int32Array
  readonly #members: Int32Array
  readonly #tree: ThetaTree

  /** @param before literals by positions in `tasks` */
  constructor(index: number, tasks: readonly MachineTask[], before: BeforeLiteral) {
    const count = tasks.length
    this.index = index
    this.#count = count
    this.#code = Int32Array.from(tasks, (task) => task.code)
    this.#offset = Int32Array.from(tasks, (task) => task.offset)
    this.#duration = Int32Array.from(tasks, (task) => task.duration)
    this.#beforeCode = new Int32Array(count * count).fill(-1)
    this.#beforeValue = new Int32Array(count * count)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const literal = i === j ? null : before(j, i)
        if (literal === null) continue
        this.#beforeCode[i * count + j] = literal.code
        this.#beforeValue[i * count + j] = literal.value
      }
    }
    const numbers = (): Int32Array => Int32Array.from({ length: count }, (_, i) => i)
    this.#earliest = new Int32Array(count)
    this.#latestEnd = new Int32Array(count)
    this.#byStart = numbers()
    this.#byEnd = numbers()
    this.#leafOf = new Int32Array(count)
    this.#members = new Int32Array(count)
    this.#tree = new ThetaTree(count)
  }

  propagate(engine: Engine): boolean {
    this.#read(engine)
    insertionSort(this.#byEnd, this.#latestEnd)
    return this.#edgeFind(engine) && this.#followOrders(engine)
  }

  #read(engine: Engine): void {
    const { lower } = engine
    for (let i = 0; i < this.#count; i++) {
      const code = this.#code[i]!
      this.#earliest[i] = lower[code]! + this.#offset[i]!
      this.#latestEnd[i] = this.#offset[i]! - lower[code ^ 1]! + this.#duration[i]!
    }
    insertionSort(this.#byStart, this.#earliest)
  }

  #edgeFind(engine: Engine): boolean {
    const count = this.#count
    const byStart = this.#byStart
    const byEnd = this.#byEnd
    const tree = this.#tree
    for (let k = 0; k < count; k++) this.#leafOf[byStart[k]!] = k
    tree.fill(byStart, this.#earliest, this.#duration)
    for (let k = count - 1; k >= 0; k--) {
      const task = byEnd[k]!
      const until = this.#latestEnd[task]!
      const done = tree.end
      if (done > until) return this.#overload(engine, until)
      while (tree.greyEnd > until) {
        const leaf = tree.greyLeaf
        const late = byStart[leaf]!
        if (done > this.#earliest[late]!) {
          if (!engine.enforce(this.index, this.#code[late]!, done - this.#offset[late]!, until, late)) return false
        }
        tree.clear(leaf)
      }
      tree.grey(this.#leafOf[task]!)
    }
    return true
  }

  /** Each task starts no earlier than all the tasks known to come before it can be done. */
  #followOrders(engine: Engine): boolean {
    const { lower } = engine
    const count = this.#count
    const byStart = this.#byStart
    const earliest = this.#earliest
    for (let i = 0; i < count; i++) {
      const row = i * count
      let sum = 0
      let done = -BY_ORDER
      for (let k = count - 1; k >= 0; k--) {
        const j = byStart[k]!
        const code = this.#beforeCode[row + j]!
        if (code < 0 || lower[code]! < this.#beforeValue[row + j]!) continue
        sum += this.#duration[j]!
        if (earliest[j]! + sum > done) done = earliest[j]! + sum
      }
      if (sum === 0 || done <= lower[this.#code[i]!]! + this.#offset[i]!) continue
      if (!engine.enforce(this.index, this.#code[i]!, done - this.#offset[i]!, BY_ORDER, i)) return false
    }
    return true
  }

  /** Tasks that end by `until` cannot all be done by then. */
  #overload(engine: Engine, until: number): false {
    engine.beginConflict()
    this.#pushWindow(engine, -1, until)
    return false
  }

  explain(engine: Engine, _code: number, value: number, until: number, i: number): void {
    this.#read(engine)
    const asked = value + this.#offset[i]!
    // All that end by `last` come before i, which ends later.
    const last = until === BY_ORDER ? until : this.#pushWindow(engine, i, until)
    const byStart = this.#byStart
    const earliest = this.#earliest
    let length = 0
    for (let k = this.#count - 1; k >= 0; k--) {
      const j = byStart[k]!
      if (!this.#precedes(engine, j, i, until)) continue
      length += this.#duration[j]!
      if (earliest[j]! + length < asked) continue
      for (let m = k; m < this.#count; m++) {
        const member = byStart[m]!
        if (!this.#precedes(engine, member, i, until)) continue
        engine.push(this.#code[member]!, asked - length - this.#offset[member]!)
        const at = i * this.#count + member
        if (until === BY_ORDER) engine.push(this.#beforeCode[at]!, this.#beforeValue[at]!)
        else engine.push(this.#code[member]! ^ 1, this.#offset[member]! + this.#duration[member]! - last)
      }
      return
    }
    throw new InternalError('a start raised on a machine has no reason')
  }

  #precedes(engine: Engine, j: number, i: number, until: number): boolean {
    if (j === i) return false
    if (until !== BY_ORDER) return this.#latestEnd[j]! <= until
    const at = i * this.#count + j
    return this.#beforeCode[at]! >= 0 && engine.lower[this.#beforeCode[at]!]! >= this.#beforeValue[at]!
  }

  /**
   * Pushes literals of tasks that end by `until` and, with i when i >= 0, are too long to be done by then.
   * @returns a time, at least `until`, that i must exceed and that the others keep
   */
  #pushWindow(engine: Engine, i: number, until: number): number {
    const byStart = this.#byStart
    const earliest = this.#earliest
    const duration = this.#duration
    const members = this.#members
    let count = 0
    let sum = i < 0 ? 0 : duration[i]!
    let from = i < 0 ? 0 : earliest[i]!
    for (let k = this.#count - 1; k >= 0 && (from + sum <= until || (i < 0 && count === 0)); k--) {
      const j = byStart[k]!
      if (j === i || this.#latestEnd[j]! > until) continue
      members[count++] = j
      sum += duration[j]!
      from = i < 0 ? earliest[j]! : Math.min(earliest[j]!, earliest[i]!)
    }
    // Whole tasks are left out as far as the excess allows; what remains of it widens the window.
    let spare = from + sum - until - 1
    let kept = 0
    for (let k = 0; k < count; k++) {
      const j = members[k]!
      if (duration[j]! <= spare) spare -= duration[j]!
      else members[kept++] = j
    }
    const last = until + spare
    if (i >= 0) engine.push(this.#code[i]!, from - this.#offset[i]!)
    for (let k = 0; k < kept; k++) {
      const j = members[k]!
      engine.push(this.#code[j]!, from - this.#offset[j]!)
      engine.push(this.#code[j]! ^ 1, this.#offset[j]! + duration[j]! - last)
    }
    return last
  }
}
