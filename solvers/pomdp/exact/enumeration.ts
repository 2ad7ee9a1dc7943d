/**
 * Monahan's enumeration (1982) of the surface of one action: every choice of a projection per observation, then one
 * pruning. Product of the set sizes in time and space; the yardstick that the other methods are measured against.
 */
import { prune } from '../prune.ts'
import { NO_SUCCESSOR } from '../vector-set.ts'
import type { BackupContext } from './backup.ts'
import { type PartialSums, selectSums } from './projections.ts'

/** Pruned combinations of the sets; a negative tolerance leaves them unpruned. Null when there are too many. */
export function enumerate(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  const { kernel, maxVectors } = context
  const dimension = kernel.stateCount
  const { observationCount } = kernel
  let count = 1
  for (const set of sets) {
    count *= set.count
    if (count > maxVectors) return null
  }
  const data = new Float64Array(count * dimension)
  const choices = new Int32Array(count * observationCount).fill(NO_SUCCESSOR)
  for (let k = 0; k < count; k++) {
    let rest = k
    for (const set of sets) {
      const i = rest % set.count
      rest = Math.floor(rest / set.count)
      for (let s = 0; s < dimension; s++) data[k * dimension + s]! += set.data[i * dimension + s]!
      for (let o = 0; o < observationCount; o++) {
        const chosen = set.choices[i * observationCount + o]!
        if (chosen >= 0) choices[k * observationCount + o] = chosen
      }
    }
  }
  const all: PartialSums = { dimension, observationCount, count, data, choices, witnesses: new Float64Array(0) }
  if (context.tolerance < 0) return all
  const pruned = prune(all, context.tolerance, context.lp)
  return selectSums(all, pruned.kept, pruned.witnesses)
}
