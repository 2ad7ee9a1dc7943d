/**
 * Every backend by name, in the order of general preference.
 */
import { InvalidInputError } from '../../contract/index.ts'
import type { LinearBackend } from '../backend.ts'
import { denseBackend } from '../dense/index.ts'
import { exactBackend } from '../exact/index.ts'
import { glpkBackend } from './glpk.ts'
import { highsBackend } from './highs.ts'
import { jslpBackend } from './jslp.ts'

/** Names of the backends, as the option `backends` and the command line take them. */
export type BackendName = 'highs' | 'dense' | 'exact' | 'glpk' | 'javascript-lp-solver'

export const linearBackends: Readonly<Record<BackendName, LinearBackend>> = {
  highs: highsBackend,
  dense: denseBackend,
  exact: exactBackend,
  glpk: glpkBackend,
  'javascript-lp-solver': jslpBackend,
}

/** @throws InvalidInputError for a name that is none */
export function backendByName(name: string): LinearBackend {
  const backend = (linearBackends as Readonly<Record<string, LinearBackend | undefined>>)[name]
  if (backend !== undefined) return backend
  throw new InvalidInputError([
    {
      code: 'unknown-backend',
      path: ['backends'],
      message: `there is no linear backend "${name}"`,
      hint: `use one of ${Object.keys(linearBackends).join(', ')}`,
      value: name,
    },
  ])
}
