/**
 * The core and the least core of a tabled game.
 *
 *     least core:  min e  subject to  x(N) = v(N),  x(S) + e >= v(S) for all proper S;  the core is empty exactly when e > 0
 *
 * Proof. Of a non-empty core: a payoff in it, checked against all 2^n coalitions. Of an empty one: a balanced collection, weights
 * l_S >= 0 with sum over S with i of l_S = 1 for every player and sum l_S v(S) > v(N) (Bondareva 1963, Shapley 1967). Both are evaluated
 * from the table, apart from the linear program; where neither is clear by EMPTY_ABOVE of the largest value, the status is
 * `unknown`.
 */
import { InvalidInputError, type Limit, Run, type RunOptions } from '../contract/index.ts'
import { type CooperativeGame, coalitionSum, magnitude } from './cooperative.ts'
import { ExcessScan, type Worst } from './excess.ts'
import { ExcessProgram } from './excess-program.ts'

/** Excess in units of the largest |v(S)| up to which a payoff counts as being in the core. */
export const CORE_TOLERANCE = 1e-8

/** Weights of coalitions that cover every player exactly once. */
export interface BalancedCollection {
  readonly weights: readonly { readonly coalition: number; readonly weight: number }[]
  /** Sum of weight * v(S); a core payoff would have to give at least this. */
  readonly value: number
}

export interface LeastCore {
  /** Largest excess at `payoff`, over all proper coalitions; -Infinity for one player, who has none. */
  readonly epsilon: number
  /** Proved: no efficient payoff has a smaller largest excess. */
  readonly bound: number
  readonly payoff: Float64Array
  /** The coalition with the largest excess; null for one player. */
  readonly blocking: Worst | null
  readonly certificate: BalancedCollection
}

export type CoreResult =
  /** `payoff` is in the core. */
  | ({ readonly status: 'non-empty' } & LeastCore)
  /** `certificate` proves that no payoff is; `blocking` leaves even the best one. */
  | ({ readonly status: 'empty' } & LeastCore)
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Decides whether the core is empty and gives a least-core payoff either way. */
export function findCore(game: CooperativeGame, options: RunOptions = {}): CoreResult {
  const run = new Run('core', options)
  const grand = game.values[game.values.length - 1] as number
  if (game.players === 1) {
    const certificate = { weights: [{ coalition: 1, weight: 1 }], value: grand }
    const payoff = Float64Array.of(grand)
    const none = Number.NEGATIVE_INFINITY
    return { status: 'non-empty', epsilon: none, bound: none, payoff, blocking: null, certificate }
  }
  const program = new ExcessProgram(game, false, run.seed)
  const optimum = program.minimise(run)
  if (typeof optimum === 'string') return { status: 'unknown', limit: optimum }
  const blocking = program.scan.worst(optimum.payoff)
  const epsilon = (blocking as Worst).excess
  const { certificate, bound } = balance(game, optimum.weights, grand)
  const result = { epsilon, bound, payoff: optimum.payoff, blocking, certificate }
  if (epsilon <= CORE_TOLERANCE * program.scale) return { status: 'non-empty', ...result }
  if (bound > CORE_TOLERANCE * program.scale) return { status: 'empty', ...result }
  return { status: 'unknown', limit: 'method' }
}

/**
 * Whether a payoff is in the core.
 * @returns the coalition that gains most by leaving as `blocking`, null when none gains more than the tolerance
 * @throws InvalidInputError when the payoff has not one finite number a player
 */
export function checkCorePayoff(
  game: CooperativeGame,
  payoff: ArrayLike<number>,
): { readonly inCore: boolean; readonly efficient: boolean; readonly blocking: Worst | null } {
  requirePayoff(game, payoff)
  const tolerance = CORE_TOLERANCE * magnitude(game)
  const all = game.values.length - 1
  const efficient = Math.abs(coalitionSum(payoff, all) - (game.values[all] as number)) <= tolerance
  const worst = new ExcessScan(game).worst(payoff)
  const blocking = worst !== null && worst.excess > tolerance ? worst : null
  return { inCore: efficient && blocking === null, efficient, blocking }
}

/** @throws InvalidInputError */
export function requirePayoff(game: CooperativeGame, payoff: ArrayLike<number>): void {
  const bad = payoff.length !== game.players || Array.from(payoff).some((share) => !Number.isFinite(share))
  if (!bad) return
  throw new InvalidInputError([
    {
      code: 'wrong-length',
      path: ['payoff'],
      message: `the payoff is not ${game.players} finite numbers`,
      hint: 'give one number a player',
    },
  ])
}

/**
 * The multipliers as a balanced collection, completed by single players where rounding or a missing row leaves a rest, and the bound on
 * the largest excess that follows: x(S) + e >= v(S) times the weights gives  v(N) + e * sum l_S >= sum l_S v(S).
 */
function balance(
  game: CooperativeGame,
  weights: readonly { readonly coalition: number; readonly weight: number }[],
  grand: number,
): { readonly certificate: BalancedCollection; readonly bound: number } {
  const n = game.players
  const cover = new Float64Array(n)
  for (const { coalition, weight } of weights) {
    for (let i = 0; i < n; i++) if (((coalition >>> i) & 1) === 1) cover[i] = (cover[i] as number) + weight
  }
  const most = cover.reduce((largest, one) => Math.max(largest, one), 0)
  const completed = new Map(weights.map(({ coalition, weight }) => [coalition, weight / most]))
  for (let i = 0; i < n; i++) {
    const rest = 1 - (cover[i] as number) / most
    if (rest > 0) completed.set(1 << i, (completed.get(1 << i) ?? 0) + rest)
  }
  let value = 0
  let total = 0
  for (const [coalition, weight] of completed) {
    value += weight * (game.values[coalition] as number)
    total += weight
  }
  const listed = [...completed].map(([coalition, weight]) => ({ coalition, weight }))
  return { certificate: { weights: listed, value }, bound: (value - grand) / total }
}
