import type { BudgetLine, BudgetProblem, BudgetRule } from '../../domain/budget.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

export function compileBudget(document: PlanningDocument, check: Checker): BudgetProblem {
  check.onlySections(document, 'budget', ['total', 'lines', 'rules', 'requires', 'excludes'])
  check.required(document, 'budget', 'total')
  check.required(document, 'budget', 'lines')
  const documentLines = document.lines ?? []
  const ids = check.uniqueIds(
    'lines',
    documentLines.map((line) => line.id),
  )
  const floors = new Map<string, number>()
  const rules: BudgetRule[] = []
  const ruleNames = (document.rules ?? []).map((rule) => rule.name)
  check.uniqueIds('rules', ruleNames)

  document.rules?.forEach((rule, index) => {
    const path = ['rules', index]
    if (rule.line !== undefined && rule.lines !== undefined) {
      check.add('ambiguous', path, `rule "${rule.name}" gives both "line" and "lines"`, 'keep one of them')
    }
    const lines = rule.lines ?? (rule.line === undefined ? [] : [rule.line])
    if (lines.length === 0) check.add('missing-field', path, `rule "${rule.name}" names no line`, 'add lines: [...]')
    lines.forEach((line, position) => {
      check.known(rule.lines === undefined ? [...path, 'line'] : [...path, 'lines', position], line, ids, 'lines')
    })
    const limits = ['maxShare', 'minShare', 'maxAmount', 'minAmount', 'minIfUsed'] as const
    const given = limits.filter((limit) => rule[limit] !== undefined)
    if (given.length !== 1) {
      const found = given.length === 0 ? 'no limit' : `${given.length} limits (${given.join(', ')})`
      check.add('one-limit', path, `rule "${rule.name}" has ${found}`, `give exactly one of ${limits.join(', ')}`)
      return
    }
    if (rule.minIfUsed !== undefined) {
      if (lines.length !== 1)
        check.add('one-line', path, `"minIfUsed" of rule "${rule.name}" speaks of one line`, 'name a single line')
      for (const line of lines) floors.set(line, Math.max(rule.minIfUsed, floors.get(line) ?? 0))
      return
    }
    rules.push({
      name: rule.name,
      lines,
      maxShare: rule.maxShare ?? null,
      minShare: rule.minShare ?? null,
      maxAmount: rule.maxAmount ?? null,
      minAmount: rule.minAmount ?? null,
    })
  })

  const lines = documentLines.map((line, index): BudgetLine => {
    const min = line.min ?? 0
    if (line.max !== undefined && line.max !== null && line.max < min) {
      check.add(
        'out-of-range',
        ['lines', index, 'max'],
        `line "${line.id}" has max ${line.max} below min ${min}`,
        'raise max or lower min',
      )
    }
    const floor = Math.max(line.minIfUsed ?? 0, floors.get(line.id) ?? 0)
    return {
      id: line.id,
      min,
      max: line.max ?? null,
      segments: line.segments.map((segment) =>
        Array.isArray(segment)
          ? { width: segment[0], returnPerUnit: segment[1] }
          : { width: segment.width, returnPerUnit: segment.return },
      ),
      minIfUsed: floor > 0 ? floor : null,
    }
  })

  checkPairs(document, check, ids, 'lines')
  return {
    title: document.title ?? 'Budget',
    unit: document.unit ?? document.units?.money ?? '',
    total: document.total ?? 0,
    lines,
    rules,
    requires: document.requires ?? [],
    excludes: document.excludes ?? [],
  }
}

/** Names and cycles of `requires` and `excludes`. */
export function checkPairs(document: PlanningDocument, check: Checker, ids: readonly string[], what: string): void {
  for (const section of ['requires', 'excludes'] as const) {
    document[section]?.forEach((pair, index) => {
      pair.forEach((name, position) => {
        check.known([section, index, position], name, ids, what)
      })
      if (pair[0] === pair[1])
        check.add('self-reference', [section, index], `"${pair[0]}" stands on both sides`, 'take the pair out')
    })
  }
  const pairs = (document.requires ?? []).filter(([a, b]) => a !== b)
  check.acyclic('requires', pairs)
}
