/** A question about a problem that is solved already: what one more unit of each resource would buy. */
import { Run, type RunOptions } from '../contract/index.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import { type ScheduleOptions, schedule } from './schedule.ts'

export interface CapacityValue {
  readonly kind: 'renewable' | 'budget' | 'stock'
  readonly id: string
  /** Units added. */
  readonly extra: number
  /** Best objective known with them. */
  readonly objective: number
  /** How much smaller it is than without; 0 when the units buy nothing. */
  readonly gain: number
  /** True when the optimum with the extra units is proved. */
  readonly proved: boolean
}

export interface CapacityOptions extends RunOptions {
  /** Units added to each resource in turn. @default 1 */
  readonly extra?: number
  /** Search conflicts for each resource. @default 20000 */
  readonly conflictLimit?: number
}

/**
 * What `extra` units of each resource alone would gain, by solving again from the present schedule.
 * @param base the schedule to improve on; its objective is the yardstick
 */
export async function valueOfCapacity(
  problem: SchedulingProblem,
  base: Schedule,
  options: CapacityOptions = {},
): Promise<CapacityValue[]> {
  const run = new Run('capacity', options)
  const extra = options.extra ?? 1
  const variants: { kind: CapacityValue['kind']; id: string; problem: SchedulingProblem }[] = [
    ...(problem.renewables ?? []).map((own, k) => ({
      kind: 'renewable' as const,
      id: own.id,
      problem: { ...problem, renewables: replaced(problem.renewables!, k, { ...own, capacity: own.capacity + extra }) },
    })),
    ...(problem.budgets ?? []).map((own, k) => ({
      kind: 'budget' as const,
      id: own.id,
      problem: { ...problem, budgets: replaced(problem.budgets!, k, { ...own, capacity: own.capacity + extra }) },
    })),
    ...(problem.stocks ?? []).map((own, k) => ({
      kind: 'stock' as const,
      id: own.id,
      problem: {
        ...problem,
        stocks: replaced(problem.stocks!, k, {
          ...own,
          initial: own.initial + extra,
          ...(own.capacity === undefined ? {} : { capacity: own.capacity + extra }),
        }),
      },
    })),
  ]
  const values: CapacityValue[] = []
  for (const variant of variants) {
    const { onProgress: _, ...nested } = run.nested()
    const settings: ScheduleOptions = { ...nested, initial: base, conflictLimit: options.conflictLimit ?? 20_000 }
    const result = await schedule(variant.problem, settings)
    const objective =
      result.status === 'optimal' || result.status === 'feasible' ? result.schedule.objective : base.objective
    values.push({
      kind: variant.kind,
      id: variant.id,
      extra,
      objective,
      gain: base.objective - objective,
      proved: result.status === 'optimal',
    })
  }
  return values
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((own, k) => (k === index ? value : own))
}
