/**
 * When resources are not there, and how long work takes that pauses meanwhile. Intervals are half-open. Work that may pause
 * stands still while a resource it holds is closed altogether, and holds nothing then; it starts and ends in open time.
 */
import type { Mode } from './project.ts'
import type { Resource } from './resource.ts'

export type Interval = readonly [from: number, to: number]

/** The times at which some resource that the mode holds is closed altogether, joined and in order. */
export function breaksOf(mode: Mode, resources: readonly Resource[]): Interval[] {
  const held = new Set(mode.requires.filter((need) => need.amount > 0).map((need) => need.resource))
  const all = resources
    .filter((resource) => resource.type === 'reusable' && held.has(resource.id))
    .flatMap((resource) => (resource.closures ?? []).filter(({ amount }) => amount === null))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
  const joined: [number, number][] = []
  for (const { from, to } of all) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}

/**
 * When work of the given length ends that starts at an instant and pauses in the breaks; null when it starts in a break. What
 * takes no time holds nothing and may happen in a break too.
 */
export function workingEnd(start: number, duration: number, breaks: readonly Interval[]): number | null {
  if (duration <= SAME) return start
  let now = start
  let left = duration
  for (const [from, to] of breaks) {
    if (to <= now + SAME) continue
    if (from <= now + SAME && left > SAME) return now === start ? null : now
    if (now + left <= from + SAME) break
    left -= from - now
    now = to
  }
  return now + left
}

/** The breaks inside [start, end): when the work stands still. */
export function pausesIn(start: number, end: number, breaks: readonly Interval[]): Interval[] {
  return breaks.filter(([from, to]) => from > start - SAME && to < end + SAME && from < end - SAME)
}

const SAME = 1e-9
