/**
 * Upper bound by sawtooth interpolation between evaluated beliefs (Hauskrecht 2000; HSVI2, Smith and Simmons 2005):
 *
 *   U(b) = min over points i of  c . b + (v_i - c . b_i) * min over s in supp(b_i) of b(s) / b_i(s),
 *
 * where c holds the corner values. U is an upper bound because V* is convex. Points are appended only, so a belief that
 * remembers how many it has been held against needs to look at the new ones only.
 */

export class Sawtooth {
  /** Upper bound at every corner. */
  readonly corners: Float64Array
  readonly #points: { states: Int32Array; weights: Float64Array; depth: number }[] = []

  constructor(corners: Float64Array) {
    this.corners = corners
  }

  get count(): number {
    return this.#points.length
  }

  /** c . b */
  base(states: Int32Array, weights: Float64Array): number {
    let total = 0
    for (let k = 0; k < states.length; k++) total += this.corners[states[k]!]! * weights[k]!
    return total
  }

  /** Records that V* at the belief is at most `value`. */
  add(states: Int32Array, weights: Float64Array, value: number): void {
    const depth = value - this.base(states, weights)
    if (depth < 0) this.#points.push({ states, weights, depth })
  }

  /**
   * Least correction c . b + correction over the points from number `from` on.
   * @param dense the belief as a dense vector
   */
  correction(dense: Float64Array, from: number): number {
    let best = 0
    const points = this.#points
    for (let i = from; i < points.length; i++) {
      const { states, weights, depth } = points[i]!
      if (depth >= best) continue
      // The ratio must exceed best / depth for this point to matter.
      const needed = best / depth
      let ratio = Number.POSITIVE_INFINITY
      for (let k = 0; k < states.length; k++) {
        const share = dense[states[k]!]! / weights[k]!
        if (share < ratio) {
          ratio = share
          if (ratio <= needed) break
        }
      }
      if (ratio > needed) best = ratio * depth
    }
    return best
  }
}
