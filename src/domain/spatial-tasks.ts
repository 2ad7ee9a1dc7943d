/** Tasks in several places with deadlines, done by agents that travel and work together: coalitions with spatial and temporal constraints. */

export interface SpatialAgent {
  readonly id: string
  /** Where it is at time 0. */
  readonly place: string
}

export interface SpatialTask {
  readonly id: string
  readonly place: string
  /** Work to be done, > 0. */
  readonly workload: number
  /** Whole number of steps; work done in steps 0 to deadline - 1 counts. */
  readonly deadline: number
  /** Worth of completing it, > 0. */
  readonly value: number
}

export interface SpatialTaskProblem {
  readonly title: string
  readonly places: readonly string[]
  /** travel[from][to] in whole steps, by place; 0 on the diagonal. */
  readonly travel: readonly (readonly number[])[]
  readonly agents: readonly SpatialAgent[]
  readonly tasks: readonly SpatialTask[]
  /** rates[agent][task]: work in a step by an agent that is alone at the task. */
  readonly rates: readonly (readonly number[])[]
  /** Work in a step by a group at a task (ids in the order of the agents); must answer the same question alike. Absent: the rates add up. */
  readonly teamRate?: (members: readonly string[], task: string) => number
}

/** An agent works at a task in the steps from `from` to `until` - 1. */
export interface Stint {
  readonly agent: string
  readonly task: string
  readonly from: number
  readonly until: number
}

/** The work of a group in a step, by agent and task numbers. */
export function groupRate(problem: SpatialTaskProblem, members: readonly number[], task: number): number {
  if (members.length === 0) return 0
  const { agents, tasks, rates, teamRate } = problem
  if (teamRate === undefined) return members.reduce((sum, a) => sum + (rates[a]?.[task] as number), 0)
  return teamRate(
    members.map((a) => agents[a]?.id as string),
    tasks[task]?.id as string,
  )
}
