/**
 * The jobs of the linear worker: whole linear models, and javascript-lp-solver, which needs a thread that can be killed.
 */

import type { JslpAnswer, JslpModel } from '../linear/backends/jslp.ts'
import type { BackendName } from '../linear/backends/registry.ts'
import { LinearModel } from '../linear/model.ts'
import type { LinearResult } from '../linear/result.ts'
import { type LinearOptions, solveHere } from '../linear/solve.ts'
import type { LinearJob, LinearJobEvent } from './linear-client.ts'
import type { JobHandler } from './protocol.ts'

export const jobs: Readonly<Record<string, JobHandler>> = {
  jslp: (payload) => runJslp(payload as JslpModel),
  linear: (payload, emit, stopped) => runLinear(payload as LinearJob, emit, stopped),
}

async function runLinear(
  job: LinearJob,
  emit: (event: LinearJobEvent) => void,
  stopped: () => boolean,
): Promise<LinearResult> {
  const { backends, ...plain } = job.options
  const options: LinearOptions = {
    ...plain,
    ...(backends === undefined ? {} : { backends: backends as BackendName[] }),
    ...(job.streams
      ? {
          onProgress: (event) => emit({ type: 'progress', event }),
          onIncumbent: (incumbent) => emit({ type: 'incumbent', incumbent }),
        }
      : {}),
  }
  return solveHere(LinearModel.fromData(job.model), options, { interrupted: stopped })
}

async function runJslp(model: JslpModel): Promise<JslpAnswer> {
  // The package's declarations describe another module form: its solver is this module's default export.
  const loaded: { default: unknown } = await import('javascript-lp-solver')
  const solver = loaded.default as { Solve(model: JslpModel): Record<string, unknown> }
  const result = solver.Solve(model)
  const values: Record<string, number> = {}
  for (const name of Object.keys(model.variables)) {
    const value = result[name]
    if (typeof value === 'number') values[name] = value
  }
  return {
    feasible: result['feasible'] === true,
    bounded: result['bounded'] !== false,
    isIntegral: Object.keys(model.ints).length === 0 || result['isIntegral'] === true,
    values,
  }
}
