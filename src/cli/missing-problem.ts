/** A domain in HDDL without its problem file. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { InputFile } from '../io/files/read-file.ts'

export function missingProblem(file: InputFile): InvalidInputError {
  const message = 'a domain in HDDL comes with a problem file'
  return new InvalidInputError([
    { code: 'missing-file', path: [], message, hint: 'give domain.hddl and problem.hddl', file: file.name },
  ])
}
