/**
 * Linear models off the main thread. One worker is kept per process; an abort or the end of the time limit first asks it to
 * stop through a shared flag, which ends an integer search with its best point, then terminates it: the answer is then the
 * last checked incumbent it had sent, if any.
 */

import type { ProgressEvent } from '../contract/index.ts'
import { Run, relativeGap, UnsupportedError } from '../contract/index.ts'
import { evaluatePoint } from '../linear/certificate.ts'
import type { LinearModel, LinearModelData } from '../linear/model.ts'
import type { LinearResult } from '../linear/result.ts'
import type { Incumbent, LinearOptions } from '../linear/solve.ts'
import { WorkerHost } from './host.ts'
import { startLinearWorker } from './start.ts'

/** What travels to the worker. */
export interface LinearJob {
  readonly model: LinearModelData
  readonly options: Omit<LinearOptions, 'signal' | 'onProgress' | 'onIncumbent' | 'backends' | 'provers'> & {
    readonly backends?: readonly string[]
  }
  readonly streams: boolean
}

/** What comes back on the way. */
export type LinearJobEvent =
  | { readonly type: 'progress'; readonly event: ProgressEvent }
  | { readonly type: 'incumbent'; readonly incumbent: Incumbent }

let host: WorkerHost | undefined

/** Ends the worker, for programs that want its memory back; the next call starts another. */
export function closeLinearWorker(): void {
  host?.terminate()
  host = undefined
}

/**
 * `solveLinear` in a worker thread.
 * @throws UnsupportedError for backends given as objects other than the built-in ones, which cannot travel
 */
export async function solveInWorker(model: LinearModel, options: LinearOptions): Promise<LinearResult> {
  const run = new Run('linear', options)
  const { signal, onProgress, onIncumbent, backends, provers, offThread: _here, ...plain } = options
  if (provers !== undefined) throw notCloneable('provers')
  const names = backends?.map((backend) => {
    if (typeof backend === 'string') return backend
    throw notCloneable('backends')
  })
  host ??= new WorkerHost(startLinearWorker)
  let last: Incumbent | undefined
  const job: LinearJob = {
    model: model.toData(),
    options: names === undefined ? plain : { ...plain, backends: names },
    streams: onProgress !== undefined || onIncumbent !== undefined || signal !== undefined,
  }
  const outcome = await host.run<LinearResult>('linear', job, {
    signal,
    // The worker keeps the time limit itself; this clock only catches one that does not come back.
    ...(Number.isFinite(run.timeLimitMs) ? { timeLimitMs: run.remainingMs + 500 } : {}),
    onEvent: (event) => {
      const happened = event as LinearJobEvent
      if (happened.type === 'progress') onProgress?.(happened.event)
      else {
        last = happened.incumbent
        onIncumbent?.(happened.incumbent)
      }
    },
  })
  if (outcome.status === 'done') return outcome.value
  const limit = outcome.reason
  const ended = {
    solver: 'worker',
    attempts: [
      { backend: 'worker', outcome: 'undecided' as const, reason: 'it did not stop when asked and was ended' },
    ],
    elapsedMs: run.elapsedMs,
    loadMs: 0,
    warnings: [],
  }
  if (last === undefined) return { status: 'unknown', limit, bound: null, ...ended }
  const { objective, maxViolation, worst } = evaluatePoint(model, last.values)
  const bound = last.bound ?? (model.sense === 'minimize' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  const check = { checked: true, maxViolation, worst } as const
  const gap = relativeGap(objective, bound)
  return { status: 'feasible', limit, objective, bound, gap, values: last.values, check, ...ended }
}

function notCloneable(option: string): UnsupportedError {
  return new UnsupportedError(option, `Backends given as objects cannot travel to a worker (option ${option}).`, {
    hint: 'name the built-in backends by string, or leave offThread out',
  })
}
