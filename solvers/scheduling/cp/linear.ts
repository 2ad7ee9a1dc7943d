/**
 * sum of coefficient_k * value(code_k) <= limit with coefficients > 0, by bounds.
 *
 * The least value of the sum is a conflict when it exceeds the limit; otherwise each term may exceed its own least value
 * by the slack at most. Explanations are weakened by what they have to spare, largest terms last. Cost: O(terms).
 */
import type { Engine, Propagator } from './engine.ts'

export class LinearAtMost implements Propagator {
  readonly index: number
  readonly #codes: Int32Array
  readonly #coefficients: Int32Array
  readonly #limit: number

  constructor(index: number, codes: readonly number[], coefficients: readonly number[], limit: number) {
    this.index = index
    this.#codes = Int32Array.from(codes)
    this.#coefficients = Int32Array.from(coefficients)
    this.#limit = limit
  }

  propagate(engine: Engine): boolean {
    const { lower } = engine
    const codes = this.#codes
    const coefficients = this.#coefficients
    let least = 0
    for (let k = 0; k < codes.length; k++) least += coefficients[k]! * lower[codes[k]!]!
    const slack = this.#limit - least
    if (slack < 0) {
      engine.beginConflict()
      this.#push(engine, -1, -slack - 1)
      return false
    }
    for (let k = 0; k < codes.length; k++) {
      const code = codes[k]!
      const most = lower[code]! + Math.floor(slack / coefficients[k]!)
      if (most < -lower[code ^ 1]! && !engine.enforce(this.index, code ^ 1, -most, k, 0)) return false
    }
    return true
  }

  explain(engine: Engine, _code: number, value: number, k: number): void {
    const { lower } = engine
    const codes = this.#codes
    // The term must be at most -value: the others leave less than coefficient * (1 - value).
    let others = 0
    for (let j = 0; j < codes.length; j++) if (j !== k) others += this.#coefficients[j]! * lower[codes[j]!]!
    const spare = others + this.#coefficients[k]! * (1 - value) - this.#limit - 1
    this.#push(engine, k, spare)
  }

  /** The bounds of all terms but one, weakened by at most `spare` in sum. */
  #push(engine: Engine, except: number, spareIn: number): void {
    const { lower, root } = engine
    let spare = spareIn
    for (let j = 0; j < this.#codes.length; j++) {
      if (j === except) continue
      const code = this.#codes[j]!
      const bound = lower[code]!
      const above = bound - root[code]!
      if (above <= 0) continue
      const give = Math.min(above, Math.floor(spare / this.#coefficients[j]!))
      // Giving a part only lengthens the chain of later explanations; take it when it drops the literal or is free.
      spare -= give * this.#coefficients[j]!
      if (give < above) engine.push(code, bound - give)
    }
  }
}
