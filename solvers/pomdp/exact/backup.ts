/**
 * One exact dynamic-programming update, V -> H V with
 *
 *   (H V)(b) = max over a of [ r_a . b + discount * sum over o of max over i of alpha_i . M_ao^T b ],
 *
 * as a parsimonious set. The methods of the literature differ only in how the surface of one action is built; they stand
 * behind one signature and give the same set, which a conformance suite holds them to.
 */
import type { DominanceLp } from '../dominance-lp.ts'
import type { JointKernel } from '../kernel.ts'
import { parsimonious, prune } from '../prune.ts'
import { NO_SUCCESSOR, VectorSet } from '../vector-set.ts'
import { crossSum, type StopTest, translate } from './cross-sum.ts'
import { enumerate } from './enumeration.ts'
import { linearSupport } from './linear-support.ts'
import { type PartialSums, projections, rewardVector, selectSums } from './projections.ts'
import { RegionBoxes } from './region-boxes.ts'
import { twoPass } from './two-pass.ts'
import { witness } from './witness.ts'

export type ExactMethod =
  /** Fold the observations one by one, pruning after each (Zhang and Liu 1996), by regions (Feng and Zilberstein 2004). */
  | 'incremental-pruning'
  /** Fold one by one, pruning every cross sum as a whole (Cassandra, Littman and Zhang 1997). */
  | 'plain-incremental-pruning'
  /** Littman's witness algorithm (1996). */
  | 'witness'
  /** Cheng's linear support (1988), with incremental vertex enumeration instead of an external LP code. */
  | 'linear-support'
  /** Sondik's regions of linearity (1971), one pass per action and one over the actions. */
  | 'two-pass'
  /** All combinations, then one pruning (Monahan 1982). */
  | 'enumeration'

export const EXACT_METHODS: readonly ExactMethod[] = [
  'incremental-pruning',
  'plain-incremental-pruning',
  'witness',
  'linear-support',
  'two-pass',
  'enumeration',
]

/** What the builders of one action's surface share. */
export interface BackupContext {
  readonly kernel: JointKernel
  /** Largest loss allowed in one pruning, absolute. */
  readonly tolerance: number
  readonly lp: DominanceLp
  readonly boxes: RegionBoxes
  readonly stop: StopTest
  /** Largest intermediate set before the method gives up. */
  readonly maxVectors: number
}

/** Builds the surface of one action from its projections; null when stopped or too large. */
export type SurfaceBuilder = (sets: readonly PartialSums[], context: BackupContext) => PartialSums | null

const BUILDERS: Readonly<Record<ExactMethod, SurfaceBuilder>> = {
  'incremental-pruning': foldRegions,
  'plain-incremental-pruning': foldPlain,
  witness,
  'linear-support': linearSupport,
  'two-pass': twoPass,
  enumeration: enumerate,
}

export function backupContext(
  kernel: JointKernel,
  tolerance: number,
  lp: DominanceLp,
  stop: StopTest,
  maxVectors = 200_000,
): BackupContext {
  return { kernel, tolerance, lp, boxes: new RegionBoxes(kernel.stateCount), stop, maxVectors }
}

/** Prunings of one update whose losses add up: projections, folds, the union and its second pass. */
export function pruningsPerBackup(kernel: JointKernel): number {
  return 2 * kernel.observationCount + 2
}

/** H V; successors point into V. Null when the stop test fired or a set outgrew the limit. */
export function exactBackup(value: VectorSet, method: ExactMethod, context: BackupContext): VectorSet | null {
  const { kernel, lp, tolerance } = context
  const dimension = kernel.stateCount
  const union = new VectorSet(dimension, kernel.observationCount, 64)
  const witnesses: number[] = []
  for (let a = 0; a < kernel.actionCount; a++) {
    const surface = actionSurface(value, a, method, context)
    if (surface === null) return null
    for (let i = 0; i < surface.count; i++) {
      union.push(surface.data, i * dimension, a, surface.choices, i * kernel.observationCount)
      for (let s = 0; s < dimension; s++) witnesses.push(surface.witnesses[i * dimension + s]!)
    }
  }
  const seeds = Float64Array.from(witnesses)
  const kept = prune({ data: union.data, count: union.count, dimension }, tolerance, lp, seeds, union.count).kept
  const first = union.select(kept.sort((x, y) => x - y))
  return first.select(parsimonious(first, tolerance, lp))
}

/** The surface of one action, immediate reward included. */
export function actionSurface(
  value: VectorSet,
  action: number,
  method: ExactMethod,
  context: BackupContext,
): PartialSums | null {
  const { kernel, lp, tolerance } = context
  const sets = projections(kernel, value, action, tolerance, lp)
  const surface = BUILDERS[method](sets, context)
  return surface === null ? null : translate(surface, rewardSums(kernel, action))
}

/** The one-vector set of the immediate reward. */
export function rewardSums(kernel: JointKernel, action: number): PartialSums {
  return {
    dimension: kernel.stateCount,
    observationCount: kernel.observationCount,
    count: 1,
    data: rewardVector(kernel, action),
    choices: new Int32Array(kernel.observationCount).fill(NO_SUCCESSOR),
    witnesses: new Float64Array(kernel.stateCount).fill(1 / kernel.stateCount),
  }
}

function foldRegions(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  let folded = sets[0]!
  for (const set of sets.slice(1)) {
    const next = crossSum(folded, set, context.tolerance, context.lp, context.boxes, context.stop)
    if (next === null || next.count > context.maxVectors) return null
    folded = next
  }
  return folded
}

function foldPlain(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  let folded = sets[0]!
  for (const set of sets.slice(1)) {
    const all = enumerate([folded, set], { ...context, tolerance: -1 })
    if (all === null || context.stop()) return null
    const pruned = prune(all, context.tolerance, context.lp)
    folded = selectSums(all, pruned.kept, pruned.witnesses)
  }
  return folded
}
