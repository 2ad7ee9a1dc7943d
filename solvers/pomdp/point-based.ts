/**
 * The two classical point-based methods, lower bounds both.
 *
 *   pbvi     all points are backed up until they settle, then every point brings its farthest one-step successor (drawn by
 *            simulation, one per action) into the set (Pineau, Gordon and Thrun 2003)
 *   perseus  points come from random exploration; a stage backs up points drawn at random until no point is worse than
 *            before (Spaan and Vlassis 2005)
 *
 * Every vector is a backup of lower bounds, so V <= V* whenever they stop. Complexity of a backup: O(|A||M| + |A||Z||V|S).
 */
import type { RandomStream } from '../numeric/index.ts'
import { type JointKernel, projectInto, propagate } from './kernel.ts'
import { VectorSet } from './vector-set.ts'

export interface PointBasedOptions {
  readonly random: RandomStream
  readonly stop: () => boolean
  /** Most points. @default pbvi 500, perseus 1000 */
  readonly maxPoints?: number
  /** Improvement below which a stage counts as settled, absolute. @default 1e-7 */
  readonly precision?: number
  readonly onStage?: (stage: number, vectors: number, points: number) => void
}

export interface PointBasedResult {
  readonly vectors: VectorSet
  readonly points: readonly Float64Array[]
  readonly stages: number
  /** True when the last stage improved no point by more than the precision and no point was left to add. */
  readonly settled: boolean
}

/** Point-based value iteration. */
export function pbvi(
  kernel: JointKernel,
  start: Float64Array,
  lower: VectorSet,
  options: PointBasedOptions,
): PointBasedResult {
  const { random, stop } = options
  const maxPoints = options.maxPoints ?? 500
  const precision = options.precision ?? 1e-7
  const points: Float64Array[] = [start.slice()]
  let vectors = lower
  let stages = 0
  let settled = false
  while (!stop()) {
    settled = false
    // Value updates on the present points.
    for (let round = 0; round < 400 && !stop(); round++) {
      const next = new VectorSet(kernel.stateCount, kernel.observationCount, points.length + 4)
      let gain = 0
      for (const point of points) {
        const before = vectors.best(point)
        const old = vectors.dot(before, point)
        const backup = backUp(kernel, vectors, point)
        const improved = backup.value > old
        gain = Math.max(gain, backup.value - old)
        // Whichever is better stays; equal vectors enter once.
        const row = improved ? backup.vector : vectors.vector(before)
        const best = next.count > 0 ? next.value(point) : Number.NEGATIVE_INFINITY
        if (Math.max(backup.value, old) > best + 1e-12 * Math.abs(best === Number.NEGATIVE_INFINITY ? 0 : best)) {
          next.push(row, 0, improved ? backup.action : vectors.actions[before]!)
        }
      }
      vectors = next
      stages++
      if (gain <= precision) {
        settled = true
        break
      }
    }
    options.onStage?.(stages, vectors.count, points.length)
    const room = maxPoints - points.length
    if (room <= 0) break
    const added = farthestSuccessors(kernel, points, random, room)
    if (added.length === 0) break
    points.push(...added)
  }
  return { vectors, points, stages, settled }
}

/** Randomised point-based value iteration. */
export function perseus(
  kernel: JointKernel,
  start: Float64Array,
  lower: VectorSet,
  options: PointBasedOptions,
): PointBasedResult {
  const { random, stop } = options
  const precision = options.precision ?? 1e-7
  const points = explore(kernel, start, options.maxPoints ?? 1000, random)
  let vectors = lower
  let stages = 0
  let settled = false
  // A stage may keep every value by backups that improve nothing; the next one then begins where most is to be gained.
  let focus = -1
  while (!stop() && !settled) {
    const old = points.map((point) => vectors.value(point))
    const open = Int32Array.from(points, (_, index) => index)
    let left = open.length
    const next = new VectorSet(kernel.stateCount, kernel.observationCount, vectors.count + 4)
    const reached = new Float64Array(points.length).fill(Number.NEGATIVE_INFINITY)
    while (left > 0 && !stop()) {
      const drawn = focus >= 0 ? focus : random.integer(0, left - 1)
      focus = -1
      const point = points[open[drawn]!]!
      const backup = backUp(kernel, vectors, point)
      if (backup.value >= old[open[drawn]!]!) next.push(backup.vector, 0, backup.action)
      else {
        const best = vectors.best(point)
        next.push(vectors.data, best * kernel.stateCount, vectors.actions[best]!)
      }
      const added = next.count - 1
      let kept = 0
      for (let k = 0; k < left; k++) {
        const index = open[k]!
        reached[index] = Math.max(reached[index]!, next.dot(added, points[index]!))
        if (reached[index]! < old[index]! - 1e-12 * Math.abs(old[index]!)) open[kept++] = index
      }
      left = kept
    }
    if (left > 0) break
    vectors = next
    stages++
    let gain = 0
    for (let k = 0; k < points.length; k++) gain = Math.max(gain, vectors.value(points[k]!) - old[k]!)
    options.onStage?.(stages, vectors.count, points.length)
    if (gain > precision) continue
    let greatest = precision
    for (let k = 0; k < points.length && !stop(); k++) {
      const rise = backUp(kernel, vectors, points[k]!).value - vectors.value(points[k]!)
      if (rise > greatest) {
        greatest = rise
        focus = k
      }
    }
    settled = focus < 0
  }
  return { vectors, points, stages, settled }
}

/** The best vector of one update at a belief. */
export function backUp(
  kernel: JointKernel,
  value: VectorSet,
  belief: Float64Array,
): { readonly vector: Float64Array; readonly value: number; readonly action: number } {
  const { stateCount, actionCount, observationCount, rewards, discount, possible } = kernel
  const next = new Float64Array(stateCount)
  const choice = new Int32Array(observationCount)
  const bestChoice = new Int32Array(observationCount)
  const fallback = value.best(belief)
  let bestAction = 0
  let bestValue = Number.NEGATIVE_INFINITY
  for (let a = 0; a < actionCount; a++) {
    let total = 0
    for (let s = 0; s < stateCount; s++) total += rewards[a * stateCount + s]! * belief[s]!
    for (let o = 0; o < observationCount; o++) {
      choice[o] = -1
      if (possible[a * observationCount + o] === 0) continue
      choice[o] = fallback
      if (propagate(kernel, belief, a, o, next) <= 0) continue
      choice[o] = value.best(next)
      total += discount * value.dot(choice[o]!, next)
    }
    if (total > bestValue) {
      bestValue = total
      bestAction = a
      bestChoice.set(choice)
    }
  }
  const vector = rewards.slice(bestAction * stateCount, (bestAction + 1) * stateCount)
  for (let o = 0; o < observationCount; o++) {
    if (bestChoice[o]! >= 0)
      projectInto(kernel, bestAction, o, value.data, bestChoice[o]! * stateCount, discount, vector, 0)
  }
  let exact = 0
  for (let s = 0; s < stateCount; s++) exact += vector[s]! * belief[s]!
  return { vector, value: exact, action: bestAction }
}

function farthestSuccessors(
  kernel: JointKernel,
  points: readonly Float64Array[],
  random: RandomStream,
  room: number,
): Float64Array[] {
  const added: Float64Array[] = []
  for (const point of points) {
    if (added.length >= room) break
    let farthest: Float64Array | null = null
    let greatest = 1e-6
    for (let a = 0; a < kernel.actionCount; a++) {
      const next = sampleSuccessor(kernel, point, a, random)
      if (next === null) continue
      let nearest = Number.POSITIVE_INFINITY
      for (const list of [points, added])
        for (const other of list) nearest = Math.min(nearest, distance(next, other, nearest))
      if (nearest > greatest) {
        greatest = nearest
        farthest = next
      }
    }
    if (farthest !== null) added.push(farthest)
  }
  return added
}

/** Beliefs met by random actions from the start, restarting every 50 steps. */
function explore(kernel: JointKernel, start: Float64Array, count: number, random: RandomStream): Float64Array[] {
  const points: Float64Array[] = [start.slice()]
  let belief: Float64Array = start
  for (let step = 1; points.length < count && step < 20 * count; step++) {
    const next =
      step % 50 === 0 ? start : sampleSuccessor(kernel, belief, random.integer(0, kernel.actionCount - 1), random)
    belief = next ?? start
    if (points.every((point) => distance(point, belief, Number.POSITIVE_INFINITY) > 1e-9)) points.push(belief)
  }
  return points
}

function sampleSuccessor(
  kernel: JointKernel,
  belief: Float64Array,
  action: number,
  random: RandomStream,
): Float64Array | null {
  const nexts: Float64Array[] = []
  const weights: number[] = []
  for (let o = 0; o < kernel.observationCount; o++) {
    if (kernel.possible[action * kernel.observationCount + o] === 0) continue
    const next = new Float64Array(kernel.stateCount)
    const probability = propagate(kernel, belief, action, o, next)
    if (probability <= 1e-12) continue
    for (let s = 0; s < next.length; s++) next[s]! /= probability
    nexts.push(next)
    weights.push(probability)
  }
  return nexts.length === 0 ? null : nexts[random.weighted(weights)]!
}

/** Sum of absolute differences; stops counting beyond `enough`. */
function distance(a: Float64Array, b: Float64Array, enough: number): number {
  let total = 0
  for (let s = 0; s < a.length && total < enough; s++) total += Math.abs(a[s]! - b[s]!)
  return total
}
