/** Linear conditions on what is chosen, stated by the user; what a term counts is the kind of problem's own matter. */
import type { Findings } from './answer-check.ts'

/** least <= sum of the coefficients, each times what its term counts, <= most. */
export interface LinearRule<Counted> {
  /** Unique among the rules. */
  readonly name: string
  readonly terms: readonly (Counted & { readonly coefficient: number })[]
  /** null means none. */
  readonly least: number | null
  /** null means none. */
  readonly most: number | null
}

/** Name of a rule in conflicts and checks. */
export function ruleName(name: string): string {
  return `rule ${name}`
}

/** Evaluates every rule. @param count how often what a term names is chosen */
export function checkLinearRules<Counted>(
  rules: readonly LinearRule<Counted>[],
  count: (term: Counted) => number,
  findings: Findings,
): void {
  for (const { name, terms, least, most } of rules) {
    let sum = 0
    for (const term of terms) sum += term.coefficient * count(term)
    if (least !== null) findings.atLeast(ruleName(name), sum, least, () => `${name}: ${sum}, at least ${least}`)
    if (most !== null) findings.atMost(ruleName(name), sum, most, () => `${name}: ${sum}, at most ${most}`)
  }
}
