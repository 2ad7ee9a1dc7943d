/**
 * A simulated world for operations: facts have true values, sensors err as their likelihoods say, agents break down and come
 * back, tasks arrive and are withdrawn, work takes longer than planned. Same seed, same world: what is drawn depends on the seed
 * and the name of what is drawn, not on the order.
 */

import { effort, sensingName, unitName } from '../../models/operation/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { ActionReport, AttemptContext, GoalChange, Observation, PlanExecutor } from '../domain/execution.ts'
import type { OperationEvent, OperationProblem, OperationTask, OperationWorld } from '../domain/operation.ts'
import type { PlanStep } from '../domain/plan.ts'
import { LEAVE_STEP, meaningOf, variable } from './operation-plan.ts'

export class SimulatedOperation implements PlanExecutor {
  readonly timing = 'simulated'
  readonly idempotent = true
  readonly #problem: OperationProblem
  readonly #world: OperationWorld
  readonly #events: readonly OperationEvent[]
  readonly #seed: number
  readonly #tasks: Map<string, OperationTask>
  #delivered = 0

  constructor(problem: OperationProblem, world: Partial<OperationWorld> = {}, seed = 0) {
    this.#problem = problem
    this.#world = { truth: {}, outcomes: {}, events: [], delays: {}, ...world }
    this.#events = [...this.#world.events].sort((a, b) => a.at - b.at)
    this.#seed = seed
    this.#tasks = new Map(problem.tasks.map((task) => [task.id, task]))
    for (const event of this.#events) if (event.kind === 'task-added') this.#tasks.set(event.task.id, event.task)
  }

  perform(step: PlanStep, context: AttemptContext): ActionReport {
    if (step.name === LEAVE_STEP) return { status: 'success', duration: 0, cost: 0 }
    const problem = { ...this.#problem, tasks: [...this.#tasks.values()] }
    const meaning = meaningOf(problem, step)
    const agent = problem.agents.find((one) => one.id === step.agent)
    if (meaning === null || agent === undefined)
      return { status: 'failure', message: 'nobody knows how', duration: 0, cost: 0 }
    const subject = meaning.kind === 'sensing' ? meaning.sensor : meaning.unit
    const needed = effort(agent, subject.needs, subject.duration, subject.cost)
    if (needed === null) return { status: 'failure', message: `${agent.id} cannot`, duration: 0, cost: 0 }
    const name =
      meaning.kind === 'sensing'
        ? sensingName(meaning.sensor.id)
        : unitName(meaning.task.id, meaning.way.id, meaning.unit.id)
    const duration =
      needed.duration * (Object.hasOwn(this.#world.delays, name) ? (this.#world.delays[name] as number) : 1)
    const lost = this.#events.find(
      (event) =>
        event.kind === 'agent-lost' &&
        event.agent === agent.id &&
        event.at >= context.time &&
        event.at < context.time + duration,
    )
    if (lost !== undefined) {
      const worked = lost.at - context.time
      const share = duration > 0 ? worked / duration : 0
      const message = `${agent.id} broke down during ${name}`
      return { status: 'failure', message, duration: worked, cost: needed.cost * share }
    }
    const base = { duration, cost: needed.cost }
    if (meaning.kind === 'sensing') {
      return {
        ...base,
        status: 'success',
        state: { [variable.reading(meaning.sensor.id)]: this.#outcome(meaning.sensor.id) },
      }
    }
    const { task, way } = meaning
    const wrong = way.relies.find((one) => this.truthOf(one.fact) !== one.value)
    if (wrong === undefined) return { ...base, status: 'success' }
    return {
      ...base,
      status: 'failure',
      message: `${wrong.fact} is ${this.truthOf(wrong.fact)}, not ${wrong.value}`,
      state: { [variable.failed(task.id, way.id)]: true },
    }
  }

  observe(time: number): Observation {
    const state: Record<string, string> = {}
    const goals: GoalChange[] = []
    const messages: string[] = []
    while (
      this.#delivered < this.#events.length &&
      (this.#events[this.#delivered] as OperationEvent).at <= time + 1e-9
    ) {
      const event = this.#events[this.#delivered++] as OperationEvent
      switch (event.kind) {
        case 'agent-lost':
          state[variable.agent(event.agent)] = 'lost'
          break
        case 'agent-back':
          state[variable.agent(event.agent)] = 'ready'
          messages.push(`${event.agent} is back`)
          break
        case 'task-added':
          goals.push({ kind: 'add', goal: event.task.id, value: { task: event.task } })
          break
        case 'task-withdrawn':
          goals.push({ kind: 'withdraw', goal: event.task })
          break
        case 'budget-changed':
          goals.push({ kind: 'change', goal: BUDGET_GOAL, value: { budget: event.budget } })
          break
      }
    }
    return { state, goals, messages, memento: this.#delivered }
  }

  nextEvent(time: number): number | null {
    const next = this.#events.slice(this.#delivered).find((event) => event.at > time + 1e-9)
    return next?.at ?? null
  }

  restore(memento: unknown): void {
    if (typeof memento === 'number') this.#delivered = memento
  }

  /** The true value of a fact: as the world says, else drawn from the prior. */
  truthOf(fact: string): string {
    if (Object.hasOwn(this.#world.truth, fact)) return this.#world.truth[fact] as string
    const values = this.#problem.facts.find((one) => one.id === fact)?.values ?? []
    const index = this.#draw(
      `fact ${fact}`,
      values.map((value) => value.probability),
    )
    return values[index]?.id ?? ''
  }

  #outcome(id: string): string {
    if (Object.hasOwn(this.#world.outcomes, id)) return this.#world.outcomes[id] as string
    const sensor = this.#problem.sensors.find((one) => one.id === id)
    if (sensor === undefined) return ''
    const index = this.#draw(`sensor ${id}`, sensor.likelihood[this.truthOf(sensor.fact)] ?? [])
    return sensor.outcomes[index] ?? ''
  }

  #draw(name: string, weights: readonly number[]): number {
    let left = new RandomStream(this.#seed ^ hash(name)).next()
    for (const [k, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return k
    }
    return Math.max(0, weights.length - 1)
  }
}

/** The goal that carries changes of the budget. */
export const BUDGET_GOAL = 'the budget'

/** FNV-1a over the letters. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193)
  return value | 0
}
