/** A walk along a front as its users see it: each point when it is found, and at the end what the walk amounts to. */
import type { Run } from '../../solvers/contract/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { FrontPoint, FrontSummary } from '../../src/domain/front.ts'
import { hypervolumeOf, kneeOf } from './measures.ts'
import { type Walk, walkFront } from './walk.ts'

export interface FrontStream<Point extends FrontPoint> {
  readonly walk: Walk<Point>
  /** What is traded against time, for the messages. */
  readonly measure: string
  /** Why there is no point at all; null where that is not known. */
  readonly explain: () => Promise<Conflict | null>
  /** Who answered, asked when the walk has ended. */
  readonly solver: () => string
}

export async function* streamFront<Point extends FrontPoint>(
  { walk, measure, explain, solver }: FrontStream<Point>,
  run: Run,
): AsyncGenerator<Point, FrontSummary> {
  const points: Point[] = []
  const inner = walkFront(walk)
  for (;;) {
    const next = await inner.next()
    if (next.done === true) {
      const conflict = next.value.kind === 'none' ? await explain() : null
      return {
        status: conflict !== null ? 'infeasible' : next.value.kind === 'partial' ? 'partial' : 'complete',
        knee: kneeOf(points),
        hypervolume: hypervolumeOf(points),
        gaps: next.value.kind === 'partial' ? next.value.gaps : [],
        conflict,
        solver: solver(),
      }
    }
    points.push(next.value)
    run.emit({ kind: 'point', message: `${measure} ${next.value.cost}, makespan ${next.value.makespan}` })
    yield next.value
  }
}
