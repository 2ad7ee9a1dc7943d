/** `foreplan pareto`: the exact front of cost against time. */
import { allocationFront, collectFront, costTimeFront, type FrontMeasure } from '../../../models/pareto/index.ts'
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
  const stated = readProblem(file, options)
  const measure = options.of === undefined ? 'cost' : frontMeasure(options.of, stated, file)
  return frontOf(stated, file, session, measure)
}

export async function frontOf(
  stated: PlanningProblem,
  file: InputFile,
  session: Session,
  measure: FrontMeasure = 'cost',
): Promise<Outcome> {
  const { width } = session.streams
  switch (stated.kind) {
    case 'project': {
      const front = await collectFront(costTimeFront(stated.problem, { ...(await session.project()), measure }))
      return presentProjectFront(stated.problem, front, session.interrupted, width, 'project', measure)
    }
    case 'hierarchy': {
      const { hierarchyFront } = await import('../../../models/hierarchy/index.ts')
      const { presentHierarchyFront } = await import('../present/hierarchy.ts')
      const front = await collectFront(hierarchyFront(stated.problem, await session.project()))
      return presentHierarchyFront(stated.problem, front, session.interrupted, width)
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

/** `--pareto days,cost`: the front is of time (by any of its names) against cost or lateness; anything else is refused. */
export function frontMeasure(measures: string, stated: PlanningProblem, file: InputFile): FrontMeasure {
  const unit = stated.kind === 'project' || stated.kind === 'hierarchy' ? stated.problem.timeUnit : ''
  const names = measures.split(',').map((name) => name.trim())
  const time = ['time', 'makespan', ...(unit === '' ? [] : [unit])]
  const times = names.filter((name) => time.includes(name))
  const measure = names.find((name) => name === 'cost' || (name === 'weighted-tardiness' && stated.kind === 'project'))
  if (names.length === 2 && times.length === 1 && measure !== undefined) return measure as FrontMeasure
  throw new InvalidInputError([
    {
      code: 'unknown-name',
      path: ['--pareto'],
      message: `there is no front of "${measures}"`,
      hint: `write --pareto ${time.at(-1)},cost${stated.kind === 'project' ? ` or ${time.at(-1)},weighted-tardiness` : ''}`,
      file: file.name,
    },
  ])
}
