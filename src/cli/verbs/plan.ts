/** `foreplan plan` and `foreplan verify`: hierarchical problems in HDDL (and PDDL through a trivial hierarchy). */

import { describeIssue } from '../../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../../check/htn-plan.ts'
import type { Plan } from '../../domain/plan.ts'
import { planHtn } from '../../htn/plan.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readIpcPlan, writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { presentPlan } from '../present/plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'

export interface PlanOptions extends CommonOptions {
  readonly mode?: 'fast' | 'anytime' | 'optimal'
  readonly format?: 'ipc'
}

export async function planVerb(
  domainName: string,
  problemName: string,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  return planFiles(await readInputFile(domainName), await readInputFile(problemName), options, session)
}

export function planFiles(domain: InputFile, problem: InputFile, options: PlanOptions, session: Session): Outcome {
  refuseOptions(options, ['solver'], 'a hierarchical problem')
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  const mode = options.mode ?? (options.requireOptimal === true ? 'optimal' : 'fast')
  const result = planHtn(stated, { ...session.run, mode })
  const plan: Plan | null = 'plan' in result ? result.plan : null
  const ipc = plan === null || plan.decomposition === null ? null : writeIpcPlan(plan)
  return presentPlan(problem.name, result, ipc, options.format === 'ipc')
}

/** @returns valid or not, with every fault; exit code 4 for an invalid plan */
export async function verifyVerb(domainName: string, problemName: string, planName: string): Promise<Outcome> {
  const domain = await readInputFile(domainName)
  const problem = await readInputFile(problemName)
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  const planFile = await readInputFile(planName)
  const report = verifyHtnPlan(stated, readIpcPlan(planFile.text, planFile.name))
  const { valid, issues } = report
  const text = valid
    ? `valid   cost ${report.cost}`
    : [
        `invalid   ${issues.length} fault${issues.length === 1 ? '' : 's'}`,
        ...issues.map((issue) => `  - ${describeIssue(issue)}`),
      ].join('\n')
  const result = {
    kind: 'verify',
    status: valid ? 'valid' : 'invalid',
    valid,
    issues,
    ...(valid ? { cost: report.cost } : {}),
  }
  return { result, text, limit: null, report: null }
}
