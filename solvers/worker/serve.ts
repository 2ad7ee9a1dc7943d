/**
 * The worker's side: answers jobs by the handlers it is given, under Node's worker threads and in a browser's Worker.
 */
import { InvalidInputError, PlannerError, UnsupportedError } from '../contract/index.ts'
import type { JobHandler, JobReply, JobRequest, SerialisedError } from './protocol.ts'

interface Port {
  post(reply: JobReply): void
  listen(receive: (request: JobRequest) => void): void
}

/** Starts answering. Call once, at the top of a worker's entry module. */
export function serve(handlers: Readonly<Record<string, JobHandler>>): void {
  const port = openPort()
  port.listen((request) => {
    const { id, kind, payload, flag } = request
    port.post({ id, type: 'started' })
    const handler = handlers[kind]
    const stopped = () => flag !== undefined && Atomics.load(flag, 0) !== 0
    const answer = async (): Promise<unknown> => {
      if (handler === undefined) throw new UnsupportedError(kind, `This worker has no job "${kind}".`)
      return handler(payload, (event) => port.post({ id, type: 'event', event }), stopped)
    }
    answer().then(
      (value) => port.post({ id, type: 'done', value }),
      (error: unknown) => port.post({ id, type: 'failed', error: serialise(error) }),
    )
  })
}

function openPort(): Port {
  if (typeof process !== 'undefined' && process.versions?.node !== undefined) {
    const { parentPort } = process.getBuiltinModule('node:worker_threads')
    if (parentPort === null) throw new PlannerError('no-worker', 'This module runs inside a worker only.')
    return {
      post: (reply) => parentPort.postMessage(reply),
      listen: (receive) => parentPort.on('message', receive),
    }
  }
  const scope = globalThis as unknown as {
    postMessage(message: unknown): void
    addEventListener(type: 'message', listener: (event: { data: JobRequest }) => void): void
  }
  return {
    post: (reply) => scope.postMessage(reply),
    listen: (receive) => scope.addEventListener('message', (event) => receive(event.data)),
  }
}

function serialise(error: unknown): SerialisedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof PlannerError ? { code: error.code } : {}),
    ...(error instanceof PlannerError && error.hint !== undefined ? { hint: error.hint } : {}),
    ...(error instanceof InvalidInputError ? { issues: error.issues } : {}),
    ...(error instanceof UnsupportedError ? { feature: error.feature } : {}),
  }
}
