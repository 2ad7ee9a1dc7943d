/** `foreplan plan --candidates K`: the cheapest ways to carry a problem out, in order of cost. */
import { InternalError, type Issue, type Limit, UnsupportedError } from '../../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../../check/htn-plan.ts'
import { verifyStatedPlan } from '../../check/stated-plan.ts'
import type { HtnProblem } from '../../domain/htn.ts'
import type { Plan } from '../../domain/plan.ts'
import type { StatedPlanning } from '../../domain/planning.ts'
import type { Candidate, CandidateEnd } from '../../htn/candidates.ts'
import { htnCandidates } from '../../htn/lifted-decomposition.ts'
import { statedCandidates } from '../../htn/stated-candidates.ts'
import { formatNumber } from '../../report/format.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import type { PlanOptions } from './plan.ts'

/** Steps of a candidate that are shown on the terminal. */
const SHOWN_STEPS = 12

/** Where candidates come from, and who judges them. */
interface Source {
  readonly title: string
  readonly generator: AsyncGenerator<Candidate, CandidateEnd>
  readonly verify: (plan: Plan) => { readonly valid: boolean; readonly issues: readonly Issue[] }
}

/** Of a hierarchical problem. */
export function planCandidates(
  title: string,
  problem: HtnProblem,
  count: number,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  const generator = htnCandidates(problem, session.run)
  return listCandidates({ title, generator, verify: (plan) => verifyHtnPlan(problem, plan) }, count, options)
}

/** Of a planning document. @throws UnsupportedError for soft goals and deadlines: plans are listed by cost alone */
export function planDocumentCandidates(
  stated: StatedPlanning,
  count: number,
  options: PlanOptions,
  session: Session,
): Promise<Outcome> {
  const { title, goals } = stated
  const beside = goals.some((goal) => goal.value !== null)
    ? 'soft goals'
    : stated.deadline !== null || goals.some((goal) => goal.deadline !== null)
      ? 'deadlines'
      : null
  if (beside !== null)
    throw new UnsupportedError(
      '--candidates',
      `--candidates lists plans by cost alone, and the document has ${beside}`,
      {
        hint: 'leave --candidates away',
      },
    )
  const generator = statedCandidates(stated, session.run)
  return listCandidates({ title, generator, verify: (plan) => verifyStatedPlan(stated, plan) }, count, options)
}

async function listCandidates(source: Source, count: number, options: PlanOptions): Promise<Outcome> {
  refuseOptions(options, ['mode', 'format', 'deorder', 'explain', 'whyNot', 'out'], 'a list of candidates')
  const { title, generator } = source
  const found: Candidate[] = []
  let end: CandidateEnd | null = null
  // The generator is not asked for one more than wanted: proving what comes next may take as long as all before.
  while (end === null && found.length < count) {
    const next = await generator.next()
    if (next.done === true) end = next.value
    else found.push(checked(source, next.value))
  }
  const [first] = found
  const limit = end?.status === 'stopped' ? end.limit : null
  if (first === undefined) return none(title, limit)
  const complete = end?.status === 'complete'
  // Costs never fall from one candidate to the next, so none that is not listed costs less than the last.
  const bound = end?.status === 'stopped' ? end.bound : (found.at(-1) as Candidate).cost
  const candidates = found.map(({ plan, cost, duration, bound: proved }) => ({
    cost,
    duration,
    bound: proved,
    plan: { ...plan, length: plan.steps.length },
  }))
  const result = {
    kind: 'candidates',
    title,
    status: 'optimal',
    objective: first.cost,
    candidates,
    complete,
    ...(complete ? {} : { bound }),
    ...(limit === null ? {} : { limit }),
  }
  return { result, text: describe(title, found, complete, bound, limit), limit, report: null }
}

function checked(source: Source, candidate: Candidate): Candidate {
  const report = source.verify(candidate.plan)
  if (report.valid) return candidate
  throw new InternalError(`a candidate fails verification: ${report.issues[0]?.message}`)
}

function none(title: string, limit: Limit | null): Outcome {
  if (limit !== null) {
    const text = `unknown   ${title}: no candidate and no proof before the limit (${limit})`
    return {
      result: { kind: 'candidates', title, status: 'unknown', limit, candidates: [] },
      text,
      limit,
      report: null,
    }
  }
  const reason = 'every decomposition and ordering of the initial tasks was tried, and none is executable'
  const result = { kind: 'candidates', title, status: 'unsolvable', reason, candidates: [], complete: true }
  return { result, text: `unsolvable   ${title}\n${reason}`, limit, report: null }
}

function describe(
  title: string,
  found: readonly Candidate[],
  complete: boolean,
  bound: number,
  limit: Limit | null,
): string {
  const rest = complete
    ? 'there are no others'
    : `no other costs less than ${formatNumber(bound)}${limit === null ? '' : ` (stopped: ${limit})`}`
  const lines = [
    `optimal   ${title}: ${found.length} ${found.length === 1 ? 'plan' : 'plans'} in order of cost; ${rest}`,
  ]
  found.forEach(({ plan, cost, duration }, index) => {
    const { length } = plan.steps
    lines.push('', `${index + 1}. cost ${formatNumber(cost)}, ${length} steps, duration ${formatNumber(duration)}`)
    for (const step of plan.steps.slice(0, SHOWN_STEPS)) lines.push(`     ${[step.name, ...step.args].join(' ')}`)
    if (length > SHOWN_STEPS) lines.push(`     ... and ${length - SHOWN_STEPS} more (--json shows all)`)
  })
  return lines.join('\n')
}
