/**
 * The cheapest way to give tasks to agents that plan for themselves.
 *
 * With additive planners the integer model over all options; otherwise, for few
 * tasks, the best partition of the tasks into one bundle an agent, by dynamic programming over all bundles, each planned:
 *
 *     best_k(S) = min over T in S of best_{k-1}(S \ T) + cost_k(T),      O(agents 3^tasks), agents 2^tasks plans.
 */
import { type AllocationOption, allocateWithinLimits } from '../../models/allocation/index.ts'
import type { Run } from '../../solvers/contract/index.ts'
import type { CoordinationTask } from '../domain/agent.ts'
import type { Unallocated } from './allocate.ts'
import type { Award, OptimumFound } from './allocation-front.ts'
import { type PlanningAgent, resourcesOf } from './planning-agent.ts'

/** Most bundles planned to prove an optimum over planners whose costs do not add up. */
export const BUNDLE_LIMIT = 4096

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
