/**
 * Outer boxes around the regions of a set of vectors: low and high of every belief component over
 * { b : alpha_i . b >= alpha_k . b for all k }. Two linear programs per component, each bound proved by weak duality.
 * Two regions whose boxes do not overlap have no common interior, which settles most dead pairs of a cross sum.
 */
import type { DominanceLp } from '../dominance-lp.ts'
import type { PartialSums } from './projections.ts'

export class RegionBoxes {
  readonly #dimension: number
  readonly #units: Float64Array
  readonly #zero: Float64Array
  readonly #known = new WeakMap<PartialSums, Float64Array>()

  constructor(dimension: number) {
    this.#dimension = dimension
    this.#zero = new Float64Array(dimension)
    // Row s is the unit vector of state s, row S + s its negative.
    this.#units = new Float64Array(2 * dimension * dimension)
    for (let s = 0; s < dimension; s++) {
      this.#units[s * dimension + s] = 1
      this.#units[(dimension + s) * dimension + s] = -1
    }
  }

  /** `low` of region i at `2 i S + s`, `high` at `(2 i + 1) S + s`. Kept per set. */
  of(sums: PartialSums, lp: DominanceLp): Float64Array {
    const known = this.#known.get(sums)
    if (known !== undefined) return known
    const dimension = this.#dimension
    const boxes = new Float64Array(2 * sums.count * dimension)
    for (let i = 0; i < sums.count; i++) {
      for (let s = 0; s < dimension; s++) {
        boxes[(2 * i + 1) * dimension + s] = Math.min(1, this.#extreme(sums, i, s, lp))
        boxes[2 * i * dimension + s] = Math.max(0, -this.#extreme(sums, i, dimension + s, lp))
      }
    }
    this.#known.set(sums, boxes)
    return boxes
  }

  /** Upper bound of unit . b over the region of vector i. */
  #extreme(sums: PartialSums, i: number, unit: number, lp: DominanceLp): number {
    const dimension = this.#dimension
    lp.reset()
      .block(this.#zero, 1, null, this.#units, unit * dimension, -1, 1)
      .block(sums.data, sums.count, null, sums.data, i * dimension, i, 0)
      .solve(-2, 1e-12)
    return lp.bound
  }
}
