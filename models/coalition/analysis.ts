/**
 * Everything said about the coalitions of a problem at once: the best structure, fair shares, stable shares, the nucleolus; and the
 * same for the game with side structures (its superadditive cover), where agents may split into any coalitions before they share.
 */
import { Run } from '../../solvers/contract/index.ts'
import {
  bestCoalitionStructure,
  type CoalitionStructureResult,
  type CooperativeGame,
  type CoreResult,
  checkCorePayoff,
  coalitionMembers,
  findCore,
  findNucleolus,
  type NucleolusResult,
  RATIONAL_PLAYER_LIMIT,
  shapleyFractions,
  shapleyValue,
  superadditiveCover,
  verifyNucleolus,
} from '../../solvers/game/index.ts'
import type { CoalitionProblem } from '../../src/domain/coalition.ts'
import type { ModelOptions } from '../conflict/index.ts'
import { bestJob, characteristicFunction } from './characteristic-function.ts'

/** The cover costs 3^n / 2 steps. */
const COVER_PLAYERS = 14

export interface Shares {
  /** One share an agent, in the problem's order. */
  readonly shapley: readonly number[]
  /** The same as fractions, for few agents. */
  readonly shapleyFractions?: readonly string[]
  /** Whether the Shapley payoff is in the core; `blocking` names who would leave. */
  readonly shapleyInCore: boolean
  readonly blocking: readonly string[] | null
  readonly core: CoreResult
  readonly nucleolus: NucleolusResult
  /** The verdict of the independent criterion on the nucleolus; null when there is none. */
  readonly nucleolusVerified: boolean | null
}

export interface CoalitionAnalysis {
  readonly agents: readonly string[]
  /** v(N). */
  readonly grand: number
  readonly structure: CoalitionStructureResult
  /** The structure in words: members, value, and the job taken where the value comes from jobs. */
  readonly coalitions: readonly {
    readonly members: readonly string[]
    readonly value: number
    readonly job: string | null
  }[]
  /** Sharing v(N) in the game as given. */
  readonly shares: Shares
  /** Sharing the value of the best structure; absent above 14 agents. */
  readonly cover?: Shares
}

/** @throws InvalidInputError when the problem breaks its rules */
export function analyseCoalitions(problem: CoalitionProblem, options: ModelOptions = {}): CoalitionAnalysis {
  const run = new Run('coalitions', options)
  const game = characteristicFunction(problem)
  const agents = problem.agents.map(({ id }) => id)
  const structure = bestCoalitionStructure(game, run.nested())
  const coalitions = structure.coalitions.map((S) => ({
    members: coalitionMembers(S).map((i) => agents[i] as string),
    value: game.values[S] as number,
    job: problem.kind === 'jobs' ? (bestJob(problem, S)?.job ?? null) : null,
  }))
  const grand = game.values[game.values.length - 1] as number
  return {
    agents,
    grand,
    structure,
    coalitions,
    shares: sharesOf(game, agents, run),
    ...(game.players <= COVER_PLAYERS ? { cover: sharesOf(superadditiveCover(game), agents, run) } : {}),
  }
}

function sharesOf(game: CooperativeGame, agents: readonly string[], run: Run): Shares {
  const shapley = shapleyValue(game)
  const { inCore, blocking } = checkCorePayoff(game, shapley)
  const nucleolus = findNucleolus(game, run.nested())
  const verified =
    nucleolus.status === 'optimal' ? verifyNucleolus(game, nucleolus.payoff, run.nested()).status === 'verified' : null
  return {
    shapley: [...shapley],
    ...(game.players <= RATIONAL_PLAYER_LIMIT ? { shapleyFractions: shapleyFractions(game).map(String) } : {}),
    shapleyInCore: inCore,
    blocking: blocking === null ? null : coalitionMembers(blocking.coalition).map((i) => agents[i] as string),
    core: findCore(game, run.nested()),
    nucleolus,
    nucleolusVerified: verified,
  }
}
