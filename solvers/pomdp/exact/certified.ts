/**
 * Infinite-horizon value iteration with a proof over the whole belief simplex.
 *
 * V starts as a lower bound of V* (values of blind policies) and stays one. Cheap point-based iteration over a growing
 * list of beliefs brings V close to the fixed point; an exact sweep (improvement.ts) then either finds beliefs where one
 * update still gains more than a threshold, which join the list, or proves
 *
 *   sup over b of (H V - V)(b) <= rho,   hence   V(b) <= V*(b) <= V(b) + rho / (1 - discount)   for every b,
 *
 * since V* - V <= discount sup (V* - V) + rho. The loop stops when rho / (1 - discount) <= epsilon. Losses of pruning and
 * programs left open by rounding are added to rho, so the bound is honest.
 *
 * A handful of exact sweeps replaces the hundreds of updates that plain iteration needs.
 * Sources: point-based steps between exact updates (Zhang and Zhang 2001), bounds of Puterman (1994), section 6.3.
 */

import { DOMINATED, DominanceLp, WITNESS } from '../dominance-lp.ts'
import type { JointKernel } from '../kernel.ts'
import { iteratePoints } from '../point-backup.ts'
import { PointSet } from '../point-set.ts'
import { parsimonious, prune } from '../prune.ts'
import type { VectorSet } from '../vector-set.ts'
import { type BackupContext, backupContext, type ExactMethod, exactBackup, pruningsPerBackup } from './backup.ts'
import { findImprovements, type Improvement } from './improvement.ts'

export interface CertifiedResult {
  readonly value: VectorSet
  /** Proved: V* <= V + errorBound everywhere; Infinity while no sweep has been completed. */
  readonly errorBound: number
  /** Exact sweeps made, complete or not. */
  readonly sweeps: number
  readonly pointRounds: number
  readonly complete: boolean
  readonly programs: number
}

export interface CertifiedProgress {
  readonly sweep: number
  readonly vectors: number
  readonly greatest: number
  readonly errorBound: number
}

/**
 * @param value vectors that bound V* from below
 * @param epsilon wanted error bound everywhere, absolute
 */
export function certifiedValueIteration(
  kernel: JointKernel,
  value: VectorSet,
  start: Float64Array,
  epsilon: number,
  method: ExactMethod,
  stop: () => boolean,
  onSweep?: (progress: CertifiedProgress) => void,
): CertifiedResult {
  const { stateCount, discount } = kernel
  const lp = new DominanceLp(stateCount)
  const target = epsilon * (1 - discount)
  const losses = pruningsPerBackup(kernel)
  const pruneTolerance = Math.max((0.25 * target) / losses, 1e-13)
  const threshold = target - losses * pruneTolerance
  const context = backupContext(kernel, pruneTolerance, lp, stop)
  const points = startingPoints(kernel, start)
  let current = value
  let errorBound = Number.POSITIVE_INFINITY
  let pointRounds = 0
  let sweeps = 0
  const finest = Math.max(0.05 * target, 1e-13)
  let scale = 0
  for (const reward of kernel.rewards) scale = Math.max(scale, Math.abs(reward))
  // Early rounds need no more precision than a small part of what an exact sweep is about to find.
  let precision = Math.max(1e-3 * scale, finest)
  let firstAction = 0
  let limit = 40
  for (;;) {
    const iterated = iteratePoints(points, current, precision, stop)
    pointRounds += iterated.rounds
    current = tidy(iterated.value, 0.1 * pruneTolerance, lp)
    if (stop()) break
    const sweep =
      method === 'incremental-pruning'
        ? findImprovements(current, threshold, limit, firstAction, context)
        : improvementsByBackup(current, threshold, method, context)
    sweeps++
    if (sweep.complete) {
      const residual = Math.max(sweep.greatest, threshold, sweep.openBound) + losses * pruneTolerance
      errorBound = Math.min(errorBound, residual / (1 - discount))
    }
    onSweep?.({ sweep: sweeps, vectors: current.count, greatest: sweep.greatest, errorBound })
    if (sweep.complete && sweep.found === 0) break
    if (stop()) break
    let added = 0
    for (let k = 0; k < sweep.found; k++) {
      if (points.add(sweep.beliefs.subarray(k * stateCount, (k + 1) * stateCount))) added++
    }
    // The same beliefs again: the point iteration was not precise enough to settle them.
    precision =
      added === 0 ? Math.max(0.1 * precision, 1e-14) : Math.min(precision, Math.max(0.01 * sweep.greatest, finest))
    current = sweep.value
    firstAction = (firstAction + 1) % kernel.actionCount
    limit = Math.max(limit, current.count)
  }
  return {
    value: current,
    errorBound,
    sweeps,
    pointRounds,
    complete: errorBound <= epsilon * (1 + 1e-9),
    programs: lp.programs,
  }
}

/** The start belief, the corners, the barycentre and up to 200 beliefs that can be reached from the start. */
function startingPoints(kernel: JointKernel, start: Float64Array): PointSet {
  const { stateCount } = kernel
  const points = new PointSet(kernel)
  points.add(start)
  points.expand(200)
  const corner = new Float64Array(stateCount)
  for (let s = 0; s < stateCount; s++) {
    corner.fill(0)
    corner[s] = 1
    points.add(corner)
  }
  points.add(new Float64Array(stateCount).fill(1 / stateCount))
  return points
}

/** Drops what the others cover, up to a tolerance. */
function tidy(value: VectorSet, tolerance: number, lp: DominanceLp): VectorSet {
  return value.select(prune(value, tolerance, lp).kept.sort((a, b) => a - b))
}

/** The same search by a full exact update, for the methods that build H V as a whole. */
function improvementsByBackup(
  value: VectorSet,
  threshold: number,
  method: ExactMethod,
  context: BackupContext,
): Improvement {
  const { lp, kernel } = context
  const { stateCount } = kernel
  const updated = exactBackup(value, method, context)
  const working = value.select(Int32Array.from({ length: value.count }, (_, index) => index))
  if (updated === null) {
    return { value: working, beliefs: new Float64Array(0), found: 0, complete: false, greatest: 0, openBound: 0 }
  }
  const beliefs: number[] = []
  let greatest = 0
  let openBound = 0
  for (let i = 0; i < updated.count; i++) {
    // Against V itself, raising the threshold to every margin found, so that `greatest` is the true residual.
    let improves = false
    for (let level = threshold; ; ) {
      const verdict = lp
        .reset()
        .block(value.data, value.count, null, updated.data, i * stateCount, -1, 1)
        .solve(level)
      if (verdict === DOMINATED) break
      if (verdict !== WITNESS) {
        openBound = Math.max(openBound, lp.bound)
        break
      }
      improves = true
      greatest = Math.max(greatest, lp.margin)
      for (let s = 0; s < stateCount; s++) beliefs.push(lp.belief[s]!)
      level = lp.margin + 1e-3 * threshold
    }
    if (improves)
      working.push(updated.data, i * stateCount, updated.actions[i]!, updated.successors, i * kernel.observationCount)
  }
  const found = beliefs.length / stateCount
  return { value: working, beliefs: Float64Array.from(beliefs), found, complete: true, greatest, openBound }
}

/** Final form for people: a parsimonious set. Loses at most `2 * tolerance`. */
export function compact(value: VectorSet, tolerance: number): VectorSet {
  const lp = new DominanceLp(value.dimension)
  const first = value.select(prune(value, tolerance, lp).kept.sort((a, b) => a - b))
  return first.select(parsimonious(first, tolerance, lp))
}
