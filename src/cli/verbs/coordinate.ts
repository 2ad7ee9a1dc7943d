/** `foreplan coordinate`: a document with agents; also one that states an allocation, a game or a coalition alone. */
import { coordinate } from '../../coordination/coordinate.ts'
import type { CoordinationProblem } from '../../domain/coordination.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentCoordination } from '../present/coordination.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { oneEach } from './assign.ts'
import type { DocumentOptions } from './index.ts'

export async function coordinateVerb(name: string, options: DocumentOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'coordinate', 'a planning document with agents')
  refuseOptions(options, ['solver'], 'a coordination')
  const { protocol, set = [], ...rest } = options
  const chosen = protocol === undefined ? [] : [`protocol=${protocol.replaceAll('-', '_')}`]
  const stated = readProblem(file, { ...rest, set: [...set, 'kind=coordination', ...chosen] })
  if (stated.kind !== 'coordination') throw wrongKind(file, kind, 'coordinate', 'a planning document with agents')
  const plain = readProblem(file, { ...rest, set })
  // An assignment says that every agent takes one task.
  const { problem } = stated
  const single = plain.kind === 'assignment' ? { ...problem, allocation: oneEach(plain.problem) } : problem
  return coordinateProblem(single, session)
}

export async function coordinateProblem(problem: CoordinationProblem, session: Session): Promise<Outcome> {
  return presentCoordination(problem, await coordinate(problem, session.run), session.streams.width)
}
