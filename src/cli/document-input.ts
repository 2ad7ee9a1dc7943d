/** A planning document from the command line, with the what-if changes of the options. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { type PlanningProblem, readDocument } from '../io/document/index.ts'
import type { InputFile } from '../io/files/read-file.ts'
import type { DocumentOptions } from './verbs/index.ts'

/** @throws InvalidInputError with every fault of the document */
export function readProblem(file: InputFile, options: DocumentOptions): PlanningProblem {
  const overrides = [...(options.set ?? [])]
  if (options.deadline !== undefined) overrides.push(`deadline=${options.deadline}`)
  if (options.total !== undefined) overrides.push(`total=${options.total}`)
  if (options.objective !== undefined) overrides.push(`objective=${options.objective}`)
  const result = readDocument(file.text, { file: file.name, overrides })
  if (result.status === 'invalid') throw new InvalidInputError(result.issues)
  return result.problem
}
