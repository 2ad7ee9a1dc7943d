/** `foreplan verify`: judges a plan against its problem, independently of the search. */
import { describeIssue, InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../../check/htn-plan.ts'
import type { Plan } from '../../domain/plan.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import type { Outcome } from '../session.ts'

/** @returns valid or not, with every fault; exit code 4 for an invalid plan */
export async function verifyVerb(names: readonly string[]): Promise<Outcome> {
  const files: InputFile[] = []
  for (const name of names) files.push(await readInputFile(name))
  const [first, second, third] = files
  if (first !== undefined && second !== undefined && third === undefined && fileKind(first) === 'document') {
    const stated = readProblem(first, {})
    if (stated.kind !== 'plan')
      throw wrongKind(first, `document (${stated.kind})`, 'verify', 'a planning document with actions')
    const { verifyStatedPlan } = await import('../../check/stated-plan.ts')
    return presentVerification(verifyStatedPlan(stated.problem, await readPlanFile(second)))
  }
  if (first === undefined || second === undefined || third === undefined || files.length > 3) {
    const message = `${files.length} file${files.length === 1 ? '' : 's'} cannot be verified`
    const hint = 'give domain.hddl, problem.hddl and a plan, or a planning document and a plan'
    throw new InvalidInputError([{ code: 'wrong-files', path: [], message, hint }])
  }
  const problem = readHddl(first.text, second.text, { domain: first.name, problem: second.name })
  return presentVerification(verifyHtnPlan(problem, await readPlanFile(third)))
}

/** A plan in JSON (alone, or inside a result) or in the IPC 2020 format, by its content. */
export async function readPlanFile(file: InputFile): Promise<Plan> {
  if (!/^\s*\{/.test(file.text.slice(0, 1000))) return readIpcPlan(file.text, file.name)
  const { readPlanJson } = await import('../../io/plan/index.ts')
  return readPlanJson(file.text, file.name)
}

function presentVerification(report: {
  readonly valid: boolean
  readonly issues: readonly Issue[]
  readonly cost: number
}): Outcome {
  const { valid, issues, cost } = report
  const head = `invalid   ${issues.length} fault${issues.length === 1 ? '' : 's'}`
  const text = valid
    ? `valid   cost ${cost}`
    : [head, ...issues.map((issue) => `  - ${describeIssue(issue)}`)].join('\n')
  const status = valid ? 'valid' : 'invalid'
  const result = { kind: 'verify', status, valid, issues, ...(valid ? { cost } : {}) }
  return { result, text, limit: null, report: null }
}
