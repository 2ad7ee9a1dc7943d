/** `foreplan pareto`: the exact front of cost against time. */
import { allocationFront, collectFront, costTimeFront } from '../../../models/pareto/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { PlanningProblem } from '../../io/document/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentAllocationFront, presentProjectFront } from '../present/front.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export async function paretoVerb(name: string, options: DocumentOptions, session: Session): Promise<Outcome> {
  const file = await readInputFile(name)
  const kind = fileKind(file)
  if (kind !== 'document') throw wrongKind(file, kind, 'pareto', 'a planning document with tasks')
  return frontOf(readProblem(file, options), file, session)
}

export async function frontOf(stated: PlanningProblem, file: InputFile, session: Session): Promise<Outcome> {
  const { width } = session.streams
  switch (stated.kind) {
    case 'project': {
      const front = await collectFront(costTimeFront(stated.problem, await session.project()))
      return presentProjectFront(stated.problem, front, session.interrupted, width)
    }
    case 'allocation': {
      const { problem } = stated
      const front = await collectFront(allocationFront(problem, await session.formulation()))
      const agents = problem.agents.map((agent) => agent.id)
      const tasks = problem.tasks.map((task) => task.id)
      return presentAllocationFront(problem.title, problem.unit, agents, tasks, front, session.interrupted, width)
    }
    default:
      throw wrongKind(
        file,
        'document',
        'pareto',
        `a project or an allocation; this document states a problem of kind ${stated.kind}`,
      )
  }
}

/** `--pareto days,cost`: the front is of time (by any of its names) against cost; anything else is refused. */
export function requireCostAndTime(measures: string, stated: PlanningProblem, file: InputFile): void {
  const unit = stated.kind === 'project' ? stated.problem.timeUnit : ''
  const names = measures.split(',').map((name) => name.trim())
  const time = ['time', 'makespan', ...(unit === '' ? [] : [unit])]
  const times = names.filter((name) => time.includes(name))
  if (names.length === 2 && times.length === 1 && names.includes('cost')) return
  throw new InvalidInputError([
    {
      code: 'unknown-name',
      path: ['--pareto'],
      message: `there is no front of "${measures}"`,
      hint: `write --pareto ${time.at(-1)},cost`,
      file: file.name,
    },
  ])
}
