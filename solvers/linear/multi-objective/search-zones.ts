/**
 * The part of the objective space in which nondominated points may still be, as local upper bounds (Klamroth, Lacour and
 * Vanderpooten 2015): a set U of vectors such that every vector not dominated by a known point lies strictly below some u
 * of U. A new point y splits each u > y into the vectors with one coordinate replaced by y's; those below another one
 * are redundant. O(|U|^2 p) a point in the worst case.
 */
export class SearchZones {
  /** The local upper bounds. */
  bounds: (readonly number[])[]

  /** @param top strictly above everything to be found, in every coordinate */
  constructor(top: readonly number[]) {
    this.bounds = [top]
  }

  /**
   * Takes a new nondominated point into account.
   * @param isEmpty whether a new zone is already known to hold nothing
   */
  add(point: readonly number[], isEmpty: (bound: readonly number[]) => boolean): void {
    const kept: (readonly number[])[] = []
    const split: (readonly number[])[] = []
    for (const bound of this.bounds) (below(point, bound) ? split : kept).push(bound)
    if (split.length === 0) return
    const candidates: (readonly number[])[] = []
    for (const bound of split) {
      for (let j = 0; j < point.length; j++)
        candidates.push(bound.map((value, k) => (k === j ? (point[j] as number) : value)))
    }
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i] as readonly number[]
      const redundant =
        kept.some((other) => atMost(candidate, other)) ||
        candidates.some((other, o) => o !== i && atMost(candidate, other) && (o < i || !atMost(other, candidate)))
      if (!redundant && !isEmpty(candidate)) kept.push(candidate)
    }
    this.bounds = kept
  }

  /** Removes zones proved empty. */
  discard(isEmpty: (bound: readonly number[]) => boolean): void {
    this.bounds = this.bounds.filter((bound) => !isEmpty(bound))
  }
}

function below(point: readonly number[], bound: readonly number[]): boolean {
  return point.every((value, k) => value < (bound[k] as number))
}

function atMost(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, k) => value <= (b[k] as number))
}
