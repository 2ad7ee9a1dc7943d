/** `foreplan plan` of a planning document. */
import { planStated } from '../../htn/plan-stated.ts'
import type { InputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { missingProblem } from '../missing-problem.ts'
import { presentStatedPlan } from '../present/stated-plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'
import { methodQuestion } from './method-question.ts'
import type { PlanOptions } from './plan.ts'

/** The only file that was named: a document with actions. */
export async function planDocument(
  file: InputFile,
  options: PlanOptions & DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const kind = fileKind(file)
  if (kind === 'hddl') throw missingProblem(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'plan', 'domain.hddl and problem.hddl, or a planning document')
  const stated = readProblem(file, options)
  if (stated.kind === 'operation') {
    refuseOptions(options, ['solver', 'mode', 'deorder', 'candidates', 'format', 'explain', 'whyNot'], 'an operation')
    return (await import('./operation.ts')).planOperationDocument(stated.problem, session)
  }
  if (stated.kind !== 'plan')
    throw wrongKind(file, `document (${stated.kind})`, 'plan', 'a document with actions or an operation')
  refuseOptions(options, ['solver', 'mode', 'deorder'], 'a planning document')
  if (options.candidates !== undefined) {
    const { planDocumentCandidates } = await import('./plan-candidates.ts')
    return planDocumentCandidates(stated.problem, options.candidates, options, session)
  }
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
