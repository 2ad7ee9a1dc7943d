import { expect, test } from 'vitest'
import { type WorkerHandle, WorkerHost } from '../../../solvers/worker/host.ts'
import type { JobReply, JobRequest } from '../../../solvers/worker/protocol.ts'

/** A worker in this thread that does what its script says with every request. */
function scripted(script: (request: JobRequest, reply: (message: JobReply) => void) => void): {
  start: () => WorkerHandle
  started: () => number
  terminated: () => number
} {
  let started = 0
  let terminated = 0
  return {
    started: () => started,
    terminated: () => terminated,
    start: () => {
      started++
      let alive = true
      let receive: (reply: JobReply) => void = () => undefined
      return {
        post: (request) => setTimeout(() => script(request, (message) => alive && receive(message)), 0),
        onMessage: (listener) => {
          receive = listener
        },
        onFailure: () => undefined,
        hold: () => undefined,
        terminate: () => {
          alive = false
          terminated++
        },
      }
    },
  }
}

test('jobs of one host wait for each other and get their own answers', async () => {
  const running: unknown[] = []
  const worker = scripted(({ id, payload }, reply) => {
    running.push(payload)
    setTimeout(() => reply({ id, type: 'done', value: running.length }), 5)
  })
  const host = new WorkerHost(worker.start)
  const outcomes = await Promise.all(['a', 'b', 'c'].map((payload) => host.run<number>('count', payload)))
  expect(outcomes).toEqual([1, 2, 3].map((value) => ({ status: 'done', value })))
  expect(worker.started()).toBe(1)
})

test('a job that stops when asked keeps its worker', async () => {
  const worker = scripted(({ id, flag }, reply) => {
    const watch = setInterval(() => {
      if (flag === undefined || Atomics.load(flag, 0) === 0) return
      clearInterval(watch)
      reply({ id, type: 'done', value: 'best so far' })
    }, 1)
  })
  const controller = new AbortController()
  const running = new WorkerHost(worker.start).run('search', null, { signal: controller.signal })
  setTimeout(() => controller.abort(), 5)
  expect(await running).toEqual({ status: 'done', value: 'best so far' })
  expect(worker.terminated()).toBe(0)
})

test('a job that does not stop is terminated after the grace period, and the next one gets a new worker', async () => {
  const worker = scripted(({ id, kind }, reply) => {
    reply({ id, type: 'event', event: 'incumbent' })
    if (kind === 'quick') reply({ id, type: 'done', value: 1 })
  })
  const host = new WorkerHost(worker.start)
  const events: unknown[] = []
  const endless = await host.run('endless', null, {
    timeLimitMs: 5,
    graceMs: 5,
    onEvent: (event) => events.push(event),
  })
  expect(endless).toEqual({ status: 'terminated', reason: 'time' })
  expect(events).toEqual(['incumbent'])
  expect(worker.terminated()).toBe(1)
  expect(await host.run('quick', null)).toEqual({ status: 'done', value: 1 })
  expect(worker.started()).toBe(2)
})

test('an abort before the start never starts the job', async () => {
  const worker = scripted(() => undefined)
  const outcome = await new WorkerHost(worker.start).run('any', null, { signal: AbortSignal.abort() })
  expect(outcome).toEqual({ status: 'terminated', reason: 'interrupted' })
  expect(worker.started()).toBe(0)
})

test('an error of the job comes back with its code, hint and issues', async () => {
  const issues = [{ code: 'x', path: ['a'], message: 'm', hint: 'h' }]
  const worker = scripted(({ id }, reply) =>
    reply({ id, type: 'failed', error: { name: 'InvalidInputError', message: 'm', code: 'invalid-input', issues } }),
  )
  await expect(new WorkerHost(worker.start).run('any', null)).rejects.toMatchObject({ code: 'invalid-input', issues })
})
