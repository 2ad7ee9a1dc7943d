/** `foreplan plan`: hierarchical problems in HDDL (and PDDL through a trivial hierarchy). */
import { planHtn } from '../../htn/plan.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { type PlanExtras, presentPlan } from '../present/plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'

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
  domainName: string,
  problemName: string,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  return planFiles(await readInputFile(domainName), await readInputFile(problemName), options, session)
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
  if (options.explain === true) {
    const { explainHtnPlan } = await import('../../htn/lifted-decomposition.ts')
    extras.reasons = explainHtnPlan(stated, found.plan)
  }
  if (options.whyNot !== undefined) {
    const { whyNotMethod } = await import('../../htn/contrast.ts')
    const at = options.whyNot.indexOf('@')
    const question =
      at < 0 ? { method: options.whyNot } : { method: options.whyNot.slice(0, at), task: options.whyNot.slice(at + 1) }
    extras.contrast = whyNotMethod(stated, found.plan, question, { ...session.run, mode })
  }
  if (options.deorder !== undefined) {
    const { deorder } = await import('../../causal/deorder.ts')
    const { plan, ...order } = deorder(stated, found.plan, { keep: options.deorder })
    result = { ...found, plan }
    extras.order = { keep: options.deorder, ...order }
  }
  const { plan } = result
  extras.ipc = plan.decomposition === null ? null : writeIpcPlan(plan)
  return presentPlan(problem.name, result, extras, options.format)
}
