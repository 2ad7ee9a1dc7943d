/**
 * The exact front of two objectives, cost and makespan, by the epsilon-constraint method on the makespan (Haimes, Lasdon and
 * Wismer 1971), from the cheapest point down to the fastest.
 *
 * Start: the cheapest answer, the fastest among those. Then, from a point (C, K): the cheapest answer that ends before C. If it
 * costs more than K, no answer is at least as good as (C, K) in both and better in one, so (C, K) is on the front and proved,
 * and the search goes on from the new point; if it costs the same, the new point replaces (C, K). The walk ends with the proof
 * that nothing ends earlier. Each point costs one solve or a few; makespans are never skipped because they lie on a known grid.
 */
import type { FrontGap, FrontPoint } from '../../src/domain/front.ts'

/** The cheapest answer within a largest makespan. */
export type Step<Point extends FrontPoint> =
  | { readonly kind: 'found'; readonly point: Point; readonly proved: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'limit' }

export interface Walk<Point extends FrontPoint> {
  /** The cheapest answer that ends by `latest`, or without limit. */
  readonly cheapest: (latest: number | null) => Promise<Step<Point>>
  /** The largest makespan below one that an answer can have. */
  readonly before: (makespan: number) => number
  /** A makespan that no answer beats. */
  readonly leastMakespan: number
  readonly mark: (point: Point, proved: boolean) => Point
}

export type WalkEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'none' }
  | { readonly kind: 'partial'; readonly gaps: readonly FrontGap[] }

/** Yields the points in order of increasing cost, each as soon as it is proved. */
export async function* walkFront<Point extends FrontPoint>(walk: Walk<Point>): AsyncGenerator<Point, WalkEnd> {
  const first = await walk.cheapest(null)
  if (first.kind === 'none') return { kind: 'none' }
  if (first.kind === 'limit') return { kind: 'partial', gaps: [everything(walk.leastMakespan)] }
  let current = first.point
  if (!first.proved) return yield* stopAt(walk, current)
  for (;;) {
    const latest = walk.before(current.makespan)
    const next: Step<Point> = latest < walk.leastMakespan ? { kind: 'none' } : await walk.cheapest(latest)
    if (next.kind === 'none') {
      yield walk.mark(current, true)
      return { kind: 'complete' }
    }
    if (next.kind === 'limit') return yield* stopAt(walk, current)
    const same = next.point.cost <= current.cost + 1e-9 * Math.max(1, Math.abs(current.cost))
    if (next.proved && !same) yield walk.mark(current, true)
    if (!next.proved) {
      // An unproved answer is shown as such; what lies between is open.
      if (!same) yield walk.mark(current, false)
      return yield* stopAt(walk, next.point)
    }
    current = next.point
  }
}

async function* stopAt<Point extends FrontPoint>(walk: Walk<Point>, point: Point): AsyncGenerator<Point, WalkEnd> {
  yield walk.mark(point, false)
  const { makespan, cost } = point
  return {
    kind: 'partial',
    gaps: [{ makespanFrom: walk.leastMakespan, makespanTo: makespan, costAtLeast: cost }],
  }
}

function everything(leastMakespan: number): FrontGap {
  return { makespanFrom: leastMakespan, makespanTo: Number.POSITIVE_INFINITY, costAtLeast: Number.NEGATIVE_INFINITY }
}
