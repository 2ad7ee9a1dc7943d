import { closeBounds } from './closure.ts'

/**
 * Simple temporal networks that grow constraint by constraint (Dechter, Meiri and Pearl 1991): time points and constraints t_j - t_i <= w.
 *
 * Point 0 is the origin, time 0. Earliest and latest times are kept under every added constraint by propagating only what
 * changes (Cesta and Oddi 1996): O(points x constraints) at worst, usually a few steps. A constraint that closes a
 * negative cycle is refused and leaves the network as it was. `minimal` gives the whole minimal network by Floyd and
 * Warshall, O(points^3).
 */
export class TemporalNetwork {
  /** Constraints leaving and entering each point, as [other point, weight] pairs. */
  readonly #leaving: { readonly to: number; readonly weight: number }[][] = [[]]
  readonly #entering: { readonly from: number; readonly weight: number }[][] = [[]]
  /** Shortest distance from the origin: the latest time. Infinity when unbounded. */
  #latest: number[] = [0]
  /** Shortest distance to the origin: minus the earliest time. */
  #toOrigin: number[] = [0]

  get points(): number {
    return this.#latest.length
  }

  /** A new point at or after the origin. */
  addPoint(): number {
    const point = this.points
    this.#leaving.push([])
    this.#entering.push([])
    this.#latest.push(Number.POSITIVE_INFINITY)
    this.#toOrigin.push(Number.POSITIVE_INFINITY)
    this.add(point, 0, 0)
    return point
  }

  /**
   * Requires t_second - t_first <= weight.
   * @returns false, and nothing changed, when no times satisfy all constraints then
   */
  add(first: number, second: number, weight: number): boolean {
    const latest = [...this.#latest]
    const toOrigin = [...this.#toOrigin]
    ;(this.#leaving[first] as { to: number; weight: number }[]).push({ to: second, weight })
    ;(this.#entering[second] as { from: number; weight: number }[]).push({ from: first, weight })
    if (this.#propagate(first, second, weight)) return true
    this.#leaving[first]?.pop()
    this.#entering[second]?.pop()
    this.#latest = latest
    this.#toOrigin = toOrigin
    return false
  }

  /** t_second - t_first >= least. */
  atLeast(first: number, second: number, least: number): boolean {
    return this.add(second, first, -least)
  }

  earliest(point: number): number {
    const distance = this.#toOrigin[point] as number
    return distance === 0 ? 0 : -distance
  }

  /** Infinity when nothing bounds it. */
  latest(point: number): number {
    return this.#latest[point] as number
  }

  /** How far a point may be put off without breaking a constraint. */
  slack(point: number): number {
    return this.latest(point) - this.earliest(point)
  }

  /** Entry [i][j]: the tightest w with t_j - t_i <= w. */
  minimal(): number[][] {
    const count = this.points
    const distance = Array.from({ length: count }, (_, i) =>
      new Float64Array(count).fill(Number.POSITIVE_INFINITY).fill(0, i, i + 1),
    )
    this.#leaving.forEach((list, from) => {
      const row = distance[from] as Float64Array
      for (const { to, weight } of list) row[to] = Math.min(row[to] as number, weight)
    })
    closeBounds(distance)
    return distance.map((row) => Array.from(row))
  }

  /** Lets a new constraint take effect. A distance of the origin to itself below 0 is a negative cycle. */
  #propagate(first: number, second: number, weight: number): boolean {
    if (first === second) return weight >= -TOLERANCE
    return (
      relax(this.#latest, first, second, weight, (point) => this.#leaving[point]!.map((e) => [e.to, e.weight])) &&
      relax(this.#toOrigin, second, first, weight, (point) => this.#entering[point]!.map((e) => [e.from, e.weight]))
    )
  }
}

const TOLERANCE = 1e-9

/**
 * Shortest distances after an edge `tail -> head`. Points are looked at again as long as distances fall; a path that
 * comes back to the tail of the new edge with a smaller distance runs through the new edge twice: a negative cycle.
 */
function relax(
  distances: number[],
  tail: number,
  head: number,
  weight: number,
  edges: (point: number) => readonly (readonly [number, number])[],
): boolean {
  const start = (distances[tail] as number) + weight
  if (!(start < (distances[head] as number) - TOLERANCE)) return !(head === 0 && start < -TOLERANCE)
  distances[head] = start
  const queue = [head]
  for (const point of queue) {
    const base = distances[point] as number
    for (const [next, length] of edges(point)) {
      const through = base + length
      if (!(through < (distances[next] as number) - TOLERANCE)) continue
      if (next === tail || next === 0) return false
      distances[next] = through
      queue.push(next)
    }
  }
  return (distances[0] as number) >= -TOLERANCE
}
