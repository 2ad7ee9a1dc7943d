/** What assigning and allocating return. Pairs are [agent index, task index]. */

import type { Limit } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { AgentTask } from '../../src/domain/allocation-rules.ts'
import type { AnswerCheck } from '../../src/domain/answer-check.ts'
import type { Conflict } from '../../src/domain/conflict.ts'

/** What an agent and a task are worth in the optimum: the dual prices that prove it. */
export interface AssignmentPrices {
  /** u(agent) + v(task) <= cost (>= when maximising) for every allowed pair, with equality on the chosen ones. */
  readonly agents: readonly number[]
  readonly tasks: readonly number[]
}

export type SolvedAssignment =
  | {
      readonly status: 'optimal'
      /** Sum of the costs. */
      readonly cost: number
      /** By agent. */
      readonly pairs: readonly AgentTask[]
      /** Whether this is the only optimum; null unless asked for. */
      readonly unique: boolean | null
      /** Largest single cost (smallest profit when maximising). */
      readonly bottleneck: number
      /** Cost when each task in turn takes the best agent still free; null when that gets stuck. */
      readonly greedyCost: number | null
      /** For the objective `bottleneck`: prices within the pairs that respect it. */
      readonly prices: AssignmentPrices
      readonly solver: string
      readonly check: AnswerCheck
    }
  | { readonly status: 'infeasible'; readonly conflict: Conflict; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }

/** A task that no agent can do, whatever the others do. */
export interface Unallocatable {
  readonly task: string
  readonly reason: string
}

export interface Allocation {
  readonly cost: number
  /** Largest load of an agent. */
  readonly makespan: number
  /** Proved lower bound on the first objective. */
  readonly bound: number
  /** Relative gap between the first objective and the bound. */
  readonly gap: number
  /** By task. */
  readonly pairs: readonly AgentTask[]
  /** Load of each agent, in the problem's order. */
  readonly loads: readonly number[]
  readonly solver: string
  readonly check: AnswerCheck
  readonly variables: number
  /** The model of the first objective, for export. */
  readonly linearModel: LinearModel
}

export type AllocationResult =
  | ({ readonly status: 'optimal' } & Allocation)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & Allocation)
  | {
      readonly status: 'infeasible'
      readonly unallocatable: readonly Unallocatable[]
      readonly conflict: Conflict
      readonly solver: string
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }
