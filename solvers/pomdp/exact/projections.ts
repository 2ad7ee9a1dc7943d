/**
 * Step one of every exact backup: the projections of a value function through an action and an observation,
 *
 *   g_ao,i(s) = discount * sum over s' of M_ao[s, s'] alpha_i(s'),
 *
 * each set pruned before it is combined. Impossible observations have no projection at all.
 */
import type { DominanceLp } from '../dominance-lp.ts'
import { type JointKernel, projectInto } from '../kernel.ts'
import { prune } from '../prune.ts'
import { NO_SUCCESSOR, type VectorSet } from '../vector-set.ts'

/** Partial sums over some observations: vectors with the choice made for each observation and a belief inside each region. */
export interface PartialSums {
  readonly dimension: number
  readonly observationCount: number
  readonly count: number
  readonly data: Float64Array
  /** Index into the value function for each observation: `choices[i * observations + o]`, NO_SUCCESSOR where not chosen. */
  readonly choices: Int32Array
  readonly witnesses: Float64Array
}

/** The pruned projections of an action, one per possible observation, smallest set first. */
export function projections(
  kernel: JointKernel,
  value: VectorSet,
  action: number,
  tolerance: number,
  lp: DominanceLp,
): PartialSums[] {
  const dimension = kernel.stateCount
  const sets: PartialSums[] = []
  for (let o = 0; o < kernel.observationCount; o++) {
    if (kernel.possible[action * kernel.observationCount + o] === 0) continue
    const data = new Float64Array(value.count * dimension)
    for (let i = 0; i < value.count; i++) {
      projectInto(kernel, action, o, value.data, i * dimension, kernel.discount, data, i * dimension)
    }
    const pruned = prune({ data, count: value.count, dimension }, tolerance, lp)
    sets.push(single(kernel.observationCount, dimension, data, pruned.kept, o, pruned.witnesses))
  }
  return sets.sort((a, b) => a.count - b.count)
}

/** The set whose only vector is the immediate reward of an action. */
export function rewardVector(kernel: JointKernel, action: number): Float64Array {
  return kernel.rewards.slice(action * kernel.stateCount, (action + 1) * kernel.stateCount)
}

/** The chosen vectors of a set of partial sums. */
export function selectSums(sums: PartialSums, kept: readonly number[], witnesses: Float64Array): PartialSums {
  const { dimension, observationCount } = sums
  const data = new Float64Array(kept.length * dimension)
  const choices = new Int32Array(kept.length * observationCount)
  for (const [k, index] of kept.entries()) {
    data.set(sums.data.subarray(index * dimension, (index + 1) * dimension), k * dimension)
    choices.set(sums.choices.subarray(index * observationCount, (index + 1) * observationCount), k * observationCount)
  }
  return { dimension, observationCount, count: kept.length, data, choices, witnesses }
}

function single(
  observationCount: number,
  dimension: number,
  data: Float64Array,
  kept: readonly number[],
  observation: number,
  witnesses: Float64Array,
): PartialSums {
  const chosen = new Float64Array(kept.length * dimension)
  const choices = new Int32Array(kept.length * observationCount).fill(NO_SUCCESSOR)
  for (const [k, index] of kept.entries()) {
    chosen.set(data.subarray(index * dimension, (index + 1) * dimension), k * dimension)
    choices[k * observationCount + observation] = index
  }
  return { dimension, observationCount, count: kept.length, data: chosen, choices, witnesses }
}
