/** The front of an allocation's cost against its largest load. */

import { Run } from '../../solvers/contract/index.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'
import type { AllocationPoint, FrontSummary } from '../../src/domain/front.ts'
import { type AllocationResult, allocateWithin, validateAllocation } from '../allocation/index.ts'
import type { ModelOptions } from '../conflict/index.ts'
import { streamFront } from './stream.ts'
import type { Step, Walk } from './walk.ts'

/**
 * Points in order of increasing cost, each as soon as it is proved; the summary when the walk ends. The problem's own
 * objectives are ignored. Loads with more than six decimals are told apart to 1e-6 of the largest load only.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function* allocationFront(
  problem: AllocationProblem,
  options: ModelOptions = {},
): AsyncGenerator<AllocationPoint, FrontSummary> {
  validateAllocation(problem)
  const run = new Run('pareto', options)
  const step = loadStep(problem)
  const cheapest: AllocationProblem = { ...problem, objectives: ['cost', 'makespan'] }
  let last: AllocationResult | null = null
  let solver = ''
  const walk: Walk<AllocationPoint> = {
    cheapest: async (latest): Promise<Step<AllocationPoint>> => {
      if (run.limit !== null) return { kind: 'limit' }
      last = await allocateWithin(cheapest, latest === null ? {} : { maxMakespan: latest }, run, options)
      solver = last.solver
      if (last.status === 'infeasible') return { kind: 'none' }
      if (last.status === 'unknown') return { kind: 'limit' }
      const proved = last.status === 'optimal'
      const { cost, makespan, pairs } = last
      return { kind: 'found', proved, point: { cost, makespan, pairs, proved } }
    },
    before: (makespan) => (Math.round(makespan / step) - 1) * step,
    leastMakespan: leastLoad(problem),
    mark: (point, proved) => ({ ...point, proved }),
  }
  const explain = async () => (last?.status === 'infeasible' ? last.conflict : null)
  return yield* streamFront({ walk, measure: 'cost', explain, solver: () => solver }, run)
}

/** Sums of loads are multiples of the greatest common divisor of the loads, taken with up to six decimals. */
function loadStep(problem: AllocationProblem): number {
  const loads = problem.loads.flatMap((row) => row.filter((load) => load !== null && load > 0)) as number[]
  let scale = 1
  while (scale < 1e6 && !loads.every((load) => Math.abs(load * scale - Math.round(load * scale)) < 1e-9)) scale *= 10
  let common = 0
  for (const load of loads) {
    let other = Math.round(load * scale)
    while (other > 0) [common, other] = [other, common % other]
  }
  return common === 0 ? 1 : common / scale
}

/** Every task loads somebody at least this much. */
function leastLoad(problem: AllocationProblem): number {
  let least = 0
  problem.tasks.forEach((_, j) => {
    const own = problem.loads.flatMap((row) => (row[j] === null || row[j] === undefined ? [] : [row[j]]))
    if (own.length > 0) least = Math.max(least, Math.min(...own))
  })
  return least
}
