/**
 * The protocol of one action: intent, launch, outcome, again. Every state in which a process can die is a state from which
 * this function goes on:
 *
 * - no intent: nothing happened;
 * - intent without outcome: it may have happened. An idempotent action is launched again with the same key; of another
 *   one the world is asked (`reconcile`); without an answer it is uncertain and left alone;
 * - outcome: it happened, or failed, and is not done again.
 */
import type { ActionIdentity, ActionOutcome, JournalEntry } from '../../domain/journal.ts'
import { ReplayDivergenceError } from './divergence.ts'
import type { ActionHistory, History } from './history.ts'
import { requireJson } from './json.ts'
import {
  type ActionAttempt,
  type ActionResult,
  backoff,
  idempotencyKey,
  pause,
  type Reconciliation,
  type ResolvedPerform,
  recordedError,
} from './perform.ts'

/** What the actions of one run share. */
export interface Desk {
  readonly run: string
  readonly history: History
  readonly signal: AbortSignal
  /** Resolves when the entry, about the action with that key, is durable. */
  readonly append: (entry: JournalEntry, key: string) => Promise<void>
  /** Resolves when the entry will be durable before every later one. */
  readonly conclude: (entry: JournalEntry, key: string) => Promise<void>
}

export interface Undertaking<T> {
  readonly identity: ActionIdentity
  readonly key: string
  readonly options: ResolvedPerform<T>
  readonly act: (attempt: ActionAttempt) => T | Promise<T>
  readonly desk: Desk
}

export async function carryOut<T>(undertaking: Undertaking<T>): Promise<ActionResult<T>> {
  const { identity, key, options } = undertaking
  const { history, signal } = undertaking.desk
  const before = history.actions.get(key)
  if (before !== undefined && before.idempotent !== options.idempotent)
    throw new ReplayDivergenceError(`action ${identity.what} of plan ${identity.plan}`, before.sequence, {
      path: ['idempotent'],
      recorded: before.idempotent,
      now: options.idempotent,
    })
  const found = before?.outcome
  if (before !== undefined && found?.status === 'done')
    return { status: 'done', value: found.value as T, attempts: before.launches, replayed: true }
  for (let failures = 0; ; ) {
    const known = failures === 0 ? before : history.actions.get(key)
    if (known !== undefined) {
      const settled = await fromHistory(undertaking, known)
      if (settled !== null) return settled
    }
    if (history.cancelled !== null) return { status: 'cancelled', reason: history.cancelled }
    if (failures > 0) {
      await pause(backoff(options, failures), signal)
      // The run may have been cancelled meanwhile.
      if (history.cancelled !== null) return { status: 'cancelled', reason: history.cancelled }
    }
    const result = await launch(undertaking, known)
    if (result !== null) return result
    failures++
  }
}

/** What is known already as a result; null when the action is to be launched (again). */
async function fromHistory<T>(undertaking: Undertaking<T>, known: ActionHistory): Promise<ActionResult<T> | null> {
  const { identity, key, options } = undertaking
  const { history, append } = undertaking.desk
  const attempts = known.launches
  if (known.dead !== null) return { status: 'dead-letter', reason: known.dead, attempts }
  const { outcome } = known
  if (outcome?.status === 'done') return { status: 'done', value: outcome.value as T, attempts, replayed: true }
  if (outcome?.status === 'failed') {
    if (outcome.final) return { status: 'failed', error: outcome.error, attempts }
  } else if (!options.idempotent || history.cancelled !== null) {
    const verdict = await reconcile(undertaking, known.attempt)
    if (verdict.status === 'done') return await conclude(undertaking, known.attempt, verdict.value)
    if (verdict.status === 'unknown') {
      if (outcome === null) await record(undertaking, known.attempt, { status: 'uncertain' })
      return { status: 'uncertain', attempts }
    }
  }
  if (attempts < options.maxAttempts) return null
  const last =
    outcome?.status === 'failed' ? `; the last error: ${outcome.error.message}` : '; the last one was cut off'
  const reason = `begun ${attempts} times without success${last}`
  await append({ kind: 'dead-letter', ...identity, launches: attempts, reason }, key)
  return { status: 'dead-letter', reason, attempts }
}

/** Launches the action; null when the attempt failed and another one may follow. */
async function launch<T>(
  undertaking: Undertaking<T>,
  known: ActionHistory | undefined,
): Promise<ActionResult<T> | null> {
  const { identity, key, options, act } = undertaking
  const { plan, what } = identity
  const attempt = known === undefined ? 1 : known.outcome?.status === 'failed' ? known.attempt + 1 : known.attempt
  const count = (known?.launches ?? 0) + 1
  const { idempotent } = options
  await undertaking.desk.append({ kind: 'intent', plan, what, attempt, launch: count, idempotent }, key)
  let value: T
  try {
    value = await act(new Attempt(undertaking, attempt))
  } catch (error) {
    const verdict: Reconciliation<T> = options.idempotent
      ? { status: 'not-done' }
      : await reconcile(undertaking, attempt)
    if (verdict.status === 'done') return await conclude(undertaking, attempt, verdict.value)
    // Without anybody who knows, an action that is not idempotent is not tried again.
    const final = verdict.status === 'unknown' || !options.shouldRetry(error)
    await record(undertaking, attempt, { status: 'failed', error: recordedError(error), final })
    return null
  }
  return await conclude(undertaking, attempt, value)
}

async function conclude<T>(undertaking: Undertaking<T>, attempt: number, value: T): Promise<ActionResult<T>> {
  const { identity, key, desk } = undertaking
  const { plan, what } = identity
  const json = requireJson(value, 'the outcome', what)
  await desk.conclude({ kind: 'outcome', plan, what, attempt, status: 'done', value: json }, key)
  const attempts = desk.history.actions.get(key)?.launches ?? 0
  return { status: 'done', value, attempts, replayed: false }
}

async function reconcile<T>(undertaking: Undertaking<T>, attempt: number): Promise<Reconciliation<T>> {
  const ask = undertaking.options.reconcile
  return ask === undefined ? { status: 'unknown' } : await ask(new Attempt(undertaking, attempt))
}

/** The key is built only when it is asked for. */
class Attempt implements ActionAttempt {
  readonly identity: ActionIdentity
  readonly attempt: number
  readonly signal: AbortSignal
  readonly #run: string

  constructor({ identity, desk }: Pick<Undertaking<unknown>, 'identity' | 'desk'>, attempt: number) {
    this.identity = identity
    this.attempt = attempt
    this.signal = desk.signal
    this.#run = desk.run
  }

  get idempotencyKey(): string {
    return idempotencyKey(this.#run, this.identity, this.attempt)
  }
}

function record<T>({ identity, key, desk }: Undertaking<T>, attempt: number, outcome: ActionOutcome): Promise<void> {
  return desk.append({ kind: 'outcome', ...identity, attempt, ...outcome }, key)
}
