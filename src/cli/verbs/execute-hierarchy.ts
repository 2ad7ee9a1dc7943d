/** `foreplan execute domain.hddl problem.hddl`: plans, carries the plan out in a simulated world, replans where needed. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import { WallClock } from '../../execution/clock.ts'
import { executeTask } from '../../execution/engine.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { hierarchyTask } from '../../system/execution/hierarchy.ts'
import { hierarchyNames, readFaults } from '../fault-list.ts'
import { presentTrace } from '../present/execution.ts'
import { viewHierarchy } from '../present/execution-hierarchy.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { type ExecuteOptions, journalled, loadExecutor, talkOf } from './execute-run.ts'

export async function executeFiles(
  domain: InputFile,
  problem: InputFile,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver', 'set', 'deadline', 'total', 'gantt', 'pareto', 'export'], 'a hierarchical problem')
  const stated = readHddl(domain.text, problem.text, { domain: domain.name, problem: problem.name })
  const faults =
    options.faults === undefined ? [] : readFaults(await readInputFile(options.faults), hierarchyNames(stated))
  const { seed = 1 } = session.options
  const simulated = hierarchyTask(stated, { faults, seed }, session.run)
  const executor = options.executor === undefined ? null : await loadExecutor(options.executor)
  const task = executor === null ? simulated : { ...simulated, executor }
  const title = titleOf(problem)
  const run = (recorder?: ExecutionRecorder): Promise<ExecutionTrace> =>
    executeTask(task, {
      name: stated.name,
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...(options.maxReplans === undefined ? {} : { maxReplans: options.maxReplans }),
      ...(options.attempts === undefined ? {} : { retry: { maxAttempts: options.attempts } }),
      ...(task.executor.timing === 'simulated' ? {} : { clock: new WallClock() }),
      ...(session.run.signal === undefined ? {} : { signal: session.run.signal }),
      ...(recorder === undefined ? {} : { recorder }),
      onReplan: talkOf(session),
    })
  const subject = { problem: stated, faults, seed }
  const trace =
    options.journal === undefined ? await run() : await journalled(options, { title, subject }, run, (one) => one)
  return presentTrace(title, viewHierarchy(title, trace, session.streams.width), trace, session.streams.width)
}
