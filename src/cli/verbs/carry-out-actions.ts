/** Carries a plan of actions out, with or without a journal, and shows what happened. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import { WallClock } from '../../execution/clock.ts'
import { type ExecutionTask, executeTask } from '../../execution/engine.ts'
import type { ReplanningOptions } from '../../execution/options.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import { presentTrace } from '../present/execution.ts'
import { viewHierarchy } from '../present/execution-hierarchy.ts'
import type { Outcome, Session } from '../session.ts'
import { type ExecuteOptions, journalled, loadExecutor, talkOf } from './execute-run.ts'

/** What the run is called and about, and its limits. */
export interface ActionRun extends Pick<ReplanningOptions, 'name' | 'resources' | 'budget' | 'deadline'> {
  readonly title: string
  /** What a journal has to be about for a run to go on from it. */
  readonly subject: unknown
}

/** @param simulated the task with the executor that stands in where the user names none */
export async function carryOutActions(
  simulated: ExecutionTask,
  { title, subject, ...limits }: ActionRun,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  const executor = options.executor === undefined ? null : await loadExecutor(options.executor)
  const task = executor === null ? simulated : { ...simulated, executor }
  const run = (recorder?: ExecutionRecorder): Promise<ExecutionTrace> =>
    executeTask(task, {
      ...limits,
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...(options.maxReplans === undefined ? {} : { maxReplans: options.maxReplans }),
      ...(options.attempts === undefined ? {} : { retry: { maxAttempts: options.attempts } }),
      ...(task.executor.timing === 'simulated' ? {} : { clock: new WallClock() }),
      ...(session.run.signal === undefined ? {} : { signal: session.run.signal }),
      ...(recorder === undefined ? {} : { recorder }),
      onReplan: talkOf(session),
    })
  const trace =
    options.journal === undefined ? await run() : await journalled(options, { title, subject }, run, (one) => one)
  return presentTrace(title, viewHierarchy(title, trace, session.streams.width), trace, session.streams.width)
}
