/**
 * The verdict on a decoded answer: every rule of the problem is evaluated on it anew, from the problem's own words. Code
 * that produces verdicts imports this folder only, so it cannot share anything with a model or a solver.
 */

/** A rule of the problem that an answer breaks. */
export interface Violation {
  /** Name of the rule, e.g. `total`, `capacity crew`, `precedence a > b`. */
  readonly rule: string
  /** What is wrong, with the numbers. */
  readonly description: string
  /** By how much, in the rule's own unit. */
  readonly amount: number
}

export interface AnswerCheck {
  readonly checked: true
  /** How many rules were evaluated. */
  readonly rules: number
  /** Largest excess over any rule, in that rule's unit; numeric noise below the tolerance is included. */
  readonly maxViolation: number
  /** Rules broken beyond the tolerance (1e-6 relative to the size of the rule's terms). Empty for a valid answer. */
  readonly violations: readonly Violation[]
}

/** Excess that counts as numeric noise, relative to max(1, scale of the rule). */
export const ANSWER_TOLERANCE = 1e-6

/** Collects findings rule by rule. */
export class Findings {
  #rules = 0
  #max = 0
  readonly #violations: Violation[] = []

  /** `value <= limit`; `describe` is only called when the rule is broken. */
  atMost(rule: string, value: number, limit: number, describe: () => string): void {
    this.#note(rule, value - limit, Math.max(Math.abs(value), Math.abs(limit)), describe)
  }

  /** `value >= limit`. */
  atLeast(rule: string, value: number, limit: number, describe: () => string): void {
    this.#note(rule, limit - value, Math.max(Math.abs(value), Math.abs(limit)), describe)
  }

  /** `value = expected`. */
  equal(rule: string, value: number, expected: number, describe: () => string): void {
    this.#note(rule, Math.abs(value - expected), Math.max(Math.abs(value), Math.abs(expected)), describe)
  }

  /** A rule without a measure: it holds or it does not. */
  holds(rule: string, condition: boolean, describe: () => string): void {
    this.#note(rule, condition ? 0 : 1, 1, describe)
  }

  verdict(): AnswerCheck {
    return { checked: true, rules: this.#rules, maxViolation: this.#max, violations: this.#violations }
  }

  #note(rule: string, excess: number, scale: number, describe: () => string): void {
    this.#rules++
    const amount = Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess
    if (amount <= 0) return
    if (amount > this.#max) this.#max = amount
    const allowed = ANSWER_TOLERANCE * (Number.isFinite(scale) ? Math.max(1, scale) : 1)
    if (amount > allowed) this.#violations.push({ rule, description: describe(), amount })
  }
}
