/** One step through its executor: retries with back-off, time-outs, errors as reports. */
import type { ActionReport, ExecutionClock, ObservedState, PlanExecutor } from '../domain/execution.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { ResolvedMonitor } from './options.ts'

export interface AttemptedStep {
  readonly report: ActionReport
  readonly attempts: number
  readonly start: number
  /** When the last attempt ended, or in simulated time will have ended. */
  readonly end: number
  /** Cost of the attempts before the last one, which failed. */
  readonly spent: number
}

/** `name(args)#id`, and which time the plan is at: unique within the run. */
export function stepIdentity(step: PlanStep, version: number): string {
  return `${step.name}(${step.args.join(', ')})#${step.id}${version === 0 ? '' : `@${version}`}`
}

/**
 * Performs a step until an attempt does not fail or attempts run out. An attempt that throws, or that takes longer than
 * it may, has failed. Every attempt has its own identity, so that a resumed run repeats none that ended.
 */
export async function attemptStep(
  step: PlanStep,
  executor: PlanExecutor,
  state: ObservedState,
  planned: { readonly version: number; readonly duration: number; readonly cost: number },
  options: ResolvedMonitor,
): Promise<AttemptedStep> {
  const { clock, retry, recorder, signal } = options
  const start = clock.now()
  // Retries are ours; what is begun again without a verdict are only launches that a crash cut off.
  const launches = executor.idempotent === true ? { idempotent: true, maxAttempts: 1000 } : { maxAttempts: 1 }
  const simulated = executor.timing === 'simulated'
  let spent = 0
  // In simulated time several steps run side by side: a retry moves this step on, not the clock.
  let waited = 0
  const longest = planned.duration * (1 + options.timeoutBuffer)
  const overran = `not finished after ${longest}, ${planned.duration} planned`
  for (let attempt = 1; ; attempt++) {
    const what = `${stepIdentity(step, planned.version)}/${attempt}`
    const time = clock.now() + waited
    const outcome = await recorder.perform<ActionReport>({ plan: options.name, what }, launches, (launch) =>
      limited(
        (inner) => executor.perform(step, { state, time, attempt, key: launch.idempotencyKey, signal: inner }),
        options.stepTimeoutMs,
        simulated || longest === Number.POSITIVE_INFINITY ? null : { clock, until: clock.now() + longest, overran },
        AbortSignal.any([signal, launch.signal]),
      ),
    )
    let report: ActionReport
    if (outcome.status === 'done') report = outcome.value
    else if (outcome.status === 'failed') report = { status: 'failure', message: outcome.error.message, cost: 0 }
    else if (outcome.status === 'uncertain')
      report = { status: 'failure', message: 'a crash fell into this attempt: it may have happened', cost: 0 }
    else report = { status: 'failure', message: outcome.reason, cost: 0 }
    if (report.memento !== undefined) executor.restore?.(report.memento)
    if (simulated && (report.duration ?? 0) > longest && report.status !== 'failure') {
      report = { status: 'failure', message: overran, duration: longest, cost: report.cost ?? planned.cost }
    }
    if (report.status !== 'failure' || attempt >= retry.maxAttempts || signal.aborted) {
      const end = simulated ? start + waited + (report.duration ?? planned.duration) : clock.now()
      return { report, attempts: attempt, start, end, spent }
    }
    spent += report.cost ?? planned.cost
    const pause = Math.min(retry.maxBackoff, retry.backoff * retry.backoffRate ** (attempt - 1))
    if (simulated) waited += (report.duration ?? planned.duration) + pause
    else await clock.until(clock.now() + pause, signal)
  }
}

/** A limit on the clock of the plan. */
interface ClockLimit {
  readonly clock: ExecutionClock
  readonly until: number
  readonly overran: string
}

/**
 * Runs an attempt under limits of real time and of the plan's clock; its signal aborts when one is reached. Errors become
 * failed reports.
 */
async function limited(
  act: (signal: AbortSignal) => ActionReport | Promise<ActionReport>,
  timeoutMs: number,
  limit: ClockLimit | null,
  signal: AbortSignal,
): Promise<ActionReport> {
  const timeout = new AbortController()
  const ended = new AbortController()
  const inner = AbortSignal.any([signal, timeout.signal])
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const attempts = [Promise.resolve(act(inner))]
    const giveUp = (message: string): ActionReport => {
      timeout.abort()
      return { status: 'failure', message }
    }
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      const wait = Math.min(timeoutMs, 2 ** 31 - 1)
      const late = new Promise<ActionReport>((resolve) => {
        timer = setTimeout(() => resolve(giveUp(`timed out after ${timeoutMs} ms`)), wait)
      })
      attempts.push(late)
    }
    if (limit !== null) {
      const { clock, until, overran } = limit
      const over = new Promise<ActionReport>((resolve) => {
        // Waiting ends early when the attempt is over or the run is aborted: then there is nothing to give up.
        void clock.until(until, AbortSignal.any([signal, ended.signal])).then(() => {
          if (!ended.signal.aborted && !signal.aborted) resolve(giveUp(overran))
        })
      })
      attempts.push(over)
    }
    return await Promise.race(attempts)
  } catch (error) {
    return { status: 'failure', message: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
}
