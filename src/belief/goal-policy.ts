/**
 * A policy towards a goal belief where the exact search does not end: the problem with one more action, `declare`, which ends it
 * for nothing in a goal state and for a penalty elsewhere, is solved by SARSOP (Kurniawati, Hsu and Lee 2008),
 *
 *   penalty = 40 x dearest action / (1 - p);  discount 0.99,
 *
 * and its other actions are taken until the goal belief is reached. The policy is good, not proved: what it costs is measured in
 * simulated runs, with a standard error. Deterministic for a seed.
 */
import { RandomStream } from '../../solvers/numeric/index.ts'
import { fastInformedBound } from '../../solvers/pomdp/bounds.ts'
import { heuristicSearch } from '../../solvers/pomdp/heuristic-search.ts'
import { buildKernel, propagate } from '../../solvers/pomdp/kernel.ts'
import { type PomdpModel, sparseRows } from '../../solvers/pomdp/model.ts'
import { blindPolicies } from '../../solvers/pomdp/point-backup.ts'

export interface GoalSimulation {
  readonly runs: number
  /** Runs that came to the goal within the step limit. */
  readonly reached: number
  /** Mean cost over all runs; those that were cut count with what they had cost. */
  readonly mean: number
  readonly standardError: number
  /** First action of the policy. */
  readonly action: string
}

export interface GoalSimulationOptions {
  readonly runs: number
  readonly seed: number
  readonly stop: () => boolean
}

interface Goal {
  readonly holds: (state: string) => boolean
  readonly probability: number
}

const DISCOUNT = 0.99
const PRECISION = 0.05
/** Trials of the heuristic search, so that the same call gives the same policy everywhere. */
const TRIALS = 250
/** Steps after which a run is cut. */
const LONGEST_RUN = 500

/** Makes the policy and tries it out. */
export function simulateGoalPolicy(
  model: PomdpModel,
  goal: Goal,
  start: Float64Array,
  options: GoalSimulationOptions,
): GoalSimulation {
  const random = new RandomStream(options.seed)
  const kernel = buildKernel(model)
  const act = goalPolicy(model, goal, start, options.stop)
  const inGoal = model.states.map(goal.holds)
  const next = new Float64Array(start.length)
  let [sum, squares, reached, runs] = [0, 0, 0, 0]
  while (runs < options.runs && (runs === 0 || !options.stop())) {
    runs++
    let belief = start
    let cost = 0
    for (let step = 0; step < LONGEST_RUN; step++) {
      if (satisfied(belief, inGoal) >= goal.probability - 1e-12) {
        reached++
        break
      }
      const action = act(belief)
      const outcomes: Float64Array[] = []
      const probabilities: number[] = []
      for (let s = 0; s < belief.length; s++) cost -= belief[s]! * model.rewards[action * belief.length + s]!
      for (let o = 0; o < model.observations.length; o++) {
        const mass = propagate(kernel, belief, action, o, next)
        if (mass <= 1e-12) continue
        probabilities.push(mass)
        outcomes.push(next.map((weight) => weight / mass))
      }
      belief = outcomes[random.weighted(probabilities)]!
    }
    sum += cost
    squares += cost * cost
  }
  const mean = sum / runs
  const standardError = Math.sqrt(Math.max(0, squares / runs - mean * mean) / Math.max(1, runs - 1))
  return { runs, reached, mean, standardError, action: model.actions[act(start)]! }
}

function satisfied(belief: Float64Array, inGoal: readonly boolean[]): number {
  return belief.reduce((sum, weight, s) => (inGoal[s] === true ? sum + weight : sum), 0)
}

/** One-step lookahead over the value of the problem with `declare`, without that action. */
function goalPolicy(
  model: PomdpModel,
  goal: Goal,
  start: Float64Array,
  stop: () => boolean,
): (belief: Float64Array) => number {
  const count = model.states.length
  const declared = declaring(model, goal, start)
  const kernel = buildKernel(declared)
  const upper = fastInformedBound(declared, kernel).vectors
  let trials = 0
  const { vectors } = heuristicSearch(kernel, declared.start, blindPolicies(kernel), upper, {
    strategy: 'sarsop',
    epsilon: PRECISION * Math.max(1e-9, dearest(model)),
    stop: () => trials >= TRIALS || stop(),
    onTrial: (trial) => {
      trials = trial
    },
  })
  const next = new Float64Array(count + 1)
  return (belief) => {
    const wide = padded(belief)
    let best = 0
    let high = Number.NEGATIVE_INFINITY
    for (let a = 0; a < model.actions.length; a++) {
      let value = 0
      for (let s = 0; s < count; s++) value += belief[s]! * model.rewards[a * count + s]!
      for (let o = 0; o < model.observations.length; o++)
        if (propagate(kernel, wide, a, o, next) > 1e-12) value += DISCOUNT * vectors.value(next)
      if (value > high) {
        high = value
        best = a
      }
    }
    return best
  }
}

function dearest(model: PomdpModel): number {
  return model.rewards.reduce((most, reward) => Math.max(most, -reward), 0)
}

function padded(belief: Float64Array): Float64Array {
  const wide = new Float64Array(belief.length + 1)
  wide.set(belief)
  return wide
}

/** The model with a last state in which all is over and a last action that leads there. */
function declaring(model: PomdpModel, goal: Goal, start: Float64Array): PomdpModel {
  const count = model.states.length
  const [actionCount, width] = [model.actions.length, model.observations.length]
  const { pointers, columns, values } = model.transitions
  const penalty = (40 * dearest(model)) / Math.max(1 - goal.probability, 0.01)
  const rewards = new Float64Array((actionCount + 1) * (count + 1))
  const observe = new Float64Array((actionCount + 1) * (count + 1) * width)
  for (let a = 0; a <= actionCount; a++) {
    for (let s = 0; s <= count; s++) {
      const row = a * (count + 1) + s
      if (s === count || a === actionCount) {
        observe[row * width] = 1
        if (s < count && !goal.holds(model.states[s]!)) rewards[row] = -penalty
        continue
      }
      rewards[row] = model.rewards[a * count + s]!
      const from = (a * count + s) * width
      observe.set(model.observationProbabilities.subarray(from, from + width), row * width)
    }
  }
  return {
    states: [...model.states, 'over'],
    actions: [...model.actions, 'declare'],
    observations: model.observations,
    discount: DISCOUNT,
    objective: 'cost',
    start: padded(start),
    transitions: sparseRows((actionCount + 1) * (count + 1), (row) => {
      const a = Math.floor(row / (count + 1))
      const s = row % (count + 1)
      if (s === count || a === actionCount) return [[count, 1]]
      const at = a * count + s
      return Array.from(
        columns.subarray(pointers[at], pointers[at + 1]),
        (column, k) => [column, values[pointers[at]! + k]!] as const,
      )
    }),
    observationProbabilities: observe,
    rewards,
  }
}
