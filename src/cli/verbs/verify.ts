/** `foreplan verify`: judges a plan against its problem, independently of the search. */
import { describeIssue } from '../../../solvers/contract/index.ts'
import { type VerificationReport, verifyHtnPlan } from '../../check/htn-plan.ts'
import type { Plan } from '../../domain/plan.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import type { Outcome } from '../session.ts'

/** @returns valid or not, with every fault; exit code 4 for an invalid plan */
export async function verifyVerb(domainName: string, problemName: string, planName: string): Promise<Outcome> {
  const domain = await readInputFile(domainName)
  const problem = await readInputFile(problemName)
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  return presentVerification(verifyHtnPlan(stated, await readPlanFile(await readInputFile(planName))))
}

/** A plan in JSON (alone, or inside a result) or in the IPC 2020 format, by its content. */
export async function readPlanFile(file: InputFile): Promise<Plan> {
  if (!/^\s*\{/.test(file.text.slice(0, 1000))) return readIpcPlan(file.text, file.name)
  const { readPlanJson } = await import('../../io/plan/index.ts')
  return readPlanJson(file.text, file.name)
}

function presentVerification({ valid, issues, cost }: VerificationReport): Outcome {
  const head = `invalid   ${issues.length} fault${issues.length === 1 ? '' : 's'}`
  const text = valid
    ? `valid   cost ${cost}`
    : [head, ...issues.map((issue) => `  - ${describeIssue(issue)}`)].join('\n')
  const status = valid ? 'valid' : 'invalid'
  const result = { kind: 'verify', status, valid, issues, ...(valid ? { cost } : {}) }
  return { result, text, limit: null, report: null }
}
