/** Where an execution keeps what it decides, does and sees before it goes on: a durable run, or nothing at all. */

/** What came of an action, as a durable run tells it. */
export type RecordedAction<T> =
  | { readonly status: 'done'; readonly value: T }
  | { readonly status: 'failed'; readonly error: { readonly message: string } }
  | { readonly status: 'dead-letter' | 'cancelled'; readonly reason: string }
  | { readonly status: 'uncertain' }

/** What execution needs of a durable run; `DurableRun` has it. */
export interface ExecutionRecorder {
  decide<T>(key: string, make: () => T | Promise<T>): Promise<T>
  perform<T>(
    identity: { readonly plan: string; readonly what: string },
    options: { readonly idempotent?: boolean; readonly maxAttempts?: number },
    act: (attempt: { readonly idempotencyKey: string; readonly signal: AbortSignal }) => T | Promise<T>,
  ): Promise<RecordedAction<T>>
  observe<T>(key: string, read: () => T | Promise<T>): Promise<T>
}

/** Records nothing: what is asked is done. */
export const unrecorded: ExecutionRecorder = {
  async decide(_key, make) {
    return make()
  },
  async perform(identity, _options, act) {
    const idempotencyKey = [identity.plan, identity.what].map(encodeURIComponent).join('/')
    return { status: 'done', value: await act({ idempotencyKey, signal: new AbortController().signal }) }
  },
  async observe(_key, read) {
    return read()
  },
}
