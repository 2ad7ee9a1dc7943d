/**
 * Sharing tasks out among agents that plan for themselves.
 *
 * Bids are marginal costs over what an agent holds. Planners may answer later (they may be solvers): a bid that is not known yet suspends
 * the protocol, the planners are asked, and the protocol is run again from the beginning; same seed, same messages up to there.
 *
 * The optimum that a protocol is measured against: with additive planners the integer model over all options; otherwise, for few
 * tasks, the best partition of the tasks into one bundle an agent, by dynamic programming over all bundles, each planned:
 *
 *     best_k(S) = min over T in S of best_{k-1}(S \ T) + cost_k(T),      O(agents 3^tasks), agents 2^tasks plans.
 */
import { type AllocationOption, allocateWithinLimits } from '../../models/allocation/index.ts'
import { Run, type RunOptions } from '../../solvers/contract/index.ts'
import { type CoordinationTask, fitness } from '../domain/agent.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import type { Plan } from '../domain/plan.ts'
import type { Unallocated } from './allocate.ts'
import {
  ALLOCATION_STRATEGIES,
  type AllocationOutcome,
  type AllocationStrategy,
  type Award,
  allocateTasks,
  gapTo,
  type OptimumFound,
  oneOf,
} from './allocation-front.ts'
import { type ContractNetOptions, type ContractNetResult, type Contractor, contractNet } from './contract-net.ts'
import { type PlanningAgent, resourcesOf } from './planning-agent.ts'

/** Most bundles planned to prove an optimum over planners whose costs do not add up. */
export const BUNDLE_LIMIT = 4096

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

interface CheapestForAgents {
  readonly method: string
  readonly found: OptimumFound
  /** null when no optimum was established. */
  readonly awards: readonly Award[] | null
  readonly left: readonly Unallocated[]
}

export async function cheapestForAgents(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  run: Run,
): Promise<CheapestForAgents> {
  if (agents.every((agent) => agent.planner.additive === true) && tasks.every(anytime)) {
    return cheapestOptions(agents, tasks, run)
  }
  const bundles = agents.length * 2 ** tasks.length
  if (bundles > BUNDLE_LIMIT || tasks.length > 12) {
    const reason = `the costs of tasks do not add up, and ${agents.length} x 2^${tasks.length} bundles are too many to plan`
    return { method: 'none', found: { status: 'unknown', reason }, awards: null, left: [] }
  }
  return cheapestBundles(agents, tasks, run)
}

function anytime(task: CoordinationTask): boolean {
  return task.release === 0 && task.deadline === null
}

/** With additive planners: the options of the integer model, costs and amounts on top of what the agents hold. */
export async function additiveOptions(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
): Promise<{
  readonly options: readonly (AllocationOption & { readonly duration: number })[]
  readonly limits: readonly { readonly id: string; readonly amount: number }[]
  readonly reasons: ReadonlyMap<string, readonly string[]>
}> {
  const options: (AllocationOption & { readonly duration: number })[] = []
  const limits: { id: string; amount: number }[] = []
  const reasons = new Map<string, string[]>(tasks.map((task) => [task.id, []]))
  for (const agent of agents) {
    const before = await agent.planFor(agent.commitments)
    const held = before.status === 'planned' ? resourcesOf(before.plan) : new Map<string, number>()
    for (const [name, amount] of Object.entries(agent.resources))
      limits.push({ id: `${agent.id}: ${name}`, amount: Math.max(0, amount - (held.get(name) ?? 0)) })
    for (const task of tasks) {
      const proposed = await agent.proposePlan(task)
      if (proposed.status === 'none') {
        reasons.get(task.id)?.push(proposed.reason)
        continue
      }
      const { cost, requiredResources, expectedDuration } = proposed.proposal
      const own = Object.entries(requiredResources).filter(([name]) => Object.hasOwn(agent.resources, name))
      const uses = Object.fromEntries(own.map(([name, amount]) => [`${agent.id}: ${name}`, amount]))
      options.push({ agent: agent.id, task: task.id, cost, uses, duration: expectedDuration ?? 0 })
    }
  }
  return { options, limits, reasons }
}

async function cheapestOptions(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  run: Run,
): Promise<CheapestForAgents> {
  const { options, limits, reasons } = await additiveOptions(agents, tasks)
  const names = tasks.map((task) => task.id)
  const result = await allocateWithinLimits({ tasks: names, options, limits }, { ...run.nested(), mayLeave: true })
  if (result.status === 'unknown' || result.status === 'infeasible') {
    const reason = result.status === 'unknown' ? `the limit was hit: ${result.limit}` : result.conflict.explanation
    return { method: 'integer model', found: { status: 'unknown', reason }, awards: null, left: [] }
  }
  const left = result.left.map((task) => {
    const why = reasons.get(task) as readonly string[]
    const reason =
      why.length === agents.length ? why.join('; ') : 'what the agents have does not suffice for it as well'
    return { task, reason: reason === '' ? 'there is no agent' : reason }
  })
  const method = `integer model (${result.solver})`
  const awards = result.chosen.map(({ agent, task, cost }) => ({ agent, task, cost }))
  const found: OptimumFound =
    left.length > 0
      ? { status: 'unknown', reason: `not all tasks can be allocated: ${left.map((one) => one.task).join(', ')} left` }
      : result.status === 'optimal'
        ? { status: 'proved', cost: result.cost }
        : { status: 'bounded', bound: result.bound }
  return { method, found, awards, left }
}

async function cheapestBundles(
  agents: readonly PlanningAgent[],
  tasks: readonly CoordinationTask[],
  run: Run,
): Promise<CheapestForAgents> {
  const size = 1 << tasks.length
  const all = size - 1
  let best = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  best[0] = 0
  let proved = true
  const taken: Int32Array[] = []
  for (const agent of agents) {
    const base = await agent.planFor(agent.commitments)
    const costs = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
    for (let set = 0; set < size; set++) {
      if (run.limit !== null) {
        const reason = `the limit was hit: ${run.limit}`
        return { method: 'none', found: { status: 'unknown', reason }, awards: null, left: [] }
      }
      const bundle = tasks.filter((_, j) => ((set >>> j) & 1) === 1)
      // A bundle of which a part cannot be done cannot be done.
      if (bundle.some((_, j) => costs[set & ~(1 << nth(set, j))] === Number.POSITIVE_INFINITY)) continue
      const found = await agent.planFor([...agent.commitments, ...bundle])
      if (found.status === 'none' || base.status === 'none') continue
      if (!found.optimal) proved = false
      costs[set] = found.plan.cost - base.plan.cost
    }
    costs[0] = 0
    const next = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
    const choice = new Int32Array(size)
    for (let set = 0; set < size; set++) {
      for (let part = set; ; part = (part - 1) & set) {
        const sum = (best[set ^ part] as number) + (costs[part] as number)
        if (sum < (next[set] as number) - 1e-12) {
          next[set] = sum
          choice[set] = part
        }
        if (part === 0) break
      }
    }
    best = next
    taken.push(choice)
  }
  let most = 0
  for (let set = 0; set < size; set++) {
    if (best[set] === Number.POSITIVE_INFINITY) continue
    const [more, cost] = [count(set) - count(most), (best[set] as number) - (best[most] as number)]
    if (more > 0 || (more === 0 && cost < 0)) most = set
  }
  const awards: Award[] = []
  let rest = most
  for (let k = agents.length - 1; k >= 0; k--) {
    const part = taken[k]?.[rest] as number
    const agent = agents[k] as PlanningAgent
    const bundle = tasks.filter((_, j) => ((part >>> j) & 1) === 1)
    let before = await agent.planFor(agent.commitments)
    bundle.forEach((task) => {
      awards.push({ agent: agent.id, task: task.id, cost: 0 })
    })
    for (let n = 1; n <= bundle.length; n++) {
      const after = await agent.planFor([...agent.commitments, ...bundle.slice(0, n)])
      const cost = after.status === 'planned' && before.status === 'planned' ? after.plan.cost - before.plan.cost : 0
      awards[awards.length - bundle.length + n - 1] = {
        agent: agent.id,
        task: (bundle[n - 1] as CoordinationTask).id,
        cost,
      }
      before = after
    }
    rest ^= part
  }
  const position = new Map(tasks.map((task, j) => [task.id, j]))
  awards.sort((a, b) => (position.get(a.task) as number) - (position.get(b.task) as number))
  const left = tasks
    .filter((_, j) => ((most >>> j) & 1) === 0)
    .map((task) => ({ task: task.id, reason: 'no agent has a plan for it beside the rest' }))
  const cost = best[most] as number
  const found: OptimumFound =
    most !== all
      ? { status: 'unknown', reason: 'not all tasks can be allocated' }
      : proved
        ? { status: 'proved', cost }
        : { status: 'unknown', reason: 'a planner did not prove its plans' }
  return { method: 'dynamic programming over bundles', found, awards, left }
}

/** Position of the n-th set bit. */
function nth(set: number, n: number): number {
  let rest = set
  for (let k = 0; k < n; k++) rest &= rest - 1
  return 31 - Math.clz32(rest & -rest)
}

function count(set: number): number {
  let bits = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) bits++
  return bits
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
