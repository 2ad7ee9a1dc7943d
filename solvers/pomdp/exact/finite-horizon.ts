/**
 * Finite-horizon value iteration: V_h = H V_(h-1) from V_0, each as a parsimonious set. The loss of pruning adds up to at
 * most horizon x prunings per update x tolerance (discounted), which the result states.
 */
import { DominanceLp } from '../dominance-lp.ts'
import type { JointKernel } from '../kernel.ts'
import { VectorSet } from '../vector-set.ts'
import { backupContext, type ExactMethod, exactBackup, pruningsPerBackup } from './backup.ts'

export interface FiniteHorizonResult {
  /** V_1 .. V_h as far as they were completed; successors point into the set before. */
  readonly stages: readonly VectorSet[]
  /** V_0. */
  readonly terminal: VectorSet
  readonly complete: boolean
  /** Proved: the optimal value exceeds the last completed stage by at most this, anywhere. */
  readonly errorBound: number
  readonly programs: number
}

export function finiteHorizon(
  kernel: JointKernel,
  horizon: number,
  terminal: VectorSet,
  tolerance: number,
  method: ExactMethod,
  stop: () => boolean,
  onStage?: (stage: number, value: VectorSet) => void,
): FiniteHorizonResult {
  const lp = new DominanceLp(kernel.stateCount)
  const context = backupContext(kernel, tolerance, lp, stop)
  const stages: VectorSet[] = []
  let current = terminal
  let errorBound = 0
  const losses = pruningsPerBackup(kernel) * tolerance
  while (stages.length < horizon) {
    const next = exactBackup(current, method, context)
    if (next === null) break
    stages.push(next)
    current = next
    errorBound = kernel.discount * errorBound + losses
    onStage?.(stages.length, next)
    if (stop()) break
  }
  return { stages, terminal, complete: stages.length === horizon, errorBound, programs: lp.programs }
}

/** The value function that is 0 everywhere. */
export function zeroValue(kernel: JointKernel): VectorSet {
  const zero = new VectorSet(kernel.stateCount, kernel.observationCount, 1)
  zero.push(new Float64Array(kernel.stateCount), 0, -1)
  return zero
}
