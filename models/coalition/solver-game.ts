/**
 * A cooperative game whose values come from a planner or solver: each coalition is asked about once.
 *
 * A value may be said to be missing (null: the coalition can do nothing), which counts as 0. With `monotone` a coalition is worth at least
 * as much as each of its parts (members may stay idle): values are raised to the best of the parts, and how many were, which tells of a
 * planner that did not find its best, is reported.
 */
import { InternalError, InvalidInputError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { type CooperativeGame, coalitionMembers, cooperativeGame } from '../../solvers/game/index.ts'

/** Most agents whose coalitions are all asked about. */
export const SOLVER_GAME_AGENTS = 16

export interface SolverGameOptions extends RunOptions {
  /** A coalition is worth at least as much as its parts. @default false */
  readonly monotone?: boolean
}

export type SolverGame =
  | {
      readonly status: 'complete'
      readonly game: CooperativeGame
      /** Times the solver was asked. */
      readonly asked: number
      /** Coalitions that were raised to the value of a part. */
      readonly raised: number
    }
  /** Stopped: the coalitions asked about so far, by bitmask. */
  | {
      readonly status: 'stopped'
      readonly limit: Limit
      readonly known: ReadonlyMap<number, number>
      readonly asked: number
    }

/** Remembers what every coalition is worth; for rules that are asked again and again, as in sampling. */
export class CoalitionValues {
  readonly #agents: readonly string[]
  readonly #value: (members: readonly string[]) => number | null | Promise<number | null>
  readonly #known = new Map<number, number>([[0, 0]])

  /** @param value worth of a coalition, its members in the order of the agents; null when it can do nothing */
  constructor(
    agents: readonly string[],
    value: (members: readonly string[]) => number | null | Promise<number | null>,
  ) {
    this.#agents = agents
    this.#value = value
  }

  async of(coalition: number): Promise<number> {
    const known = this.#known.get(coalition)
    if (known !== undefined) return known
    const members = coalitionMembers(coalition).map((i) => this.#agents[i] as string)
    const value = (await this.#value(members)) ?? 0
    if (!Number.isFinite(value)) throw new InternalError(`the coalition ${members.join(', ')} is worth ${value}`)
    this.#known.set(coalition, value)
    return value
  }

  /** Coalitions asked about, the empty one not counted. */
  get asked(): number {
    return this.#known.size - 1
  }

  get known(): ReadonlyMap<number, number> {
    return this.#known
  }
}

/** @throws InvalidInputError for repeated agents, or more than SOLVER_GAME_AGENTS */
export async function gameFromSolver(
  agents: readonly string[],
  value: (members: readonly string[]) => number | null | Promise<number | null>,
  options: SolverGameOptions = {},
): Promise<SolverGame> {
  const repeated = agents.find((agent, i) => agents.indexOf(agent) !== i)
  if (repeated !== undefined || agents.length < 1 || agents.length > SOLVER_GAME_AGENTS) {
    const message = repeated === undefined ? `${agents.length} agents` : `the agent "${repeated}" is listed twice`
    const hint = `give 1 to ${SOLVER_GAME_AGENTS} agents, each once; above that sample the Shapley value`
    throw new InvalidInputError([{ code: 'out-of-range', path: ['agents'], message, hint }])
  }
  const run = new Run('coalition values', options)
  const values = new CoalitionValues(agents, value)
  const table = new Float64Array(2 ** agents.length)
  let raised = 0
  for (let coalition = 1; coalition < table.length; coalition++) {
    const limit = run.limit
    if (limit !== null) return { status: 'stopped', limit, known: values.known, asked: values.asked }
    let worth = await values.of(coalition)
    if (options.monotone === true) {
      let part = 0
      for (const i of coalitionMembers(coalition)) part = Math.max(part, table[coalition ^ (1 << i)] as number)
      if (part > worth) {
        raised++
        worth = part
      }
    }
    table[coalition] = worth
    if (run.observed) run.emit({ kind: 'tick', message: `${coalition} of ${table.length - 1} coalitions` })
  }
  return { status: 'complete', game: cooperativeGame(table), asked: values.asked, raised }
}
