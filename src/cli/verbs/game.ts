/** `foreplan game`: a payoff matrix or a characteristic function. */
import { readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import type { Outcome, Session } from '../session.ts'
import { solveProblem } from '../stated-problem.ts'
import type { DocumentOptions } from './index.ts'

export async function gameVerb(name: string, options: DocumentOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'game', 'a planning document with a game or a coalition')
  const stated = readProblem(file, options)
  if (stated.kind !== 'game' && stated.kind !== 'coalition') {
    throw wrongKind(file, kind, 'game', `a game or a coalition; this document states a problem of kind ${stated.kind}`)
  }
  return solveProblem(stated, options, session)
}
