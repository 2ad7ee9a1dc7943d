/**
 * The chance that a plan ends after its deadline, or a step after its own, by simulation of its precedence network
 * (Monte Carlo for networks: van Slyke 1963).
 *
 * A step begins when all before it have ended; how long it takes is drawn. Every step draws from a stream of its own, named
 * after what it is and not where it stands, so that two plans, and one plan at two moments, are compared on the same
 * numbers. What is estimated comes with its Wilson interval (1927) at 95 %.
 *
 * When every duration at once, each at a bound it exceeds with chance p / steps, still fits the deadlines, the chance of
 * being late is at most p by the union bound, and nothing is drawn. O(steps + orders) then, else that times samples.
 */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type DurationDistribution, drawDuration, type LogSpread, upperDuration } from './durations.ts'

/** A step that has not ended, after those that it waits for. */
export interface OpenActivity {
  readonly id: number
  /** Names the numbers it draws. */
  readonly key: string
  /** Places in the list of what has to end before. */
  readonly after: readonly number[]
  /** Earliest start. */
  readonly release: number
  /** When it began; null when it has not. */
  readonly begun: number | null
  /** Duration, or the end itself where a running step has announced it. */
  readonly takes: DurationDistribution | { readonly kind: 'certain'; readonly duration: number }
  /** Own deadline; Infinity for none. */
  readonly until: number
}

export interface LatenessChance {
  /** Id of the step whose own deadline it is; null for the deadline of the plan. */
  readonly step: number | null
  readonly deadline: number
  readonly chance: number
  /** Wilson interval at 95 %. */
  readonly low: number
  readonly high: number
  /** Of the plan's deadline: a finish by certain durations that leaves so much time that the chance is alpha. */
  readonly target: number | null
}

export interface ChanceOptions {
  readonly now: number
  /** Deadline of the plan; Infinity for none. */
  readonly deadline: number
  /** Finish that certain durations give. */
  readonly projected: number
  readonly alpha: number
  readonly samples: number
  readonly seed: number
}

/** Whether every chance is at most `level`, as far as can be said without drawing. */
export function surelyOnTime(activities: readonly OpenActivity[], options: ChanceOptions, level: number): boolean {
  const { now, deadline } = options
  const uncertain = activities.filter(({ takes }) => takes.kind !== 'certain').length
  const share = uncertain === 0 ? 0 : level / uncertain
  const ends = new Float64Array(activities.length)
  for (const [place, activity] of activities.entries()) {
    const { takes, begun, until } = activity
    const elapsed = begun === null ? 0 : now - begun
    const duration = takes.kind === 'certain' ? takes.duration : upperDuration(takes, elapsed, share)
    const end = endOf(activity, duration, ends, now)
    if (end > Math.min(deadline, until) + 1e-9) return false
    ends[place] = end
  }
  return true
}

/** The chance of being late for each deadline, the greatest first. */
export function chancesOfLateness(activities: readonly OpenActivity[], options: ChanceOptions): LatenessChance[] {
  const { now, deadline, samples, seed } = options
  const streams = activities.map(({ key }) => new RandomStream(seedOf(seed, key)))
  const subjects = new Map<string, { readonly known: LogSpread; readonly start: Readonly<LogSpread> }>()
  const spreads = activities.map(({ takes }) => {
    if (takes.kind !== 'learned') return null
    const { subject, count, mean, squares } = takes
    const entry = subjects.get(subject) ?? { known: { count, mean, squares }, start: { count, mean, squares } }
    subjects.set(subject, entry)
    return entry.known
  })
  // What runs already is drawn first: that it has lasted so long tells about what is learned of the others.
  const drawn = activities.map((_, place) => place)
  drawn.sort((a, b) => Number(activities[a]?.begun === null) - Number(activities[b]?.begun === null) || a - b)
  const durations = new Float64Array(activities.length)
  const ends = new Float64Array(activities.length)
  const late = new Int32Array(activities.length)
  const finishes = new Float64Array(samples)
  for (let sample = 0; sample < samples; sample++) {
    for (const { known, start } of subjects.values()) Object.assign(known, start)
    for (const place of drawn) {
      const { takes, begun } = activities[place] as OpenActivity
      const elapsed = begun === null ? 0 : now - begun
      durations[place] =
        takes.kind === 'certain'
          ? takes.duration
          : drawDuration(takes, elapsed, streams[place] as RandomStream, spreads[place] ?? null)
    }
    let finish = now
    for (let place = 0; place < activities.length; place++) {
      const activity = activities[place] as OpenActivity
      const end = endOf(activity, durations[place] as number, ends, now)
      ends[place] = end
      if (end > finish) finish = end
      if (end > activity.until + 1e-9) late[place] = (late[place] as number) + 1
    }
    finishes[sample] = finish
  }
  const chances: LatenessChance[] = []
  if (deadline !== Number.POSITIVE_INFINITY) {
    const count = finishes.reduce((sum, finish) => sum + Number(finish > deadline + 1e-9), 0)
    finishes.sort()
    const allowed = Math.floor(options.alpha * samples)
    const reserve = (finishes[samples - 1 - Math.min(allowed, samples - 1)] as number) - options.projected
    const target = Math.max(now, deadline - Math.max(0, reserve))
    chances.push({ step: null, deadline, ...wilson(count, samples), target })
  }
  for (const [place, { id, until }] of activities.entries()) {
    if (until === Number.POSITIVE_INFINITY) continue
    chances.push({ step: id, deadline: until, ...wilson(late[place] as number, samples), target: null })
  }
  return chances.sort((a, b) => b.chance - a.chance)
}

function endOf({ after, release, begun }: OpenActivity, duration: number, ends: Float64Array, now: number): number {
  if (begun !== null) return Math.max(now, begun + duration)
  let start = Math.max(now, release)
  for (const place of after) start = Math.max(start, ends[place] as number)
  return start + duration
}

/** Quantile of the normal distribution for an interval at 95 %. */
const Z = 1.959963984540054

/** Share of successes with its Wilson interval at 95 %. */
export function wilson(count: number, samples: number): { chance: number; low: number; high: number } {
  const chance = count / samples
  const square = (Z * Z) / samples
  const middle = (chance + square / 2) / (1 + square)
  const half = (Z / (1 + square)) * Math.sqrt((chance * (1 - chance)) / samples + square / (4 * samples))
  // The ends are exact where rounding would leave them a little inside.
  return {
    chance,
    low: count === 0 ? 0 : Math.max(0, middle - half),
    high: count === samples ? 1 : Math.min(1, middle + half),
  }
}

/** FNV-1a (Fowler, Noll and Vo), 32 bits. */
function seedOf(seed: number, key: string): number {
  let hash = 0x811c9dc5
  for (const letter of `${seed} ${key}`) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193)
  return hash >>> 0
}
