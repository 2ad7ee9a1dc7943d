/**
 * What acting has taught: for each subject (an action, a method) in each context, a Beta posterior of success and discounted
 * means of cost and duration.
 *
 * Beta(a, b) begins at Beta(1, 1), the uniform prior (Laplace's rule of succession: after s successes in n trials the
 * chance is (s + 1) / (n + 2)). Before each new observation what came earlier of the same kind is weighted by `retention`:
 *
 *   a <- 1 + r (a - 1) + [success],   b <- 1 + r (b - 1) + [failure]
 *
 * so that at most 1 / (1 - r) observations count and a regime that changed is forgotten at a geometric rate (discounted
 * Thompson sampling and discounted UCB use the same weights: Garivier and Moulines 2011; Raj and Kalyani 2017). With r = 1
 * nothing is forgotten.
 *
 * Of the durations of successes the logarithms are kept in the same way, with their spread: they give the predictive
 * distribution of the next one. Durations of 0 have no logarithm and do not count there.
 *
 * The cost until the action succeeds, repeated and paid every time, is geometric: cost / P(success).
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import { type LearnedDuration, type LogSpread, takeIn } from '../lateness/durations.ts'

/** One thing that was tried. */
export interface Experience {
  /** Name of the action or method. */
  readonly subject: string
  /** In what circumstances; '' when they do not matter. @default '' */
  readonly context?: string
  readonly success: boolean
  /** Why it failed; a blacklist counts failures by it. */
  readonly reason?: string
  /** What it cost, failed or not; left out when unknown. */
  readonly cost?: number
  /** How long it took; left out when unknown. */
  readonly duration?: number
}

export interface ExperienceOptions {
  /** Weight of what was known before, at each new observation; in (0, 1]. @default 1 */
  readonly retention?: number
}

/** A discounted mean of numbers. */
interface Mean {
  weight: number
  sum: number
}

interface Posterior {
  /** Discounted successes and failures, without the prior. */
  successes: number
  failures: number
  readonly cost: Mean
  readonly duration: Mean
  /** Of the logarithms of the durations of successes. */
  readonly spread: LogSpread
}

/** What is believed about a subject in a context. */
export interface Estimate {
  /** Beta parameters, prior included. */
  readonly alpha: number
  readonly beta: number
  /** Mean of the posterior: alpha / (alpha + beta). */
  readonly success: number
  /** Mean cost and duration of one trial; null when none was observed. */
  readonly cost: number | null
  readonly duration: number | null
  /** Where it comes from: this context, all contexts together, or the prior alone. */
  readonly source: 'context' | 'all contexts' | 'prior'
  /** Discounted number of observations behind it. */
  readonly weight: number
}

const SEPARATOR = '\u0000'

/** JSON form of everything learned. */
export interface ExperienceRecord {
  readonly retention: number
  readonly posteriors: readonly (readonly [
    subject: string,
    context: string,
    successes: number,
    failures: number,
    cost: readonly [weight: number, sum: number],
    duration: readonly [weight: number, sum: number],
    /** Left out in records from before, and when no success had a duration. */
    spread?: readonly [count: number, mean: number, squares: number],
  ])[]
}

/** Learned statistics. Observing and asking take constant time. */
export class ExperienceModel {
  readonly retention: number
  readonly #posteriors = new Map<string, Posterior>()

  /** @throws InvalidInputError when the retention is not in (0, 1] */
  constructor(options: ExperienceOptions = {}) {
    const retention = options.retention ?? 1
    if (!(retention > 0 && retention <= 1)) {
      const issue: Issue = {
        code: 'out-of-range',
        path: ['retention'],
        message: `the retention ${retention} is not in (0, 1]`,
        hint: 'give 1 to forget nothing, 0.95 to let about 20 observations count',
      }
      throw new InvalidInputError([issue])
    }
    this.retention = retention
  }

  /** Takes in what happened: for its context, and for the subject in all contexts. */
  observe({ subject, context = '', success, cost, duration }: Experience): void {
    const keys = context === '' ? [''] : ['', context]
    for (const each of keys) {
      const posterior = this.#posterior(subject, each)
      posterior.successes = this.retention * posterior.successes + (success ? 1 : 0)
      posterior.failures = this.retention * posterior.failures + (success ? 0 : 1)
      if (cost !== undefined) this.#weigh(posterior.cost, cost)
      if (duration !== undefined) this.#weigh(posterior.duration, duration)
      if (success && duration !== undefined && duration > 0)
        takeIn(posterior.spread, Math.log(duration), this.retention)
    }
  }

  /** What is believed: from this context when it was met, from all contexts otherwise, from the prior at last. */
  estimate(subject: string, context = ''): Estimate {
    const inContext = context === '' ? undefined : this.#posteriors.get(subject + SEPARATOR + context)
    const overall = this.#posteriors.get(subject + SEPARATOR)
    const found = inContext ?? overall
    const alpha = 1 + (found?.successes ?? 0)
    const beta = 1 + (found?.failures ?? 0)
    return {
      alpha,
      beta,
      success: alpha / (alpha + beta),
      cost: mean(found?.cost) ?? mean(overall?.cost),
      duration: mean(found?.duration) ?? mean(overall?.duration),
      source: inContext !== undefined ? 'context' : overall !== undefined ? 'all contexts' : 'prior',
      weight: alpha + beta - 2,
    }
  }

  /**
   * The predictive distribution of the next duration: from this context when two successes were timed there, from all
   * contexts when two were timed there; null otherwise, since one alone says nothing about the spread.
   */
  nextDuration(subject: string, context = ''): LearnedDuration | null {
    for (const where of context === '' ? [''] : [context, '']) {
      const spread = this.#posteriors.get(subject + SEPARATOR + where)?.spread
      // Discounted counts may stay below 2 for ever; what is needed is some freedom.
      if (spread !== undefined && spread.count > 1)
        return { kind: 'learned', subject: subject + SEPARATOR + where, ...spread }
    }
    return null
  }

  /**
   * Expected cost until it succeeds, each trial paid: cost of a trial / chance of success.
   * @param nominalCost cost of a trial while none was observed
   */
  expectedCost(subject: string, nominalCost: number, context = ''): number {
    const { cost, success } = this.estimate(subject, context)
    return (cost ?? nominalCost) / success
  }

  /** The subjects, cheapest expected cost first; ties in the given order. */
  rank<T>(items: readonly T[], describe: (item: T) => { subject: string; nominalCost: number; context?: string }): T[] {
    const costs = new Map(
      items.map((item) => {
        const { subject, nominalCost, context } = describe(item)
        return [item, this.expectedCost(subject, nominalCost, context)] as const
      }),
    )
    return [...items].sort((a, b) => (costs.get(a) as number) - (costs.get(b) as number))
  }

  /** In words: the belief, the numbers behind it and where they come from. */
  explain(subject: string, nominalCost: number, context = ''): string {
    const { alpha, beta, success, cost, source, weight } = this.estimate(subject, context)
    const each = cost ?? nominalCost
    const where = context === '' ? '' : ` in ${context}`
    const basis =
      source === 'prior'
        ? 'never tried'
        : `${round(alpha - 1)} successes and ${round(beta - 1)} failures${source === 'context' || context === '' ? '' : ' elsewhere'}${
            this.retention < 1 ? `, the latest ${round(weight)} counted` : ''
          }`
    return `${subject}${where}: ${basis}; succeeds with chance ${round(success)}; costs ${round(each)} a trial${
      cost === null ? ' (as stated)' : ''
    }, ${round(each / success)} until it succeeds`
  }

  /** Forgets one subject, or everything. */
  reset(subject?: string): void {
    if (subject === undefined) this.#posteriors.clear()
    else
      for (const key of [...this.#posteriors.keys()])
        if (key.slice(0, key.indexOf(SEPARATOR)) === subject) this.#posteriors.delete(key)
  }

  toJSON(): ExperienceRecord {
    const posteriors = [...this.#posteriors].map(([key, { successes, failures, cost, duration, spread }]) => {
      const cut = key.indexOf(SEPARATOR)
      const means = [[cost.weight, cost.sum] as const, [duration.weight, duration.sum] as const] as const
      const head = [key.slice(0, cut), key.slice(cut + 1), successes, failures, ...means] as const
      return spread.count === 0 ? head : ([...head, [spread.count, spread.mean, spread.squares] as const] as const)
    })
    return { retention: this.retention, posteriors }
  }

  static fromJSON({ retention, posteriors }: ExperienceRecord): ExperienceModel {
    const model = new ExperienceModel({ retention })
    for (const [
      subject,
      context,
      successes,
      failures,
      cost,
      duration,
      [count, mean, squares] = [0, 0, 0],
    ] of posteriors)
      Object.assign(model.#posterior(subject, context), {
        successes,
        failures,
        cost: { weight: cost[0], sum: cost[1] },
        duration: { weight: duration[0], sum: duration[1] },
        spread: { count, mean, squares },
      })
    return model
  }

  #posterior(subject: string, context: string): Posterior {
    const key = subject + SEPARATOR + context
    let posterior = this.#posteriors.get(key)
    if (posterior === undefined) {
      posterior = {
        successes: 0,
        failures: 0,
        cost: { weight: 0, sum: 0 },
        duration: { weight: 0, sum: 0 },
        spread: { count: 0, mean: 0, squares: 0 },
      }
      this.#posteriors.set(key, posterior)
    }
    return posterior
  }

  #weigh(mean: Mean, value: number): void {
    mean.weight = this.retention * mean.weight + 1
    mean.sum = this.retention * mean.sum + value
  }
}

function mean(values: Mean | undefined): number | null {
  return values === undefined || values.weight === 0 ? null : values.sum / values.weight
}

function round(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
