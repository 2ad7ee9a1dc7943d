/**
 * Evaluation of a policy by simulation: discounted return over independent episodes, mean with a 95 % confidence interval
 * (normal approximation). Policies see the exact belief and the observations, never the state; all randomness comes from the seed.
 */
import { RandomStream } from '../numeric/index.ts'
import { buildKernel, propagate } from './kernel.ts'
import type { PomdpModel } from './model.ts'
import { ModelSimulator, type StepOutcome } from './online/simulator.ts'

export interface SimulationOptions {
  /** @default 1000 */
  readonly runs?: number
  /** Steps per episode. @default until discount^step < 1e-6, or after 1000 steps < 1e-3; 100 without discount */
  readonly steps?: number
  /** @default 1 */
  readonly seed?: number
  /** Asked between episodes; those done so far are reported. */
  readonly stop?: () => boolean
}

export interface SimulationResult {
  readonly mean: number
  readonly standardError: number
  /** 95 % confidence interval of the mean. */
  readonly interval: readonly [number, number]
  readonly runs: number
  /** Steps after which an episode was cut. */
  readonly steps: number
  /** discount^steps: what the first step that was left out would have counted. */
  readonly cutWeight: number
}

/** What acts in an episode. Policies without memory need `act` only. */
export interface Policy {
  /** Called at the start of every episode. */
  readonly begin?: () => void
  /** Number of the action to take at a belief, `step` counted from 0. */
  readonly act: (belief: Float64Array, step: number, random: RandomStream) => number
  /** Called with what was seen after the action. */
  readonly observe?: (observation: number, random: RandomStream) => void
}

/** @param policy an action for every belief, or a policy with memory */
export function simulatePolicy(
  model: PomdpModel,
  policy: Policy | Policy['act'],
  options: SimulationOptions = {},
): SimulationResult {
  const actor: Policy = typeof policy === 'function' ? { act: policy } : policy
  const kernel = buildKernel(model)
  const simulator = new ModelSimulator(model)
  const random = new RandomStream(options.seed ?? 1)
  const wanted = options.runs ?? 1000
  const steps = options.steps ?? (model.discount < 1 ? stepsThatCount(model.discount) : 100)
  const outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }
  const next = new Float64Array(model.states.length)
  let sum = 0
  let squares = 0
  let runs = 0
  while (runs < wanted && (runs === 0 || options.stop?.() !== true)) {
    runs++
    let state = random.weighted(model.start)
    const belief = model.start.slice()
    let total = 0
    let weight = 1
    actor.begin?.()
    for (let step = 0; step < steps && !simulator.isTerminal(state); step++) {
      const action = actor.act(belief, step, random)
      simulator.step(state, action, random.next(), random.next(), outcome)
      total += weight * outcome.reward
      weight *= model.discount
      state = outcome.next
      actor.observe?.(outcome.observation, random)
      const probability = propagate(kernel, belief, action, outcome.observation, next)
      for (let s = 0; s < next.length; s++) belief[s] = next[s]! / probability
    }
    sum += total
    squares += total * total
  }
  const mean = sum / runs
  const standardError = Math.sqrt(Math.max(0, squares / runs - mean * mean) / Math.max(1, runs - 1))
  return {
    mean,
    standardError,
    interval: [mean - 1.96 * standardError, mean + 1.96 * standardError],
    runs,
    steps,
    cutWeight: model.discount ** steps,
  }
}

/** Steps until the discount has made the rest small: very small where that is not far, small otherwise. */
function stepsThatCount(discount: number): number {
  const until = (weight: number): number => Math.ceil(Math.log(weight) / Math.log(Math.max(discount, 1e-3)))
  return Math.min(until(1e-6), Math.max(1000, until(1e-3)))
}
