/**
 * The plan: one JSON object that every part of the system reads. Steps with times, agents, modes and resources; their
 * ordering; causal links; the decomposition tree; cost, explanation and certificate.
 */

/** Version of the plan's JSON form. */
export const PLAN_VERSION = 1

export interface PlanStep {
  /** Unique among steps and decomposition nodes of the plan. */
  readonly id: number
  readonly name: string
  readonly args: readonly string[]
  /** Start and end in the problem's time unit; absent until the plan is scheduled. */
  readonly start?: number
  readonly end?: number
  readonly agent?: string
  readonly mode?: string
  /** Amounts used, by resource name. */
  readonly resources?: Readonly<Record<string, number>>
  readonly cost?: number
}

/** A compound task and how it was refined. */
export interface DecompositionNode {
  readonly id: number
  readonly task: string
  readonly args: readonly string[]
  readonly method: string
  /** Ids of the steps and nodes that refine it, in the order of the method's subtasks. */
  readonly subtasks: readonly number[]
}

export interface Decomposition {
  /** Ids of the tasks of the initial network, in its order. */
  readonly roots: readonly number[]
  readonly nodes: readonly DecompositionNode[]
}

/** A fact that one step makes true (or false) and another one needs. */
export interface CausalLink {
  /** Step id, or null for the initial state. */
  readonly producer: number | null
  readonly fact: string
  /** False when the consumer needs the fact to be false. */
  readonly positive: boolean
  /** Step or node id, or null for the goal. */
  readonly consumer: number | null
}

/** What was proved about the plan, and how. */
export interface PlanCertificate {
  /** Proved lower bound on the cost of every plan. */
  readonly bound: number
  readonly optimal: boolean
  /** The search that proved it, in words. */
  readonly by: string
}

export interface Plan {
  readonly version: typeof PLAN_VERSION
  /** In an order of execution. */
  readonly steps: readonly PlanStep[]
  /** Pairs of step ids: the first ends before the second starts. */
  readonly ordering: readonly (readonly [number, number])[]
  readonly links: readonly CausalLink[]
  readonly decomposition: Decomposition | null
  readonly cost: number
  readonly makespan?: number
  readonly explanation?: readonly string[]
  readonly certificate?: PlanCertificate
}

/** The plan of steps that follow one another. @param makespan end of the last one */
export function planInSequence(steps: readonly PlanStep[], cost: number, makespan: number): Plan {
  return {
    version: PLAN_VERSION,
    steps,
    ordering: steps.slice(1).map((one, k) => [(steps[k] as PlanStep).id, one.id]),
    links: [],
    decomposition: null,
    cost,
    makespan,
  }
}
