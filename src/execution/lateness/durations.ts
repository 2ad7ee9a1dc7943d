/**
 * How long a step may take, as a distribution: drawn from, and bounded from above without drawing.
 *
 * `learned` is the predictive distribution of the next duration after `count` of them, their logarithms being normal with
 * unknown mean and variance under the reference prior 1 / variance: a Student t with count - 1 degrees of freedom around
 * `mean`, scaled by sqrt(squares / (count - 1) (1 + 1 / count)) (Gelman et al. 2013, Bayesian Data Analysis, section 3.2).
 * Steps that were learned together are not independent, since they share what is not known: each draw is taken in like an
 * observation before the next one, which gives the joint predictive distribution by the chain rule.
 *
 * Drawing takes constant time; t from two uniform numbers by the polar method (Bailey 1994, Math. Comp. 62).
 */
import type { RandomStream } from '../../../solvers/numeric/index.ts'

/** Durations in the unit of the clock. Plain JSON. */
export type DurationDistribution =
  /** Probabilities are >= 0; they are weighed by their sum. */
  | { readonly kind: 'discrete'; readonly outcomes: readonly (readonly [duration: number, probability: number])[] }
  /** low <= mode <= high. */
  | { readonly kind: 'triangular'; readonly low: number; readonly mode: number; readonly high: number }
  | LearnedDuration

export interface LearnedDuration {
  readonly kind: 'learned'
  /** What durations were learned of; steps with the same subject are drawn jointly. */
  readonly subject: string
  /** Observations behind it, > 1; discounted where the past is. */
  readonly count: number
  /** Mean of the logarithms of the durations. */
  readonly mean: number
  /** Sum of their squared distances from the mean. */
  readonly squares: number
}

/** What is known of logarithms of durations: count, mean and sum of squared distances from it. */
export interface LogSpread {
  count: number
  mean: number
  squares: number
}

/** Takes a logarithm in, what was known before weighing `retention` (West 1979, weighted updates). */
export function takeIn(spread: LogSpread, value: number, retention = 1): void {
  const before = retention * spread.count
  const count = before + 1
  const distance = value - spread.mean
  spread.mean += distance / count
  spread.squares = retention * spread.squares + (before / count) * distance * distance
  spread.count = count
}

/** Draws of a duration that lasts longer than what has passed are tried again so often; then it is taken to end now. */
const TRIES = 200

/**
 * A duration longer than `elapsed`, or `elapsed` when none was found.
 * @param known of a learned duration: what is known at this point; takes the draw in
 */
export function drawDuration(
  distribution: DurationDistribution,
  elapsed: number,
  random: RandomStream,
  known: LogSpread | null,
): number {
  for (let tries = elapsed > 0 ? TRIES : 1; tries > 0; tries--) {
    const duration = drawOnce(distribution, random, known)
    if (duration <= elapsed && elapsed > 0) continue
    if (known !== null && duration > 0) takeIn(known, Math.log(duration))
    return duration
  }
  return elapsed
}

function drawOnce(distribution: DurationDistribution, random: RandomStream, known: LogSpread | null): number {
  const u = random.next()
  switch (distribution.kind) {
    case 'discrete': {
      const { outcomes } = distribution
      let rest = u * outcomes.reduce((sum, [, probability]) => sum + probability, 0)
      for (const [duration, probability] of outcomes) {
        rest -= probability
        if (rest < 0) return duration
      }
      return outcomes.findLast(([, probability]) => probability > 0)?.[0] ?? 0
    }
    case 'triangular': {
      const { low, mode, high } = distribution
      const width = high - low
      if (u * width < mode - low) return low + Math.sqrt(u * width * (mode - low))
      return high - Math.sqrt((1 - u) * width * (high - mode))
    }
    case 'learned': {
      const { count, mean, squares } = known ?? distribution
      const degrees = count - 1
      const radius = Math.sqrt(degrees * ((1 - u) ** (-2 / degrees) - 1))
      const t = radius * Math.cos(2 * Math.PI * random.next())
      const scale = scaleOf(count, squares)
      // With hardly any freedom the tail leaves the range of numbers.
      return scale === 0 ? Math.exp(mean) : Math.min(Number.MAX_VALUE, Math.exp(mean + t * scale))
    }
  }
}

/**
 * A duration that is exceeded with at most the given chance, once `elapsed` has passed; Infinity where none is known
 * without drawing. Of a t the bound is that of its polar form, P(t > x) <= (1 + x^2 / degrees)^(-degrees / 2) / 2.
 */
export function upperDuration(distribution: DurationDistribution, elapsed: number, chance: number): number {
  switch (distribution.kind) {
    case 'discrete': {
      const left = distribution.outcomes.filter(([duration]) => elapsed <= 0 || duration > elapsed)
      const sorted = left.toSorted(([a], [b]) => b - a)
      let exceeding = sorted.reduce((sum, [, probability]) => sum + probability, 0) * chance
      for (const [duration, probability] of sorted) {
        exceeding -= probability
        if (exceeding < 0) return duration
      }
      return sorted.at(-1)?.[0] ?? elapsed
    }
    case 'triangular':
      return distribution.high
    case 'learned': {
      const { count, mean, squares } = distribution
      const degrees = count - 1
      // At most half is gone before the median: a chance given what has passed is at most twice the chance without.
      if (elapsed > Math.exp(mean)) return Number.POSITIVE_INFINITY
      const tail = elapsed > 0 ? chance / 2 : chance
      const t = tail >= 0.5 ? 0 : Math.sqrt(degrees * ((2 * tail) ** (-2 / degrees) - 1))
      const scale = scaleOf(count, squares)
      return scale === 0 ? Math.exp(mean) : Math.exp(mean + t * scale)
    }
  }
}

/** What is wrong with a stated distribution, or null. */
export function faultOfDurations(distribution: DurationDistribution): string | null {
  switch (distribution.kind) {
    case 'discrete': {
      const { outcomes } = distribution
      if (outcomes.some(([duration, probability]) => !(duration >= 0 && probability >= 0)))
        return 'a duration or probability is not >= 0'
      return outcomes.some(([, probability]) => probability > 0) ? null : 'no outcome has a probability'
    }
    case 'triangular': {
      const { low, mode, high } = distribution
      return 0 <= low && low <= mode && mode <= high ? null : 'it is not 0 <= low <= mode <= high'
    }
    case 'learned':
      return distribution.count > 1 && distribution.squares >= 0 ? null : 'it needs count > 1 and squares >= 0'
  }
}

function scaleOf(count: number, squares: number): number {
  return Math.sqrt((squares / (count - 1)) * (1 + 1 / count))
}
