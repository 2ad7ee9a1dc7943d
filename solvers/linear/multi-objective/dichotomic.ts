/**
 * The dichotomic search for two objectives (Aneja and Nair 1979): all supported nondominated points, that is those on the
 * convex hull of the front. Between two neighbours a, b the weights are normal to the segment ab,
 *
 *     minimise  (a_2 - b_2) f_1 + (b_1 - a_1) f_2;
 *
 * a better value gives a new point between them, otherwise ab is an edge of the hull. One program a point and one an edge. For
 * a linear program the extreme points describe the whole front: everything between neighbours is nondominated.
 *
 * When both objectives have a grain (objectives.ts), points inside the edges are looked for as well: minimise the same sum
 * strictly between a and b; a value as good as theirs is another supported point. One more program an edge.
 */
import { Run } from '../../contract/index.ts'
import type { FrontRegion, FrontStream, MultiObjectiveOptions, MultiObjectiveProblem } from './problem.ts'
import { type Outcome, type Scalar, ScalarPrograms } from './scalar.ts'

export interface DichotomicOptions extends MultiObjectiveOptions {
  /** Also the supported points inside the edges of the hull, where both objectives have a grain. @default true */
  readonly insideEdges?: boolean
}

interface Segment {
  readonly left: Outcome
  readonly right: Outcome
  /** True when it is known to be on the hull: only points inside the edge are missing. */
  readonly edge: boolean
}

/**
 * The supported points of a problem with two objectives, from the best in the first to the best in the second.
 * @throws InvalidInputError when there are not two objectives
 */
export async function* dichotomicFront(problem: MultiObjectiveProblem, options: DichotomicOptions = {}): FrontStream {
  const programs = new ScalarPrograms(problem, new Run('dichotomic', options), options, 2, 2)
  const first = await programs.lexicographic([0, 1], programs.noLimits())
  if (first.status !== 'optimal')
    return yield* failed(programs, first, [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
  yield programs.point(first.outcome, true)
  const start = first.outcome
  const last = await programs.lexicographic([1, 0], programs.noLimits())
  if (last.status !== 'optimal') return yield* failed(programs, last, [start.f[0] as number, Number.NEGATIVE_INFINITY])

  const [grain0, grain1] = programs.objectives.grains as [number, number]
  const inside = grain0 > 0 && grain1 > 0 && options.insideEdges !== false
  const stack: Segment[] = []
  if (!same(start, last.outcome)) stack.push({ left: start, right: last.outcome, edge: false })
  for (let segment = stack.pop(); segment !== undefined; segment = stack.pop()) {
    const { left, right, edge } = segment
    const width = (right.f[0] as number) - (left.f[0] as number)
    const height = (left.f[1] as number) - (right.f[1] as number)
    const scale = Math.max(width, height)
    const weights = [height / scale, width / scale]
    const limits = programs.noLimits()
    if (edge) {
      limits[0] = (right.f[0] as number) - grain0
      limits[1] = (left.f[1] as number) - grain1
    }
    const result = await programs.minimise(weights, limits, edge ? undefined : left)
    if (result.status === 'stopped' || result.status === 'unbounded' || (result.status === 'infeasible' && !edge)) {
      if (
        result.status === 'stopped' &&
        result.outcome !== null &&
        !same(result.outcome, left) &&
        !same(result.outcome, right)
      ) {
        yield programs.point(result.outcome, false)
      }
      const open = [segment, ...stack].filter((one) => !one.edge || inside)
      for (const one of [segment, ...stack].reverse()) yield programs.point(one.right, true)
      return programs.end(
        'limited',
        result.status === 'stopped' ? result.limit : 'method',
        open.map((one) => box(programs, one)),
      )
    }
    const found = result.status === 'optimal' ? result.outcome : null
    const gain = found === null ? 0 : gainOver(left, found, width, height)
    // Values are exact multiples where there are grains; elsewhere the tolerance of the solver decides.
    const tolerance = grain0 > 0 && grain1 > 0 ? (grain0 * grain1) / 2 : 1e-7 * width * height
    if (found !== null && (edge ? Math.abs(gain) <= tolerance : gain > tolerance)) {
      stack.push({ left: found, right, edge }, { left, right: found, edge })
    } else if (!edge && inside) stack.push({ left, right, edge: true })
    else yield programs.point(right, true)
  }
  return programs.end('complete')
}

/** How far a point lies below the line through a segment's ends, in units of width times height. */
function gainOver(left: Outcome, point: Outcome, width: number, height: number): number {
  const across = (point.f[0] as number) - (left.f[0] as number)
  const down = (left.f[1] as number) - (point.f[1] as number)
  return down * width - across * height
}

function same(a: Outcome, b: Outcome): boolean {
  return a.f.every((value, k) => Math.abs(value - (b.f[k] as number)) <= 1e-9 * Math.max(1, Math.abs(value)))
}

/** Between two supported neighbours nothing supported lies outside of the box they span. */
function box(programs: ScalarPrograms, { left, right }: Segment): FrontRegion {
  return programs.region([left.f[0] as number, right.f[1] as number], [right.f[0] as number, left.f[1] as number])
}

async function* failed(programs: ScalarPrograms, result: Scalar, from: readonly number[]): FrontStream {
  if (result.status === 'infeasible' || result.status === 'unbounded') return programs.end(result.status)
  if (result.status === 'optimal') return programs.end('complete')
  if (result.outcome !== null) yield programs.point(result.outcome, false)
  return programs.end('limited', result.limit, [programs.region(from, programs.noLimits())])
}
