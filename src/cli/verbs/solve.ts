/** `foreplan solve`: recognises what a file is and hands it to the verb it stands for. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { PlanningProblem } from '../../io/document/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentAllocation, presentAssignment } from '../present/assignment.ts'
import { presentBudget } from '../present/budget.ts'
import { presentPortfolio } from '../present/portfolio.ts'
import { presentProject } from '../present/project.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export async function solveVerb(
  names: readonly string[],
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const file = await readInputFile(names[0] as string)
  const kind = fileKind(file)
  if (names.length > 1) throw tooMany(names)
  switch (kind) {
    case 'document':
      return solveDocument(file, options, session)
    case 'linear':
      return (await import('./lp.ts')).solveModelFile(file, session)
    case 'cost-table':
    case 'assignment-text':
      return (await import('./assign.ts')).assignFile(file, options, session)
    default:
      throw wrongKind(file, kind, 'solve', 'a planning document, a model or a cost table')
  }
}

async function solveDocument(file: InputFile, options: DocumentOptions, session: Session): Promise<Outcome> {
  const stated = readProblem(file, options)
  if (options.export !== undefined) return (await import('./convert.ts')).exportProblem(stated, options.export)
  if (options.pareto !== undefined) return (await import('./pareto.ts')).frontOf(stated, file, session)
  return solveProblem(stated, options, session)
}

/** Solves a stated problem with the formulation of its kind. */
export async function solveProblem(
  stated: PlanningProblem,
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const { width } = session.streams
  switch (stated.kind) {
    case 'budget': {
      const { solveBudget } = await import('../../../models/budget/index.ts')
      return presentBudget(stated.problem, await solveBudget(stated.problem, await session.formulation()), width)
    }
    case 'portfolio': {
      const { solvePortfolio } = await import('../../../models/portfolio/index.ts')
      return presentPortfolio(stated.problem, await solvePortfolio(stated.problem, await session.formulation()), width)
    }
    case 'project': {
      const { scheduleProject } = await import('../../../models/scheduling/index.ts')
      return presentProject(
        stated.problem,
        await scheduleProject(stated.problem, await session.formulation()),
        width,
        options.gantt === true,
      )
    }
    case 'assignment': {
      const { solveAssignment } = await import('../../../models/allocation/index.ts')
      return presentAssignment(
        stated.problem,
        await solveAssignment(stated.problem, { ...session.run, unique: true }),
        width,
      )
    }
    case 'allocation': {
      const { solveAllocation } = await import('../../../models/allocation/index.ts')
      return presentAllocation(
        stated.problem,
        await solveAllocation(stated.problem, await session.formulation()),
        width,
      )
    }
  }
}

function tooMany(names: readonly string[]): InvalidInputError {
  const hint = 'solve them one by one'
  const issues = names
    .slice(1)
    .map((file) => ({ code: 'too-many-files', path: [], message: 'a second file has no meaning here', hint, file }))
  return new InvalidInputError(issues)
}
