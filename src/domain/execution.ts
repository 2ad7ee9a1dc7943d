/**
 * The vocabulary of carrying plans out: what was observed, how a step ended, why and how a plan was replaced, and the
 * trace of it all. Plain JSON, immutable; a trace read back from JSON is the trace that was written.
 */
import type { Plan, PlanStep } from './plan.ts'

export type ObservedValue = number | boolean | string

/** Values of state variables; a variable that is absent is unknown. */
export type ObservedState = Readonly<Record<string, ObservedValue>>

/** How a step ended. */
export type ExecutionStatus =
  /** All effects came about. */
  | 'success'
  /** It did not come about, or its executor threw. */
  | 'failure'
  /** Some effects came about; `fraction` says how much. */
  | 'partial'
  /** It will take longer; `estimate` is the new end. */
  | 'delayed'
  /** It could not start: a precondition does not hold. */
  | 'blocked'

/** Why a plan has to be looked at again, in the order of priority: of several at once the first leads. */
export const REPLAN_TRIGGERS = [
  'failure',
  'precondition_violated',
  'resource_shortage',
  'timeout',
  'new_goal',
  'message',
  'divergence',
  'opportunity',
] as const
export type ReplanTrigger = (typeof REPLAN_TRIGGERS)[number]

export const REPLAN_STRATEGIES = ['continuation', 'repair', 'full', 'opportunistic', 'auto'] as const
/**
 * `continuation` keeps the tail of the plan and only skips or rejoins; `repair` keeps as much as it can; `full` is the
 * best plan from here; `opportunistic` replaces a working plan that a better one beats by more than the switch costs;
 * `auto` climbs from continuation over repair to full.
 */
export type ReplanStrategy = (typeof REPLAN_STRATEGIES)[number]

/** What a trigger stands on. */
export interface TriggerEvidence {
  readonly trigger: ReplanTrigger
  /** One sentence with the values. */
  readonly evidence: string
  /** The causal link that broke: who made the fact true, who needs it. Step ids; null for the start and the goal. */
  readonly link?: { readonly variable: string; readonly producer: number | null; readonly consumer: number | null }
  /** Number held against a threshold, such as a divergence, a projected finish or a gain. */
  readonly value?: number
  readonly threshold?: number
  /** Of a chance of being late: which deadline, and how sure the chance is. */
  readonly lateness?: LatenessEvidence
}

/** What the chance of missing a deadline stands on; `value` is the chance, `threshold` what it may be. */
export interface LatenessEvidence {
  readonly deadline: number
  /** Id of the step whose own deadline it is; null for the deadline of the plan. */
  readonly step: number | null
  /** Interval of the chance at 95 %. */
  readonly low: number
  readonly high: number
  /** A planned finish that leaves so much time that the chance is what it may be; null where only a step is late. */
  readonly target: number | null
}

/** What became of one step. A failed step still costs. */
export interface ExecutionResult {
  readonly step: PlanStep
  readonly status: ExecutionStatus
  readonly expectedState: ObservedState
  readonly actualState: ObservedState
  readonly cost: number
  readonly duration: number
  /** Times of the clock. */
  readonly start: number
  readonly end: number
  /** How often it was tried. */
  readonly attempts: number
  /** Of an error, a refusal or the executor, in its own words. */
  readonly message?: string
  /** Of a partial result, in [0, 1]. */
  readonly fraction?: number
  /** Of a delayed result: when it will end. */
  readonly estimate?: number
}

/** What one strategy proposed. */
export interface StrategyProposal {
  readonly strategy: Exclude<ReplanStrategy, 'auto'>
  /** `planned`, or why there is none. */
  readonly outcome: 'planned' | 'none'
  readonly reason: string
  /** Cost of what would be left to do. */
  readonly costToGo?: number
  /** Steps of the new plan that the old one does not have, as multisets of name and arguments. */
  readonly newActions?: number
  /** |old \ new| + |new \ old|. */
  readonly distance?: number
}

/** One replacement of the plan. */
export interface ReplanRecord {
  readonly number: number
  readonly time: number
  /** Results recorded so far. */
  readonly afterSteps: number
  readonly state: ObservedState
  /** The first one leads; the others happened at the same moment. */
  readonly triggers: readonly TriggerEvidence[]
  readonly strategy: Exclude<ReplanStrategy, 'auto'>
  /** Every strategy that was asked, in the order asked. */
  readonly proposals: readonly StrategyProposal[]
  readonly distance: number
  readonly newActions: number
  readonly costToGo: number
}

export type GoalChange =
  | { readonly kind: 'add' | 'change'; readonly goal: string; readonly value?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'withdraw'; readonly goal: string }
  | { readonly kind: 'prioritise'; readonly goal: string; readonly weight: number }

/** A version of the plan and since when it has been in force. */
export interface PlanVersion {
  readonly since: number
  readonly plan: Plan
}

export const TRACE_VERSION = 1

export interface ExecutionTrace {
  readonly version: typeof TRACE_VERSION
  readonly status: 'running' | 'success' | 'failure' | 'stopped'
  /** Why it ended as it did; null while running or after success. */
  readonly reason: string | null
  /** First the plan that was started with. */
  readonly plans: readonly PlanVersion[]
  readonly results: readonly ExecutionResult[]
  readonly replans: readonly ReplanRecord[]
  /** Triggers that led to no replacement, e.g. an opportunity below the threshold or a delay within the slack. */
  readonly noted: readonly { readonly time: number; readonly evidence: TriggerEvidence; readonly why: string }[]
  readonly goalChanges: readonly { readonly time: number; readonly change: GoalChange }[]
  /** Id of the next step, null when none is left. */
  readonly currentStep: number | null
  readonly currentState: ObservedState
  readonly totalCost: number
  readonly totalTime: number
}

/** What an executor says about one attempt. Left out: status success, cost and duration of the plan, state as expected. */
export interface ActionReport {
  readonly status?: ExecutionStatus
  /** What was seen afterwards; variables left out were not looked at. */
  readonly state?: ObservedState
  readonly cost?: number
  /** Time units; in simulated time the step ends this long after its start. */
  readonly duration?: number
  readonly message?: string
  readonly fraction?: number
  /** Of a delayed step: when it will end, on the clock. */
  readonly estimate?: number
  /** State of a simulated world, given back to `restore` so that a resumed run goes on in the same world. */
  readonly memento?: unknown
}

/** What is seen between steps. */
export interface Observation {
  readonly state?: ObservedState
  readonly goals?: readonly GoalChange[]
  readonly messages?: readonly string[]
  readonly memento?: unknown
}

export interface AttemptContext {
  readonly state: ObservedState
  readonly time: number
  /** 1 for the first one. */
  readonly attempt: number
  /** The same for the same attempt at the same step of the same plan, also after a restart: pass it on to outside services. */
  readonly key: string
  readonly signal: AbortSignal
}

/** Carries steps out. Written by the user, or a simulator. */
export interface PlanExecutor {
  /** `simulated`: reports come at once and take effect `duration` later on the clock. @default 'real' */
  readonly timing?: 'simulated' | 'real'
  /** True when beginning the same attempt twice does no harm: after a crash it is then simply begun again. @default false */
  readonly idempotent?: boolean
  perform(step: PlanStep, context: AttemptContext): ActionReport | Promise<ActionReport>
  /** Looks at the world without changing it. */
  observe?(time: number, state: ObservedState): Observation | Promise<Observation>
  /** When something may happen by itself next, after `time`; null when nothing is known. */
  nextEvent?(time: number): number | null
  /** Gives up a running step. @returns what is seen afterwards */
  cancel?(step: PlanStep, time: number): Observation | Promise<Observation>
  /** Puts a simulated world back to where a report or an observation left it. */
  restore?(memento: unknown): void
}

/** Where time comes from, in the time unit of the plan. */
export interface ExecutionClock {
  now(): number
  /** Waits until the given time; a virtual clock jumps there. */
  until(time: number, signal: AbortSignal): Promise<void>
}

/** The next steps as multisets of name and arguments, for distances. */
export function stepKey(step: Pick<PlanStep, 'name' | 'args' | 'agent' | 'mode'>): string {
  return JSON.stringify([step.name, step.args, step.agent ?? null, step.mode ?? null])
}

/** |new \ old| and |old \ new| as multisets (plan stability, Fox, Gerevini, Long and Serina 2006). O(steps). */
export function planDistance(
  before: readonly PlanStep[],
  after: readonly PlanStep[],
): { readonly added: number; readonly dropped: number; readonly distance: number } {
  const counts = new Map<string, number>()
  for (const step of before) counts.set(stepKey(step), (counts.get(stepKey(step)) ?? 0) + 1)
  let added = 0
  let shared = 0
  for (const step of after) {
    const left = counts.get(stepKey(step)) ?? 0
    if (left > 0) {
      shared++
      counts.set(stepKey(step), left - 1)
    } else added++
  }
  const dropped = before.length - shared
  return { added, dropped, distance: added + dropped }
}
