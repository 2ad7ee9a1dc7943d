/** `foreplan lp`: a linear or mixed-integer model from an MPS or LP file. */
import { findConflict } from '../../../solvers/linear/conflict/index.ts'
import { readModel } from '../../../solvers/linear/formats/index.ts'
import { backendByName, solveLinear } from '../../../solvers/linear/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { presentLinear } from '../present/linear.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'

export async function lpVerb(name: string, options: CommonOptions, session: Session): Promise<Outcome> {
  return solveModelFile(await readInputFile(name), options, session)
}

export async function solveModelFile(file: InputFile, options: CommonOptions, session: Session): Promise<Outcome> {
  const { model, notes } = readModel(file.text, { file: file.name })
  for (const note of notes) session.talk(`note: ${note.message} (${note.hint})`)
  const backends = options.solver === undefined ? {} : { backends: [backendByName(options.solver)] }
  // Off this thread, so that Ctrl-C is heard while the solver works.
  const result = await solveLinear(model, { ...session.run, ...backends, offThread: true })
  if (result.status !== 'infeasible') return presentLinear(model, result, null, session.streams.width)
  const conflict = await findConflict(model, session.run)
  if (conflict.status !== 'conflict') return presentLinear(model, result, null, session.streams.width)
  const bounds = conflict.bounds.map(({ name, side, value }) => `${name} ${side === 'lower' ? '>=' : '<='} ${value}`)
  const names = [...conflict.rows.map((row) => row.name), ...bounds]
  return presentLinear(model, result, { names, irreducible: conflict.irreducible }, session.streams.width)
}
