/** Shortest distances between all pairs, in place: Floyd and Warshall, O(points^3). @param bounds distances of single edges, 0 on the diagonal */
export function closeBounds(bounds: readonly Float64Array[]): void {
  const n = bounds.length
  for (let k = 0; k < n; k++) {
    const through = bounds[k] as Float64Array
    for (const row of bounds) {
      const first = row[k] as number
      if (first === Number.POSITIVE_INFINITY) continue
      for (let j = 0; j < n; j++) row[j] = Math.min(row[j] as number, first + (through[j] as number))
    }
  }
}
