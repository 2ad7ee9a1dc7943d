/** Agents that can work together, and what their coalitions are worth. */

export interface CoalitionAgent {
  readonly id: string
  /** What it costs to have the agent in a coalition that takes a job. */
  readonly cost: number
  /** What it brings, by name, summed over the coalition (e.g. lift_kg). */
  readonly amounts: Readonly<Record<string, number>>
  /** What it can do; a coalition can do what any of its members can. */
  readonly capabilities: readonly string[]
}

export interface CoalitionJob {
  readonly id: string
  readonly reward: number
  /** Least amounts, by name. */
  readonly amounts: Readonly<Record<string, number>>
  readonly capabilities: readonly string[]
}

/**
 * A coalition takes the job it gains most from, or none: v(S) = max over the jobs S can do of reward - sum of the members' costs, 0
 * when it can do none. Several coalitions may do the same job.
 */
export interface JobCoalitions {
  readonly kind: 'jobs'
  readonly title: string
  readonly unit: string
  readonly agents: readonly CoalitionAgent[]
  readonly jobs: readonly CoalitionJob[]
}

/** The worth of every coalition as a table: values[S], bit i of S set when agents[i] is in; values[0] = 0. */
export interface TabledCoalitions {
  readonly kind: 'table'
  readonly title: string
  readonly unit: string
  readonly agents: readonly { readonly id: string }[]
  readonly values: readonly number[]
}

export type CoalitionProblem = JobCoalitions | TabledCoalitions
