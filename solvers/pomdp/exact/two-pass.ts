/**
 * Sondik's regions of linearity (1971) in the two-pass form: the first pass builds the surface of one action, the second
 * (in backup.ts) merges the actions. A found vector w owns the region where it is the best of the vectors found; w is done
 * when no change of a single observation's choice beats it inside that region. If every vector is done the surface is
 * complete: a better combination at b improves on the best found vector at b in at least one observation.
 *
 * Programs: |surface| x sum over o of |set of o|, each with one game row and the |surface| rows of the region.
 */
import { DOMINATED } from '../dominance-lp.ts'
import type { BackupContext } from './backup.ts'
import { ChoiceSums } from './choice-sums.ts'
import type { PartialSums } from './projections.ts'

export function twoPass(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  const { lp, tolerance, kernel, maxVectors, stop } = context
  const dimension = kernel.stateCount
  const found = new ChoiceSums(sets)
  const barycentre = new Float64Array(dimension).fill(1 / dimension)
  found.add(found.picksAt(barycentre), barycentre)
  const neighbour = new Float64Array(dimension)
  for (let w = 0; w < found.count; w++) {
    const picks = found.picks[w]!
    for (const [k, set] of sets.entries()) {
      for (let i = 0; i < set.count; i++) {
        if (i === picks[k]) continue
        if (stop() || found.count > maxVectors) return null
        const changed = picks.slice()
        changed[k] = i
        found.sumOf(changed, neighbour, 0)
        // Each round adds a vector that shrinks the region of w, or ends.
        for (;;) {
          const verdict = lp
            .reset()
            .block(found.data.subarray(w * dimension), 1, null, neighbour, 0, -1, 1)
            .block(found.data, found.count, null, found.data, w * dimension, w, 0)
            .solve(tolerance)
          if (verdict === DOMINATED) break
          if (found.add(found.picksAt(lp.belief), lp.belief) < 0 && found.add(changed, lp.belief) < 0) break
        }
      }
    }
  }
  return found.finish()
}
