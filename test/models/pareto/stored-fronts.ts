/** Projects stored with their known cost/time front, as the benchmark folder has them. */
import type { ProjectProblem } from '../../../src/domain/project.ts'

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
    resources: capacities.map((capacity, r) => ({
      id: `r${r}`,
      type: 'reusable',
      capacity,
      initial: capacity,
      costPerUnit: 0,
      costPerTime: 0,
    })),
    tasks: jobs.map(({ id, modes }) => ({
      id: `${id}`,
      modes: modes.map(({ d, cost, renewable = [] }, m) => ({
        id: `${m}`,
        duration: d,
        cost,
        requires: renewable.flatMap((amount, r) =>
          amount > 0 ? [{ resource: `r${r}`, amount, when: 'duration' as const }] : [],
        ),
        produces: [],
      })),
      release: 0,
      deadline: null,
      due: null,
      weight: 0,
      value: 0,
      optional: false,
    })),
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
