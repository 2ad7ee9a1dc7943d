/** From a stated execution problem to what the engine runs, with the defaults of its world. */
import type { ExecutionProblem, StatedLateness } from '../../domain/execution-problem.ts'
import type { ExecutionTask } from '../engine.ts'
import type { LatenessOptions } from '../lateness/watch.ts'
import type { ReplanningOptions } from '../options.ts'
import { gridTask } from './grid.ts'
import { marketTask } from './market.ts'
import { projectTask } from './project.ts'
import { responseTask } from './response.ts'

export function taskOf(problem: ExecutionProblem): ExecutionTask {
  switch (problem.world.kind) {
    case 'grid':
      return gridTask(problem.world.problem)
    case 'town':
      return responseTask(problem.world.problem)
    case 'market':
      return marketTask(problem.world.problem)
    case 'project':
      return projectTask(problem.world, problem.settings.lateness?.delays)
  }
}

/** The settings of the problem over the defaults of its world. */
export function optionsOf(problem: ExecutionProblem): ReplanningOptions {
  const { strategy, maxReplans, checkEvery, compare } = problem.settings
  const common: ReplanningOptions = {
    name: problem.world.kind,
    ...(strategy === undefined ? {} : { strategy }),
    ...(maxReplans === undefined ? {} : { maxReplans }),
    ...(checkEvery === undefined ? {} : { checkEvery }),
    ...(compare === undefined ? {} : { compare }),
  }
  switch (problem.world.kind) {
    case 'grid':
      return { compare: true, ...common }
    case 'town':
      return { maxReplans: Number.POSITIVE_INFINITY, ...common }
    case 'market':
      // Prices are meant to surprise: only gains and overdrafts count, not the surprise itself.
      return { strategy: 'opportunistic', checkEvery: 1, divergenceThreshold: 1, ...common }
    case 'project': {
      const { resources, deadline } = problem.world.problem
      const { lateness } = problem.settings
      return {
        compare: true,
        resources,
        ...(deadline === null ? {} : { deadline }),
        ...(lateness === undefined ? {} : { lateness: latenessOf(lateness) }),
        ...common,
      }
    }
  }
}

function latenessOf({ alpha, samples, seed }: StatedLateness): LatenessOptions {
  return { alpha, ...(samples === undefined ? {} : { samples }), ...(seed === undefined ? {} : { seed }) }
}
