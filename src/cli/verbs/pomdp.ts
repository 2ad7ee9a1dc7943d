/** `foreplan pomdp`: value and policy of a .pomdp or .pomdpx file, or of a document with a belief. */
import { readPomdp } from '../../io/cassandra/index.ts'
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { solveBelief } from '../belief-problem.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { type PomdpOptions, solvePomdpModel } from '../pomdp-model.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'

export async function pomdpVerb(name: string, options: PomdpOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  refuseOptions(options, ['solver'], 'a POMDP: its methods are named by --method')
  if (kind === 'document') return solveDocument(file, options, session)
  if (kind !== 'pomdp') throw wrongKind(file, kind, 'pomdp', 'a .pomdp or .pomdpx file, or a document with a belief')
  refuseOptions(options, ['set'], 'a file that is no document')
  return solvePomdpFile(file, options, session)
}

async function solveDocument(file: InputFile, options: PomdpOptions, session: Session): Promise<Outcome> {
  const stated = readProblem(file, options.set === undefined ? {} : { set: options.set })
  if (!('place' in stated)) throw wrongKind(file, 'document', 'pomdp', `a belief; this document is a ${stated.kind}`)
  return solveBelief(stated, options, session)
}

export async function solvePomdpFile(file: InputFile, options: PomdpOptions, session: Session): Promise<Outcome> {
  const factored = file.extension === 'pomdpx' || /^\s*</.test(file.text)
  const model = factored
    ? (await import('../../io/pomdpx/index.ts')).readPomdpx(file.text, file.name)
    : readPomdp(file.text, { file: file.name })
  return solvePomdpModel(titleOf(file), model, options, session)
}
