/**
 * What to find out before acting, and which way to take as long as a fact is uncertain.
 *
 * Each fact whose value is not known poses one decision: hypotheses are its values, tests are its sensors, an act fixes a way
 * for every task that relies on it. The loss of an act is the money it is expected to take: the ways it fixes and, where one
 * turns out not to work, the cheapest way that does on top. The decision is solved exactly, sequences of readings included
 * (src/belief), and its first step is taken: read that sensor first, or keep to those ways. After each reading it is asked again.
 * Where more than 2048 combinations of ways would have to be compared, the acts are only "trust this value" and "avoid the fact".
 * Facts are treated one at a time; a task that relies on several is decided with the first of them, in the problem's order.
 */

import { beliefIn, effort, isDone, type Standing, sensingName } from '../../models/operation/index.ts'
import { BeliefState, fuseBeliefs, ObservationModel, type Reading, solveDecision } from '../belief/index.ts'
import type { HiddenFact, OperationProblem, OperationTask, Sensor, WorkWay } from '../domain/operation.ts'
import type { DecisionProblem } from '../domain/pomdp-decision.ts'

/** Combinations of ways looked at per fact; beyond them every task keeps or avoids the fact alike. */
const MOST_ACTS = 2048

export interface InformationStep {
  readonly fact: string
  readonly belief: readonly number[]
  /** Sensor to read first; null: act. */
  readonly sensor: string | null
  /** Expected cost with the best readings, and without any. */
  readonly expectedCost: number
  readonly withoutSensing: number
  /** Ways left to each task that relies on the fact: the best one at this belief; all that work once the fact is certain. */
  readonly ways: ReadonlyMap<string, readonly string[]>
}

/** One decision for each uncertain fact on which something open relies. */
export function decideInformation(problem: OperationProblem, standing: Standing): InformationStep[] {
  const steps: InformationStep[] = []
  const settled = new Set<string>()
  for (const fact of problem.facts) {
    const belief = beliefIn(problem, standing, fact.id)
    const certain = belief.some((p) => p > 1 - 1e-12)
    const tasks = problem.tasks.filter(
      (task) => !isDone(task, standing) && !settled.has(task.id) && relies(task, fact.id) && !begun(task, standing),
    )
    if (tasks.length === 0) continue
    for (const task of tasks) settled.add(task.id)
    if (certain) {
      steps.push(certainStep(fact, belief, tasks))
      continue
    }
    const sensors = openSensors(problem, standing, fact)
    const decision = factDecision(problem, standing, fact, belief, tasks, sensors)
    const best = solveDecision(decision.problem)
    const act = best.root.decision
    const without = solveDecision(decision.problem, { tests: [] })
    const fixed = without.root.decision
    const chosen = decision.acts.get(act.kind === 'act' ? act.id : fixed.id)
    steps.push({
      fact: fact.id,
      belief,
      sensor: act.kind === 'test' ? act.id : null,
      expectedCost: best.expectedCost,
      withoutSensing: without.expectedCost,
      ways: chosen ?? new Map(),
    })
  }
  return steps
}

/** Nothing to decide: every way that works stays, and the joint model chooses among them. */
function certainStep(fact: HiddenFact, belief: readonly number[], tasks: readonly OperationTask[]): InformationStep {
  const truth = fact.values[belief.findIndex((p) => p > 0.5)]?.id
  const ways = new Map(
    tasks.map((task) => [
      task.id,
      task.ways
        .filter((way) => way.relies.every((one) => one.fact !== fact.id || one.value === truth))
        .map((way) => way.id),
    ]),
  )
  return { fact: fact.id, belief, sensor: null, expectedCost: 0, withoutSensing: 0, ways }
}

/** Beliefs after what the agents have shared; the same reading counts once, however often it was passed on. */
export function fuseReadings(problem: OperationProblem): Map<string, readonly number[]> {
  const beliefs = new Map<string, readonly number[]>()
  for (const fact of problem.facts) {
    const shared = new Map<string, Reading[]>()
    for (const reading of problem.readings) {
      const sensor = problem.sensors.find((one) => one.id === reading.sensor)
      if (sensor === undefined || sensor.fact !== fact.id) continue
      const held = shared.get(reading.agent) ?? []
      shared.set(reading.agent, held)
      held.push({ id: reading.id, observation: reading.outcome, model: observationModel(fact, sensor) })
    }
    if (shared.size === 0) continue
    const states = fact.values.map((value) => value.id)
    const prior = new BeliefState(
      states,
      fact.values.map((value) => value.probability),
    )
    const { belief } = fuseBeliefs(prior, Object.fromEntries(shared))
    beliefs.set(
      fact.id,
      states.map((state) => belief.probabilityOf(state)),
    )
  }
  return beliefs
}

/** Bayes' rule for one reading. @returns null when the outcome is impossible under the belief */
export function afterReading(
  fact: HiddenFact,
  sensor: Sensor,
  belief: readonly number[],
  outcome: string,
): readonly number[] | null {
  const o = sensor.outcomes.indexOf(outcome)
  const weights = fact.values.map((value, k) => (belief[k] as number) * (sensor.likelihood[value.id]?.[o] ?? 0))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return total > 0 ? weights.map((weight) => weight / total) : null
}

function observationModel(fact: HiddenFact, sensor: Sensor): ObservationModel {
  const states = fact.values.map((value) => value.id)
  return new ObservationModel(
    states,
    sensor.outcomes,
    states.map((state) => sensor.likelihood[state] ?? []),
  )
}

function relies(task: OperationTask, fact: string): boolean {
  return task.ways.some((way) => way.relies.some((one) => one.fact === fact))
}

function begun(task: OperationTask, standing: Standing): boolean {
  const prefix = `${task.id}/`
  return standing.running.some((one) => one.unit.startsWith(prefix))
}

function openSensors(problem: OperationProblem, standing: Standing, fact: HiddenFact): Sensor[] {
  return problem.sensors.filter(
    (sensor) =>
      sensor.fact === fact.id &&
      !standing.finished.has(sensingName(sensor.id)) &&
      problem.agents.some((agent) => !standing.lost.has(agent.id) && effort(agent, sensor.needs, 1, 1) !== null),
  )
}

function factDecision(
  problem: OperationProblem,
  standing: Standing,
  fact: HiddenFact,
  belief: readonly number[],
  tasks: readonly OperationTask[],
  sensors: readonly Sensor[],
): { problem: DecisionProblem; acts: Map<string, ReadonlyMap<string, readonly string[]>> } {
  const losses = tasks.map((task) => wayLosses(problem, standing, fact, task))
  const acts = new Map<string, ReadonlyMap<string, readonly string[]>>()
  const declared: { id: string; loss: Record<string, number> }[] = []
  for (const [index, picks] of combinations(losses, fact).entries()) {
    const loss: Record<string, number> = {}
    fact.values.forEach((value, h) => {
      loss[value.id] = picks.reduce((sum, pick) => sum + (pick.loss[h] as number), 0)
    })
    const id = `act ${index}`
    declared.push({ id, loss })
    acts.set(id, new Map(picks.map((pick, t) => [(tasks[t] as OperationTask).id, [pick.way]])))
  }
  return {
    acts,
    problem: {
      kind: 'decision',
      name: fact.id,
      hypotheses: fact.values.map((value, h) => ({ id: value.id, probability: belief[h] as number })),
      tests: sensors.map(({ id, cost, outcomes, likelihood }) => ({ id, cost, outcomes, likelihood })),
      acts: declared,
      repairs: [],
    },
  }
}

interface WayLoss {
  readonly way: string
  /** Whether it depends on the fact at all. */
  readonly relies: boolean
  /** By value of the fact. */
  readonly loss: readonly number[]
}

function wayLosses(problem: OperationProblem, standing: Standing, fact: HiddenFact, task: OperationTask): WayLoss[] {
  const priced = task.ways.flatMap((way) => {
    const price = cheapest(problem, standing, way)
    return price === null ? [] : [{ way, price }]
  })
  const works = (way: WorkWay, value: string): boolean =>
    way.relies.every((one) => one.fact !== fact.id || one.value === value)
  return priced.map(({ way, price }) => ({
    way: way.id,
    relies: way.relies.some((one) => one.fact === fact.id),
    loss: fact.values.map((value) => {
      if (works(way, value.id)) return price
      const others = priced.filter((other) => works(other.way, value.id)).map((other) => other.price)
      // Nothing works: what was spent is lost, and so is the worth of the task.
      return price + (others.length > 0 ? Math.min(...others) : task.value)
    }),
  }))
}

/** Cost of a way when each unit is done by whoever is there and cheapest; null when nobody can. */
function cheapest(problem: OperationProblem, standing: Standing, way: WorkWay): number | null {
  let sum = 0
  for (const unit of way.units) {
    const costs = problem.agents.flatMap((agent) => {
      const needed = standing.lost.has(agent.id) ? null : effort(agent, unit.needs, unit.duration, unit.cost)
      return needed === null ? [] : [needed.cost]
    })
    if (costs.length === 0) return null
    sum += Math.min(...costs)
  }
  return sum
}

function combinations(losses: readonly (readonly WayLoss[])[], fact: HiddenFact): WayLoss[][] {
  const undominated = losses.map((options) =>
    options.filter(
      (one, i) =>
        !options.some(
          (other, k) =>
            other.loss.every((loss, h) => loss <= (one.loss[h] as number)) &&
            (k < i || other.loss.some((loss, h) => loss < (one.loss[h] as number))),
        ),
    ),
  )
  const count = undominated.reduce((product, options) => product * options.length, 1)
  if (count <= MOST_ACTS) {
    let all: WayLoss[][] = [[]]
    for (const options of undominated) all = all.flatMap((head) => options.map((one) => [...head, one]))
    return all
  }
  // One act for each value that is trusted: every task takes its best way under it; and one that avoids the fact.
  const under = fact.values.map((_, h) => undominated.map((options) => least(options, (one) => one.loss[h] as number)))
  const worst = undominated.map((options) => least(options, (one) => Math.max(...one.loss)))
  return [...under, worst]
}

function least(options: readonly WayLoss[], of: (one: WayLoss) => number): WayLoss {
  return options.reduce((best, one) => (of(one) < of(best) ? one : best))
}
