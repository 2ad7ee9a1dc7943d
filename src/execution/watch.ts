/**
 * What a plan still needs. The watch knows for every variable who reads it last and who wrote it, so that a change of the
 * world is looked at only when a step to come or the goal depends on it; then the rest of the plan is simulated from what
 * is believed, and the first step that cannot run, with the causal link that broke, is found before that step begins.
 *
 * Building: one simulation of the plan. A check: none when nothing relevant changed, else one simulation of the rest.
 */
import type { ObservedState, ReplanTrigger } from '../domain/execution.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { ExecutionModel } from './model.ts'

export interface BrokenLink {
  /** Id of the step that cannot run; null when the goal is missed. */
  readonly consumer: number | null
  /** Id of the step that made the variable what it should be; null for the start. */
  readonly producer: number | null
  /** The variable that is not what it should be; null when none of those read differs from what was expected. */
  readonly variable: string | null
  readonly reason: string
  /** True when the step that cannot run is the next one. */
  readonly next: boolean
  /** What the model calls it; null for the usual name. */
  readonly trigger: ReplanTrigger | null
}

/** Cost, duration and end state of a sequence of steps. */
export type Simulation =
  | {
      readonly status: 'works'
      readonly state: ObservedState
      readonly cost: number
      readonly duration: number
      readonly resources: ReadonlyMap<string, number>
    }
  | {
      readonly status: 'breaks'
      readonly step: PlanStep | null
      readonly index: number
      readonly reason: string
      readonly reads: readonly string[]
      readonly trigger: ReplanTrigger | null
    }

/** Runs steps in the model, the goal included. */
export function simulate(model: ExecutionModel, steps: readonly PlanStep[], state: ObservedState): Simulation {
  let current = state
  let cost = 0
  let duration = 0
  const resources = new Map<string, number>()
  for (const [index, step] of steps.entries()) {
    const prediction = model.predict(step, current)
    if (prediction.status === 'refused')
      return {
        status: 'breaks',
        step,
        index,
        reason: prediction.reason,
        reads: prediction.reads,
        trigger: prediction.trigger ?? null,
      }
    current = prediction.state
    cost += prediction.cost
    duration += prediction.duration
    for (const [resource, amount] of Object.entries(prediction.resources ?? {}))
      resources.set(resource, (resources.get(resource) ?? 0) + amount)
  }
  const missing = model.missing(current)
  if (missing !== null)
    return { status: 'breaks', step: null, index: steps.length, reason: missing, reads: model.goalReads, trigger: null }
  return { status: 'works', state: current, cost, duration, resources }
}

/**
 * What is believed to be so when the steps under way have ended. They have begun, so they are taken to come about also when
 * what they asked for has changed since; where the model cannot say what they do then, nothing is assumed.
 */
export function settledState(model: ExecutionModel, running: readonly PlanStep[], state: ObservedState): ObservedState {
  let settled = state
  for (const step of running) {
    const prediction = model.predict(step, settled)
    if (prediction.status === 'applies') settled = prediction.state
  }
  return settled
}

export class PlanWatch {
  readonly #model: ExecutionModel
  readonly #place = new Map<number, number>()
  readonly #lastReader = new Map<string, number>()
  /** Places of the steps that change a variable, in order. */
  readonly #writers = new Map<string, number[]>()
  readonly #steps: readonly PlanStep[]

  /** @param state what is believed when the plan comes into force */
  constructor(model: ExecutionModel, steps: readonly PlanStep[], state: ObservedState) {
    this.#model = model
    this.#steps = steps
    let current = state
    for (const [place, step] of steps.entries()) {
      this.#place.set(step.id, place)
      const prediction = model.predict(step, current)
      for (const variable of prediction.reads) this.#lastReader.set(variable, place)
      if (prediction.status === 'refused') continue
      for (const variable of changed(current, prediction.state)) {
        const writers = this.#writers.get(variable)
        if (writers === undefined) this.#writers.set(variable, [place])
        else writers.push(place)
      }
      current = prediction.state
    }
    for (const variable of model.goalReads) this.#lastReader.set(variable, Number.POSITIVE_INFINITY)
  }

  /** Whether a step among the remaining ones, or the goal, depends on the variable. */
  needs(variable: string, remaining: readonly PlanStep[]): boolean {
    const last = this.#lastReader.get(variable)
    if (last === undefined) return false
    return last === Number.POSITIVE_INFINITY || remaining.some((step) => (this.#place.get(step.id) ?? -1) <= last)
  }

  /** The first thing that will go wrong after the running steps, or null. */
  check(
    running: readonly PlanStep[],
    remaining: readonly PlanStep[],
    believed: ObservedState,
    expected: ObservedState,
  ): BrokenLink | null {
    const result = simulate(this.#model, remaining, settledState(this.#model, running, believed))
    if (result.status === 'works') return null
    const { step, index, reason, reads, trigger } = result
    const place = step === null ? this.#steps.length : (this.#place.get(step.id) ?? this.#steps.length)
    const differing = reads.find((name) => believed[name] !== undefined && believed[name] !== expected[name])
    const variable = differing ?? null
    const producer = variable === null ? undefined : this.#writers.get(variable)?.findLast((writer) => writer < place)
    return {
      consumer: step?.id ?? null,
      producer: producer === undefined ? null : (this.#steps[producer]?.id ?? null),
      variable,
      reason,
      next: index === 0,
      trigger,
    }
  }
}

/** Variables whose values differ. */
export function changed(before: ObservedState, after: ObservedState): string[] {
  if (before === after) return []
  const names: string[] = []
  for (const name of Object.keys(after)) if (after[name] !== before[name]) names.push(name)
  for (const name of Object.keys(before)) if (after[name] === undefined) names.push(name)
  return names
}
