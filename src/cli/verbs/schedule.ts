/** `foreplan schedule`: a project document, or a scheduling problem in one of the field's text formats. */
import { type SchedulingProblem, schedule, valueOfCapacity } from '../../../solvers/scheduling/index.ts'
import { readProjectList } from '../../io/csv/index.ts'
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { readJobShop } from '../../io/jobshop/index.ts'
import { looksLikeConsProd, readConsProd, readPatterson, readProgenMax, readPsplib } from '../../io/psplib/index.ts'
import { readProblem } from '../document-input.ts'
import { type FileKind, fileKind, wrongKind } from '../file-kind.ts'
import { presentScheduling } from '../present/scheduling.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { solveProblem } from '../stated-problem.ts'
import type { DocumentOptions } from './index.ts'

export async function scheduleVerb(name: string, options: DocumentOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind === 'project-list') return scheduleProjectList(file, options, session)
  if (kind !== 'document') return scheduleFile(file, kind, options, session)
  const stated = readProblem(file, options)
  if (stated.kind !== 'project' && stated.kind !== 'hierarchy') {
    throw wrongKind(file, kind, 'schedule', `a project; this document states a problem of kind ${stated.kind}`)
  }
  return solveProblem(stated, options, session)
}

/** A table with a row a task. */
export async function scheduleProjectList(
  file: InputFile,
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['set', 'total', 'road', 'pareto'], 'a table of tasks')
  const read = readProjectList(file.text, file.name)
  const problem = options.deadline === undefined ? read : { ...read, deadline: options.deadline }
  return solveProblem({ kind: 'project', problem }, options, session)
}

/** A file of one of the scheduling formats. */
export async function scheduleFile(
  file: InputFile,
  kind: FileKind,
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['set', 'total', 'solver', 'road', 'insert'], `a file of kind ${kind}`)
  const read = readScheduling(file, kind)
  const problem = options.deadline === undefined ? read : { ...read, maxMakespan: options.deadline }
  const result = await schedule(problem, session.run)
  const { width } = session.streams
  const shown = presentScheduling(titleOf(file), problem, result, width, options.gantt === true)
  if (options.mspdi !== undefined && (result.status === 'optimal' || result.status === 'feasible')) {
    refuseOptions(options, ['whatIf', 'gantt'], 'MS Project XML')
    const { writeMspdi } = await import('../../io/mspdi/index.ts')
    const text = writeMspdi(problem, result.schedule, { start: options.mspdi, title: titleOf(file) })
    return { ...shown, text, verbatim: true }
  }
  if (options.whatIf !== true || (result.status !== 'optimal' && result.status !== 'feasible')) return shown
  const { withCapacityValues } = await import('../present/what-if.ts')
  return withCapacityValues(shown, await valueOfCapacity(problem, result.schedule, session.run), width)
}

function readScheduling(file: InputFile, kind: FileKind): SchedulingProblem {
  switch (kind) {
    case 'psplib':
      return readPsplib(file.text, file.name)
    case 'patterson':
      return looksLikeConsProd(file.text) ? readConsProd(file.text, file.name) : readPatterson(file.text, file.name)
    case 'rcpsp-max':
      return readProgenMax(file.text, file.name)
    case 'jobshop':
      return readJobShop(file.text, file.name)
    default:
      throw wrongKind(file, kind, 'schedule', 'a project document, or a .sm, .mm, .rcp, .sch or job-shop file')
  }
}
