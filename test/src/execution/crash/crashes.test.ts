import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DurableRun, MemoryJournal, traceOf } from '../../../../src/execution/journal/index.ts'
import { countEffects, isBuilt, remains, runProcess, tear } from './site-processes.ts'
// biome-ignore lint/correctness/useImportExtensions: the processes run this module as it is
import { BoundaryStore, type Effect, HEADER, runPlan, STEPS, World } from './site-program.mjs'

/** What outlives a process: the journal and the world. */
interface Site {
  journal: MemoryJournal
  readonly log: Effect[]
}

/** One life of the process, which ends at a boundary. @returns how many boundaries it met; null when it died */
async function live(site: Site, dieAt: number): Promise<number | null> {
  let count = 0
  let died: (value: null) => void = () => undefined
  const death = new Promise<null>((resolve) => {
    died = resolve
  })
  const boundary = (): void | Promise<void> => {
    if (count >= dieAt) return new Promise(() => undefined)
    if (++count < dieAt) return
    died(null)
    return new Promise(() => undefined)
  }
  const effects = { read: () => site.log, add: (effect: Effect) => void site.log.push(effect) }
  site.journal = site.journal.reopen()
  const run = await Promise.race([death, DurableRun.open(new BoundaryStore(site.journal, boundary), HEADER)])
  if (run === null) return null
  const over = runPlan(run, new World(effects, boundary)).then(() => count)
  return Promise.race([death, over])
}

const empty = (): Site => ({ journal: new MemoryJournal(), log: [] })
const once = STEPS.map(({ id }) => [id, 1])

describe('a plan of 20 steps whose process dies', async () => {
  const whole = empty()
  const boundaries = (await live(whole, Number.POSITIVE_INFINITY)) as number
  const trace = traceOf(await whole.journal.read())

  const check = async (site: Site, where: string): Promise<void> => {
    expect(traceOf(await site.journal.read()), where).toEqual(trace)
    expect(countEffects(site.log), where).toEqual(once)
  }

  test('has boundaries before and after every record and every effect', async () => {
    expect(boundaries).toBe(2 * ((await whole.journal.read()).length + STEPS.length))
    expect(trace.filter((entry) => entry.kind === 'action')).toHaveLength(20)
    await check(whole, 'undisturbed')
  })

  test('at any one boundary: the resumed run has the same trace and nothing is done twice or left out', async () => {
    for (let first = 1; first <= boundaries; first++) {
      const site = empty()
      expect(await live(site, first)).toBeNull()
      await live(site, Number.POSITIVE_INFINITY)
      await check(site, `died at ${first}`)
    }
  })

  test('at any one boundary and again at any of the resumed run: the same', async () => {
    for (let first = 1; first <= boundaries; first += 3)
      for (let second = 1; second <= boundaries; second += second < 12 ? 1 : 7) {
        const site = empty()
        await live(site, first)
        const died = (await live(site, second)) === null
        if (died) await live(site, Number.POSITIVE_INFINITY)
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
        const ended = await runProcess(folder, at)
        expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: '' })
        if (life % 2 === 0) tear(folder)
      }
      const last = await runProcess(folder)
      expect(last).toMatchObject({ code: 0, stderr: '' })
      expect(remains(folder)).toEqual({ trace, effects: once })
    },
  )

  test.skipIf(!isBuilt)(
    'two processes at once: one carries the plan out, the other is refused (skipped without a build)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'site-'))
      folders.push(folder)
      const ended = await Promise.all([runProcess(folder), runProcess(folder)])
      const refused = ended.filter(({ code }) => code !== 0)
      // One may come when the other is through: then it finds the run ended and does nothing.
      expect(refused.length).toBeLessThanOrEqual(1)
      for (const { stderr } of refused) expect(stderr).toContain('journal-locked')
      expect(remains(folder)).toEqual({ trace, effects: once })
    },
  )
})

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
