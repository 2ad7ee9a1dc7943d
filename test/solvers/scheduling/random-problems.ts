/** Seeded random scheduling problems of every kind, small enough for exhaustive checks. */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import type { Lag, SchedulingProblem, SchedulingTask } from '../../../solvers/scheduling/problem.ts'

export interface Shape {
  readonly tasks?: number
  readonly modes?: number
  readonly renewables?: number
  readonly budgets?: boolean
  readonly stocks?: boolean
  readonly maximumLags?: boolean
  readonly noOverlap?: boolean
  readonly setups?: boolean
  readonly optional?: boolean
  readonly windows?: boolean
  readonly reductions?: boolean
}

export function randomProblem(seed: number, shape: Shape = {}): SchedulingProblem {
  const random = new RandomStream(seed)
  const count = shape.tasks ?? 5
  const renewables = shape.renewables ?? 1
  const tasks: SchedulingTask[] = Array.from({ length: count }, (_, i) => {
    const modes = Array.from({ length: random.integer(1, shape.modes ?? 1) }, () => ({
      duration: random.integer(0, 4),
      demands: Array.from({ length: renewables }, () => random.integer(0, 3)),
      cost: random.integer(0, 5),
      ...(shape.budgets === true ? { uses: [random.integer(0, 4)] } : {}),
      ...(shape.stocks === true ? { consumes: [random.integer(0, 2)], produces: [random.integer(0, 3)] } : {}),
    }))
    return {
      id: `t${i}`,
      modes,
      due: random.integer(0, 8),
      tardinessWeight: random.integer(0, 3),
      ...(shape.windows === true ? { release: random.integer(0, 3), deadline: random.integer(6, 14) } : {}),
      ...(shape.optional === true && random.chance(0.4) ? { optional: true, value: random.integer(0, 6) } : {}),
    }
  })
  const lags: Lag[] = []
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      if (!random.chance(0.25)) continue
      const min = random.integer(-1, 2)
      const kinds = ['finish-start', 'start-start', 'finish-finish', 'start-finish'] as const
      const kind = shape.maximumLags === true ? random.pick(kinds) : 'finish-start'
      const max = shape.maximumLags === true && random.chance(0.5) ? min + random.integer(0, 4) : undefined
      lags.push({
        before: i,
        after: j,
        kind,
        min: shape.maximumLags === true ? min : 0,
        ...(max === undefined ? {} : { max }),
      })
    }
  }
  const group = Array.from({ length: Math.min(3, count) }, (_, k) => k)
  return {
    tasks,
    renewables: Array.from({ length: renewables }, (_, r) => ({
      id: `R${r}`,
      capacity: random.integer(3, 4),
      ...(shape.reductions === true ? { reductions: [{ start: 2, end: 4, amount: random.integer(1, 3) }] } : {}),
    })),
    ...(shape.budgets === true ? { budgets: [{ id: 'N', capacity: 2 * count }] } : {}),
    ...(shape.stocks === true ? { stocks: [{ id: 'S', initial: random.integer(0, 4), capacity: 8 }] } : {}),
    lags,
    ...(shape.noOverlap === true
      ? {
          noOverlaps: [
            {
              id: 'M',
              tasks: group,
              ...(shape.setups === true ? { setup: group.map(() => group.map(() => random.integer(0, 2))) } : {}),
            },
          ],
        }
      : {}),
  }
}
