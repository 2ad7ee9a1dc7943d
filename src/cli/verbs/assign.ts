/** `foreplan assign`: a planning document, a cost table as CSV or JSON, or an OR-Library assignment text. */
import { solveAssignment } from '../../../models/allocation/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { AssignmentProblem } from '../../domain/allocation.ts'
import { readCostTable } from '../../io/csv/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readAssignText } from '../../io/orlib/index.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentAssignment } from '../present/assignment.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export type AssignOptions = DocumentOptions & { readonly maximize?: boolean }

export async function assignVerb(name: string, options: AssignOptions, session: Session): Promise<Outcome> {
  return assignFile(await readInputFile(name), options, session)
}

export async function assignFile(file: InputFile, options: AssignOptions, session: Session): Promise<Outcome> {
  const problem = readAssignment(file, options)
  // Whether the optimum is the only one costs a ranking; on large tables nobody asks.
  const unique = problem.agents.length * problem.tasks.length <= 10_000
  return presentAssignment(problem, await solveAssignment(problem, { ...session.run, unique }), session.streams.width)
}
