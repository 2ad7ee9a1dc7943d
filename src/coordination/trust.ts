/**
 * Trust as a Beta posterior of kept promises: with k kept and b broken after the prior Beta(alpha, beta), the reliability of an
 * agent has the distribution Beta(alpha + k, beta + b), mean (alpha + k) / (alpha + beta + k + b).
 *
 * Into bids it enters as the expected loss of an award: bid + (1 - trust) x loss, with the loss of a broken promise net of its penalty.
 *
 * Source: Josang and Ismail (2002), The beta reputation system.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'

export interface Trust {
  readonly kept: number
  readonly broken: number
  /** Expected reliability. */
  readonly mean: number
  readonly variance: number
}

export interface TrustOptions {
  /** Parameters of the prior, > 0. @default [1, 1], the uniform one */
  readonly prior?: readonly [number, number]
  /** Weight that earlier records keep when a new one comes, in (0, 1]. @default 1 */
  readonly memory?: number
}

export class TrustRecord {
  readonly #prior: readonly [number, number]
  readonly #memory: number
  readonly #counts = new Map<string, { kept: number; broken: number }>()

  /** @throws InvalidInputError unless the prior is positive and the memory in (0, 1] */
  constructor(options: TrustOptions = {}) {
    this.#prior = options.prior ?? [1, 1]
    this.#memory = options.memory ?? 1
    const [alpha, beta] = this.#prior
    if (alpha > 0 && beta > 0 && this.#memory > 0 && this.#memory <= 1) return
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['prior'],
        message: `a prior of Beta(${alpha}, ${beta}) with memory ${this.#memory}`,
        hint: 'give parameters > 0 and a memory above 0 and at most 1',
      },
    ])
  }

  record(agent: string, kept: boolean): void {
    const before = this.#counts.get(agent) ?? { kept: 0, broken: 0 }
    this.#counts.set(agent, {
      kept: before.kept * this.#memory + (kept ? 1 : 0),
      broken: before.broken * this.#memory + (kept ? 0 : 1),
    })
  }

  of(agent: string): Trust {
    const { kept, broken } = this.#counts.get(agent) ?? { kept: 0, broken: 0 }
    const alpha = this.#prior[0] + kept
    const beta = this.#prior[1] + broken
    const total = alpha + beta
    return { kept, broken, mean: alpha / total, variance: (alpha * beta) / (total * total * (total + 1)) }
  }

  /** What the reliability exceeds with the given probability: a cautious figure for an agent of which little is known. */
  exceeded(agent: string, probability: number): number {
    const { kept, broken } = this.of(agent)
    const alpha = this.#prior[0] + kept
    const beta = this.#prior[1] + broken
    let low = 0
    let high = 1
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2
      if (betaDistribution(middle, alpha, beta) < 1 - probability) low = middle
      else high = middle
    }
    return (low + high) / 2
  }

  /**
   * What an award to an agent is expected to cost: the bid and, should it break its word, the loss.
   * @param loss cost of a broken promise net of the penalty received
   */
  expectedCost(agent: string, bid: number, loss: number): number {
    return bid + (1 - this.of(agent).mean) * loss
  }
}

/** P(X <= x) of Beta(alpha, beta), by the continued fraction of Abramowitz and Stegun 26.5.8. */
export function betaDistribution(x: number, alpha: number, beta: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(
    logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta) + alpha * Math.log(x) + beta * Math.log1p(-x),
  )
  return x < (alpha + 1) / (alpha + beta + 2)
    ? (front * betaFraction(x, alpha, beta)) / alpha
    : 1 - (front * betaFraction(1 - x, beta, alpha)) / beta
}

/** Evaluated from the tail: converges for x < (alpha + 1) / (alpha + beta + 2). */
function betaFraction(x: number, alpha: number, beta: number): number {
  let value = 1
  for (let m = 200; m >= 1; m--) {
    const even = (m * (beta - m) * x) / ((alpha + 2 * m - 1) * (alpha + 2 * m))
    const k = m - 1
    const odd = (-(alpha + k) * (alpha + beta + k) * x) / ((alpha + 2 * k) * (alpha + 2 * k + 1))
    value = 1 + odd / (1 + even / value)
  }
  return 1 / value
}

/** log Gamma by Stirling's series after raising the argument to 10. */
function logGamma(z: number): number {
  let shift = 0
  let x = z
  while (x < 10) {
    shift -= Math.log(x)
    x++
  }
  const inverse = 1 / (x * x)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}
