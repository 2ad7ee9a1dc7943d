/** `foreplan execute` of a document with actions: planned, carried out in a simulated world, replanned where needed. */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { StatedPlanning } from '../../domain/planning.ts'
import { planStated } from '../../htn/plan-stated.ts'
import { statedDomain } from '../../htn/stated-domain.ts'
import { readInputFile } from '../../io/files/read-file.ts'
import { domainTask } from '../../system/execution/domain.ts'
import { documentNames, readFaults } from '../fault-list.ts'
import { presentStatedPlan } from '../present/stated-plan.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { carryOutActions } from './carry-out-actions.ts'
import type { ExecuteOptions } from './execute-run.ts'

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
  const { title, resources, budget, deadline } = stated
  const run = {
    name: title,
    title,
    resources,
    ...(budget === null ? {} : { budget }),
    ...(deadline === null ? {} : { deadline }),
    subject: { problem: stated, faults, seed },
  }
  return carryOutActions(simulated, run, options, session)
}
