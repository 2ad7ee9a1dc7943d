/**
 * What a division of a budget means and when it is valid: return and spending recomputed from the lines, every limit
 * evaluated. Written against the problem alone.
 */
import { type AnswerCheck, Findings } from './answer-check.ts'
import type { BudgetLine, BudgetProblem, BudgetRule } from './budget.ts'

/** Amount from which a line counts as used by the lines that require it, as a share of the total, unless it has `minIfUsed`. */
export const USE_SHARE = 0.001

export interface BudgetEvaluation {
  readonly spent: number
  readonly returned: number
  /** Return of each line, in the order of the problem's lines. */
  readonly returns: readonly number[]
  readonly check: AnswerCheck
}

/** Most that may be spent on a line: its `max`, or what its segments cover. */
export function lineCap(line: BudgetLine): number {
  return line.max ?? line.segments.reduce((sum, segment) => sum + segment.width, 0)
}

/** Return of spending `amount` on a line: segments fill one after another, money beyond the last earns nothing. */
export function lineReturn(line: BudgetLine, amount: number): number {
  let left = amount
  let earned = 0
  for (const segment of line.segments) {
    const part = Math.min(left, segment.width)
    if (part <= 0) break
    earned += part * segment.returnPerUnit
    left -= part
  }
  return earned
}

/** Least amount at which a line counts as used by the lines that require it. */
export function useThreshold(problem: BudgetProblem, line: BudgetLine): number {
  return Math.min(line.minIfUsed ?? USE_SHARE * problem.total, lineCap(line))
}

/** The rule's limits as amounts: shares are of the problem's total. null where the rule has none. */
export function ruleLimits(problem: BudgetProblem, rule: BudgetRule): { least: number | null; most: number | null } {
  const most = rule.maxShare === null ? rule.maxAmount : rule.maxShare * problem.total
  const least = rule.minShare === null ? rule.minAmount : rule.minShare * problem.total
  return { least, most }
}

/**
 * @param amounts money for each line, in the order of the problem's lines
 */
export function evaluateBudget(problem: BudgetProblem, amounts: readonly number[]): BudgetEvaluation {
  const findings = new Findings()
  const { unit } = problem
  const amountOf = new Map<string, number>()
  const returns: number[] = []
  let spent = 0
  problem.lines.forEach((line, index) => {
    const amount = amounts[index] ?? Number.NaN
    amountOf.set(line.id, amount)
    spent += amount
    returns.push(lineReturn(line, amount))
    const cap = lineCap(line)
    findings.atLeast(`line ${line.id} min`, amount, line.min, () => `${line.id} gets ${amount}, least is ${line.min}`)
    findings.atMost(`line ${line.id} max`, amount, cap, () => `${line.id} gets ${amount}, most is ${cap}`)
    if (line.minIfUsed !== null && amount > noise(line.minIfUsed)) {
      const floor = line.minIfUsed
      findings.atLeast(`line ${line.id} floor`, amount, floor, () => `${line.id} gets ${amount}: nothing or ${floor}`)
    }
  })
  findings.atMost('total', spent, problem.total, () => `${spent} ${unit} are spent of ${problem.total}`)
  for (const rule of problem.rules) {
    const sum = rule.lines.reduce((total, id) => total + (amountOf.get(id) ?? Number.NaN), 0)
    const { least, most } = ruleLimits(problem, rule)
    if (most !== null) findings.atMost(`rule ${rule.name}`, sum, most, () => `${rule.name}: ${sum} of at most ${most}`)
    if (least !== null) {
      findings.atLeast(`rule ${rule.name}`, sum, least, () => `${rule.name}: ${sum}, needed ${least}`)
    }
  }
  const used = (id: string): boolean => (amountOf.get(id) ?? Number.NaN) > noise(problem.total)
  for (const [line, needed] of problem.requires) {
    if (!used(line)) continue
    const target = problem.lines.find((candidate) => candidate.id === needed)
    const threshold = target === undefined ? Number.NaN : useThreshold(problem, target)
    findings.atLeast(
      `requires ${line} > ${needed}`,
      amountOf.get(needed) ?? Number.NaN,
      threshold,
      () => `${line} is used without ${needed}`,
    )
  }
  for (const [a, b] of problem.excludes) {
    findings.holds(`excludes ${a} | ${b}`, !(used(a) && used(b)), () => `${a} and ${b} are both used`)
  }
  return { spent, returned: returns.reduce((sum, value) => sum + value, 0), returns, check: findings.verdict() }
}

/** Amounts below this are numeric noise, not spending. */
function noise(scale: number): number {
  return 1e-7 * Math.max(1, Math.abs(scale))
}
