/**
 * Simple bounds of the optimal value function, cheapest first:
 *
 *   blind   alpha_a = r_a + discount T_a alpha_a                                        below V*
 *   MDP     V(s)    = max_a [ r(s,a) + discount sum T V ],  b . V                        above V*
 *   QMDP    Q_a(s)  = r(s,a) + discount sum T max_a' Q_a',  max_a b . Q_a                 above V*, below MDP
 *   FIB     F_a(s)  = r(s,a) + discount sum_o max_a' sum_s' M_ao F_a'(s')                 above V*, below QMDP
 *
 * The upper ones are iterated from above, so that they are bounds whenever they stop. Each also solves a finite horizon
 * exactly that many steps from zero. Complexity per sweep: O(|T|) for MDP and QMDP, O(|A||M|) for FIB.
 * Sources: Littman, Cassandra and Kaelbling 1995 (QMDP); Hauskrecht 2000 (blind, FIB).
 */
import type { JointKernel } from './kernel.ts'
import type { PomdpModel } from './model.ts'
import { VectorSet } from './vector-set.ts'

/** One vector per action; the bound at b is the maximum of the products. */
export interface ActionBound {
  readonly vectors: VectorSet
  readonly sweeps: number
}

/** Value of every state when it is seen, with the greedy action: the fully observable problem. */
export interface MdpSolution {
  readonly values: Float64Array
  /** Best action per state, the smallest number among ties. */
  readonly policy: Int32Array
  /** Q(s, a) at `a * states + s`. */
  readonly actionValues: Float64Array
  readonly sweeps: number
}

/**
 * Value iteration on the fully observable problem, from above for discount < 1, or exactly `horizon` steps from zero.
 * @param precision greatest change of a sweep at which to stop, absolute
 */
export function solveMdp(model: PomdpModel, horizon?: number, precision = 1e-10): MdpSolution {
  const stateCount = model.states.length
  const actionCount = model.actions.length
  const { pointers, columns, values: probabilities } = model.transitions
  const { rewards, discount } = model
  const values = new Float64Array(stateCount).fill(horizon === undefined ? ceiling(rewards, discount) : 0)
  const next = new Float64Array(stateCount)
  const policy = new Int32Array(stateCount)
  const actionValues = new Float64Array(actionCount * stateCount)
  const limit = horizon ?? sweepLimit(discount)
  let sweeps = 0
  while (sweeps < limit) {
    sweeps++
    let change = 0
    for (let s = 0; s < stateCount; s++) {
      let best = Number.NEGATIVE_INFINITY
      for (let a = 0; a < actionCount; a++) {
        const row = a * stateCount + s
        let total = 0
        for (let k = pointers[row]!; k < pointers[row + 1]!; k++) total += probabilities[k]! * values[columns[k]!]!
        const value = rewards[row]! + discount * total
        actionValues[row] = value
        if (value > best) {
          best = value
          policy[s] = a
        }
      }
      change = Math.max(change, Math.abs(best - values[s]!))
      next[s] = best
      // Gauss-Seidel keeps the bound from above and converges faster; a finite horizon must not mix steps.
      if (horizon === undefined) values[s] = best
    }
    if (horizon !== undefined) values.set(next)
    else if (change <= precision) break
  }
  return { values, policy, actionValues, sweeps }
}

/** QMDP: the value of acting now and seeing everything from the next step on. */
export function qmdp(model: PomdpModel, horizon?: number): ActionBound {
  const solution = solveMdp(model, horizon)
  const vectors = new VectorSet(model.states.length, model.observations.length, model.actions.length)
  for (let a = 0; a < model.actions.length; a++) vectors.push(solution.actionValues, a * model.states.length, a)
  return { vectors, sweeps: solution.sweeps }
}

/** The fast informed bound. @param horizon steps from zero; without it the fixed point from above */
export function fastInformedBound(
  model: PomdpModel,
  kernel: JointKernel,
  horizon?: number,
  stop: () => boolean = () => false,
  precision = 1e-9,
): ActionBound {
  const { stateCount, actionCount, observationCount, rewards, discount, pointers, columns, values } = kernel
  const start = horizon === undefined ? solveMdp(model).actionValues : new Float64Array(actionCount * stateCount)
  let current = start.slice()
  let next = new Float64Array(current.length)
  const limit = horizon ?? sweepLimit(discount)
  let sweeps = 0
  while (sweeps < limit && !stop()) {
    sweeps++
    let change = 0
    for (let a = 0; a < actionCount; a++) {
      for (let s = 0; s < stateCount; s++) {
        let total = 0
        for (let o = 0; o < observationCount; o++) {
          const row = (a * observationCount + o) * stateCount + s
          const from = pointers[row]!
          const to = pointers[row + 1]!
          if (from === to) continue
          let best = Number.NEGATIVE_INFINITY
          for (let b = 0, base = 0; b < actionCount; b++, base += stateCount) {
            let inner = 0
            for (let k = from; k < to; k++) inner += values[k]! * current[base + columns[k]!]!
            if (inner > best) best = inner
          }
          total += best
        }
        const value = rewards[a * stateCount + s]! + discount * total
        const difference = Math.abs(value - current[a * stateCount + s]!)
        if (difference > change) change = difference
        next[a * stateCount + s] = value
      }
    }
    ;[current, next] = [next, current]
    if (horizon === undefined && change <= precision) break
  }
  const vectors = new VectorSet(stateCount, observationCount, actionCount)
  for (let a = 0; a < actionCount; a++) vectors.push(current, a * stateCount, a)
  return { vectors, sweeps }
}

/** No discounted sum of rewards exceeds this. */
function ceiling(rewards: Float64Array, discount: number): number {
  let high = Number.NEGATIVE_INFINITY
  for (let k = 0; k < rewards.length; k++) high = Math.max(high, rewards[k]!)
  // Rows may sum to slightly more than 1: the margin keeps this a bound.
  return high <= 0 ? 0 : (high / (1 - discount)) * (1 + 1e-4)
}

function sweepLimit(discount: number): number {
  return Math.ceil(Math.log(1e-13) / Math.log(Math.max(discount, 0.01))) + 10
}
