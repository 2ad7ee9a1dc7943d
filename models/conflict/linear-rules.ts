/** Linear conditions of the user in linear models: their faults, their rows, their words. */
import type { LinearModel, Variable } from '../../solvers/linear/index.ts'
import { type LinearRule, ruleName } from '../../src/domain/linear-rule.ts'
import type { Faults } from './faults.ts'
import { figure } from './solving.ts'

/** Reports faults of the rules. @param checkTerm faults of what a term names, at its path */
export function validateRules<Counted>(
  rules: readonly LinearRule<Counted>[],
  checkTerm: (term: Counted, path: readonly (string | number)[]) => void,
  faults: Faults,
): void {
  faults.distinct(
    rules.map((rule) => rule.name),
    (index) => ['choices', index, 'name'],
  )
  rules.forEach(({ terms, least, most }, index) => {
    const path = ['choices', index]
    terms.forEach((term, t) => {
      checkTerm(term, [...path, 'terms', t])
      faults.finite(term.coefficient, [...path, 'terms', t, 'coefficient'])
    })
    if (least !== null) faults.finite(least, [...path, 'least'])
    if (most !== null) faults.finite(most, [...path, 'most'])
  })
}

/** Adds a row for each rule that is stated; terms that no column stands for cannot be chosen and count nothing. */
export function addRules<Counted>(
  model: LinearModel,
  rules: readonly LinearRule<Counted>[],
  columnsOf: (term: Counted) => readonly Variable[],
  states: (name: string) => boolean,
): void {
  for (const { name, terms, least, most } of rules) {
    if (!states(ruleName(name))) continue
    const row = new Map<Variable, number>()
    for (const term of terms) {
      for (const column of columnsOf(term)) row.set(column, (row.get(column) ?? 0) + term.coefficient)
    }
    const lower = least ?? Number.NEGATIVE_INFINITY
    const upper = most ?? Number.POSITIVE_INFINITY
    model.addRange(ruleName(name), lower, [...row], upper)
  }
}

/** `the rule "two sites" (at least 1, at most 2)`. */
export function describeRule<Counted>({ name, least, most }: LinearRule<Counted>): string {
  const limits = [
    ...(least === null ? [] : [`at least ${figure(least)}`]),
    ...(most === null ? [] : [`at most ${figure(most)}`]),
  ]
  return `the rule "${name}" (${limits.join(', ')})`
}
