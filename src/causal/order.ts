/** Which step of a plan comes before which: the transitive closure of its ordering, as rows of bits. */
import type { Plan } from '../domain/plan.ts'

/** A relation from rows to columns, one row of bits a row; rows may be more than columns. */
export class BitRelation {
  readonly columns: number
  readonly #words: number
  readonly #bits: Uint32Array

  constructor(rows: number, columns = rows) {
    this.columns = columns
    this.#words = (columns + 31) >> 5
    this.#bits = new Uint32Array(rows * this.#words)
  }

  has(from: number, to: number): boolean {
    return (((this.#bits[from * this.#words + (to >> 5)] as number) >>> (to & 31)) & 1) === 1
  }

  /** Columns beyond the last one are not kept. */
  add(from: number, to: number): void {
    if (to >= this.columns) return
    const at = from * this.#words + (to >> 5)
    this.#bits[at] = (this.#bits[at] as number) | (1 << (to & 31))
  }

  remove(from: number, to: number): void {
    const at = from * this.#words + (to >> 5)
    this.#bits[at] = (this.#bits[at] as number) & ~(1 << (to & 31))
  }

  /** Adds to one row all that stands in another. */
  include(from: number, other: number): void {
    const own = from * this.#words
    const their = other * this.#words
    const bits = this.#bits
    for (let i = 0; i < this.#words; i++) bits[own + i] = (bits[own + i] as number) | (bits[their + i] as number)
  }

  /** Columns of a row, ascending. */
  *row(from: number): IterableIterator<number> {
    for (let to = 0; to < this.columns; to++) if (this.has(from, to)) yield to
  }
}

/** Order of the steps of a plan, by step id. */
export class StepOrder {
  readonly #place = new Map<number, number>()
  readonly #after: BitRelation | null

  /** Time O(steps x orderings / 32); a plan whose steps form one chain is recognised and takes linear time. */
  constructor(plan: Plan) {
    const { steps, ordering } = plan
    steps.forEach((step, index) => {
      this.#place.set(step.id, index)
    })
    const count = steps.length
    const chained = new Uint8Array(count)
    const successors: number[][] = steps.map(() => [])
    for (const [first, second] of ordering) {
      const from = this.#place.get(first)
      const to = this.#place.get(second)
      if (from === undefined || to === undefined) continue
      successors[from]?.push(to)
      if (to === from + 1) chained[from] = 1
    }
    let links = 0
    for (const link of chained) links += link
    if (links >= count - 1) {
      this.#after = null
      return
    }
    const after = new BitRelation(count)
    for (let from = count - 1; from >= 0; from--) {
      for (const to of successors[from] as number[]) {
        after.add(from, to)
        after.include(from, to)
      }
    }
    this.#after = after
  }

  /** Whether the ordering puts one step before another. */
  before(first: number, second: number): boolean {
    const from = this.#place.get(first)
    const to = this.#place.get(second)
    if (from === undefined || to === undefined) return false
    return this.#after === null ? from < to : this.#after.has(from, to)
  }
}
