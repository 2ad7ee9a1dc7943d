/**
 * The answer to a stall: each bound or reduced cost is shifted by a fixed pseudo-random trifle, so that the ties of a ratio
 * test part. One shift for each permission, taken back before the solve answers.
 */
import type { Dictionary } from './dictionary.ts'

/** Size of a perturbation relative to the bound or the largest cost. */
const PERTURBATION = 1e-6

export class Perturbation {
  /** Whether the next stall may be answered by a shift; a shift uses the permission up. */
  allowed = false
  readonly #dictionary: Dictionary
  #keptLower = new Float64Array(0)
  #keptUpper = new Float64Array(0)
  #boundsShifted = false

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** Relaxes the bounds of the basic variables, so that ties of the ratio test part. */
  shiftBounds(): void {
    const { rows, columns, lower, upper } = this.#dictionary.program
    const head = this.#dictionary.head
    this.allowed = false
    this.#boundsShifted = true
    if (this.#keptLower.length < rows + columns) {
      this.#keptLower = new Float64Array(rows + columns)
      this.#keptUpper = new Float64Array(rows + columns)
    }
    for (let v = 0; v < columns + rows; v++) {
      this.#keptLower[v] = lower[v] as number
      this.#keptUpper[v] = upper[v] as number
    }
    for (let i = 0; i < rows; i++) {
      const v = head[i] as number
      const low = lower[v] as number
      const high = upper[v] as number
      lower[v] = low - PERTURBATION * trifle(v) * (1 + Math.abs(low))
      upper[v] = high + PERTURBATION * trifle(v + rows) * (1 + Math.abs(high))
    }
  }

  /** Takes a relaxation back. @returns whether there was one */
  restoreBounds(): boolean {
    if (!this.#boundsShifted) return false
    const { rows, columns, lower, upper } = this.#dictionary.program
    this.#boundsShifted = false
    for (let v = 0; v < columns + rows; v++) {
      lower[v] = this.#keptLower[v] as number
      upper[v] = this.#keptUpper[v] as number
    }
    this.#dictionary.keepSides()
    this.#dictionary.computeBasics()
    return true
  }

  /** Moves reduced costs away from zero, into their feasible side, so that ties of the dual ratio test part. */
  shiftCosts(): void {
    const { columns, lower, upper, value } = this.#dictionary.program
    const { costs, side, largestCost } = this.#dictionary
    const size = PERTURBATION * (largestCost > 0 ? largestCost : 1)
    this.allowed = false
    for (let j = 0; j < columns; j++) {
      const v = side[j] as number
      const low = lower[v] as number
      const high = upper[v] as number
      if (low === high) continue
      const shift = size * trifle(v)
      if (value[v] === low) costs[j] = Math.max(0, costs[j] as number) + shift
      else if (value[v] === high) costs[j] = Math.min(0, costs[j] as number) - shift
    }
  }
}

/** A fixed number in [0.5, 1) for each variable. */
function trifle(v: number): number {
  const hash = Math.imul(v + 1, 0x9e3779b1) >>> 8
  return 0.5 + hash / 0x2000000
}
