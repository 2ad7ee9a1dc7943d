/**
 * The front: one call that picks engines by what the problem contains and lets them share incumbents and bounds.
 *
 * Lag cycles and malformed problems end here; the engines take turns in portfolio.ts. Every incumbent passes the
 * independent check before anybody sees it. `optimal` and `infeasible` are proved by the CP search or by a bound that equals
 * the incumbent; nothing else claims them. Same seed and no time limit: same answer.
 */
import { type Limit, Run, type RunOptions, UnsupportedError } from '../contract/index.ts'
import { ThreadIsland } from '../worker/scheduling-client.ts'
import { compileProblem } from './compile.ts'
import { explainConflict, type ScheduleConflict } from './conflict.ts'
import { computeWindows } from './graph.ts'
import type { Island } from './island.ts'
import { Portfolio } from './portfolio.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import { requireValidProblem } from './validate.ts'

export interface ScheduleOptions extends RunOptions {
  /** Stop after so many search conflicts of the exact engine. @default no limit */
  readonly conflictLimit?: number
  /** Stop when the relative gap is at most this. @default 0 */
  readonly gap?: number
  /** Schedules built before the exact search begins. @default 500 + 20 for each task, fewer when tasks last long */
  readonly warmUp?: number
  /** Called with every better schedule, already checked. */
  readonly onIncumbent?: (schedule: Schedule) => void
  /** A schedule to start from; one that breaks a limit of the problem is not used. */
  readonly initial?: Schedule
  /**
   * 2: a second thread looks for better schedules while this one proves; they exchange incumbents and proofs. The optimum is
   * the same, but which of several equal schedules comes out then depends on timing. Needs shared memory and `schedule`.
   * @default 1
   */
  readonly threads?: 1 | 2
  /** Find the conflicting limits of an infeasible problem. @default true */
  readonly explain?: boolean
}

export interface ScheduleStatistics {
  /** Schedules built by the list schemes. */
  readonly built: number
  readonly conflicts: number
  readonly elapsedMs: number
  readonly seed: number
  /** What closed the problem: a bound without search, or the exact search. */
  readonly provedBy?: 'bound' | 'search' | 'lag-cycle'
}

export type ScheduleResult =
  | {
      readonly status: 'optimal'
      readonly schedule: Schedule
      readonly bound: number
      readonly gap: 0
      readonly statistics: ScheduleStatistics
    }
  | {
      readonly status: 'feasible'
      readonly schedule: Schedule
      /** Proved: no schedule has a smaller objective. */
      readonly bound: number
      readonly gap: number
      readonly limit: Limit
      readonly statistics: ScheduleStatistics
    }
  | { readonly status: 'infeasible'; readonly conflict?: ScheduleConflict; readonly statistics: ScheduleStatistics }
  | {
      readonly status: 'unknown'
      readonly bound: number
      readonly limit: Limit
      readonly statistics: ScheduleStatistics
    }

/**
 * Minimises the problem's objective; gives way to other work every few dozen milliseconds, so that a signal is heard.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function schedule(problem: SchedulingProblem, options: ScheduleOptions = {}): Promise<ScheduleResult> {
  requireValidProblem(problem)
  const island = openIsland(problem, options)
  try {
    const work = solve(problem, options, island)
    let pausedAt = performance.now()
    for (;;) {
      const step = work.next()
      if (step.done === true) return step.value
      if (performance.now() - pausedAt < 40) continue
      await new Promise<void>((resume) => {
        setTimeout(resume, 0)
      })
      pausedAt = performance.now()
    }
  } finally {
    await island?.close()
  }
}

function openIsland(problem: SchedulingProblem, options: ScheduleOptions): ThreadIsland | null {
  const { threads = 1 } = options
  if (threads === 1) return null
  if (threads !== 2 || typeof SharedArrayBuffer === 'undefined') {
    throw new UnsupportedError('threads', `Scheduling on ${threads} threads is not to be had here.`, {
      hint: 'ask for 1 or 2 threads; 2 need shared memory',
    })
  }
  // Another stream of random numbers than this thread's.
  return new ThreadIsland(problem, ((options.seed ?? 1) ^ 0x5bd1e995) >>> 0)
}

/** The same without giving way: for short problems and worker threads. A signal that fires meanwhile is not seen. */
export function scheduleNow(problem: SchedulingProblem, options: ScheduleOptions = {}): ScheduleResult {
  if ((options.threads ?? 1) !== 1) {
    throw new UnsupportedError('threads', 'A second thread cannot be heard without giving way.', {
      hint: 'call schedule instead of scheduleNow, or leave threads out',
    })
  }
  const work = solve(problem, options, null)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

function* solve(
  problem: SchedulingProblem,
  options: ScheduleOptions,
  island: Island | null,
): Generator<void, ScheduleResult> {
  requireValidProblem(problem)
  const run = new Run('schedule', options)
  const compiled = compileProblem(problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) {
    const statistics = {
      built: 0,
      conflicts: 0,
      elapsedMs: run.elapsedMs,
      seed: run.seed,
      provedBy: 'lag-cycle' as const,
    }
    return { status: 'infeasible', conflict: explainConflict(problem), statistics }
  }
  const portfolio = new Portfolio(problem, compiled, result.windows, run, options, island)
  return yield* portfolio.work()
}
