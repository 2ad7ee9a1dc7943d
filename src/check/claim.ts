/** What every optimisation result claims about itself: objective, bound, gap, status. */
import { ANSWER_TOLERANCE, type AnswerCheck, type Findings } from '../domain/answer-check.ts'

export interface Claim {
  readonly status: 'optimal' | 'feasible'
  readonly objective: number
  readonly bound: number
  readonly gap: number
}

/** @param real the objective recomputed from the answer */
export function checkClaim(findings: Findings, claim: Claim, real: number, sense: 'minimize' | 'maximize'): void {
  const { status, objective, bound, gap } = claim
  findings.equal('objective', objective, real, () => `the objective is said to be ${objective}, it is ${real}`)
  const beyond = (): string => `the bound ${bound} is on the wrong side of the objective ${objective}`
  if (sense === 'maximize') findings.atLeast('bound', bound, objective, beyond)
  else findings.atMost('bound', bound, objective, beyond)
  if (status !== 'optimal') return
  findings.equal('proof', bound, objective, () => `called optimal with the bound ${bound} for ${objective}`)
  findings.atMost('gap', gap, ANSWER_TOLERANCE, () => `called optimal with a gap of ${gap}`)
}

/** Both verdicts as one. */
export function merged(first: AnswerCheck, second: AnswerCheck): AnswerCheck {
  return {
    checked: true,
    rules: first.rules + second.rules,
    maxViolation: Math.max(first.maxViolation, second.maxViolation),
    violations: [...first.violations, ...second.violations],
  }
}
