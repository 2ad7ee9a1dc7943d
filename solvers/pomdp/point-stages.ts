/**
 * More steps of a finite horizon where exact ones no longer finish: every stage is backed up at a few beliefs only,
 *
 *   V_{k+1} = { backup of V_k at b : b in B },   B = the first beliefs reachable from the start.
 *
 * Each vector is the value of a policy tree, so every stage bounds the optimal value of its horizon from below; successors point into the
 * stage before, as in exact stages. O(steps x beliefs^2 x A x Z x S). Source: point-based backups (Pineau, Gordon and Thrun 2003).
 */
import { BeliefTree } from './belief-tree.ts'
import { type JointKernel, projectInto } from './kernel.ts'
import { IMPOSSIBLE, PointSet } from './point-set.ts'
import { VectorSet } from './vector-set.ts'

/** Most beliefs, and the multiplications that all steps together may take: they decide alone, so that the same call gives the same answer. */
const MOST_BELIEFS = 200
const MOST_WORK = 1e8

/**
 * The stages after `last`, first to last.
 * @param last a lower bound of the value of as many steps as are done
 */
export function pointStages(kernel: JointKernel, start: Float64Array, last: VectorSet, steps: number): VectorSet[] {
  const { actionCount, observationCount, stateCount } = kernel
  const width = actionCount * observationCount * stateCount
  const fitting = Math.floor(Math.sqrt(MOST_WORK / (steps * width)))
  const points = new PointSet(kernel)
  points.add(start)
  points.expand(Math.min(MOST_BELIEFS, Math.max(1, fitting)))
  const all = Array.from({ length: points.entryCount }, (_, e) => e)
  const tree = new BeliefTree(points.beliefs, stateCount, all, points.entryCount)
  const stages: VectorSet[] = []
  let before = last
  for (let step = 0; step < steps; step++) {
    before = nextStage(points, tree, before)
    stages.push(before)
  }
  return stages
}

function nextStage(points: PointSet, tree: BeliefTree, before: VectorSet): VectorSet {
  const { kernel, active, successors, probabilities } = points
  const { stateCount, actionCount, observationCount, rewards, discount, possible } = kernel
  const best = tree.best(before)
  const stage = new VectorSet(stateCount, observationCount, active.length)
  const known = new Set<string>()
  const row = new Float64Array(stateCount)
  const choice = new Int32Array(observationCount)
  for (const [k, entry] of active.entries()) {
    const belief = points.belief(entry)
    let action = 0
    let high = Number.NEGATIVE_INFINITY
    for (let a = 0; a < actionCount; a++) {
      let total = 0
      for (let s = 0; s < stateCount; s++) total += rewards[a * stateCount + s]! * belief[s]!
      for (let o = 0, at = (k * actionCount + a) * observationCount; o < observationCount; o++, at++)
        if (successors[at] !== IMPOSSIBLE) total += discount * probabilities[at]! * best.value[successors[at]!]!
      if (total > high) {
        high = total
        action = a
      }
    }
    row.set(rewards.subarray(action * stateCount, (action + 1) * stateCount))
    for (let o = 0; o < observationCount; o++) {
      const next = successors[(k * actionCount + action) * observationCount + o]!
      // After what this belief rules out any vector will do: the one that is best here.
      const chosen =
        possible[action * observationCount + o] === 0 ? -1 : best.index[next === IMPOSSIBLE ? entry : next]!
      choice[o] = chosen
      if (chosen >= 0) projectInto(kernel, action, o, before.data, chosen * stateCount, discount, row, 0)
    }
    const key = `${action}:${choice.join()}`
    if (known.has(key)) continue
    known.add(key)
    stage.push(row, 0, action, choice)
  }
  return stage
}
