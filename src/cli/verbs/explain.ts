/** `foreplan explain`: a result in words. With the problem of a plan beside it also what only the problem tells. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { Plan } from '../../domain/plan.ts'
import { formatReason, type Reason } from '../../htn/reasons.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { planSchema } from '../../io/plan/schema.ts'
import { readProblem } from '../document-input.ts'
import { type Explanation, type Fields, field, fieldsOf, HEADINGS, isEmpty, textOf } from '../explain/explanation.ts'
import { causesOf } from '../explain/plan.ts'
import { answerOf, choicesOf, conflictsOf, sensitivitiesOf } from '../explain/solution.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'
import { methodQuestion } from './method-question.ts'

export interface ExplainOptions extends CommonOptions {
  /** `method` or `method@task(arguments)`. */
  readonly whyNot?: string
}

export async function explainVerb(
  names: readonly string[],
  options: ExplainOptions,
  session: Session,
): Promise<Outcome> {
  const files: InputFile[] = []
  for (const name of names) files.push(await readInputFile(name))
  const [file, ...context] = files as [InputFile, ...InputFile[]]
  const result = readResult(file)
  const plan = planOf(result)
  if (context.length > 2) throw invalid(file, 'too many files', 'give the result, and the problem of a plan')
  if ((context.length > 0 || options.whyNot !== undefined) && plan === null)
    throw invalid(file, 'the result holds no plan', 'the problem and --why-not only go with the result of a plan')
  if (options.whyNot !== undefined && context.length === 0)
    throw invalid(
      file,
      '--why-not plans again and needs the problem',
      'give domain.hddl and problem.hddl, or the document, too',
    )
  const extra = plan === null ? NOTHING : await withProblem(plan, context, options, session)
  const known = extra.plan ?? plan
  const reasons: unknown = extra.reasons ?? field(result, 'reasons') ?? [field(result, 'reason')]
  const explanation: Explanation = {
    answer: answerOf(result),
    conflicts: conflictsOf(result),
    sensitivities: sensitivitiesOf(result),
    choices: [...(Array.isArray(reasons) ? reasonLines(reasons) : []), ...choicesOf(result), ...(extra.choices ?? [])],
    causes: [...(known === null ? [] : causesOf(known)), ...(extra.causes ?? [])],
  }
  return present(textOf(result, 'kind') ?? 'result', textOf(result, 'title') ?? file.name, explanation)
}

function readResult(file: InputFile): Fields {
  let value: unknown
  try {
    value = JSON.parse(file.text)
  } catch (error) {
    throw invalid(
      file,
      `this is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      'give what --json printed',
    )
  }
  const fields = fieldsOf(value)
  if (fields === null) throw invalid(file, 'this is no result', 'give what --json printed')
  if (textOf(fields, 'status') !== null) return fields
  // A plan by itself is a result without a status.
  if (field(fields, 'steps') === undefined)
    throw invalid(file, 'this is no result: it has no status', 'give what --json printed')
  return { kind: 'plan', status: 'feasible', objective: field(fields, 'cost'), plan: fields }
}

/** The plan of a planning result; the plans of other verbs have other shapes. */
function planOf(result: Fields): Plan | null {
  const parsed = planSchema.safeParse(field(result, 'plan'))
  return parsed.success ? (parsed.data as Plan) : null
}

interface Extra {
  readonly plan?: Plan
  readonly reasons?: readonly Reason[]
  readonly choices?: readonly string[]
  readonly causes?: readonly string[]
}

const NOTHING: Extra = {}

/** What the problem adds: links where the result has none, reasons, necessary facts, the answer to "why not?". */
async function withProblem(
  plan: Plan,
  files: readonly InputFile[],
  options: ExplainOptions,
  session: Session,
): Promise<Extra> {
  const [first, second] = files
  if (first === undefined) return NOTHING
  if (second === undefined) {
    const stated = fileKind(first) === 'document' ? readProblem(first, {}) : null
    if (stated?.kind !== 'plan')
      throw wrongKind(first, fileKind(first), 'explain', 'domain.hddl and problem.hddl, or a planning document')
    const { verifyStatedPlan } = await import('../../check/stated-plan.ts')
    const report = verifyStatedPlan(stated.problem, plan)
    if (!report.valid) throw new InvalidInputError(report.issues)
    const { withStatedLinks } = await import('../../causal/stated-links.ts')
    const linked = withStatedLinks(stated.problem, plan)
    if (options.whyNot === undefined) return { plan: linked }
    const { whyNotStated } = await import('../../htn/contrast-stated.ts')
    const reached = stated.problem.goals.flatMap((goal) =>
      goal.value === null || report.reached.includes(goal.id) ? [goal.id] : [],
    )
    const contrast = whyNotStated(stated.problem, { plan, reached }, methodQuestion(options.whyNot))
    return { plan: linked, choices: [`${contrast.text}.`] }
  }
  const problem = readHddl(first.text, second.text, { domain: first.name, problem: second.name })
  const { verifyHtnPlan } = await import('../../check/htn-plan.ts')
  const report = verifyHtnPlan(problem, plan)
  if (!report.valid) throw new InvalidInputError(report.issues)
  const { regression, withLinks } = await import('../../causal/links.ts')
  const { explainHtnPlan } = await import('../../htn/lifted-decomposition.ts')
  const { landmarks, describeLandmarks } = await import('../../htn/landmarks.ts')
  const extra = {
    plan: withLinks(problem, plan),
    reasons: explainHtnPlan(problem, plan),
    causes: [
      `For all of the plan to work these must hold at the start: ${(regression(problem, plan)[0] ?? []).join(', ')}.`,
      ...describeLandmarks(landmarks(problem)),
    ],
  }
  if (options.whyNot === undefined) return extra
  const { whyNotMethod } = await import('../../htn/contrast.ts')
  const contrast = whyNotMethod(problem, plan, methodQuestion(options.whyNot), session.run)
  return { ...extra, choices: [`${contrast.text}.`] }
}

/** Reason trees of the result as lines; trees of another shape are left alone. */
function reasonLines(reasons: readonly unknown[]): readonly string[] {
  return reasons.filter(isReason).flatMap((reason) => formatReason(reason))
}

function isReason(value: unknown): value is Reason {
  const fields = fieldsOf(value)
  if (fields === null || textOf(fields, 'task') === null) return false
  const [refused, passedOver, parts] = ['refused', 'passedOver', 'parts'].map((name) => field(fields, name))
  const named = (entry: unknown): boolean => {
    const refusal = fieldsOf(entry)
    return refusal !== null && textOf(refusal, 'name') !== null && textOf(refusal, 'reason') !== null
  }
  return (
    Array.isArray(refused) &&
    refused.every(named) &&
    Array.isArray(passedOver) &&
    Array.isArray(parts) &&
    parts.every(isReason)
  )
}

function present(kind: string, title: string, explanation: Explanation): Outcome {
  const sections = (Object.keys(HEADINGS) as (keyof Explanation)[]).filter((name) => explanation[name].length > 0)
  const lines = sections.flatMap((name) => [HEADINGS[name], ...explanation[name].map((line) => `  ${line}`), ''])
  const empty = isEmpty(explanation) ? 'nothing in this result calls for an explanation' : ''
  return {
    result: { kind: 'explain', of: kind, title, status: 'explained', ...explanation },
    text: [title, '', ...lines, empty].join('\n').trimEnd(),
    limit: null,
    report: {
      title: `Why: ${title}`,
      summary: explanation.answer[0] ?? '',
      facts: [['kind', kind]],
      sections: sections.map((name) => ({ kind: 'text', heading: HEADINGS[name], text: explanation[name].join('\n') })),
    },
  }
}

function invalid(file: InputFile, message: string, hint: string): InvalidInputError {
  return new InvalidInputError([{ code: 'no-result', path: [], message, hint, file: file.name }])
}
