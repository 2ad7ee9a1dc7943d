/** Resources and what tasks require of them. */

export type ResourceType =
  /** A stock that is used up. */
  | 'consumable'
  /** Held while in use and given back: people, machines, rooms. */
  | 'reusable'
  /** A stock that tasks also fill. */
  | 'producible'

export interface Resource {
  readonly id: string
  readonly type: ResourceType
  /** Most that can be there (stock) or in use (reusable) at any instant; null means unlimited. */
  readonly capacity: number | null
  /** Stock at time 0; for a reusable resource its capacity. */
  readonly initial: number
  /** Money per unit consumed. */
  readonly costPerUnit: number
  /** Money per unit held and unit of time. */
  readonly costPerTime: number
  /** When units of a reusable resource are not there: breaks, shifts, maintenance. @default none */
  readonly closures?: readonly Closure[]
  /** Time between two tasks on a resource that serves one at a time, by their families. @default none */
  readonly setups?: readonly Setup[]
}

/** `capacity` units that cost nothing to hold: people or machines paid for elsewhere. */
export function reusableResource(id: string, capacity: number | null): Resource {
  return { id, type: 'reusable', capacity, initial: capacity ?? 0, costPerUnit: 0, costPerTime: 0 }
}

/** Units that are not there during [from, to). */
export interface Closure {
  readonly from: number
  readonly to: number
  /** null: all of them. */
  readonly amount: number | null
}

/** Least time from the end of a task of one family to the start of one of another; tasks without length need none. */
export interface Setup {
  readonly before: string
  readonly after: string
  readonly time: number
}

/** An amount that comes into a stock at an instant from outside. */
export interface StockDelivery {
  readonly resource: string
  readonly at: number
  readonly amount: number
}

/** When an amount is taken or given. */
export type RequirementTime = 'start' | 'end' | 'duration'

export interface ResourceRequirement {
  readonly resource: string
  /** > 0; for a producible resource taken `at the end` by a producer it is what is added (see `produces`). */
  readonly amount: number
  readonly when: RequirementTime
}
