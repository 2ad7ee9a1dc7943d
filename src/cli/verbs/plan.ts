/** `foreplan plan`: hierarchical problems in HDDL (and PDDL through a trivial hierarchy), planning documents. */
import { planHtn } from '../../htn/plan.ts'
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { optimiseLater } from '../just-in-time.ts'
import { type PlanExtras, presentPlan } from '../present/plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'
import { TakesLonger } from '../takes-longer.ts'
import type { DocumentOptions } from './index.ts'
import { methodQuestion } from './method-question.ts'

export interface PlanOptions extends CommonOptions {
  readonly mode?: 'fast' | 'anytime' | 'optimal'
  readonly format?: 'ipc' | 'json'
  /** What to keep of the order in which the plan was found. */
  readonly deorder?: 'hierarchy' | 'causal'
  readonly explain?: boolean
  /** `method` or `method@task(arguments)`. */
  readonly whyNot?: string
  /** How many plans to list, cheapest first. */
  readonly candidates?: number
}

/** Nodes of a brief attempt: about what the first look of every strategy takes. */
const BRIEF_NODES = 15_000

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
  // Documents bring their schema with them, which takes longer to load than most hierarchical problems to solve.
  return (await import('./plan-document.ts')).planDocument(file, options, session)
}

export async function planFiles(
  domain: InputFile,
  problem: InputFile,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver'], 'a hierarchical problem')
  const mode = options.mode ?? (options.requireOptimal === true ? 'optimal' : 'fast')
  if (mode === 'fast') optimiseLater()
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  if (options.candidates !== undefined) {
    const { planCandidates } = await import('./plan-candidates.ts')
    return planCandidates(titleOf(problem), stated, options.candidates, options, session)
  }
  const { brief } = session.streams
  const links = !showsStepsOnly(options, session.options)
  const found = planHtn(stated, {
    ...session.run,
    mode,
    links,
    ...(brief === true ? { maximalNodes: BRIEF_NODES } : {}),
  })
  if (brief === true && found.status === 'unknown') throw new TakesLonger()
  if (!('plan' in found)) return presentPlan(titleOf(problem), found, {}, options.format)
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
  extras.ipc = plan.decomposition === null || !links ? null : writeIpcPlan(plan)
  return presentPlan(titleOf(problem), result, extras, options.format)
}

/** Whether the steps of the plan are all that will be seen of it. */
function showsStepsOnly(options: PlanOptions, common: CommonOptions): boolean {
  const { format, explain, whyNot, deorder } = options
  const whole = common.json === true || common.jsonLines === true || common.out !== undefined
  return !whole && format === undefined && explain !== true && whyNot === undefined && deorder === undefined
}
