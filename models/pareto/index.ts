import type { Front, FrontPoint, FrontSummary } from '../../src/domain/front.ts'

export { allocationFront } from './allocation.ts'
export { type CostTimeOptions, costTimeFront } from './cost-time.ts'
export { hypervolumeOf, kneeOf } from './measures.ts'
export { type FrontMeasure, type ProjectFront, projectFront } from './project-front.ts'

/** Runs a front to its end. */
export async function collectFront<Point extends FrontPoint>(
  front: AsyncGenerator<Point, FrontSummary>,
): Promise<Front<Point>> {
  const points: Point[] = []
  for (;;) {
    const next = await front.next()
    if (next.done === true) return { ...next.value, points }
    points.push(next.value)
  }
}
