import { describe, expect, test } from 'vitest'
import type { JournalHeader } from '../../src/domain/journal.ts'
import {
  type ActionAttempt,
  DurableRun,
  fingerprint,
  forkRun,
  MemoryJournal,
  type PerformOptions,
  ReplayDivergenceError,
  traceOf,
} from '../../src/execution/journal/index.ts'

const header: JournalHeader = { run: 'site', subject: { plan: { steps: ['dig', 'pour'] }, methods: 'v1' } }
const dig = { plan: 'p1', what: 'dig(a)#1' }

/** Opens the run on what an earlier process left in the journal. */
const again = (store: MemoryJournal, about: JournalHeader = header): Promise<DurableRun> =>
  DurableRun.open(store.reopen(), about)

/** A journal as a process leaves it that dies in the middle of an action. */
async function cutOff(identity = dig, options: PerformOptions<string> = {}): Promise<MemoryJournal> {
  const store = new MemoryJournal()
  const run = await DurableRun.open(store, header)
  void run.perform(identity, options, () => new Promise<string>(() => undefined))
  await new Promise((resolve) => setImmediate(resolve))
  return store.reopen()
}

describe('a durable run', () => {
  test('gives back recorded decisions and observations instead of making them again', async () => {
    const store = new MemoryJournal()
    const first = await DurableRun.open(store, header)
    expect(await first.decide('method', () => 'by truck')).toBe('by truck')
    expect(await first.observe('weather', () => ({ rain: true }))).toEqual({ rain: true })
    const second = await again(store)
    expect(second.resumed).toBe(true)
    expect(await second.decide('method', () => 'by train')).toBe('by truck')
    expect(second.replaying).toBe(true)
    expect(await second.observe('weather', () => ({ rain: false }))).toEqual({ rain: true })
    expect(second.replaying).toBe(false)
  })

  test('an action is done once; asked for again while it runs it is joined', async () => {
    const store = new MemoryJournal()
    const run = await DurableRun.open(store, header)
    let done = 0
    const act = (): number => ++done
    const both = await Promise.all([run.perform(dig, {}, act), run.perform(dig, {}, act)])
    expect(both[0]).toEqual({ status: 'done', value: 1, attempts: 1, replayed: false })
    expect(both[1]).toEqual(both[0])
    expect(await (await again(store)).perform(dig, {}, act)).toMatchObject({ status: 'done', value: 1, replayed: true })
    expect(done).toBe(1)
  })

  test('a changed plan is refused with the first difference', async () => {
    const store = new MemoryJournal()
    await DurableRun.open(store, header)
    const changed = { run: 'site', subject: { plan: { steps: ['dig', 'drill'] }, methods: 'v2' } }
    const error = await again(store, changed).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ReplayDivergenceError)
    expect(error).toMatchObject({
      where: 'header',
      path: ['subject', 'plan', 'steps', 1],
      recorded: 'pour',
      now: 'drill',
    })
    expect((error as Error).message).toBe('header, subject.plan.steps[1]: recorded "pour", now "drill"')
  })

  test('a decision on another basis diverges and is not made', async () => {
    const store = new MemoryJournal()
    await (await DurableRun.open(store, header)).decide('route', () => 'north', { fuel: 4 })
    const second = await again(store)
    const promise = second.decide('route', () => 'south', { fuel: 3 })
    await expect(promise).rejects.toMatchObject({
      code: 'replay-divergence',
      path: ['basis', 'fuel'],
      recorded: 4,
      now: 3,
    })
  })

  test('a program that does one thing at a time can demand the recorded order', async () => {
    const store = new MemoryJournal()
    const first = await DurableRun.open(store, header)
    await first.decide('a', () => 1)
    await first.decide('b', () => 2)
    const second = await DurableRun.open(store.reopen(), header, { order: 'strict' })
    await expect(second.decide('b', () => 3)).rejects.toMatchObject({ recorded: 'decision a', now: 'decision b' })
    const third = await DurableRun.open(store.reopen(), header, { order: 'strict' })
    expect(await third.decide('a', () => 3)).toBe(1)
  })

  test('a program that leaves out what it did before is noticed at the end', async () => {
    const store = new MemoryJournal()
    const first = await DurableRun.open(store, header)
    await first.decide('a', () => 1)
    await expect((await again(store)).finish('over')).rejects.toMatchObject({ recorded: 'a', sequence: 1 })
  })

  test('an idempotent action that was cut off is launched again with the same key, another attempt has another one', async () => {
    const store = await cutOff(dig, { idempotent: true })
    const keys: string[] = []
    const result = await (await again(store)).perform(dig, { idempotent: true }, (attempt) => {
      keys.push(attempt.idempotencyKey)
      if (keys.length === 1) throw new Error('wet')
      return 'dug'
    })
    expect(result).toEqual({ status: 'done', value: 'dug', attempts: 3, replayed: false })
    expect(keys).toEqual(['site/p1/dig(a)%231/1', 'site/p1/dig(a)%231/2'])
  })

  test('an action that must not be repeated and was cut off is uncertain, until the world or a person tells', async () => {
    const store = await cutOff()
    const never = (): string => {
      throw new Error('done twice')
    }
    const second = await again(store)
    expect(await second.perform(dig, {}, never)).toEqual({ status: 'uncertain', attempts: 1 })
    expect(await second.perform(dig, {}, never)).toEqual({ status: 'uncertain', attempts: 1 })
    const asked: ActionAttempt[] = []
    const known = await (await again(await cutOff())).perform(
      dig,
      {
        reconcile: (attempt) => {
          asked.push(attempt)
          return { status: 'done', value: 'dug' }
        },
      },
      never,
    )
    expect(known).toMatchObject({ status: 'done', value: 'dug' })
    expect(asked.map((attempt) => attempt.attempt)).toEqual([1])
    await second.settle(dig, { done: true, value: 'dug by hand' })
    expect(await second.perform(dig, {}, never)).toMatchObject({ status: 'done', value: 'dug by hand' })
  })

  test('what the world knows not to have happened is done now', async () => {
    const store = await cutOff()
    const options = { reconcile: () => ({ status: 'not-done' }) as const }
    expect(await (await again(store)).perform(dig, options, () => 'dug')).toMatchObject({ status: 'done', attempts: 2 })
  })

  test('an error of an action that must not be repeated is final; one of an idempotent action is retried', async () => {
    const run = await DurableRun.open(new MemoryJournal(), header)
    const fail = (): never => {
      throw new Error('stuck')
    }
    const error = { name: 'Error', message: 'stuck' }
    expect(await run.perform(dig, {}, fail)).toEqual({ status: 'failed', error, attempts: 1 })
    expect(await run.perform({ plan: 'p1', what: 'pump' }, { idempotent: true, maxAttempts: 4 }, fail)).toEqual({
      status: 'dead-letter',
      reason: 'begun 4 times without success; the last error: stuck',
      attempts: 4,
    })
    const hopeless = { idempotent: true, shouldRetry: () => false }
    expect(await run.perform({ plan: 'p1', what: 'lift' }, hopeless, fail)).toMatchObject({ status: 'failed' })
  })

  test('an action that kills its process every time becomes a dead letter', async () => {
    let store = new MemoryJournal()
    for (let i = 0; i < 3; i++) {
      const run = await DurableRun.open(store, header)
      void run.perform(dig, { idempotent: true }, () => new Promise<string>(() => undefined))
      await new Promise((resolve) => setImmediate(resolve))
      store = store.reopen()
    }
    const result = await (await again(store)).perform(dig, { idempotent: true }, () => 'dug')
    expect(result).toEqual({
      status: 'dead-letter',
      reason: 'begun 3 times without success; the last one was cut off',
      attempts: 3,
    })
  })

  test('a person is asked once, however often the run resumes', async () => {
    const store = new MemoryJournal()
    const asked: unknown[] = []
    const ask = (question: unknown): null => {
      asked.push(question)
      return null
    }
    const first = await DurableRun.open(store, header)
    expect(await first.approve('blast', { charge: 5 }, ask)).toEqual({ status: 'waiting', question: { charge: 5 } })
    const second = await again(store)
    expect(await second.approve('blast', { charge: 5 }, ask)).toMatchObject({ status: 'waiting' })
    expect(second.waiting).toEqual([{ key: 'blast', question: { charge: 5 } }])
    expect(asked).toHaveLength(1)
    expect(await second.answer('blast', { approved: true, by: 'Ada' })).toEqual({ approved: true, by: 'Ada' })
    expect(await second.answer('blast', { approved: false, by: 'Bob' })).toEqual({ approved: true, by: 'Ada' })
    expect(await second.approve('blast', { charge: 5 }, ask)).toEqual({ status: 'approved', by: 'Ada' })
    await expect(second.approve('blast', { charge: 9 }, ask)).rejects.toMatchObject({ path: ['question', 'charge'] })
    await second.approve('shift', 'work on Sunday?', ask)
    await second.approve('shift', 'work on Sunday?', ask, true)
    expect(asked).toEqual([{ charge: 5 }, 'work on Sunday?', 'work on Sunday?'])
  })

  test('a cancelled run begins nothing, lets finish what is under way, and stays cancelled', async () => {
    const store = new MemoryJournal()
    const run = await DurableRun.open(store, header)
    let finish = (_: string): void => undefined
    const running = run.perform(dig, {}, () => new Promise<string>((resolve) => (finish = resolve)))
    await new Promise((resolve) => setImmediate(resolve))
    const cancelled = run.cancel('storm')
    expect(await run.perform({ plan: 'p1', what: 'pour' }, {}, () => 1)).toEqual({
      status: 'cancelled',
      reason: 'storm',
    })
    finish('dug')
    expect(await cancelled).toEqual([])
    expect(await running).toMatchObject({ status: 'done', value: 'dug' })
    await run.finish('stopped')
    const second = await again(store)
    expect(second.cancelled).toBe('storm')
    expect(second.end).toEqual({ status: 'cancelled', value: 'stopped' })
  })

  test('an action that will not stop is aborted, then left alone and named', async () => {
    const run = await DurableRun.open(new MemoryJournal(), header)
    let aborted = false
    void run.perform(dig, {}, ({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true))
      return new Promise<string>(() => undefined)
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(await run.cancel('storm', 5)).toEqual([dig])
    expect(aborted).toBe(true)
  })

  test('a branch keeps what was recorded before it and may have another subject', async () => {
    const store = new MemoryJournal()
    const run = await DurableRun.open(store, header)
    await run.perform(dig, {}, () => 'dug')
    await run.decide('method', () => 'by truck')
    await run.finish('over')
    const branch = new MemoryJournal()
    const about = { run: 'site, by train', subject: { plan: 'another' } }
    await forkRun(store, 2, branch, about)
    const forked = await DurableRun.open(branch, about)
    expect(forked.header.forkedFrom).toEqual({ run: 'site', sequence: 2 })
    expect(await forked.perform(dig, {}, () => 'dug twice')).toMatchObject({ value: 'dug', replayed: true })
    expect(await forked.decide('method', () => 'by train')).toBe('by train')
    await expect(forkRun(store, 9, new MemoryJournal(), about)).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(forkRun(store, 2, branch, about)).rejects.toMatchObject({ code: 'invalid-input' })
  })

  test('a value that JSON does not give back is refused with its place, and nothing is recorded', async () => {
    const store = new MemoryJournal()
    const run = await DurableRun.open(store, header)
    await expect(run.decide('when', () => ({ at: [new Date(0)] }))).rejects.toThrow('at[0]')
    await expect(run.observe('level', () => Number.NaN)).rejects.toThrow('NaN')
    expect(await store.read()).toHaveLength(1)
  })

  test('a run that ended is closed, and ending it again with the same result is fine', async () => {
    const store = new MemoryJournal()
    await (await DurableRun.open(store, header)).finish({ cost: 4 })
    const second = await again(store)
    await second.finish({ cost: 4 })
    await expect(second.finish({ cost: 5 })).rejects.toMatchObject({ path: ['value', 'cost'] })
    await expect(second.decide('more', () => 1)).rejects.toMatchObject({ code: 'run-ended' })
  })

  test('the trace tells what was done and nothing of the crashes in between', async () => {
    const whole = new MemoryJournal()
    const run = await DurableRun.open(whole, header)
    await run.perform(dig, { idempotent: true }, () => 'dug')
    await run.finish('over')
    const store = await cutOff(dig, { idempotent: true })
    const resumed = await DurableRun.open(store, header)
    await resumed.perform(dig, { idempotent: true }, () => 'dug')
    await resumed.finish('over')
    expect(traceOf(await store.read())).toEqual(traceOf(await whole.read()))
    expect(await store.read()).toHaveLength(5)
  })

  test('fingerprints tell apart what differs and ignore the order of properties', () => {
    expect(fingerprint({ a: 1, b: [2] })).toBe(fingerprint({ b: [2], a: 1 }))
    const all = [fingerprint({ a: 1 }), fingerprint([['a', 1]]), fingerprint({ a: '1' }), fingerprint({ a: [1] })]
    expect(new Set(all).size).toBe(4)
  })
})
