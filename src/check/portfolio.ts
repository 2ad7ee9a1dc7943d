/**
 * Re-checks a portfolio result as it stands (fresh or back from JSON) against its problem: cash, heads, order, exclusions, and
 * every claim the result makes about itself.
 */
import type { PortfolioResult } from '../../models/portfolio/index.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { PortfolioProblem } from '../domain/portfolio.ts'
import { evaluatePortfolio } from '../domain/portfolio-rules.ts'
import { checkClaim, merged } from './claim.ts'

/** @returns the verdict; a result without a plan has nothing to re-check and passes with 0 rules */
export function checkPortfolioResult(problem: PortfolioProblem, result: PortfolioResult): AnswerCheck {
  const findings = new Findings()
  if (result.status !== 'optimal' && result.status !== 'feasible') return findings.verdict()
  const evaluation = evaluatePortfolio(problem, result.plan)
  checkClaim(findings, result, evaluation.npv, 'maximize')
  const series: [string, readonly number[], readonly number[]][] = [
    ['spend', result.spend, evaluation.spend],
    ['available', result.available, evaluation.available],
    ...Object.keys(problem.capacity).map((name): [string, readonly number[], readonly number[]] => [
      `heads ${name}`,
      result.heads[name] ?? [],
      evaluation.heads[name] ?? [],
    ]),
  ]
  for (const [name, claimed, real] of series) {
    for (let t = 0; t < problem.periods; t++) {
      const said = claimed[t] ?? Number.NaN
      const is = real[t] ?? Number.NaN
      findings.equal(name, said, is, () => `${name} of period ${t + 1} is said to be ${said}, it is ${is}`)
    }
  }
  const chosen = new Set(result.plan.map(({ project }) => project))
  for (const { project, valueIfIncluded } of result.dropped) {
    findings.holds('dropped', !chosen.has(project), () => `${project} is chosen and called dropped`)
    if (valueIfIncluded === null) continue
    const better = (): string => `a plan with ${project} is worth ${valueIfIncluded}, more than the best`
    findings.atMost('dropped', valueIfIncluded, result.bound, better)
  }
  if (result.nextBest !== undefined) {
    findings.atMost('next best', result.nextBest, result.bound, () => `the runner-up ${result.nextBest} beats the best`)
  }
  return merged(evaluation.check, findings.verdict())
}
