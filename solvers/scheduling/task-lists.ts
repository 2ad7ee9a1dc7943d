/** Lists of all tasks in which each stands behind its predecessors: repair of an order, and small random changes. */
import type { RandomStream } from '../numeric/index.ts'
import type { CompiledProblem } from './compile.ts'

/** Tasks of a child that change their place, on average, and the most places they move; measured on 120 tasks. */
const MOVES = 2
const FARTHEST_MOVE = 20

export class TaskLists {
  readonly #random: RandomStream
  readonly #predStart: Int32Array
  readonly #preds: Int32Array
  readonly #succStart: Int32Array
  readonly #succs: Int32Array
  readonly #placed: Uint8Array
  readonly #rank: Int32Array

  constructor(compiled: CompiledProblem, random: RandomStream) {
    const n = compiled.taskCount
    const before = neighbours(n, compiled.arcTo, compiled.arcFrom)
    const after = neighbours(n, compiled.arcFrom, compiled.arcTo)
    this.#random = random
    this.#predStart = before.start
    this.#preds = before.other
    this.#succStart = after.start
    this.#succs = after.other
    this.#placed = new Uint8Array(n)
    this.#rank = new Int32Array(n)
  }

  /** The tasks in the order given, each behind its predecessors. */
  behindPredecessors(order: Int32Array, target: Int32Array): void {
    const placed = this.#placed
    placed.fill(0)
    let filled = 0
    const preds = this.#preds
    const predStart = this.#predStart
    const place = (task: number): void => {
      if (placed[task] === 1) return
      placed[task] = 1
      for (let p = predStart[task]!; p < predStart[task + 1]!; p++) place(preds[p]!)
      target[filled++] = task
    }
    for (let k = 0; k < order.length; k++) place(order[k]!)
  }

  /** Moves a few tasks to other places of the list, no further than their predecessors and successors let them. */
  move(list: Int32Array): void {
    const random = this.#random
    const n = list.length
    const rank = this.#rank
    const moves = random.integer(0, 2 * MOVES)
    for (let k = 0; k < moves; k++) {
      for (let at = 0; at < n; at++) rank[list[at]!] = at
      const at = random.integer(0, n - 1)
      const task = list[at]!
      let low = Math.max(0, at - FARTHEST_MOVE)
      let high = Math.min(n - 1, at + FARTHEST_MOVE)
      for (let p = this.#predStart[task]!; p < this.#predStart[task + 1]!; p++) {
        low = Math.max(low, rank[this.#preds[p]!]! + 1)
      }
      for (let s = this.#succStart[task]!; s < this.#succStart[task + 1]!; s++) {
        high = Math.min(high, rank[this.#succs[s]!]! - 1)
      }
      const to = random.integer(low, high)
      if (to < at) list.copyWithin(to + 1, to, at)
      else list.copyWithin(at, at + 1, to + 1)
      list[to] = task
    }
  }
}

/** The tasks that arcs join to each task. */
function neighbours(n: number, own: Int32Array, other: Int32Array): { start: Int32Array; other: Int32Array } {
  const start = new Int32Array(n + 1)
  for (const task of own) start[task + 1]!++
  for (let i = 0; i < n; i++) start[i + 1]! += start[i]!
  const next = Int32Array.from(start)
  const joined = new Int32Array(own.length)
  own.forEach((task, a) => {
    joined[next[task]!++] = other[a]!
  })
  return { start, other: joined }
}
