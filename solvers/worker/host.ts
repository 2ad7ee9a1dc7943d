/**
 * The host's side: one worker that runs one job at a time, asked to stop through a shared flag and terminated when it does not.
 * A terminated worker is replaced at the next job; an idle one does not keep the process alive.
 */
import { BackendError, InvalidInputError, type Issue, PlannerError, UnsupportedError } from '../contract/index.ts'
import type { JobReply, JobRequest, SerialisedError } from './protocol.ts'

/** What the host needs of a worker, whichever platform it comes from. */
export interface WorkerHandle {
  post(request: JobRequest): void
  /** Called with every message. */
  onMessage(receive: (reply: JobReply) => void): void
  /** Called when the worker crashed or could not start. */
  onFailure(receive: (error: unknown) => void): void
  /** Whether the worker keeps the process alive. */
  hold(alive: boolean): void
  terminate(): void
}

export interface JobOptions {
  /** Aborting asks the job to stop and terminates it after `graceMs`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which the job is asked to stop in the same way. @default no limit */
  readonly timeLimitMs?: number
  /** The same, counted from the moment the worker takes the job: its start-up is not held against it. @default no limit */
  readonly workLimitMs?: number
  /** Milliseconds between asking and terminating. @default 1500 */
  readonly graceMs?: number
  readonly onEvent?: (event: unknown) => void
}

export type JobOutcome<T> =
  | { readonly status: 'done'; readonly value: T }
  /** The job was terminated because it did not stop when asked. */
  | { readonly status: 'terminated'; readonly reason: 'time' | 'interrupted' }

interface Pending {
  readonly id: number
  readonly onEvent: ((event: unknown) => void) | undefined
  readonly onStarted: () => void
  readonly settle: (outcome: JobOutcome<unknown>) => void
  readonly fail: (error: unknown) => void
}

export class WorkerHost {
  readonly #start: () => WorkerHandle
  #worker: WorkerHandle | undefined
  #pending: Pending | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #jobs = 0

  /** @param start creates a worker whose entry calls `serve` */
  constructor(start: () => WorkerHandle) {
    this.#start = start
  }

  /** Runs one job; jobs wait for each other. @throws the error the job threw */
  run<T>(kind: string, payload: unknown, options: JobOptions = {}): Promise<JobOutcome<T>> {
    const turn = this.#queue.then(() => this.#runNow(kind, payload, options))
    this.#queue = turn.catch(() => undefined)
    return turn as Promise<JobOutcome<T>>
  }

  /** Ends the worker; the next job starts a new one. */
  terminate(): void {
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #runNow(kind: string, payload: unknown, options: JobOptions): Promise<JobOutcome<unknown>> {
    if (options.signal?.aborted === true) return Promise.resolve({ status: 'terminated', reason: 'interrupted' })
    const worker = this.#open()
    const id = ++this.#jobs
    const flag = sharedFlag()
    return new Promise<JobOutcome<unknown>>((resolve, reject) => {
      let grace: ReturnType<typeof setTimeout> | undefined
      let clock: ReturnType<typeof setTimeout> | undefined
      let workClock: ReturnType<typeof setTimeout> | undefined
      const stop = (reason: 'time' | 'interrupted'): void => {
        if (grace !== undefined) return
        if (flag !== undefined) Atomics.store(flag, 0, 1)
        const end = () => {
          this.terminate()
          finish(() => resolve({ status: 'terminated', reason }))
        }
        grace = setTimeout(end, flag === undefined ? 0 : (options.graceMs ?? 1500))
      }
      const interrupt = () => stop('interrupted')
      const finish = (settle: () => void): void => {
        if (this.#pending?.id !== id) return
        this.#pending = undefined
        clearTimeout(grace)
        clearTimeout(clock)
        clearTimeout(workClock)
        options.signal?.removeEventListener('abort', interrupt)
        worker.hold(false)
        settle()
      }
      this.#pending = {
        id,
        onEvent: options.onEvent,
        onStarted: () => {
          if (options.workLimitMs !== undefined) workClock = setTimeout(() => stop('time'), options.workLimitMs)
        },
        settle: (outcome) => finish(() => resolve(outcome)),
        fail: (error) => finish(() => reject(error)),
      }
      options.signal?.addEventListener('abort', interrupt, { once: true })
      const limit = options.timeLimitMs ?? Number.POSITIVE_INFINITY
      // Longer than 24 days does not fit a timer and is as good as none.
      if (limit < 2 ** 31) clock = setTimeout(() => stop('time'), limit)
      worker.hold(true)
      worker.post({ id, kind, payload, ...(flag === undefined ? {} : { flag }) })
    })
  }

  #open(): WorkerHandle {
    if (this.#worker !== undefined) return this.#worker
    const worker = this.#start()
    this.#worker = worker
    worker.onMessage((reply) => {
      const pending = this.#pending
      if (pending === undefined || reply.id !== pending.id) return
      if (reply.type === 'event') pending.onEvent?.(reply.event)
      else if (reply.type === 'started') pending.onStarted()
      else if (reply.type === 'done') pending.settle({ status: 'done', value: reply.value })
      else pending.fail(revive(reply.error))
    })
    worker.onFailure((error) => {
      if (this.#worker === worker) this.#worker = undefined
      const reason = error instanceof Error ? error.message : String(error)
      this.#pending?.fail(new BackendError('worker', `The worker ended unexpectedly: ${reason}`, { cause: error }))
    })
    return worker
  }
}

function sharedFlag(): Int32Array<SharedArrayBuffer> | undefined {
  return typeof SharedArrayBuffer === 'undefined' ? undefined : new Int32Array(new SharedArrayBuffer(4))
}

function revive(error: SerialisedError): Error {
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  if (error.issues !== undefined) return new InvalidInputError(error.issues as Issue[], hint)
  if (error.feature !== undefined) return new UnsupportedError(error.feature, error.message, hint)
  return new PlannerError(error.code ?? 'worker-failure', error.message, hint)
}
