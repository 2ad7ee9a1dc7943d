/** The user's limits as a list with their use: for `binding`, for conflicts and for raising one of them. */
import type { BudgetLine, BudgetProblem, BudgetRule } from '../../src/domain/budget.ts'
import { lineCap, ruleLimits } from '../../src/domain/budget-rules.ts'
import { measure } from '../conflict/index.ts'
import { budgetNames } from './formulation.ts'
import type { BindingLimit } from './result.ts'

export interface BudgetLimit {
  readonly name: string
  readonly description: string
  readonly limit: number
  /** `most`: use <= limit; `least`: use >= limit. */
  readonly side: 'most' | 'least'
  /** Indices of the lines whose amounts count. */
  readonly lines: readonly number[]
  /** The same problem with the limit giving way by an amount: a cap raised, a minimum lowered. */
  readonly giveWay: (amount: number) => BudgetProblem
  /** Factor from amounts to the figure the user wrote: 1 for amounts, 1/total for shares. */
  readonly written: number
  /** Unit of the written figure. */
  readonly writtenUnit: string
}

/** Every numeric limit of the problem: total, rules, lines. Caps that only come from the segments are included. */
export function budgetLimits(problem: BudgetProblem): BudgetLimit[] {
  const { unit, total } = problem
  const money = { written: 1, writtenUnit: unit }
  const indexOf = new Map(problem.lines.map((line, index) => [line.id, index]))
  const limits: BudgetLimit[] = [
    {
      name: budgetNames.total,
      description: `total budget ${measure(total, unit)}`,
      limit: total,
      side: 'most',
      lines: problem.lines.map((_, index) => index),
      giveWay: (amount) => ({ ...problem, total: total + amount }),
      ...money,
    },
  ]
  problem.rules.forEach((rule, r) => {
    const { least, most } = ruleLimits(problem, rule)
    const share = rule.maxShare !== null || rule.minShare !== null
    const limit = (most ?? least) as number
    const side = most === null ? 'least' : 'most'
    const amount = measure(limit, unit)
    limits.push({
      name: budgetNames.rule(rule.name),
      description: share ? `${rule.name} (${amount})` : `${rule.name}: at ${side} ${amount}`,
      limit,
      side,
      lines: rule.lines.map((id) => indexOf.get(id) as number),
      giveWay: (by) => ({ ...problem, rules: replaced(problem.rules, r, amountRule(rule, side, limit, by)) }),
      ...(share && total > 0 ? { written: 100 / total, writtenUnit: '%' } : money),
    })
  })
  problem.lines.forEach((line, index) => {
    const change = (fields: Partial<BudgetLine>): BudgetProblem => ({
      ...problem,
      lines: replaced(problem.lines, index, { ...line, ...fields }),
    })
    if (line.min > 0) {
      limits.push({
        name: budgetNames.min(line.id),
        description: `at least ${measure(line.min, unit)} for ${line.id}${beyond(line, line.min)}`,
        limit: line.min,
        side: 'least',
        lines: [index],
        giveWay: (amount) => change({ min: Math.max(0, line.min - amount) }),
        ...money,
      })
    }
    const cap = lineCap(line)
    limits.push({
      name: budgetNames.max(line.id),
      description: `at most ${measure(cap, unit)} for ${line.id}${line.max === null ? ' (its segments end there)' : ''}`,
      limit: cap,
      side: 'most',
      lines: [index],
      giveWay: (amount) => change({ max: cap + amount }),
      ...money,
    })
  })
  return limits
}

/** Limits that the amounts use up. */
export function bindingLimits(problem: BudgetProblem, amounts: readonly number[]): BindingLimit[] {
  return budgetLimits(problem).flatMap((limit) => {
    const used = limit.lines.reduce((sum, index) => sum + (amounts[index] as number), 0)
    if (Math.abs(used - limit.limit) > 1e-6 * Math.max(1, Math.abs(limit.limit))) return []
    return [{ constraint: limit.name, description: limit.description, used: limit.limit, limit: limit.limit }]
  })
}

/** Says so when a line cannot take an amount at all. */
export function beyond(line: BudgetLine, amount: number): string {
  const cap = lineCap(line)
  return amount > cap ? `, which has room for ${measure(cap, '')}` : ''
}

function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  return items.map((old, position) => (position === index ? item : old))
}

/** The rule with its limit as an amount, giving way by `by`. */
function amountRule(rule: BudgetRule, side: 'most' | 'least', limit: number, by: number): BudgetRule {
  const none = { maxShare: null, minShare: null, maxAmount: null, minAmount: null }
  return side === 'most'
    ? { ...rule, ...none, maxAmount: limit + by }
    : { ...rule, ...none, minAmount: Math.max(0, limit - by) }
}
