/** "Did you mean": the closest known name, by edit distance with transpositions (Damerau 1964, restricted form). */

const LONGEST = 100

/** @returns the best candidate within a third of the name's length, or null. Ties go to the earlier candidate. */
export function closestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > LONGEST) return null
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance || candidate.length > LONGEST) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      bestDistance = distance
      best = candidate
    }
  }
  return best
}

/** `did you mean "crew"?`, or the known names, or that there are none. */
export function suggestName(name: string, candidates: readonly string[], what: string): string {
  const closest = closestName(name, candidates)
  if (closest !== null) return `did you mean "${closest}"?`
  if (candidates.length === 0) return `the document has no ${what}; add one with this name or take the reference out`
  const shown = candidates.slice(0, 8).map((candidate) => `"${candidate}"`)
  return `known ${what}: ${shown.join(', ')}${candidates.length > 8 ? ', ...' : ''}`
}

function editDistance(a: string, b: string): number {
  const width = b.length + 1
  let beforeLast = new Int32Array(width)
  let last = Int32Array.from({ length: width }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = new Int32Array(width)
    current[0] = i
    for (let j = 1; j < width; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1
      let distance = Math.min(
        (last[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (last[j - 1] as number) + substitution,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforeLast[j - 2] as number) + 1)
      }
      current[j] = distance
    }
    beforeLast = last
    last = current
  }
  return last[b.length] as number
}
