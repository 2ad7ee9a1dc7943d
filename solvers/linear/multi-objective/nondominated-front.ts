/**
 * The exact front for two and more objectives that all have a grain (integer variables; see objectives.ts), by search
 * zones (Klamroth, Lacour and Vanderpooten 2015) explored as in Tamby and Vanderpooten 2021.
 *
 * As long as there is a local upper bound u: choose u and an objective k with the largest volume of the other coordinates,
 *
 *     minimise f_k         subject to f_i <= u_i - g_i  for i <> k          (1)
 *     minimise sum f_i/g_i subject to f <= f(optimum of (1))                (2)
 *
 * (1) infeasible, or its value is not below u_k: every zone u' with u'_i <= u_i (i <> k) and u'_k <= value is empty.
 * Otherwise the optimum of (2) is a nondominated point that was not known; it splits the zones. Each program finds a point or
 * closes a zone, so the search ends, with every nondominated vector found. About two programs a point for two objectives, two
 * to three for three. Points come in no particular order.
 */
import { type Limit, Run, UnsupportedError } from '../../contract/index.ts'
import type { FrontStream, MultiObjectiveOptions, MultiObjectiveProblem } from './problem.ts'
import { type Scalar, ScalarPrograms } from './scalar.ts'
import { SearchZones } from './search-zones.ts'

export interface NondominatedOptions extends MultiObjectiveOptions {
  /** Stop after this many points, with limit `iterations`. @default no limit */
  readonly maxPoints?: number
}

/** A solved program (1): no point has the other objectives within `limits` and objective `k` below `value`. */
interface Closed {
  readonly k: number
  readonly bound: readonly number[]
  readonly value: number
}

/**
 * Every nondominated point of a problem whose objectives all have a grain.
 * @throws UnsupportedError when an objective is continuous; InvalidInputError when there are less than two objectives
 */
export async function* nondominatedFront(
  problem: MultiObjectiveProblem,
  options: NondominatedOptions = {},
): FrontStream {
  const programs = new ScalarPrograms(problem, new Run('nondominated-front', options), options)
  const { grains, count } = programs.objectives
  grains.forEach((grain, k) => {
    if (grain > 0) return
    const hint = 'use integer variables and coefficients of up to four decimal places, or epsilonConstraintFront'
    throw new UnsupportedError(
      'continuous-objective',
      `objective ${k + 1} is continuous: its front cannot be enumerated`,
      { hint },
    )
  })
  const weights = grains.map((grain) => 1 / grain)
  const ideal: number[] = []
  const closed: Closed[] = []
  const zones = new SearchZones(programs.noLimits())
  const isClosed = (bound: readonly number[]) => closed.some((one) => covers(one, bound))
  const close = (one: Closed) => {
    closed.push(one)
    zones.discard((bound) => covers(one, bound))
  }
  const most = options.maxPoints ?? Number.POSITIVE_INFINITY
  let found = 0
  const stop = (limit: Limit) => {
    const from = grains.map((_, k) => ideal[k] ?? Number.NEGATIVE_INFINITY)
    // A zone reaches up to one grain below its bound.
    const to = (bound: readonly number[]) => bound.map((value, k) => value - (grains[k] as number))
    return programs.end(
      'limited',
      limit,
      zones.bounds.map((bound) => programs.region(from, to(bound))),
    )
  }

  while (zones.bounds.length > 0) {
    if (found >= most) return stop('iterations')
    // The first p programs are the individual optima: their values are the floor of the volumes.
    const chosen = ideal.length < count ? { bound: programs.noLimits(), k: ideal.length } : widest(zones.bounds, ideal)
    const { bound, k } = chosen
    const limits = bound.map((value, i) => (i === k ? Number.POSITIVE_INFINITY : value - (grains[i] as number)))
    const single = grains.map((_, i) => (i === k ? 1 : 0))
    const best: Scalar = await programs.minimise(single, limits)
    if (best.status === 'infeasible') {
      if (ideal.length < count) return programs.end('infeasible')
      close({ k, bound, value: Number.POSITIVE_INFINITY })
      continue
    }
    if (best.status === 'unbounded') return ideal.length < count ? programs.end('unbounded') : stop('method')
    if (best.status === 'stopped') {
      if (best.outcome !== null) yield programs.point(best.outcome, false)
      return stop(best.limit)
    }
    const value = best.outcome.f[k] as number
    if (ideal.length < count) ideal.push(value)
    close({ k, bound, value })
    if (zones.bounds.some((zone) => best.outcome.f.every((f, i) => f < (zone[i] as number)))) {
      const point = await programs.minimise(weights, best.outcome.f, best.outcome)
      if (point.status !== 'optimal') {
        yield programs.point(best.outcome, false)
        return stop(point.status === 'stopped' ? point.limit : 'method')
      }
      found++
      zones.add(point.outcome.f, isClosed)
      yield programs.point(point.outcome, true)
    }
  }
  return programs.end('complete')
}

function covers({ k, bound, value }: Closed, zone: readonly number[]): boolean {
  return zone.every((side, i) => (i === k ? side <= value : side <= (bound[i] as number)))
}

/** The zone and objective whose program leaves the largest box open, measured from the individual optima. */
function widest(
  bounds: readonly (readonly number[])[],
  ideal: readonly number[],
): { bound: readonly number[]; k: number } {
  let chosen = { bound: bounds[0] as readonly number[], k: 0 }
  let largest = -1
  for (const bound of bounds) {
    for (let k = 0; k < bound.length; k++) {
      let volume = 1
      // An infinite side counts as very wide, not as infinitely wide, so that the others still tell zones apart.
      for (let i = 0; i < bound.length; i++)
        if (i !== k) volume *= Math.min(1e12, (bound[i] as number) - (ideal[i] as number))
      if (volume > largest) {
        largest = volume
        chosen = { bound, k }
      }
    }
  }
  return chosen
}
