/**
 * A POMDP as a person writes it: names everywhere, `*` for "every", later entries override earlier ones. Plain data, so
 * the same literal stands in a program, in YAML and in JSON. models/pomdp turns it into the flat model of the solvers.
 */

/** A distribution: one certain name, `uniform`, or probabilities by name (names left out have probability 0). */
export type Distribution = string | Readonly<Record<string, number>>

/** Rows by state name (or `*`), or one word for the whole matrix, or a matrix in the order of the declared names. */
export type TransitionTable =
  | 'identity'
  | 'uniform'
  | Readonly<Record<string, Distribution>>
  | readonly (readonly number[])[]
export type ObservationTable = 'uniform' | Readonly<Record<string, Distribution>> | readonly (readonly number[])[]

/** A reward (or cost) for every matching step; what is left out matches everything; later rules override. */
export interface RewardRule {
  readonly action?: string
  readonly state?: string
  readonly next?: string
  readonly observation?: string
  readonly value: number
}

export interface PomdpProblem {
  readonly kind: 'pomdp'
  readonly name?: string
  /** In [0, 1]. */
  readonly discount: number
  /** Whether `rewards` are to be maximised or costs to be minimised. @default 'reward' */
  readonly objective?: 'reward' | 'cost'
  readonly states: readonly string[]
  readonly actions: readonly string[]
  readonly observations: readonly string[]
  /** `uniform`, a state's name, probabilities by state, or a vector in the order of `states`. @default 'uniform' */
  readonly start?: Distribution | readonly number[]
  /** Next-state distributions by action (or `*`). A state named in `terminal` needs none. */
  readonly transitions: Readonly<Record<string, TransitionTable>>
  /** Observation distributions by action (or `*`), each by the state that was *reached*. */
  readonly observe: Readonly<Record<string, ObservationTable>>
  readonly rewards: readonly RewardRule[]
  /** States that end the episode: every action stays there with reward 0. */
  readonly terminal?: readonly string[]
  /** Number of steps. @default the discounted infinite horizon */
  readonly horizon?: number
  /** Instead of the largest value: reach a belief in which the condition is likely enough, at least expected cost. */
  readonly goal?: { readonly states: readonly string[]; readonly probability: number }
}

/**
 * Values that variables must have, all of them at once; a list means any of its values. The empty condition always holds.
 * Names of variables and of values are texts.
 */
export type Condition = Readonly<Record<string, string | readonly string[]>>

/** How one variable moves when an action is done. What no rule matches stays as it is; the last matching rule counts. */
export interface VariableRule {
  readonly variable: string
  /** @default every action */
  readonly action?: string
  /** Of the state before the step. @default always */
  readonly when?: Condition
  /** The next value, or its distribution. Exactly one of `next` and `shift` is given. */
  readonly next?: Distribution
  /** Distribution of whole steps along the order of the values, e.g. `{ 0: 0.1, 1: 0.9 }`. */
  readonly shift?: Readonly<Record<string, number>>
  /** Whether a shift goes round; otherwise it stops at the first and the last value. @default false */
  readonly cyclic?: boolean
}

/** What is observed; the last matching rule counts. */
export interface ObservationRule {
  readonly action?: string
  /** Of the state that was reached. */
  readonly when?: Condition
  readonly see: Distribution
}

/** Reward (or cost) of a step; the last matching rule counts, 0 without one. */
export interface FactoredRewardRule {
  readonly action?: string
  readonly when?: Condition
  /** Of the state that was reached. */
  readonly next?: Condition
  readonly observation?: string
  readonly value: number
}

/** The dynamics of variables under partial observation: what every factored literal has. */
export interface FactoredDynamics {
  readonly variables: readonly { readonly id: string; readonly values: readonly string[] }[]
  readonly actions: readonly string[]
  readonly observations: readonly string[]
  /** A variable's first value or its distribution, independently of the others. @default uniform */
  readonly start?: Readonly<Record<string, Distribution>>
  /** Combinations that cannot be at the start; what remains is scaled to sum to 1. */
  readonly impossible?: readonly Condition[]
  readonly transitions: readonly VariableRule[]
  readonly observe: readonly ObservationRule[]
}

/** A POMDP over the combinations of variables that can be reached; variables move independently given state and action. */
export interface FactoredPomdpProblem extends FactoredDynamics {
  readonly kind: 'factored-pomdp'
  readonly name?: string
  readonly discount: number
  readonly objective?: 'reward' | 'cost'
  readonly rewards: readonly FactoredRewardRule[]
  /** Where the episode ends. */
  readonly terminal?: readonly Condition[]
  readonly horizon?: number
  readonly goal?: { readonly when: Condition; readonly probability: number }
}

/** What was done and seen; the belief is asked for. */
export interface TrackingProblem extends FactoredDynamics {
  readonly kind: 'tracking'
  readonly title?: string
  /** Done, then seen, step by step; a step without an action only observes. */
  readonly history: readonly { readonly action?: string; readonly observation: string }[]
}
