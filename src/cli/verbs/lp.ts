/** `foreplan lp`: a linear or mixed-integer model from an MPS or LP file. */
import { findConflict } from '../../../solvers/linear/conflict/index.ts'
import { readModel } from '../../../solvers/linear/formats/index.ts'
import { solveLinear } from '../../../solvers/linear/index.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import { presentLinear } from '../present/linear.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'

export async function lpVerb(name: string, options: CommonOptions & { exact?: boolean }, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const { model } = readModel(file.text, { file: file.name })
  void options
  const result = await solveLinear(model, session.run)
  if (result.status !== 'infeasible') return presentLinear(model, result, null, session.streams.width)
  const conflict = await findConflict(model, session.run)
  return presentLinear(model, result, conflict === null ? null : { names: [], irreducible: false }, session.streams.width)
}
