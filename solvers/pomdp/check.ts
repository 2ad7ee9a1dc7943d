/**
 * Checks of an answer that share no logic with the solvers: they look at the model's own tables T, O and R, never at the
 * kernel, the vectors' provenance or a solver's statistics.
 */
import { RandomStream } from '../numeric/index.ts'
import type { PomdpModel } from './model.ts'
import type { VectorSet } from './vector-set.ts'

/** One-step lookahead value of V at a belief, from the model's tables; terminal values V = 0 when `value` is null. */
export function lookahead(model: PomdpModel, value: VectorSet | null, belief: ArrayLike<number>): number {
  let best = Number.NEGATIVE_INFINITY
  for (let a = 0; a < model.actions.length; a++) best = Math.max(best, actionValue(model, value, belief, a))
  return best
}

/** Value of an action followed by V. */
export function actionValue(
  model: PomdpModel,
  value: VectorSet | null,
  belief: ArrayLike<number>,
  action: number,
): number {
  const stateCount = model.states.length
  const observationCount = model.observations.length
  const { pointers, columns, values } = model.transitions
  const reached = new Float64Array(stateCount)
  let total = 0
  for (let s = 0; s < stateCount; s++) {
    const weight = belief[s] as number
    if (weight === 0) continue
    const row = action * stateCount + s
    total += weight * model.rewards[row]!
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) reached[columns[k]!]! += weight * values[k]!
  }
  if (value === null) return total
  const next = new Float64Array(stateCount)
  for (let o = 0; o < observationCount; o++) {
    let mass = 0
    for (let s = 0; s < stateCount; s++) {
      next[s] = reached[s]! * model.observationProbabilities[(action * stateCount + s) * observationCount + o]!
      mass += next[s]!
    }
    if (mass > 0) total += model.discount * value.value(next)
  }
  return total
}

export interface ResidualCheck {
  /** Greatest (H V - V)(b) over the beliefs examined. */
  readonly greatestRise: number
  /** Greatest (V - H V)(b): positive values beyond rounding mean that V claims more than it can earn. */
  readonly greatestFall: number
  readonly beliefs: number
}

/** Bellman residuals of V at the start, the corners and random beliefs. */
export function checkResidual(model: PomdpModel, value: VectorSet, samples = 64, seed = 1): ResidualCheck {
  const random = new RandomStream(seed)
  const stateCount = model.states.length
  const beliefs: Float64Array[] = [model.start]
  for (let s = 0; s < Math.min(stateCount, 64); s++) {
    const corner = new Float64Array(stateCount)
    corner[s] = 1
    beliefs.push(corner)
  }
  for (let k = 0; k < samples; k++) {
    const belief = Float64Array.from({ length: stateCount }, () => -Math.log(1 - random.next()))
    const total = belief.reduce((a, b) => a + b, 0)
    beliefs.push(belief.map((weight) => weight / total))
  }
  let greatestRise = Number.NEGATIVE_INFINITY
  let greatestFall = Number.NEGATIVE_INFINITY
  for (const belief of beliefs) {
    const difference = lookahead(model, value, belief) - value.value(belief)
    greatestRise = Math.max(greatestRise, difference)
    greatestFall = Math.max(greatestFall, -difference)
  }
  return { greatestRise, greatestFall, beliefs: beliefs.length }
}
