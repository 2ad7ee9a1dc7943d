/**
 * `foreplan execute`: carries a plan out in the simulated world of a document, or through the executor of a module the
 * user names, and replans where needed; with a journal the run survives its process.
 */
import type { ExecutionTrace } from '../../domain/execution.ts'
import type { ExecutionProblem } from '../../domain/execution-problem.ts'
import type { OperationDocument } from '../../domain/operation.ts'
import { WallClock } from '../../execution/clock.ts'
import { executeTask } from '../../execution/engine.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import { optionsOf, taskOf } from '../../execution/worlds/task.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import type { OperationOutcome } from '../../system/index.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { missingProblem } from '../missing-problem.ts'
import { presentExecution } from '../present/execution.ts'
import { presentOperationRun } from '../present/operation.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { type ExecuteOptions, journalled, loadExecutor, talkOf, usage } from './execute-run.ts'

export async function executeVerb(
  name: string,
  problemName: string | undefined,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  const file = await readInputFile(name)
  if (options.resume === true && options.journal === undefined)
    throw usage('--resume', 'there is no journal to resume from', 'name its folder with --journal')
  if (problemName !== undefined) {
    const { executeFiles } = await import('./execute-hierarchy.ts')
    return executeFiles(file, await readInputFile(problemName), options, session)
  }
  const kind = fileKind(file)
  if (kind === 'hddl') throw missingProblem(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'execute', 'a planning document with a world or actions')
  const stated = readProblem(file, options)
  if (stated.kind === 'plan')
    return (await import('./execute-planning.ts')).executePlanning(stated.problem, options, session)
  refuseOptions(options, ['faults', 'attempts'], 'a document that states its own world')
  if (stated.kind === 'operation') return executeStatedOperation(stated.problem, options, session)
  if (stated.kind !== 'execution')
    throw wrongKind(
      file,
      kind,
      'execute',
      `a document with a world or actions; this one states a problem of kind ${stated.kind}`,
    )
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
  const executor = options.executor === undefined ? null : await loadExecutor(options.executor)
  const task = { ...taskOf(problem), ...(executor === null ? {} : { executor }) }
  const run = async (recorder?: ExecutionRecorder): Promise<ExecutionTrace> =>
    executeTask(task, {
      ...optionsOf(problem),
      ...(task.executor.timing === 'simulated' ? {} : { clock: new WallClock() }),
      ...(session.run.signal === undefined ? {} : { signal: session.run.signal }),
      ...(recorder === undefined ? {} : { recorder }),
      onReplan: talkOf(session),
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
