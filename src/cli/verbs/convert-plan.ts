/** `foreplan convert` for plans (IPC 2020 and JSON) and for hierarchical problems (HDDL, PDDL). */
import { InvalidInputError, UnsupportedError } from '../../../solvers/contract/index.ts'
import { withHierarchy } from '../../htn/classical.ts'
import type { PlanningDocument } from '../../io/document/index.ts'
import type { InputFile } from '../../io/files/read-file.ts'
import { hddlDocument } from '../../io/hddl/document.ts'
import { writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl, readHddlDomain } from '../../io/hddl/read.ts'
import { writeHddlDomain, writeHddlProblem } from '../../io/hddl/write.ts'
import { writePlanJson } from '../../io/plan/read.ts'
import { readPlanFile } from './verify.ts'

/** A plan in one format as text in the other. */
export async function convertPlan(file: InputFile, format: string): Promise<string> {
  const plan = await readPlanFile(file)
  if (format === 'json') return writePlanJson(plan)
  if (format === 'ipc') return writeIpcPlan(plan)
  throw new UnsupportedError('--to', `a plan cannot be written as ${format}`, { hint: 'use json or ipc' })
}

/**
 * A domain, or a domain and its problem, written anew: comments gone, subtasks ordered by pairs or as a list, types and
 * constants in one form. A classical problem gets the hierarchy that any sequence of its actions refines.
 */
export function convertHddl(files: readonly InputFile[], format: string, part: string | undefined): string {
  if (format !== 'hddl')
    throw new UnsupportedError('--to', `a hierarchical problem cannot be written as ${format}`, {
      hint: 'use hddl, or yaml or json for a planning document',
    })
  const [domain, problem] = files as [InputFile, InputFile | undefined]
  if (problem === undefined) {
    if (part === 'problem') throw noProblem(domain)
    return writeHddlDomain(readHddlDomain(domain.text, domain.name))
  }
  const read = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  const stated = read.network === null ? withHierarchy(read) : read
  const parts = { domain: writeHddlDomain(stated.domain), problem: writeHddlProblem(stated) }
  if (part === 'domain' || part === 'problem') return parts[part]
  return `${parts.domain}\n${parts.problem}`
}

/** A domain and its problem as a planning document. */
export function documentOfHddl(files: readonly InputFile[]): PlanningDocument {
  const [domain, problem] = files as [InputFile, InputFile | undefined]
  if (problem === undefined) throw noProblem(domain)
  return hddlDocument(readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name }))
}

function noProblem(domain: InputFile): InvalidInputError {
  const message = 'there is no problem file'
  return new InvalidInputError([
    { code: 'missing-file', path: [], message, hint: 'give domain and problem', file: domain.name },
  ])
}
