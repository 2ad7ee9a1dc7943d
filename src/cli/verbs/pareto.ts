/** `foreplan pareto`: the exact front of cost against time. */
import { allocationFront, collectFront, costTimeFront } from '../../../models/pareto/index.ts'
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
      const front = await collectFront(costTimeFront(stated.problem, await session.formulation()))
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
