import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { JournalCorruptError, type JournalEntry, JournalLockedError } from '../../src/domain/journal.ts'
import { JournalFile, parseJournal } from '../../src/io/files/journal-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0
const fresh = (): string => join(folder, `${++count}`, 'journal.jsonl')
const entry = (i: number): JournalEntry => ({
  kind: 'observation',
  key: `sensor ${i}`,
  value: { level: i, 'ü"\n': '\u2028' },
})

async function written(path: string, n: number): Promise<void> {
  const journal = await JournalFile.open(path)
  await Promise.all(Array.from({ length: n }, (_, i) => journal.append(entry(i))))
  await journal.close()
}

describe('a journal in a file', () => {
  test('gives back what was appended, in order, by one write for all that wait', async () => {
    const path = fresh()
    await written(path, 50)
    const journal = await JournalFile.open(path)
    const records = await journal.read()
    expect(records).toEqual(Array.from({ length: 50 }, (_, i) => ({ sequence: i, ...entry(i) })))
    await journal.append(entry(50))
    expect(await journal.read()).toHaveLength(51)
    await journal.close()
    await expect(journal.append(entry(51))).rejects.toMatchObject({ code: 'journal-unwritable' })
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(52)
    expect(readdirSync(join(path, '..'))).toEqual(['journal.jsonl'])
  })

  test('cut anywhere, it keeps every whole record, says what it dropped, and goes on', async () => {
    const path = fresh()
    await written(path, 3)
    const whole = readFileSync(path)
    for (let length = 0; length <= whole.length; length++) {
      const { records, bytes, dropped } = parseJournal(whole.subarray(0, length), path)
      expect(records).toHaveLength(whole.subarray(0, length).filter((byte) => byte === 10).length)
      expect(bytes + dropped).toBe(length)
    }
    truncateSync(path, whole.length - 1)
    const journal = await JournalFile.open(path)
    expect(journal.droppedBytes).toBe(whole.length / 3 - 1)
    await journal.append(entry(2))
    await journal.close()
    expect(readFileSync(path)).toEqual(whole)
  })

  test('zeros where a last record should be are a torn record', async () => {
    const path = fresh()
    await written(path, 2)
    appendFileSync(path, Buffer.alloc(300))
    const journal = await JournalFile.open(path)
    expect(journal.droppedBytes).toBe(300)
    expect(await journal.read()).toHaveLength(2)
    await journal.close()
  })

  test('damage anywhere else is an error with its place, and the file is left as it is', async () => {
    const path = fresh()
    await written(path, 4)
    const whole = readFileSync(path)
    const lineLength = whole.length / 4
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(whole)
        damaged[at]! ^= flip
        expect(() => parseJournal(damaged, path)).toThrow(JournalCorruptError)
      }),
    )
    const lines = whole.toString().split('\n')
    const swapped = [lines[0], lines[2], lines[1], lines[3], ''].join('\n')
    writeFileSync(path, swapped)
    const error = await JournalFile.open(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'journal-corrupt', line: 2, offset: lineLength })
    expect((error as Error).message).toContain('record 1 is missing, 2 found instead')
    expect(readFileSync(path, 'utf8')).toBe(swapped)
    expect(() => parseJournal(Buffer.from([lines[0], lines[0], ''].join('\n')), path)).toThrow('record 1 is missing')
  })

  test('two starters: one has it, the other is told who; afterwards it is free', async () => {
    const path = fresh()
    const results = await Promise.allSettled([JournalFile.open(path), JournalFile.open(path), JournalFile.open(path)])
    const opened = results.filter((result) => result.status === 'fulfilled')
    expect(opened).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') {
        expect(result.reason).toBeInstanceOf(JournalLockedError)
        expect(result.reason.message).toContain(`process ${process.pid}`)
      }
    await opened[0]?.value.close()
    await (await JournalFile.open(path)).close()
  })

  test('the claim of a dead process, also one whose number lives again, is no obstacle; one of another machine is', async () => {
    const path = fresh()
    await written(path, 1)
    const claim = (name: string, change: object): void => {
      const { pid, host, boot, space } = JSON.parse(mine) as { pid: number; host: string; boot: string; space: string }
      writeFileSync(`${path}.lock-${name}`, JSON.stringify({ pid, host, boot, space, started: '1', ...change }))
    }
    const probe = await JournalFile.open(path)
    const name = readdirSync(join(path, '..')).find((found) => /\.lock-\w+$/.test(found)) as string
    const mine = readFileSync(join(path, '..', name), 'utf8')
    await probe.close()
    claim('dead', { pid: 0x3ffffffe })
    // The number of this very process, but of a start long ago.
    if (process.platform === 'linux') claim('reused', {})
    const journal = await JournalFile.open(path)
    await journal.close()
    expect(readdirSync(join(path, '..'))).toEqual(['journal.jsonl'])
    claim('far', { host: 'elsewhere' })
    await expect(JournalFile.open(path)).rejects.toMatchObject({
      code: 'journal-locked',
      holder: expect.stringContaining('elsewhere'),
    })
  })
})
