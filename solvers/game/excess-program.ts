/**
 * The linear program behind the least core and the nucleolus, with coalitions generated as they are needed.
 *
 * Variables  x_i payoff of player i (free, or >= v({i})),  e largest excess
 * Objective  min e
 * Rows       x(T) = v(T) - e_T for settled coalitions T (the grand coalition with e = 0 to begin with)
 *            x(S) + e >= v(S) for every proper S outside the span of the settled ones
 *
 * Only the rows in `pool` are stated; a pass over all 2^n coalitions adds the most violated ones until none is left. All
 * single players outside the span are always stated, which bounds the program: x(N) is fixed, so that not all of them can grow.
 * Values are divided by their magnitude; the violation tolerance is TOLERANCE in that unit.
 */
import { InternalError, type Limit, type Run } from '../contract/index.ts'
import { DenseSimplex } from '../linear/dense/index.ts'
import { type CooperativeGame, magnitude } from './cooperative.ts'
import { ExcessScan } from './excess.ts'
import { CoalitionSpan } from './span.ts'

/** Violation of a coalition's row that counts, in units of the largest |v(S)|. */
export const TOLERANCE = 2e-9
/** Multipliers above this show that a row holds with equality in every optimal solution. */
const POSITIVE_DUAL = 1e-7

interface Settled {
  readonly coalition: number
  readonly sum: number
}

export interface ExcessOptimum {
  /** Largest excess, in the game's unit. */
  readonly epsilon: number
  readonly payoff: Float64Array
  /** Coalitions of the pool with positive multipliers, which sum to 1. */
  readonly weights: readonly { readonly coalition: number; readonly weight: number }[]
  /** Players held at v({i}) by a positive multiplier. */
  readonly heldPlayers: readonly number[]
}

export class ExcessProgram {
  readonly span: CoalitionSpan
  readonly scale: number
  readonly scan: ExcessScan
  readonly #game: CooperativeGame
  readonly #individuallyRational: boolean
  readonly #settled: Settled[] = []
  readonly #lp: DenseSimplex
  #pool: number[] = []
  /** Linear programs solved. */
  programs = 0

  constructor(game: CooperativeGame, individuallyRational: boolean, seed: number) {
    const n = game.players
    this.#game = game
    this.#individuallyRational = individuallyRational
    this.scale = magnitude(game)
    this.scan = new ExcessScan(game)
    this.span = new CoalitionSpan(n, seed)
    this.#lp = new DenseSimplex(8 * n + 64, n + 1)
    this.settle(2 ** n - 1, 0)
    if (n > 1) for (let i = 0; i < n; i++) this.#pool.push(1 << i)
  }

  /** Fixes the excess of a coalition. @returns false when it was fixed already through others */
  settle(coalition: number, excess: number): boolean {
    if (!this.span.add(coalition)) return false
    this.#settled.push({ coalition, sum: (this.#game.values[coalition] as number) - excess })
    this.#pool = this.#pool.filter((one) => !this.span.has(one))
    return true
  }

  /** @returns the optimum, or the limit that was hit */
  minimise(run: Run): ExcessOptimum | Limit {
    const stated = new Set(this.#pool)
    for (;;) {
      const limit = run.limit
      if (limit !== null) return limit
      if (!this.#solve(run)) return run.limit ?? 'method'
      const optimum = this.#read()
      const violated = this.scan
        .above(optimum.payoff, optimum.epsilon + TOLERANCE * this.scale, (S) => !this.span.has(S))
        .filter((one) => !stated.has(one.coalition))
      if (violated.length === 0) return optimum
      for (const { coalition } of violated) {
        stated.add(coalition)
        this.#pool.push(coalition)
      }
    }
  }

  #solve(run: Run): boolean {
    const lp = this.#lp
    const n = this.#game.players
    const columns = n + 1
    const rows = this.#settled.length + this.#pool.length
    lp.resize(rows, columns)
    lp.stop = () => run.limit
    lp.matrix.fill(0)
    lp.objective.fill(0)
    lp.objective[n] = 1
    for (let j = 0; j <= n; j++) {
      const own = this.#individuallyRational && j < n
      lp.lower[j] = own ? (this.#game.values[1 << j] as number) / this.scale : Number.NEGATIVE_INFINITY
      lp.upper[j] = Number.POSITIVE_INFINITY
    }
    this.#settled.forEach(({ coalition, sum }, k) => {
      for (let i = 0; i < n; i++) lp.matrix[k * columns + i] = (coalition >>> i) & 1
      lp.lower[columns + k] = sum / this.scale
      lp.upper[columns + k] = sum / this.scale
    })
    this.#pool.forEach((coalition, p) => {
      const k = this.#settled.length + p
      for (let i = 0; i < n; i++) lp.matrix[k * columns + i] = (coalition >>> i) & 1
      lp.matrix[k * columns + n] = 1
      lp.lower[columns + k] = (this.#game.values[coalition] as number) / this.scale
      lp.upper[columns + k] = Number.POSITIVE_INFINITY
    })
    this.programs++
    const status = lp.solve()
    if (status === 'infeasible' || status === 'unbounded') throw new InternalError(`an excess program was ${status}`)
    return status === 'optimal'
  }

  #read(): ExcessOptimum {
    const lp = this.#lp
    const n = this.#game.players
    const payoff = Float64Array.from({ length: n }, (_, i) => (lp.value[i] as number) * this.scale)
    const weights = this.#pool
      .map((coalition, p) => ({ coalition, weight: lp.reduced[n + 1 + this.#settled.length + p] as number }))
      .filter((one) => one.weight > POSITIVE_DUAL)
    const heldPlayers: number[] = []
    if (this.#individuallyRational) {
      for (let i = 0; i < n; i++) if ((lp.reduced[i] as number) > POSITIVE_DUAL) heldPlayers.push(i)
    }
    return { epsilon: (lp.value[n] as number) * this.scale, payoff, weights, heldPlayers }
  }
}
