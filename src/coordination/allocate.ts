/**
 * Sharing out tasks among agents by a protocol, side by side with the proved optimum.
 *
 * Tasks are announced and awarded to the cheapest bid (contract-net.ts); bids are costs on top of what an agent holds.
 */
import { type AllocationResult, allocateWithin, validateAllocation } from '../../models/allocation/index.ts'
import { Run, type RunOptions } from '../../solvers/contract/index.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import { canDo, missingCapabilities } from '../domain/allocation-rules.ts'
import { type ContractNetOptions, type ContractNetResult, type Contractor, contractNet } from './contract-net.ts'
import { refuseRules } from './rules-refused.ts'

export interface Unallocated {
  readonly task: string
  readonly reason: string
}

export interface ContractNetAllocation {
  /** `complete`: every task has an agent; `partial`: those in `unallocated` have none. */
  readonly status: 'complete' | 'partial'
  /** [agent, task] indices, by task. */
  readonly pairs: readonly (readonly [number, number])[]
  readonly cost: number
  /** Load of each agent. */
  readonly loads: readonly number[]
  readonly unallocated: readonly Unallocated[]
  /** All tasks at the least cost, from the model. */
  readonly optimum: AllocationResult
  /** (cost - optimum) / optimum; null unless all tasks are allocated and the optimum is proved. */
  readonly gap: number | null
  readonly net: ContractNetResult
}

/** @throws InvalidInputError when the problem breaks its rules */
export async function allocateByContractNet(
  problem: AllocationProblem,
  options: ContractNetOptions & Omit<RunOptions, 'seed'> = {},
): Promise<ContractNetAllocation> {
  validateAllocation(problem)
  refuseRules(problem, 'the contract net')
  const { timeLimitMs, signal, onProgress, ...protocol } = options
  const run = new Run('allocation', {
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const contractors = tableContractors(problem)
  const net = contractNet(
    problem.tasks.map((task) => task.id),
    contractors,
    protocol,
  )
  const index = new Map(problem.agents.map((agent, a) => [agent.id, a]))
  const pairs = net.tasks.flatMap((one, j) =>
    one.agent === null ? [] : [[index.get(one.agent) as number, j] as const],
  )
  const loads = new Array<number>(problem.agents.length).fill(0)
  for (const [a, j] of pairs) loads[a] = (loads[a] as number) + (problem.loads[a]?.[j] as number)
  const unallocated = net.tasks.flatMap((one, j) =>
    one.status === 'done' ? [] : [{ task: one.task, reason: whyNobody(problem, j, loads, one.reasons) }],
  )
  const optimum = await allocateWithin({ ...problem, objectives: ['cost'] }, {}, run, {})
  const comparable = optimum.status === 'optimal' && unallocated.length === 0 && optimum.cost > 0
  const gap = comparable ? (net.cost - optimum.cost) / optimum.cost : null
  return { status: net.status, pairs, cost: net.cost, loads, unallocated, optimum, gap, net }
}

/** Agents that bid the costs of the table as long as the load fits beside what they hold. */
export function tableContractors(problem: AllocationProblem): Contractor[] {
  const position = new Map(problem.tasks.map((task, j) => [task.id, j]))
  return problem.agents.map((agent, a): Contractor => {
    const held = new Map<string, number>()
    const free = (): number => (agent.capacity === null ? Number.POSITIVE_INFINITY : agent.capacity - total(held))
    return {
      id: agent.id,
      bid(task) {
        const j = position.get(task) as number
        const missing = missingCapabilities(problem, a, j)
        if (missing.length > 0) return { refuse: `lacks ${missing.map((name) => `'${name}'`).join(', ')}` }
        if (!canDo(problem, a, j)) return { refuse: 'cannot do it' }
        const load = problem.loads[a]?.[j] as number
        if (load > free()) return { refuse: `needs ${load} ${problem.unit} and has ${free()} left` }
        held.set(task, load)
        return { cost: problem.costs[a]?.[j] as number }
      },
      commit: () => undefined,
      release(task) {
        held.delete(task)
      },
    }
  })
}

/**
 * An agent whose cost is that of its best plan for all its tasks together: bids are marginal costs (Sandholm 1993).
 * @param planCost cost of the best plan for these tasks, null when there is none within the agent's means
 */
export function planningContractor(id: string, planCost: (tasks: readonly string[]) => number | null): Contractor {
  const held = new Set<string>()
  return {
    id,
    bid(task) {
      const before = planCost([...held])
      const after = planCost([...held, task])
      if (before === null || after === null) return { refuse: 'has no plan for it beside what it holds' }
      held.add(task)
      return { cost: after - before }
    },
    commit: () => undefined,
    release(task) {
      held.delete(task)
    },
  }
}

function whyNobody(
  problem: AllocationProblem,
  task: number,
  loads: readonly number[],
  reasons: Readonly<Record<string, string>>,
): string {
  const needs = problem.tasks[task]?.needs.map((name) => `'${name}'`).join(', ') ?? ''
  const able = problem.agents.map((_, a) => a).filter((a) => canDo(problem, a, task))
  if (able.length === 0) return `no agent can do it${needs === '' ? '' : ` (needs ${needs})`}`
  const least = Math.min(...able.map((a) => problem.loads[a]?.[task] as number))
  const told = able.map((a) => {
    const agent = problem.agents[a]
    const capacity = agent?.capacity ?? null
    const left = capacity === null ? '' : `, ${capacity - (loads[a] as number)} left at the end`
    return `${agent?.id} ${reasons[agent?.id as string] ?? 'did not get it'}${left}`
  })
  const having = needs === '' ? '' : `${needs} and `
  return `no remaining agent has ${having}${least} ${problem.unit} of capacity: ${told.join('; ')}`
}

function total(held: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const load of held.values()) sum += load
  return sum
}
