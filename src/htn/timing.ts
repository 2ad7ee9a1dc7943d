/**
 * Start and end of the steps of a plan: each as early as its predecessors, the state it reads and writes and the reusable
 * resources allow, taken in the order of the plan (serial schedule generation, Kelley 1963). The result is feasible, not
 * necessarily shortest.
 *
 * The ordering of the result is the hierarchy's together with that of the steps that wait for each other.
 *
 * A step waits for every earlier step that writes what it reads or writes, or reads what it writes: then the state goes
 * through the same values as in the sequence. Stocks are state. Time O(n^2).
 */
import { BitRelation } from '../causal/order.ts'
import type { Plan } from '../domain/plan.ts'

/** What a step does beside taking time. */
export interface Footprint {
  readonly duration: number
  readonly reads: ReadonlySet<string>
  readonly writes: ReadonlySet<string>
  /** Reusable amounts held, by resource. */
  readonly holds: ReadonlyMap<string, number>
}

/** @param footprints by step, in the order of the plan */
export function withTimes(plan: Plan, footprints: readonly Footprint[], capacities: ReadonlyMap<string, number>): Plan {
  const place = new Map(plan.steps.map((step, index) => [step.id, index]))
  const earlier: number[][] = plan.steps.map(() => [])
  for (const [first, second] of plan.ordering) earlier[place.get(second) as number]?.push(place.get(first) as number)
  footprints.forEach((own, index) => {
    const waits = earlier[index] as number[]
    for (let before = 0; before < index; before++)
      if (!waits.includes(before) && interferes(footprints[before] as Footprint, own)) waits.push(before)
  })
  const starts: number[] = []
  const ends: number[] = []
  footprints.forEach((own, index) => {
    let start = 0
    for (const before of earlier[index] as number[]) start = Math.max(start, ends[before] as number)
    // Only where something ends can there be more room.
    const moments = [start, ...ends.filter((end) => end > start)].toSorted((a, b) => a - b)
    start = moments.find((moment) => fits(moment, own, footprints, starts, ends, capacities)) ?? start
    starts.push(start)
    ends.push(start + own.duration)
  })
  const steps = plan.steps.map((step, index) => ({
    ...step,
    start: starts[index] as number,
    end: ends[index] as number,
  }))
  const ordering = reduced(earlier).map(([first, second]): [number, number] => [
    (plan.steps[first] as Plan['steps'][number]).id,
    (plan.steps[second] as Plan['steps'][number]).id,
  ])
  return { ...plan, steps, ordering, makespan: Math.max(0, ...ends) }
}

/** Transitive reduction; every element comes after those it waits for. */
function reduced(earlier: readonly (readonly number[])[]): [number, number][] {
  const count = earlier.length
  const before = new BitRelation(count)
  const result: [number, number][] = []
  earlier.forEach((list, index) => {
    for (const first of list.toSorted((a, b) => b - a)) {
      if (!before.has(index, first)) result.push([first, index])
      before.add(index, first)
      before.include(index, first)
    }
  })
  return result
}

function interferes(first: Footprint, second: Footprint): boolean {
  for (const name of first.writes) if (second.writes.has(name) || second.reads.has(name)) return true
  for (const name of second.writes) if (first.reads.has(name)) return true
  return false
}

/** Whether what is held over [start, start + duration) stays within the capacities. */
function fits(
  start: number,
  own: Footprint,
  footprints: readonly Footprint[],
  starts: readonly number[],
  ends: readonly number[],
  capacities: ReadonlyMap<string, number>,
): boolean {
  const end = start + own.duration
  for (const [resource, amount] of own.holds) {
    const others = starts.flatMap((_, index) => {
      const held = footprints[index]?.holds.get(resource) ?? 0
      return held > 0 && (starts[index] as number) < end && (ends[index] as number) > start ? [index] : []
    })
    // Use only rises where a step starts.
    const moments = [start, ...others.map((index) => starts[index] as number).filter((time) => time > start)]
    for (const moment of moments) {
      const held = others
        .filter((index) => (starts[index] as number) <= moment && (ends[index] as number) > moment)
        .reduce((sum, index) => sum + (footprints[index]?.holds.get(resource) ?? 0), 0)
      if (held + amount > (capacities.get(resource) ?? Number.POSITIVE_INFINITY) + 1e-9) return false
    }
  }
  return true
}
