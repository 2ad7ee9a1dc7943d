/** From a stated problem to its outcome: the formulation of its kind, then the presentation. */
import type { ProjectResult } from '../../models/scheduling/index.ts'
import type { ProjectProblem } from '../domain/project.ts'
import type { PlanningProblem } from '../io/document/index.ts'
import { presentAllocation, presentAssignment } from './present/assignment.ts'
import { presentBudget } from './present/budget.ts'
import { presentCoalitions, presentMatrixGame } from './present/game.ts'
import { presentPortfolio } from './present/portfolio.ts'
import { presentProject } from './present/project.ts'
import { refuseOptions } from './refuse-options.ts'
import type { Outcome, Session } from './session.ts'
import type { DocumentOptions } from './verbs/index.ts'

/** The schedule as the product; what has none is said as ever. */
async function asMspdi(
  shown: Outcome,
  problem: ProjectProblem,
  result: ProjectResult,
  options: DocumentOptions,
  start: string,
): Promise<Outcome> {
  refuseOptions(options, ['whatIf', 'gantt'], 'MS Project XML')
  if (result.status !== 'optimal' && result.status !== 'feasible') return shown
  const { writeProjectMspdi } = await import('../io/mspdi/index.ts')
  return { ...shown, text: writeProjectMspdi(problem, result.schedule, { start }), verbatim: true }
}

/** Solves a stated problem with the formulation of its kind. */
export async function solveProblem(
  stated: PlanningProblem,
  options: DocumentOptions,
  session: Session,
): Promise<Outcome> {
  const { width } = session.streams
  if (stated.kind !== 'project')
    refuseOptions(options, ['whatIf', 'insert', 'mspdi'], `a problem of kind ${stated.kind}`)
  if (stated.kind !== 'hierarchy') refuseOptions(options, ['road'], `a problem of kind ${stated.kind}`)
  if (stated.kind !== 'project' && stated.kind !== 'hierarchy')
    refuseOptions(options, ['gantt'], `a problem of kind ${stated.kind}`)
  if (
    [
      'assignment',
      'coordination',
      'game',
      'coalition',
      'pomdp',
      'tracking',
      'diagnosis',
      'sensing',
      'decision',
      'plan',
      'causal',
    ].includes(stated.kind)
  )
    refuseOptions(options, ['solver'], `a problem of kind ${stated.kind}`)
  switch (stated.kind) {
    case 'budget': {
      const { solveBudget } = await import('../../models/budget/index.ts')
      return presentBudget(stated.problem, await solveBudget(stated.problem, await session.formulation()), width)
    }
    case 'portfolio': {
      const { solvePortfolio } = await import('../../models/portfolio/index.ts')
      return presentPortfolio(stated.problem, await solvePortfolio(stated.problem, await session.formulation()), width)
    }
    case 'project': {
      const { scheduleProject, valueOfLimits } = await import('../../models/scheduling/index.ts')
      const settings = await session.project()
      if (options.insert !== undefined) {
        refuseOptions(options, ['whatIf', 'mspdi'], 'an insertion')
        const { insertTask } = await import('../../models/scheduling/index.ts')
        const { withInsertions } = await import('./present/what-if.ts')
        const { others, result, places } = await insertTask(stated.problem, options.insert, settings)
        return withInsertions(
          presentProject(others, result, width, options.gantt === true),
          options.insert,
          places,
          width,
        )
      }
      const result = await scheduleProject(stated.problem, settings)
      const shown = presentProject(stated.problem, result, width, options.gantt === true)
      if (options.mspdi !== undefined) return asMspdi(shown, stated.problem, result, options, options.mspdi)
      if (options.whatIf !== true || (result.status !== 'optimal' && result.status !== 'feasible')) return shown
      const { withLimitValues } = await import('./present/what-if.ts')
      return withLimitValues(shown, await valueOfLimits(stated.problem, result, settings), width)
    }
    case 'hierarchy': {
      const { solveHierarchy } = await import('../../models/hierarchy/index.ts')
      const { presentHierarchy } = await import('./present/hierarchy.ts')
      const settings = { ...(await session.project()), ...(options.road === undefined ? {} : { road: options.road }) }
      return presentHierarchy(
        stated.problem,
        await solveHierarchy(stated.problem, settings),
        width,
        options.gantt === true,
      )
    }
    case 'mission': {
      const { solveMission } = await import('../../models/mission/index.ts')
      const { presentMission } = await import('./present/mission.ts')
      return presentMission(stated.problem, await solveMission(stated.problem, await session.formulation()), width)
    }
    case 'assignment': {
      const { solveAssignment } = await import('../../models/allocation/index.ts')
      return presentAssignment(
        stated.problem,
        await solveAssignment(stated.problem, { ...session.run, unique: true }),
        width,
      )
    }
    case 'allocation': {
      const { solveAllocation } = await import('../../models/allocation/index.ts')
      return presentAllocation(
        stated.problem,
        await solveAllocation(stated.problem, await session.formulation()),
        width,
      )
    }
    case 'plan': {
      const { planStated } = await import('../htn/plan-stated.ts')
      const { presentStatedPlan } = await import('./present/stated-plan.ts')
      const result = planStated(stated.problem, session.run)
      const drawn = session.options.out !== undefined
      const pictures = drawn ? (await import('./present/plan-pictures.ts')).planReport : undefined
      return presentStatedPlan(stated.problem, result, width, { pictures })
    }
    case 'game': {
      const { solveMatrixGame } = await import('../../solvers/game/matrix-game.ts')
      return presentMatrixGame(stated.problem, await solveMatrixGame(stated.problem.payoff), width)
    }
    case 'coalition': {
      const { analyseCoalitions } = await import('../../models/coalition/index.ts')
      return presentCoalitions(stated.problem, analyseCoalitions(stated.problem, await session.formulation()), width)
    }
    case 'pomdp':
    case 'tracking':
    case 'diagnosis':
    case 'sensing':
    case 'decision':
      return (await import('./belief-problem.ts')).solveBelief(stated, {}, session)
    case 'coordination':
      return (await import('./verbs/coordinate.ts')).coordinateProblem(stated.problem, session)
    case 'execution':
      return (await import('./verbs/execute.ts')).executeProblem(stated.problem, {}, session)
    case 'causal': {
      const { presentCauses } = await import('./present/causes.ts')
      return presentCauses(stated.problem, width)
    }
    case 'operation':
      refuseOptions(options, ['solver'], 'an operation')
      return (await import('./verbs/operation.ts')).planOperationDocument(stated.problem, session)
  }
}
