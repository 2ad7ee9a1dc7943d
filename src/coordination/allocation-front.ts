/**
 * One front for sharing tasks out over a table of costs: the same kind of answer from every strategy, and how far it is from the
 * optimum.
 *
 * - `optimal_assignment`: shortest augmenting paths where every agent takes one task, the integer model otherwise.
 * - `contract_net`: announced and awarded to the cheapest bid.
 * - `auction`: each task in turn to the lowest sealed bid, which is paid the second lowest one (Vickrey 1961).
 * - `consensus_bundles`: agents build bundles and outbid each other without a centre; a task is worth more than any difference of costs.
 * - `capability_match`: as many tasks as possible, one an agent, and among those the cheapest (maximum-cardinality matching).
 */
import {
  type AllocationResult,
  allocateWithin,
  solveAssignment,
  validateAllocation,
} from '../../models/allocation/index.ts'
import { assign, bipartiteGraph, type HallViolator, maximumMatching } from '../../solvers/assignment/index.ts'
import { InternalError, InvalidInputError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import { canDo } from '../domain/allocation-rules.ts'
import type { Conflict } from '../domain/conflict.ts'
import { allocateByContractNet, tableContractors, type Unallocated } from './allocate.ts'
import { sealedBidAuction } from './auctions.ts'
import { consensusBundles } from './consensus-bundles.ts'
import type { ContractNetOptions, TranscriptLine } from './contract-net.ts'
import { refuseRules } from './rules-refused.ts'

export const ALLOCATION_STRATEGIES = [
  'optimal_assignment',
  'contract_net',
  'auction',
  'consensus_bundles',
  'capability_match',
] as const
export type AllocationStrategy = (typeof ALLOCATION_STRATEGIES)[number]

export interface Award {
  readonly agent: string
  readonly task: string
  readonly cost: number
  /** What the agent is paid, by a strategy that pays something else than the cost. */
  readonly payment?: number
}

/** The least cost of doing as many tasks as can be done. */
export type OptimumFound =
  | { readonly status: 'proved'; readonly cost: number }
  | { readonly status: 'bounded'; readonly bound: number }
  | { readonly status: 'unknown'; readonly reason: string }

export interface TaskAllocation {
  readonly strategy: string
  /** What did it, e.g. `shortest augmenting paths`. */
  readonly method: string
  /** By task, in the problem's order. */
  readonly awards: readonly Award[]
  readonly cost: number
  readonly unallocated: readonly Unallocated[]
  /** Of all tasks; `unknown` says why. */
  readonly optimum: OptimumFound
  /** (cost - optimum) / optimum against the proved optimum or the bound; null when tasks are left or there is neither. */
  readonly gap: number | null
  readonly messages: readonly TranscriptLine[]
}

export type AllocationOutcome =
  /** Every task is allocated, at the proved least cost. */
  | ({ readonly status: 'optimal' } & TaskAllocation)
  /** Every task is allocated; `gap` says how far from the optimum. */
  | ({ readonly status: 'feasible'; readonly limit: Limit } & TaskAllocation)
  /** Some tasks have no agent. */
  | ({ readonly status: 'partial' } & TaskAllocation)
  /** Proved: not all tasks can be allocated (asked of `optimal_assignment` only). */
  | { readonly status: 'infeasible'; readonly strategy: string; readonly conflict: Conflict }
  | { readonly status: 'unknown'; readonly strategy: string; readonly limit: Limit }

export interface AllocateOptions extends ContractNetOptions, Omit<RunOptions, 'seed'> {
  /** @default 'optimal_assignment' */
  readonly strategy?: AllocationStrategy
}

/** @throws InvalidInputError when the problem breaks its rules or the strategy does not exist */
export async function allocateTasks(
  problem: AllocationProblem,
  options: AllocateOptions = {},
): Promise<AllocationOutcome> {
  const strategy = oneOf(ALLOCATION_STRATEGIES, options.strategy ?? 'optimal_assignment', 'strategy')
  validateAllocation(problem)
  if (strategy !== 'optimal_assignment') refuseRules(problem, strategy)
  if (strategy === 'contract_net') return byContractNet(problem, options)
  const { timeLimitMs, signal, onProgress } = options
  const run = new Run('allocation', {
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const optimum = await cheapest(problem, run)
  if (strategy === 'auction') return compared(problem, optimum, byAuction(problem))
  if (strategy === 'consensus_bundles') return compared(problem, optimum, byBundles(problem, run, options.seed ?? 1))
  if (strategy === 'capability_match') return compared(problem, optimum, byMatching(problem))
  if (optimum.status === 'infeasible') return { status: 'infeasible', strategy, conflict: optimum.conflict }
  if (optimum.status === 'unknown') return { status: 'unknown', strategy, limit: optimum.limit }
  const method = oneEach(problem) ? 'shortest augmenting paths' : `integer model (${optimum.solver})`
  const awards = awardsOf(problem, optimum.pairs)
  const found = compared(problem, optimum, { strategy, method, awards, unallocated: [], messages: [] })
  if (found.status === 'feasible' && optimum.status === 'feasible') return { ...found, limit: optimum.limit }
  return found
}

type Optimum = Pick<AllocationResult & { readonly status: 'optimal' }, 'status' | 'cost' | 'bound' | 'pairs' | 'solver'>
type Cheapest =
  | Optimum
  | (Omit<Optimum, 'status'> & { readonly status: 'feasible'; readonly limit: Limit })
  | { readonly status: 'infeasible'; readonly conflict: Conflict }
  | { readonly status: 'unknown'; readonly limit: Limit }

async function cheapest(problem: AllocationProblem, run: Run): Promise<Cheapest> {
  if (!oneEach(problem)) return allocateWithin({ ...problem, objectives: ['cost'] }, {}, run, {})
  const allowed = problem.agents.map((_, a) =>
    problem.tasks.map((_task, j) => (canDo(problem, a, j) ? (problem.costs[a]?.[j] as number) : null)),
  )
  const result = await solveAssignment(
    {
      title: problem.title,
      unit: problem.unit,
      agents: problem.agents.map(({ id }) => id),
      tasks: problem.tasks.map(({ id }) => id),
      costs: allowed,
      sense: 'minimize',
      objective: 'sum',
    },
    run.nested(),
  )
  return result.status === 'optimal' ? { ...result, bound: result.cost } : result
}

/** Every agent takes one task, and there are agents enough. */
export function oneEach(problem: AllocationProblem): boolean {
  if (problem.tasks.length > problem.agents.length || (problem.choices ?? []).length > 0) return false
  return problem.agents.every((agent, a) => {
    const loads = problem.tasks.flatMap((_, j) => problem.loads[a]?.[j] ?? []).sort((x, y) => x - y)
    if (agent.capacity === null || loads.some((load) => load > (agent.capacity as number))) return false
    return loads.length < 2 || (loads[0] as number) + (loads[1] as number) > agent.capacity
  })
}

type Shared = Pick<TaskAllocation, 'strategy' | 'method' | 'awards' | 'unallocated' | 'messages'>

function compared(problem: AllocationProblem, optimum: Cheapest, shared: Shared): AllocationOutcome {
  const cost = shared.awards.reduce((sum, one) => sum + one.cost, 0)
  const found: OptimumFound =
    optimum.status === 'optimal'
      ? { status: 'proved', cost: optimum.cost }
      : optimum.status === 'feasible'
        ? { status: 'bounded', bound: optimum.bound }
        : optimum.status === 'infeasible'
          ? { status: 'unknown', reason: `not all tasks can be allocated: ${optimum.conflict.explanation}` }
          : { status: 'unknown', reason: `the limit was hit: ${optimum.limit}` }
  const gap = shared.unallocated.length > 0 ? null : gapTo(cost, found)
  const allocation: TaskAllocation = { ...shared, cost, optimum: found, gap }
  requireOnce(problem, allocation)
  if (shared.unallocated.length > 0) return { status: 'partial', ...allocation }
  if (found.status === 'proved' && Math.abs(cost - found.cost) <= 1e-9 * Math.max(1, Math.abs(cost)))
    return { status: 'optimal', ...allocation }
  return { status: 'feasible', limit: 'method', ...allocation }
}

/** (cost - least) / least; 0 when they agree, null when nothing is known or the least is 0. */
export function gapTo(cost: number, optimum: OptimumFound): number | null {
  if (optimum.status === 'unknown') return null
  const least = optimum.status === 'proved' ? optimum.cost : optimum.bound
  if (Math.abs(cost - least) <= 1e-9 * Math.max(1, Math.abs(cost))) return 0
  return least > 0 ? (cost - least) / least : null
}

async function byContractNet(problem: AllocationProblem, options: AllocateOptions): Promise<AllocationOutcome> {
  const { strategy: _, ...protocol } = options
  const net = await allocateByContractNet(problem, protocol)
  return compared(problem, net.optimum, {
    strategy: 'contract_net',
    method: 'contract net',
    awards: awardsOf(problem, net.pairs),
    unallocated: net.unallocated,
    messages: net.net.transcript,
  })
}

/** Each task in turn by second-price auction among the agents with room for it. */
function byAuction(problem: AllocationProblem): Shared {
  const bidders = tableContractors(problem)
  const awards: Award[] = []
  const unallocated: Unallocated[] = []
  for (const { id: task } of problem.tasks) {
    const reasons: string[] = []
    const bids = bidders.flatMap((bidder) => {
      const bid = bidder.bid(task)
      if ('cost' in bid) return [{ bidder: bidder.id, amount: -bid.cost }]
      reasons.push(`${bidder.id} ${bid.refuse}`)
      return []
    })
    const sold = sealedBidAuction(bids, 'second', { reserve: Number.NEGATIVE_INFINITY })
    for (const { bidder } of bids) {
      if (sold.status !== 'sold' || bidder !== sold.winner) bidders.find(({ id }) => id === bidder)?.release(task)
    }
    if (sold.status === 'unsold') {
      unallocated.push({ task, reason: `nobody bids: ${reasons.join('; ')}` })
      continue
    }
    const cost = -(bids.find(({ bidder }) => bidder === sold.winner)?.amount as number)
    awards.push({ agent: sold.winner, task, cost, payment: bids.length === 1 ? cost : -sold.price })
  }
  return { strategy: 'auction', method: 'sealed second-price auctions', awards, unallocated, messages: [] }
}

function byBundles(problem: AllocationProblem, run: Run, seed: number): Shared {
  const position = new Map(problem.tasks.map(({ id }, j) => [id, j]))
  // Doing one task more is worth more than anything that costs can differ by.
  const worth = 1 + problem.costs.flat().reduce<number>((most, cost) => Math.max(most, cost ?? 0), 0)
  const agents = problem.agents.map((agent, a) => ({
    id: agent.id,
    capacity: problem.tasks.length,
    score(path: readonly string[]): number | null {
      let total = 0
      let load = 0
      for (const id of path) {
        const j = position.get(id) as number
        if (!canDo(problem, a, j)) return null
        total += worth - (problem.costs[a]?.[j] as number)
        load += problem.loads[a]?.[j] as number
      }
      return agent.capacity !== null && load > agent.capacity ? null : total
    },
  }))
  const names = problem.tasks.map(({ id }) => id)
  const { onProgress: _quiet, ...nested } = run.nested()
  const found = consensusBundles(agents, names, { ...nested, seed })
  const doubled = new Set(found.status === 'disagreed' ? found.conflicts.map(({ task }) => task) : [])
  const pairs = found.allocation.flatMap(({ agent, path }) => {
    const a = problem.agents.findIndex(({ id }) => id === agent)
    return path.flatMap((id) => (doubled.has(id) ? [] : [[a, position.get(id) as number] as const]))
  })
  const given = new Set(pairs.map(([, j]) => j))
  const unallocated = names.flatMap((task, j) => {
    if (given.has(j)) return []
    return [{ task, reason: doubled.has(task) ? 'the agents did not agree on it' : 'no agent has room left for it' }]
  })
  return {
    strategy: 'consensus_bundles',
    method: `consensus-based bundles, ${found.rounds} rounds, ${found.messages} messages`,
    awards: awardsOf(problem, pairs),
    unallocated,
    messages: [],
  }
}

function byMatching(problem: AllocationProblem): Shared {
  const { agents, tasks } = problem
  const fits = (a: number, j: number): boolean => {
    const capacity = agents[a]?.capacity ?? null
    return canDo(problem, a, j) && (capacity === null || (problem.loads[a]?.[j] as number) <= capacity)
  }
  // A task may stay with nobody at a price above every difference of costs.
  const price = problem.costs.flat().reduce<number>((sum, cost) => sum + Math.abs(cost ?? 0), 1)
  const table = tasks.map((_, j) => [
    ...agents.map((_agent, a) => (fits(a, j) ? (problem.costs[a]?.[j] as number) : null)),
    ...tasks.map((_task, other) => (other === j ? price : null)),
  ])
  const result = tasks.length === 0 ? null : assign(table, {})
  if (result !== null && result.status !== 'optimal') throw new InternalError('a matching with spare places failed')
  const pairs = (result?.pairs ?? []).flatMap(([j, a]) => (a < agents.length ? [[a, j] as const] : []))
  const neighbours = tasks.map((_, j) => agents.flatMap((_agent, a) => (fits(a, j) ? [a] : [])))
  const matching = maximumMatching(bipartiteGraph(agents.length, neighbours))
  const given = new Set(pairs.map(([, j]) => j))
  const unallocated = tasks.flatMap(({ id }, j) =>
    given.has(j) ? [] : [{ task: id, reason: whyUnmatched(problem, matching.violator, j) }],
  )
  if (matching.size !== pairs.length) throw new InternalError('the matching is not one of most tasks')
  return {
    strategy: 'capability_match',
    method: 'maximum-cardinality matching of least cost',
    awards: awardsOf(problem, pairs),
    unallocated,
    messages: [],
  }
}

function whyUnmatched(problem: AllocationProblem, violator: HallViolator | null, task: number): string {
  if (!problem.agents.some((_, a) => canDo(problem, a, task))) return 'no agent can do it'
  if (violator === null || !violator.members.includes(task)) return 'every agent that can do it has another task'
  const rivals = violator.members.map((j) => problem.tasks[j]?.id).join(', ')
  const pool = violator.partners.map((a) => problem.agents[a]?.id).join(', ')
  return `${rivals} can only be done by ${pool}, which take one task each`
}

function awardsOf(problem: AllocationProblem, pairs: readonly (readonly [number, number])[]): Award[] {
  return [...pairs]
    .sort(([, a], [, b]) => a - b)
    .map(([agent, task]) => ({
      agent: problem.agents[agent]?.id as string,
      task: problem.tasks[task]?.id as string,
      cost: problem.costs[agent]?.[task] as number,
    }))
}

/** Re-checks from the problem: every task has one agent or a reason, every agent can do what it got and has room for it. */
function requireOnce(problem: AllocationProblem, allocation: TaskAllocation): void {
  const loads = problem.agents.map(() => 0)
  for (const { agent, task } of allocation.awards) {
    const a = problem.agents.findIndex(({ id }) => id === agent)
    const j = problem.tasks.findIndex(({ id }) => id === task)
    if (!canDo(problem, a, j)) throw new InternalError(`${agent} was given ${task}, which it cannot do`)
    loads[a] = (loads[a] as number) + (problem.loads[a]?.[j] as number)
    const capacity = problem.agents[a]?.capacity ?? null
    if (capacity !== null && (loads[a] as number) > capacity * (1 + 1e-9) + 1e-9)
      throw new InternalError(`${agent} was given more than it can take`)
  }
  for (const { id } of problem.tasks) {
    const given = allocation.awards.filter(({ task }) => task === id).length
    const left = allocation.unallocated.filter(({ task }) => task === id).length
    if (given + left !== 1) throw new InternalError(`${id} was dealt with ${given + left} times`)
  }
}

/** @throws InvalidInputError naming the valid ones */
export function oneOf<Name extends string>(names: readonly Name[], given: string, what: string): Name {
  const found = names.find((name) => name === given)
  if (found !== undefined) return found
  throw new InvalidInputError([
    {
      code: 'unknown-name',
      path: [what],
      message: `there is no ${what} "${given}"`,
      hint: `use one of: ${names.join(', ')}`,
    },
  ])
}
