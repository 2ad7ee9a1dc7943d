/** `foreplan lp`: a linear or mixed-integer model from an MPS or LP file. */
import { findConflict } from '../../../solvers/linear/conflict/index.ts'
import { readModel } from '../../../solvers/linear/formats/index.ts'
import { solveLinear } from '../../../solvers/linear/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { presentLinear } from '../present/linear.ts'
import type { Outcome, Session } from '../session.ts'

/** @param exact also prove the answer in rational arithmetic */
export async function lpVerb(name: string, exact: boolean, session: Session): Promise<Outcome> {
  return solveModelFile(await readInputFile(name), exact, session)
}

export async function solveModelFile(file: InputFile, exact: boolean, session: Session): Promise<Outcome> {
  const { model, notes } = readModel(file.text, { file: file.name })
  for (const note of notes) session.talk(`note: ${note.message} (${note.hint})`)
  const result = await solveLinear(model, { ...(await session.formulation()), exact })
  if (result.status !== 'infeasible') return presentLinear(model, result, null, session.streams.width)
  const conflict = await findConflict(model, await session.formulation())
  if (conflict.status !== 'conflict') return presentLinear(model, result, null, session.streams.width)
  const bounds = conflict.bounds.map(({ name, side, value }) => `${name} ${side === 'lower' ? '>=' : '<='} ${value}`)
  const names = [...conflict.rows.map((row) => row.name), ...bounds]
  return presentLinear(model, result, { names, irreducible: conflict.irreducible }, session.streams.width)
}
