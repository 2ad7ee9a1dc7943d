/**
 * `foreplan execute`: carries a plan out in the simulated world of a document, or through the executor of a module the
 * user names, and replans where needed; with a journal the run survives its process.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidInputError, type PlannerError } from '../../../solvers/contract/index.ts'
import type { ExecutionTrace, PlanExecutor } from '../../domain/execution.ts'
import type { ExecutionProblem } from '../../domain/execution-problem.ts'
import type { JsonValue } from '../../domain/journal.ts'
import type { OperationDocument } from '../../domain/operation.ts'
import { WallClock } from '../../execution/clock.ts'
import { executeTask } from '../../execution/engine.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import { optionsOf, taskOf } from '../../execution/worlds/task.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import type { OperationOutcome } from '../../system/index.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentExecution } from '../present/execution.ts'
import { presentOperationRun } from '../present/operation.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export interface ExecuteOptions extends DocumentOptions {
  readonly strategy?: 'continuation' | 'repair' | 'full' | 'opportunistic' | 'auto'
  readonly maxReplans?: number
  readonly journal?: string
  readonly resume?: boolean
  readonly executor?: string
}

export async function executeVerb(name: string, options: ExecuteOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'execute', 'a planning document with a world')
  const stated = readProblem(file, options)
  if (stated.kind === 'operation') return executeStatedOperation(stated.problem, options, session)
  if (stated.kind !== 'execution')
    throw wrongKind(file, kind, 'execute', `a document with a world; this one states a problem of kind ${stated.kind}`)
  return executeProblem(stated.problem, options, session)
}

export async function executeProblem(
  stated: ExecutionProblem,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver', 'deadline', 'total', 'gantt', 'pareto', 'export'], 'an execution')
  const problem: ExecutionProblem = {
    ...stated,
    settings: {
      ...stated.settings,
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...(options.maxReplans === undefined ? {} : { maxReplans: options.maxReplans }),
    },
  }
  if (options.resume === true && options.journal === undefined)
    throw usage('--resume', 'there is no journal to resume from', 'name its folder with --journal')
  const executor = options.executor === undefined ? null : await loadExecutor(options.executor)
  const task = { ...taskOf(problem), ...(executor === null ? {} : { executor }) }
  const run = async (recorder?: ExecutionRecorder): Promise<ExecutionTrace> =>
    executeTask(task, {
      ...optionsOf(problem),
      ...(task.executor.timing === 'simulated' ? {} : { clock: new WallClock() }),
      ...(session.run.signal === undefined ? {} : { signal: session.run.signal }),
      ...(recorder === undefined ? {} : { recorder }),
      onReplan: ({ number, time, triggers, strategy }) =>
        session.talk(
          `replanning ${number} at ${time}: ${triggers[0]?.trigger}, ${triggers[0]?.evidence} -> ${strategy}`,
        ),
    })
  const trace =
    options.journal === undefined
      ? await run()
      : await journalled(options, { title: problem.title, subject: problem }, run, (one) => one)
  return presentExecution(problem, trace, session.streams.width)
}

async function executeStatedOperation(
  stated: OperationDocument,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver', 'deadline', 'total', 'gantt', 'pareto', 'export'], 'an operation')
  if (options.resume === true && options.journal === undefined)
    throw usage('--resume', 'there is no journal to resume from', 'name its folder with --journal')
  const { executeOperation } = await import('./operation.ts')
  const executor = options.executor === undefined ? undefined : await loadExecutor(options.executor)
  const run = (recorder?: ExecutionRecorder): Promise<OperationOutcome> =>
    executeOperation(stated, options, session, { executor, recorder })
  const title = stated.problem.title
  const outcome =
    options.journal === undefined
      ? await run()
      : await journalled(options, { title, subject: stated }, run, (one) => one.trace)
  return presentOperationRun(outcome, session.streams.width)
}

/** Runs over the journal in the folder the user names. */
async function journalled<T>(
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
async function loadExecutor(path: string): Promise<PlanExecutor> {
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

function usage(option: string, message: string, hint: string, cause?: unknown): PlannerError {
  return new InvalidInputError([{ code: 'bad-option', path: [option], message, hint }], { cause })
}
