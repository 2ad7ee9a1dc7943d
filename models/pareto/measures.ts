/** Knee and hypervolume of a front of cost and makespan, both on axes scaled to the front's own extreme points. */
import type { FrontPoint } from '../../src/domain/front.ts'

/**
 * Index of the point farthest below the line between the two ends (Das 1999); the first of equals, null below three points
 * or when no point lies below the line.
 */
export function kneeOf(points: readonly FrontPoint[]): number | null {
  const scaled = scale(points)
  let knee: number | null = null
  let farthest = 1e-12
  scaled.forEach(([cost, makespan], index) => {
    // The ends are (0, 1) and (1, 0); the line between them is cost + makespan = 1.
    const depth = 1 - cost - makespan
    if (depth > farthest) {
      farthest = depth
      knee = index
    }
  })
  return points.length < 3 ? null : knee
}

/** Share of the box between the extreme points that the front dominates (Zitzler and Thiele 1998); 1 for a single point. */
export function hypervolumeOf(points: readonly FrontPoint[]): number {
  if (points.length < 2) return points.length
  const scaled = scale(points)
  let area = 0
  for (let k = 0; k + 1 < scaled.length; k++) {
    const [cost, makespan] = scaled[k] as readonly [number, number]
    const [nextCost] = scaled[k + 1] as readonly [number, number]
    area += (nextCost - cost) * (1 - makespan)
  }
  return area
}

function scale(points: readonly FrontPoint[]): (readonly [number, number])[] {
  const costs = points.map((point) => point.cost)
  const makespans = points.map((point) => point.makespan)
  const [lowCost, highCost] = [Math.min(...costs), Math.max(...costs)]
  const [lowTime, highTime] = [Math.min(...makespans), Math.max(...makespans)]
  return points.map(({ cost, makespan }) => [
    highCost > lowCost ? (cost - lowCost) / (highCost - lowCost) : 0,
    highTime > lowTime ? (makespan - lowTime) / (highTime - lowTime) : 0,
  ])
}
