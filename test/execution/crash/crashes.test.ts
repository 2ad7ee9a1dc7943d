import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { JournalEntry, JournalRecord, JournalStore } from '../../../src/domain/journal.ts'
import { DurableRun, MemoryJournal, traceOf } from '../../../src/execution/journal/index.ts'
import { countEffects, isBuilt, type Outcomes, remains, runProcess, tear } from './site-processes.ts'
// biome-ignore lint/correctness/useImportExtensions: the processes run this module as it is
import { BoundaryStore, type Effect, HEADER, runPlan, STEPS, World } from './site-program.mjs'

/** What outlives a process: the journal and the world. */
interface Site {
  journal: MemoryJournal
  readonly log: Effect[]
}

/**
 * A disk with a queue, as a file has it: entries are durable some turns of the event loop later, and when the machine dies
 * only the first `kept` of those that wait reach the disk.
 */
class QueuedStore implements JournalStore {
  readonly disk: MemoryJournal
  #queue: { readonly entry: JournalEntry; readonly resolve: () => void }[] = []
  #dead = false

  constructor(disk: MemoryJournal) {
    this.disk = disk
  }
  read(): Promise<readonly JournalRecord[]> {
    return this.disk.read()
  }
  append(entry: JournalEntry): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push({ entry, resolve })
      if (this.#queue.length === 1) setImmediate(() => this.#flush())
    })
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
  die(kept: number): void {
    this.#dead = true
    for (const { entry } of this.#queue.slice(0, kept)) void this.disk.append(entry)
  }
  #flush(): void {
    if (this.#dead) return
    for (const { entry, resolve } of this.#queue.splice(0)) {
      void this.disk.append(entry)
      resolve()
    }
  }
}

/** One life of the process, which ends at a boundary. @returns how many boundaries it met; null when it died */
async function live(site: Site, dieAt: number, outcomes: Outcomes, kept = 0): Promise<number | null> {
  let count = 0
  let died: (value: null) => void = () => undefined
  const death = new Promise<null>((resolve) => {
    died = resolve
  })
  const boundary = (): void | Promise<void> => {
    if (count >= dieAt) return new Promise(() => undefined)
    if (++count < dieAt) return
    store.die(kept)
    died(null)
    return new Promise(() => undefined)
  }
  const effects = { read: () => site.log, add: (effect: Effect) => void site.log.push(effect) }
  site.journal = site.journal.reopen()
  const store = new QueuedStore(site.journal)
  const opened = DurableRun.open(new BoundaryStore(store, boundary), HEADER, { outcomes })
  const run = await Promise.race([death, opened])
  if (run === null) return null
  const over = runPlan(run, new World(effects, boundary)).then(() => count)
  return Promise.race([death, over])
}

const empty = (): Site => ({ journal: new MemoryJournal(), log: [] })
const once = STEPS.map(({ id }) => [id, 1])

describe.each(['durable', 'ordered'] as const)(
  'a plan of 20 steps whose process dies, outcomes %s',
  async (outcomes) => {
    const forever = Number.POSITIVE_INFINITY
    const whole = empty()
    const boundaries = (await live(whole, forever, outcomes)) as number
    const trace = traceOf(await whole.journal.read())

    const check = async (site: Site, where: string): Promise<void> => {
      expect(traceOf(await site.journal.read()), where).toEqual(trace)
      expect(countEffects(site.log), where).toEqual(once)
    }

    test('has boundaries at every record and every effect', async () => {
      expect(boundaries).toBe(3 * (await whole.journal.read()).length + 2 * STEPS.length)
      expect(trace.filter((entry) => entry.kind === 'action')).toHaveLength(20)
      await check(whole, 'undisturbed')
    })

    test('at any one boundary, whatever part of the waiting records was written: nothing is done twice or left out', async () => {
      for (let first = 1; first <= boundaries; first++)
        for (const kept of [0, 1, 2, 9]) {
          const site = empty()
          expect(await live(site, first, outcomes, kept)).toBeNull()
          await live(site, forever, outcomes)
          await check(site, `died at ${first}, ${kept} written`)
        }
    })

    test('what was begun had its intent on the disk, and the outcomes of all that it could know', async () => {
      for (let first = 1; first <= boundaries; first++) {
        const site = empty()
        await live(site, first, outcomes)
        const records = await site.journal.read()
        const begun = new Set(records.flatMap((one) => (one.kind === 'intent' ? [one.what] : [])))
        const ended = new Set(records.flatMap((one) => (one.kind === 'outcome' ? [one.what] : [])))
        const last = Math.max(0, ...site.log.map(({ step }) => step))
        for (const { name, id } of STEPS.slice(0, last)) {
          const what = `${name}(lot)#${id}`
          expect(begun.has(what) || (id >= 11 && id <= 14), `died at ${first}: intent of ${what}`).toBe(true)
          // Steps 11 to 14 go on at the same time.
          const before = last >= 11 && last <= 14 ? id < 11 : id < last
          if (before) expect(ended.has(what), `died at ${first}: outcome of ${what}`).toBe(true)
        }
      }
    })

    test('at any one boundary and again at any of the resumed run: the same', async () => {
      for (let first = 1; first <= boundaries; first += 4)
        for (let second = 1; second <= boundaries; second += second < 12 ? 1 : 7) {
          const site = empty()
          await live(site, first, outcomes, first % 3)
          const died = (await live(site, second, outcomes, second % 3)) === null
          if (died) await live(site, forever, outcomes)
          await check(site, `died at ${first} and ${second}`)
          if (!died) break
        }
    })

    test.skipIf(!isBuilt)(
      'by kill -9 in processes of their own, torn record included (skipped without a build)',
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'site-'))
        folders.push(folder)
        for (const [life, at] of [1, 2, 9, 30, 17, 24].entries()) {
          const ended = await runProcess(folder, outcomes, at)
          expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: '' })
          if (life % 2 === 0) tear(folder)
        }
        const last = await runProcess(folder, outcomes)
        expect(last).toMatchObject({ code: 0, stderr: '' })
        expect(remains(folder)).toEqual({ trace, effects: once })
      },
    )

    test.skipIf(!isBuilt)(
      'two processes at once: one carries the plan out, the other is refused (skipped without a build)',
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'site-'))
        folders.push(folder)
        const ended = await Promise.all([runProcess(folder, outcomes), runProcess(folder, outcomes)])
        const refused = ended.filter(({ code }) => code !== 0)
        // One may come when the other is through: then it finds the run ended and does nothing.
        expect(refused.length).toBeLessThanOrEqual(1)
        for (const { stderr } of refused) expect(stderr).toContain('journal-locked')
        expect(remains(folder)).toEqual({ trace, effects: once })
      },
    )
  },
)

test('the price of ordered outcomes: a result that was used outside before it was durable may be open afterwards', async () => {
  const disk = new MemoryJournal()
  const store = new QueuedStore(disk)
  const run = await DurableRun.open(store, HEADER, { outcomes: 'ordered' })
  const pay = { plan: 'site 1', what: 'pay(ada)#1' }
  expect(await run.perform(pay, {}, () => 'paid')).toMatchObject({ status: 'done' })
  store.die(0)
  const again = await DurableRun.open(disk.reopen(), HEADER)
  const never = (): string => {
    throw new Error('paid twice')
  }
  expect(await again.perform(pay, {}, never)).toEqual({ status: 'uncertain', attempts: 1 })
})

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
