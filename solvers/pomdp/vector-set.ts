/**
 * A value function as a set of vectors, V(b) = max over i of alpha_i . b, in one flat array. Each vector carries the
 * action it starts with and, when known, the vector of the previous set that follows each observation.
 */

/** No successor: the observation is impossible, or the set is a terminal one. */
export const NO_SUCCESSOR = -1

export class VectorSet {
  /** Number of states. */
  readonly dimension: number
  readonly observationCount: number
  count = 0
  /** Vector i at `i * dimension`. */
  data: Float64Array
  actions: Int32Array
  /** Successor of vector i after observation o at `i * observationCount + o`. */
  successors: Int32Array

  constructor(dimension: number, observationCount: number, capacity = 16) {
    this.dimension = dimension
    this.observationCount = observationCount
    this.data = new Float64Array(capacity * dimension)
    this.actions = new Int32Array(capacity)
    this.successors = new Int32Array(capacity * observationCount)
  }

  /** Appends a copy of `source[at .. at + dimension)`; successors default to none. Returns the new index. */
  push(
    source: ArrayLike<number>,
    at: number,
    action: number,
    successors?: ArrayLike<number>,
    successorsAt = 0,
  ): number {
    const index = this.count
    if (index === this.actions.length) this.#grow(2 * index + 4)
    const base = index * this.dimension
    for (let s = 0; s < this.dimension; s++) this.data[base + s] = source[at + s] as number
    this.actions[index] = action
    const successorBase = index * this.observationCount
    for (let o = 0; o < this.observationCount; o++) {
      this.successors[successorBase + o] =
        successors === undefined ? NO_SUCCESSOR : (successors[successorsAt + o] as number)
    }
    this.count++
    return index
  }

  /** alpha_i . b */
  dot(index: number, belief: ArrayLike<number>): number {
    const base = index * this.dimension
    let total = 0
    for (let s = 0; s < this.dimension; s++) total += this.data[base + s]! * (belief[s] as number)
    return total
  }

  /** Index of the best vector at a belief; ties go to the lexicographically larger vector. -1 when empty. */
  best(belief: ArrayLike<number>): number {
    return bestRow(this.data, this.count, this.dimension, belief)
  }

  /** V(b); -Infinity for the empty set. */
  value(belief: ArrayLike<number>): number {
    const index = this.best(belief)
    return index < 0 ? Number.NEGATIVE_INFINITY : this.dot(index, belief)
  }

  vector(index: number): Float64Array {
    return this.data.slice(index * this.dimension, (index + 1) * this.dimension)
  }

  /** The chosen vectors in the given order. */
  select(indices: ArrayLike<number>): VectorSet {
    const chosen = new VectorSet(this.dimension, this.observationCount, Math.max(4, indices.length))
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k] as number
      chosen.push(
        this.data,
        index * this.dimension,
        this.actions[index]!,
        this.successors,
        index * this.observationCount,
      )
    }
    return chosen
  }

  #grow(capacity: number): void {
    const data = new Float64Array(capacity * this.dimension)
    data.set(this.data.subarray(0, this.count * this.dimension))
    this.data = data
    const actions = new Int32Array(capacity)
    actions.set(this.actions.subarray(0, this.count))
    this.actions = actions
    const successors = new Int32Array(capacity * this.observationCount)
    successors.set(this.successors.subarray(0, this.count * this.observationCount))
    this.successors = successors
  }
}

/** Row of `data` with the greatest product; a tie (relative 1e-12) goes to the lexicographically larger row. */
export function bestRow(data: Float64Array, count: number, dimension: number, belief: ArrayLike<number>): number {
  let best = -1
  let bestValue = Number.NEGATIVE_INFINITY
  for (let i = 0, base = 0; i < count; i++, base += dimension) {
    let total = 0
    for (let s = 0; s < dimension; s++) total += data[base + s]! * (belief[s] as number)
    const slack = 1e-12 * (1 + Math.abs(bestValue))
    if (best < 0 || total > bestValue + slack) {
      best = i
      bestValue = total
    } else if (total >= bestValue - slack && lexicographicallyLarger(data, base, best * dimension, dimension)) {
      best = i
      bestValue = Math.max(bestValue, total)
    }
  }
  return best
}

/** Is the row at `a` larger than the row at `b` in the first place where they differ? */
export function lexicographicallyLarger(data: Float64Array, a: number, b: number, dimension: number): boolean {
  for (let s = 0; s < dimension; s++) {
    const difference = data[a + s]! - data[b + s]!
    if (difference !== 0) return difference > 0
  }
  return false
}
