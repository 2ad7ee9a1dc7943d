/** One step through its executor: retries with back-off, time-outs, errors as reports. */
import type { ActionReport, ObservedState, PlanExecutor } from '../domain/execution.ts'
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
  for (let attempt = 1; ; attempt++) {
    const what = `${stepIdentity(step, planned.version)}/${attempt}`
    const time = clock.now() + waited
    const outcome = await recorder.perform<ActionReport>({ plan: options.name, what }, launches, (launch) =>
      limited(
        (inner) => executor.perform(step, { state, time, attempt, key: launch.idempotencyKey, signal: inner }),
        options.stepTimeoutMs,
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
    const longest = planned.duration * (1 + options.timeoutBuffer)
    if (simulated && (report.duration ?? 0) > longest && report.status !== 'failure') {
      const message = `not finished after ${longest}, ${planned.duration} planned`
      report = { status: 'failure', message, duration: longest, cost: report.cost ?? planned.cost }
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

/** Runs an attempt under a time limit; its signal aborts when the limit is reached. Errors become failed reports. */
async function limited(
  act: (signal: AbortSignal) => ActionReport | Promise<ActionReport>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ActionReport> {
  const timeout = new AbortController()
  const inner = AbortSignal.any([signal, timeout.signal])
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const running = Promise.resolve(act(inner))
    if (timeoutMs === Number.POSITIVE_INFINITY) return await running
    const late = new Promise<ActionReport>((resolve) => {
      timer = setTimeout(
        () => {
          timeout.abort()
          resolve({ status: 'failure', message: `timed out after ${timeoutMs} ms` })
        },
        Math.min(timeoutMs, 2 ** 31 - 1),
      )
    })
    return await Promise.race([running, late])
  } catch (error) {
    return { status: 'failure', message: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
