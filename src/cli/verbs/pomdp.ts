/** `foreplan pomdp`: value and policy of a Cassandra .pomdp file. */
import { writeFile } from 'node:fs/promises'
import { InvalidInputError, PlannerError } from '../../../solvers/contract/index.ts'
import { POMDP_METHODS, type PomdpMethod, type PomdpResult, solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { readPomdp, writeAlpha, writePolicyGraph } from '../../io/cassandra/index.ts'
import { suggestName } from '../../io/document/names.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentPomdp } from '../present/pomdp.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { CommonOptions, Outcome, Session } from '../session.ts'

export interface PomdpOptions extends CommonOptions {
  readonly method?: string
  readonly horizon?: number
  readonly epsilon?: number
  readonly discount?: number
  readonly belief?: readonly number[]
  /** Files to write the policy to. */
  readonly alpha?: string
  readonly graph?: string
}

export async function pomdpVerb(name: string, options: PomdpOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  refuseOptions(options, ['solver'], 'a POMDP: its methods are named by --method')
  if (kind !== 'pomdp') throw wrongKind(file, kind, 'pomdp', 'a .pomdp file')
  return solvePomdpFile(file, options, session)
}

export async function solvePomdpFile(file: InputFile, options: PomdpOptions, session: Session): Promise<Outcome> {
  const model = readPomdp(file.text, { file: file.name })
  const { horizon, epsilon, discount, belief } = options
  const result = solvePomdp(model, {
    ...session.run,
    method: methodNamed(options.method),
    ...(horizon === undefined ? {} : { horizon }),
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(discount === undefined ? {} : { discount }),
    ...(belief === undefined ? {} : { belief }),
  })
  await writePolicy(result, options)
  return presentPomdp(file.name, model, result, session.streams.width)
}

function methodNamed(name: string | undefined): PomdpMethod {
  const method = POMDP_METHODS.find((candidate) => candidate === (name ?? 'auto'))
  if (method !== undefined) return method
  throw new InvalidInputError([
    {
      code: 'unknown-name',
      path: ['--method'],
      message: `there is no method "${name}"`,
      hint: suggestName(String(name), POMDP_METHODS, 'methods'),
    },
  ])
}

async function writePolicy(result: PomdpResult, options: PomdpOptions): Promise<void> {
  if (options.alpha !== undefined) await writeFile(options.alpha, writeAlpha(result.valueFunction))
  if (options.graph === undefined) return
  if (result.graph === undefined) {
    throw new PlannerError('no-graph', `method ${result.method} gives no policy graph`, {
      hint: 'use --method exact without --horizon',
    })
  }
  await writeFile(options.graph, writePolicyGraph(result.graph))
}
