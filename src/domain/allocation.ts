/** Giving tasks to agents. */

import type { LinearRule } from './linear-rule.ts'

/** costs[agent][task]; null where the agent cannot do the task. */
export type CostTable = readonly (readonly (number | null)[])[]

/** One task for an agent, one agent for a task. */
export interface AssignmentProblem {
  readonly title: string
  readonly unit: string
  readonly agents: readonly string[]
  readonly tasks: readonly string[]
  readonly costs: CostTable
  readonly sense: 'minimize' | 'maximize'
  /** `sum` of all costs, or `bottleneck`: the largest cost first, then the sum. */
  readonly objective: 'sum' | 'bottleneck'
}

/** Counts the tasks that the agent does; with a task, 1 when it does that one. */
export interface AllocationTerm {
  readonly agent: string
  /** @default every task */
  readonly task?: string
}

/** Every task once; an agent takes as many as its capacity allows. */
export interface AllocationProblem {
  readonly title: string
  readonly unit: string
  readonly agents: readonly AllocationAgent[]
  readonly tasks: readonly AllocationTask[]
  /** Cost of agent (row) doing task (column); null where it cannot. */
  readonly costs: CostTable
  /** What the task takes of the agent's capacity; null where `costs` is null. */
  readonly loads: CostTable
  /** Total cost, or the largest load of an agent. In order of importance. */
  readonly objectives: readonly ('cost' | 'makespan')[]
  /** Linear conditions on who does what. @default none */
  readonly choices?: readonly LinearRule<AllocationTerm>[]
}

export interface AllocationAgent {
  readonly id: string
  /** Most load; null means unlimited. */
  readonly capacity: number | null
  readonly capabilities: readonly string[]
}

export interface AllocationTask {
  readonly id: string
  /** Capabilities the doer must have. */
  readonly needs: readonly string[]
}
