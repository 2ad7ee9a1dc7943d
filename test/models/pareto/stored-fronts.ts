/** Projects stored with their known cost/time front, as the benchmark folder has them. */

import { mandatoryTask, modeHolding, type ProjectProblem } from '../../../src/domain/project.ts'
import { reusableResource } from '../../../src/domain/resource.ts'

export interface StoredFront {
  readonly name: string
  readonly capacities?: readonly number[]
  readonly jobs: readonly {
    readonly id: number
    readonly succ: readonly number[]
    readonly modes: readonly { readonly d: number; readonly cost: number; readonly renewable?: readonly number[] }[]
  }[]
  /** [makespan, cost], fastest first. */
  readonly front: readonly (readonly [number, number])[]
}

export function projectFromFront({ name, capacities = [], jobs }: StoredFront): ProjectProblem {
  return {
    title: name,
    timeUnit: 'days',
    costUnit: 'k€',
    resources: capacities.map((capacity, r) => reusableResource(`r${r}`, capacity)),
    tasks: jobs.map(({ id, modes }) =>
      mandatoryTask(
        `${id}`,
        modes.map(({ d, cost, renewable = [] }, m) =>
          modeHolding(
            `${m}`,
            d,
            cost,
            renewable.map((amount, r) => [`r${r}`, amount] as const),
          ),
        ),
      ),
    ),
    precedence: jobs.flatMap(({ id, succ }) =>
      succ.map((next) => ({
        before: `${id}`,
        after: `${next}`,
        kind: 'finish-start' as const,
        minLag: 0,
        maxLag: null,
      })),
    ),
    deadline: null,
    budget: null,
    objectives: ['cost', 'makespan'],
  }
}
