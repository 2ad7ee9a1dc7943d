/** What the kinds of execution behind `foreplan execute` have in common: options, journal, executor, talk. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidInputError, type PlannerError } from '../../../solvers/contract/index.ts'
import type { ExecutionTrace, PlanExecutor, ReplanRecord } from '../../domain/execution.ts'
import type { JsonValue } from '../../domain/journal.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import type { Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export interface ExecuteOptions extends DocumentOptions {
  readonly strategy?: 'continuation' | 'repair' | 'full' | 'opportunistic' | 'auto'
  readonly maxReplans?: number
  readonly journal?: string
  readonly resume?: boolean
  readonly executor?: string
  /** Of a planning problem: file with what goes wrong. */
  readonly faults?: string
  /** Of a planning problem: how often a step is attempted before the plan changes. @default 1 */
  readonly attempts?: number
}

/** Tells every replanning as it happens. */
export function talkOf(session: Session): (record: ReplanRecord) => void {
  return ({ number, time, triggers, strategy }) =>
    session.talk(`replanning ${number} at ${time}: ${triggers[0]?.trigger}, ${triggers[0]?.evidence} -> ${strategy}`)
}

/** Runs over the journal in the folder the user names. */
export async function journalled<T>(
  options: ExecuteOptions,
  { title, subject: problem }: { readonly title: string; readonly subject: unknown },
  run: (recorder: ExecutionRecorder) => Promise<T>,
  traceOf: (result: T) => ExecutionTrace,
): Promise<T> {
  const { JournalFile } = await import('../../io/files/journal-file.ts')
  const { DurableRun } = await import('../../execution/journal/index.ts')
  const store = await JournalFile.open(join(options.journal as string, 'journal.jsonl'))
  try {
    const records = await store.read()
    if (records.length > 0 && options.resume !== true)
      throw usage('--journal', 'this folder holds the journal of a run', 'go on with --resume, or name another folder')
    if (records.length === 0 && options.resume === true)
      throw usage('--resume', 'this folder holds no journal', 'leave --resume away to begin the run')
    const subject = JSON.parse(JSON.stringify({ problem, executor: options.executor ?? null })) as JsonValue
    const durable = await DurableRun.open(store, { run: title, subject })
    const result = await run(durable)
    const trace = traceOf(result)
    if (durable.end === null) await durable.finish({ status: trace.status, cost: trace.totalCost })
    return result
  } finally {
    await store.close()
  }
}

/** The module exports `executor`, or `createExecutor()`. Nothing else is loaded. */
export async function loadExecutor(path: string): Promise<PlanExecutor> {
  let loaded: Record<string, unknown>
  try {
    loaded = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usage('--executor', `${path} cannot be loaded: ${reason}`, 'name a JavaScript module', error)
  }
  const create = loaded['createExecutor']
  const executor = typeof create === 'function' ? await create() : loaded['executor']
  if (typeof (executor as PlanExecutor | undefined)?.perform === 'function') return executor as PlanExecutor
  throw usage('--executor', `${path} exports no executor`, 'export `executor` with a method perform(step, context)')
}

export function usage(option: string, message: string, hint: string, cause?: unknown): PlannerError {
  return new InvalidInputError([{ code: 'bad-option', path: [option], message, hint }], { cause })
}
