/**
 * Sharing tasks out among agents that plan for themselves.
 *
 * Bids are marginal costs over what an agent holds. Planners may answer later (they may be solvers): a bid that is not known yet suspends
 * the protocol, the planners are asked, and the protocol is run again from the beginning; same seed, same messages up to there.
 */
import { Run, type RunOptions } from '../../solvers/contract/index.ts'
import { type CoordinationTask, fitness } from '../domain/agent.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import type { Plan } from '../domain/plan.ts'
import { cheapestForAgents } from './agent-optimum.ts'
import type { Unallocated } from './allocate.ts'
import {
  ALLOCATION_STRATEGIES,
  type AllocationOutcome,
  type AllocationStrategy,
  type Award,
  allocateTasks,
  gapTo,
  oneOf,
} from './allocation-front.ts'
import { type ContractNetOptions, type ContractNetResult, type Contractor, contractNet } from './contract-net.ts'
import { type PlanningAgent, resourcesOf } from './planning-agent.ts'

export interface AgentPlanOf {
  readonly agent: string
  readonly tasks: readonly string[]
  /** For these tasks and what the agent held before. */
  readonly plan: Plan
}

export type AgentAllocation = AllocationOutcome & {
  /** The plans behind the awards, of the agents that got something. Empty when nothing is allocated. */
  readonly plans: readonly AgentPlanOf[]
}

export interface AgentAllocationOptions extends ContractNetOptions, Omit<RunOptions, 'seed'> {
  /** @default 'contract_net' */
  readonly strategy?: AllocationStrategy
  /** Every agent takes one of the tasks at most; always so for `capability_match` and `consensus_bundles`. @default false */
  readonly oneEach?: boolean
  /** Added to a bid for each unit that the task takes of a resource, by name. @default none */
  readonly prices?: ReadonlyMap<string, number>
}

/** Tasks are announced by priority, then in their order. */
export async function allocateToAgents(
  agents: readonly PlanningAgent[],
  given: readonly CoordinationTask[],
  options: AgentAllocationOptions = {},
): Promise<AgentAllocation> {
  const strategy = oneOf(ALLOCATION_STRATEGIES, options.strategy ?? 'contract_net', 'strategy')
  const tasks = given.map((task, k) => ({ task, k })).sort((a, b) => b.task.priority - a.task.priority || a.k - b.k)
  const ordered = tasks.map((one) => one.task)
  if (options.oneEach === true || strategy === 'capability_match' || strategy === 'consensus_bundles')
    return onTable(agents, ordered, options, strategy)
  const run = new Run('allocation', timing(options))
  const optimum = await cheapestForAgents(agents, ordered, run)
  if (strategy === 'optimal_assignment' && optimum.awards !== null) {
    return settled(agents, ordered, {
      strategy,
      method: optimum.method,
      awards: optimum.awards,
      unallocated: optimum.left,
      optimum: optimum.found,
      messages: [],
    })
  }
  const net = await netAmong(agents, ordered, options)
  const payments = strategy === 'auction' ? secondPrices(net) : null
  const awards = net.tasks.flatMap((one): Award[] => {
    if (one.agent === null) return []
    const payment = payments?.get(one.task)
    const award = { agent: one.agent, task: one.task, cost: one.cost as number }
    return [payment === undefined ? award : { ...award, payment }]
  })
  const unallocated = net.tasks.flatMap(({ task, status, reasons }): Unallocated[] => {
    if (status === 'done') return []
    const listed = Object.entries(reasons).map(([agent, reason]) =>
      reason.startsWith(`${agent} `) ? reason : `${agent} ${reason}`,
    )
    return [{ task, reason: listed.length === 0 ? 'there is no agent' : listed.join('; ') }]
  })
  const method =
    strategy === 'contract_net'
      ? 'contract net'
      : strategy === 'auction'
        ? 'sealed second-price auctions'
        : `contract net: ${optimum.found.status === 'unknown' ? optimum.found.reason : ''}`
  const { found } = optimum
  return settled(agents, ordered, { strategy, method, awards, unallocated, optimum: found, messages: net.transcript })
}

type Draft = Pick<
  AllocationOutcome & { readonly status: 'optimal' },
  'strategy' | 'method' | 'awards' | 'unallocated' | 'optimum' | 'messages'
>

/** The plans of the winners, and the cost they really add. */
async function settled(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  draft: Draft,
): Promise<AgentAllocation> {
  const plans: AgentPlanOf[] = []
  let cost = 0
  for (const agent of agents) {
    const own = tasks.filter((task) => draft.awards.some((one) => one.agent === agent.id && one.task === task.id))
    if (own.length === 0) continue
    const before = await agent.planFor(agent.commitments)
    const after = await agent.planFor([...agent.commitments, ...own])
    if (after.status === 'none' || before.status === 'none') continue
    cost += after.plan.cost - before.plan.cost
    plans.push({ agent: agent.id, tasks: own.map((task) => task.id), plan: after.plan })
  }
  const gap = draft.unallocated.length > 0 ? null : gapTo(cost, draft.optimum)
  const allocation = { ...draft, cost, gap, plans }
  if (draft.unallocated.length > 0) return { status: 'partial', ...allocation }
  return gap === 0 && draft.optimum.status === 'proved'
    ? { status: 'optimal', ...allocation }
    : { status: 'feasible', limit: 'method', ...allocation }
}

/** The contract net with marginal bids. */
async function netAmong(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  options: AgentAllocationOptions,
): Promise<ContractNetResult> {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const { strategy: _s, oneEach: _o, prices, timeLimitMs: _t, signal: _a, onProgress: _p, ...protocol } = options
  for (;;) {
    const held = new Map(agents.map((agent) => [agent, new Map<string, CoordinationTask>()]))
    const holding = (agent: PlanningAgent): CoordinationTask[] => [
      ...agent.commitments,
      ...(held.get(agent) as Map<string, CoordinationTask>).values(),
    ]
    const contractors = agents.map((agent): Contractor => {
      const own = held.get(agent) as Map<string, CoordinationTask>
      return {
        id: agent.id,
        bid(id) {
          const task = byId.get(id) as CoordinationTask
          const { lacks } = fitness(agent.capabilities, task.needs)
          if (lacks.length > 0) return { refuse: `lacks ${lacks.map((name) => `'${name}'`).join(', ')}` }
          const before = agent.knownPlan(holding(agent))
          const after = agent.knownPlan([...holding(agent), task])
          if (before === null || after === null)
            throw new PlansWanted(
              task,
              agents.map((one) => [one, holding(one)]),
            )
          if (before.status === 'none') return { refuse: before.reason }
          if (after.status === 'none') return { refuse: after.reason }
          own.set(id, task)
          return { cost: after.plan.cost - before.plan.cost + priced(after.plan, before.plan, prices) }
        },
        commit: () => undefined,
        release(id) {
          own.delete(id)
        },
      }
    })
    try {
      return contractNet([...byId.keys()], contractors, protocol)
    } catch (error) {
      if (!(error instanceof PlansWanted)) throw error
      for (const [agent, holds] of error.holdings) {
        await agent.planFor(holds)
        if (fitness(agent.capabilities, error.task.needs).lacks.length === 0)
          await agent.planFor([...holds, error.task])
      }
    }
  }
}

class PlansWanted extends Error {
  readonly task: CoordinationTask
  readonly holdings: readonly (readonly [PlanningAgent, readonly CoordinationTask[]])[]

  constructor(task: CoordinationTask, holdings: readonly (readonly [PlanningAgent, readonly CoordinationTask[]])[]) {
    super('plans are wanted')
    this.task = task
    this.holdings = holdings
  }
}

function priced(after: Plan, before: Plan, prices: ReadonlyMap<string, number> | undefined): number {
  if (prices === undefined) return 0
  const was = resourcesOf(before)
  let sum = 0
  for (const [name, amount] of resourcesOf(after)) sum += (prices.get(name) ?? 0) * (amount - (was.get(name) ?? 0))
  return sum
}

/** By task: what the second lowest bid of the round that was awarded says; with a single bid that bid. */
function secondPrices(net: ContractNetResult): Map<string, number> {
  const bids = new Map<string, Map<string, number>>()
  for (const { message } of net.transcript) {
    if (message.performative !== 'propose') continue
    const round = bids.get(message.conversation) ?? new Map<string, number>()
    bids.set(message.conversation, round.set(message.from, message.cost as number))
  }
  const payments = new Map<string, number>()
  for (const { task, rounds, agent } of net.tasks) {
    if (agent === null) continue
    const round = [...(bids.get(`${task} #${rounds}`) ?? [])].sort((a, b) => a[1] - b[1])
    const others = round.filter(([bidder]) => bidder !== agent)
    payments.set(task, others[0]?.[1] ?? (round[0]?.[1] as number))
  }
  return payments
}

/** One task an agent: a table of marginal costs is all there is to know. */
async function onTable(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  options: AgentAllocationOptions,
  strategy: AllocationStrategy,
): Promise<AgentAllocation> {
  const costs: (number | null)[][] = []
  for (const agent of agents) {
    const row: (number | null)[] = []
    for (const task of tasks) {
      const proposed = await agent.proposePlan(task)
      row.push(proposed.status === 'proposal' ? proposed.proposal.cost : null)
    }
    costs.push(row)
  }
  const problem: AllocationProblem = {
    title: 'one task an agent',
    unit: '',
    agents: agents.map((agent) => ({
      id: agent.id,
      capacity: 1,
      capabilities: agent.capabilities.map(({ name }) => name),
    })),
    tasks: tasks.map((task) => ({ id: task.id, needs: task.needs })),
    costs,
    loads: costs.map((row) => row.map((cost) => (cost === null ? null : 1))),
    objectives: ['cost'],
  }
  const { oneEach: _o, prices: _p, strategy: _s, ...rest } = options
  const outcome = await allocateTasks(problem, { ...rest, strategy })
  if (outcome.status === 'infeasible' || outcome.status === 'unknown') return { ...outcome, plans: [] }
  const plans: AgentPlanOf[] = []
  for (const { agent: id, task } of outcome.awards) {
    const agent = agents.find((one) => one.id === id) as PlanningAgent
    const found = await agent.planFor([...agent.commitments, ...tasks.filter((one) => one.id === task)])
    if (found.status === 'planned') plans.push({ agent: id, tasks: [task], plan: found.plan })
  }
  return { ...outcome, plans }
}

function timing(options: AgentAllocationOptions): RunOptions {
  const { timeLimitMs, signal, onProgress } = options
  return {
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }
}
