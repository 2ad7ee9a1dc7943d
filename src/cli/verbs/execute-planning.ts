/** `foreplan execute` of a document with actions: planned, carried out in a simulated world, replanned where needed. */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { ExecutionTrace } from '../../domain/execution.ts'
import type { StatedPlanning } from '../../domain/planning.ts'
import { WallClock } from '../../execution/clock.ts'
import { executeTask } from '../../execution/engine.ts'
import type { ExecutionRecorder } from '../../execution/recorder.ts'
import { planStated } from '../../htn/plan-stated.ts'
import { statedDomain } from '../../htn/stated-domain.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import { domainTask } from '../../system/execution/domain.ts'
import { documentNames, readFaults } from '../fault-list.ts'
import { presentTrace } from '../present/execution.ts'
import { viewHierarchy } from '../present/execution-hierarchy.ts'
import { presentStatedPlan } from '../present/stated-plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { type ExecuteOptions, journalled, loadExecutor, talkOf } from './execute-run.ts'

/** Soft goals that the first plan gives up are not taken up again. Without a plan it says what `plan` says. */
export async function executePlanning(
  stated: StatedPlanning,
  options: ExecuteOptions,
  session: Session,
): Promise<Outcome> {
  refuseOptions(options, ['solver', 'total', 'gantt', 'pareto', 'export'], 'a document with actions')
  const timed = stated.goals.find((goal) => goal.deadline !== null)
  if (timed !== undefined)
    throw new UnsupportedError('goal-deadline', `goal ${timed.id} has a deadline, which is not watched while acting`, {
      hint: 'state the deadline of the whole plan instead',
    })
  const planned = planStated(stated, session.run)
  if (!('plan' in planned)) return presentStatedPlan(stated, planned, session.streams.width, {})
  const { domain, problem } = statedDomain(stated, new Set(planned.reached))
  const faults =
    options.faults === undefined ? [] : readFaults(await readInputFile(options.faults), documentNames(stated))
  const { seed = 1 } = session.options
  const simulated = { ...domainTask(domain, problem, { faults, seed }), plan: planned.plan }
  const executor = options.executor === undefined ? null : await loadExecutor(options.executor)
  const task = executor === null ? simulated : { ...simulated, executor }
  const { title, resources, budget, deadline } = stated
  const run = (recorder?: ExecutionRecorder): Promise<ExecutionTrace> =>
    executeTask(task, {
      name: title,
      resources,
      ...(budget === null ? {} : { budget }),
      ...(deadline === null ? {} : { deadline }),
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
