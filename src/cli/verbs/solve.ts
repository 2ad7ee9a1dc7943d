/** `foreplan solve`: recognises what a file is and hands it to the verb it stands for. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { type FileKind, fileKind, wrongKind } from '../file-kind.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { solveProblem } from '../stated-problem.ts'
import type { DocumentOptions } from './index.ts'

const SCHEDULES: readonly FileKind[] = ['document', 'project-list', 'psplib', 'patterson', 'rcpsp-max', 'jobshop']

export async function solveVerb(
  names: readonly string[],
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const file = await readInputFile(names[0] as string)
  const kind = fileKind(file)
  if (kind === 'hddl' && names.length === 2) {
    return (await import('./plan.ts')).planFiles(file, await readInputFile(names[1] as string), {}, session)
  }
  if (names.length > 1) throw tooMany(names)
  if (kind !== 'document') refuseOptions(options, ['pareto', 'export', 'road'], `a file of kind ${kind}`)
  if (kind === 'linear' || kind === 'pomdp')
    refuseOptions(options, ['set', 'total', 'deadline', 'gantt'], `a file of kind ${kind}`)
  if (kind === 'pomdp') refuseOptions(options, ['solver'], 'a POMDP')
  if (!SCHEDULES.includes(kind)) refuseOptions(options, ['whatIf'], `a file of kind ${kind}`)
  if (kind !== 'generalised-assignment') refuseOptions(options, ['sense'], `a file of kind ${kind}`)
  switch (kind) {
    case 'document':
      return solveDocument(file, options, session)
    case 'linear':
      return (await import('./lp.ts')).solveModelFile(file, false, session)
    case 'cost-table':
    case 'assignment-text':
      return (await import('./assign.ts')).assignFile(file, options, session)
    case 'psplib':
    case 'patterson':
    case 'rcpsp-max':
    case 'jobshop':
      return (await import('./schedule.ts')).scheduleFile(file, kind, options, session)
    case 'knapsack':
    case 'knapsacks':
      refuseOptions(options, ['set', 'total', 'deadline', 'gantt', 'sense'], `a file of kind ${kind}`)
      return (await import('./packing.ts')).solveKnapsackFile(file, kind, session)
    case 'generalised-assignment':
      refuseOptions(options, ['set', 'total', 'deadline', 'gantt'], `a file of kind ${kind}`)
      return (await import('./packing.ts')).solveGapFile(file, options, session)
    case 'project-list':
      return (await import('./schedule.ts')).scheduleProjectList(file, options, session)
    case 'pomdp':
      return (await import('./pomdp.ts')).solvePomdpFile(file, {}, session)
    default:
      throw wrongKind(file, kind, 'solve', 'a planning document, a model, a cost table or a scheduling file')
  }
}

async function solveDocument(file: InputFile, options: DocumentOptions, session: Session): Promise<Outcome> {
  const stated = readProblem(file, options)
  if (options.export !== undefined) return (await import('./convert.ts')).exportProblem(stated, options.export)
  if (options.pareto !== undefined) {
    const { frontMeasure, frontOf } = await import('./pareto.ts')
    const measure = typeof options.pareto === 'string' ? frontMeasure(options.pareto, stated, file) : 'cost'
    return frontOf(stated, file, session, measure)
  }
  return solveProblem(stated, options, session)
}

function tooMany(names: readonly string[]): InvalidInputError {
  const hint = 'solve them one by one'
  const issues = names
    .slice(1)
    .map((file) => ({ code: 'too-many-files', path: [], message: 'a second file has no meaning here', hint, file }))
  return new InvalidInputError(issues)
}
