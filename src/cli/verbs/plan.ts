/** `foreplan plan`: hierarchical problems in HDDL (and PDDL through a trivial hierarchy), planning documents. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { planHtn } from '../../htn/plan.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { type PlanExtras, presentPlan } from '../present/plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export interface PlanOptions extends CommonOptions {
  readonly mode?: 'fast' | 'anytime' | 'optimal'
  readonly format?: 'ipc' | 'json'
  /** What to keep of the order in which the plan was found. */
  readonly deorder?: 'hierarchy' | 'causal'
  readonly explain?: boolean
  /** `method` or `method@task(arguments)`. */
  readonly whyNot?: string
}

export async function planVerb(
  name: string,
  problemName: string | undefined,
  options: PlanOptions & DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const file = await readInputFile(name)
  if (problemName !== undefined) {
    refuseOptions(options, ['set', 'total', 'deadline'], 'a hierarchical problem in HDDL')
    return planFiles(file, await readInputFile(problemName), options, session)
  }
  const kind = fileKind(file)
  if (kind === 'hddl') throw missingProblem(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'plan', 'domain.hddl and problem.hddl, or a planning document')
  return planDocument(file, options, session)
}

async function planDocument(
  file: InputFile,
  options: PlanOptions & DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const stated = readProblem(file, options)
  if (stated.kind !== 'plan') throw wrongKind(file, `document (${stated.kind})`, 'plan', 'a document with actions')
  refuseOptions(options, ['solver', 'mode', 'deorder'], 'a planning document')
  const { planStated } = await import('../../htn/plan-stated.ts')
  const { presentStatedPlan } = await import('../present/stated-plan.ts')
  const result = planStated(stated.problem, session.run)
  const contrast =
    options.whyNot === undefined || !('plan' in result)
      ? undefined
      : (await import('../../htn/contrast-stated.ts')).whyNotStated(
          stated.problem,
          result,
          methodQuestion(options.whyNot),
        )
  const pictures = options.out === undefined ? undefined : (await import('../present/plan-pictures.ts')).planReport
  return presentStatedPlan(stated.problem, result, session.streams.width, { ...options, contrast, pictures })
}

function missingProblem(file: InputFile): InvalidInputError {
  const message = 'a domain in HDDL comes with a problem file'
  return new InvalidInputError([
    { code: 'missing-file', path: [], message, hint: 'give domain.hddl and problem.hddl', file: file.name },
  ])
}

/** `method` or `method@task(arguments)`. */
export function methodQuestion(text: string): { readonly method: string; readonly task?: string } {
  const at = text.indexOf('@')
  return at < 0 ? { method: text } : { method: text.slice(0, at), task: text.slice(at + 1) }
}

export async function planFiles(
  domain: InputFile,
  problem: InputFile,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver'], 'a hierarchical problem')
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  const mode = options.mode ?? (options.requireOptimal === true ? 'optimal' : 'fast')
  const found = planHtn(stated, { ...session.run, mode })
  if (!('plan' in found)) return presentPlan(problem.name, found, {}, options.format)
  let result = found
  const extras: { -readonly [Key in keyof PlanExtras]: PlanExtras[Key] } = {}
  if (options.explain === true || options.out !== undefined) {
    const { explainHtnPlan } = await import('../../htn/lifted-decomposition.ts')
    extras.reasons = explainHtnPlan(stated, found.plan)
    extras.explain = options.explain === true
  }
  if (options.whyNot !== undefined) {
    const { whyNotMethod } = await import('../../htn/contrast.ts')
    extras.contrast = whyNotMethod(stated, found.plan, methodQuestion(options.whyNot), { ...session.run, mode })
  }
  if (options.deorder !== undefined) {
    const { deorder } = await import('../../causal/deorder.ts')
    const { plan, ...order } = deorder(stated, found.plan, { keep: options.deorder })
    result = { ...found, plan }
    extras.order = { keep: options.deorder, ...order }
  }
  if (options.out !== undefined) extras.pictures = (await import('../present/plan-pictures.ts')).planReport
  const { plan } = result
  extras.ipc = plan.decomposition === null ? null : writeIpcPlan(plan)
  return presentPlan(problem.name, result, extras, options.format)
}
