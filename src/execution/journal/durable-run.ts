/**
 * A run that survives its process. The program asks the run for every decision, observation and action; the run writes
 * the answer to the journal before the program sees it. Run again over the same journal, the program gets the recorded
 * answers until they end, and goes on from there. Answers are found by what was asked, not by their place in a list, so a
 * concurrent program may ask in any order.
 */
import { InternalError, PlannerError } from '../../../solvers/contract/index.ts'
import {
  type ActionIdentity,
  JOURNAL_VERSION,
  type JournalEntry,
  type JournalHeader,
  type JournalStore,
  type JsonValue,
} from '../../domain/journal.ts'
import { carryOut, type Desk } from './carry-out.ts'
import { ReplayDivergenceError } from './divergence.ts'
import { type Answer, actionKey, type Ending, History, type Question, type Request } from './history.ts'
import { firstDifference, requireJson } from './json.ts'
import { type ActionAttempt, type ActionResult, type PerformOptions, resolvePerform } from './perform.ts'
import { ByRequest, nameOf, untilOver } from './requests.ts'

export interface DurableRunOptions {
  /**
   * `by-key`: recorded answers may be asked for in any order. `strict`: only in the recorded order, for programs that do
   * one thing at a time; the first request out of order is a divergence. @default 'by-key'
   */
  readonly order?: 'by-key' | 'strict'
  /**
   * `durable`: the result of an action is returned when its outcome is durable. `ordered`: it is returned at once, and
   * nothing that is recorded later, the intent of the next action above all, is durable before it; a crash in between
   * leaves the action open, as a crash just before the outcome does. Halves the waiting for the disk of a program that does
   * one thing at a time; only what the program does past the journal can be ahead of it. @default 'durable'
   */
  readonly outcomes?: 'durable' | 'ordered'
}

/** The answer of a person: `waiting` while there is none. */
export type Approval =
  | { readonly status: 'approved' | 'refused'; readonly by: string }
  | { readonly status: 'waiting'; readonly question: JsonValue }

export class DurableRun {
  readonly header: JournalHeader
  /** True when the journal had records already. */
  readonly resumed: boolean
  readonly #store: JournalStore
  readonly #history: History
  readonly #strict: boolean
  readonly #desk: Desk
  /** What is under way. */
  readonly #pending = new ByRequest<Promise<unknown>>()
  /** Recorded requests that this process has not made yet. */
  readonly #unasked = new ByRequest<Request>()
  readonly #abort = new AbortController()
  #broken: unknown = null

  private constructor(
    store: JournalStore,
    history: History,
    header: JournalHeader,
    resumed: boolean,
    options: DurableRunOptions,
  ) {
    this.#store = store
    this.#history = history
    this.header = header
    this.resumed = resumed
    this.#strict = options.order === 'strict'
    const { signal } = this.#abort
    const conclude = options.outcomes === 'ordered' ? this.#note : this.#append
    this.#desk = { run: header.run, history, signal, append: this.#append, conclude }
    for (const request of history.requests) this.#unasked.of(request.kind).set(request.key, request)
  }

  /**
   * Begins a run on an empty journal, or resumes the one recorded there.
   * @throws ReplayDivergenceError when the journal belongs to another run or subject, naming the first difference
   */
  static async open(store: JournalStore, header: JournalHeader, options: DurableRunOptions = {}): Promise<DurableRun> {
    requireJson(header, 'the header')
    const records = await store.read()
    const [first] = records
    if (first === undefined) {
      const history = new History([])
      const entry: JournalEntry = { kind: 'header', version: JOURNAL_VERSION, ...header }
      await store.append(entry)
      history.add(entry)
      return new DurableRun(store, history, header, false, options)
    }
    if (first.kind !== 'header' || first.version !== JOURNAL_VERSION) {
      const found = first.kind === 'header' ? `version ${first.version}` : `a record of kind ${first.kind}`
      throw new PlannerError('journal-version', `the journal begins with ${found}, not a header of version 1`, {
        hint: 'resume it with the release that wrote it',
      })
    }
    const { run, subject } = first
    const difference = firstDifference({ run, subject }, { run: header.run, subject: header.subject })
    if (difference !== null) throw new ReplayDivergenceError('header', 0, difference)
    const forkedFrom = first.forkedFrom
    const kept: JournalHeader = forkedFrom === undefined ? { run, subject } : { run, subject, forkedFrom }
    return new DurableRun(store, new History(records), kept, true, options)
  }

  /** Why the run was cancelled; null when it was not. */
  get cancelled(): string | null {
    return this.#history.cancelled
  }

  /** How the run ended; null while it goes on. */
  get end(): { readonly status: 'finished' | 'cancelled'; readonly value: JsonValue } | null {
    const end: Ending | null = this.#history.end
    return end === null ? null : { status: end.status, value: end.value }
  }

  /** True while answers still come from the journal only. */
  get replaying(): boolean {
    return this.#nextUnasked() !== undefined
  }

  /** Questions that wait for a person. */
  get waiting(): readonly Question[] {
    const open = [...this.#history.questions.values()].filter(({ key }) => !this.#history.answers.has(key))
    return open.map(({ key, question }) => ({ key, question }))
  }

  /**
   * The recorded decision, or a new one, durable before it is returned. The same key is the same decision.
   * @param basis what the decision rests on; when it resumes with another basis, the run diverges
   * @throws ReplayDivergenceError when the key was recorded with another basis
   */
  decide<T>(key: string, make: () => T | Promise<T>, basis?: unknown): Promise<T> {
    const sound = basis === undefined ? undefined : requireJson(basis, `the basis of ${key}`)
    return this.#once('decision', key, async () => {
      const known = this.#history.decisions.get(key)
      if (known !== undefined) {
        const difference = firstDifference(known.basis, sound, ['basis'])
        if (difference !== null) throw new ReplayDivergenceError(`decision ${key}`, known.sequence, difference)
        return known.value as T
      }
      const value = await make()
      const json = requireJson(value, `the decision ${key}`)
      const entry = { kind: 'decision', key, value: json } as const
      await this.#append(sound === undefined ? entry : { ...entry, basis: sound })
      return value
    })
  }

  /** The recorded observation, or a new one, durable before it is returned. The same key is the same observation. */
  observe<T>(key: string, read: () => T | Promise<T>): Promise<T> {
    return this.#once('observation', key, async () => {
      const known = this.#history.observations.get(key)
      if (known !== undefined) return known.value as T
      const value = await read()
      await this.#append({ kind: 'observation', key, value: requireJson(value, `the observation ${key}`) })
      return value
    })
  }

  /**
   * Carries out an action once. The intent is durable before `act` is called, the outcome before the result is returned.
   * Errors that `act` throws are failed attempts; a failure that the program should see and cost is a value.
   * An action that is under way already is joined.
   */
  perform<T>(
    identity: ActionIdentity,
    options: PerformOptions<T>,
    act: (attempt: ActionAttempt) => T | Promise<T>,
  ): Promise<ActionResult<T>> {
    const resolved = resolvePerform(options)
    const { plan, what } = identity
    const key = actionKey(identity)
    return this.#once('action', key, () =>
      carryOut({
        identity: { plan, what },
        key,
        options: resolved,
        act,
        desk: this.#desk,
      }),
    )
  }

  /**
   * Says what came of an action that is `uncertain`; the next `perform` goes by it.
   * @throws PlannerError `not-open` when the action is not open
   */
  async settle(identity: ActionIdentity, verdict: { done: true; value: unknown } | { done: false }): Promise<void> {
    const key = actionKey(identity)
    const known = this.#history.actions.get(key)
    const open = known !== undefined && (known.outcome === null || known.outcome.status === 'uncertain')
    if (!open || this.#pending.of('action').has(key))
      throw new PlannerError('not-open', `${identity.what} of plan ${identity.plan} does not wait to be settled`, {
        hint: 'settle an action that perform reported as uncertain',
      })
    const about = { kind: 'outcome', plan: identity.plan, what: identity.what, attempt: known.attempt } as const
    if (verdict.done) {
      await this.#append({ ...about, status: 'done', value: requireJson(verdict.value, 'the outcome') })
      return
    }
    const error = { name: 'NotDone', message: 'settled as not done' }
    await this.#append({ ...about, status: 'failed', error, final: false })
  }

  /**
   * Asks a person once: the question is durable before `ask` is called, and is not asked again after a crash.
   * @param ask delivers the question; resolves with the answer, or with null when the answer comes later by `answer`
   * @param remind asks again although the question was asked before and is not answered
   */
  approve(
    key: string,
    question: unknown,
    ask: (question: JsonValue) => Answer | null | Promise<Answer | null>,
    remind = false,
  ): Promise<Approval> {
    const asked = requireJson(question, `the question ${key}`)
    return this.#once('question', key, async () => {
      const known = this.#history.questions.get(key)
      const difference = known === undefined ? null : firstDifference(known.question, asked, ['question'])
      if (known !== undefined && difference !== null)
        throw new ReplayDivergenceError(`question ${key}`, known.sequence, difference)
      if (known === undefined) await this.#append({ kind: 'question', key, question: asked })
      if (!this.#history.answers.has(key) && (known === undefined || remind)) {
        const given = await ask(asked)
        if (given !== null) await this.answer(key, given)
      }
      const answer = this.#history.answers.get(key)
      if (answer === undefined) return { status: 'waiting', question: asked }
      return { status: answer.approved ? 'approved' : 'refused', by: answer.by }
    })
  }

  /**
   * Records the answer of a person. The first answer counts.
   * @returns the answer that counts
   * @throws PlannerError `not-asked` when there is no such question
   */
  async answer(key: string, { approved, by }: Answer): Promise<Answer> {
    const earlier = this.#history.answers.get(key)
    if (earlier !== undefined) return earlier
    if (!this.#history.questions.has(key))
      throw new PlannerError('not-asked', `nobody asked ${key}`, { hint: 'answer a question listed in waiting' })
    await this.#append({ kind: 'answer', key, approved, by })
    return { approved, by }
  }

  /**
   * Cancels gracefully: no action begins any more, those under way may finish. After `graceMs` their signal is aborted;
   * after as long again they are left alone and come back as open when the run is resumed.
   * @param graceMs milliseconds; @default 10000
   * @returns the actions that were left alone
   */
  async cancel(reason: string, graceMs = 10_000): Promise<readonly ActionIdentity[]> {
    if (this.#history.cancelled === null) await this.#append({ kind: 'cancel', reason })
    const running = (): [string, Promise<unknown>][] => [...this.#pending.of('action')]
    if (!(await settledWithin(running(), graceMs))) {
      this.#abort.abort(new PlannerError('cancelled', reason))
      await settledWithin(running(), graceMs)
    }
    return running().map(([key]) => this.#history.actions.get(key)!.identity)
  }

  /**
   * Ends the run. Ending it again with the same value changes nothing.
   * @throws ReplayDivergenceError when the journal holds something that the program never asked for, or another end
   */
  async finish(value: unknown): Promise<void> {
    const json = requireJson(value, 'the result')
    const left = this.#nextUnasked()
    // A branch may leave the recorded way on purpose.
    if (left !== undefined && this.header.forkedFrom === undefined)
      throw new ReplayDivergenceError(nameOf(left), left.sequence, { path: [], recorded: left.key, now: undefined })
    const status = this.#history.cancelled === null ? 'finished' : 'cancelled'
    const { end } = this
    if (end === null) return this.#append({ kind: 'end', status, value: json })
    const difference = firstDifference({ ...end }, { status, value: json })
    if (difference !== null) throw new ReplayDivergenceError('end', null, difference)
  }

  /** Waits for the store and gives the journal free; the run can be resumed. */
  close(): Promise<void> {
    return this.#store.close()
  }

  /** Everything that is asked for while it is under way is joined; the order is checked when it is asked for first. */
  #once<T>(kind: Request['kind'], key: string, work: () => Promise<T>): Promise<T> {
    const pending = this.#pending.of(kind)
    const under = pending.get(key)
    if (under !== undefined) return under as Promise<T>
    if (this.#broken !== null) return Promise.reject(this.#broken)
    const expected = this.#strict ? this.#nextUnasked() : undefined
    if (expected !== undefined && (expected.kind !== kind || expected.key !== key)) {
      const difference = { path: [], recorded: nameOf(expected), now: nameOf({ kind, key }) }
      return Promise.reject(new ReplayDivergenceError('order of requests', expected.sequence, difference))
    }
    this.#unasked.of(kind).delete(key)
    const promise = untilOver(work(), pending, key)
    pending.set(key, promise)
    return promise
  }

  /** In the recorded order. */
  #nextUnasked(): Request | undefined {
    let next: Request | undefined
    for (const requests of this.#unasked.kinds()) {
      const [first] = requests.values()
      if (first !== undefined && (next === undefined || first.sequence < next.sequence)) next = first
    }
    return next
  }

  /** Recorded in order, and not waited for; should it fail, so does everything after it. */
  readonly #note = (entry: JournalEntry, key?: string): Promise<void> => {
    this.#append(entry, key).catch(() => undefined)
    return NOTED
  }

  readonly #append = (entry: JournalEntry, key?: string): Promise<void> => {
    if (this.#broken !== null) return Promise.reject(this.#broken)
    if (this.#history.end !== null) return Promise.reject(runEnded(this.#history.end))
    // The history is what this process knows; nobody acts on it before the store has it.
    this.#history.add(entry, key)
    try {
      return this.#store.append(entry).catch(this.#fail)
    } catch (error) {
      return Promise.reject(error).catch(this.#fail)
    }
  }

  readonly #fail = (error: unknown): never => {
    this.#broken = error ?? new InternalError('the journal store failed without a reason')
    throw this.#broken
  }
}

const NOTED = Promise.resolve()

function runEnded({ status }: Ending): PlannerError {
  return new PlannerError('run-ended', `the run ended as ${status}; nothing can be added`, {
    hint: 'fork the run at a record to go on from there',
  })
}

/** Whether all of them came to an end in time. */
async function settledWithin(running: readonly [string, Promise<unknown>][], milliseconds: number): Promise<boolean> {
  if (running.length === 0) return true
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  const all = Promise.allSettled(running.map(([, promise]) => promise)).then(() => true)
  const inTime = await Promise.race([all, late])
  clearTimeout(timer)
  return inTime
}
