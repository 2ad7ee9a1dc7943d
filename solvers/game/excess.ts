/**
 * Passes over all coalitions: the excess v(S) - x(S) of the proper coalitions against a payoff. One addition and one comparison a
 * coalition; the worst of each of 64 classes is kept, so that one pass finds many different cuts.
 */
import { type CooperativeGame, SplitSums } from './cooperative.ts'

const CLASSES = 64

export class ExcessScan {
  readonly #game: CooperativeGame
  readonly #sums: SplitSums
  readonly #best = new Float64Array(CLASSES)
  readonly #where = new Int32Array(CLASSES)

  constructor(game: CooperativeGame) {
    this.#game = game
    this.#sums = new SplitSums(game.players)
  }

  /**
   * Proper coalitions whose excess is above a threshold, the worst of each class, worst first.
   * @param accepts asked only for coalitions above the threshold; those it refuses are passed over
   */
  above(payoff: ArrayLike<number>, threshold: number, accepts?: (coalition: number) => boolean): Worst[] {
    const { values, players } = this.#game
    const sums = this.#sums
    sums.load(payoff)
    const best = this.#best.fill(threshold)
    const where = this.#where.fill(0)
    const low = sums.low
    const block = low.length
    const grand = 2 ** players - 1
    for (let h = 0, base = 0; h < sums.high.length; h++, base += block) {
      const share = sums.high[h] as number
      for (let l = 0; l < block; l++) {
        const excess = (values[base + l] as number) - (low[l] as number) - share
        if (excess <= (best[l & (CLASSES - 1)] as number)) continue
        const coalition = base + l
        if (coalition === 0 || coalition === grand) continue
        if (accepts !== undefined && !accepts(coalition)) continue
        best[l & (CLASSES - 1)] = excess
        where[l & (CLASSES - 1)] = coalition
      }
    }
    const found: Worst[] = []
    for (let k = 0; k < CLASSES; k++) {
      if ((where[k] as number) > 0) found.push({ coalition: where[k] as number, excess: best[k] as number })
    }
    return found.sort((a, b) => b.excess - a.excess || a.coalition - b.coalition)
  }

  /** The proper coalition of largest excess; null when there is none (one player). */
  worst(payoff: ArrayLike<number>): Worst | null {
    return this.above(payoff, Number.NEGATIVE_INFINITY)[0] ?? null
  }
}

export interface Worst {
  readonly coalition: number
  /** v(S) - x(S): what the coalition gains by leaving. */
  readonly excess: number
}
