/**
 * The Shapley value by sampling: the mean marginal contribution over random orders of the players (Castro, Gomez and Tejada 2009).
 *
 * With m orders the estimate of each player is a mean of m independent marginal contributions. Intervals hold for all players at once
 * with probability `confidence` (union bound, delta = 1 - confidence):
 *   hoeffding  half-width = width sqrt(log(2 n / delta) / (2 m)); a theorem, needs bounds on every marginal contribution
 *   normal     half-width = z s_i / sqrt(m), z the normal quantile at 1 - delta / (2 n); holds in the limit of many orders
 */
import { InvalidInputError, type Issue, type Limit, Run, type RunOptions } from '../contract/index.ts'
import { RandomStream } from '../numeric/index.ts'

const ORDERS_BETWEEN_STOPS = 64

export interface SampledShapleyOptions extends RunOptions {
  /** Random orders. @default 10000 */
  readonly orders?: number
  /** Probability that all intervals cover the truth. @default 0.95 */
  readonly confidence?: number
  /** Least and most that any player can add to any coalition; gives intervals that are a theorem. */
  readonly marginalBounds?: readonly [number, number]
}

export interface SampledShapley {
  /** `feasible` always: an estimate. The limit is `iterations` when all orders were drawn. */
  readonly status: 'feasible'
  readonly limit: Limit
  readonly value: Float64Array
  /** Half-width of the interval of each player. */
  readonly halfWidth: Float64Array
  readonly confidence: number
  readonly interval: 'hoeffding' | 'normal'
  readonly orders: number
}

/**
 * @param players any number of players
 * @param value worth of the coalition of the players flagged 1; must not keep or change the array
 */
export function sampleShapley(
  players: number,
  value: (coalition: Uint8Array) => number,
  options: SampledShapleyOptions = {},
): SampledShapley {
  const orders = options.orders ?? 10_000
  const confidence = options.confidence ?? 0.95
  const bounds = options.marginalBounds
  const run = new Run('shapley', options)
  validate(players, orders, confidence, bounds)
  const random = new RandomStream(run.seed)
  const order = Int32Array.from({ length: players }, (_, i) => i)
  const coalition = new Uint8Array(players)
  const mean = new Float64Array(players)
  const squares = new Float64Array(players)
  let drawn = 0
  let limit: Limit | null = null
  while (drawn < orders) {
    if (drawn > 1 && drawn % ORDERS_BETWEEN_STOPS === 0) {
      limit = run.limit
      if (limit !== null) break
    }
    random.shuffle(order)
    coalition.fill(0)
    drawn++
    let before = 0
    for (let k = 0; k < players; k++) {
      const i = order[k] as number
      coalition[i] = 1
      const after = value(coalition)
      // Welford's update keeps mean and variance without cancellation.
      const distance = after - before - (mean[i] as number)
      mean[i] = (mean[i] as number) + distance / drawn
      squares[i] = (squares[i] as number) + distance * (after - before - (mean[i] as number))
      before = after
    }
  }
  const tail = (1 - confidence) / (2 * players)
  const halfWidth = new Float64Array(players)
  if (bounds !== undefined) {
    halfWidth.fill((bounds[1] - bounds[0]) * Math.sqrt(-Math.log(tail) / (2 * drawn)))
  } else {
    const quantile = normalQuantile(1 - tail)
    for (let i = 0; i < players; i++) {
      halfWidth[i] = quantile * Math.sqrt((squares[i] as number) / ((drawn - 1) * drawn))
    }
  }
  return {
    status: 'feasible',
    limit: limit ?? 'iterations',
    value: mean,
    halfWidth,
    confidence,
    interval: bounds === undefined ? 'normal' : 'hoeffding',
    orders: drawn,
  }
}

/** z with P(Z <= z) = probability > 1/2, by bisection on the complementary error function's continued fraction. */
function normalQuantile(probability: number): number {
  let low = 0
  let high = 40
  for (let k = 0; k < 80; k++) {
    const middle = (low + high) / 2
    if (upperTail(middle) > 1 - probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(Z > z) for z >= 0: series below 3, continued fraction above (Abramowitz and Stegun 26.2.11, 26.2.14). */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let k = 3; k < 200; k += 2) {
      term *= (z * z) / k
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction
  return density / fraction
}

function validate(
  players: number,
  orders: number,
  confidence: number,
  bounds: readonly [number, number] | undefined,
): void {
  const issues: Issue[] = []
  const fault = (name: string, given: unknown, hint: string) =>
    issues.push({ code: 'out-of-range', path: [name], message: `${name} is ${String(given)}`, hint })
  if (!Number.isInteger(players) || players < 1) fault('players', players, 'give a whole number >= 1')
  if (!Number.isInteger(orders) || orders < 2) fault('orders', orders, 'give a whole number >= 2')
  if (!(confidence > 0 && confidence < 1)) fault('confidence', confidence, 'give a probability between 0 and 1')
  if (bounds !== undefined && !(bounds[0] <= bounds[1]))
    fault('marginalBounds', bounds, 'give the least and the most that a player can add')
  if (issues.length > 0) throw new InvalidInputError(issues)
}
