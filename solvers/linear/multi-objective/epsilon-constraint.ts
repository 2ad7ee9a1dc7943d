/**
 * The epsilon-constraint method for two objectives (Haimes, Lasdon and Wismer 1971).
 *
 * Exact, when at least one objective has a grain g (integer variables, multiples of g; see objectives.ts). Call it c, the
 * other one m. Both ends of the front come from lexicographic programs; between them
 *
 *     minimise m, then c, subject to c <= (c of the last point) - g
 *
 * until the other end is reached. The second stage keeps every weakly dominated point out. Each point costs two programs;
 * every nondominated vector is found, in increasing order of m.
 *
 * Adaptive, when both are continuous: the front has infinitely many points. Boxes between neighbouring points are halved in
 * the larger relative extent first, the largest box first; a box is left when it is thinner than `precision` (relative to the
 * whole front) in one objective. Every point given is nondominated, and the boxes left contain everything not found.
 */
import { InvalidInputError, Run } from '../../contract/index.ts'
import type { FrontRegion, FrontStream, MultiObjectiveOptions, MultiObjectiveProblem } from './problem.ts'
import { type Outcome, type Scalar, ScalarPrograms } from './scalar.ts'

export interface EpsilonConstraintOptions extends MultiObjectiveOptions {
  /** Continuous fronts: thickness of the boxes left, relative to the front's extent. @default 0.02 */
  readonly precision?: number
  /** Stop after this many points, with limit `iterations`. @default no limit */
  readonly maxPoints?: number
}

/**
 * The front of a problem with two objectives.
 * @throws InvalidInputError when there are not two objectives or an option is out of range
 */
export async function* epsilonConstraintFront(
  problem: MultiObjectiveProblem,
  options: EpsilonConstraintOptions = {},
): FrontStream {
  requireOptions(options)
  const programs = new ScalarPrograms(problem, new Run('epsilon-constraint', options), options, 2, 2)
  const [first, second] = programs.objectives.grains as [number, number]
  const limited = second > 0 || first === 0 ? 1 : 0
  const main = 1 - limited
  const ends = [
    await programs.lexicographic([main, limited], programs.noLimits()),
    await programs.lexicographic([limited, main], programs.noLimits()),
  ] as const
  for (const result of ends) {
    if (result.status === 'optimal') continue
    if (result.status !== 'stopped') return programs.end(result.status)
    for (const end of ends)
      if ('outcome' in end && end.outcome !== null) yield programs.point(end.outcome, end.status === 'optimal')
    return programs.end('limited', result.limit, [unknownRegion(programs, main, ends)])
  }
  const [start, stop] = ends.map((end) => (end as { outcome: Outcome }).outcome) as [Outcome, Outcome]
  const most = options.maxPoints ?? Number.POSITIVE_INFINITY
  const walk = (programs.objectives.grains[limited] as number) > 0 ? stepwise : adaptive
  return yield* walk(programs, main, start, stop, most, options.precision ?? 0.02)
}

/** From `start` (best in main) to `stop` (best in the other) one grain at a time. */
async function* stepwise(
  programs: ScalarPrograms,
  main: number,
  start: Outcome,
  stop: Outcome,
  most: number,
): FrontStream {
  const limited = 1 - main
  const grain = programs.objectives.grains[limited] as number
  const low = stop.f[limited] as number
  let last = start
  yield programs.point(start, true)
  for (let found = 1; (last.f[limited] as number) > low; found++) {
    const limits = programs.noLimits()
    const limit = (last.f[limited] as number) - grain
    limits[limited] = limit
    if (found >= most) return programs.end('limited', 'iterations', [between(programs, main, last, stop, limit)])
    // One grain above the other end nothing but that end is left.
    if (limit - low < grain / 2) break
    const next: Scalar = await programs.lexicographic([main, limited], limits)
    if (next.status === 'optimal') {
      last = next.outcome
      yield programs.point(last, true)
      continue
    }
    // The other end satisfies the limit: a claim of infeasible or unbounded is not to be believed.
    if (next.status === 'stopped' && next.outcome !== null) yield programs.point(next.outcome, false)
    yield programs.point(stop, true)
    const why = next.status === 'stopped' ? next.limit : 'method'
    const floor = next.status === 'stopped' ? Math.max(next.bound, last.f[main] as number) : (last.f[main] as number)
    return programs.end('limited', why, [between(programs, main, last, stop, limit, floor)])
  }
  if ((last.f[limited] as number) > low) yield programs.point(stop, true)
  return programs.end('complete')
}

interface Box {
  readonly left: Outcome
  readonly right: Outcome
  /** Corner values: main in [left, mainTop], limited in [limitedFloor, left]. */
  readonly mainTop: number
  readonly limitedFloor: number
}

async function* adaptive(
  programs: ScalarPrograms,
  main: number,
  start: Outcome,
  stop: Outcome,
  most: number,
  precision: number,
): FrontStream {
  const limited = 1 - main
  const extent = (box: Box): [number, number] => [
    box.mainTop - (box.left.f[main] as number),
    (box.left.f[limited] as number) - box.limitedFloor,
  ]
  const whole: Box = {
    left: start,
    right: stop,
    mainTop: stop.f[main] as number,
    limitedFloor: stop.f[limited] as number,
  }
  const [mainRange, limitedRange] = extent(whole)
  yield programs.point(start, true)
  if (!(mainRange > 1e-9 * Math.max(1, Math.abs(whole.mainTop))) || !(limitedRange > 0)) return programs.end('complete')
  yield programs.point(stop, true)
  const thickness = (box: Box) => {
    const [width, height] = extent(box)
    return Math.min(width / mainRange, height / limitedRange)
  }
  const area = (box: Box) => extent(box)[0] * extent(box)[1]
  const open: Box[] = [whole]
  const closed: Box[] = []
  const regions = (boxes: readonly Box[]): FrontRegion[] =>
    boxes.map((box) =>
      between(programs, main, box.left, box.right, box.left.f[limited] as number, box.left.f[main] as number, box),
    )
  for (let found = 2; open.length > 0; ) {
    let at = 0
    for (let i = 1; i < open.length; i++) if (area(open[i] as Box) > area(open[at] as Box)) at = i
    const box = open[at] as Box
    open[at] = open[open.length - 1] as Box
    open.pop()
    if (thickness(box) <= precision) {
      closed.push(box)
      continue
    }
    if (found >= most) return programs.end('limited', 'iterations', regions([box, ...open, ...closed]))
    const middle = ((box.left.f[limited] as number) + box.limitedFloor) / 2
    const limits = programs.noLimits()
    limits[limited] = middle
    const next = await programs.lexicographic([main, limited], limits)
    if (next.status !== 'optimal') {
      if (next.status === 'stopped' && next.outcome !== null) yield programs.point(next.outcome, false)
      const why = next.status === 'stopped' ? next.limit : 'method'
      return programs.end('limited', why, regions([box, ...open, ...closed]))
    }
    const point = next.outcome
    const mainValue = point.f[main] as number
    // Better in main only above the middle; better in the other only to the right of the point.
    if (mainValue > (box.left.f[main] as number)) {
      open.push({ left: box.left, right: point, mainTop: Math.min(box.mainTop, mainValue), limitedFloor: middle })
    }
    if (mainValue < box.mainTop - 1e-9 * Math.max(1, mainRange)) {
      found++
      yield programs.point(point, true)
      if ((point.f[limited] as number) > box.limitedFloor) {
        open.push({ left: point, right: box.right, mainTop: box.mainTop, limitedFloor: box.limitedFloor })
      }
    }
  }
  return programs.end('approximate', null, regions(closed))
}

/** The box between two neighbouring points in which further ones may be. */
function between(
  programs: ScalarPrograms,
  main: number,
  last: Outcome,
  stop: Outcome,
  limitedTop: number,
  mainFloor = last.f[main] as number,
  box?: Box,
): FrontRegion {
  const from = [0, 0]
  const to = [0, 0]
  from[main] = mainFloor
  to[main] = box?.mainTop ?? (stop.f[main] as number)
  from[1 - main] = box?.limitedFloor ?? (stop.f[1 - main] as number)
  to[1 - main] = limitedTop
  return programs.region(from, to)
}

/** What is known when not both ends were reached: nothing lies below a proved end's best. */
function unknownRegion(programs: ScalarPrograms, main: number, ends: readonly [Scalar, Scalar]): FrontRegion {
  const from = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const [start, stop] = ends
  if (start.status === 'optimal') from[main] = start.outcome.f[main] as number
  if (stop.status === 'optimal') from[1 - main] = stop.outcome.f[1 - main] as number
  return programs.region(from, programs.noLimits())
}

function requireOptions({ precision, maxPoints }: EpsilonConstraintOptions): void {
  if (precision !== undefined && !(precision > 0 && precision <= 1)) {
    const hint = 'give a share of the front between 0 and 1, e.g. 0.01'
    throw new InvalidInputError([
      { code: 'out-of-range', path: ['precision'], message: `the precision is ${precision}`, hint },
    ])
  }
  if (maxPoints !== undefined && !(maxPoints >= 1)) {
    const hint = 'give a number >= 1, or leave it out'
    throw new InvalidInputError([
      { code: 'out-of-range', path: ['maxPoints'], message: `maxPoints is ${maxPoints}`, hint },
    ])
  }
}
