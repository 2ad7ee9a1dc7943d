/**
 * The exact front of two measures by lexicographic epsilon-constraint (Haimes, Lasdon, Wismer 1971): the least `first`
 * under the present limit on `second`, then the least `second` at that `first`, then the limit on `second` falls below
 * the value reached, until nothing is left. All measures are integers, so steps of 1 miss no point. Each schedule is the
 * warm start of the second solve. Two solves for each point; every point is streamed as it is found.
 */
import { type Limit, Run, type RunOptions } from '../contract/index.ts'
import { compileProblem } from './compile.ts'
import type { ScheduleConflict } from './conflict.ts'
import { compiledModes, scheduleFrom } from './outcome.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import { type ScheduleResult, schedule } from './schedule.ts'
import { requireValidProblem } from './validate.ts'

export type Measure = 'makespan' | 'cost' | 'tardiness'

export interface FrontPoint {
  readonly first: number
  readonly second: number
  readonly schedule: Schedule
  /** True when both solves behind the point were proved. */
  readonly proved: boolean
}

export interface FrontOptions extends RunOptions {
  /** Wall-clock milliseconds for each of the solves. @default no limit */
  readonly pointTimeLimitMs?: number
  readonly onPoint?: (point: FrontPoint) => void
}

/** Points by rising `first`, falling `second`; no point dominates another. */
export type FrontResult =
  | { readonly status: 'complete'; readonly points: readonly FrontPoint[]; readonly elapsedMs: number }
  | {
      readonly status: 'partial'
      readonly points: readonly FrontPoint[]
      readonly limit: Limit
      /** Points that are missing have `first` >= firstFrom and `second` < secondBelow (none: no limit on it yet). */
      readonly missing?: { readonly firstFrom: number; readonly secondBelow?: number }
      readonly elapsedMs: number
    }
  | { readonly status: 'infeasible'; readonly conflict?: ScheduleConflict; readonly elapsedMs: number }

const LIMIT_OF = { makespan: 'maxMakespan', cost: 'maxCost', tardiness: 'maxTardiness' } as const

/** @param problem its own objective is ignored; its limits hold for every point */
export async function paretoFront(
  problem: SchedulingProblem,
  first: Measure,
  second: Measure,
  options: FrontOptions = {},
): Promise<FrontResult> {
  const run = new Run('pareto', options)
  requireValidProblem(problem)
  const compiled = compileProblem(problem)
  const points: FrontPoint[] = []
  const solve = (objective: Measure, limits: Partial<SchedulingProblem>, start?: Schedule): Promise<ScheduleResult> =>
    schedule(
      { ...problem, ...limits, objective: { [objective]: 1 } },
      {
        ...withoutProgress(run.nested(options.pointTimeLimitMs)),
        explain: points.length === 0,
        ...(start === undefined ? {} : { initial: start }),
      },
    )
  let secondLimit = problem[LIMIT_OF[second]]
  let limit: Limit | null = null
  let bound = 0
  for (;;) {
    const under = secondLimit === undefined ? {} : { [LIMIT_OF[second]]: secondLimit }
    const least = await solve(first, under)
    if (least.status === 'infeasible') {
      if (points.length > 0) break
      const conflict = least.conflict === undefined ? {} : { conflict: least.conflict }
      return { status: 'infeasible', ...conflict, elapsedMs: run.elapsedMs }
    }
    if (least.status !== 'optimal') limit = least.limit
    bound = Math.max(bound, least.bound)
    if (least.status === 'unknown') break
    const reached = least.schedule[first]
    const best = await solve(second, { ...under, [LIMIT_OF[first]]: reached }, least.schedule)
    if (best.status === 'infeasible' || best.status === 'unknown') {
      limit = best.status === 'unknown' ? best.limit : limit
      break
    }
    if (best.status !== 'optimal') limit = best.limit
    const point: FrontPoint = {
      first: best.schedule[first],
      second: best.schedule[second],
      schedule: scheduleFrom(compiled, best.schedule.starts, compiledModes(compiled, best.schedule)),
      proved: least.status === 'optimal' && best.status === 'optimal',
    }
    points.push(point)
    options.onPoint?.(point)
    run.emit({
      kind: 'point',
      incumbent: point.first,
      bound: point.second,
      message: `${point.first} / ${point.second}`,
    })
    if (point.second === 0) break
    secondLimit = point.second - 1
    if (run.limit !== null) {
      limit = run.limit
      break
    }
  }
  const front = points.filter((point) => !points.some((other) => other !== point && dominates(other, point)))
  if (limit === null) return { status: 'complete', points: front, elapsedMs: run.elapsedMs }
  const missing = { firstFrom: bound, ...(secondLimit === undefined ? {} : { secondBelow: secondLimit + 1 }) }
  return { status: 'partial', points: front, limit, missing, elapsedMs: run.elapsedMs }
}

function dominates(a: FrontPoint, b: FrontPoint): boolean {
  return a.first <= b.first && a.second <= b.second && (a.first < b.first || a.second < b.second)
}

/** The solves inside would report their own incumbents as if they were the front's. */
function withoutProgress(options: RunOptions): RunOptions {
  const { onProgress: _, ...rest } = options
  return rest
}
