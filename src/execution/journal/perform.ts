/** How one action is carried out so that it happens once, whatever the process goes through. */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { ActionIdentity, RecordedError } from '../../domain/journal.ts'

/** What a program is told when it carries out an attempt. */
export interface ActionAttempt {
  readonly identity: ActionIdentity
  /** 1, 2 ...: grows when an attempt is known to have failed. */
  readonly attempt: number
  /**
   * The same for every launch of the same attempt, different for every other one: hand it to the other side, so that it
   * can recognise what it has done already.
   */
  readonly idempotencyKey: string
  /** Aborts when a cancelled run will wait no longer. */
  readonly signal: AbortSignal
}

/** What is known about an attempt that a crash, or an error of a non-idempotent action, has left open. */
export type Reconciliation<T> =
  | { readonly status: 'done'; readonly value: T }
  | { readonly status: 'not-done' }
  | { readonly status: 'unknown' }

export interface PerformOptions<T> {
  /** True when beginning the same attempt twice does no harm. @default false */
  readonly idempotent?: boolean
  /** How often the action is begun at most, crashes included, before it is a dead letter. @default 3 */
  readonly maxAttempts?: number
  /** Milliseconds before the second attempt. @default 0 */
  readonly backoffMs?: number
  /** Each further wait is this much longer. @default 2 */
  readonly backoffRate?: number
  /** False for an error that another attempt cannot mend: the action has failed. @default every error may be retried */
  readonly shouldRetry?: (error: unknown) => boolean
  /** Asks the world whether an attempt of a non-idempotent action happened. */
  readonly reconcile?: (attempt: ActionAttempt) => Reconciliation<T> | Promise<Reconciliation<T>>
}

/**
 * What came of an action.
 *
 * - `done`: it happened, once; `replayed` when that was known from the journal.
 * - `failed`: it threw an error that is not retried, or it is not idempotent and nobody can say that trying again is safe.
 * - `dead-letter`: it was begun `maxAttempts` times without success.
 * - `uncertain`: a crash fell into a non-idempotent action and nobody can say whether it happened. `settle` tells.
 * - `cancelled`: the run was cancelled before it began.
 */
export type ActionResult<T> =
  | { readonly status: 'done'; readonly value: T; readonly attempts: number; readonly replayed: boolean }
  | { readonly status: 'failed'; readonly error: RecordedError; readonly attempts: number }
  | { readonly status: 'dead-letter'; readonly reason: string; readonly attempts: number }
  | { readonly status: 'uncertain'; readonly attempts: number }
  | { readonly status: 'cancelled'; readonly reason: string }

const always = (): boolean => true

/** The resolved form of the options. */
export interface ResolvedPerform<T> {
  readonly idempotent: boolean
  readonly maxAttempts: number
  readonly backoffMs: number
  readonly backoffRate: number
  readonly shouldRetry: (error: unknown) => boolean
  readonly reconcile: ((attempt: ActionAttempt) => Reconciliation<T> | Promise<Reconciliation<T>>) | undefined
}

export function idempotencyKey(run: string, { plan, what }: ActionIdentity, attempt: number): string {
  return [run, plan, what, String(attempt)].map(encodeURIComponent).join('/')
}

export function recordedError(error: unknown): RecordedError {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) }
}

/** Milliseconds before the next attempt, after `failures` failed ones. */
export function backoff(options: ResolvedPerform<unknown>, failures: number): number {
  return options.backoffMs * options.backoffRate ** (failures - 1)
}

/** Waits; a cancelled run waits no longer. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (!(milliseconds > 0) || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, Math.min(milliseconds, 0x7fffffff))
    signal.addEventListener('abort', over)
  })
}

/** @throws InvalidInputError for numbers out of range, all at once */
export function resolvePerform<T>(options: PerformOptions<T>): ResolvedPerform<T> {
  const { maxAttempts = 3, backoffMs = 0, backoffRate = 2 } = options
  const countable = Number.isInteger(maxAttempts) && maxAttempts >= 1
  const waits = backoffMs >= 0 && Number.isFinite(backoffMs)
  const grows = backoffRate >= 1 && Number.isFinite(backoffRate)
  if (!countable || !waits || !grows) {
    const issues: Issue[] = []
    const fault = (name: string, value: number, hint: string): void => {
      issues.push({ code: 'out-of-range', path: [name], message: `${name} is ${value}`, hint })
    }
    if (!countable) fault('maxAttempts', maxAttempts, 'give a whole number >= 1')
    if (!waits) fault('backoffMs', backoffMs, 'give milliseconds >= 0')
    if (!grows) fault('backoffRate', backoffRate, 'give a number >= 1')
    throw new InvalidInputError(issues)
  }
  return {
    idempotent: options.idempotent ?? false,
    maxAttempts,
    backoffMs,
    backoffRate,
    shouldRetry: options.shouldRetry ?? always,
    reconcile: options.reconcile,
  }
}
