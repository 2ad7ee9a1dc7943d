/**
 * An operation as execution sees it: which steps can run in a state and what they do.
 *
 * State variables: `done task/way/unit`, `agent NAME` (ready or lost), `reading SENSOR` (an outcome), `failed task/way` (what the way
 * relies on turned out false), `left TASK` (given up, with a reason in the plan).
 */
import { effort, type Standing, sensingName, unitName } from '../../models/operation/index.ts'
import type { ExecutionResult, ObservedState } from '../domain/execution.ts'
import type { OperationProblem, OperationTask } from '../domain/operation.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { ExecutionModel, PlanRequest, Prediction } from '../execution/model.ts'
import { afterReading, fuseReadings } from './information.ts'
import { LEAVE_STEP, meaningOf, variable } from './operation-plan.ts'

export class OperationModel implements ExecutionModel {
  readonly goalReads: readonly string[] = []
  readonly #problem: () => OperationProblem

  /** @param problem the operation as it stands: tasks come and go */
  constructor(problem: () => OperationProblem) {
    this.#problem = problem
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    if (step.name === LEAVE_STEP) {
      const name = variable.left(step.args[0] ?? '')
      return { status: 'applies', state: { ...state, [name]: true }, cost: 0, duration: 0, reads: [] }
    }
    const problem = this.#problem()
    const meaning = meaningOf(problem, step)
    const agent = problem.agents.find((one) => one.id === step.agent)
    const reads = [variable.agent(step.agent ?? '')]
    if (meaning === null) {
      return { status: 'refused', reason: `${step.args.join('/')}/${step.name} is no longer asked for`, reads }
    }
    if (agent === undefined || state[variable.agent(agent.id)] === 'lost') {
      return { status: 'refused', reason: `${step.agent ?? 'nobody'} is not there`, reads }
    }
    const subject = meaning.kind === 'sensing' ? meaning.sensor : meaning.unit
    const needed = effort(agent, subject.needs, subject.duration, subject.cost)
    if (needed === null) return { status: 'refused', reason: `${agent.id} lacks ${subject.needs.join(', ')}`, reads }
    if (meaning.kind === 'sensing') {
      const done = { ...state, [variable.done(sensingName(meaning.sensor.id))]: true }
      return { status: 'applies', state: done, ...needed, reads }
    }
    const { task, way, unit } = meaning
    const failed = variable.failed(task.id, way.id)
    reads.push(failed, ...unit.after.map((before) => variable.done(unitName(task.id, way.id, before))))
    if (state[failed] === true) return { status: 'refused', reason: `${task.id} by ${way.id} has failed`, reads }
    for (const before of unit.after) {
      const name = unitName(task.id, way.id, before)
      if (state[variable.done(name)] !== true) return { status: 'refused', reason: `${name} is not done`, reads }
    }
    for (const before of task.after) {
      const earlier = problem.tasks.find((one) => one.id === before)
      if (earlier !== undefined && !taskDone(earlier, state) && state[variable.left(before)] !== true) {
        return { status: 'refused', reason: `${before} is not done`, reads }
      }
    }
    const done = { ...state, [variable.done(unitName(task.id, way.id, unit.id))]: true }
    const resources = new Map<string, number>()
    for (const { resource, amount } of unit.requires) resources.set(resource, (resources.get(resource) ?? 0) + amount)
    return { status: 'applies', state: done, ...needed, resources: Object.fromEntries(resources), reads }
  }

  window(step: PlanStep): { readonly from: number; readonly until: number } {
    const task = step.name === 'sense' ? undefined : this.#problem().tasks.find((one) => one.id === step.args[0])
    const { release = Number.NEGATIVE_INFINITY, deadline = null } = step.name === LEAVE_STEP ? {} : (task ?? {})
    return { from: release, until: deadline ?? Number.POSITIVE_INFINITY }
  }

  missing(state: ObservedState): string | null {
    const open = this.#problem().tasks.filter(
      (task) => task.required && !taskDone(task, state) && state[variable.left(task.id)] !== true,
    )
    return open.length === 0
      ? null
      : `${open.map((task) => task.id).join(', ')} ${open.length === 1 ? 'is' : 'are'} not done`
  }
}

export function taskDone(task: OperationTask, state: ObservedState): boolean {
  return task.ways.some((way) =>
    way.units.every((unit) => state[variable.done(unitName(task.id, way.id, unit.id))] === true),
  )
}

/** Where the operation stands, from what execution believes. @param results what has ended so far, with whatever end */
export function standingOf(
  problem: OperationProblem,
  request: PlanRequest,
  results: readonly ExecutionResult[],
): Standing {
  const { state } = request
  const finished = new Set<string>()
  for (const [name, value] of Object.entries(state)) {
    if (value === true && name.startsWith('done ')) finished.add(name.slice('done '.length))
  }
  return {
    time: request.time,
    lost: new Set(problem.agents.flatMap((agent) => (state[variable.agent(agent.id)] === 'lost' ? [agent.id] : []))),
    finished,
    running: request.running.flatMap(({ step, start, end }) => {
      const meaning = meaningOf(problem, step)
      // Whoever is lost does not finish what he was at, whether that has been reported yet or not.
      if (meaning === null || step.agent === undefined || state[variable.agent(step.agent)] === 'lost') return []
      const name =
        meaning.kind === 'sensing'
          ? sensingName(meaning.sensor.id)
          : unitName(meaning.task.id, meaning.way.id, meaning.unit.id)
      return [{ unit: name, agent: step.agent, start, end }]
    }),
    spent: [...results, ...request.running.map(({ step }) => ({ cost: step.cost ?? 0 }))].reduce(
      (sum, one) => sum + one.cost,
      0,
    ),
    stocks: stocksAfter(problem, results, request.running),
    beliefs: beliefsIn(problem, state),
  }
}

/** Level of every stock now: taken when a unit begins (or, for `end`, when it ends well), given when it ends well. */
function stocksAfter(
  problem: OperationProblem,
  results: readonly ExecutionResult[],
  running: PlanRequest['running'],
): Map<string, number> {
  const levels = new Map<string, number>()
  for (const one of problem.resources) if (one.type !== 'reusable') levels.set(one.id, one.initial)
  const change = (resource: string, amount: number): void => {
    const level = levels.get(resource)
    if (level !== undefined) levels.set(resource, level + amount)
  }
  const book = (step: PlanStep, well: boolean): void => {
    const meaning = meaningOf(problem, step)
    if (meaning === null || meaning.kind === 'sensing') return
    for (const { resource, amount, when } of meaning.unit.requires)
      if (when !== 'end' || well) change(resource, -amount)
    for (const { resource, amount, when } of meaning.unit.produces)
      if (when === 'start' || well) change(resource, amount)
  }
  for (const result of results) book(result.step, result.status === 'success' || result.status === 'delayed')
  for (const { step } of running) book(step, false)
  return levels
}

/** Prior, shared readings, readings made, and ways that failed: all evidence about each fact. */
function beliefsIn(problem: OperationProblem, state: ObservedState): Map<string, readonly number[]> {
  const beliefs = fuseReadings(problem)
  for (const fact of problem.facts) {
    let belief = beliefs.get(fact.id) ?? fact.values.map((value) => value.probability)
    for (const sensor of problem.sensors) {
      const outcome = sensor.fact === fact.id ? state[variable.reading(sensor.id)] : undefined
      if (typeof outcome === 'string') belief = afterReading(fact, sensor, belief, outcome) ?? belief
    }
    for (const task of problem.tasks) {
      for (const way of task.ways) {
        const relied = way.relies.find((one) => one.fact === fact.id)
        if (relied === undefined) continue
        const worked = way.units.some((unit) => state[variable.done(unitName(task.id, way.id, unit.id))] === true)
        const failed = state[variable.failed(task.id, way.id)] === true
        // With several reliances a failure does not tell which of them was false.
        if (failed && way.relies.length > 1) continue
        if (failed)
          belief = without(
            belief,
            fact.values.map((value) => value.id === relied.value),
          )
        else if (worked)
          belief = without(
            belief,
            fact.values.map((value) => value.id !== relied.value),
          )
      }
    }
    beliefs.set(fact.id, belief)
  }
  return beliefs
}

function without(belief: readonly number[], excluded: readonly boolean[]): readonly number[] {
  const left = belief.map((p, k) => (excluded[k] === true ? 0 : p))
  const total = left.reduce((sum, p) => sum + p, 0)
  return total > 0 ? left.map((p) => p / total) : belief
}
