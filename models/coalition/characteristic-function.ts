/**
 * From agents and jobs to a tabled game.
 *
 * Sets        agents i, jobs j
 * Parameters  c_i cost, a_ik amount of kind k, C_i capabilities; r_j reward, A_jk needs, B_j needed capabilities
 * Value       v(S) = max { r_j - sum_{i in S} c_i : sum_{i in S} a_ik >= A_jk for all k, B_j within the union of C_i, i in S },
 *             0 when S can do no job
 * Size        2^n values, each from the value sums of a smaller coalition: O(2^n (kinds + jobs))
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { type CooperativeGame, cooperativeGame, PLAYER_LIMIT } from '../../solvers/game/index.ts'
import type { CoalitionProblem, JobCoalitions } from '../../src/domain/coalition.ts'

/** Most agents whose coalitions are tabled from jobs. */
const JOB_PLAYER_LIMIT = 20

/** @throws InvalidInputError with every fault of the problem */
export function characteristicFunction(problem: CoalitionProblem): CooperativeGame {
  validate(problem)
  return problem.kind === 'table' ? cooperativeGame(problem.values) : fromJobs(problem)
}

/** The job a coalition takes, or null. Ties to the first in the problem. */
export function bestJob(
  problem: JobCoalitions,
  coalition: number,
): { readonly job: string; readonly value: number } | null {
  const members = problem.agents.filter((_, i) => ((coalition >>> i) & 1) === 1)
  const cost = members.reduce((sum, agent) => sum + agent.cost, 0)
  let best: { readonly job: string; readonly value: number } | null = null
  for (const job of problem.jobs) {
    const strong = Object.entries(job.amounts).every(
      ([kind, need]) => members.reduce((sum, agent) => sum + (agent.amounts[kind] ?? 0), 0) >= need,
    )
    const able = job.capabilities.every((capability) =>
      members.some((agent) => agent.capabilities.includes(capability)),
    )
    if (!strong || !able) continue
    if (best === null || job.reward - cost > best.value) best = { job: job.id, value: job.reward - cost }
  }
  return best
}

function fromJobs(problem: JobCoalitions): CooperativeGame {
  const values = new Float64Array(2 ** problem.agents.length)
  for (let S = 1; S < values.length; S++) values[S] = bestJob(problem, S)?.value ?? 0
  return cooperativeGame(values)
}

function validate(problem: CoalitionProblem): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const most = problem.kind === 'table' ? PLAYER_LIMIT : JOB_PLAYER_LIMIT
  if (problem.agents.length < 1 || problem.agents.length > most) {
    fault('out-of-range', ['agents'], `${problem.agents.length} agents`, `give 1 to ${most} agents`)
  }
  const seen = new Set<string>()
  problem.agents.forEach(({ id }, i) => {
    if (seen.has(id)) fault('duplicate', ['agents', i, 'id'], `the agent "${id}" is listed twice`, 'use unique ids')
    seen.add(id)
  })
  if (problem.kind === 'table') {
    if (problem.values.length !== 2 ** problem.agents.length) {
      const wanted = `give 2^${problem.agents.length} values, one for each coalition bitmask`
      fault('wrong-length', ['values'], `${problem.values.length} values for ${problem.agents.length} agents`, wanted)
    }
  } else {
    const number = (value: number, path: (string | number)[]): void => {
      if (!Number.isFinite(value)) fault('not-finite', path, `${path.join('.')} is ${value}`, 'give a finite number')
    }
    problem.agents.forEach((agent, i) => {
      number(agent.cost, ['agents', i, 'cost'])
      for (const [kind, amount] of Object.entries(agent.amounts)) number(amount, ['agents', i, 'amounts', kind])
    })
    problem.jobs.forEach((job, j) => {
      number(job.reward, ['jobs', j, 'reward'])
      for (const [kind, amount] of Object.entries(job.amounts)) number(amount, ['jobs', j, 'amounts', kind])
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
