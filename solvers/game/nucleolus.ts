/**
 * The nucleolus: the imputation whose excesses, sorted from the largest down, are lexicographically least.
 *
 * Method: a sequence of linear programs (Maschler, Peleg and Shapley 1979) with coalitions generated as needed (see
 * excess-program.ts). Coalitions with a positive multiplier have the same excess in every optimal solution and are settled; the next
 * program minimises the largest excess outside their span. Every program raises the rank, so there are at most n - 1, each with
 * some passes over the 2^n coalitions. The span makes the exponentially many coalitions that are settled implicitly disappear
 * (Benedek, Fliege and Nguyen 2021, Finding and verifying the nucleolus of cooperative games).
 *
 * Proof: `verifyNucleolus` (kohlberg.ts) decides on any payoff and shares no step with this.
 */
import { type Limit, Run, type RunOptions } from '../contract/index.ts'
import type { CooperativeGame } from './cooperative.ts'
import { ExcessProgram } from './excess-program.ts'

export interface NucleolusOptions extends RunOptions {
  /** Only payoffs with x_i >= v({i}); without it the result is the prenucleolus. @default true */
  readonly individuallyRational?: boolean
}

export type NucleolusResult =
  | {
      readonly status: 'optimal'
      readonly payoff: Float64Array
      /** The distinct largest excesses that were minimised, in order. */
      readonly levels: readonly number[]
      /** Linear programs solved. */
      readonly programs: number
    }
  /** No imputation exists: the players alone are worth more than together, by `shortfall`. */
  | { readonly status: 'infeasible'; readonly shortfall: number }
  | { readonly status: 'unknown'; readonly limit: Limit }

export function findNucleolus(game: CooperativeGame, options: NucleolusOptions = {}): NucleolusResult {
  const run = new Run('nucleolus', options)
  const n = game.players
  const individuallyRational = options.individuallyRational ?? true
  const program = new ExcessProgram(game, individuallyRational, run.seed)
  const grand = game.values[game.values.length - 1] as number
  let alone = 0
  for (let i = 0; i < n; i++) alone += game.values[1 << i] as number
  if (individuallyRational && alone > grand + 1e-9 * program.scale) {
    return { status: 'infeasible', shortfall: alone - grand }
  }
  if (n === 1) return { status: 'optimal', payoff: Float64Array.of(grand), levels: [], programs: 0 }
  if (individuallyRational && alone >= grand - 1e-9 * program.scale) {
    // One imputation only.
    const payoff = Float64Array.from({ length: n }, (_, i) => game.values[1 << i] as number)
    return { status: 'optimal', payoff, levels: [], programs: 0 }
  }
  const levels: number[] = []
  let payoff = new Float64Array(n)
  while (program.span.rank < n) {
    const optimum = program.minimise(run)
    if (typeof optimum === 'string') return { status: 'unknown', limit: optimum }
    payoff = Float64Array.from(optimum.payoff)
    levels.push(optimum.epsilon)
    const rank = program.span.rank
    for (const { coalition } of optimum.weights) program.settle(coalition, optimum.epsilon)
    for (const i of optimum.heldPlayers) program.settle(1 << i, 0)
    if (program.span.rank === rank) return { status: 'unknown', limit: 'method' }
    run.emit({ kind: 'phase', message: `${program.span.rank} of ${n} settled` })
  }
  return { status: 'optimal', payoff, levels, programs: program.programs }
}
