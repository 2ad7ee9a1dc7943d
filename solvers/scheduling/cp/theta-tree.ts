/**
 * Theta-Lambda tree: the earliest completion time of a set of tasks on one machine, and the same when any one grey task
 * joins them (Vilim, Bartak, Cepek 2005; Vilim 2009).
 *
 * Leaves stand in order of the earliest starts. A node holds the duration of its white tasks and the earliest end of any
 * of them, and both values with at most one grey task added, together with the grey leaf that attains them. Setting a leaf
 * costs O(log n), the root is read in O(1).
 */
const NEVER = -(1 << 29)

export class ThetaTree {
  readonly #leaves: number
  readonly #sum: Int32Array
  readonly #end: Int32Array
  readonly #greySum: Int32Array
  readonly #greyEnd: Int32Array
  readonly #sumFrom: Int32Array
  readonly #endFrom: Int32Array

  constructor(count: number) {
    let leaves = 1
    while (leaves < count) leaves *= 2
    this.#leaves = leaves
    this.#sum = new Int32Array(2 * leaves)
    this.#end = new Int32Array(2 * leaves).fill(NEVER)
    this.#greySum = new Int32Array(2 * leaves)
    this.#greyEnd = new Int32Array(2 * leaves).fill(NEVER)
    this.#sumFrom = new Int32Array(2 * leaves).fill(-1)
    this.#endFrom = new Int32Array(2 * leaves).fill(-1)
  }

  /** Earliest time at which all white tasks can be done; far below zero when there are none. */
  get end(): number {
    return this.#end[1]!
  }

  /** The same with the grey task that makes it latest. */
  get greyEnd(): number {
    return this.#greyEnd[1]!
  }

  /** Leaf of that grey task, or -1 when no grey task makes it later. */
  get greyLeaf(): number {
    return this.#endFrom[1]!
  }

  /** Fills the leaves with white tasks in order of `order`, which sorts them by earliest start. */
  fill(order: Int32Array, start: Int32Array, duration: Int32Array): void {
    const leaves = this.#leaves
    for (let k = 0; k < leaves; k++) {
      const at = leaves + k
      this.#sumFrom[at] = -1
      this.#endFrom[at] = -1
      if (k < order.length) {
        const task = order[k]!
        this.#sum[at] = duration[task]!
        this.#end[at] = start[task]! + duration[task]!
      } else {
        this.#sum[at] = 0
        this.#end[at] = NEVER
      }
      this.#greySum[at] = this.#sum[at]!
      this.#greyEnd[at] = this.#end[at]!
    }
    for (let at = leaves - 1; at >= 1; at--) this.#join(at)
  }

  /** A white leaf becomes grey. */
  grey(leaf: number): void {
    let at = this.#leaves + leaf
    this.#greySum[at] = this.#sum[at]!
    this.#greyEnd[at] = this.#end[at]!
    this.#sumFrom[at] = leaf
    this.#endFrom[at] = leaf
    this.#sum[at] = 0
    this.#end[at] = NEVER
    for (at >>= 1; at >= 1; at >>= 1) this.#join(at)
  }

  /** Takes a leaf out. */
  clear(leaf: number): void {
    let at = this.#leaves + leaf
    this.#sum[at] = 0
    this.#end[at] = NEVER
    this.#greySum[at] = 0
    this.#greyEnd[at] = NEVER
    this.#sumFrom[at] = -1
    this.#endFrom[at] = -1
    for (at >>= 1; at >= 1; at >>= 1) this.#join(at)
  }

  #join(at: number): void {
    const left = 2 * at
    const right = left + 1
    const sum = this.#sum
    const end = this.#end
    const greySum = this.#greySum
    const greyEnd = this.#greyEnd
    sum[at] = sum[left]! + sum[right]!
    end[at] = Math.max(end[right]!, end[left]! + sum[right]!)
    const leftSum = greySum[left]! + sum[right]!
    const rightSum = sum[left]! + greySum[right]!
    greySum[at] = Math.max(leftSum, rightSum)
    this.#sumFrom[at] = leftSum >= rightSum ? this.#sumFrom[left]! : this.#sumFrom[right]!
    let most = greyEnd[right]!
    let from = this.#endFrom[right]!
    const leftEnd = greyEnd[left]! + sum[right]!
    if (leftEnd > most) {
      most = leftEnd
      from = this.#endFrom[left]!
    }
    const mixed = end[left]! + greySum[right]!
    if (mixed > most) {
      most = mixed
      from = this.#sumFrom[right]!
    }
    greyEnd[at] = most
    this.#endFrom[at] = from
  }
}
