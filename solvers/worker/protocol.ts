/**
 * Messages between a host and its worker. One job at a time; its events carry the job's number, so that nothing of a job that
 * was given up reaches the next.
 */

export interface JobRequest {
  readonly id: number
  /** Which handler of the worker is meant. */
  readonly kind: string
  readonly payload: unknown
  /** One Int32: 0 run, 1 stop. Absent where shared memory is not to be had. */
  readonly flag?: Int32Array<SharedArrayBuffer>
}

export type JobReply =
  /** The worker has taken the job. */
  | { readonly id: number; readonly type: 'started' }
  | { readonly id: number; readonly type: 'event'; readonly event: unknown }
  | { readonly id: number; readonly type: 'done'; readonly value: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly error: SerialisedError }

/** An error as plain data: PlannerErrors keep their code and hint. */
export interface SerialisedError {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly hint?: string
  /** The faults of an InvalidInputError. */
  readonly issues?: unknown
  /** The feature of an UnsupportedError. */
  readonly feature?: string
}

/** One handler of a worker. `emit` posts an event to the host, `stopped` tells whether the host asked to stop. */
export type JobHandler = (payload: unknown, emit: (event: unknown) => void, stopped: () => boolean) => Promise<unknown>
