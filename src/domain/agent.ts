/** Agents that plan, bid and bargain, and the tasks they share. Plain data, but for the planner that an agent brings. */
import type { Goal } from './goal.ts'
import type { Plan } from './plan.ts'

/**
 * `cooperative` agents maximise what all earn together; `competitive` ones gain what others lose; `self_interested` ones maximise their
 * own utility and accept nothing below their reservation.
 */
export const AGENT_TYPES = ['cooperative', 'competitive', 'self_interested'] as const
export type AgentType = (typeof AGENT_TYPES)[number]

export interface Capability {
  readonly name: string
  /** How well, in (0, 1]: a task takes its duration divided by it. */
  readonly proficiency: number
  /** > 0: a task costs its cost times it. */
  readonly costMultiplier: number
}

/** Work that agents share out. Amounts are those of an agent of proficiency 1 and cost multiplier 1. */
export interface CoordinationTask {
  readonly id: string
  /** Capabilities that the doer, or the coalition, must have. */
  readonly needs: readonly string[]
  /** Worth of having it done. */
  readonly value: number
  readonly cost: number
  readonly duration: number
  /** Earliest start. */
  readonly release: number
  /** Latest end; null means none. */
  readonly deadline: number | null
  /** Greater first. */
  readonly priority: number
  /** In [0, 1]: 0 always succeeds, 1 succeeds with the doer's proficiency. */
  readonly difficulty: number
  /** Consumed from the doer's own resources, by name. */
  readonly consumes: Readonly<Record<string, number>>
  /** Where it is done, for planners that know distances. */
  readonly place: string | null
}

/** What a planner may use. */
export interface PlanningMeans {
  readonly agent: string
  readonly capabilities: readonly Capability[]
  /** What is there of each resource of the agent. */
  readonly resources: Readonly<Record<string, number>>
}

export type AgentPlanning =
  | {
      readonly status: 'planned'
      readonly plan: Plan
      /** Proved: no plan for these tasks costs less. */
      readonly optimal: boolean
    }
  | { readonly status: 'none'; readonly reason: string }

/** Any planner: it finds one plan for all of the tasks together, within the means. Must answer the same question alike. */
export interface AgentPlanner {
  readonly name: string
  /** The cost of a set is the sum of the costs of its tasks: lets an allocation be one linear model. @default false */
  readonly additive?: boolean
  plan(tasks: readonly CoordinationTask[], means: PlanningMeans): AgentPlanning | Promise<AgentPlanning>
}

export interface Agent {
  readonly id: string
  readonly type: AgentType
  readonly capabilities: readonly Capability[]
  readonly goals: readonly Goal[]
  /** What the agent owns, by resource; each >= 0. */
  readonly resources: Readonly<Record<string, number>>
  /** Utility without any agreement. */
  readonly reservation: number
  readonly planner: AgentPlanner
  /** Handed to the planner's maker as it stands; coordination does not look into it. */
  readonly belief?: unknown
}

export interface Fitness {
  /** Needed capabilities that are not there; the other fields then mean nothing. */
  readonly lacks: readonly string[]
  /** The least proficiency among the needed capabilities; 1 when none is needed. */
  readonly proficiency: number
  /** The greatest cost multiplier among them; 1 when none is needed. */
  readonly costMultiplier: number
}

/** How well capabilities meet needs: the weakest one decides. */
export function fitness(capabilities: readonly Capability[], needs: readonly string[]): Fitness {
  const used = needs.map((need) => capabilities.find((one) => one.name === need))
  const lacks = needs.filter((_, k) => used[k] === undefined)
  const having = used.filter((one) => one !== undefined)
  if (having.length === 0) return { lacks, proficiency: 1, costMultiplier: 1 }
  return {
    lacks,
    proficiency: Math.min(...having.map((one) => one.proficiency)),
    costMultiplier: Math.max(...having.map((one) => one.costMultiplier)),
  }
}

/** A task as it is written down; what is left out has its default. */
export type TaskDescription = Pick<CoordinationTask, 'id'> & Partial<CoordinationTask>

export function coordinationTask(task: TaskDescription): CoordinationTask {
  return {
    needs: [],
    value: 0,
    cost: 0,
    duration: 0,
    release: 0,
    deadline: null,
    priority: 0,
    difficulty: 0,
    consumes: {},
    place: null,
    ...task,
  }
}
