/**
 * Sharing out tasks without a centre (consensus-bundles.ts), side by side with the proved optimum.
 *
 * An agent's score of a task is W (1 + agents that cannot do it) - cost with W = 1 + the greatest cost: every task is worth doing, those that
 * few can do go first, and a cheaper doer outbids a dearer one. Costs add up: gains diminish as far as the capacity allows. What is
 * guaranteed is the agreement on the greedy allocation by these scores; its distance from the least cost is stated.
 */
import { type AllocationResult, allocateWithin, validateAllocation } from '../../models/allocation/index.ts'
import { Run } from '../../solvers/contract/index.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import { canDo } from '../domain/allocation-rules.ts'
import type { BundleAgent } from './bundle-scores.ts'
import { type ConsensusBundleOptions, type ConsensusBundleResult, consensusBundles } from './consensus-bundles.ts'
import { refuseRules } from './rules-refused.ts'

export interface BundledAllocation {
  /** `complete`: agreed, every task has an agent; `partial`: agreed, some have none; `disagreed`: stopped before all agreed. */
  readonly status: 'complete' | 'partial' | 'disagreed'
  /** [agent, task] indices, by task; empty without an agreement. */
  readonly pairs: readonly (readonly [number, number])[]
  readonly cost: number
  readonly unallocated: readonly string[]
  /** All tasks at the least cost, from the model. */
  readonly optimum: AllocationResult
  /** (cost - optimum) / optimum; null unless all tasks are allocated and the optimum is proved. */
  readonly gap: number | null
  readonly consensus: ConsensusBundleResult
}

/** @throws InvalidInputError when the problem breaks its rules */
export async function allocateByBundles(
  problem: AllocationProblem,
  options: ConsensusBundleOptions = {},
): Promise<BundledAllocation> {
  validateAllocation(problem)
  refuseRules(problem, 'consensus on bundles')
  const run = new Run('allocation by bundles', options)
  const ids = problem.tasks.map(({ id }) => id)
  const consensus = consensusBundles(bundleAgents(problem), ids, { ...options, ...run.nested() })
  const doer = new Map<string, number>()
  if (consensus.status === 'agreed')
    consensus.allocation.forEach(({ path }, a) => {
      for (const task of path) doer.set(task, a)
    })
  const pairs = ids.flatMap((id, j) => {
    const a = doer.get(id)
    return a === undefined ? [] : [[a, j] as const]
  })
  const cost = pairs.reduce((sum, [a, j]) => sum + (problem.costs[a]?.[j] as number), 0)
  const unallocated = ids.filter((id) => !doer.has(id))
  const optimum = await allocateWithin({ ...problem, objectives: ['cost'] }, {}, run, {})
  const agreed = consensus.status === 'agreed'
  const comparable = agreed && unallocated.length === 0 && optimum.status === 'optimal' && optimum.cost > 0
  return {
    status: !agreed ? 'disagreed' : unallocated.length === 0 ? 'complete' : 'partial',
    pairs,
    cost,
    unallocated,
    optimum,
    gap: comparable ? (cost - optimum.cost) / optimum.cost : null,
    consensus,
  }
}

function bundleAgents(problem: AllocationProblem): BundleAgent[] {
  const position = new Map(problem.tasks.map(({ id }, j) => [id, j]))
  const most = Math.max(0, ...problem.costs.flat().map((cost) => cost ?? 0))
  const unable = problem.tasks.map((_, j) => problem.agents.filter((_, a) => !canDo(problem, a, j)).length)
  return problem.agents.map(({ id, capacity }, a) => ({
    id,
    capacity: problem.tasks.length,
    score(path) {
      let load = 0
      let worth = 0
      for (const task of path) {
        const j = position.get(task) as number
        if (!canDo(problem, a, j)) return null
        load += problem.loads[a]?.[j] as number
        worth += (1 + most) * (1 + (unable[j] as number)) - (problem.costs[a]?.[j] as number)
      }
      return capacity !== null && load > capacity ? null : worth
    },
  }))
}
