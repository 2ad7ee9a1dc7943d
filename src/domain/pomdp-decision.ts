/**
 * Decisions under a hidden fact: which of some hypotheses is true is unknown, tests tell something about it for a price,
 * and in the end one acts. The two families that people write down (find and repair a fault; test, then treat or not) are
 * declared in their own words and reduced to one.
 */

/** A test that may be run once; its outcome depends on the true hypothesis only. */
export interface DecisionTest {
  readonly id: string
  readonly cost: number
  /** Names of the outcomes, at least two. */
  readonly outcomes: readonly string[]
  /** Probability of each outcome, in the order of `outcomes`, by hypothesis. */
  readonly likelihood: Readonly<Record<string, readonly number[]>>
  /** Who tells: a sensor (default), or another agent that is asked; its trust is then the accuracy of the answer. */
  readonly source?: { readonly kind: 'sensor' } | { readonly kind: 'agent'; readonly agent: string }
}

/** Ends the matter; its loss depends on what was true. */
export interface FinalAct {
  readonly id: string
  readonly loss: Readonly<Record<string, number>>
}

/** Ends the matter when the hypothesis it fixes is true, and otherwise rules that hypothesis out. */
export interface RepairAct {
  readonly id: string
  readonly fixes: string
  readonly cost: number
}

/** The general form: exactly one hypothesis is true. */
export interface DecisionProblem {
  readonly kind: 'decision'
  readonly name?: string
  readonly hypotheses: readonly { readonly id: string; readonly probability: number }[]
  readonly tests: readonly DecisionTest[]
  readonly acts: readonly FinalAct[]
  readonly repairs: readonly RepairAct[]
}

/** A single fault among components: test, repair, see at once whether it works. */
export interface DiagnosisProblem {
  readonly kind: 'diagnosis'
  readonly title?: string
  readonly components: readonly { readonly id: string; readonly p: number; readonly cost: number }[]
  /** `pPos`: probability of a positive outcome by faulty component. */
  readonly tests: readonly {
    readonly id: string
    readonly cost: number
    readonly pPos: Readonly<Record<string, number>>
  }[]
}

/** Test for one condition, then treat or leave it. All losses in one unit. */
export interface SensingProblem {
  readonly kind: 'sensing'
  readonly condition: string
  /** P(present) before any test. */
  readonly prior: number
  /** Other priors to compare with, by name. */
  readonly priors?: Readonly<Record<string, number>>
  readonly treatPresent: number
  readonly treatAbsent: number
  readonly leavePresent: number
  readonly leaveAbsent: number
  readonly tests: readonly {
    readonly id: string
    /** P(positive | present) */
    readonly sensitivity: number
    /** P(negative | absent) */
    readonly specificity: number
    readonly loss: number
  }[]
}

export type AnyDecisionProblem = DecisionProblem | DiagnosisProblem | SensingProblem
