/**
 * An operation: everything that a team has to get done together. Tasks with alternative ways, agents that can do the work,
 * shared resources, facts that nobody knows for sure and sensors that tell something about them, a budget and a deadline.
 * Plain data. Times in `timeUnit`, money in `costUnit`.
 */
import type { Capability } from './agent.ts'
import type { ExecutionSettings } from './execution-problem.ts'
import type { Resource, ResourceRequirement } from './resource.ts'

/** Works only when the fact has this value. */
export interface Reliance {
  readonly fact: string
  readonly value: string
}

/** A piece of work that one agent does from start to end. */
export interface WorkUnit {
  /** Unique within its way. */
  readonly id: string
  /** Capabilities that the doer must have. */
  readonly needs: readonly string[]
  /** Time of an agent of proficiency 1. An integer multiple of the operation's time grid after division by the proficiency. */
  readonly duration: number
  /** Cost of an agent of cost multiplier 1. */
  readonly cost: number
  readonly requires: readonly ResourceRequirement[]
  readonly produces: readonly ResourceRequirement[]
  /** Ids of units of the same way that end before it starts. */
  readonly after: readonly string[]
}

/** One way of doing a task: units that together get it done. */
export interface WorkWay {
  /** Unique within its task. */
  readonly id: string
  readonly units: readonly WorkUnit[]
  readonly relies: readonly Reliance[]
}

export interface OperationTask {
  readonly id: string
  /** Must be done; otherwise it is done when it fits, and earns `value`. */
  readonly required: boolean
  readonly value: number
  /** Earliest start. */
  readonly release: number
  /** Latest end; null means none. */
  readonly deadline: number | null
  /** Tasks that end before this one starts. */
  readonly after: readonly string[]
  /** At least one. */
  readonly ways: readonly WorkWay[]
}

/** Somebody who works. Holds one unit at a time. */
export interface OperationAgent {
  readonly id: string
  readonly capabilities: readonly Capability[]
}

/** A fact with one true value that is not known. The prior sums to 1. */
export interface HiddenFact {
  readonly id: string
  readonly values: readonly { readonly id: string; readonly probability: number }[]
}

/** A way of finding out about a fact: a sensor, a test, a question to somebody. */
export interface Sensor {
  readonly id: string
  readonly fact: string
  readonly cost: number
  readonly duration: number
  /** Capabilities of the agent who carries it out. */
  readonly needs: readonly string[]
  /** At least two. */
  readonly outcomes: readonly string[]
  /** Probability of each outcome, in their order, by value of the fact. */
  readonly likelihood: Readonly<Record<string, readonly number[]>>
}

/** Something an agent has already learnt. The same `id` is the same reading, however often it is passed on. */
export interface SharedReading {
  readonly id: string
  readonly agent: string
  readonly sensor: string
  readonly outcome: string
}

export interface OperationProblem {
  readonly title: string
  readonly timeUnit: string
  readonly costUnit: string
  readonly agents: readonly OperationAgent[]
  readonly resources: readonly Resource[]
  readonly tasks: readonly OperationTask[]
  readonly facts: readonly HiddenFact[]
  readonly sensors: readonly Sensor[]
  readonly readings: readonly SharedReading[]
  /** Hard limit on all money spent; null means none. */
  readonly budget: number | null
  /** Hard limit on the end; null means none. */
  readonly deadline: number | null
  /** What is best among plans that do the most valuable work. */
  readonly objectives: readonly ('cost' | 'makespan')[]
}

/** Something that happens while the operation runs. */
export type OperationEvent =
  | { readonly at: number; readonly kind: 'agent-lost' | 'agent-back'; readonly agent: string }
  | { readonly at: number; readonly kind: 'task-added'; readonly task: OperationTask }
  | { readonly at: number; readonly kind: 'task-withdrawn'; readonly task: string }
  | { readonly at: number; readonly kind: 'budget-changed'; readonly budget: number | null }

/** How the world really is, for a simulated run. */
export interface OperationWorld {
  /** True values of hidden facts; what is left out is drawn from the prior. */
  readonly truth: Readonly<Record<string, string>>
  /** Outcomes of sensors, by sensor; what is left out is drawn from the likelihood. */
  readonly outcomes: Readonly<Record<string, string>>
  readonly events: readonly OperationEvent[]
  /** Factor on the duration of a unit, by its name `task/way/unit`. @default 1 */
  readonly delays: Readonly<Record<string, number>>
}

/** An operation as a document states it: with its world and how to carry it out. */
export interface OperationDocument {
  readonly problem: OperationProblem
  readonly protocol: string
  readonly world: OperationWorld
  readonly settings: ExecutionSettings
}
