/** `foreplan schedule`: a project document. */
import { readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'
import { solveProblem } from './solve.ts'

export async function scheduleVerb(name: string, options: DocumentOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'schedule', 'a planning document with tasks')
  const stated = readProblem(file, options)
  if (stated.kind !== 'project')
    throw wrongKind(file, kind, 'schedule', `a project; this document states a problem of kind ${stated.kind}`)
  return solveProblem(stated, options, session)
}
