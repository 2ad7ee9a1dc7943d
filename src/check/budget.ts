/**
 * Re-checks a budget result as it stands (fresh or back from JSON) against its problem: every limit, every amount's return, and
 * every claim the result makes about itself. Shares nothing with the model that produced it.
 */
import type { BudgetPlan, BudgetResult } from '../../models/budget/index.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { BudgetProblem } from '../domain/budget.ts'
import { evaluateBudget, lineCap, ruleLimits } from '../domain/budget-rules.ts'
import { checkClaim, merged } from './claim.ts'

/** @returns the verdict; a result without a plan has nothing to re-check and passes with 0 rules */
export function checkBudgetResult(problem: BudgetProblem, result: BudgetResult): AnswerCheck {
  if (result.status !== 'optimal' && result.status !== 'feasible') return new Findings().verdict()
  const amountOf = new Map(result.amounts.map(({ line, amount }) => [line, amount]))
  const evaluation = evaluateBudget(
    problem,
    problem.lines.map((line) => amountOf.get(line.id) ?? Number.NaN),
  )
  const findings = new Findings()
  findings.equal('lines', result.amounts.length, problem.lines.length, () => `${result.amounts.length} lines listed`)
  findings.equal(
    'spent',
    result.spent,
    evaluation.spent,
    () => `${result.spent} claimed spent, it is ${evaluation.spent}`,
  )
  problem.lines.forEach((line, index) => {
    const claimed = result.amounts.find((entry) => entry.line === line.id)?.return ?? Number.NaN
    const real = evaluation.returns[index] as number
    findings.equal(
      `return ${line.id}`,
      claimed,
      real,
      () => `${line.id} is said to return ${claimed}, it returns ${real}`,
    )
  })
  checkClaim(findings, result, evaluation.returned, 'maximize')
  checkBinding(problem, result, amountOf, findings)
  for (const { line } of result.unused) {
    findings.equal(`unused ${line}`, amountOf.get(line) ?? Number.NaN, 0, () => `${line} is called unused`)
  }
  return merged(evaluation.check, findings.verdict())
}

function checkBinding(
  problem: BudgetProblem,
  plan: BudgetPlan,
  amountOf: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  const uses = new Map<string, { used: number; limit: number }>([['total', { used: plan.spent, limit: problem.total }]])
  for (const rule of problem.rules) {
    const { least, most } = ruleLimits(problem, rule)
    const used = rule.lines.reduce((sum, id) => sum + (amountOf.get(id) ?? Number.NaN), 0)
    uses.set(`rule ${rule.name}`, { used, limit: most ?? least ?? Number.NaN })
  }
  for (const line of problem.lines) {
    const used = amountOf.get(line.id) ?? Number.NaN
    uses.set(`line ${line.id} min`, { used, limit: line.min })
    uses.set(`line ${line.id} max`, { used, limit: lineCap(line) })
  }
  for (const { constraint, limit } of plan.binding) {
    const use = uses.get(constraint)
    findings.holds('known limits', use !== undefined, () => `there is no constraint "${constraint}"`)
    if (use === undefined) continue
    findings.equal(`limit ${constraint}`, limit, use.limit, () => `${constraint} is ${use.limit}, not ${limit}`)
    findings.equal(
      `binding ${constraint}`,
      use.used,
      use.limit,
      () => `${constraint}: ${use.used} of ${use.limit} is slack`,
    )
  }
  const named = new Set(plan.binding.map(({ constraint }) => constraint))
  const full = Math.abs(plan.spent - problem.total) <= 1e-7 * Math.max(1, problem.total)
  findings.holds('binding total', !full || named.has('total'), () => 'the total is used up but not called binding')
}
