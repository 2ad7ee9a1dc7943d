/** `foreplan execute domain.hddl problem.hddl`: plans, carries the plan out in a simulated world, replans where needed. */
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { readHddl } from '../../io/hddl/read.ts'
import { hierarchyTask } from '../../system/execution/hierarchy.ts'
import { hierarchyNames, readFaults } from '../fault-list.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { carryOutActions } from './carry-out-actions.ts'
import type { ExecuteOptions } from './execute-run.ts'

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
  const title = titleOf(problem)
  return carryOutActions(
    simulated,
    { name: stated.name, title, subject: { problem: stated, faults, seed } },
    options,
    session,
  )
}
