/** "Why not method m?" for a problem stated as data: forced where the question says, planned again, compared. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { Plan } from '../domain/plan.ts'
import type { StatedPlanning } from '../domain/planning.ts'
import type { CandidateOptions } from './candidates.ts'
import type { MethodQuestion } from './contrast.ts'
import { domainSystem } from './domain-system.ts'
import { type Contrast, whyNot } from './explain.ts'
import { statedDomain } from './stated-domain.ts'

/** @throws InvalidInputError when no method of a task of the problem has that name */
export function whyNotStated(
  stated: StatedPlanning,
  answer: { readonly plan: Plan; readonly reached: readonly string[] },
  question: MethodQuestion,
  options: CandidateOptions = {},
): Contrast {
  const { domain, problem, network } = statedDomain(stated, new Set(answer.reached))
  const method = network.methods.find((candidate) => candidate.id === question.method)
  if (method === undefined) {
    const known = network.methods.map((candidate) => candidate.id)
    const message = `there is no method '${question.method}'`
    throw new InvalidInputError([
      { code: 'unknown-name', path: ['method'], message, hint: `the methods are ${known.slice(0, 20).join(', ')}` },
    ])
  }
  return whyNot(domainSystem(domain, problem), answer.plan, question.task ?? method.task, method.id, {
    ...(stated.budget === null ? {} : { maximalCost: stated.budget }),
    ...options,
  })
}
