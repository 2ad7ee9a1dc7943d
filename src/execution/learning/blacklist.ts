/**
 * What failed again and again in the same circumstances is left for last, for a while.
 *
 * The posterior of `ExperienceModel` answers how often something goes well on the whole; it is slow to notice that just now,
 * just here, it does not go at all. A blacklist counts failures of a subject in one context, each weighing half after
 * `halfLife` runs:
 *
 *   strength = sum over the failures since the last success of 2^(-(runs since) / halfLife)
 *
 * From `threshold` on the subject is avoided in that context. Time brings it back, and then one more failure is enough to be
 * avoided again, as with the half-open circuit breaker (Nygard 2007, "Release It!"); a success clears it. To avoid is to try
 * after all others, never to forbid: a plan that exists is still found.
 *
 * Memory: one entry for each subject and context that fails, at most `capacity`; the weakest goes first. Observing and
 * asking take constant time, dropping the weakest linear.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'

export interface BlacklistOptions {
  /** Strength from which a subject is avoided. @default 2 */
  readonly threshold?: number
  /** Runs after which a failure weighs half. @default 5 */
  readonly halfLife?: number
  /** Entries that are kept. @default 10000 */
  readonly capacity?: number
}

/** What was tried, in what circumstances, and how it ended. */
export interface Trial {
  readonly subject: string
  /** @default '' */
  readonly context?: string
  readonly success: boolean
  /** Why it failed; counted for the explanation. */
  readonly reason?: string
}

/** Why something is avoided, or is not. */
export interface Standing {
  readonly subject: string
  readonly context: string
  readonly avoided: boolean
  /** Decayed number of failures since the last success. */
  readonly strength: number
  /** Failures since the last success, by reason; '' for those without one. Most frequent first, ties by name. */
  readonly failures: readonly (readonly [reason: string, count: number])[]
  /** Runs until it is tried again in its turn, if nothing happens meanwhile; 0 when it is not avoided. */
  readonly runsLeft: number
}

/** JSON form of a blacklist. */
export interface BlacklistRecord {
  readonly threshold: number
  readonly halfLife: number
  readonly capacity: number
  readonly run: number
  readonly entries: readonly (readonly [
    subject: string,
    context: string,
    strength: number,
    run: number,
    failures: readonly (readonly [reason: string, count: number])[],
  ])[]
}

interface Entry {
  readonly subject: string
  readonly context: string
  /** As it was in `run`. */
  strength: number
  run: number
  failures: Map<string, number>
}

/** Reasons that are told apart; the rest is counted together. */
const MAX_REASONS = 8
const OTHER = 'other reasons'

export class FailureBlacklist {
  readonly threshold: number
  readonly halfLife: number
  readonly capacity: number
  readonly #entries = new Map<string, Entry>()
  #run = 0

  /** @throws InvalidInputError for numbers out of range, all at once */
  constructor(options: BlacklistOptions = {}) {
    const { threshold = 2, halfLife = 5, capacity = 10_000 } = options
    const issues: Issue[] = []
    const demand = (holds: boolean, name: string, value: number, hint: string): void => {
      if (!holds) issues.push({ code: 'out-of-range', path: [name], message: `${name} is ${value}`, hint })
    }
    demand(threshold > 0 && Number.isFinite(threshold), 'threshold', threshold, 'give a number > 0')
    demand(halfLife > 0 && Number.isFinite(halfLife), 'halfLife', halfLife, 'give a number of runs > 0')
    demand(Number.isInteger(capacity) && capacity >= 1, 'capacity', capacity, 'give a whole number >= 1')
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.threshold = threshold
    this.halfLife = halfLife
    this.capacity = capacity
  }

  /** A run is over: everything held against anybody loses weight. */
  nextRun(): void {
    this.#run++
  }

  observe({ subject, context = '', success, reason = '' }: Trial): void {
    const key = keyOf(subject, context)
    if (success) {
      this.#entries.delete(key)
      return
    }
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      if (this.#entries.size >= this.capacity) this.#dropWeakest()
      entry = { subject, context, strength: 0, run: this.#run, failures: new Map() }
      this.#entries.set(key, entry)
    }
    entry.strength = this.#strength(entry) + 1
    entry.run = this.#run
    const known = entry.failures.has(reason) || entry.failures.size < MAX_REASONS
    const counted = known ? reason : OTHER
    entry.failures.set(counted, (entry.failures.get(counted) ?? 0) + 1)
  }

  avoids(subject: string, context = ''): boolean {
    const entry = this.#entries.get(keyOf(subject, context))
    return entry !== undefined && this.#strength(entry) >= this.threshold
  }

  /** Those that are not avoided, in the given order, then those that are, the weakest case against them first. */
  order<T>(items: readonly T[], describe: (item: T) => { subject: string; context?: string }): T[] {
    const free: T[] = []
    const avoided: { readonly item: T; readonly strength: number }[] = []
    for (const item of items) {
      const { subject, context = '' } = describe(item)
      const entry = this.#entries.get(keyOf(subject, context))
      const strength = entry === undefined ? 0 : this.#strength(entry)
      if (strength >= this.threshold) avoided.push({ item, strength })
      else free.push(item)
    }
    avoided.sort((a, b) => a.strength - b.strength)
    return [...free, ...avoided.map(({ item }) => item)]
  }

  standing(subject: string, context = ''): Standing {
    const entry = this.#entries.get(keyOf(subject, context))
    const strength = entry === undefined ? 0 : this.#strength(entry)
    const avoided = strength >= this.threshold
    const failures = [...(entry?.failures ?? [])].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    const runsLeft = entry !== undefined && avoided ? this.#runsLeft(entry, strength) : 0
    return { subject, context, avoided, strength, failures, runsLeft }
  }

  /** Everything that is avoided now, the strongest case first, ties by name. */
  get avoided(): readonly Standing[] {
    return [...this.#entries.values()]
      .map(({ subject, context }) => this.standing(subject, context))
      .filter(({ avoided }) => avoided)
      .sort((a, b) => b.strength - a.strength || (keyOf(a.subject, a.context) < keyOf(b.subject, b.context) ? -1 : 1))
  }

  /** In words: whether it is avoided, for which failures, and for how long. */
  explain(subject: string, context = ''): string {
    const { avoided, strength, failures, runsLeft } = this.standing(subject, context)
    const where = context === '' ? '' : ` in ${context}`
    const total = failures.reduce((sum, [, count]) => sum + count, 0)
    if (total === 0) return `${subject}${where}: nothing against it`
    const reasons = failures.map(([reason, count]) => `${count} ${reason === '' ? 'without a reason' : reason}`)
    const against = `${total} failure${total === 1 ? '' : 's'} since its last success (${reasons.join(', ')})`
    const weight = `which weigh ${round(strength)} of ${round(this.threshold)}`
    const verdict = avoided
      ? `tried after all others, for ${runsLeft} more run${runsLeft === 1 ? '' : 's'}`
      : 'tried in its turn'
    return `${subject}${where}: ${against}, ${weight}; ${verdict}`
  }

  /** Forgets what is held against one subject, or against all. */
  reset(subject?: string): void {
    if (subject === undefined) this.#entries.clear()
    else for (const [key, entry] of [...this.#entries]) if (entry.subject === subject) this.#entries.delete(key)
  }

  toJSON(): BlacklistRecord {
    const { threshold, halfLife, capacity } = this
    const entries = [...this.#entries.values()].map(
      ({ subject, context, strength, run, failures }) => [subject, context, strength, run, [...failures]] as const,
    )
    return { threshold, halfLife, capacity, run: this.#run, entries }
  }

  static fromJSON({ threshold, halfLife, capacity, run, entries }: BlacklistRecord): FailureBlacklist {
    const blacklist = new FailureBlacklist({ threshold, halfLife, capacity })
    blacklist.#run = run
    for (const [subject, context, strength, since, failures] of entries)
      blacklist.#entries.set(keyOf(subject, context), {
        subject,
        context,
        strength,
        run: since,
        failures: new Map(failures),
      })
    return blacklist
  }

  /** @param at the run to weigh in @default now */
  #strength({ strength, run }: Entry, at = this.#run): number {
    return strength * 2 ** ((run - at) / this.halfLife)
  }

  /** The first whole number of runs that brings the strength below the threshold, as `avoids` will judge it then. */
  #runsLeft(entry: Entry, strength: number): number {
    let runs = Math.max(1, Math.floor(this.halfLife * Math.log2(strength / this.threshold)))
    // The logarithm is off by a rounding where the strength meets the threshold after a whole number of runs.
    while (this.#strength(entry, this.#run + runs) >= this.threshold) runs++
    return runs
  }

  #dropWeakest(): void {
    let weakest: string | null = null
    let least = Number.POSITIVE_INFINITY
    for (const [key, entry] of this.#entries) {
      const strength = this.#strength(entry)
      if (strength >= least) continue
      least = strength
      weakest = key
    }
    if (weakest !== null) this.#entries.delete(weakest)
  }
}

function keyOf(subject: string, context: string): string {
  return `${subject.length}:${subject}${context}`
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}
