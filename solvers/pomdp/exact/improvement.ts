/**
 * Searching the whole simplex for beliefs where one exact update improves a lower bound V by more than a threshold:
 *
 *   find b with (H V)(b) - V(b) > threshold, or prove that there is none.
 *
 * For every action the surfaces of all observations but the largest are folded exactly; against the last one only the
 * pairs with overlapping regions are looked at, each by one program that asks for a belief inside both regions where
 * the pair's vector exceeds V. A belief found is backed up at once and the new vector joins V, so later programs see it.
 * When a sweep ends without finding any, sup (H V - V) <= threshold plus the losses of pruning: the certificate of
 * certified.ts. This costs far less than building H V, because a vector that does not improve V is never kept.
 */
import { DOMINATED, WITNESS } from '../dominance-lp.ts'
import { projectInto, propagate } from '../kernel.ts'
import type { VectorSet } from '../vector-set.ts'
import { type BackupContext, rewardSums } from './backup.ts'
import { crossSum, disjoint, magnitude, translate } from './cross-sum.ts'
import { type PartialSums, projections } from './projections.ts'

export interface Improvement {
  /** V with the vectors found. */
  readonly value: VectorSet
  /** Beliefs found, one after another. */
  readonly beliefs: Float64Array
  readonly found: number
  /** True when every action was searched to the end. */
  readonly complete: boolean
  /** Greatest improvement seen. */
  readonly greatest: number
  /** Greatest value, over programs that rounding left open, that their upper bound leaves possible. */
  readonly openBound: number
}

/** @param limit beliefs after which the sweep ends early (complete: false) */
export function findImprovements(
  value: VectorSet,
  threshold: number,
  limit: number,
  firstAction: number,
  context: BackupContext,
): Improvement {
  const { kernel } = context
  const working = value.select(Int32Array.from({ length: value.count }, (_, index) => index))
  const search = new Search(working, threshold, limit, context)
  let complete = true
  for (let turn = 0; turn < kernel.actionCount && complete; turn++) {
    complete = search.action(value, (firstAction + turn) % kernel.actionCount)
  }
  return {
    value: working,
    beliefs: Float64Array.from(search.beliefs),
    found: search.beliefs.length / kernel.stateCount,
    complete,
    greatest: search.greatest,
    openBound: search.openBound,
  }
}

class Search {
  readonly beliefs: number[] = []
  greatest = 0
  openBound = 0
  readonly #working: VectorSet
  readonly #threshold: number
  readonly #limit: number
  readonly #context: BackupContext
  readonly #next: Float64Array
  readonly #row: Float64Array

  constructor(working: VectorSet, threshold: number, limit: number, context: BackupContext) {
    this.#working = working
    this.#threshold = threshold
    this.#limit = limit
    this.#context = context
    this.#next = new Float64Array(context.kernel.stateCount)
    this.#row = new Float64Array(context.kernel.stateCount)
  }

  /** Searches one action; false when stopped early. */
  action(value: VectorSet, action: number): boolean {
    const { kernel, lp, tolerance, boxes, stop, maxVectors } = this.#context
    const sets = projections(kernel, value, action, tolerance, lp)
    let folded: PartialSums = rewardSums(kernel, action)
    for (const set of sets.slice(0, -1)) {
      const next = folded.count === 1 ? translate(folded, set) : crossSum(folded, set, tolerance, lp, boxes, stop)
      if (next === null || next.count > maxVectors) return false
      folded = next
    }
    return this.#pairs(value, folded, sets[sets.length - 1]!, action)
  }

  #pairs(value: VectorSet, a: PartialSums, b: PartialSums, action: number): boolean {
    const { lp, boxes, stop } = this.#context
    const { dimension } = a
    const working = this.#working
    const slack = 1e-13 * Math.max(1, magnitude(a.data), magnitude(b.data))
    const useBoxes = a.count * b.count > 400
    const boxesOfA = useBoxes ? boxes.of(a, lp) : null
    const boxesOfB = useBoxes ? boxes.of(b, lp) : null
    const sum = new Float64Array(dimension)
    for (let i = 0; i < a.count; i++) {
      if (stop()) return false
      for (let j = 0; j < b.count; j++) {
        if (boxesOfA !== null && boxesOfB !== null && disjoint(boxesOfA, i, boxesOfB, j, dimension)) continue
        for (let s = 0; s < dimension; s++) sum[s] = a.data[i * dimension + s]! + b.data[j * dimension + s]!
        for (;;) {
          lp.reset().block(working.data, working.count, null, sum, 0, -1, 1)
          if (a.count > 1) lp.block(a.data, a.count, null, a.data, i * dimension, i, 0)
          if (b.count > 1) lp.block(b.data, b.count, null, b.data, j * dimension, j, 0)
          const verdict = lp.solve(this.#threshold, slack)
          if (verdict === DOMINATED) break
          const rise = this.#backUp(value, lp.belief, action)
          if (verdict === WITNESS && rise > 0.5 * this.#threshold) {
            if (this.beliefs.length / dimension >= this.#limit) return false
            continue
          }
          this.openBound = Math.max(this.openBound, lp.bound)
          break
        }
      }
    }
    return true
  }

  /** Adds the best backup at a belief to the working set; returns by how much it raises the value there. */
  #backUp(value: VectorSet, belief: Float64Array, action: number): number {
    const { kernel } = this.#context
    const { stateCount, observationCount } = kernel
    const row = this.#row
    row.set(kernel.rewards.subarray(action * stateCount, (action + 1) * stateCount))
    const successors: number[] = []
    for (let o = 0; o < observationCount; o++) {
      if (kernel.possible[action * observationCount + o] === 0) {
        successors.push(-1)
        continue
      }
      propagate(kernel, belief, action, o, this.#next)
      const best = value.best(this.#next)
      successors.push(best)
      projectInto(kernel, action, o, value.data, best * stateCount, kernel.discount, row, 0)
    }
    let mine = 0
    for (let s = 0; s < stateCount; s++) mine += row[s]! * belief[s]!
    const rise = mine - this.#working.value(belief)
    if (rise <= 0) return rise
    this.#working.push(row, 0, action, successors)
    this.greatest = Math.max(this.greatest, rise)
    for (let s = 0; s < stateCount; s++) this.beliefs.push(belief[s]!)
    return rise
  }
}
