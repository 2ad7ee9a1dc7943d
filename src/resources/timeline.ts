/**
 * The exact course of one resource: a piecewise-linear level with jumps, every change attributed to a step or a supply.
 *
 * Changes at one instant act together, so that what a step gives back serves the step that starts at that instant. With
 * `spill` a stock stays at its capacity while it would overflow and the loss is counted. O(n log n) in the changes.
 */
import type { Resource } from '../domain/resource.ts'
import type { ResourceStep } from './steps.ts'

/** What comes from outside the plan: a delivery at an instant, or a steady rate over an interval (negative: a drain). */
export type Supply =
  | { readonly resource: string; readonly id: string; readonly at: number; readonly amount: number }
  | {
      readonly resource: string
      readonly id: string
      readonly from: number
      readonly to: number
      /** Amount per unit of time. */
      readonly rate: number
    }

export interface Change {
  /** Id of the step or supply. */
  readonly cause: string
  /** Jump at the instant. */
  readonly amount: number
  /** Change of the slope at the instant. */
  readonly rate: number
}

/** The level just before and just after an instant, and its slope from there on. */
export interface TimelinePoint {
  readonly time: number
  readonly before: number
  readonly after: number
  readonly slope: number
  readonly changes: readonly Change[]
}

export interface ResourceTimeline {
  readonly resource: string
  /** Level before the first change: the free amount of a reusable resource, the stock of the others. */
  readonly initial: number
  /** By rising time. */
  readonly points: readonly TimelinePoint[]
  /** Amount lost to overflow. */
  readonly spilled: number
}

export interface TimelineOptions {
  readonly supplies?: readonly Supply[]
  /** What happens above the capacity of a stock. @default 'violation' */
  readonly overflow?: 'violation' | 'spill'
}

interface Effect {
  readonly time: number
  readonly cause: string
  readonly amount: number
  readonly rate: number
}

/** The course of the resource under the steps. */
export function computeTimeline(
  resource: Resource,
  steps: readonly ResourceStep[],
  options: TimelineOptions = {},
): ResourceTimeline {
  const effects = [
    ...stepEffects(resource, steps),
    ...supplyEffects(resource, options.supplies ?? []),
    ...closureEffects(resource),
  ]
  effects.sort((a, b) => a.time - b.time)
  const ceiling = options.overflow === 'spill' && resource.type !== 'reusable' ? resource.capacity : null
  const initial = resource.type === 'reusable' ? (resource.capacity ?? resource.initial) : resource.initial
  const points: TimelinePoint[] = []
  let level = initial
  let slope = 0
  let spilled = 0
  let now = effects[0]?.time ?? 0
  for (let k = 0; k < effects.length; ) {
    const { time } = effects[k]!
    const arrived = level + slope * (time - now)
    if (ceiling !== null && arrived > ceiling && slope > 0) {
      const full = now + (ceiling - level) / slope
      if (full > now && full < time) points.push({ time: full, before: ceiling, after: ceiling, slope: 0, changes: [] })
      spilled += arrived - ceiling
    }
    const before = ceiling === null ? arrived : Math.min(arrived, Math.max(ceiling, level))
    let after = before
    const changes: Change[] = []
    for (; k < effects.length && effects[k]!.time === time; k++) {
      const { cause, amount, rate } = effects[k]!
      after += amount
      slope += rate
      changes.push({ cause, amount, rate })
    }
    if (ceiling !== null && after > ceiling) {
      spilled += after - ceiling
      after = ceiling
    }
    // Rates that end leave rounding behind; a slope this small is none.
    if (Math.abs(slope) < 1e-12) slope = 0
    const held = ceiling !== null && after >= ceiling && slope > 0
    points.push({ time, before, after, slope: held ? 0 : slope, changes })
    level = after
    now = time
  }
  return { resource: resource.id, initial, points, spilled }
}

/** Level at an instant, what happens at that instant included. */
export function levelAt(timeline: ResourceTimeline, time: number): number {
  let level = timeline.initial
  let slope = 0
  let now = Number.NEGATIVE_INFINITY
  for (const point of timeline.points) {
    if (point.time > time) break
    level = point.after
    slope = point.slope
    now = point.time
  }
  return slope === 0 ? level : level + slope * (time - now)
}

function stepEffects(resource: Resource, steps: readonly ResourceStep[]): Effect[] {
  const effects: Effect[] = []
  const apply = (step: ResourceStep, amount: number, when: 'start' | 'end' | 'duration'): void => {
    const length = step.end - step.start
    if (when !== 'duration' || length === 0) {
      effects.push({ time: when === 'end' ? step.end : step.start, cause: step.id, amount, rate: 0 })
      return
    }
    effects.push({ time: step.start, cause: step.id, amount: 0, rate: amount / length })
    effects.push({ time: step.end, cause: step.id, amount: 0, rate: -amount / length })
  }
  for (const step of steps) {
    for (const { resource: id, amount, when } of step.requires) {
      if (id !== resource.id) continue
      if (resource.type !== 'reusable') apply(step, -amount, when)
      else if (when === 'duration' && step.end > step.start) {
        const cause = step.id
        effects.push({ time: step.start, cause, amount: -amount, rate: 0 })
        for (const [from, to] of step.pauses ?? []) {
          effects.push({ time: from, cause, amount, rate: 0 }, { time: to, cause, amount: -amount, rate: 0 })
        }
        effects.push({ time: step.end, cause, amount, rate: 0 })
      }
    }
    if (resource.type === 'reusable') continue
    for (const { resource: id, amount, when } of step.produces) if (id === resource.id) apply(step, amount, when)
  }
  return effects
}

function supplyEffects(resource: Resource, supplies: readonly Supply[]): Effect[] {
  return supplies
    .filter((supply) => supply.resource === resource.id)
    .flatMap((supply): Effect[] => {
      if ('at' in supply) return [{ time: supply.at, cause: supply.id, amount: supply.amount, rate: 0 }]
      return [
        { time: supply.from, cause: supply.id, amount: 0, rate: supply.rate },
        { time: supply.to, cause: supply.id, amount: 0, rate: -supply.rate },
      ]
    })
}

/** What is closed is neither free nor in use; overlapping closures never take more than there is. */
function closureEffects(resource: Resource): Effect[] {
  const { closures = [] } = resource
  const capacity = resource.capacity ?? resource.initial
  if (resource.type !== 'reusable' || closures.length === 0) return []
  const gone = (time: number): number =>
    Math.min(
      capacity,
      closures.reduce((sum, { from, to, amount }) => (from <= time && time < to ? sum + (amount ?? capacity) : sum), 0),
    )
  const times = [...new Set(closures.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  let before = 0
  return times.map((time) => {
    const now = gone(time)
    const effect = { time, cause: 'closed', amount: before - now, rate: 0 }
    before = now
    return effect
  })
}
