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
}
